"""Undoing what tests have made: what was made last goes first."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from context.errors import ContextError
from worker.engine.backwards import Backwards
from worker.engine.categories import Category
from worker.engine.conditions import given_names
from worker.engine.endings import broken_by, record_of
from worker.engine.flights import Flights
from worker.engine.performing import Given, perform
from worker.engine.step import Done
from worker.engine.surroundings import Surroundings
from worker.engine.undos import Undo
from worker.http.cookies import CookieJar
from worker.models.events import CleanupFinished, CleanupUnderWay
from worker.models.expectation import ExpectationKind
from worker.models.graph import Plan
from worker.models.outcome import Cleanup, StepRecord, Verdict
from worker.models.suite import TestName

#: Answers to a DELETE that say that it is gone already: somebody else was quicker, or an earlier
#: worker of the run.
GONE = (404, 410)

#: What is said of an undo that did not come to its end.
CUT_SHORT = "stopped while it ran"


@dataclass(slots=True)
class _Undoing:
    """An undo under way."""

    started_at: datetime
    records: list[StepRecord] = field(default_factory=list)
    wrong: StepRecord | None = None
    has_done_something: bool = False

    def take(self, done: Done, *, is_certain: bool) -> None:
        self.records += (*done.evidence, done.record)
        if done.is_waiting or done.record.verdict is Verdict.SKIPPED:
            return
        if done.record.verdict is Verdict.PASSED or _is_gone(done.record):
            self.has_done_something = True
        elif is_certain or done.record.category != Category.UNDEFINED:
            # Else the test never came so far as to make what this would undo.
            self.wrong = self.wrong or done.record


class CleanUp:
    """Runs the undos of a run, each after those of all tests that came after its own.

    Nothing here changes a verdict. An undo that fails lets the others run all the same.
    """

    def __init__(self, plan: Plan, undos: Mapping[TestName, Sequence[Undo]], around: Surroundings) -> None:
        self._undos = undos
        self._around = around
        self._said: list[Cleanup] = []
        self._under_way: dict[TestName, None] = {}
        self._left = {(undo.test.name, undo.attempt): None for each in undos.values() for undo in each}
        self._way = Backwards(plan, only=undos)
        self._is_over = False
        parts = around.parts
        self._flights = Flights(
            self._way.plan,
            self._way,
            self._undo_test,
            most_at_once=parts.most_at_once,
            locks=parts.locks,
            clock=parts.clock,
        )

    async def run(self) -> None:
        """Undo everything, within the time there is."""
        limit = asyncio.create_task(self._watch_time())
        try:
            while True:
                if not self._is_over:
                    self._flights.start()
                if not self._flights.busy:
                    return
                await self._flights.changed()
        finally:
            limit.cancel()
            await self._flights.end()

    def stop(self) -> None:
        """Begin no further undo."""
        self._is_over = True
        self._flights.stand_down()
        self._flights.wake.set()

    def cut(self) -> None:
        """Begin no further undo, and end those under way."""
        self.stop()
        self._flights.cut()

    @property
    def is_complete(self) -> bool:
        """Whether every undo was run, to whatever end."""
        return not self._left

    def outcome(self) -> tuple[Cleanup, ...]:
        """How it went: those that were done and those that were not. What needed no undo is not here."""
        for test, attempt in list(self._left):
            self._say(Cleanup(test=test, attempt=attempt, verdict=Verdict.SKIPPED, reason=self._why_not()))
        return tuple(self._said)

    def _why_not(self) -> str:
        if self._around.parts.stop.has_given_up:
            return "not done: the run was stopped at once"
        return f"not done: the {self._around.parts.cleanup_seconds:g} s for cleaning up were over"

    async def _watch_time(self) -> None:
        await self._around.parts.clock.sleep(self._around.parts.cleanup_seconds)
        self.cut()

    async def _undo_test(self, name: TestName) -> None:
        self._under_way[name] = None
        self._tell_under_way()
        try:
            for undo in self._undos[name]:
                await self._undo(undo)
        finally:
            del self._under_way[name]
            self._tell_under_way()
        self._way.finish(name)

    def _tell_under_way(self) -> None:
        self._around.emit(CleanupUnderWay(tests=tuple(self._under_way), left=len(self._left)))

    async def _undo(self, undo: Undo) -> None:
        undoing = _Undoing(self._around.parts.clock.now())
        try:
            await self._do_steps(undo, undoing)
        except asyncio.CancelledError:
            self._say(self._ended(undo, undoing, Verdict.BROKEN, CUT_SHORT))
            raise
        except Exception as error:
            # A fault in one undo must not keep the others from running.
            reason = f"Baton itself broke while running it ({type(error).__name__}); please report it"
            self._say(self._ended(undo, undoing, Verdict.BROKEN, reason))
        else:
            self._judge(undo, undoing)

    async def _do_steps(self, undo: Undo, undoing: _Undoing) -> None:
        context, test, found = self._around.parts.context, undo.test, undo.found
        try:
            names = given_names(test.names, context, test, known={}) if undo.names is None else undo.names
        except ContextError as error:
            record = record_of(broken_by(error), test.cleanup[0], context.mask)
            undoing.take(Done(record=record), is_certain=undo.is_certain)
            return
        cookies = CookieJar(self._around.parts.clock)
        for step in test.cleanup:
            for done in await perform(
                test, step, self._around, Given(cookies=cookies, found=found, names=names)
            ):
                found += done.found if not done.is_waiting else ()
                undoing.take(done, is_certain=undo.is_certain)

    def _judge(self, undo: Undo, undoing: _Undoing) -> None:
        wrong = undoing.wrong
        if wrong is not None:
            verdict = Verdict.FAILED if wrong.verdict is Verdict.FAILED else Verdict.BROKEN
            self._say(self._ended(undo, undoing, verdict, wrong.reason))
        elif undoing.has_done_something:
            self._say(self._ended(undo, undoing, Verdict.PASSED))
        else:
            self._left.pop((undo.test.name, undo.attempt))

    def _ended(self, undo: Undo, undoing: _Undoing, verdict: Verdict, reason: str = "") -> Cleanup:
        return Cleanup(
            test=undo.test.name,
            attempt=undo.attempt,
            verdict=verdict,
            reason=reason,
            steps=tuple(undoing.records),
            started_at=undoing.started_at,
            finished_at=self._around.parts.clock.now(),
        )

    def _say(self, cleanup: Cleanup) -> None:
        self._left.pop((cleanup.test, cleanup.attempt))
        self._said.append(cleanup)
        self._around.emit(CleanupFinished(cleanup=cleanup))


def _is_gone(record: StepRecord) -> bool:
    """Whether a DELETE was only told that there is nothing to delete."""
    exchange = record.exchange
    if exchange is None or exchange.method != "DELETE" or exchange.status_code not in GONE:
        return False
    return all(check.passed or check.expectation.kind is ExpectationKind.STATUS for check in record.checks)
