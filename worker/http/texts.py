"""JSON values as the texts of a request."""

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from context.values import JsonValue
from worker.errors import RequestError


def is_list(value: JsonValue) -> TypeGuard[Sequence[JsonValue]]:
    """Whether this is a JSON array."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def as_text(value: JsonValue, *, field: str) -> str:
    """A single value as text, as JSON writes it. Raises RequestError for lists, objects and null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    kind = "null" if value is None else "an object" if isinstance(value, Mapping) else "a list"
    raise RequestError(
        f"{field} is {kind}; a text or a number belongs here",
        where=field,
        hint="`| json` writes a list or an object as text",
    )


def readable(value: bytes) -> str:
    """A header's value as text: UTF-8 where it is that, else Latin-1, which can be anything."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
