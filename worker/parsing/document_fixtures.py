"""The file format: data that tests begin with."""

import re
from typing import Any

from context.values import JsonValue
from worker.fixtures.tables import COLUMN_TYPES, MOST_ROWS
from worker.models.fixture import FixtureCleanup, FixtureFormat
from worker.parsing.binding import holds_template
from worker.parsing.document_values import BOOLEAN, WORDS
from worker.parsing.file_paths import FILE
from worker.parsing.fixture_rules import RuleReader
from worker.parsing.mistake import Mistake
from worker.parsing.names import read_name
from worker.parsing.plain_values import read_anything, read_scalar_text, read_text, whole_number, word
from worker.parsing.readers import MappingOf, Value
from worker.parsing.shape import Key, Shape

_FORMATS = tuple(each.value for each in FixtureFormat)
_CLEANUPS = tuple(each.value for each in FixtureCleanup)
_CHECKSUM = re.compile(r"[0-9a-fA-F]{64}")
_LIFE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|w)\s*")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_CAPTURE = re.compile(r"([A-Za-z0-9][\w-]*(?:/[A-Za-z0-9][\w-]*)?)\.([A-Za-z_][\w-]*)")


def read_checksum(value: Any) -> str:
    """A SHA-256 in hexadecimal, in small letters."""
    text = read_text(value)
    if not _CHECKSUM.fullmatch(text):
        raise Mistake("this is no SHA-256", hint="64 hexadecimal digits, as `sha256sum FILE` prints them")
    return text.lower()


def read_life(value: Any) -> float:
    """How long something is kept, in seconds: `30m`, `12h`, `7d`."""
    found = _LIFE.fullmatch(value) if isinstance(value, str) else None
    if found is None or float(found[1]) <= 0:
        raise Mistake("this is no time to live", hint="write 30m, 12h, 7d or 2w")
    return float(found[1]) * _SECONDS[found[2]]


def read_capture_name(value: Any) -> tuple[str, str]:
    """`test.capture`, taken apart."""
    found = _CAPTURE.fullmatch(read_text(value))
    if found is None:
        raise Mistake(
            "a test and one of its captures are needed here", hint="write for example create-user.user_id"
        )
    return found[1], found[2]


def read_data(value: Any) -> JsonValue:
    """Any value without templates: data is taken as it is."""
    if holds_template(value):
        raise Mistake(
            "a fixture's data holds no templates",
            hint="write the value, or make a suite variable of it: 'variables' may hold templates",
        )
    return read_anything(value)


def read_locale(value: Any) -> str:
    """A locale such as de_DE."""
    text = read_text(value)
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z][A-Za-z]{1,3})?", text):
        raise Mistake(f"{value!r} is no locale", hint="write for example de_DE")
    return text


def _plain_list(value: Any) -> dict[str, Any] | None:
    return {"data": read_data(value)} if isinstance(value, list) else None


GENERATE = Shape(
    name="'generate'",
    title="Generate",
    description="Rows that are made by rules. The same rules and seed make the same rows.",
    example="count: 10, fields: { name: name, email: email }",
    keys={
        "fields": Key(
            MappingOf(RuleReader(), check_key=read_anything, example="email: email"),
            "How each field is made: the name of a fake, or `fake` with arguments, `value`, `sequence`,"
            " `one_of`, `from` (another fixture's field, by chance), `parent` (of the row it is made for).",
            required=True,
            examples=({"id": {"sequence": 1}, "email": "email"},),
        ),
        "count": Key(
            Value(whole_number(0, MOST_ROWS), {"type": "integer", "minimum": 0, "maximum": MOST_ROWS}),
            "How many rows; with `for_each`, for each row of the other fixture. Without it: 1.",
            examples=(10,),
        ),
        "for_each": Key(WORDS, "Rows are made for each row of this fixture.", examples=("users",)),
        "seed": Key(
            Value(read_scalar_text, {"type": ["string", "integer"]}),
            "Another seed makes other rows. Without it: the fixture's name.",
            examples=(42,),
        ),
        "locale": Key(
            Value(read_locale, {"type": "string"}),
            "Whose names and addresses. Without it: en_US.",
            examples=("de_DE",),
        ),
    },
)

FIXTURE = Shape(
    name="a fixture",
    title="Fixture",
    description="Data that tests begin with: `{{ fixture.name }}`.",
    example="data: [{ id: ada }]",
    wanted="a list or a mapping",
    one_of=("data", "file", "generate", "snapshot"),
    one_of_hint="write for example { data: [{ id: ada }] } or { file: users.csv }",
    shorthand=_plain_list,
    shorthand_schema={"type": "array"},
    keys={
        "data": Key(Value(read_data, {}), "The data itself, any value.", examples=([{"id": "ada"}],)),
        "file": Key(
            FILE,
            "A file: .json, .csv, .sql or .parquet, also with .gz or .zst behind it.",
            examples=("users.csv",),
        ),
        "format": Key(
            Value(word(*_FORMATS), {"enum": list(_FORMATS)}),
            "How the file is written, where its name does not say.",
        ),
        "types": Key(
            MappingOf(
                Value(word(*COLUMN_TYPES), {"enum": list(COLUMN_TYPES)}),
                check_key=read_anything,
                example="age: number",
            ),
            "What the columns of a CSV file hold, where it is not text.",
            examples=({"age": "number"},),
        ),
        "sha256": Key(
            Value(read_checksum, {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}),
            "The file's checksum; another file is refused.",
            examples=("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",),
        ),
        "generate": Key(
            GENERATE, "Rows that are made by rules.", examples=({"count": 3, "fields": {"email": "email"}},)
        ),
        "snapshot": Key(
            Value(read_capture_name, {"type": "string", "pattern": r"^[A-Za-z0-9][\w/-]*\.[A-Za-z_][\w-]*$"}),
            "What a test has captured in an earlier run on this machine; where nothing was kept, the test's"
            " capture of this run.",
            examples=("create-user.user_id",),
        ),
        "ttl": Key(
            Value(read_life, {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*(s|m|h|d|w)\s*$"}),
            "How long a snapshot is good. Without it: 24h.",
            examples=("1h",),
        ),
        "immutable": Key(
            BOOLEAN, "A snapshot that was kept once is kept for ever; a file has to have a `sha256`."
        ),
        "cleanup": Key(
            Value(word(*_CLEANUPS), {"enum": list(_CLEANUPS)}),
            "When what is kept of a snapshot is taken away: `immediate` after one later run that used it,"
            " `delayed` when its `ttl` is over, `manual` when a person removes the file. Without it:"
            " delayed. All other fixtures leave nothing behind. What tests make in the API, their own"
            " `cleanup` undoes.",
            examples=("immediate",),
        ),
        "shared": Key(BOOLEAN, "With false, each test gets generated rows of its own. Without it: true."),
    },
)

FIXTURES = MappingOf(
    FIXTURE, check_key=read_name, key_pattern="[A-Za-z_][A-Za-z0-9_]*", example="users: [{ id: ada }]"
)

SHAPES: tuple[Shape, ...] = (FIXTURE, GENERATE)
