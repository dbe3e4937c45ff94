"""A plan in, events out. Prints nothing and writes nothing: listeners do that."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from dataclasses import replace
from datetime import datetime

from worker.engine import verdicts
from worker.engine.attempts import run_test
from worker.engine.cleanup import CleanUp
from worker.engine.flights import Flights
from worker.engine.ledger import Ledger
from worker.engine.opening import announcement, never_sent, recorded_earlier
from worker.engine.pace import Pace
from worker.engine.parts import Parts
from worker.engine.renewal import Renewals
from worker.engine.schedule import Consequences, Schedule
from worker.engine.stages import last_tests, suites_that_were_sent, without
from worker.engine.stop import StopReason
from worker.engine.summary import summarise
from worker.engine.surroundings import Surroundings
from worker.engine.undos import Undos
from worker.models.events import ContextChange, Event, RunFinished, TestReady
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import Test, TestName

#: Reasons to stop that come from outside; they count more than what the run found out itself.
ASKED_FOR = (StopReason.CANCELLED, StopReason.DRAINED, StopReason.TIMEOUT)


async def run_plan(plan: Plan, parts: Parts) -> AsyncGenerator[Event, None]:
    """Run every test of the plan once, undo what they made, and say what happens, as it happens.

    The first event is RunStarted, the last RunFinished: it comes always but in two cases. A run
    that is drained (`parts.stop.drain()`) ends without, unless nothing is left to do, so that
    somebody else can take it up; and an error of Baton's own is raised. Every test that gets its
    verdict in this run has one TestFinished; tests in `parts.finished` have none. Events are masked.

    Whoever stops reading early must close the iterator (`contextlib.aclosing`): tests in flight are
    cancelled then, and nothing is undone.
    """
    run = _Run(plan, parts)
    driver = asyncio.create_task(run.drive(), name="baton run")
    try:
        while (event := await run.events.get()) is not None:
            yield event
        await driver
    finally:
        await _cancel([driver])


class _Run:
    """The state of one run. All of it belongs to one event loop.

    It has three stages: the tests; undoing what they have made; and what comes after all, which runs
    also where the run was stopped.
    """

    def __init__(self, plan: Plan, parts: Parts) -> None:
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._plan = plan
        self._parts = parts
        self._last = last_tests(plan)
        self._ledger = Ledger(plan, parts, self.events.put_nowait)
        self._undos = Undos()
        self._stop: StopReason | None = None
        self._around = Surroundings(
            parts=parts,
            pace=Pace(parts.clock, per_second=parts.environment.rate_limit_per_second),
            emit=self.events.put_nowait,
            stopping=asyncio.Event(),
            renewals=Renewals(
                plan,
                parts.context.tokens,
                clock=parts.clock,
                run_again=self._run_again,
                tell=self.events.put_nowait,
            ),
            undos=self._undos,
        )
        self._enter(without(plan, self._last))
        self._tests = self._flights
        self._clean_up: CleanUp | None = None
        self._ended_early: StopReason | None = None

    def _enter(self, plan: Plan) -> None:
        """Begin a stage: these are the tests that may start now."""
        self._schedule = Schedule(plan, shuffle=self._parts.shuffle)
        self._flights = Flights(
            plan,
            self._schedule,
            self._fly,
            most_at_once=self._parts.most_at_once,
            locks=self._parts.locks,
            clock=self._parts.clock,
        )

    async def drive(self) -> None:
        """Run to the end; the events end with None, whatever happens."""
        began = self._parts.clock.monotonic()
        watchers = [asyncio.create_task(each()) for each in (self._watch_stop, self._watch_for_giving_up)]
        time = asyncio.create_task(self._watch_time())
        try:
            self._begin()
            await self._work(until=lambda: self._stop is not None)
            await _cancel([time])
            if await self._finish_up():
                self._end(self._parts.clock.monotonic() - began)
        finally:
            await _cancel([*watchers, time])
            await self._flights.end()
            await self._around.renewals.close()
            self.events.put_nowait(None)

    # ── the tests

    def _begin(self) -> None:
        """Say what will be run, and settle what is known before the first request."""
        self.events.put_nowait(announcement(self._plan, self._parts))
        earlier = recorded_earlier(self._plan, self._parts)
        unsent = never_sent(self._plan, self._parts)
        self._ledger.recall(earlier)
        self._undos.take_up(self._plan, {**earlier, **unsent}, self._parts.context)
        for outcome in unsent.values():
            self._conclude(outcome)
        self._follow(self._schedule.begin({**earlier, **unsent}))

    async def _work(self, *, until: Callable[[], bool]) -> None:
        """Keep as many tests in flight as may be, until there is nothing left to wait for."""
        # A stop that was asked for before the run began must win over its first test.
        await asyncio.sleep(0)
        while True:
            if until():
                self._flights.stand_down()
            else:
                self._flights.start()
            if not self._flights.busy:
                return
            await self._flights.changed()

    async def _fly(self, name: TestName) -> None:
        """One test, from its start to what follows from its verdict."""
        ended = await self._run_test(name)
        if ended is not None:
            self._settle(*ended)

    async def _run_test(self, name: TestName) -> tuple[TestOutcome, ContextChange | None] | None:
        """The test's outcome; None when it was cut short and somebody else will run it again."""
        required_only = name in self._plan.required_only
        try:
            return await run_test(self._plan.tests[name], self._around, required_only=required_only)
        except asyncio.CancelledError:
            if self._stop is StopReason.DRAINED:
                return None
            return verdicts.stopped(self._plan, name, *self._times(name)), None
        except Exception as error:
            # A fault in one test must not take the others with it.
            return verdicts.our_fault(self._plan, name, error, *self._times(name)), None

    async def _run_again(self, test: Test, renewals: Renewals) -> tuple[TestOutcome, ContextChange | None]:
        """A test that has its verdict, once more: nobody is told that it runs."""
        aside = replace(self._around, emit=lambda event: None, renewals=renewals)
        return await run_test(test, aside, required_only=False)

    def _times(self, name: TestName) -> tuple[datetime, datetime]:
        return self._flights.started_at(name), self._parts.clock.now()

    def _settle(self, outcome: TestOutcome, change: ContextChange | None) -> None:
        self._parts.context.finished(outcome.test)
        self._conclude(outcome, change)
        self._follow(self._schedule.finish(outcome.test, outcome.verdict))
        self._end_suite(self._plan.tests[outcome.test].suite)

    def _conclude(self, outcome: TestOutcome, change: ContextChange | None = None) -> None:
        self._ledger.conclude(outcome, change)
        if (reason := self._ledger.reason_to_stop) is not None:
            self._stop_for(reason)

    def _follow(self, consequences: Consequences) -> None:
        for name, cause in consequences.blocked:
            self._conclude(verdicts.blocked(self._plan, name, cause=self._ledger.outcomes[cause]))
        for name in consequences.ready:
            self.events.put_nowait(TestReady(test=name))

    def _end_suite(self, suite: str) -> None:
        """Leave out the rest of a suite of which so many tests went wrong that it is enough."""
        if not self._ledger.suite_is_over(suite):
            return
        for name in [name for name in self._left() if self._plan.tests[name].suite == suite]:
            if name not in self._ledger.outcomes and not self._flights.has(name):
                self._conclude(self._ledger.bailed(name))
                self._follow(self._schedule.finish(name, Verdict.SKIPPED))

    def _left(self) -> list[TestName]:
        """Tests without a verdict, but for those that come last."""
        return [n for n in self._plan.tests if n not in self._ledger.outcomes and n not in self._last]

    # ── stopping

    def _stop_for(self, reason: StopReason) -> None:
        """No further test starts. What somebody asked for counts more than what was found out."""
        if self._stop is None or (reason in ASKED_FOR and self._stop not in ASKED_FOR):
            self._stop = reason
            self._around.stopping.set()

    async def _watch_stop(self) -> None:
        """Stop when asked; cut tests short when patience is over."""
        stop = self._parts.stop
        self._stop_for(await stop.asked())
        self._flights.wake.set()
        if self._drained and self._clean_up is not None:
            self._clean_up.stop()
        patience = asyncio.create_task(self._parts.clock.sleep(self._parts.patience_seconds))
        hurry = asyncio.create_task(stop.hurried())
        try:
            await asyncio.wait([patience, hurry], return_when=asyncio.FIRST_COMPLETED)
            # A drained run may have been cancelled meanwhile.
            self._stop = stop.reason
            self._tests.cut()
            if self._drained:
                self._cut_all()
        finally:
            await _cancel([patience, hurry])

    async def _watch_for_giving_up(self) -> None:
        await self._parts.stop.given_up()
        self._cut_all()

    async def _watch_time(self) -> None:
        """Stop at once when the run's time is over."""
        if self._parts.timeout_seconds is None:
            return
        await self._parts.clock.sleep(self._parts.timeout_seconds)
        self._stop_for(StopReason.TIMEOUT)
        self._tests.cut()

    def _cut_all(self) -> None:
        self._flights.cut()
        if self._clean_up is not None:
            self._clean_up.cut()

    @property
    def _drained(self) -> bool:
        """Whether this process leaves the run to somebody else."""
        return self._stop is StopReason.DRAINED and self._parts.stop.reason is StopReason.DRAINED

    @property
    def _must_stop(self) -> bool:
        """Whether even what comes after the tests must not begin."""
        return self._drained or self._parts.stop.has_given_up

    # ── the end

    async def _finish_up(self) -> bool:
        """What comes after the tests, also where they were stopped; False when another has to do it."""
        left = self._left()
        if self._drained and (left or self._undos.pending() or self._last):
            return False
        if self._stop is StopReason.DRAINED:
            self._stop = self._parts.stop.reason  # it was cancelled since
        self._ended_early = self._stop if left or self._ledger.was_cut() else None
        for name in left:
            self._conclude(self._ledger.left_over(name, self._ended_early))
        # What follows has a time limit of its own, whatever has stopped the tests.
        self._around = replace(self._around, stopping=asyncio.Event(), undos=Undos())
        return await self._undo() and await self._tear_down()

    async def _undo(self) -> bool:
        """Undo what the tests have made; False when the rest is for somebody else."""
        self._clean_up = CleanUp(self._plan, self._undos.pending(), self._around)
        if not self._must_stop:
            await self._clean_up.run()
        return self._clean_up.is_complete or not self._drained

    async def _tear_down(self) -> bool:
        """Run the tests that come after all; False when they are for somebody else."""
        waiting = [name for name in self._plan.tests if name not in self._ledger.outcomes]
        if waiting:
            self._enter(self._plan)
            self._leave_out_unused(waiting)
            self._follow(self._schedule.begin(self._ledger.outcomes))
            await self._until_time_is_over(self._work(until=lambda: self._must_stop))
        left = [name for name in waiting if name not in self._ledger.outcomes]
        if self._drained and left:
            return False
        for name in left:
            self._conclude(self._ledger.left_over(name, None))
        return True

    def _leave_out_unused(self, waiting: Iterable[TestName]) -> None:
        sent = suites_that_were_sent(self._plan, self._ledger.outcomes)
        for name in waiting:
            test = self._plan.tests[name]
            if test.role is TestRole.AFTER_ALL and test.suite not in sent:
                self._conclude(verdicts.nothing_to_tear_down(self._plan, name))

    async def _until_time_is_over(self, work: Coroutine[None, None, None]) -> None:
        limit = asyncio.create_task(self._parts.clock.sleep(self._parts.cleanup_seconds))
        limit.add_done_callback(lambda done: None if done.cancelled() else self._flights.cut())
        try:
            await work
        finally:
            limit.cancel()

    def _end(self, seconds: float) -> None:
        """Say how the run ended."""
        outcome = summarise(
            self._plan,
            self._ledger.outcomes,
            seconds=seconds,
            jobs=self._parts.most_at_once,
            stop=self._ended_early,
            culprit=self._ledger.culprit,
        )
        outcome = replace(
            outcome,
            renewals=self._around.renewals.counts,
            cleanups=self._clean_up.outcome() if self._clean_up else (),
            contracts=self._parts.tools.contracts.coverage(),
            snapshots_written=self._parts.tools.snapshots.written,
        )
        ordered = tuple(self._ledger.outcomes[name] for name in self._plan.tests)
        self.events.put_nowait(RunFinished(outcome=outcome, outcomes=ordered))


async def _cancel(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """End these tasks, whatever they are doing, and wait until they have."""
    waiting = [task for task in tasks if not task.done()]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
