"""Records that tell a person when the project is out of reach, and when it is back."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from worker.errors import NotReachable
from worker.models.run import Lease
from worker.recording import Answer, FixtureUse, RunRecords, Step
from worker.recording.base import Document

AWAY = "The project cannot be reached ({why}). The run goes on; what happens is recorded when it is back."
BACK = "The project can be reached again: nothing is missing there."

_T = TypeVar("_T")


class HeardRecords(RunRecords):
    """Other records, with a word when they do not answer and one when they do again; `on_away` follows the
    first."""

    def __init__(
        self, records: RunRecords, *, say: Callable[[str], None], on_away: Callable[[], None]
    ) -> None:
        self._records = records
        self._say = say
        self._on_away = on_away
        self.is_away = False

    async def record(self, lease: Lease, step: Step, batch: Document) -> Answer:
        """Write a batch and extend the lease."""
        return await self._heard(self._records.record(lease, step, batch))

    async def use_fixtures(self, lease: Lease, usage: Sequence[FixtureUse]) -> None:
        """Note which tests have used which fixtures."""
        await self._heard(self._records.use_fixtures(lease, usage))

    async def finish(self, lease: Lease, outcome: Document) -> Document:
        """End the run."""
        return await self._heard(self._records.finish(lease, outcome))

    async def release(self, lease: Lease) -> None:
        """Give the run back."""
        await self._heard(self._records.release(lease))

    async def _heard(self, call: Awaitable[_T]) -> _T:
        try:
            answer = await call
        except NotReachable as error:
            if not self.is_away:
                self.is_away = True
                self._say(AWAY.format(why=error.what))
                self._on_away()
            raise
        if self.is_away:
            self.is_away = False
            self._say(BACK)
        return answer
