"""Runs handed out by this process: the twin for tests and for what needs no database."""

from typing import Protocol

from worker.models.run import ClaimedRun
from worker.queue.base import RunQueue


class Claims(Protocol):
    """Something that knows which runs wait, such as worker.recording.memory.MemoryRuns."""

    def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Take a run, if one waits."""
        ...


class MemoryQueue(RunQueue):
    """Claims from runs kept in memory."""

    def __init__(self, runs: Claims) -> None:
        self._runs = runs

    async def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Take a run, if one waits."""
        return self._runs.claim(worker, lease_seconds=lease_seconds)

    async def request_due(self) -> int:
        """Nothing is scheduled in memory."""
        return 0

    async def tidy_up(self) -> int:
        """Nothing grows old in memory."""
        return 0
