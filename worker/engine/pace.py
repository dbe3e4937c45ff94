"""How fast requests may go out."""

from worker.clock import Clock


class Pace:
    """At most so many requests a second, evenly spaced: a burst at the start would be over the
    limit in the first second already."""

    def __init__(self, clock: Clock, *, per_second: float | None) -> None:
        self._clock = clock
        self._gap = 1 / per_second if per_second else 0.0
        self._next = clock.monotonic()

    async def turn(self) -> None:
        """Wait for one's turn, in the order of asking."""
        if not self._gap:
            return
        now = self._clock.monotonic()
        mine = max(self._next, now)
        # Taken before waiting, so that whoever asks meanwhile comes later.
        self._next = mine + self._gap
        if mine > now:
            await self._clock.sleep(mine - now)
