"""`run --record`: what happens here is written into a project, as a worker's run would be."""

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from context.values import JsonValue
from worker.cli.ci_job import CiJob, ci_job, in_job
from worker.cli.heard_records import HeardRecords
from worker.cli.local_run import Speaker, run_locally
from worker.cli.prepared import PreparedRun
from worker.clock import Clock, SystemClock
from worker.database import Database
from worker.database.member import open_member
from worker.engine import StopSignal
from worker.engine.undos import was_sent
from worker.errors import NotReachable, PlatformError
from worker.models.events import Event, Listener, TestFinished
from worker.models.flow import TestRole
from worker.models.outcome import RunOutcome
from worker.models.run import ClaimedContext, ClaimedRun, Lease
from worker.models.suite import TestName
from worker.project.checkout import Checkout, checkout_of
from worker.project.find import find_project
from worker.recording import FixtureUse, Recorder, StopCause, SupabaseRecords
from worker.recording.base import Document
from worker.records import LocalRunAnswer, read_answer
from worker.reports.style import in_ci
from worker.service.endings import ended
from worker.service.fixtures import used_fixtures
from worker.settings import read_settings

#: How long the project waits for a sign of life before the run counts as lost.
LEASE_SECONDS = 60

#: Between two tries to tell a project that is out of reach how the run ended.
ASK_AGAIN_SECONDS = 1.0

WAITING = (
    "The tests are over. Waiting for the project, which does not have the last of them:"
    f" up to {LEASE_SECONDS} s, or until Ctrl-C."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a run is recorded, and who does it."""

    project: str
    organization: str | None = None
    profile: str | None = None


async def run_recorded(
    run: PreparedRun, listeners: Sequence[Listener], *, speaker: Speaker, target: Target
) -> RunOutcome | None:
    """Run it as always, and write it down in the project. What is over here stays as it is, also if the
    project cannot be reached any more. Raises PlatformError and UsageError if it cannot be begun."""
    # What its parts tell a log is told here in words, and not among the lines of the run.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    database = await open_member(read_settings(os.environ), profile=target.profile)
    try:
        recording = Recording(database, await _begin(database, run, target), speaker)
        return await recording.run(run, listeners)
    finally:
        await database.close()


async def _begin(database: Database, run: PreparedRun, target: Target) -> ClaimedRun:
    project = await find_project(database, target.project, organization=target.organization)
    checkout = await asyncio.to_thread(checkout_of, Path.cwd(), [suite.path for suite in run.suites])
    row = await database.call(
        "begin_local_run",
        p_project_id=project.id,
        p_request=local_request(run, checkout, ci_job(os.environ)),
        p_lease_seconds=LEASE_SECONDS,
    )
    answer = read_answer(LocalRunAnswer, row, what="begin_local_run")
    return ClaimedRun(
        lease=Lease(run_id=answer.run.id, number=answer.run.lease_number),
        project_key=project.key,
        project_id=project.id,
        suites=(),
        environment=run.environment,
        context=ClaimedContext(version=answer.context_version),
        next_batch_number=answer.next_batch_number,
    )


def local_request(run: PreparedRun, checkout: Checkout, job: CiJob | None = None) -> Document:
    """What the project is told of such a run: what was chosen, how it runs, of which files, in which job."""
    plan = run.plan
    checkout = in_job(checkout, job)
    config = {"jobs": run.jobs, "bail": run.bail, "timeout_seconds": run.timeout_seconds}
    request: dict[str, JsonValue] = {
        "suites": sorted({name.partition("/")[0] for name in plan.tests}),
        "environment": run.environment.name,
        "config": {name: value for name, value in config.items() if value is not None},
        "trigger": "ci" if in_ci(os.environ) or job else "manual",
        "source": {
            "command": "baton run",
            **(job.source if job else {}),
            **({"changed": True} if checkout.is_changed else {}),
        },
    }
    everything = {test.name for suite in run.suites for test in suite.tests.values()}
    if plan.required_only or everything - plan.tests.keys():
        chosen = [test for test in plan.tests.values() if test.role is TestRole.TEST]
        request["selection"] = {"only": [test.name for test in chosen if test.name not in plan.required_only]}
    git = {"git_branch": checkout.branch, "git_commit": checkout.commit}
    return request | {name: value for name, value in git.items() if value}


class Recording:
    """Writes one run down while it happens."""

    def __init__(
        self, database: Database, claimed: ClaimedRun, speaker: Speaker, *, clock: Clock | None = None
    ) -> None:
        self._claimed = claimed
        self._speaker = speaker
        self._records = HeardRecords(
            SupabaseRecords(database), say=speaker.say, on_away=self._say_what_is_waited_for
        )
        self._stop = StopSignal()
        self._clock = clock or SystemClock()
        self._is_over = False
        self._has_left = False
        self._recorder = Recorder(
            self._records,
            claimed,
            clock=self._clock,
            lease_seconds=LEASE_SECONDS,
            on_stop=self._stopped,
        )

    async def run(self, run: PreparedRun, listeners: Sequence[Listener]) -> RunOutcome | None:
        """The whole run, and its end in the project."""
        self._speaker.say(f"Recorded in {self._claimed.project_key} as run {self._claimed.id}.")
        self.start()
        outcome: RunOutcome | None = None
        writing = _Writing(self._recorder)
        try:
            outcome = await run_locally(run, [*listeners, writing], speaker=self._speaker, stop=self._stop)
        finally:
            await self.close(outcome, used_fixtures(run.suites, writing.sent, keeps=True))
        return outcome

    def start(self) -> None:
        """Begin to send, and to keep the run ours."""
        self._recorder.start()

    async def close(self, outcome: RunOutcome | None, fixtures: Sequence[FixtureUse]) -> None:
        """Send what waits, and the end. A person may leave before a project that is away has them."""
        self._is_over = True
        loop = asyncio.get_running_loop()
        # Before a person is told of it.
        loop.add_signal_handler(signal.SIGINT, self._leave)
        if self._records.is_away:
            self._say_what_is_waited_for()
        try:
            await self._recorder.close()
            await self._say_fixtures(fixtures)
            await self._say_end(outcome)
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    def _say_what_is_waited_for(self) -> None:
        """Where the tests are over: at once, or when it comes out only then that the project is away."""
        if self._is_over and not self._has_left and self._recorder.holds_the_run:
            self._speaker.say(WAITING)

    def _leave(self) -> None:
        self._has_left = True
        self._recorder.hurry()

    def _stopped(self, cause: StopCause) -> None:
        if cause is StopCause.CANCELLED:
            self._speaker.say("Somebody has cancelled this run in the project.")
            self._stop.cancel()
            return
        goes_on = "what happened since is not in the project" if self._is_over else "the run goes on"
        self._speaker.say(f"The recording ends here, {goes_on}: {self._why()}")

    def _why(self) -> str:
        error = self._recorder.error
        if error is None:
            return "the project has not been heard of for too long"
        return f"{error.what} ({error.hint})" if error.hint else error.what

    async def _say_fixtures(self, used: Sequence[FixtureUse]) -> None:
        """Those that the project knows: a file may have others by now, and is recorded all the same."""
        if used and self._recorder.cause is None and not self._records.is_away:
            with suppress(PlatformError):
                await self._records.use_fixtures(self._claimed.lease, used)

    async def _say_end(self, outcome: RunOutcome | None) -> None:
        """What was cut off was cancelled. A run whose recording broke off ends by itself in the project."""
        if self._recorder.cause is StopCause.LEASE_LOST:
            return
        told: Document = {"status": "cancelled"} if outcome is None else ended(outcome)
        if self._recorder.cause is StopCause.NOT_RECORDED:
            message = f"its results could not be recorded: {self._why()}"
            told = {"status": "failed", "reason": "interrupted", "message": message}
        try:
            await self._finish(told)
        except PlatformError as error:
            self._speaker.say(f"The end of the run could not be recorded: {error.what}")

    async def _finish(self, told: Document) -> None:
        """Tell the end. Saying it twice is harmless; after the lease the run is no longer ours to end."""
        until = self._clock.monotonic() + LEASE_SECONDS
        while True:
            try:
                await self._records.finish(self._claimed.lease, told)
                return
            except NotReachable:
                if self._has_left or self._clock.monotonic() > until:
                    raise
                await self._clock.sleep(ASK_AGAIN_SECONDS)


class _Writing:
    """The recorder as one more listener; it is closed by whoever made it."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        #: Tests of which the API has seen something.
        self.sent: set[TestName] = set()

    async def on(self, event: Event) -> None:
        """Write it down, unless the recording has ended."""
        if isinstance(event, TestFinished) and was_sent(event.outcome):
            self.sent.add(event.outcome.test)
        if self._recorder.holds_the_run:
            await self._recorder.on(event)

    async def close(self) -> None:
        """Nothing: batches are still on their way."""
