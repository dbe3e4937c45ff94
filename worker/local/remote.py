"""A database that is not ours to start: hosted, or of `supabase start`. Brings it to the schema."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from worker.errors import LocalStackError, MigrationFailed, UsageError
from worker.local.children import run_in_background
from worker.local.files import local_folder, supabase_folder
from worker.local.migrate import push_command, push_failure, work_folder
from worker.local.packages import install_packages
from worker.local.schema_record import migrations_in

if TYPE_CHECKING:
    import psycopg

_LIMIT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Versions of migrations: those a database has, and those it lacks."""

    applied: tuple[str, ...]
    missing: tuple[str, ...]


def push_schema(url: str, *, report: Callable[[str], None], source: Path | None = None) -> None:
    """Apply the migrations that the database at `url` lacks, with the official Supabase CLI.

    Raises MigrationFailed; what was there before is as it was then.
    """
    source = source or supabase_folder()
    if not schema_status(url, source=source).missing:
        return
    target, password = split_password(url)
    packages = install_packages(local_folder(), report=report)
    report("applying the migrations that are missing")
    with work_folder(source) as folder:
        environment = {"PGPASSWORD": password} if password else {}
        command = push_command(packages, target=target, folder=folder, **environment)
        try:
            done = asyncio.run(run_in_background(command, time_limit=_LIMIT_SECONDS))
        except TimeoutError:
            raise MigrationFailed("The migrations did not finish in time", where=target) from None
    if done.code != 0:
        raise push_failure(done.output, source=source, again="baton db push")


def schema_status(url: str, *, source: Path | None = None) -> SchemaStatus:
    """Which of our migrations the database at `url` has. Changes nothing."""
    applied = _applied(url)
    present = [migration.version for migration in migrations_in((source or supabase_folder()) / "migrations")]
    missing = tuple(version for version in present if version not in applied)
    return SchemaStatus(applied=applied, missing=missing)


def split_password(url: str) -> tuple[str, str]:
    """The address without its password, which may be shown, and the password."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise UsageError(
            "this is not an address of a Postgres database",
            where="--db-url",
            hint="It looks like postgresql://user:password@host:5432/postgres.",
        )
    host = parts.netloc.rpartition("@")[2]
    user = f"{quote(unquote(parts.username), safe='')}@" if parts.username else ""
    target = urlunsplit((parts.scheme, f"{user}{host}", parts.path, parts.query, ""))
    return target, unquote(parts.password or "")


@contextmanager
def connected(url: str, *, autocommit: bool = False) -> "Iterator[psycopg.Connection[Any]]":
    """A connection to the database at `url`; what is done is one transaction, unless `autocommit`.

    Raises LocalStackError when it cannot be reached, or refuses what is asked; never with the password.
    """
    import psycopg

    target, password = split_password(url)
    try:
        connection = psycopg.connect(
            target, password=password or None, connect_timeout=10, autocommit=autocommit
        )
    except psycopg.OperationalError as error:
        raise LocalStackError(
            "The database cannot be reached",
            where=target,
            hint=_first_line(error, password),
        ) from None
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        raise LocalStackError(
            f"The database refused: {_first_line(error, password)}",
            where=target,
            hint="Has it the schema (`baton db status`), and is this user its owner?",
        ) from None


def _applied(url: str) -> tuple[str, ...]:
    with connected(url) as connection:
        table = connection.execute("select to_regclass('supabase_migrations.schema_migrations')")
        if table.fetchone() == (None,):
            return ()
        found = connection.execute("select version from supabase_migrations.schema_migrations order by 1")
        return tuple(str(version) for (version,) in found)


def _first_line(error: Exception, password: str) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__).replace(password or "\0", "***")
