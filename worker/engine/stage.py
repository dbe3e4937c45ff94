"""Tests that run together: each from its start to what follows from its verdict."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from worker.engine import verdicts
from worker.engine.attempts import run_test
from worker.engine.flights import Flights
from worker.engine.ledger import Ledger
from worker.engine.schedule import Consequences, Schedule
from worker.engine.stop import StopReason
from worker.engine.stopping import Stopping
from worker.engine.suite_times import SuiteTimes
from worker.engine.surroundings import Surroundings
from worker.errors import SharingError
from worker.models.events import ContextChange, TestReady
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import TestName


class Stage:
    """Runs the tests of a plan that have no verdict yet."""

    def __init__(self, plan: Plan, around: Surroundings, ledger: Ledger, stopping: Stopping) -> None:
        self._plan = plan
        self._around = around
        self._ledger = ledger
        self._stopping = stopping
        parts = around.parts
        self._begun: set[TestName] = set()
        self._times = SuiteTimes(parts.suites, parts.clock, self._end_time)
        self._schedule = Schedule(plan, shuffle=parts.shuffle, suites=parts.suites)
        self.flights = Flights(
            plan,
            self._schedule,
            self._fly,
            most_at_once=parts.most_at_once,
            locks=parts.locks,
            clock=parts.clock,
        )

    def begin(self, known: Mapping[TestName, TestOutcome]) -> None:
        """Say which tests may start, with verdicts that are known already."""
        self._follow(self._schedule.begin(known))

    async def work(self, *, until: Callable[[], bool]) -> None:
        """Keep as many tests in flight as may be, until there is nothing left to wait for."""
        # A stop that was asked for before the run began must win over its first test.
        await asyncio.sleep(0)
        try:
            await self._work(until)
        finally:
            self._times.stop()

    async def _work(self, until: Callable[[], bool]) -> None:
        while True:
            if until():
                self.flights.stand_down()
            else:
                self.flights.start()
            if not self.flights.busy:
                return
            await self.flights.changed()

    def left(self) -> list[TestName]:
        """The tests that have no verdict."""
        return [name for name in self._plan.tests if name not in self._ledger.outcomes]

    def conclude(self, outcome: TestOutcome, change: ContextChange | None = None) -> None:
        """Keep a verdict and say it; it may be a reason to stop."""
        self._ledger.conclude(outcome, change)
        if (reason := self._ledger.reason_to_stop) is not None:
            self._stopping.stop_for(reason)

    def give_up_on(self, outcome: TestOutcome) -> None:
        """Keep the verdict of a test that was not begun, with what follows from it."""
        self.conclude(outcome)
        self._follow(self._schedule.finish(outcome.test, outcome.verdict))

    async def _fly(self, name: TestName) -> None:
        test = self._plan.tests[name]
        if name in self._ledger.outcomes:
            return
        if test.role is not TestRole.AFTER_ALL:
            self._times.begin(test.suite)
        self._begun.add(name)
        ended = await self._run_test(name)
        if ended is not None:
            self._settle(*ended)

    async def _run_test(self, name: TestName) -> tuple[TestOutcome, ContextChange | None] | None:
        """The test's outcome; None when it was cut short and somebody else will run it again."""
        required_only = name in self._plan.required_only
        try:
            return await run_test(self._plan.tests[name], self._around, required_only=required_only)
        except asyncio.CancelledError:
            if self._stopping.reason is StopReason.DRAINED:
                return None
            suite = self._plan.tests[name].suite
            if self._stopping.reason is None and self._times.is_over(suite):
                limit = self._times.limit(suite)
                return verdicts.cut_with_suite(self._plan, name, *self._times_of(name), seconds=limit), None
            return verdicts.stopped(self._plan, name, *self._times_of(name)), None
        except SharingError:
            # Locks or limits cannot be kept: no test of the run may go on as if they could.
            raise
        except Exception as error:
            # A fault in one test must not take the others with it.
            return verdicts.our_fault(self._plan, name, error, *self._times_of(name)), None

    def _times_of(self, name: TestName) -> tuple[datetime, datetime]:
        return self.flights.started_at(name), self._around.parts.clock.now()

    def _settle(self, outcome: TestOutcome, change: ContextChange | None) -> None:
        self._around.parts.context.finished(outcome.test)
        self.conclude(outcome, change)
        self._follow(self._schedule.finish(outcome.test, outcome.verdict))
        self._end_suite(self._plan.tests[outcome.test].suite)

    def _follow(self, consequences: Consequences) -> None:
        for name, cause in consequences.blocked:
            self.conclude(verdicts.blocked(self._plan, name, cause=self._ledger.outcomes[cause]))
        for name in consequences.ready:
            self._around.emit(TestReady(test=name))

    def _end_time(self, suite: str) -> None:
        """Stop a suite whose time is over. What runs is cut short, the rest is not begun."""
        left = [name for name in self.left() if self._plan.tests[name].suite == suite]
        running = [name for name in left if name in self._begun]
        self.flights.cut_some(running)
        self.flights.stop_waiting(left)
        say = verdicts.too_late if running else verdicts.never_begun
        unsent: dict[TestName, Verdict] = {}
        for name in left:
            if name not in self._begun:
                outcome = say(self._plan, name, seconds=self._times.limit(suite))
                self.conclude(outcome)
                unsent[name] = outcome.verdict
                say = verdicts.too_late
        self._follow(self._schedule.leave_out(unsent))

    def _end_suite(self, suite: str) -> None:
        """Leave out the rest of a suite of which so many tests went wrong that it is enough."""
        if not self._ledger.suite_is_over(suite):
            return
        for name in [name for name in self.left() if self._plan.tests[name].suite == suite]:
            if name not in self._ledger.outcomes and not self.flights.has(name):
                self.conclude(self._ledger.bailed(name))
                self._follow(self._schedule.finish(name, Verdict.SKIPPED))
