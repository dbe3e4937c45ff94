"""`timeout:` — how long a request, its parts, and an attempt with all its requests may take."""

from typing import NamedTuple

from worker.parsing.document_values import LIMIT
from worker.parsing.place import Place
from worker.parsing.readers import Reader, Schema
from worker.parsing.shape import Key, Shape
from worker.parsing.source import Source

#: Where neither the file nor the environment says a limit.
DEFAULT_TIMEOUT_SECONDS = 30.0


class Limits(NamedTuple):
    """Seconds; None where nothing was said. `read` is for each wait for more of the answer, `total` for
    a request, `attempt` for all requests of one try of a test."""

    total: float | None = None
    connect: float | None = None
    read: float | None = None
    attempt: float | None = None

    def over(self, other: "Limits") -> "Limits":
        """What these say, and the others where these say nothing."""
        return Limits(
            total=other.total if self.total is None else self.total,
            connect=other.connect if self.connect is None else self.connect,
            read=other.read if self.read is None else self.read,
            attempt=other.attempt if self.attempt is None else self.attempt,
        )


TIME_LIMITS = Shape(
    name="'timeout'",
    title="TimeLimits",
    description="How long a request, its parts, and the whole test may take.",
    example="connect: 2s, total: 10s",
    keys={
        "connect": Key(LIMIT, "Until a connection is there. Without it: 5s.", examples=("2s",)),
        "read": Key(
            LIMIT, "Each wait for more of the answer. Without it: no limit but the whole.", examples=("5s",)
        ),
        "total": Key(LIMIT, "A request with its answer. Without it: 30s.", examples=("10s",)),
        "attempt": Key(
            LIMIT,
            "One attempt of a test, with all its steps, repetitions and pauses. Without it: no limit.",
            examples=("2m",),
        ),
    },
)


class TimeLimits(Reader):
    """One limit for all, or a mapping."""

    def read(self, place: Place, source: Source) -> Limits:
        """The limits that were said."""
        if isinstance(place.children, dict):
            return Limits(**TIME_LIMITS.read(place, source))
        return Limits(total=LIMIT.read(place, source))

    def schema(self) -> Schema:
        """A duration, or a mapping of durations."""
        return {"anyOf": [LIMIT.schema(), TIME_LIMITS.schema()]}
