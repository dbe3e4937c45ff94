"""Writes the migration from the schema as it reads in `sql/`.

    python -m worker.schema

Until the first release there is one migration, generated: nobody needs the history of what nobody runs. A
test compares the two byte for byte. From the first release on the file is frozen, and changes are added
beside it.
"""

from pathlib import Path

_ROOT = Path(__file__).parents[1]

#: The schema as people read it, one file a domain; their numbers are the order.
SOURCE = _ROOT / "sql"

#: The only SQL that is ever run on a real database.
MIGRATION = _ROOT / "supabase" / "migrations" / "20261120000000_baton.sql"

_HEAD = """\
-- Generated from sql/*.sql by `make migration`. Do not edit: change the file in sql/ and generate again.
"""


def write_schema(source: Path = SOURCE) -> str:
    """The text of the migration: all files of `source` in the order of their numbers."""
    files = sorted(source.glob("*.sql"))
    return _HEAD + "".join(_part(file) for file in files)


def _part(file: Path) -> str:
    title = f"-- From sql/{file.name} "
    return f"\n\n{title.ljust(100, '=')}\n\n{file.read_text('utf-8').strip()}\n"


def main() -> None:
    """Bring the migration up to date with `sql/`."""
    MIGRATION.parent.mkdir(parents=True, exist_ok=True)
    MIGRATION.write_text(write_schema(), "utf-8")


if __name__ == "__main__":
    main()
