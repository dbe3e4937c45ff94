"""Responses for tests, in one line each."""

import json
from dataclasses import dataclass

from context.values import JsonValue


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as captures see it."""

    body: bytes = b""
    status_code: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    url: str = ""
    redirects: tuple[object, ...] = ()


def answer(document: JsonValue, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A JSON response."""
    return Answer(json.dumps(document).encode(), headers=headers)
