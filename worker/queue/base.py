"""Where work comes from: the port."""

from abc import ABC, abstractmethod

from worker.models.run import ClaimedRun


class RunQueue(ABC):
    """Hands out runs, the most urgent first, each to one worker at a time."""

    @abstractmethod
    async def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Take a run that waits, or one whose worker was lost; None when there is none.

        The lease is over after `lease_seconds` unless something is recorded meanwhile. A claim whose
        answer is lost does no harm but delay: its lease ends, and the run is handed out again.
        """

    @abstractmethod
    async def request_due(self) -> int:
        """Request the runs of schedules whose time has come; says of how many.

        Any number of workers may ask at any time: a time that has come is used once.
        """

    @abstractmethod
    async def tidy_up(self) -> int:
        """Remove what is too old and needs no archive; says how much that was.

        Any number of workers may: each thing is removed once.
        """
