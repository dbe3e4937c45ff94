"""How long the tests of a suite may take together."""

import asyncio
from collections.abc import Callable, Mapping

from worker.clock import Clock
from worker.models.suite import SuiteLimits


class SuiteTimes:
    """The clocks of suites: each begins with the first test of its suite. `over` is called with the
    suite's key when its time is."""

    def __init__(self, limits: Mapping[str, SuiteLimits], clock: Clock, over: Callable[[str], None]) -> None:
        self._seconds = {
            key: each.timeout_seconds for key, each in limits.items() if each.timeout_seconds is not None
        }
        self._clock = clock
        self._tell = over
        self._running: dict[str, asyncio.Task[None]] = {}
        self._over: set[str] = set()

    def begin(self, suite: str) -> None:
        """A test of this suite starts."""
        if suite in self._seconds and suite not in self._running:
            self._running[suite] = asyncio.create_task(self._run(suite), name=f"time of {suite}")

    def is_over(self, suite: str) -> bool:
        """Whether no test of this suite may run any more."""
        return suite in self._over

    def limit(self, suite: str) -> float:
        """How many seconds the suite has. Only of those that have a limit."""
        return self._seconds[suite]

    def stop(self) -> None:
        """No time ends any more."""
        for task in self._running.values():
            task.cancel()

    async def _run(self, suite: str) -> None:
        await self._clock.sleep(self._seconds[suite])
        self._over.add(suite)
        self._tell(suite)
