"""One try of one test: its steps in their order, and at the end what it hands on."""

from dataclasses import dataclass
from datetime import datetime

from context.findings import Found
from worker.engine.handover import hand_over
from worker.engine.pace import Pace
from worker.engine.parts import Parts
from worker.engine.step import Done, Phases, do_step
from worker.models.events import ContextChange
from worker.models.exchange import Response
from worker.models.outcome import Attempt, StepRecord, Verdict
from worker.models.suite import Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt, what it added to the context, and the last answer (for the pause before the next)."""

    attempt: Attempt
    change: ContextChange | None = None
    response: Response | None = None


async def try_once(test: Test, *, number: int, parts: Parts, pace: Pace) -> Tried:
    """Try a test once. Never raises for anything that the test, its templates or the API do."""
    return await _Try(test, number, parts, pace).run()


class _Try:
    """What is known of an attempt so far."""

    def __init__(self, test: Test, number: int, parts: Parts, pace: Pace) -> None:
        self._test = test
        self._number = number
        self._parts = parts
        self._pace = pace
        self._started_at: datetime = parts.clock.now()
        self._records: list[StepRecord] = []
        self._found: Found = ()
        self._phases = Phases()
        self._response: Response | None = None

    async def run(self) -> Tried:
        """All steps, up to the first that does not go well. Only a test that passed hands anything on."""
        for step in self._test.steps:
            self._take(await do_step(self._test, step, self._parts, self._pace, found=self._found))
            if self._records[-1].verdict is not Verdict.PASSED:
                return self._tried(None)
        return self._tried(hand_over(self._parts.context, self._test, self._found))

    def _take(self, done: Done) -> None:
        self._records.append(done.record)
        self._found += done.found
        self._phases += done.phases
        self._response = done.response

    def _tried(self, change: ContextChange | None) -> Tried:
        last = self._records[-1]
        where = f"{last.name}: " if last.name and last.reason else ""
        attempt = Attempt(
            number=self._number,
            verdict=last.verdict,
            reason=f"{where}{last.reason}",
            category=last.category,
            steps=tuple(self._records),
            started_at=self._started_at,
            finished_at=self._parts.clock.now(),
            setup_seconds=self._phases.setup,
            execution_seconds=self._phases.execution,
            teardown_seconds=self._phases.teardown,
        )
        return Tried(attempt=attempt, change=change, response=self._response)
