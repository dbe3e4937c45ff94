"""An environment's limits in Redis: they hold for the requests of all workers together.

A request has a place among those that are under way. Places are leased and renewed, so that a dead
worker's places are free after the lease. Who waits stands in line; of a worker's own requests only the
first stands there, so that a line has as many members as there are workers.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from worker.clock import wait_for
from worker.engine.limits import Limit, Limits
from worker.errors import SharingError
from worker.shared.connection import NAMESPACE, Connection

#: How long a place outlives a worker that has died, in seconds.
LEASE_SECONDS = 30.0

#: A place is renewed so often in its lease: two lost tries do no harm.
RENEWALS_PER_LEASE = 3

#: Whoever waits looks for himself this often, in seconds: places of the dead make no news.
LOOK_SECONDS = 1.0

#: Somebody in line who has not looked for so long is dead, in seconds.
ALIVE_SECONDS = 5.0

_log = logging.getLogger("baton.limits")


class RedisLimitTable:
    """Limits of all workers that share a Redis."""

    def __init__(self, connection: Connection, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._connection = connection
        self._lease_seconds = lease_seconds
        self._script = connection.script("limits")
        self._rooms: dict[str, _Room] = {}

    def of_a_run(self, scope: str, limit: Limit) -> Limits:
        """The limits as one more run of this scope meets them."""
        room = self._rooms.get(scope)
        if room is None:
            room = self._rooms[scope] = _Room(self, scope)
        return _RedisLimits(room, limit)

    async def close(self) -> None:
        """Renew nothing any more; places that are still taken expire."""
        for room in self._rooms.values():
            await room.close()

    async def ask(self, keys: list[str], what: str, ids: list[str], limit: Limit) -> int:
        """What the script answers. Raises SharingError."""
        gap = 1_000_000 / limit.per_second if limit.per_second else 0
        numbers = (limit.at_once or 0, round(gap), int(self._lease_seconds * 1000), int(ALIVE_SECONDS * 1000))
        answer = await self._connection.run(self._script, keys=keys, args=[what, *numbers, *ids])
        return int(answer)

    @property
    def connection(self) -> Connection:
        """Where the limits are kept."""
        return self._connection

    @property
    def renewal_seconds(self) -> float:
        """How often places are renewed."""
        return self._lease_seconds / RENEWALS_PER_LEASE


class _Room:
    """The requests of this process in one scope."""

    def __init__(self, table: RedisLimitTable, scope: str) -> None:
        self._table = table
        self._clock = table.connection.clock
        # In braces: what belongs to one scope lies on one machine of a cluster.
        self._keys = [f"{NAMESPACE}:limits:{{{scope}}}:{part}" for part in ("taken", "line", "seen", "pace")]
        self._door = asyncio.Lock()
        self._inside: set[str] = set()
        self._renewing: asyncio.Task[None] | None = None

    async def enter(self, limit: Limit) -> str:
        """Wait for a place and for the moment to send; gives the place."""
        place = self._clock.new_id()
        async with self._door:
            wait = await self._first_in_line(place, limit)
        if wait > 0:
            try:
                await self._clock.sleep(wait / 1_000_000)
            except asyncio.CancelledError:
                self.leave(place, limit)
                raise
        return place

    def leave(self, place: str, limit: Limit) -> None:
        """The place is somebody else's."""
        self._inside.discard(place)
        if limit.at_once:
            self._in_background("leave", place, limit)

    async def close(self) -> None:
        """Renew nothing any more."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _first_in_line(self, place: str, limit: Limit) -> int:
        """How many microseconds to wait before sending, once there is a place."""
        with self._table.connection.news.of(self._keys[0]) if limit.at_once else nullcontext() as news:
            try:
                while (wait := await self._table.ask(self._keys, "enter", [place], limit)) < 0:
                    if news is not None:
                        await wait_for(news, seconds=LOOK_SECONDS, clock=self._clock)
                        news.clear()
            except asyncio.CancelledError:
                # It may have got a place of which it has not heard.
                self._in_background("give_up", place, limit)
                self._in_background("leave", place, limit)
                raise
        if limit.at_once:
            self._inside.add(place)
            self._keep_renewing(limit)
        return wait

    def _in_background(self, what: str, place: str, limit: Limit) -> None:
        # Whoever is cut off right now must leave all the same.
        self._table.connection.errands.run(self._table.ask(self._keys, what, [place], limit))

    def _keep_renewing(self, limit: Limit) -> None:
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(limit), name="places among requests")

    async def _renew(self, limit: Limit) -> None:
        while True:
            await self._clock.sleep(self._table.renewal_seconds)
            if not self._inside:
                continue
            try:
                await self._table.ask(self._keys, "renew", sorted(self._inside), limit)
            except SharingError as error:
                _log.warning("places among requests could not be renewed: %s", error.what)


class _RedisLimits:
    def __init__(self, room: _Room, limit: Limit) -> None:
        self._room = room
        self._limit = limit

    def turn(self) -> AbstractAsyncContextManager[None]:
        if not self._limit.at_once and not self._limit.per_second:
            return nullcontext()
        return self._turn()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        place = await self._room.enter(self._limit)
        try:
            yield
        finally:
            self._room.leave(place, self._limit)
