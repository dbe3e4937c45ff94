"""A clock that moves only when a test says so."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

#: Turns of the event loop that are enough for everything that can happen now to have happened.
TURNS = 50


class ManualClock:
    """Time stands still until `advance`. Ids count from one."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._start = datetime(2026, 1, 1, tzinfo=UTC)
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._ids = itertools.count(1)
        self._order = itertools.count()

    def now(self) -> datetime:
        """The moment, as far as the test has let it come."""
        return self._start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """Seconds since the test began."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has advanced this far."""
        if seconds <= 0:
            return await asyncio.sleep(0)
        waiting = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._order), waiting))
        await waiting

    @property
    def sleeping(self) -> int:
        """How many wait for time to pass."""
        return sum(not waiting.done() for _, _, waiting in self._sleepers)

    def new_id(self) -> str:
        """The next id."""
        return f"00000000-0000-4000-8000-{next(self._ids):012d}"

    async def advance(self, seconds: float = 0.0) -> None:
        """Let this much time pass, and everything happen that happens meanwhile."""
        until = self.seconds + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            moment, _, waiting = heapq.heappop(self._sleepers)
            self.seconds = max(self.seconds, moment)
            if not waiting.done():
                waiting.set_result(None)
            await settle()
        self.seconds = until
        await settle()


async def settle() -> None:
    """Let everything happen that can happen without time passing."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
