"""Where the time of an attempt goes."""

from dataclasses import dataclass
from datetime import datetime

from worker.clock import Clock


@dataclass(slots=True, kw_only=True)
class Phases:
    """Seconds of an attempt or of a part of it. Waiting for one's turn is in none of them."""

    setup: float = 0.0
    execution: float = 0.0
    teardown: float = 0.0

    def add(self, other: "Phases") -> None:
        """Count another part's seconds, too."""
        self.setup += other.setup
        self.execution += other.execution
        self.teardown += other.teardown


class PhaseTimer:
    """Takes the time of one step: until it can be sent, while it is sent, and after that.

    `sent_at` is when it went out, on the clock that people read.
    """

    __slots__ = ("_began", "_clock", "_ready", "_received", "_sent", "sent_at")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: float | None = None
        self._received: float | None = None
        self.sent_at: datetime | None = None
        self.begin()

    def begin(self) -> None:
        """The set-up begins (anew: nobody's time is counted until now)."""
        self._began = self._ready = self._clock.monotonic()

    def ready(self) -> None:
        """The request can be sent."""
        self._ready = self._clock.monotonic()
        self._sent = self._received = self.sent_at = None

    def sent(self) -> None:
        """It is the request's turn: it goes out."""
        self._sent = self._clock.monotonic()
        self.sent_at = self._clock.now()

    def received(self) -> None:
        """The answer is there, or will not come."""
        self._received = self._clock.monotonic()

    def phases(self) -> Phases:
        """The seconds of each phase, up to now."""
        now = self._clock.monotonic()
        if self._sent is None or self._received is None:
            return Phases(setup=now - self._began)
        return Phases(
            setup=self._ready - self._began,
            execution=self._received - self._sent,
            teardown=now - self._received,
        )
