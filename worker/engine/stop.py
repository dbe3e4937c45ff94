"""How a run is told to stop before its end."""

import asyncio
from enum import StrEnum


class StopReason(StrEnum):
    """Why no further test starts."""

    CANCELLED = "cancelled"  # somebody asked: the rest is skipped
    DRAINED = "drained"  # this process leaves: the rest stays for whoever takes the run up
    BAIL = "bail"  # so many tests went wrong that it was said to be enough
    TIMEOUT = "timeout"  # the run's time is over
    ENVIRONMENT = "environment"  # the API cannot be reached at all


class StopSignal:
    """Asks a run to stop; may be used before, during and after it, from the run's event loop.

    No new test starts then; those in flight get the run's patience, and what tests have made is
    undone. `hurry` ends the patience with tests, `give_up` everything at once.
    """

    def __init__(self) -> None:
        self.reason: StopReason | None = None
        self._asked = asyncio.Event()
        self._hurried = asyncio.Event()
        self._given_up = asyncio.Event()

    def cancel(self) -> None:
        """Stop for good. Stronger than `drain`, which may have come before."""
        self.reason = StopReason.CANCELLED
        self._asked.set()

    def drain(self) -> None:
        """Stop here, so that another process can go on."""
        if self.reason is None:
            self.reason = StopReason.DRAINED
            self._asked.set()

    def hurry(self) -> None:
        """Do not wait for tests in flight any longer; stops the run if nobody has yet."""
        if self.reason is None:
            self.cancel()
        self._hurried.set()

    def give_up(self) -> None:
        """Do not wait for anything any longer, and undo nothing; stops the run if nobody has yet."""
        self.hurry()
        self._given_up.set()

    @property
    def has_given_up(self) -> bool:
        """Whether nothing more shall be done at all."""
        return self._given_up.is_set()

    async def given_up(self) -> None:
        """Wait until nothing more shall be done."""
        await self._given_up.wait()

    async def asked(self) -> StopReason:
        """Wait until somebody asks."""
        await self._asked.wait()
        assert self.reason is not None
        return self.reason

    async def hurried(self) -> None:
        """Wait until patience is over."""
        await self._hurried.wait()
