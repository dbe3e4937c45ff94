"""Brings a running Postgres to the project's schema, with the official Supabase CLI."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from worker.errors import MigrationFailed, OtherSchema
from worker.local.bootstrap import bootstrap, bootstrap_fingerprint
from worker.local.children import run_in_background
from worker.local.commands import Command
from worker.local.folders import StackFolder
from worker.local.node import node_environment, node_program
from worker.local.postgres import ADMIN, OWNER, DatabaseAddress, Postgres, connect
from worker.local.schema_record import (
    Migration,
    Plan,
    SchemaRecord,
    applied_migrations,
    migrations_in,
    plan,
    read_record,
    write_record,
)

_PUSH_LIMIT_SECONDS = 600

#: What the CLI says around the one thing that matters.
_NOISE = re.compile(r"^(Target:|Confirmed by|Try rerunning|Finished |Connecting|Initialising)")


def refuse_other_schema(folder: StackFolder, *, source: Path) -> None:
    """Refuse data that was made from other migrations, before anything is started."""
    record = read_record(folder.schema)
    present = migrations_in(source / "migrations")
    if record.complete and plan(record.migrations, present=present) is Plan.REFUSE:
        raise _other_schema(folder)


def is_current(folder: StackFolder, *, source: Path) -> bool:
    """Whether the data has this bootstrap and these migrations, and nothing needs to be done."""
    record = read_record(folder.schema)
    present = migrations_in(source / "migrations")
    wanted = SchemaRecord(bootstrap=bootstrap_fingerprint(), migrations=present, complete=True)
    return record == wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrator:
    """Brings one server's data to the schema in `source` (a folder like `supabase/`)."""

    postgres: Postgres
    port: int
    source: Path
    report: Callable[[str], None]

    async def bring_up_to_date(self) -> None:
        """Bootstrap and migrate as far as needed. Data made from other migrations is refused."""
        if is_current(self.postgres.folder, source=self.source):
            return
        await self._bootstrap()
        present = migrations_in(self.source / "migrations")
        applied = await asyncio.to_thread(self._applied)
        match plan(applied, present=present):
            case Plan.REFUSE:
                raise _other_schema(self.postgres.folder)
            case Plan.PUSH:
                await self._push(present, count=len(present) - len(applied))
        self._write(SchemaRecord(bootstrap=bootstrap_fingerprint(), migrations=present, complete=True))

    async def _bootstrap(self) -> None:
        record, wanted = self._record(), bootstrap_fingerprint()
        if record.bootstrap == wanted:
            return
        self.report("preparing the database")
        admin, server = self._address(ADMIN), self.postgres
        await asyncio.to_thread(bootstrap, admin, keys=server.keys, packages=server.packages)
        self._write(replace(record, bootstrap=wanted))

    def _applied(self) -> tuple[Migration, ...]:
        with connect(self._address(ADMIN)) as connection:
            table = connection.execute("select to_regclass('supabase_migrations.schema_migrations')")
            if table.fetchone() == (None,):
                return ()
            found = connection.execute("select version from supabase_migrations.schema_migrations")
            return applied_migrations(self._record(), versions=[version for (version,) in found])

    async def _push(self, present: tuple[Migration, ...], *, count: int) -> None:
        self.report(f"applying {count} migration{'s' if count != 1 else ''}")
        # Written first: after a crash in between, the database's own list says how far it came.
        self._write(replace(self._record(), migrations=present, complete=False))
        with work_folder(self.source, inside=self.postgres.folder.path) as folder:
            try:
                done = await run_in_background(self._push_command(folder), time_limit=_PUSH_LIMIT_SECONDS)
            except TimeoutError:
                raise MigrationFailed("The migrations did not finish in time") from None
        if done.code != 0:
            raise push_failure(done.output, source=self.source, again="baton up")

    def _push_command(self, folder: Path) -> Command:
        owner = self._address(OWNER)
        # The password goes through the environment: arguments can be seen by everybody.
        return push_command(
            self.postgres.packages,
            target=f"postgresql://{owner.user}@127.0.0.1:{owner.port}/postgres",
            folder=folder,
            PGPASSWORD=owner.password,
            PGSSLMODE="disable",
        )

    def _address(self, user: str) -> DatabaseAddress:
        return self.postgres.address(user, port=self.port)

    def _record(self) -> SchemaRecord:
        return read_record(self.postgres.folder.schema)

    def _write(self, record: SchemaRecord) -> None:
        write_record(self.postgres.folder.schema, record)


def push_command(packages: Path, *, target: str, folder: Path, **environment: str) -> Command:
    """The official CLI applying the migrations in a work folder to the database at `target`."""
    return Command(
        name="supabase",
        arguments=(
            str(node_program()),
            str(packages / "node_modules" / "supabase" / "dist" / "supabase.js"),
            "db",
            "push",
            f"--remote={target}",
            "--yes",
            f"--workdir={folder}",
        ),
        environment=node_environment(HOME=str(folder), SUPABASE_HOME=str(folder), **environment),
    )


@contextmanager
def work_folder(source: Path, *, inside: Path | None = None) -> Iterator[Path]:
    """A copy for the CLI, which writes into the folder it works in and into its home."""
    with tempfile.TemporaryDirectory(prefix=".push-", dir=inside) as name:
        project = Path(name) / "supabase"
        shutil.copytree(source / "migrations", project / "migrations")
        shutil.copyfile(source / "config.toml", project / "config.toml")
        yield Path(name)


def push_failure(output: str, *, source: Path, again: str) -> MigrationFailed:
    """What the CLI said, without its noise; `again` is the command to repeat."""
    lines = [line for line in output.strip().splitlines() if line and not _NOISE.match(line)]
    applying = [line for line in lines if line.startswith("Applying migration ")]
    name = applying[-1].removeprefix("Applying migration ").rstrip(".") if applying else ""
    message = "\n".join(line for line in lines if line not in applying)[-3000:]
    return MigrationFailed(
        f"A migration failed: {message}",
        where=str(source / "migrations" / name),
        hint=f"Nothing of it was applied, and the data is kept. Correct it, then run `{again}` again.",
    )


def _other_schema(folder: StackFolder) -> OtherSchema:
    return OtherSchema(
        "This data was made from another version of the schema, and was left as it is",
        where=str(folder.data),
        hint="`baton db reset` deletes it and begins again; or use the Baton that made it.",
    )
