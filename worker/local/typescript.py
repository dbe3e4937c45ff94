"""Writes the TypeScript types of the schema, with the official Supabase CLI.

    python -m worker.local.typescript

The schema is applied to a throw-away Postgres, so that nobody's database decides what the types are. A test
compares the file with what is generated.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from worker.errors import LocalStackError
from worker.local.node import node_environment, node_program
from worker.local.scratch import ScratchPostgres, scratch_postgres
from worker.schema import MIGRATION

#: What the dashboard, and everybody else who uses supabase-js, imports.
TYPES = Path(__file__).parents[2] / "dashboard" / "types" / "database.ts"

_HEAD = "// Generated from the schema in sql/ by `make types`. Do not edit.\n"


def write_types(target: str, *, password: str, packages: Path) -> str:
    """The types of what the API shows of the database at `target`, an address without its password.

    Raises LocalStackError.
    """
    with tempfile.TemporaryDirectory(prefix="baton-types-") as folder:
        environment = node_environment(
            HOME=folder, SUPABASE_HOME=folder, PGPASSWORD=password, PGSSLMODE="disable"
        )
        done = subprocess.run(
            [
                str(node_program()),
                str(packages / "node_modules" / "supabase" / "dist" / "supabase.js"),
                *("gen", "types", "typescript", "--yes", "--schema=public"),
                f"--remote={target}",
                f"--workdir={folder}",
            ],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise LocalStackError("the types could not be generated", hint=done.stderr.strip()[-1000:])
    return _HEAD + "\n" + "\n".join(line.rstrip() for line in done.stdout.strip().splitlines()) + "\n"


def main() -> None:
    """Bring the types up to date with the migration."""
    with scratch_postgres(report=_say) as postgres:
        _migrate(postgres)
        address = postgres.admin
        target = f"postgresql://{address.user}@127.0.0.1:{address.port}/postgres"
        text = write_types(target, password=address.password, packages=postgres.packages)
    TYPES.parent.mkdir(parents=True, exist_ok=True)
    TYPES.write_text(text, "utf-8")


def _migrate(postgres: ScratchPostgres) -> None:
    with psycopg.connect(**postgres.owner.parameters) as connection:
        connection.execute(MIGRATION.read_bytes())


def _say(step: str) -> None:
    sys.stderr.write(f"  {step} …\n")


if __name__ == "__main__":
    main()
