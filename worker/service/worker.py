"""The loop that takes runs and executes them, until it is told to stop."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from worker.clock import wait_for
from worker.errors import NotReachable
from worker.models.run import ClaimedRun
from worker.service.chores import Chores, chores_of
from worker.service.execution import Execution
from worker.wiring import WorkerParts

#: Waits between claims while the database does not answer; the last one repeats.
AWAY_DELAYS_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """How a worker works. `once`: take what waits, then stop."""

    name: str
    once: bool = False
    concurrency: int = 1
    #: A message wakes a worker at once; this is for the messages that get lost.
    poll_seconds: float = 5.0
    lease_seconds: int = 60
    #: How long tests in flight may take once the worker shall stop.
    patience_seconds: float = 30.0


class Worker:
    """Claims runs and executes them, several at once if wanted.

    `drain` stops it in good order: no new run, tests in flight finish, runs that are not over go
    back to the queue. `hurry` does not wait for the tests.
    """

    def __init__(self, parts: WorkerParts, options: WorkerOptions) -> None:
        self._parts = parts
        self._options = options
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._active: dict[str, tuple[Execution, asyncio.Task[None]]] = {}
        chores = chores_of(parts.queue, parts.contexts, parts.clean_up, parts.check_archives)
        self._chores = Chores(chores, parts.clock)
        self._log = structlog.get_logger("baton.worker").bind(worker=options.name)

    async def work(self) -> None:
        """Work until drained, or with `once` until nothing waits.

        Raises NotSignedIn or Refused when this worker may not work here; with `once` also NotReachable.
        Runs under way are drained first.
        """
        self._log.info("worker.started", once=self._options.once, concurrency=self._options.concurrency)
        await self._parts.listener.start(self._hear, self._heard_again)
        self._chores.start()
        try:
            await self._take_runs()
        except BaseException:
            self.drain()
            raise
        finally:
            await self._chores.stop()
            await self._runs_over()
            # The listener goes last: until a run is over, somebody may cancel it.
            await self._parts.listener.stop()
            self._log.info("worker.stopped")

    def drain(self) -> None:
        """Take no new run, and let go of those under way as soon as their tests in flight are over."""
        if not self._stopping.is_set():
            self._log.info("worker.draining", runs=len(self._active))
        self._stopping.set()
        self._wake.set()
        for execution, _ in self._active.values():
            execution.drain()

    def hurry(self) -> None:
        """Stop without waiting for tests in flight."""
        self.drain()
        for execution, _ in self._active.values():
            execution.hurry()

    async def _take_runs(self) -> None:
        while not self._stopping.is_set():
            await self._free_hands()
            if self._stopping.is_set():
                return
            run = await self._claim()
            if run is not None:
                self._begin(run)
            elif self._options.once and not self._active:
                return
            else:
                await self._until_woken()

    async def _claim(self) -> ClaimedRun | None:
        """A run, or None. A database that is away is waited for, unless this is a single go."""
        failures = 0
        while True:
            # What wakes us from here on may be a run that this claim does not see.
            self._wake.clear()
            try:
                return await self._parts.queue.claim(
                    self._options.name, lease_seconds=self._options.lease_seconds
                )
            except NotReachable as error:
                if self._options.once:
                    raise
                self._log.warning("worker.platform_away", reason=error.what)
                seconds = AWAY_DELAYS_SECONDS[min(failures, len(AWAY_DELAYS_SECONDS) - 1)]
                failures += 1
                if await wait_for(self._stopping, seconds=seconds, clock=self._parts.clock):
                    return None

    async def _until_woken(self) -> None:
        await wait_for(self._wake, seconds=self._options.poll_seconds, clock=self._parts.clock)

    async def _free_hands(self) -> None:
        """Wait until another run can be taken, or none shall be."""
        while len(self._active) >= self._options.concurrency and not self._stopping.is_set():
            self._wake.clear()
            if len(self._active) >= self._options.concurrency:
                await self._wake.wait()

    def _begin(self, run: ClaimedRun) -> None:
        execution = Execution(
            run,
            parts=self._parts,
            lease_seconds=self._options.lease_seconds,
            patience_seconds=self._options.patience_seconds,
        )
        task = asyncio.create_task(execution.run(), name=f"run {run.id}")
        self._active[run.id] = (execution, task)
        task.add_done_callback(lambda done: self._ended(run.id, done))
        if self._stopping.is_set():
            execution.drain()

    def _ended(self, run_id: str, task: asyncio.Task[None]) -> None:
        self._active.pop(run_id, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # An execution reports its own mistakes; one that comes out of it is ours, and not the end.
            self._log.error("run.died", run=run_id, exc_info=error)

    async def _runs_over(self) -> None:
        await asyncio.gather(*(task for _, task in self._active.values()), return_exceptions=True)

    def _hear(self, event: str, payload: Mapping[str, Any]) -> None:
        if event == "runs_waiting":
            self._wake.set()
        elif event == "run_cancelled" and payload.get("run_id") in self._active:
            self._active[payload["run_id"]][0].cancel()

    def _heard_again(self, is_live: bool) -> None:
        self._log.debug("worker.listening", live=is_live)
        # Something may have been said while nobody listened.
        self._wake.set()
