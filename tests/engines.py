"""Runs of the engine in one line each: a plan, a sender that follows a script, and what happened."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Self
from urllib.parse import urlsplit

from context.execution import ExecutionContext
from tests.builders import a_request, a_test, an_environment, an_expectation
from tests.manual_clock import ManualClock, settle
from worker.engine import Parts, run_plan
from worker.errors import TransportError
from worker.http.memory_sender import ScriptedSender
from worker.models.events import Event, RunFinished, TestFinished, TestStarted
from worker.models.exchange import PreparedRequest, Response
from worker.models.graph import Plan
from worker.models.outcome import RunOutcome, TestOutcome, Verdict
from worker.models.suite import Test

BASE_URL = "http://api.test"

#: No play of a test takes longer than this, in seconds of the manual clock.
LONG = 1_000

#: What the script says of a test: a status, an answer, an error, or a function that gives these.
Line = int | Response | Exception | Callable[[], "int | Response | Exception"]


def a_step(key: str, **more: object) -> Test:
    """A test that gets `/<key>` and expects 200."""
    more.setdefault("request", a_request(url=f"/{key}"))
    more.setdefault("expect", [an_expectation(200)])
    return a_test(key, **more)  # type: ignore[arg-type] # fields of a test by name


def no_answer(category: str = "read_timeout") -> TransportError:
    """What a sender raises when no answer came."""
    return TransportError(f"no answer: {category}", category=category)


class Play:
    """One run by a manual clock. `script` has a line for each test's key; what it leaves out is 200.

    `lasts` says how many seconds of the clock a test's request takes.
    """

    def __init__(
        self,
        plan: Plan,
        script: Mapping[str, Line] | None = None,
        lasts: Mapping[str, int] | None = None,
        *,
        context: ExecutionContext | None = None,
    ) -> None:
        self.plan = plan
        self.clock = ManualClock()
        self.events: list[Event] = []
        self.sender = ScriptedSender(self._answer)
        self.context = context or ExecutionContext(base_url=BASE_URL, now=self.clock.now)
        self._script = script or {}
        self._lasts = lasts or {}
        self._task: asyncio.Task[None] | None = None

    async def _answer(self, request: PreparedRequest) -> Response:
        key = urlsplit(request.url).path.removeprefix("/")
        await self.clock.sleep(self._lasts.get(key, 0))
        line = self._script.get(key, 200)
        said = line() if callable(line) else line
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, Response) else Response(status_code=said)

    def start(self, **parts: object) -> None:
        """Begin; further fields of `Parts` by name."""
        parts.setdefault("environment", an_environment(base_url=BASE_URL))
        made = Parts(context=self.context, sender=self.sender, clock=self.clock, **parts)  # type: ignore[arg-type] # by name
        self._task = asyncio.create_task(self._listen(made))

    async def _listen(self, parts: Parts) -> None:
        async with aclosing(run_plan(self.plan, parts)) as events:
            async for event in events:
                self.events.append(event)

    async def run(self, *, watch: Callable[["Play"], None] | None = None, **parts: object) -> Self:
        """From begin to end, second by second; `watch` looks in whenever nothing can happen without
        time passing."""
        self.start(**parts)
        await self.finish(watch=watch)
        return self

    async def finish(self, *, watch: Callable[["Play"], None] | None = None) -> None:
        """To the end of a play that was started."""
        assert self._task is not None
        for _ in range(LONG):
            await settle()
            if self._task.done():
                return await self._task
            if watch:
                watch(self)
            await self.clock.advance(1)
        self._task.cancel()
        raise AssertionError("this run does not end")

    @property
    def finished(self) -> list[TestOutcome]:
        """The outcomes said so far, in order."""
        return [event.outcome for event in self.events if isinstance(event, TestFinished)]

    @property
    def started(self) -> list[str]:
        """The keys of the tests started so far, in order, once for each attempt."""
        return [key_of(event.test) for event in self.events if isinstance(event, TestStarted)]

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdict of each test, by its key."""
        return {key_of(outcome.test): outcome.verdict for outcome in self.finished}

    def outcome(self, key: str) -> TestOutcome:
        """The outcome of one test."""
        return next(outcome for outcome in self.finished if key_of(outcome.test) == key)

    @property
    def end(self) -> RunOutcome:
        """How the run ended."""
        return self.last.outcome

    @property
    def last(self) -> RunFinished:
        """The last event."""
        event = self.events[-1]
        assert isinstance(event, RunFinished)
        return event


def key_of(name: str) -> str:
    """A test's key, from its full name."""
    return name.rpartition("/")[2]


def keys(names: Iterable[str]) -> list[str]:
    """Tests' keys, from their full names."""
    return [key_of(name) for name in names]
