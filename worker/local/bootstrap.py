"""What a hosted project has before its first migration, made on an empty Postgres."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from worker.errors import LocalStackError
from worker.local.commands import Command, run_to_end
from worker.local.files import local_folder
from worker.local.keys import StackKeys
from worker.local.node import node_environment, node_program
from worker.local.postgres import OWNER, REALTIME, DatabaseAddress, connect

if TYPE_CHECKING:
    import psycopg

_NODE_LIMIT_SECONDS = 60

#: In this order; steps without an ending are made by other people's packages.
_STEPS = (
    "00_roles.sql",
    "10_extensions.sql",
    "20_auth.sql",
    "auth_tables",
    "25_auth_grants.sql",
    "30_realtime.sql",
    "40_vault.sql",
    "pgmq",
    "90_api_guard.sql",
)


def bootstrap_fingerprint() -> str:
    """Changes when what `bootstrap` does would change."""
    digest = hashlib.sha256()
    for part in _fingerprint_parts():
        digest.update(part)
    return digest.hexdigest()


def bootstrap(admin: DatabaseAddress, *, keys: StackKeys, packages: Path) -> None:
    """Make roles, extensions and platform schemas. All or nothing; harmless when repeated.

    `admin` speaks as the superuser; `packages` holds the Auth server, which knows its tables.
    """
    auth_tables = _auth_tables(packages)
    with connect(admin) as connection:
        for step in _STEPS:
            if step == "auth_tables":
                _execute_as("supabase_auth_admin", auth_tables, connection)
            elif step == "pgmq":
                _install_pgmq(connection)
            else:
                _execute(_sql_file(step), connection)
        _set_password(OWNER, keys.owner_password, connection)
        _set_password(REALTIME, keys.realtime_password, connection)


def _sql_file(name: str) -> str:
    return (local_folder() / "sql" / name).read_text(encoding="utf-8")


def _execute(script: str, connection: "psycopg.Connection[Any]") -> None:
    connection.execute(script.encode())


def _execute_as(role: str, script: str, connection: "psycopg.Connection[Any]") -> None:
    _execute(f"set local role {role}", connection)
    _execute(script, connection)
    _execute("reset role", connection)


def _install_pgmq(connection: "psycopg.Connection[Any]") -> None:
    """The owner of migrations gets the queues' schema, so that a migration can make queues."""
    from pgmq.install import get_embedded_install_sql

    found = connection.execute("select to_regprocedure('pgmq.create(text)')").fetchone()
    if found == (None,):
        _execute_as(OWNER, get_embedded_install_sql(), connection)


def _set_password(role: str, password: str, connection: "psycopg.Connection[Any]") -> None:
    """Only the verifier travels, never the password."""
    from psycopg import sql

    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    statement = sql.SQL("alter role {} password {}")
    connection.execute(statement.format(sql.Identifier(role), sql.Literal(verifier.decode())))


def _auth_tables(packages: Path) -> str:
    """The tables of the Auth server, as its own package spells them."""
    # A program finds packages from where it lies, not from where it is run.
    program = (local_folder() / "auth_schema.mjs").read_text(encoding="utf-8")
    command = Command(
        name="auth-schema",
        arguments=(str(node_program()), "--input-type=module", "--eval", program),
        environment=node_environment(),
        folder=packages,
    )
    done = run_to_end(command, time_limit=_NODE_LIMIT_SECONDS)
    if done.returncode != 0:
        raise LocalStackError(
            f"The Auth server could not name its tables: {done.stderr.strip()[-1000:]}", where=str(packages)
        )
    return done.stdout


def _fingerprint_parts() -> Iterator[bytes]:
    from pgmq.install import get_embedded_install_sql

    for step in _STEPS:
        yield step.encode()
        if step.endswith(".sql"):
            yield _sql_file(step).encode()
    yield (local_folder() / "package-lock.json").read_bytes()
    yield get_embedded_install_sql().encode()
