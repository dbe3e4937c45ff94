"""One step of an attempt: fill the templates, send, check, look for captures. Whatever happens is a value."""

from collections.abc import Callable
from dataclasses import dataclass, field

from context.errors import ContextError
from context.execution import ExecutionContext
from context.findings import NOTHING_FOUND, Findings, Found
from worker.assertions.answer import answer_names
from worker.engine.categories import Category, of_checks
from worker.engine.checking import check_all, count_for_coverage
from worker.engine.conditions import NO_NAMES, Names, given_names
from worker.engine.endings import WELL, Ending, broken_by, first_and_more, in_words, without_token
from worker.engine.missing import missing_captures
from worker.engine.phases import Phases
from worker.engine.renewal import TokenLost
from worker.engine.sending import Sending
from worker.engine.showing import masked_check, record_captures
from worker.engine.surroundings import Surroundings
from worker.errors import RequestError, TransportError
from worker.http.cookies import CookieJar
from worker.http.exchange import record_exchange
from worker.models.exchange import Response
from worker.models.outcome import CheckResult, FileRecord, StepRecord, Verdict
from worker.models.request import AuthKind
from worker.models.suite import Step, Test, TestName

#: Says, of the names that an answer gives, whether it is the one that is waited for.
GoOn = Callable[[Names], bool]


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
    phases: Phases = field(default_factory=Phases)
    blocked_by: TestName | None = None
    is_waiting: bool = False


async def do_step(
    test: Test,
    step: Step,
    around: Surroundings,
    *,
    found: Found = (),
    cookies: CookieJar | None = None,
    names: Names = NO_NAMES,
    go_on: GoOn | None = None,
) -> Done:
    """Send one step of a test, once; `found` is what its earlier steps have captured, `cookies` are
    theirs, `names` those that the test has besides the run's.

    `go_on` says, of the names that an answer gives, whether it is the one that is waited for: without
    that nothing of it is checked. Never raises for anything that the test, its templates or the API do.
    """
    sending = Sending(test, step, around, cookies or CookieJar(around.parts.clock))
    return await _Doing(test, step, around, sending, go_on).do(found, names)


class _Doing:
    """What is known of a step so far."""

    __slots__ = (
        "_checks",
        "_files",
        "_findings",
        "_go_on",
        "_is_waiting",
        "_parts",
        "_sending",
        "_step",
        "_test",
    )

    def __init__(
        self, test: Test, step: Step, around: Surroundings, sending: Sending, go_on: GoOn | None
    ) -> None:
        self._test = test
        self._step = step
        self._parts = around.parts
        self._files = around.files
        self._sending = sending
        self._go_on = go_on
        self._is_waiting = False
        self._checks: list[CheckResult] = []
        self._findings: Findings = NOTHING_FOUND

    async def do(self, found: Found, names: Names) -> Done:
        """The whole step, and its record; `found` and `names` are those before it."""
        return self._done(await self._until_it_ends(found, names))

    async def _until_it_ends(self, found: Found, names: Names) -> Ending:
        sending = self._sending
        try:
            sending.names = nearer_names(self._test, self._step, self._parts.context, found, names)
            response = await sending.send()
        except (ContextError, RequestError) as error:
            return broken_by(error)
        except TransportError as error:
            self._is_waiting = self._go_on is not None
            return Ending(Verdict.BROKEN, in_words(error), error.category)
        except TokenLost as error:
            return without_token(self._test, error)
        return self._judge(response)

    def _judge(self, response: Response) -> Ending:
        # The answer of a login that is only too slow still holds a token. It must be known before
        # the checks say anything: their messages are cut, and half a token is not recognised.
        self._parts.context.hide_captures(response, rules=self._step.captures)
        count_for_coverage(self._test, self._parts, self._sending.request, response)
        if self._go_on is not None and not self._go_on({**self._sending.names, **answer_names(response)}):
            self._is_waiting = True
            return WELL
        wrong = self._check(response)
        if wrong is None:
            return self._look(response)
        if self._test.cleanup:
            self._findings = self._parts.context.look(response, rules=self._step.captures)
        return wrong

    def _check(self, response: Response) -> Ending | None:
        """Everything that is expected; None when all of it holds."""
        sending = self._sending
        checked = check_all(self._step.expectations, response, fill=sending.fill, scene=sending.scene())
        self._checks = checked.results
        if checked.error is not None:
            return broken_by(checked.error)
        wrong = [result.message for result in self._checks if not result.passed]
        if not wrong:
            return None
        reason = first_and_more(wrong) + self._auth_hint(response)
        return Ending(Verdict.FAILED, reason, of_checks(self._test, response, self._checks))

    def _auth_hint(self, response: Response) -> str:
        wanted = self._test.auth_wanted
        has_own = self._step.request.auth.kind is not AuthKind.NONE
        if response.status_code != 401 or wanted is None or has_own:
            return ""
        return f" (its endpoint wants {wanted}, and the test has no auth)"

    def _look(self, response: Response) -> Ending:
        """Find what later steps and tests need. Only a step that went well hands anything on."""
        if not self._step.captures:
            return WELL
        self._findings = self._parts.context.look(response, rules=self._step.captures)
        if self._findings.failures:
            self._checks = [*self._checks, *missing_captures(self._step, self._findings)]
            return Ending(Verdict.BROKEN, first_and_more(self._findings.failures), Category.CAPTURE)
        return WELL

    def _done(self, ending: Ending) -> Done:
        """The step as it may leave the run. Masked last, when all its secrets are known."""
        sending, mask = self._sending, self._parts.context.mask
        phases = sending.timer.phases()
        request = sending.request
        record = StepRecord(
            index=self._step.index,
            name=self._step.name,
            verdict=ending.verdict,
            reason=mask.text(ending.reason),
            category=ending.category,
            exchange=record_exchange(request, sending.response, mask, file=self._file) if request else None,
            checks=tuple([masked_check(result, mask) for result in self._checks]),
            captures=record_captures(self._findings),
            started_at=sending.timer.sent_at,
            seconds=phases.execution,
        )
        return Done(
            record=record,
            evidence=ending.evidence,
            found=self._findings.found,
            response=sending.response,
            phases=phases,
            blocked_by=ending.blocked_by,
            is_waiting=self._is_waiting,
        )

    def _file(self, response: Response, is_text: bool) -> FileRecord | None:
        mask = self._parts.context.mask
        return self._files.record(self._test.name, response, mask, is_text=is_text)


def nearer_names(test: Test, step: Step, context: ExecutionContext, found: Found, names: Names) -> Names:
    """Names that are nearer to a step than those of the run: what its test has been given and has found.
    Raises ContextError for parameters that cannot be filled."""
    if not found and not step.names:
        return names
    known = {**names, **context.names_after(found, suite=test.suite, test=test.key)} if found else names
    return given_names(step.names, context, test, known=known) if step.names else known
