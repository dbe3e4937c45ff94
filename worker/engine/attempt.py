"""One try of one test: its steps in their order, and at the end what it hands on."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from context.errors import ContextError
from context.findings import Found
from worker.engine.categories import Category
from worker.engine.conditions import NO_NAMES, Names, given_names
from worker.engine.endings import Ending, broken_by, record_of
from worker.engine.handover import hand_over
from worker.engine.performing import Given, perform
from worker.engine.phases import Phases
from worker.engine.step import Done
from worker.engine.surroundings import Surroundings
from worker.engine.time_limit import finishes
from worker.http.cookies import CookieJar
from worker.models.events import ContextChange
from worker.models.exchange import Response
from worker.models.flow import StepPhase
from worker.models.outcome import NOT_WELL, Attempt, StepRecord, Verdict
from worker.models.suite import Step, Test, TestName


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
        self._names: Names = NO_NAMES
        self._step = test.steps[0]
        self._bad: StepRecord | None = None
        self._response: Response | None = None
        self._blocked_by: TestName | None = None

    async def run(self) -> Tried:
        """All steps, up to the first that does not go well, and then those of `after_each`. Only a test
        that passed hands anything on."""
        context, test = self._parts.context, self._test
        self._around.undos.begin(test)
        try:
            self._names = given_names(test.names, context, test, known={}) if test.names else NO_NAMES
        except ContextError as error:
            self._take(Done(record=record_of(broken_by(error), test.steps[0], context.mask)))
            return self._tried(None)
        if test.attempt_seconds is None:
            await self._do_all(after=False)
        elif not await finishes(self._do_all(after=False), test.attempt_seconds, self._parts.clock):
            self._run_out_of_time(test.attempt_seconds)
        await self._do_all(after=True)
        went_well = self._bad is None and self._found
        return self._tried(hand_over(context, test, self._found) if went_well else None)

    async def _do_all(self, *, after: bool) -> None:
        """The steps of `after_each`, or all others up to the first that does not go well."""
        for step in self._test.steps:
            if (step.phase is StepPhase.AFTER) is after and (after or self._bad is None):
                self._step = step
                await self._do(step)

    def _run_out_of_time(self, seconds: float) -> None:
        """The step that was cut short, as a record."""
        reason = f"the test took longer than {seconds:g} s, all its steps together"
        ending = Ending(Verdict.BROKEN, reason, Category.TIMEOUT)
        self._take(Done(record=record_of(ending, self._step, self._parts.context.mask)))

    async def _do(self, step: Step) -> None:
        given = Given(cookies=self._cookies, found=self._found, names=self._names)
        try:
            all_done = await perform(self._test, step, self._around, given)
        except asyncio.CancelledError:
            # By the end of the run, or by the test's own limit. What was on its way may have arrived.
            self._note(is_cut=True)
            raise
        for done in all_done:
            self._take(done)

    def _take(self, done: Done) -> None:
        self._records += (*done.evidence, done.record)
        self._phases.add(done.phases)
        if done.is_waiting:
            return
        self._found += done.found
        self._note()
        if self._bad is None:
            self._response = done.response or self._response
            self._blocked_by = done.blocked_by
            if done.record.verdict in NOT_WELL:
                self._bad = done.record

    def _note(self, *, is_cut: bool = False) -> None:
        self._around.undos.note(
            self._test, self._number, self._records, self._found, self._names, is_cut=is_cut
        )

    def _tried(self, change: ContextChange | None) -> Tried:
        deciding = self._bad or next(filter(_was_done, self._records), self._records[0])
        where = f"{deciding.name}: " if deciding.name and deciding.reason else ""
        attempt = Attempt(
            number=self._number,
            verdict=deciding.verdict,
            reason=f"{where}{deciding.reason}",
            category=deciding.category,
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


def _was_done(record: StepRecord) -> bool:
    return record.verdict is not Verdict.SKIPPED
