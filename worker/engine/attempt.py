"""One try of one test: its steps in their order, and at the end what it hands on."""

from dataclasses import dataclass, field
from datetime import datetime

from context.findings import Found
from worker.engine.handover import hand_over
from worker.engine.step import Done, Phases, do_step
from worker.engine.surroundings import Surroundings
from worker.http.cookies import CookieJar
from worker.models.events import ContextChange
from worker.models.exchange import Response
from worker.models.outcome import Attempt, StepRecord, Verdict
from worker.models.suite import Test, TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt, what it found and added to the context, and the last answer (for the pause before
    the next).

    `blocked_by` is who stopped it half-way, because a token could not be renewed.
    """

    attempt: Attempt
    found: Found = field(default=(), repr=False)
    change: ContextChange | None = None
    response: Response | None = None
    blocked_by: TestName | None = None


async def try_once(test: Test, around: Surroundings, *, number: int) -> Tried:
    """Try a test once. Never raises for anything that the test, its templates or the API do."""
    return await _Try(test, number, around).run()


class _Try:
    """What is known of an attempt so far."""

    def __init__(self, test: Test, number: int, around: Surroundings) -> None:
        self._test = test
        self._number = number
        self._around = around
        self._parts = around.parts
        self._started_at: datetime = around.parts.clock.now()
        self._records: list[StepRecord] = []
        self._found: Found = ()
        self._cookies = CookieJar(around.parts.clock)
        self._phases = Phases()
        self._response: Response | None = None
        self._blocked_by: TestName | None = None

    async def run(self) -> Tried:
        """All steps, up to the first that does not go well. Only a test that passed hands anything on."""
        for step in self._test.steps:
            self._take(
                await do_step(self._test, step, self._around, found=self._found, cookies=self._cookies)
            )
            if self._records[-1].verdict is not Verdict.PASSED:
                return self._tried(None)
        return self._tried(hand_over(self._parts.context, self._test, self._found))

    def _take(self, done: Done) -> None:
        self._records += (*done.evidence, done.record)
        self._found += done.found
        self._phases += done.phases
        self._response = done.response
        self._blocked_by = done.blocked_by

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
        return Tried(
            attempt=attempt,
            found=self._found,
            change=change,
            response=self._response,
            blocked_by=self._blocked_by,
        )
