"""What looking for a value can give."""

from typing import NamedTuple

from context.values import JsonValue


class Found(NamedTuple):
    """The value was there (it may be null)."""

    value: JsonValue


class NotFound(NamedTuple):
    """There was no such value. `reason` tells names, types and counts, but no values."""

    reason: str
