"""A real Postgres with the migration applied, and a world that every test finds untouched."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.database.actors import Session
from tests.database.stage import Stage
from tests.database.world import Facts, World, build
from worker.local.scratch import ScratchPostgres, scratch_postgres
from worker.schema import MIGRATION


@dataclass(slots=True, kw_only=True)
class Server:
    """A Postgres whose database `furnished` holds the schema and the world; copies of it are cheap."""

    postgres: ScratchPostgres
    facts: Facts
    _copies: int = field(default=0, init=False)

    def copy(self) -> str:
        """The name of a new database that is like the furnished one."""
        self._copies += 1
        name = f"copy_{self._copies}"
        with self.connect("template1", autocommit=True) as connection:
            connection.execute(f"create database {name} template furnished".encode())
        return name

    def connect(self, database: str, *, autocommit: bool = False) -> "psycopg.Connection[Any]":
        """As the superuser. Which functions are called is counted, see test_99_everything_is_tried.py."""
        return psycopg.connect(
            **{**self.postgres.admin.parameters, "dbname": database},
            autocommit=autocommit,
            options="-c track_functions=all",
        )

    @property
    def databases(self) -> tuple[str, ...]:
        """All that were made so far."""
        return ("furnished", *(f"copy_{number}" for number in range(1, self._copies + 1)))


def _migrate(postgres: ScratchPostgres, migration: Path) -> None:
    with psycopg.connect(**postgres.owner.parameters) as connection:
        connection.execute(migration.read_bytes())


def _furnish(postgres: ScratchPostgres) -> Facts:
    with psycopg.connect(**postgres.admin.parameters) as connection:
        facts = build(Session(connection))
    with psycopg.connect(
        **{**postgres.admin.parameters, "dbname": "template1"}, autocommit=True
    ) as connection:
        connection.execute("alter database postgres rename to furnished")
    return facts


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One Postgres for all tests of the database."""
    with scratch_postgres() as postgres:
        _migrate(postgres, MIGRATION)
        yield Server(postgres=postgres, facts=_furnish(postgres))


@pytest.fixture(scope="session")
def _connection(server: Server) -> Iterator["psycopg.Connection[Any]"]:
    with server.connect(server.copy()) as connection:
        yield connection


@pytest.fixture
def world(server: Server, _connection: "psycopg.Connection[Any]") -> Iterator[World]:
    """The world in a transaction that is rolled back."""
    with _connection.transaction(force_rollback=True):
        yield World(Session(_connection), server.facts)


#: Opens the world once more, in a transaction of its own.
OpenWorld = Callable[[], World]


@pytest.fixture
def open_world(server: Server) -> Iterator[OpenWorld]:
    """For tests of what happens at the same time: worlds that share a database, each call a transaction."""
    database = server.copy()
    with ExitStack() as stack:

        def opened() -> World:
            connection = stack.enter_context(server.connect(database, autocommit=True))
            return World(Session(connection), server.facts)

        yield opened


@pytest.fixture(scope="session")
def _furnished(server: Server) -> Iterator["tuple[psycopg.Connection[Any], Stage]"]:
    with server.connect(server.copy(), autocommit=True) as connection:
        session = Session(connection)
        yield connection, Stage(session, World(session, server.facts))


@pytest.fixture
def stage(_furnished: "tuple[psycopg.Connection[Any], Stage]") -> Iterator[Stage]:
    """Two organizations with rows in every table, in a transaction that is rolled back."""
    connection, stage = _furnished
    with connection.transaction(force_rollback=True):
        yield stage
