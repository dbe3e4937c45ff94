"""What an environment bears: so many requests at one time, so many in a second. The port, and its twin.

Every request asks for its turn. All runs of an environment share its limits: those of this process
through the table here, those of all workers through another one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from worker.clock import Clock
from worker.engine.pace import Pace
from worker.models.environment import Environment


class Limit(NamedTuple):
    """The most requests at one time, and in a second; None is without limit."""

    at_once: int | None = None
    per_second: float | None = None


def limit_of(environment: Environment) -> Limit:
    """What this environment bears."""
    return Limit(at_once=environment.max_parallel, per_second=environment.rate_limit_per_second)


class Limits(Protocol):
    """The limits as one run meets them."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """One request: entering waits until it may go out, in the order of asking; on leaving, its place
        is somebody else's. The place of a worker that died is free after a while."""
        ...


class SharedLimits(Protocol):
    """The limits of all runs that share them."""

    def of_a_run(self, scope: str, limit: Limit) -> Limits:
        """The limits as one more run of this scope meets them."""
        ...


@dataclass(slots=True)
class _Waiter:
    """Somebody who waits for a place among so many."""

    at_once: int
    has_place: asyncio.Future[None]


class _Room:
    """Requests of one scope: those that are under way, and those that wait."""

    def __init__(self) -> None:
        self._inside = 0
        self._line: deque[_Waiter] = deque()

    async def enter(self, at_once: int) -> None:
        if not self._line and self._inside < at_once:
            self._inside += 1
            return
        waiter = _Waiter(at_once, asyncio.get_running_loop().create_future())
        self._line.append(waiter)
        try:
            await waiter.has_place
        except asyncio.CancelledError:
            self._give_up(waiter)
            raise

    def leave(self) -> None:
        self._inside -= 1
        self._let_in()

    def _give_up(self, waiter: _Waiter) -> None:
        if waiter.has_place.done() and not waiter.has_place.cancelled():
            return self.leave()
        self._line.remove(waiter)
        self._let_in()

    def _let_in(self) -> None:
        while self._line and self._inside < self._line[0].at_once:
            self._inside += 1
            self._line.popleft().has_place.set_result(None)


#: The turn of a request that nothing holds back.
_AT_ONCE = nullcontext()


class LimitTable:
    """Limits in this process's memory: they hold for all its runs, and for no other process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rooms: dict[str, _Room] = {}
        self._paces: dict[tuple[str, float], Pace] = {}

    def of_a_run(self, scope: str, limit: Limit) -> Limits:
        """The limits as one more run of this scope meets them."""
        room = self._rooms.setdefault(scope, _Room()) if limit.at_once else None
        pace = None
        if limit.per_second:
            key = (scope, limit.per_second)
            pace = self._paces.setdefault(key, Pace(self._clock, per_second=limit.per_second))
        return _MemoryLimits(room, limit.at_once or 0, pace)


class _MemoryLimits:
    def __init__(self, room: _Room | None, at_once: int, pace: Pace | None) -> None:
        self._room = room
        self._at_once = at_once
        self._pace = pace

    def turn(self) -> AbstractAsyncContextManager[None]:
        if self._room is None and self._pace is None:
            return _AT_ONCE
        return self._turn()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._room is not None:
            await self._room.enter(self._at_once)
        try:
            if self._pace is not None:
                await self._pace.turn()
            yield
        finally:
            if self._room is not None:
                self._room.leave()
