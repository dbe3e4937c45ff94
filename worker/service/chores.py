"""What a worker does beside its runs, now and then."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from context.store.base import ContextStore
from worker.clock import Clock
from worker.errors import ArchiveError, PlatformError
from worker.queue.base import RunQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Something that is done again and again. `do` says how much there was to do."""

    #: In the log, with _done or _not_done behind it.
    name: str
    first_seconds: float
    every_seconds: float
    do: Callable[[], Awaitable[int]]


def chores_of(
    queue: RunQueue,
    contexts: ContextStore,
    clean_up: Callable[[], Awaitable[int]] | None = None,
    check_archives: Callable[[], Awaitable[None]] | None = None,
) -> tuple[Chore, ...]:
    """All that there is to do. Any number of workers may do each of them, at the same time too."""
    chores: tuple[Chore, ...] = (
        # Schedules name minutes: a run is late by this at most. Asking costs a millisecond.
        Chore(name="schedules", first_seconds=1, every_seconds=15, do=queue.request_due),
        # Contexts live for a day after their run; an hour more does no harm.
        # Not at once: workers that start together do not come together.
        Chore(name="context_clean_up", first_seconds=30, every_seconds=3600, do=contexts.forget_expired),
        # What is kept for days is gone within an hour of its time; nobody has to say where archives lie.
        Chore(name="tidying", first_seconds=90, every_seconds=3600, do=queue.tidy_up),
    )
    if check_archives is not None:
        # A wrong place would stay unnoticed until something is old, which may take months.
        chores = (
            *chores,
            Chore(name="archives", first_seconds=2, every_seconds=86_400, do=_looked_at(check_archives)),
        )
    if clean_up is None:
        return chores
    # The database says whether it is time, and whose turn it is.
    return (*chores, Chore(name="retention", first_seconds=60, every_seconds=600, do=clean_up))


def _looked_at(check: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[int]]:
    async def look() -> int:
        await check()
        return 0

    return look


class Chores:
    """Does what is to be done in its time, each beside the others."""

    def __init__(self, chores: tuple[Chore, ...], clock: Clock) -> None:
        self._chores = chores
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger("baton.worker")

    def start(self) -> None:
        """Begin; runs go on beside it."""
        self._tasks = [
            asyncio.create_task(self._for_ever(chore), name=f"chore {chore.name}") for chore in self._chores
        ]

    async def stop(self) -> None:
        """End, whatever it is doing: what is left is done the next time, or by somebody else."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _for_ever(self, chore: Chore) -> None:
        await self._clock.sleep(chore.first_seconds)
        while True:
            await self._do(chore)
            await self._clock.sleep(chore.every_seconds)

    async def _do(self, chore: Chore) -> None:
        try:
            done = await chore.do()
        except (PlatformError, ArchiveError) as error:
            # Not worth a run: it is tried again.
            self._log.warning(f"{chore.name}.not_done", reason=error.what, **_place(error))
            return
        except Exception:
            # A mistake of ours is told, and costs this time and not all that come.
            self._log.exception(f"{chore.name}.broke")
            return
        if done:
            self._log.info(f"{chore.name}.done", count=done)


def _place(error: ArchiveError | PlatformError) -> dict[str, str]:
    """Where archives could not be kept. Of the project everybody knows the address."""
    return {"where": error.where} if isinstance(error, ArchiveError) and error.where else {}
