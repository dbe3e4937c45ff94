"""Who knocks: people with tokens, and the administrator who lets them listen."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import jwt
import psycopg

from worker.local.stack import StackInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an id of their own."""

    id: str
    jwt_secret: str

    def token(self, *, seconds: float = 3600, now: float | None = None) -> str:
        """A token that is good for this long, from this moment (seconds since 1970) or from now."""
        claims = {
            "role": "authenticated",
            "aud": "authenticated",
            "sub": self.id,
            "exp": (time.time() if now is None else now) + seconds,
        }
        return jwt.encode(claims, self.jwt_secret)


class Project:
    """What an administrator can do in the database."""

    def __init__(self, stack: StackInfo, *, jwt_secret: str) -> None:
        self.stack = stack
        self._jwt_secret = jwt_secret

    def person(self, *topics: str) -> Person:
        """Somebody new, who may listen to these topics."""
        person = Person(id=str(uuid.uuid4()), jwt_secret=self._jwt_secret)
        for topic in topics:
            self.run("insert into public.listeners values (%s, %s)", topic, person.id)
        return person

    def forbid(self, person: Person) -> None:
        """Let them listen to nothing any more."""
        self.run("delete from public.listeners where user_id = %s", person.id)

    def send(self, topic: str, payload: Any, *, event: str = "note") -> None:
        """Send from the database, as the owner of the migrations."""
        self.run("select realtime.send(%s::jsonb, %s, %s, true)", json.dumps(payload), event, topic)

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """One statement as the owner of the migrations, committed."""
        with psycopg.connect(**self.stack.owner.parameters) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []


def new_topic() -> str:
    """A topic that no other test uses."""
    return f"run:{uuid.uuid4()}"
