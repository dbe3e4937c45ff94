"""One step of an attempt: fill the templates, send, check, look for captures. Whatever happens is a value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from context.errors import ContextError, UndefinedName
from context.execution import ExecutionContext, full_name
from context.findings import Findings, Found
from context.masking import Mask
from context.token_uses import TokenUse
from context.values import JsonValue
from worker.assertions.answer import answer_names
from worker.assertions.scene import Scene
from worker.engine.categories import Category, of_checks
from worker.engine.checking import check_all, count_for_coverage, scene_of
from worker.engine.conditions import Names, given_names
from worker.engine.parts import origin_of
from worker.engine.renewal import MOST_IN_VAIN, TokenLost
from worker.engine.showing import masked_check, record_captures
from worker.engine.surroundings import Surroundings
from worker.engine.verdicts import short_name
from worker.errors import BatonError, RequestError, TransportError
from worker.http.build import build_request
from worker.http.cookies import CookieJar
from worker.http.exchange import record_exchange
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.outcome import CheckResult, StepRecord, Verdict
from worker.models.request import AuthKind
from worker.models.suite import Step, Test, TestName

_NO_NAMES: Names = MappingProxyType({})


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
    attempt). Only a test that passed hands on what was found; an undo may need it in any case.

    `evidence` are steps of another test, whose new run for a token has failed. Blocked: by whom.
    `is_waiting`: the answer is not what the step is repeated for.
    """

    record: StepRecord
    evidence: tuple[StepRecord, ...] = ()
    found: Found = field(default=(), repr=False)
    response: Response | None = None
    phases: Phases = Phases()
    blocked_by: TestName | None = None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How something ended. A reason here is not masked yet."""

    verdict: Verdict
    reason: str = ""
    category: str | None = None
    blocked_by: TestName | None = None
    evidence: tuple[StepRecord, ...] = ()


async def do_step(
    test: Test,
    step: Step,
    around: Surroundings,
    *,
    found: Found = (),
    cookies: CookieJar | None = None,
    names: Names = _NO_NAMES,
    go_on: Callable[[Names], bool] | None = None,
) -> Done:
    """Send one step of a test, once; `found` is what its earlier steps have captured, `cookies` are
    theirs, `names` those that the test has besides the run's.

    `go_on` says, of the names that an answer gives, whether it is the one that is waited for: without
    that nothing of it is checked. Never raises for anything that the test, its templates or the API do.
    """
    cookies = cookies or CookieJar(around.parts.clock)
    return await _Doing(test, step, around, _Before(found, names), cookies, go_on).do()


@dataclass(frozen=True, slots=True)
class _Before:
    """What a step knows of those before it."""

    found: Found
    names: Names


class _Doing:
    """What is known of a step so far."""

    def __init__(
        self,
        test: Test,
        step: Step,
        around: Surroundings,
        before: _Before,
        cookies: CookieJar,
        go_on: Callable[[Names], bool] | None,
    ) -> None:
        self._test = test
        self._step = step
        self._around = around
        self._parts = around.parts
        self._before = before
        self._go_on = go_on
        self._is_waiting = False
        self._names = _NO_NAMES
        self._origin = origin_of(around.parts, cookies)
        self._marks = [around.parts.clock.monotonic()]
        self._request: PreparedRequest | None = None
        self._tokens: tuple[TokenUse, ...] = ()
        self._response: Response | None = None
        self._checks: list[CheckResult] = []
        self._findings = Findings()

    async def do(self) -> Done:
        """The whole step, and its record."""
        return self._done(await self._until_it_ends())

    async def _until_it_ends(self) -> Ending:
        try:
            context, before = self._parts.context, self._before
            self._names = nearer_names(self._test, self._step, context, before.found, before.names)
            self._response = await self._exchange()
        except (ContextError, RequestError) as error:
            return broken_by(error)
        except TransportError as error:
            self._is_waiting = self._go_on is not None
            return Ending(Verdict.BROKEN, in_words(error), error.category)
        except TokenLost as error:
            return _without_token(self._test, error)
        return self._judge(self._response)

    async def _exchange(self) -> Response:
        """The answer, with tokens that are good: renewed before they are used, or once they are refused."""
        renewals = self._around.renewals
        for number in range(MOST_IN_VAIN):
            request = await self._build_with_good_tokens()
            response = await self._send(request)
            self._response = response
            refused = self._is_refused(response)
            if number and not refused:
                renewals.helped(self._tokens)
            if not refused or not await renewals.after_refusal(self._test, self._tokens, replayed=number > 0):
                break
        return response

    async def _build_with_good_tokens(self) -> PreparedRequest:
        # Waiting for a token is nobody's time: the set-up begins when all are there.
        self._marks = [self._parts.clock.monotonic()]
        request = self._build()
        if await self._around.renewals.before_use(self._test, self._tokens):
            self._marks = [self._parts.clock.monotonic()]
            request = self._build()
        self._mark()
        self._request = request
        return request

    def _build(self) -> PreparedRequest:
        watch, name = self._parts.context.tokens, full_name(self._test.suite, self._test.key)
        watch.uses_of(name)
        request = build_request(self._step.request, render=self._render, origin=self._origin)
        self._tokens = watch.uses_of(name)
        return request

    def _is_refused(self, response: Response) -> bool:
        """Whether a 401 came where the test wants something else, and a token may be the reason."""
        if response.status_code != 401 or not self._tokens:
            return False
        said = [each for each in self._step.expectations if each.kind is ExpectationKind.STATUS]
        checked = check_all(said, response, fill=self._fill, scene=self._scene())
        return not said or checked.error is not None or not all(each.passed for each in checked.results)

    def _render(self, value: JsonValue, *, field: str) -> JsonValue:
        try:
            return self._parts.context.render(
                value, suite=self._test.suite, test=self._test.key, extra=self._names
            )
        except ContextError as error:
            error.where = error.where or field
            raise

    async def _send(self, request: PreparedRequest) -> Response:
        async with self._around.limits.turn():
            began = self._parts.clock.monotonic()
            try:
                return await self._parts.sender.send(request, timeout_seconds=self._timeout_seconds())
            finally:
                self._marks.append(began)
                self._mark()

    def _timeout_seconds(self) -> float:
        """What the step says, or its test, or its suite, or its endpoint, and no longer than the environment
        lets any request take; where nobody says anything, that."""
        own = self._step.timeout_seconds or self._test.timeout_seconds
        limit = self._parts.environment.timeout_seconds
        if limit is None:
            return own
        is_said = self._step.timeout_seconds is not None or "timeout" in self._test.said
        return min(own, limit) if is_said else limit

    def _judge(self, response: Response) -> Ending:
        # The answer of a login that is only too slow still holds a token. It must be known before
        # the checks say anything: their messages are cut, and half a token is not recognised.
        self._parts.context.hide_captures(response, rules=self._step.captures)
        count_for_coverage(self._test, self._parts, self._request, response)
        if self._go_on is not None and not self._go_on({**self._names, **answer_names(response)}):
            self._is_waiting = True
            return Ending(Verdict.PASSED)
        checked = check_all(self._step.expectations, response, fill=self._fill, scene=self._scene())
        self._checks = checked.results
        if checked.error is not None:
            return broken_by(checked.error)
        wrong = [result for result in self._checks if not result.passed]
        if wrong:
            if self._test.cleanup:
                self._findings = self._parts.context.look(response, rules=self._step.captures)
            reason = first_and_more([result.message for result in wrong]) + self._auth_hint(response)
            return Ending(Verdict.FAILED, reason, of_checks(self._test, response, self._checks))
        return self._look(response)

    def _auth_hint(self, response: Response) -> str:
        wanted = self._test.auth_wanted
        has_own = self._step.request.auth.kind is not AuthKind.NONE
        if response.status_code != 401 or wanted is None or has_own:
            return ""
        return f" (its endpoint wants {wanted}, and the test has no auth)"

    def _fill(self, expectation: Expectation) -> JsonValue:
        return self._render(expectation.expected, field=f"expect.{expectation.kind}")

    def _scene(self) -> Scene:
        return scene_of(self._test, self._step, self._parts, request=self._request, names=self._names)

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
        return Done(
            record=record,
            evidence=ending.evidence,
            found=self._findings.found,
            response=self._response,
            phases=phases,
            blocked_by=ending.blocked_by,
            is_waiting=self._is_waiting,
        )

    def _mark(self) -> None:
        self._marks.append(self._parts.clock.monotonic())

    def _phases(self) -> Phases:
        self._mark()
        marks = self._marks
        if len(marks) < 5:
            return Phases(setup=marks[-1] - marks[0])
        return Phases(setup=marks[1] - marks[0], execution=marks[3] - marks[2], teardown=marks[4] - marks[3])


def _without_token(test: Test, error: TokenLost) -> Ending:
    """How a step ends whose token cannot be had. Who met it first shows why; the others are blocked."""
    renewal = error.renewal
    who = short_name(renewal.test, seen_from=test.name)
    why = f"failed when renewing {', '.join(renewal.tokens)}: {renewal.reason}"
    if renewal.wanted_by != test.name:
        reason = f"blocked by {who}: it {why}"
        return Ending(Verdict.BLOCKED, reason, Category.BLOCKED, blocked_by=renewal.test)
    last = renewal.attempts[-1].steps if renewal.attempts else ()
    evidence = tuple(replace(step, name=f"{who}, once more") for step in last)
    return Ending(Verdict.BROKEN, f"{who} {why}", Category.LOGIN_FAILED, evidence=evidence)


def nearer_names(test: Test, step: Step, context: ExecutionContext, found: Found, names: Names) -> Names:
    """Names that are nearer to a step than those of the run: what its test has been given and has found.
    Raises ContextError for parameters that cannot be filled."""
    if not found and not step.names:
        return names
    known = {**names, **context.names_after(found, suite=test.suite, test=test.key)} if found else names
    return given_names(step.names, context, test, known=known) if step.names else known


def record_of(ending: Ending, step: Step, mask: Mask) -> StepRecord:
    """A step that ended before anything was sent, as it may leave the run."""
    return StepRecord(
        index=step.index,
        name=step.name,
        verdict=ending.verdict,
        reason=mask.text(ending.reason),
        category=ending.category,
    )


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
