"""What looking for a value can give."""

from dataclasses import dataclass

from context.values import JsonValue


@dataclass(frozen=True, slots=True)
class Found:
    """The value was there (it may be null)."""

    value: JsonValue


@dataclass(frozen=True, slots=True)
class NotFound:
    """There was no such value. `reason` tells names, types and counts, but no values."""

    reason: str
