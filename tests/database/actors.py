"""People and workers by name, and what each of them may say to the database."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from tests.patience import FOR_EVER_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """How the database said no."""

    #: `PT409` reaches the caller of the API as HTTP 409; `42501` is what Postgres itself refuses.
    code: str
    message: str
    hint: str | None


class Session:
    """One connection as the superuser, who sets the scene and looks behind it."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """All rows, as dictionaries; none for a statement that gives none."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, [_sendable(value) for value in values])
            return cursor.fetchall() if cursor.description else []

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the only row."""
        [row] = self.rows(query, *values)
        return next(iter(row.values()))

    def change(self, query: str, *values: Any) -> int:
        """How many rows the statement touched."""
        return self._connection.execute(query, [_sendable(value) for value in values]).rowcount

    def wait_for_blocked(self) -> None:
        """Until some other connection of this database waits for a lock; it is about to."""
        waiting = (
            "select count(*) from pg_stat_activity "
            "where wait_event_type = 'Lock' and datname = current_database()"
        )
        give_up_at = monotonic() + FOR_EVER_SECONDS
        while not self.value(waiting):
            assert monotonic() < give_up_at, "nobody waits"
            sleep(0.01)

    def transaction(self) -> AbstractContextManager[object]:
        """What is done inside becomes visible to others at its end."""
        return self._connection.transaction()

    def actor(self, role: str, user_id: UUID | None = None) -> "Actor":
        """Somebody who comes through the API with this role."""
        return Actor(self, role=role, user_id=user_id)

    @contextmanager
    def acting(self, role: str, user_id: UUID | None) -> Iterator[None]:
        """As the API does it: the role and the claims of a token, and afterwards oneself again."""
        claims: dict[str, str] = {"role": role} | ({"sub": str(user_id)} if user_id else {})
        with self._connection.transaction():
            self._connection.execute(
                sql.SQL("set local role {}; select set_config('request.jwt.claims', {}, true)").format(
                    sql.Identifier(role), sql.Literal(json.dumps(claims))
                )
            )
            yield
            self._connection.execute("reset role; select set_config('request.jwt.claims', '', true)")


class Actor:
    """Somebody with a role; a person if there is a user."""

    def __init__(self, session: Session, *, role: str, user_id: UUID | None) -> None:
        self._session = session
        self.role = role
        self._user_id = user_id

    @property
    def id(self) -> UUID:
        """The person's id."""
        assert self._user_id is not None
        return self._user_id

    def call(self, function: str, **arguments: Any) -> Any:
        """A function's answer: a value, or a dictionary where it gives a row."""
        [answer] = self.call_all(function, **arguments)
        return answer

    def call_all(self, function: str, **arguments: Any) -> list[Any]:
        """The same for a function that gives several rows."""
        names = ", ".join(f"{name} => %s" for name in arguments)
        rows = self.rows(f"select * from public.{function}({names})", *arguments.values())
        return [row[function] if list(row) == [function] else row for row in rows]

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What this actor sees."""
        with self._session.acting(self.role, self._user_id):
            return self._session.rows(query, *values)

    def change(self, query: str, *values: Any) -> int:
        """How many rows this actor could touch."""
        with self._session.acting(self.role, self._user_id):
            return self._session.change(query, *values)

    def refused(self, function: str, **arguments: Any) -> Refusal:
        """Calls a function and expects a refusal."""
        return refusal_of(lambda: self.call_all(function, **arguments))

    def refused_to(self, query: str, *values: Any) -> Refusal:
        """Sends a statement and expects a refusal."""
        return refusal_of(lambda: self.change(query, *values))


def refusal_of(attempt: Callable[[], object]) -> Refusal:
    """Tries what must be refused, and gives how it was."""
    try:
        answer = attempt()
    except psycopg.Error as error:
        diagnosis = error.diag
        return Refusal(
            code=error.sqlstate or "",
            message=diagnosis.message_primary or "",
            hint=diagnosis.message_hint,
        )
    raise AssertionError(f"was not refused, but answered {answer!r}")


def _sendable(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
