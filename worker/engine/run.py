"""A plan in, events out. Prints nothing and writes nothing: listeners do that."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from worker.engine import verdicts
from worker.engine.attempts import Surroundings, run_test
from worker.engine.categories import Category
from worker.engine.guard import EnvironmentGuard
from worker.engine.opening import announcement, never_sent, recorded_earlier
from worker.engine.pace import Pace
from worker.engine.parts import Parts
from worker.engine.schedule import Consequences, Schedule
from worker.engine.stop import StopReason
from worker.engine.summary import summarise
from worker.models.events import ContextChange, Event, RunFinished, TestFinished, TestReady
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import TestName

#: Reasons to stop that come from outside; they count more than what the run found out itself.
ASKED_FOR = (StopReason.CANCELLED, StopReason.DRAINED, StopReason.TIMEOUT)


async def run_plan(plan: Plan, parts: Parts) -> AsyncGenerator[Event, None]:
    """Run every test of the plan once and say what happens, as it happens.

    The first event is RunStarted, the last RunFinished: it comes always but in two cases. A run
    that is drained (`parts.stop.drain()`) ends without, unless all its tests have a verdict, so
    that somebody else can take it up; and an error of Baton's own is raised. Every test that gets
    its verdict in this run has one TestFinished; tests in `parts.finished` have none. Events are
    masked.

    Whoever stops reading early must close the iterator (`contextlib.aclosing`): tests in flight are
    cancelled then.
    """
    run = _Run(plan, parts)
    driver = asyncio.create_task(run.drive(), name="baton run")
    try:
        while (event := await run.events.get()) is not None:
            yield event
        await driver
    finally:
        await _cancel([driver])


@dataclass(frozen=True, slots=True)
class _Flight:
    """A test that was started."""

    task: "asyncio.Task[None]"
    started_at: datetime


class _Run:
    """The state of one run. All of it belongs to one event loop."""

    def __init__(self, plan: Plan, parts: Parts) -> None:
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._plan = plan
        self._parts = parts
        self._schedule = Schedule(plan)
        self._guard = EnvironmentGuard(plan)
        self._outcomes: dict[TestName, TestOutcome] = {}
        self._in_flight: dict[TestName, _Flight] = {}
        self._stop: StopReason | None = None
        self._fault: Exception | None = None
        self._wake = asyncio.Event()
        self._around = Surroundings(
            parts=parts,
            pace=Pace(parts.clock, per_second=parts.environment.rate_limit_per_second),
            emit=self.events.put_nowait,
            stopping=asyncio.Event(),
        )

    async def drive(self) -> None:
        """Run to the end; the events end with None, whatever happens."""
        began = self._parts.clock.monotonic()
        watchers = [asyncio.create_task(self._watch_stop()), asyncio.create_task(self._watch_time())]
        try:
            self._begin()
            await self._work()
            self._end(self._parts.clock.monotonic() - began)
        finally:
            await _cancel([*watchers, *(flight.task for flight in self._in_flight.values())])
            self.events.put_nowait(None)

    def _begin(self) -> None:
        """Say what will be run, and settle what is known before the first request."""
        self.events.put_nowait(announcement(self._plan, self._parts))
        earlier = recorded_earlier(self._plan, self._parts)
        unsent = never_sent(self._plan, self._parts)
        self._outcomes.update(earlier)
        for outcome in earlier.values():
            self._guard.note(outcome)
        for outcome in unsent.values():
            self._conclude(outcome)
        self._follow(self._schedule.begin({**earlier, **unsent}))

    async def _work(self) -> None:
        """Keep as many tests in flight as may be, until there is nothing left to wait for."""
        # A stop that was asked for before the run began must win over its first test.
        await asyncio.sleep(0)
        while True:
            self._start_what_may_start()
            if not self._in_flight:
                return
            await self._wake.wait()
            self._wake.clear()
            if self._fault is not None:
                raise self._fault

    def _start_what_may_start(self) -> None:
        most = self._parts.most_at_once
        while self._stop is None and len(self._in_flight) < most:
            name = self._schedule.take()
            if name is None:
                return
            task = asyncio.create_task(self._fly(name))
            self._in_flight[name] = _Flight(task, self._parts.clock.now())
            # Not in a `finally` of the task: one that is cancelled before its first step has none.
            task.add_done_callback(partial(self._landed, name))

    def _landed(self, name: TestName, _: "asyncio.Task[None]") -> None:
        del self._in_flight[name]
        self._wake.set()

    async def _fly(self, name: TestName) -> None:
        """One test, from its start to what follows from its verdict."""
        try:
            ended = await self._run_test(name)
            if ended is not None:
                self._settle(*ended)
        except Exception as error:
            self._fault = error

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

    def _times(self, name: TestName) -> tuple[datetime, datetime]:
        return self._in_flight[name].started_at, self._parts.clock.now()

    def _settle(self, outcome: TestOutcome, change: ContextChange | None) -> None:
        self._parts.context.finished(outcome.test)
        self._conclude(outcome, change)
        self._follow(self._schedule.finish(outcome.test, outcome.verdict))

    def _conclude(self, outcome: TestOutcome, change: ContextChange | None = None) -> None:
        """Keep a verdict and say it."""
        self._outcomes[outcome.test] = outcome
        self.events.put_nowait(TestFinished(outcome=outcome, change=change))
        self._guard.note(outcome)
        if self._guard.is_down:
            self._stop_for(StopReason.ENVIRONMENT)
        elif self._parts.fail_fast and outcome.verdict in (Verdict.FAILED, Verdict.BROKEN):
            self._stop_for(StopReason.FAIL_FAST)

    def _follow(self, consequences: Consequences) -> None:
        for name, cause in consequences.blocked:
            self._conclude(verdicts.blocked(self._plan, name, cause=self._outcomes[cause]))
        for name in consequences.ready:
            self.events.put_nowait(TestReady(test=name))

    def _stop_for(self, reason: StopReason) -> None:
        """No further test starts. What somebody asked for counts more than what was found out."""
        if self._stop is None or (reason in ASKED_FOR and self._stop not in ASKED_FOR):
            self._stop = reason
            self._around.stopping.set()

    async def _watch_stop(self) -> None:
        """Stop when asked; cut tests short when patience is over."""
        stop = self._parts.stop
        self._stop_for(await stop.asked())
        self._wake.set()
        patience = asyncio.create_task(self._parts.clock.sleep(self._parts.patience_seconds))
        hurry = asyncio.create_task(stop.hurried())
        try:
            await asyncio.wait([patience, hurry], return_when=asyncio.FIRST_COMPLETED)
            # A drained run may have been cancelled meanwhile.
            self._stop = stop.reason
            self._cut_short()
        finally:
            await _cancel([patience, hurry])

    async def _watch_time(self) -> None:
        """Stop at once when the run's time is over."""
        if self._parts.timeout_seconds is None:
            return
        await self._parts.clock.sleep(self._parts.timeout_seconds)
        self._stop_for(StopReason.TIMEOUT)
        self._cut_short()

    def _cut_short(self) -> None:
        for flight in list(self._in_flight.values()):
            flight.task.cancel()
        self._wake.set()

    def _end(self, seconds: float) -> None:
        """Give the rest a verdict, and say how the run ended."""
        left = [name for name in self._plan.tests if name not in self._outcomes]
        if self._stop is StopReason.DRAINED and self._parts.stop.reason is not None:
            self._stop = self._parts.stop.reason  # it may have been cancelled since
        stop = self._stop if left or self._was_cut() else None
        if stop is StopReason.DRAINED:
            return
        for name in left:
            self._conclude(self._left_over(name, stop))
        outcome = summarise(
            self._plan,
            self._outcomes,
            seconds=seconds,
            stop=stop,
            culprit=self._guard.culprit if self._guard.is_down else None,
        )
        ordered = tuple(self._outcomes[name] for name in self._plan.tests)
        self.events.put_nowait(RunFinished(outcome=outcome, outcomes=ordered))

    def _was_cut(self) -> bool:
        return any(outcome.category == Category.CANCELLED for outcome in self._outcomes.values())

    def _left_over(self, name: TestName, stop: StopReason | None) -> TestOutcome:
        culprit = self._guard.culprit
        if stop is StopReason.ENVIRONMENT and culprit is not None:
            return verdicts.out_of_reach(self._plan, name, cause=culprit)
        return verdicts.not_run(self._plan, name, stop or StopReason.CANCELLED)


async def _cancel(tasks: Iterable["asyncio.Task[None]"]) -> None:
    """End these tasks, whatever they are doing, and wait until they have."""
    waiting = [task for task in tasks if not task.done()]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
