"""Locks keep tests apart that must not meet: in other runs, on other machines. The port, and its twin.

Inside a run the tests of a lock are kept apart by the schedule; it asks here once the lock is free
at home.
"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

#: What a test needs to itself.
LockNames = Iterable[str]


class Locks(Protocol):
    """The locks of one run. All names of a test are taken together or not at all, so that no two
    runs can wait for each other.

    A run that dies loses its locks after a while, wherever they are kept.
    """

    async def take(self, names: LockNames) -> bool:
        """Take all of these, if nobody has any of them; says whether. Does not wait for others."""
        ...

    async def give_back(self, names: LockNames) -> None:
        """Let others have these; names that this run does not hold are left alone."""
        ...

    async def changed(self, names: LockNames) -> None:
        """Wait until it is worth another try to take these; may come early, never for ever late."""
        ...

    async def close(self) -> None:
        """Give back whatever this run still holds."""
        ...


class SharedLocks(Protocol):
    """The locks of all runs that share them."""

    def of_a_run(self, scope: str = "") -> Locks:
        """The locks as one more run sees them. Runs of another scope have other locks."""
        ...


class LockTable:
    """Locks in this process's memory: who holds what, among all runs of the process."""

    def __init__(self) -> None:
        self.holders: dict[str, object] = {}
        self.freed = asyncio.Condition()

    def of_a_run(self, scope: str = "") -> "MemoryLocks":
        """The locks as one more run sees them. Runs of another scope have other locks."""
        return MemoryLocks(self, scope=scope)


class MemoryLocks:
    """The locks of one run among those of its process; alone it has them all to itself."""

    def __init__(self, table: LockTable | None = None, *, scope: str = "") -> None:
        self._table = table or LockTable()
        self._scope = scope
        self._mine = object()

    async def take(self, names: LockNames) -> bool:
        """Take all or none."""
        wanted = self._scoped(names)
        if not self._are_free(wanted):
            return False
        self._table.holders.update(dict.fromkeys(wanted, self._mine))
        return True

    async def give_back(self, names: LockNames) -> None:
        """Free those that are this run's, and tell whoever waits."""
        await self._free(self._scoped(names))

    async def changed(self, names: LockNames) -> None:
        """Return as soon as none of these is taken."""
        wanted = self._scoped(names)
        async with self._table.freed:
            await self._table.freed.wait_for(lambda: self._are_free(wanted))

    async def close(self) -> None:
        """Free everything that is this run's."""
        await self._free(tuple(self._table.holders))

    def _scoped(self, names: LockNames) -> tuple[str, ...]:
        return tuple(f"{self._scope}/{name}" for name in names)

    def _are_free(self, wanted: Iterable[str]) -> bool:
        return not any(name in self._table.holders for name in wanted)

    async def _free(self, names: Iterable[str]) -> None:
        holders = self._table.holders
        for name in names:
            if holders.get(name) is self._mine:
                del holders[name]
        async with self._table.freed:
            self._table.freed.notify_all()
