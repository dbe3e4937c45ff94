"""Tests under way: as many as may be, each started the moment it may start."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from worker.clock import Clock
from worker.engine.locks import Locks
from worker.models.graph import Plan
from worker.models.suite import TestName

#: Does what is to be done with one test, to its end.
Fly = Callable[[TestName], Awaitable[None]]


class Source(Protocol):
    """Where the tests come from that may start."""

    def take(self) -> TestName | None:
        """The test that should start next, with its locks; None when none may."""
        ...

    def give_back(self, test: TestName) -> None:
        """The locks of a test that was taken are free again."""
        ...


class _Flight(NamedTuple):
    """A test that was started."""

    task: "asyncio.Task[None]"
    started_at: datetime


class Flights:
    """Starts tests as there is room, and keeps the rules of locks and of tests that run alone.

    No slot stays empty while a test may start, with one exception: once a test's turn has come that
    needs the run to itself, nothing starts before it, or it would never get it. A test that waits for
    a lock of another run takes no slot. `wake` is set whenever `start` may find something to do.
    """

    def __init__(
        self, plan: Plan, source: Source, fly: Fly, *, most_at_once: int, locks: Locks, clock: Clock
    ) -> None:
        self.wake = asyncio.Event()
        self._plan = plan
        self._source = source
        self._fly = fly
        self._most_at_once = most_at_once
        self._locks = locks
        self._clock = clock
        self._flights: dict[TestName, _Flight] = {}
        self._alone: TestName | None = None
        self._next_alone: TestName | None = None
        self._locked_out: dict[TestName, asyncio.Task[None]] = {}
        self._with_locks: deque[TestName] = deque()
        self._granted: set[TestName] = set()
        self._fault: BaseException | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is under way, or waits for something that is not in this run's hands."""
        return bool(self._flights or self._locked_out or self._with_locks)

    def has(self, name: TestName) -> bool:
        """Whether this test is under way, or will be as soon as it has its locks."""
        return name in self._flights or name in self._locked_out or name in self._granted

    def started_at(self, name: TestName) -> datetime:
        """When this test, which is under way, was started."""
        return self._flights[name].started_at

    async def changed(self) -> None:
        """Wait until something has happened. Raises what a test under way should never have raised."""
        await self.wake.wait()
        self.wake.clear()
        if self._fault is not None:
            raise self._fault

    def start(self) -> None:
        """Start what may start now."""
        while len(self._flights) < self._most_at_once:
            name = self._next()
            if name is None:
                return
            self._start(name)

    def stand_down(self) -> None:
        """Nothing more will be started: tests that only wait for locks wait no longer."""
        for task in self._locked_out.values():
            task.cancel()
        self._with_locks.clear()

    def cut_some(self, names: Iterable[TestName]) -> None:
        """End these, which are under way, now."""
        for name in names:
            if name in self._flights:
                self._flights[name].task.cancel()

    def stop_waiting(self, names: Iterable[TestName]) -> None:
        """Those of these that wait for locks wait no longer."""
        for name in names:
            if name in self._locked_out:
                self._locked_out[name].cancel()

    def cut(self) -> None:
        """End everything that is under way, now."""
        self.stand_down()
        for flight in list(self._flights.values()):
            flight.task.cancel()
        self.wake.set()

    async def end(self) -> None:
        """End everything that is under way, and wait until it has ended."""
        self.cut()
        tasks = [*(flight.task for flight in self._flights.values()), *self._locked_out.values()]
        await asyncio.gather(*tasks, return_exceptions=True)
        for name in self._granted:
            await self._locks.give_back(self._plan.tests[name].locks)

    def _next(self) -> TestName | None:
        if self._alone is not None:
            return None
        name = self._next_alone or self._best()
        if name is None or not self._plan.tests[name].exclusive:
            return name
        # Its turn has come, and it keeps it: nobody passes by while the others come to their end.
        self._next_alone = name
        if self._flights:
            return None
        self._alone, self._next_alone = name, None
        return name

    def _best(self) -> TestName | None:
        return self._with_locks.popleft() if self._with_locks else self._source.take()

    def _start(self, name: TestName) -> None:
        task = asyncio.create_task(self._work(name))
        self._flights[name] = _Flight(task, self._clock.now())
        # Not in a `finally` of the task: one that is cancelled before its first step has none.
        task.add_done_callback(partial(self._landed, name))

    def _landed(self, name: TestName, task: "asyncio.Task[None]") -> None:
        del self._flights[name]
        if self._alone == name:
            self._alone = None
        if name not in self._locked_out and name not in self._granted:
            self._source.give_back(name)
        self._note_fault(task)
        self.wake.set()

    def _note_fault(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fault = error

    async def _work(self, name: TestName) -> None:
        locks = self._plan.tests[name].locks
        if not locks:
            return await self._fly(name)
        if name in self._granted:
            self._granted.discard(name)
        elif not await self._locks.take(locks):
            return self._lock_out(name)
        try:
            await self._fly(name)
        finally:
            # Out in the world before at home, where they are asked for again at once.
            await self._locks.give_back(locks)

    def _lock_out(self, name: TestName) -> None:
        """Another run has its locks: its slot is somebody else's until they are free."""
        task = asyncio.create_task(self._wait_for_locks(name))
        self._locked_out[name] = task
        task.add_done_callback(partial(self._unlocked, name))

    async def _wait_for_locks(self, name: TestName) -> None:
        locks = self._plan.tests[name].locks
        while not await self._locks.take(locks):
            await self._locks.changed(locks)

    def _unlocked(self, name: TestName, task: "asyncio.Task[None]") -> None:
        del self._locked_out[name]
        self._note_fault(task)
        if task.cancelled():
            self._source.give_back(name)
        elif task.exception() is None:
            self._granted.add(name)
            self._with_locks.append(name)
        self.wake.set()
