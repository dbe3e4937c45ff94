"""A step with what may be around it: a condition, and repetition until its answer says that it is over."""

from collections import deque
from dataclasses import dataclass, field, replace

from context.errors import ContextError
from context.findings import Found
from worker.engine.categories import Category
from worker.engine.conditions import Names, holds
from worker.engine.endings import broken_by, record_of
from worker.engine.pauses import pause
from worker.engine.showing import masked_check
from worker.engine.step import Done, do_step, nearer_names
from worker.engine.surroundings import Surroundings
from worker.http.cookies import CookieJar
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.flow import Repeat
from worker.models.outcome import CheckResult, StepRecord, Verdict
from worker.models.suite import Step, Test

#: How long a step is repeated where no limit was said, in seconds.
WITHIN_SECONDS = 30.0

#: Of many repetitions so many of the first and of the last are kept.
FIRST_KEPT, LAST_KEPT = 2, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a step finds when it begins: what earlier steps have captured, their cookies, and the names
    that its test has besides those of the run."""

    cookies: CookieJar
    found: Found = field(default=(), repr=False)
    names: Names = field(default_factory=dict, repr=False)


async def perform(test: Test, step: Step, around: Surroundings, given: Given) -> tuple[Done, ...]:
    """Do one step of a test, none or many times; the last one decides.

    Never raises for anything that the test, its templates or the API do.
    """
    if step.when is not None:
        left_out = _left_out(test, step, around, given)
        if left_out is not None:
            return (left_out,)
    if step.repeat is None:
        done = await do_step(test, step, around, found=given.found, cookies=given.cookies, names=given.names)
        return (done,)
    return await _Repeating(test, step, step.repeat, around, given).run()


def _left_out(test: Test, step: Step, around: Surroundings, given: Given) -> Done | None:
    """The record of a step whose condition is not true, or cannot be told; None for all others."""
    context, mask = around.parts.context, around.parts.context.mask
    condition = step.when or ""
    try:
        names = nearer_names(test, step, context, given.found, given.names)
        if holds(condition, context, test, names):
            return None
    except ContextError as error:
        error.where = error.where or "when"
        return Done(record=record_of(broken_by(error), step, mask))
    reason = mask.text(f"left out: {condition} is not true")
    return Done(record=StepRecord(index=step.index, name=step.name, verdict=Verdict.SKIPPED, reason=reason))


class _Repeating:
    """A step that is done again and again."""

    def __init__(self, test: Test, step: Step, repeat: Repeat, around: Surroundings, given: Given) -> None:
        self._test = test
        self._step = step
        self._repeat = repeat
        self._around = around
        self._given = given
        self._clock = around.parts.clock
        self._began = self._clock.monotonic()
        self._first: list[Done] = []
        self._last: deque[Done] = deque(maxlen=LAST_KEPT)
        self._number = 0
        self._complaint = ""

    async def run(self) -> tuple[Done, ...]:
        """All repetitions that are kept, the deciding one last."""
        while True:
            done = await do_step(
                self._test,
                self._step,
                self._around,
                found=self._given.found,
                cookies=self._given.cookies,
                names=self._given.names,
                go_on=self._is_over,
            )
            self._number += 1
            done = replace(done, record=replace(done.record, iteration=self._number))
            if not done.is_waiting:
                return self._ended(done)
            left = self._seconds_left()
            if left <= 0 or self._number == self._repeat.at_most:
                return self._ended(self._given_up(done))
            self._keep(done)
            if not await pause(min(self._repeat.every_seconds, left), self._around):
                return self._ended(self._stopped(done))

    def _is_over(self, names: Names) -> bool:
        """Whether the answer says so. One that lacks what is asked for does not."""
        try:
            over = holds(self._repeat.until, self._around.parts.context, self._test, names)
        except ContextError as error:
            self._complaint = error.what
            return False
        self._complaint = ""
        return over

    def _seconds_left(self) -> float:
        limit = self._repeat.within_seconds
        if limit is None and self._repeat.at_most is not None:
            return float("inf")
        passed = self._clock.monotonic() - self._began
        return (WITHIN_SECONDS if limit is None else limit) - passed

    def _keep(self, done: Done) -> None:
        # Whatever it was, it did not decide anything.
        reason = f"not yet: {done.record.reason}" if done.record.reason else "not yet"
        record = replace(done.record, verdict=Verdict.PASSED, reason=reason, category=None)
        done = replace(done, record=record)
        if len(self._first) < FIRST_KEPT:
            self._first.append(done)
        else:
            self._last.append(done)

    def _ended(self, done: Done) -> tuple[Done, ...]:
        return (*self._first, *self._last, done)

    def _given_up(self, done: Done) -> Done:
        """The wait was too long: what was waited for did not hold."""
        if done.record.verdict is not Verdict.PASSED:
            return replace(done, is_waiting=False)
        check = self._failed_check()
        record = replace(
            done.record,
            verdict=Verdict.FAILED,
            reason=check.message,
            category=Category.POLLING,
            checks=(check,),
        )
        return replace(done, record=record, is_waiting=False)

    def _failed_check(self) -> CheckResult:
        passed = self._clock.monotonic() - self._began
        times = "once" if self._number == 1 else f"{self._number} times"
        why = f": {self._complaint}" if self._complaint else ""
        check = CheckResult(
            expectation=Expectation(
                kind=ExpectationKind.CHECK,
                operator=Operator.EQUALS,
                expected=self._repeat.until,
                where=self._repeat.where,
            ),
            passed=False,
            expected=self._repeat.until,
            message=f"still not true, asked {times} in {passed:.1f} s: {self._repeat.until}{why}",
        )
        return masked_check(check, self._around.parts.context.mask)

    def _stopped(self, done: Done) -> Done:
        record = replace(
            done.record,
            verdict=Verdict.BROKEN,
            reason=f"stopped while waiting for {self._repeat.until}",
            category=Category.CANCELLED,
        )
        # It was kept already, as one that waits.
        (self._last or self._first).pop()
        return replace(done, record=record, is_waiting=False)
