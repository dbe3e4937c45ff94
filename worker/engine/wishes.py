"""What a test wishes of its own running: whether at all, and whether once more."""

from context.errors import ContextError
from context.execution import ExecutionContext
from worker.assertions.answer import ANSWER_NAMES, answer_names
from worker.engine.attempt import Tried
from worker.engine.categories import Category
from worker.engine.conditions import given_names, holds
from worker.engine.endings import broken_by
from worker.engine.parts import Parts
from worker.http.retry import NOTHING_SENT
from worker.http.transport import Trouble
from worker.models.flow import RetryOn
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import Test


def left_out(test: Test, parts: Parts, *, required_only: bool) -> TestOutcome | None:
    """The outcome of a test whose condition is not true, or cannot be told; None for all others."""
    if test.when is None:
        return None
    context = parts.context
    try:
        names = given_names(test.names, context, test, known={})
        if holds(test.when, context, test, names):
            return None
    except ContextError as error:
        error.where = error.where or "when"
        ending = broken_by(error)
        return TestOutcome(
            test=test.name,
            verdict=ending.verdict,
            reason=context.mask.text(ending.reason),
            category=ending.category,
            required_only=required_only,
        )
    reason = context.mask.text(f"{test.when} is not true")
    return TestOutcome(test=test.name, verdict=Verdict.SKIPPED, reason=reason, required_only=required_only)


def is_wanted(test: Test, tried: Tried, context: ExecutionContext) -> bool:
    """Whether the test itself wants another attempt after this one. A condition that cannot be told
    wants none."""
    rule = test.retry
    if rule.on and not any(_is_reason(reason, tried) for reason in rule.on):
        return False
    if rule.when is None:
        return True
    answer = answer_names(tried.response) if tried.response else dict.fromkeys(ANSWER_NAMES)
    try:
        names = given_names(test.names, context, test, known={})
        return holds(rule.when, context, test, {**names, **answer})
    except ContextError:
        return False


def _is_reason(reason: RetryOn, tried: Tried) -> bool:
    attempt = tried.attempt
    status = tried.response.status_code if tried.response else 0
    match reason:
        case RetryOn.CONNECT:
            return attempt.category in NOTHING_SENT
        case RetryOn.TIMEOUT:
            return attempt.category in (Trouble.CONNECT_TIMEOUT, Trouble.READ_TIMEOUT, Category.TIMEOUT)
        case RetryOn.RATE_LIMITED:
            return status == 429
        case RetryOn.SERVER:
            return status >= 500
        case RetryOn.FAILED:
            return attempt.verdict is Verdict.FAILED
    return attempt.verdict is Verdict.BROKEN
