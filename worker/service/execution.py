"""One run, from its claim to its end or its return to the queue."""

import asyncio

import structlog

from worker.assertions.scene import Tools
from worker.contracts import Contracts
from worker.engine import Parts, StopSignal, run_plan
from worker.engine.limits import limit_of
from worker.engine.locks import Locks
from worker.engine.undos import was_sent
from worker.errors import BatonError, LeaseLost, NotReachable, PlatformError
from worker.http.send import Sender
from worker.models.events import Event, RunFinished, RunStarted, TestFinished
from worker.models.outcome import RunFailure, RunOutcome
from worker.models.run import ClaimedRun
from worker.models.suite import TestName
from worker.queue.contents import fetch_files
from worker.recording import Recorder, StopCause
from worker.service.endings import Outcome, ended, failed
from worker.service.files import RunFiles, snapshots_of
from worker.service.fixtures import used_fixtures
from worker.service.prepare import CannotPrepare, Prepared, prepare
from worker.wiring import WorkerParts

#: A cancelled run stops within a second or so: tests in flight get this long.
CANCEL_PATIENCE_SECONDS = 1.0

#: Waits between the tries to tell the end; the last one repeats.
RETRY_DELAYS_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class Execution:
    """Executes one claimed run, and says its end exactly once: finished, released, or lost."""

    def __init__(
        self, run: ClaimedRun, *, parts: WorkerParts, lease_seconds: int, patience_seconds: float
    ) -> None:
        self._run = run
        self._parts = parts
        self._lease_seconds = lease_seconds
        self._patience_seconds = patience_seconds
        self._stop = StopSignal()
        self._hurrying: asyncio.Task[None] | None = None
        self._hurried = False
        self._prepared: Prepared | None = None
        self._sent: set[TestName] = set()
        self._files = RunFiles({}, run.environment)
        self._snapshots = snapshots_of({})
        self._log = structlog.get_logger("baton.worker").bind(run=run.id, project=run.project_key)
        self._recorder = Recorder(
            parts.records,
            run,
            clock=parts.clock,
            lease_seconds=lease_seconds,
            on_stop=self._stopped_by_recorder,
        )

    async def run(self) -> None:
        """Execute it. Raises nothing that belongs to the run: that is in its record."""
        self._log.info(
            "run.claimed",
            lease=self._run.lease.number,
            environment=self._run.environment.name,
            suites=[suite.key for suite in self._run.suites if suite.selected],
            finished=len(self._run.finished),
        )
        # From here on the lease is kept, also while the run is prepared.
        self._recorder.start()
        try:
            outcome = await self._outcome()
        finally:
            await self._recorder.close()
            if self._hurrying is not None:
                self._hurrying.cancel()
        await self._say_fixtures()
        await self._say_end(outcome)

    def cancel(self) -> None:
        """Somebody wants this run to end: begin nothing more, and soon cut what is in flight."""
        self._stop.cancel()
        if self._hurrying is None:
            self._hurrying = asyncio.create_task(self._hurry_soon(), name=f"cancel of run {self._run.id}")

    def drain(self) -> None:
        """Let go of this run as soon as its tests in flight are over."""
        self._stop.drain()

    def hurry(self) -> None:
        """Let go of this run now, also when the database is away."""
        self.drain()
        self._stop.give_up()
        self._recorder.hurry()
        self._hurried = True

    async def _hurry_soon(self) -> None:
        await self._parts.clock.sleep(CANCEL_PATIENCE_SECONDS)
        self._stop.hurry()

    def _stopped_by_recorder(self, cause: StopCause) -> None:
        self.cancel()
        if cause is not StopCause.CANCELLED:
            # What is in flight will not be recorded by us: no reason to wait for it. Nor is it ours
            # to undo anything: whoever has the run now will do so.
            self._stop.give_up()

    async def _outcome(self) -> Outcome | None:
        """How the run ended; None when it goes back to the queue."""
        try:
            # Parsing large suites takes a while, in which the lease must be kept.
            files = await fetch_files(self._run, self._parts.contents)
            self._files = RunFiles(files, self._run.environment)
            self._snapshots = snapshots_of(files)
            prepared = await asyncio.to_thread(
                prepare, self._run, files=self._files, now=self._parts.clock.now
            )
            self._prepared = prepared
            return await self._execute(prepared)
        except NotReachable as error:
            # Before anything was sent: somebody else begins it.
            self._log.warning("run.files_missing", reason=error.what)
            return None
        except CannotPrepare as error:
            return failed(error.failure, error.what)
        except BatonError as error:
            self._log.error("run.failed", reason=error.what)
            return failed(RunFailure.INTERRUPTED, error.what)
        except Exception as error:
            self._log.error("run.failed", exc_info=error)
            # Only its class: its words may hold what nobody should read.
            return failed(RunFailure.INTERRUPTED, f"a mistake in Baton: {type(error).__name__}")

    async def _execute(self, prepared: Prepared) -> Outcome | None:
        ending: RunOutcome | None = None
        sender = self._parts.make_sender()
        locks = self._parts.locks.of_a_run(self._scope)
        try:
            async for event in run_plan(prepared.plan, self._engine_parts(prepared, sender, locks)):
                if isinstance(event, RunFinished):
                    ending = event.outcome
                self._note(event)
                await self._recorder.on(event)
        finally:
            await sender.close()
            await locks.close()
        # A drained run ends without an ending, unless all its tests had their verdict.
        return None if ending is None else ended(ending)

    def _note(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._log.info("run.started", tests=len(event.tests), jobs=event.jobs)
        elif isinstance(event, TestFinished):
            outcome = event.outcome
            self._log.debug("test.finished", test=outcome.test, verdict=outcome.verdict.value)
            if was_sent(outcome):
                self._sent.add(outcome.test)

    @property
    def _scope(self) -> str:
        """What shares locks and limits: all runs of a project in one environment."""
        return f"{self._run.project_id}/{self._run.environment.name}"

    def _engine_parts(self, prepared: Prepared, sender: Sender, locks: Locks) -> Parts:
        return Parts(
            context=prepared.context,
            sender=sender,
            environment=prepared.environment,
            clock=self._parts.clock,
            jobs=prepared.jobs,
            finished={outcome.test: outcome for outcome in self._run.finished},
            interrupted=self._run.in_flight,
            stop=self._stop,
            locks=locks,
            files=self._files,
            tools=Tools(files=self._files, snapshots=self._snapshots, contracts=Contracts(self._files)),
            limits=self._parts.limits.of_a_run(self._scope, limit_of(self._run.environment)),
            bail=prepared.bail,
            suites=prepared.suites,
            timeout_seconds=prepared.timeout_seconds,
            patience_seconds=self._patience_seconds,
        )

    async def _say_fixtures(self) -> None:
        """After the results, because tests of rows come to be with these. Not worth a run that went well."""
        if self._prepared is None or self._recorder.cause in (StopCause.LEASE_LOST, StopCause.NOT_RECORDED):
            return
        try:
            await self._parts.records.use_fixtures(
                self._run.lease, used_fixtures(self._prepared.read, self._sent)
            )
        except PlatformError as error:
            self._log.warning("run.fixtures_not_recorded", reason=error.what)

    async def _say_end(self, outcome: Outcome | None) -> None:
        recorder = self._recorder
        if recorder.cause is StopCause.LEASE_LOST:
            self._log.warning("run.lost", reason=recorder.error.what if recorder.error else "")
            return
        if recorder.cause is StopCause.NOT_RECORDED:
            reason = recorder.error.what if recorder.error else "?"
            outcome = failed(RunFailure.INTERRUPTED, f"its results could not be recorded: {reason}")
        try:
            await self._repeat_until_told(outcome)
        except LeaseLost as error:
            self._log.warning("run.lost", reason=error.what)
        except PlatformError as error:
            # Its lease ends by itself, and the run is taken up again.
            self._log.error("run.end_not_told", reason=error.what)

    async def _repeat_until_told(self, outcome: Outcome | None) -> None:
        """Both calls may be repeated; after the lease the run is no longer ours to end."""
        tries, until = 0, self._parts.clock.monotonic() + self._lease_seconds
        while True:
            try:
                return await self._tell(outcome)
            except NotReachable:
                if self._hurried or self._parts.clock.monotonic() > until:
                    raise
                await self._parts.clock.sleep(RETRY_DELAYS_SECONDS[min(tries, len(RETRY_DELAYS_SECONDS) - 1)])
                tries += 1

    async def _tell(self, outcome: Outcome | None) -> None:
        if outcome is None:
            await self._parts.records.release(self._run.lease)
            self._log.info("run.released")
            return
        await self._parts.records.finish(self._run.lease, outcome)
        self._log.info(
            "run.finished", status=outcome["status"], reason=outcome["reason"], message=outcome["message"]
        )
