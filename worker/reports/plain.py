"""What plain JSON values are made of: moments, seconds, places."""

from datetime import UTC, datetime

from context.values import JsonValue
from worker.models.problem import Location

#: A JSON object.
Plain = dict[str, JsonValue]


def plain_location(where: Location | None) -> JsonValue:
    """A place in a file; line and column begin at 1."""
    return None if where is None else {"path": where.path, "line": where.line, "column": where.column}


def moment(when: datetime | None) -> str | None:
    """A moment in UTC, to the millisecond: 2026-03-01T12:00:00.000Z."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rounded(seconds: float) -> float:
    """Seconds to the microsecond, so that no report shows the noise of floating point."""
    return round(seconds, 6)
