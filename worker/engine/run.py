"""A plan in, events out. Prints nothing and writes nothing: listeners do that."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import replace

from worker.engine import verdicts
from worker.engine.attempts import run_test
from worker.engine.cleanup import CleanUp
from worker.engine.foreseen import make_ready
from worker.engine.ledger import Ledger
from worker.engine.limits import LimitTable, limit_of
from worker.engine.opening import announcement, never_sent, recorded_earlier
from worker.engine.parts import Parts
from worker.engine.probing import unwell
from worker.engine.renewal import Renewals
from worker.engine.stage import Stage
from worker.engine.stages import last_tests, suites_that_were_sent, without
from worker.engine.stop import StopReason
from worker.engine.stopping import Stopping, cancel_all
from worker.engine.summary import summarise
from worker.engine.surroundings import Surroundings
from worker.engine.undos import Undos
from worker.engine.unreached import service_in_words
from worker.models.events import ContextChange, Event, RunFinished
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import RunFailure, TestOutcome
from worker.models.suite import Test


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
        await cancel_all([driver])


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
        self._stopping = Stopping(parts)
        self._ledger = Ledger(plan, parts, self.events.put_nowait)
        self._around = self._make_surroundings()
        parts.context.know_needs(plan.needs_of)
        self._clean_up: CleanUp | None = None
        self._tests = self._enter(without(plan, self._last))
        self._ended_early: StopReason | None = None

    def _make_surroundings(self) -> Surroundings:
        parts, emit = self._parts, self.events.put_nowait
        tokens = parts.context.tokens
        return Surroundings(
            parts=parts,
            limits=parts.limits or LimitTable(parts.clock).of_a_run("", limit_of(parts.environment)),
            emit=emit,
            stopping=self._stopping.begun,
            renewals=Renewals(self._plan, tokens, clock=parts.clock, run_again=self._run_again, tell=emit),
            undos=Undos(),
        )

    def _enter(self, plan: Plan) -> Stage:
        """Begin a stage: these are the tests that may start now."""
        self._stage = Stage(plan, self._around, self._ledger, self._stopping)
        return self._stage

    async def _run_again(self, test: Test, renewals: Renewals) -> tuple[TestOutcome, ContextChange | None]:
        """A test that has its verdict, once more: nobody is told that it runs."""
        aside = replace(self._around, emit=lambda event: None, renewals=renewals)
        return await run_test(test, aside, required_only=False)

    async def drive(self) -> None:
        """Run to the end; the events end with None, whatever happens."""
        began = self._parts.clock.monotonic()
        stopping = self._stopping
        stopping.nudge, stopping.cut_all = self._nudge, self._cut_all
        stopping.cut_tests = self._tests.flights.cut
        watchers = [asyncio.create_task(each()) for each in (stopping.watch, stopping.watch_for_giving_up)]
        time = asyncio.create_task(stopping.watch_time())
        try:
            make_ready(self._plan, self._parts.tools.contracts)
            self._begin()
            await self._probe()
            await self._tests.work(until=lambda: stopping.reason is not None)
            await cancel_all([time])
            if await self._finish_up():
                self._end(self._parts.clock.monotonic() - began)
        finally:
            await cancel_all([*watchers, time])
            await self._stage.flights.end()
            await self._around.renewals.close()
            self.events.put_nowait(None)

    def _nudge(self) -> None:
        self._stage.flights.wake.set()
        if self._stopping.is_drained and self._clean_up is not None:
            self._clean_up.stop()

    def _cut_all(self) -> None:
        self._stage.flights.cut()
        if self._clean_up is not None:
            self._clean_up.cut()

    def _begin(self) -> None:
        """Say what will be run, and settle what is known before the first request."""
        self.events.put_nowait(announcement(self._plan, self._parts))
        earlier = recorded_earlier(self._plan, self._parts)
        unsent = never_sent(self._plan, self._parts)
        self._ledger.recall(earlier)
        self._around.undos.take_up(self._plan, {**earlier, **unsent}, self._parts.context)
        for outcome in unsent.values():
            self._tests.conclude(outcome)
        self._tests.begin({**earlier, **unsent})

    async def _probe(self) -> None:
        """See whether the further services are well that the tests need; if not, there is no point."""
        if not self._parts.environment.services:
            return
        found = await unwell(self._plan, self._parts, sent=self._tests.left())
        if found is not None:
            self._ledger.blame(found.outcome, unreached=service_in_words(found.service, self._parts))
            self._tests.give_up_on(found.outcome)

    async def _finish_up(self) -> bool:
        """What comes after the tests, also where they were stopped; False when another has to do it."""
        left, undos = self._tests.left(), self._around.undos
        if self._stopping.is_drained and (left or undos.pending() or self._last):
            return False
        stop = self._stopping.settled()
        self._ended_early = stop if left or self._ledger.was_cut() else None
        for name in left:
            self._tests.conclude(self._ledger.left_over(name, self._ended_early))
        # What follows has a time limit of its own, whatever has stopped the tests.
        self._around = replace(self._around, stopping=asyncio.Event(), undos=Undos())
        return await self._undo(undos) and await self._tear_down()

    async def _undo(self, undos: Undos) -> bool:
        """Undo what the tests have made; False when the rest is for somebody else."""
        self._clean_up = CleanUp(self._plan, undos.pending(), self._around)
        if not self._stopping.is_final:
            await self._clean_up.run()
        return self._clean_up.is_complete or not self._stopping.is_drained

    async def _tear_down(self) -> bool:
        """Run the tests that come after all; False when they are for somebody else."""
        if len(self._ledger.outcomes) == len(self._plan.tests):
            return True
        stage = self._enter(self._plan)
        self._leave_out_unused(stage)
        stage.begin(self._ledger.outcomes)
        await self._until_time_is_over(stage.work(until=lambda: self._stopping.is_final))
        if self._stopping.is_drained and stage.left():
            return False
        for name in stage.left():
            stage.conclude(self._ledger.left_over(name, None))
        return True

    def _leave_out_unused(self, stage: Stage) -> None:
        unwell = self._ledger.unwell
        outcomes = self._ledger.outcomes.items()
        sent = suites_that_were_sent(
            self._plan, {name: each for name, each in outcomes if unwell is None or name != unwell.test}
        )
        for name in stage.left():
            test = self._plan.tests[name]
            if test.role is TestRole.AFTER_ALL and test.suite not in sent:
                stage.conclude(verdicts.nothing_to_tear_down(self._plan, name))

    async def _until_time_is_over(self, work: Coroutine[None, None, None]) -> None:
        flights = self._stage.flights
        limit = asyncio.create_task(self._parts.clock.sleep(self._parts.cleanup_seconds))
        limit.add_done_callback(lambda done: None if done.cancelled() else flights.cut())
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
        tools = self._parts.tools
        outcome = replace(
            outcome,
            renewals=self._around.renewals.counts,
            cleanups=self._clean_up.outcome() if self._clean_up else (),
            contracts=tools.contracts.coverage(),
            snapshots_written=tools.snapshots.written,
            unreached=self._ledger.unreached if outcome.failure is RunFailure.ENVIRONMENT else "",
        )
        ordered = tuple(self._ledger.outcomes[name] for name in self._plan.tests)
        self.events.put_nowait(RunFinished(outcome=outcome, outcomes=ordered))
