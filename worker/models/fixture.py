"""Data that tests begin with, as a suite's file says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from context.values import JsonValue
from worker.models.problem import Location


class FixtureFormat(StrEnum):
    """How a fixture's file is written."""

    JSON = "json"  # any value
    CSV = "csv"  # a table with a heading
    SQL = "sql"  # insert statements
    PARQUET = "parquet"  # a table


class Packing(StrEnum):
    """How a fixture's file is compressed."""

    GZIP = "gzip"  # .gz
    ZSTD = "zstd"  # .zst


class FixtureCleanup(StrEnum):
    """When what Baton keeps of a fixture is taken away. What a test makes in an API, its `cleanup` undoes."""

    IMMEDIATE = "immediate"  # at the end of the run; of a snapshot, of the first one that used it
    DELAYED = "delayed"  # when its time to live is over
    MANUAL = "manual"  # never: a person removes it


class RuleKind(StrEnum):
    """Where a field of a generated row comes from."""

    FAKE = "fake"  # made up by Faker
    VALUE = "value"  # the same in every row
    SEQUENCE = "sequence"  # counted up
    ONE_OF = "one_of"  # one of a list, by chance
    FROM = "from"  # a value of a row of another fixture, by chance
    PARENT = "parent"  # a value of the row that this one is made for


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """How one field of a generated row is made. `what` is the word's own value: a name, a start, a list.

    `arguments` are those of a fake. `unique`: no two rows have the same.
    """

    kind: RuleKind
    what: JsonValue
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """Rows that are made by rules: `count` of them, or so many for each row of the fixture `for_each`."""

    fields: Mapping[str, FieldRule]
    count: int = 1
    seed: int | str | None = None
    locale: str = "en_US"
    for_each: str | None = None

    @property
    def others(self) -> tuple[str, ...]:
        """The fixtures that the rows are made of."""
        named = [
            str(rule.what).partition(".")[0] for rule in self.fields.values() if rule.kind is RuleKind.FROM
        ]
        return tuple(dict.fromkeys([*([self.for_each] if self.for_each else []), *named]))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureFile:
    """A fixture in a file; `path` is what the Files port takes."""

    path: str
    format: FixtureFormat
    packing: Packing | None = None
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a test captured in some run, kept for later ones in a file at `path`: for ever without
    `ttl_seconds`."""

    test: str
    capture: str
    path: str
    ttl_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One fixture. `source` says what kind it is; everything else is a literal.

    `sha256` is that of the file as it lies there. With `shared` off each test gets rows of its own.
    Only snapshots are kept longer than a run, so `cleanup` is `immediate` for all others.
    """

    name: str
    source: FixtureFile | Generated | Kept | None = None
    data: JsonValue = None
    sha256: str | None = None
    shared: bool = True
    cleanup: FixtureCleanup = FixtureCleanup.IMMEDIATE
    where: Location
