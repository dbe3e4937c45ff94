"""A database that is not ours to start: hosted, or of `supabase start`. Brings it to the schema."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from worker.errors import LocalStackError, MigrationFailed, OtherSchema, UsageError
from worker.local.children import run_in_background
from worker.local.files import local_folder, supabase_folder
from worker.local.migrate import push_command, push_failure, work_folder
from worker.local.packages import install_packages
from worker.local.schema_record import migration_files

if TYPE_CHECKING:
    import psycopg

_LIMIT_SECONDS = 600

#: The CLI notes the statements of a migration one by one, without what stands between them.
_BETWEEN_STATEMENTS = re.compile(r"[\s;]+")


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Versions of migrations: those a database has, those it lacks, and those it has with another text."""

    applied: tuple[str, ...]
    missing: tuple[str, ...]
    different: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the database has all that we have."""
        return not self.missing and not self.different


def push_schema(url: str, *, report: Callable[[str], None], source: Path | None = None) -> None:
    """Apply the migrations that the database at `url` lacks, with the official Supabase CLI.

    Raises MigrationFailed, or OtherSchema for one that was made from other migrations; what was there before
    is as it was then.
    """
    source = source or supabase_folder()
    target, password = split_password(url)
    found = schema_status(url, source=source)
    if found.different:
        raise _other_schema(target)
    if not found.missing:
        return
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
    present = _texts_in((source or supabase_folder()) / "migrations")
    return SchemaStatus(
        applied=tuple(applied),
        missing=tuple(version for version in present if version not in applied),
        different=tuple(
            version for version, text in applied.items() if text and text != present.get(version, text)
        ),
    )


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


def _applied(url: str) -> dict[str, str]:
    """The text of each migration by its version; empty where the database did not note it."""
    with connected(url) as connection:
        table = connection.execute("select to_regclass('supabase_migrations.schema_migrations')")
        if table.fetchone() == (None,):
            return {}
        found = connection.execute(
            "select version, statements from supabase_migrations.schema_migrations order by 1"
        )
        return {str(version): _words_of(*(statements or ())) for version, statements in found}


def _texts_in(folder: Path) -> dict[str, str]:
    return {version: _words_of(path.read_text("utf-8")) for version, path in migration_files(folder).items()}


def _words_of(*statements: str) -> str:
    return _BETWEEN_STATEMENTS.sub("", "".join(statements))


def _other_schema(target: str) -> OtherSchema:
    return OtherSchema(
        "This database was made from another version of the schema, and was left as it is",
        where=target,
        hint="`baton db check` says where it differs. Use the Baton that made it, or an empty database.",
    )


def _first_line(error: Exception, password: str) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__).replace(password or "\0", "***")
