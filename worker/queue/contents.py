"""What is in the files that the suites of a claimed run name: the port, and those that speak to it."""

import base64
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Mapping

from worker.database import Database
from worker.errors import PlatformError
from worker.models.run import ClaimedRun, Lease

#: How much of what was fetched a worker keeps for its next runs.
KEPT_BYTES = 64 * 1024 * 1024


class RunContents(ABC):
    """Gives whoever holds a run the contents of its files, by hash."""

    @abstractmethod
    async def fetch(self, lease: Lease, digest: str) -> bytes:
        """A content. Raises LeaseLost, Refused or NotReachable."""


class MemoryContents(RunContents):
    """Contents kept in memory: the twin for tests and for what needs no database."""

    def __init__(self, contents: Mapping[str, bytes] | None = None) -> None:
        self._contents = dict(contents or {})

    async def fetch(self, lease: Lease, digest: str) -> bytes:
        """A content."""
        if digest not in self._contents:
            raise PlatformError("no suite of this run names such a file", where=lease.run_id)
        return self._contents[digest]


class SupabaseContents(RunContents):
    """Contents through the function get_run_content."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def fetch(self, lease: Lease, digest: str) -> bytes:
        """A content."""
        answer = await self._database.call(
            "get_run_content", p_run_id=lease.run_id, p_lease_number=lease.number, p_hash=digest
        )
        return base64.b64decode(str(answer))


class KeptContents(RunContents):
    """Keeps what was fetched, up to a size, what was used last the longest: a hash says what it means."""

    def __init__(self, contents: RunContents, *, most_bytes: int = KEPT_BYTES) -> None:
        self._contents = contents
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    async def fetch(self, lease: Lease, digest: str) -> bytes:
        """A content."""
        if digest in self._kept:
            self._kept.move_to_end(digest)
            return self._kept[digest]
        content = await self._contents.fetch(lease, digest)
        if len(content) <= self._most_bytes and digest not in self._kept:
            self._kept[digest] = content
            self._size += len(content)
        while self._size > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest)
        return content


async def fetch_files(run: ClaimedRun, contents: RunContents) -> dict[str, bytes]:
    """The files of a run by path. Raises LeaseLost, Refused or NotReachable."""
    named = {path: digest for suite in run.suites for path, digest in suite.files.items()}
    return {path: await contents.fetch(run.lease, digest) for path, digest in named.items()}
