"""What a worker does beside its runs, now and then."""

import asyncio

import structlog

from context.store.base import ContextStore
from worker.clock import Clock
from worker.errors import PlatformError

#: Contexts live for a day after their run; an hour more does no harm, and asking costs a millisecond.
CLEAN_UP_SECONDS = 3600.0

#: So that workers that start together do not come together.
FIRST_CLEAN_UP_SECONDS = 30.0


class Chores:
    """Removes contexts whose time is over, with their secrets. Any number of workers may do so."""

    def __init__(self, contexts: ContextStore, clock: Clock) -> None:
        self._contexts = contexts
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("baton.worker")

    def start(self) -> None:
        """Begin; runs go on beside it."""
        self._task = asyncio.create_task(self._for_ever(), name="chores")

    async def stop(self) -> None:
        """End, whatever it is doing: what is left is removed the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _for_ever(self) -> None:
        await self._clock.sleep(FIRST_CLEAN_UP_SECONDS)
        while True:
            await self._clean_up()
            await self._clock.sleep(CLEAN_UP_SECONDS)

    async def _clean_up(self) -> None:
        try:
            removed = await self._contexts.forget_expired()
        except PlatformError as error:
            # Not worth a run: it is tried again.
            self._log.warning("contexts.not_cleaned_up", reason=error.what)
            return
        if removed:
            self._log.info("contexts.cleaned_up", removed=removed)
