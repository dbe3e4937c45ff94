"""`rows:` — one test for each row of a table."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from worker.errors import FileUnreadable, FixtureError
from worker.files import Files
from worker.fixtures.tables import Table, read_csv, read_json
from worker.models.problem import ProblemKind
from worker.parsing.binding import MOST_LEVELS, is_deep
from worker.parsing.document_tests import ROWS_FILE
from worker.parsing.fixtures import SuiteFixtures
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.names import read_row_id, slug
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source

#: A table with more rows is refused: it would be more tests than a run is made for.
MOST_ROWS = 20_000

#: How long an id made of a text may be.
_LONGEST_ID = 60

_HOW = "write a list of mappings, or { csv: path }, { json: path } or { fixture: name }"


class Row(NamedTuple):
    """A row, where it stands, and what tells it from the others of its table."""

    identity: str
    place: Place


def read_rows(place: Place, source: Source, files: Files, fixtures: SuiteFixtures) -> list[Row]:
    """The rows that could be read. Their ids are stable: a row's own `id`, else its first text, else its
    number."""
    before = len(source.problems)
    try:
        found = _rows_of(place, source, files, fixtures)
    except Mistake as mistake:
        note(source, place, mistake)
        return []
    if found is None:
        return []
    if not found and len(source.problems) == before:
        # Without a word the test would run once, as if it had never heard of rows.
        source.add(
            ProblemKind.BAD_VALUE, "there are no rows", place.key_location(source), hint="a test needs one"
        )
    if len(found) > MOST_ROWS:
        what, hint = f"there are {len(found):,} rows, and {MOST_ROWS:,} are the most", "part the table"
        source.add(ProblemKind.BAD_VALUE, what, place.key_location(source), hint=hint)
    return list(_identified(found[:MOST_ROWS], source))


def _rows_of(place: Place, source: Source, files: Files, fixtures: SuiteFixtures) -> list[Place] | None:
    """The rows; None where what is wrong with them is told elsewhere."""
    if isinstance(place.children, list):
        return list(_inline(place.children, source))
    if isinstance(place.children, dict):
        table = _table(place, source, files, fixtures)
        return None if table is None else _placed(table, place)
    raise wrong_type("a list of rows", place.data, hint=_HOW)


def _placed(table: Table, place: Place) -> list[Place]:
    try:
        rows = [place.of_a_table(row) for row in table]
    except RecursionError:
        rows = [place]
    if any(map(is_deep, rows)) or rows == [place]:
        raise Mistake("the file is nested too deeply", hint=f"{MOST_LEVELS} levels are the most")
    return rows


def _inline(parts: Iterable[Place], source: Source) -> Iterator[Place]:
    for part in parts:
        if isinstance(part.children, dict):
            yield part
        else:
            note(source, part, wrong_type("a row", part.data, hint="write for example { id: ada, age: 36 }"))


def _table(place: Place, source: Source, files: Files, fixtures: SuiteFixtures) -> Table | None:
    read = ROWS_FILE.read(place, source)
    if "fixture" in read:
        return _of_fixture(read["fixture"], fixtures)
    kind = next((word for word in ("csv", "json") if word in read), None)
    if kind is None:
        return []
    try:
        data = files.read(read[kind])
        return read_csv(data, read.get("types", {})) if kind == "csv" else read_json(data)
    except FileUnreadable as error:
        what, why = f"{error.where}: {error.what}", ProblemKind.CANNOT_READ
        raise Mistake(what, hint=error.hint, kind=why, inside=(kind,)) from None
    except FixtureError as error:
        raise Mistake(error.what, hint=error.hint, inside=(kind,)) from None


def _of_fixture(name: str, fixtures: SuiteFixtures) -> Table | None:
    try:
        return fixtures.rows(name)
    except Mistake as mistake:
        mistake.inside = ("fixture",)
        raise


def _identified(places: Iterable[Place], source: Source) -> Iterator[Row]:
    taken: dict[str, Place] = {}
    for number, place in enumerate(places, start=1):
        identity, is_own = _identity(place, number, source)
        if is_own and identity in taken:
            where = place.find(("id",)).location(source)
            line = taken[identity].location(source).line
            source.add(
                ProblemKind.DUPLICATE_KEY,
                f"two rows have the id {identity!r}",
                where,
                hint=f"the other one is in line {line}: give one of them another id",
            )
            continue
        identity = identity if identity not in taken else f"{identity}-{number}"
        taken[identity] = place
        yield Row(identity, place)


def _identity(place: Place, number: int, source: Source) -> tuple[str, bool]:
    """What tells a row from the others, and whether it says so itself."""
    values: Mapping[str, Any] = place.data if isinstance(place.data, dict) else {}
    if "id" in values:
        try:
            return read_row_id(values["id"]), True
        except Mistake as mistake:
            note(source, place.find(("id",)), mistake)
            return str(number), False
    text = next((value for value in values.values() if isinstance(value, str)), "")
    return (slug(text) if "{{" not in text else "")[:_LONGEST_ID].strip("-_") or str(number), False
