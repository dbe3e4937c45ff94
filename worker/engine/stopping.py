"""Why a run stops, if it does, and when what is under way is cut short."""

import asyncio
from collections.abc import Callable, Iterable

from worker.engine.parts import Parts
from worker.engine.stop import StopReason

#: Reasons to stop that come from outside; they count more than what the run found out itself.
ASKED_FOR = (StopReason.CANCELLED, StopReason.DRAINED, StopReason.TIMEOUT)


def _nothing() -> None:
    """Nothing is under way."""


class Stopping:
    """The reason why no further test of a run starts. `begun` is set as soon as there is one.

    `nudge` is called when there is something new, `cut_tests` when the time for tests in flight is
    over, `cut_all` when the time for everything is.
    """

    def __init__(self, parts: Parts) -> None:
        self.reason: StopReason | None = None
        self.begun = asyncio.Event()
        self.nudge: Callable[[], None] = _nothing
        self.cut_tests: Callable[[], None] = _nothing
        self.cut_all: Callable[[], None] = _nothing
        self._parts = parts

    def stop_for(self, reason: StopReason) -> None:
        """No further test starts. What somebody asked for counts more than what was found out."""
        if self.reason is None or (reason in ASKED_FOR and self.reason not in ASKED_FOR):
            self.reason = reason
            self.begun.set()

    @property
    def is_drained(self) -> bool:
        """Whether this process leaves the run to somebody else."""
        return self.reason is StopReason.DRAINED and self._parts.stop.reason is StopReason.DRAINED

    @property
    def is_final(self) -> bool:
        """Whether even what comes after the tests must not begin."""
        return self.is_drained or self._parts.stop.has_given_up

    def settled(self) -> StopReason | None:
        """The reason that counts at the end: a run that was drained may have been cancelled since."""
        if self.reason is StopReason.DRAINED:
            self.reason = self._parts.stop.reason
        return self.reason

    async def watch(self) -> None:
        """Stop when asked; cut tests short when patience is over."""
        stop = self._parts.stop
        self.stop_for(await stop.asked())
        self.nudge()
        patience = asyncio.create_task(self._parts.clock.sleep(self._parts.patience_seconds))
        hurry = asyncio.create_task(stop.hurried())
        try:
            await asyncio.wait([patience, hurry], return_when=asyncio.FIRST_COMPLETED)
            # A drained run may have been cancelled meanwhile.
            self.reason = stop.reason
            self.cut_tests()
            if self.is_drained:
                self.cut_all()
        finally:
            await cancel_all([patience, hurry])

    async def watch_for_giving_up(self) -> None:
        """Cut everything short when somebody does not want to wait at all."""
        await self._parts.stop.given_up()
        self.cut_all()

    async def watch_time(self) -> None:
        """Stop at once when the run's time is over."""
        if self._parts.timeout_seconds is None:
            return
        await self._parts.clock.sleep(self._parts.timeout_seconds)
        self.stop_for(StopReason.TIMEOUT)
        self.cut_tests()


async def cancel_all(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """End these tasks, whatever they are doing, and wait until they have."""
    waiting = [task for task in tasks if not task.done()]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
