"""Locks in Redis: they keep tests apart across runs, workers and machines.

A lock is leased and renewed while its run is alive, so that a dead worker's locks are free after the
lease. Who waits stands in line: first come, first served.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from worker.clock import wait_for
from worker.engine.locks import LockNames
from worker.errors import SharingError
from worker.shared.connection import NAMESPACE, Connection

#: How long a lock outlives a worker that has died, in seconds.
LEASE_SECONDS = 30.0

#: A lock is renewed so often in its lease: two lost tries do no harm.
RENEWALS_PER_LEASE = 3

#: How long somebody who needs several locks may be passed by while he cannot have them all, in seconds.
PATIENCE_SECONDS = 5.0

#: Whoever waits looks for himself this often, in seconds: locks of the dead make no news.
LOOK_SECONDS = 1.0

_log = logging.getLogger("baton.locks")


class RedisLockTable:
    """Locks of all workers that share a Redis."""

    def __init__(self, connection: Connection, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self.connection = connection
        self.lease_seconds = lease_seconds
        self.script = connection.script("locks")

    def of_a_run(self, scope: str = "") -> "RedisLocks":
        """The locks as one more run sees them. Runs of another scope have other locks."""
        return RedisLocks(self, scope=scope)


class RedisLocks:
    """The locks of one run among those of all workers. Every failure is SharingError."""

    def __init__(self, table: RedisLockTable, *, scope: str) -> None:
        self._table = table
        self._connection = table.connection
        self._clock = table.connection.clock
        self._me = self._clock.new_id()
        # In braces: what belongs to one scope lies on one machine of a cluster.
        self._keys = [f"{NAMESPACE}:locks:{{{scope}}}:{part}" for part in ("held", "waiting")]
        self._scope = scope
        self._mine: set[str] = set()
        self._renewing: asyncio.Task[None] | None = None

    async def take(self, names: LockNames) -> bool:
        """Take all of these, if nobody has any of them and nobody waits for longer; says whether."""
        wanted = _in_order(names)
        if not wanted:
            return True
        if not await self._ask("take", wanted):
            return False
        self._mine.update(wanted)
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(), name=f"locks of {self._scope}")
        return True

    async def give_back(self, names: LockNames) -> None:
        """Free those that are this run's. Whoever waits for one hears of it."""
        own = [name for name in _in_order(names) if name in self._mine]
        if own:
            self._mine.difference_update(own)
            # Whoever is cut off right now must free his locks all the same.
            await self._connection.errands.run(self._ask("free", own))

    async def changed(self, names: LockNames) -> None:
        """Stand in line until it is worth another try to take these."""
        wanted = _in_order(names)
        with self._connection.news.of(self._keys[0]) as news:
            try:
                while not await self._ask("wait", wanted):
                    await wait_for(news, seconds=LOOK_SECONDS, clock=self._clock)
                    news.clear()
            except asyncio.CancelledError:
                self._connection.errands.run(self._ask("leave", wanted))
                raise

    async def close(self) -> None:
        """Give back whatever this run still holds."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)
            self._renewing = None
        await self.give_back(tuple(self._mine))
        await self._connection.errands.finish()

    async def _renew(self) -> None:
        """Keep what is held, for as long as the run lives."""
        while True:
            await self._clock.sleep(self._table.lease_seconds / RENEWALS_PER_LEASE)
            if self._mine:
                await self._renew_once(_in_order(self._mine))

    async def _renew_once(self, names: Sequence[str]) -> None:
        try:
            lost = await self._ask("renew", names)
        except SharingError as error:
            _log.warning("locks of %s could not be renewed: %s", self._scope, error.what)
            return
        if lost:
            # The test goes on: it cannot be taken back, and is recorded as what it was.
            _log.warning("%d locks of %s were lost to another run: renewed too late", lost, self._scope)

    async def _ask(self, what: str, names: Sequence[str]) -> int:
        lease, patience = int(self._table.lease_seconds * 1000), int(PATIENCE_SECONDS * 1000)
        answer = await self._connection.run(
            self._table.script, keys=self._keys, args=[what, self._me, lease, patience, *names]
        )
        return int(answer)


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
