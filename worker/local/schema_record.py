"""Which migrations a data folder was made with, and what that means for the ones there are now."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum, auto
from pathlib import Path

from worker.local.private_files import read_json, write_private_json

#: As the Supabase CLI tells migrations from other files.
_MIGRATION_NAME = re.compile(r"^(?P<version>\d+)_.*\.sql$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration file: its version (the number it begins with) and a digest of its text."""

    version: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRecord:
    """What was applied to a data folder, kept beside it."""

    bootstrap: str = ""
    migrations: tuple[Migration, ...] = ()
    #: False from before migrations are applied until they are.
    complete: bool = False


class Plan(Enum):
    """What to do about the migrations that are there now."""

    NOTHING = auto()  # the data has them all
    PUSH = auto()  # the data has the first of them, and not yet the rest
    REFUSE = auto()  # the data has others


def migration_files(folder: Path) -> dict[str, Path]:
    """The migrations of this folder by version, in the order in which they apply."""
    found = ((path, _MIGRATION_NAME.match(path.name)) for path in sorted(folder.glob("*.sql")))
    return {name["version"]: path for path, name in found if name is not None}


def migrations_in(folder: Path) -> tuple[Migration, ...]:
    """The same with digests of their texts."""
    return tuple(
        Migration(version, hashlib.sha256(path.read_bytes()).hexdigest())
        for version, path in migration_files(folder).items()
    )


def plan(applied: Sequence[Migration], *, present: Sequence[Migration]) -> Plan:
    """Compare what was applied with what is there. Order and text count."""
    if tuple(present[: len(applied)]) != tuple(applied):
        return Plan.REFUSE
    return Plan.NOTHING if len(present) == len(applied) else Plan.PUSH


def applied_migrations(record: SchemaRecord, *, versions: Iterable[str]) -> tuple[Migration, ...]:
    """What a database has: its own list of versions, with the text that we know they had.

    A version that nobody recorded gets an empty digest, which equals no file's.
    """
    digests = {migration.version: migration.digest for migration in record.migrations}
    return tuple(Migration(version, digests.get(version, "")) for version in sorted(versions))


def read_record(path: Path) -> SchemaRecord:
    """The record in this file; an empty one if there is none."""
    content = read_json(path) or {}
    try:
        return SchemaRecord(
            bootstrap=content["bootstrap"],
            migrations=tuple(Migration(**entry) for entry in content["migrations"]),
            complete=content["complete"],
        )
    except (KeyError, TypeError):
        return SchemaRecord()


def write_record(path: Path, record: SchemaRecord) -> None:
    """Write it down in one step."""
    write_private_json(path, asdict(record))
