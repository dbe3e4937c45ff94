"""How a step ends, in words and as a category, before it becomes a record."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from context.errors import ContextError, UndefinedName
from context.masking import Mask
from worker.engine.categories import Category
from worker.engine.renewal import TokenLost
from worker.engine.verdicts import short_name
from worker.errors import BatonError, RequestError
from worker.models.outcome import StepRecord, Verdict
from worker.models.suite import Step, Test, TestName


class Ending(NamedTuple):
    """How something ended. A reason here is not masked yet.

    `evidence` are steps of another test, whose new run for a token has failed.
    """

    verdict: Verdict
    reason: str = ""
    category: str | None = None
    blocked_by: TestName | None = None
    evidence: tuple[StepRecord, ...] = ()


#: Nothing is wrong.
WELL = Ending(Verdict.PASSED)


def broken_by(error: ContextError | RequestError) -> Ending:
    """How something ends that this error made impossible."""
    category = Category.UNDEFINED if isinstance(error, UndefinedName) else Category.DEFINITION
    return Ending(Verdict.BROKEN, in_words(error), category)


def without_token(test: Test, error: TokenLost) -> Ending:
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


def record_of(ending: Ending, step: Step, mask: Mask) -> StepRecord:
    """A step that ended before anything was sent, as it may leave the run."""
    return StepRecord(
        index=step.index,
        name=step.name,
        verdict=ending.verdict,
        reason=mask.text(ending.reason),
        category=ending.category,
    )


def in_words(error: ContextError | BatonError) -> str:
    """The error on one line: where, what, and what to do."""
    place = f"{error.where}: " if error.where and error.where not in str(error) else ""
    hint = f" ({error.hint})" if error.hint and error.hint not in str(error) else ""
    return f"{place}{error}{hint}"


def first_and_more(messages: Sequence[str]) -> str:
    """The first message, and how many there are besides."""
    more = len(messages) - 1
    return f"{messages[0]} (and {more} more)" if more else messages[0]
