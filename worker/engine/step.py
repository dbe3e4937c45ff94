"""One step of an attempt: fill the templates, send, check, look for captures. Whatever happens is a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from context.errors import ContextError, UndefinedName
from context.findings import Findings, Found
from context.values import JsonValue
from worker.assertions import check
from worker.engine.categories import Category, of_checks
from worker.engine.pace import Pace
from worker.engine.parts import Parts
from worker.engine.showing import masked_check, record_captures
from worker.errors import BatonError, RequestError, TransportError
from worker.http.build import build_request
from worker.http.exchange import record_exchange
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation
from worker.models.outcome import CheckResult, StepRecord, Verdict
from worker.models.suite import Step, Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Seconds of an attempt or of a part of it. Waiting for one's turn is in none of them."""

    setup: float = 0.0
    execution: float = 0.0
    teardown: float = 0.0

    def __add__(self, other: "Phases") -> "Phases":
        return Phases(
            setup=self.setup + other.setup,
            execution=self.execution + other.execution,
            teardown=self.teardown + other.teardown,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step that was tried: its record, what it found, and the answer (for the pause before another
    attempt). What was found counts only if the step passed."""

    record: StepRecord
    found: Found = field(default=(), repr=False)
    response: Response | None = None
    phases: Phases = Phases()


@dataclass(frozen=True, slots=True)
class Ending:
    """How something ended. A reason here is not masked yet."""

    verdict: Verdict
    reason: str = ""
    category: str | None = None


async def do_step(test: Test, step: Step, parts: Parts, pace: Pace, *, found: Found = ()) -> Done:
    """Do one step of a test; `found` is what its earlier steps have captured.

    Never raises for anything that the test, its templates or the API do.
    """
    return await _Doing(test, step, parts, found).do(pace)


class _Doing:
    """What is known of a step so far."""

    def __init__(self, test: Test, step: Step, parts: Parts, found: Found) -> None:
        self._test = test
        self._step = step
        self._parts = parts
        self._names = _names(test, parts, found)
        self._marks = [parts.clock.monotonic()]
        self._request: PreparedRequest | None = None
        self._response: Response | None = None
        self._checks: list[CheckResult] = []
        self._findings = Findings()

    async def do(self, pace: Pace) -> Done:
        """The whole step, and its record."""
        return self._done(await self._until_it_ends(pace))

    async def _until_it_ends(self, pace: Pace) -> Ending:
        try:
            self._request = self._build()
        except (ContextError, RequestError) as error:
            return broken_by(error)
        self._mark()
        await pace.turn()
        return await self._send(self._request)

    def _build(self) -> PreparedRequest:
        return build_request(
            self._step.request, render=self._render, base_url=self._parts.environment.base_url
        )

    def _render(self, value: JsonValue, *, field: str) -> JsonValue:
        try:
            return self._parts.context.render(
                value, suite=self._test.suite, test=self._test.key, extra=self._names
            )
        except ContextError as error:
            error.where = error.where or field
            raise

    async def _send(self, request: PreparedRequest) -> Ending:
        began = self._parts.clock.monotonic()
        limit = self._parts.environment.timeout_seconds or self._test.timeout_seconds
        try:
            self._response = await self._parts.sender.send(
                request, timeout_seconds=min(self._test.timeout_seconds, limit)
            )
        except TransportError as error:
            return Ending(Verdict.BROKEN, in_words(error), error.category)
        finally:
            self._marks.append(began)
            self._mark()
        return self._judge(self._response)

    def _judge(self, response: Response) -> Ending:
        # The answer of a login that is only too slow still holds a token. It must be known before
        # the checks say anything: their messages are cut, and half a token is not recognised.
        self._parts.context.hide_captures(response, rules=self._step.captures)
        try:
            self._checks = [self._check(each, response) for each in self._step.expectations]
        except ContextError as error:
            return broken_by(error)
        wrong = [result for result in self._checks if not result.passed]
        if wrong:
            reason = first_and_more([result.message for result in wrong])
            return Ending(Verdict.FAILED, reason, of_checks(self._test, response, self._checks))
        return self._look(response)

    def _check(self, expectation: Expectation, response: Response) -> CheckResult:
        field = f"expect.{expectation.kind}"
        expected = self._render(expectation.expected, field=field)
        return check(expectation, response, expected=expected)

    def _look(self, response: Response) -> Ending:
        """Find what later steps and tests need. Only a step that went well hands anything on."""
        if not self._step.captures:
            return Ending(Verdict.PASSED)
        self._findings = self._parts.context.look(response, rules=self._step.captures)
        if self._findings.failures:
            return Ending(Verdict.BROKEN, first_and_more(self._findings.failures), Category.CAPTURE)
        return Ending(Verdict.PASSED)

    def _done(self, ending: Ending) -> Done:
        """The step as it may leave the run. Masked last, when all its secrets are known."""
        mask = self._parts.context.mask
        phases = self._phases()
        record = StepRecord(
            index=self._step.index,
            name=self._step.name,
            verdict=ending.verdict,
            reason=mask.text(ending.reason),
            category=ending.category,
            exchange=record_exchange(self._request, self._response, mask) if self._request else None,
            checks=tuple(masked_check(result, mask) for result in self._checks),
            captures=record_captures(self._findings),
            seconds=phases.execution,
        )
        found = self._findings.found if ending.verdict is Verdict.PASSED else ()
        return Done(record=record, found=found, response=self._response, phases=phases)

    def _mark(self) -> None:
        self._marks.append(self._parts.clock.monotonic())

    def _phases(self) -> Phases:
        self._mark()
        marks = self._marks
        if len(marks) < 5:
            return Phases(setup=marks[-1] - marks[0])
        return Phases(setup=marks[1] - marks[0], execution=marks[3] - marks[2], teardown=marks[4] - marks[3])


def _names(test: Test, parts: Parts, found: Found) -> Mapping[str, object] | None:
    """Names that are nearer to this step than those of the run."""
    return parts.context.names_after(found, suite=test.suite, test=test.key) if found else None


def broken_by(error: ContextError | RequestError) -> Ending:
    """How something ends that this error made impossible."""
    category = Category.UNDEFINED if isinstance(error, UndefinedName) else Category.DEFINITION
    return Ending(Verdict.BROKEN, in_words(error), category)


def in_words(error: ContextError | BatonError) -> str:
    """The error on one line: where, what, and what to do."""
    place = f"{error.where}: " if error.where and error.where not in str(error) else ""
    hint = f" ({error.hint})" if error.hint and error.hint not in str(error) else ""
    return f"{place}{error}{hint}"


def first_and_more(messages: Sequence[str]) -> str:
    """The first message, and how many there are besides."""
    more = len(messages) - 1
    return f"{messages[0]} (and {more} more)" if more else messages[0]
