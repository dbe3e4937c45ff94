"""Runs for `baton detect-hidden`: one after the other on this machine, each as if it were the first."""

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

from worker.cli.local_run import run_locally
from worker.cli.prepared import PreparedRun, anew
from worker.cli.run_request import RunRequest
from worker.clock import Clock, SystemClock
from worker.errors import BatonError, UsageError
from worker.history.hidden import HuntEnded, Round
from worker.models.events import Event, RunFinished, TestFinished, TestStarted
from worker.models.graph import Plan
from worker.models.outcome import RunFailure, RunOutcome, TestOutcome, Verdict
from worker.models.suite import TestName

#: A command that puts an API back may take its time, but not for ever.
RESET_SECONDS = 300.0

#: Told of each run that was made.
Told = Callable[[Round], None]


def words_of_reset(command: str | None) -> list[str]:
    """The words of a command. No shell reads them. Raises UsageError for what is none."""
    try:
        words = shlex.split(command or "")
    except ValueError as error:
        raise UsageError(f"this is no command: {error}", where="--reset") from None
    if command is not None and not words:
        raise UsageError("this is no command", where="--reset", hint='such as --reset "make reset"')
    return words


class LocalRunner:
    """Makes one run after the other. `runs` counts them; `interrupted`: a person has had enough."""

    def __init__(
        self,
        prepared: PreparedRun,
        request: RunRequest,
        *,
        seed: str,
        limit_seconds: float,
        reset: Sequence[str],
        told: Told,
        clock: Clock | None = None,
    ) -> None:
        self._prepared = replace(prepared, jobs=1, bail=None)
        self._request = request
        self._seed = seed
        self._clock = clock or SystemClock()
        self._ends = self._clock.monotonic() + limit_seconds
        self._reset = list(reset)
        self._told = told
        self.runs = 0
        self.interrupted = False

    async def run(self, plan: Plan, *, shuffle: str | None = None) -> Round:
        """One run. Raises HuntEnded when time is over or a person has had enough, and BatonError when the
        API cannot be reached or put back."""
        if self.runs and self._clock.monotonic() > self._ends:
            raise HuntEnded
        await self._put_back()
        self.runs += 1
        # Each run has its own chance: what one run has made must not meet the next one's.
        run = anew(self._prepared, self._request, plan=plan, seed=f"{self._seed}-{self.runs}")
        listening = _Listening()
        outcome = await self._unless_interrupted(replace(run, shuffle=shuffle), listening)
        _refuse_unreachable(outcome)
        found = listening.round(shuffle)
        if shuffle is not None or self.runs == 1:
            self._told(found)
        return found

    async def _unless_interrupted(self, run: PreparedRun, listening: "_Listening") -> RunOutcome:
        try:
            outcome = await run_locally(run, [listening], speaker=_Silent())
        except asyncio.CancelledError:
            outcome = None
        if outcome is None or outcome.status.value == "cancelled":
            self.interrupted = True
            raise HuntEnded
        return outcome

    async def _put_back(self) -> None:
        if not self._reset:
            return
        try:
            process = await asyncio.create_subprocess_exec(
                *self._reset, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
            )
        except OSError as error:
            raise UsageError(
                f"{self._reset[0]} cannot be run: {error.strerror}", where="--reset", hint="check the command"
            ) from None
        try:
            code = await asyncio.wait_for(process.wait(), RESET_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise BatonError(f"the command took more than {RESET_SECONDS:.0f} s", where="--reset") from None
        if code != 0:
            raise BatonError(f"the command ended with {code}", where="--reset", hint="it must end with 0")


class _Listening:
    """What one run tells about the order and the verdicts of its tests."""

    def __init__(self) -> None:
        self._order: dict[TestName, None] = {}
        self._outcomes: dict[TestName, TestOutcome] = {}

    async def on(self, event: Event) -> None:
        """Take note of one event."""
        if isinstance(event, TestStarted):
            self._order.setdefault(event.test)
        elif isinstance(event, TestFinished):
            self._outcomes[event.outcome.test] = event.outcome
        elif isinstance(event, RunFinished):
            self._outcomes.update({outcome.test: outcome for outcome in event.outcomes})

    async def close(self) -> None:
        """Nothing is kept."""

    def round(self, shuffle: str | None) -> Round:
        """The run as a round."""
        return Round(
            order=tuple(self._order),
            verdicts={name: outcome.verdict for name, outcome in self._outcomes.items()},
            reasons={
                name: outcome.reason
                for name, outcome in self._outcomes.items()
                if outcome.verdict is not Verdict.PASSED
            },
            shuffle=shuffle,
        )


class _Silent:
    """Nobody listens: what is said while a run stops is said once, at the end."""

    def say(self, text: str) -> None:
        """Nothing."""


def _refuse_unreachable(outcome: RunOutcome) -> None:
    if outcome.failure is RunFailure.ENVIRONMENT:
        raise BatonError(outcome.message or "the API cannot be reached", hint="is it up?")
