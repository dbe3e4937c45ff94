"""Tables in files: texts of a CSV file as values, objects of a JSON file."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from context.values import JsonValue
from worker.parsing.mistake import Mistake

#: What a column of a CSV file may be said to hold.
COLUMN_TYPES = ("text", "number", "boolean", "json")

Table = list[dict[str, JsonValue]]

_BOOLEANS = {"true": True, "false": False}


def read_csv(data: bytes, types: Mapping[str, str]) -> Table:
    """The rows of a CSV file by its heading. Raises Mistake for what cannot be a table."""
    lines = csv.reader(io.StringIO(_text_of(data), newline=""), strict=True)
    try:
        heading, *rows = [line for line in lines if line]
    except csv.Error as error:
        what = f"line {lines.line_num} of the file cannot be read: {error}"
        raise Mistake(what, hint='a quote inside quotes is written twice: ""') from None
    except ValueError:
        raise Mistake("the file has no heading", hint="its first line names the columns") from None
    _check_heading(heading, types)
    return [_row(number, heading, cells, types) for number, cells in enumerate(rows, start=1)]


def _check_heading(heading: list[str], types: Mapping[str, str]) -> None:
    if len(set(heading)) < len(heading):
        twice = next(name for name in heading if heading.count(name) > 1)
        raise Mistake(f"the file has two columns {twice!r}", hint="give one of them another name")
    for name in types:
        if name not in heading:
            raise Mistake(f"the file has no column {name!r}", hint=f"one of: {', '.join(heading)}")


def _row(number: int, heading: list[str], cells: list[str], types: Mapping[str, str]) -> dict[str, JsonValue]:
    if len(cells) != len(heading):
        what = f"row {number} of the file has {len(cells)} values, and there are {len(heading)} columns"
        raise Mistake(what, hint="a value with a comma in it needs quotes")
    row: dict[str, JsonValue] = {}
    for name, cell in zip(heading, cells, strict=True):
        try:
            row[name] = _CELLS[types.get(name, "text")](cell)
        except (ValueError, KeyError, RecursionError):
            what = f"row {number} of the file: {name!r} holds no {types[name]}"
            raise Mistake(what, hint="mend the file, or say another type") from None
    return row


def _number(cell: str) -> JsonValue:
    value = json.loads(cell, parse_constant=_no_number)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(cell)
    return value


def _json(cell: str) -> JsonValue:
    value: JsonValue = json.loads(cell, parse_constant=_no_number)
    return value


_CELLS: Mapping[str, Callable[[str], JsonValue]] = {
    "text": str,
    "number": _number,
    "boolean": lambda cell: _BOOLEANS[cell.strip().lower()],
    "json": _json,
}


def read_json(data: bytes) -> Table:
    """The objects of a JSON file. Raises Mistake for anything but a list of objects."""
    try:
        rows: Any = json.loads(_text_of(data), parse_constant=_no_number)
    except Mistake:
        raise
    except (ValueError, RecursionError) as error:
        where = f": line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Mistake(f"the file is not JSON{where}", hint="a list of objects is needed") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Mistake("the file is not a list of objects", hint='write [{"id": "ada"}, …]')
    return rows


def _no_number(word: str) -> None:
    raise Mistake(f"the file is not JSON: {word} is no number", hint="write null, or a text")


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Mistake("the file is not text in UTF-8", hint="save it as UTF-8") from None
