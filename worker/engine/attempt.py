"""One try of one test: fill the templates, send, check, capture. Whatever happens is a value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from context.errors import ContextError, UndefinedName
from context.values import JsonValue
from worker.assertions import check
from worker.engine.categories import Category, of_checks
from worker.engine.handover import capture
from worker.engine.pace import Pace
from worker.engine.parts import Parts
from worker.errors import BatonError, RequestError, TransportError
from worker.http.build import build_request
from worker.http.exchange import record_exchange
from worker.models.events import ContextChange
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation
from worker.models.outcome import Attempt, CaptureRecord, CheckResult, Verdict
from worker.models.suite import Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt, what it added to the context, and the answer (for the pause before the next)."""

    attempt: Attempt
    change: ContextChange | None = None
    response: Response | None = None


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an attempt ended. A reason here is not masked yet."""

    verdict: Verdict
    reason: str = ""
    category: str | None = None


async def try_once(test: Test, *, number: int, parts: Parts, pace: Pace) -> Tried:
    """Try a test once. Never raises for anything that the test, its templates or the API do."""
    return await _Try(test, number, parts).run(pace)


class _Try:
    """What is known of an attempt so far."""

    def __init__(self, test: Test, number: int, parts: Parts) -> None:
        self._test = test
        self._number = number
        self._parts = parts
        self._started_at: datetime = parts.clock.now()
        self._marks = [parts.clock.monotonic()]
        self._request: PreparedRequest | None = None
        self._response: Response | None = None
        self._checks: list[CheckResult] = []
        self._captures: tuple[CaptureRecord, ...] = ()
        self._change: ContextChange | None = None

    async def run(self, pace: Pace) -> Tried:
        """The whole attempt, and its record."""
        return self._record(await self._until_it_ends(pace))

    async def _until_it_ends(self, pace: Pace) -> _Ending:
        try:
            self._request = self._build()
        except (ContextError, RequestError) as error:
            return _broken_by(error)
        self._mark()
        await pace.turn()
        return await self._send(self._request)

    def _build(self) -> PreparedRequest:
        return build_request(
            self._test.request, render=self._render, base_url=self._parts.environment.base_url
        )

    def _render(self, value: JsonValue, *, field: str) -> JsonValue:
        try:
            return self._parts.context.render(value, suite=self._test.suite, test=self._test.key)
        except ContextError as error:
            error.where = error.where or field
            raise

    async def _send(self, request: PreparedRequest) -> _Ending:
        began = self._parts.clock.monotonic()
        try:
            self._response = await self._parts.sender.send(request, timeout_seconds=self._timeout_seconds())
        except TransportError as error:
            return _Ending(Verdict.BROKEN, _in_words(error), error.category)
        finally:
            self._marks.append(began)
            self._mark()
        return self._judge(self._response)

    def _timeout_seconds(self) -> float:
        """What the test says, or its suite, or its endpoint, and no longer than the environment lets any
        request take; where nobody says anything, that."""
        limit = self._parts.environment.timeout_seconds
        if limit is None:
            return self._test.timeout_seconds
        return min(self._test.timeout_seconds, limit) if "timeout" in self._test.said else limit

    def _judge(self, response: Response) -> _Ending:
        try:
            self._checks = [self._check(each, response) for each in self._test.expectations]
        except ContextError as error:
            return _broken_by(error)
        wrong = [result for result in self._checks if not result.passed]
        if wrong:
            reason = _first_and_more([result.message for result in wrong]) + self._auth_hint(response)
            return _Ending(Verdict.FAILED, reason, of_checks(self._test, response, self._checks))
        return self._capture(response)

    def _auth_hint(self, response: Response) -> str:
        if response.status_code != 401 or self._test.auth_wanted is None:
            return ""
        return f" (its endpoint wants {self._test.auth_wanted}, and the test has no auth)"

    def _check(self, expectation: Expectation, response: Response) -> CheckResult:
        field = f"expect.{expectation.kind}"
        expected = self._render(expectation.expected, field=field)
        return check(expectation, response, expected=expected)

    def _capture(self, response: Response) -> _Ending:
        """Keep what later tests need. Only a test that passed hands anything on."""
        if not self._test.captures:
            return _Ending(Verdict.PASSED)
        handed = capture(self._parts.context, self._test, response)
        self._captures = handed.records
        if handed.failures:
            return _Ending(Verdict.BROKEN, _first_and_more(handed.failures), Category.CAPTURE)
        self._change = handed.change
        return _Ending(Verdict.PASSED)

    def _record(self, ending: _Ending) -> Tried:
        """The attempt as it may leave the run. Masked last, when all its secrets are known."""
        mask = self._parts.context.mask
        if ending.verdict is not Verdict.PASSED and self._response is not None:
            # The answer of a login that was only too slow still holds a token.
            self._parts.context.hide_captures(self._response, rules=self._test.captures)
        exchange = record_exchange(self._request, self._response, mask) if self._request else None
        setup, execution, teardown = self._phases()
        attempt = Attempt(
            number=self._number,
            verdict=ending.verdict,
            reason=mask.text(ending.reason),
            category=ending.category,
            exchange=exchange,
            checks=tuple(self._masked(result) for result in self._checks),
            captures=self._captures,
            started_at=self._started_at,
            finished_at=self._parts.clock.now(),
            setup_seconds=setup,
            execution_seconds=execution,
            teardown_seconds=teardown,
        )
        return Tried(attempt=attempt, change=self._change, response=self._response)

    def _masked(self, result: CheckResult) -> CheckResult:
        mask = self._parts.context.mask
        expectation = result.expectation
        written = mask.value(expectation.expected)
        # A file may have a secret in plain text, too; most have none, and are not copied.
        if written != expectation.expected:
            expectation = replace(expectation, expected=written)
        filled = result.expected is not result.expectation.expected
        return CheckResult(
            expectation=expectation,
            passed=result.passed,
            expected=mask.value(result.expected) if filled else written,
            actual=mask.value(result.actual),
            message=mask.text(result.message) if result.message else "",
            difference=mask.text(result.difference) if result.difference else "",
        )

    def _mark(self) -> None:
        self._marks.append(self._parts.clock.monotonic())

    def _phases(self) -> tuple[float, float, float]:
        """Seconds of set-up, exchange and tear-down; waiting for one's turn is none of them."""
        self._mark()
        marks = self._marks
        if len(marks) < 5:
            return marks[-1] - marks[0], 0.0, 0.0
        return marks[1] - marks[0], marks[3] - marks[2], marks[4] - marks[3]


def _broken_by(error: ContextError | RequestError) -> _Ending:
    category = Category.UNDEFINED if isinstance(error, UndefinedName) else Category.DEFINITION
    return _Ending(Verdict.BROKEN, _in_words(error), category)


def _in_words(error: ContextError | BatonError) -> str:
    """The error on one line: where, what, and what to do."""
    place = f"{error.where}: " if error.where and error.where not in str(error) else ""
    hint = f" ({error.hint})" if error.hint and error.hint not in str(error) else ""
    return f"{place}{error}{hint}"


def _first_and_more(messages: Sequence[str]) -> str:
    more = len(messages) - 1
    return f"{messages[0]} (and {more} more)" if more else messages[0]
