"""One test to its verdict: attempts, with a pause between them."""

from collections.abc import Sequence

from worker.engine.attempt import Tried, try_once
from worker.engine.handover import leave_behind
from worker.engine.pauses import pause
from worker.engine.surroundings import Surroundings
from worker.engine.wishes import is_wanted, left_out
from worker.http.retry import retry_delay, worth_another
from worker.models.events import ContextChange, TestStarted
from worker.models.outcome import Attempt, TestOutcome
from worker.models.suite import Test, TestName


async def run_test(
    test: Test, around: Surroundings, *, required_only: bool
) -> tuple[TestOutcome, ContextChange | None]:
    """Try a test until it passes, or another attempt is not worth it. One whose condition is not true
    is skipped."""
    unsent = left_out(test, around.parts, required_only=required_only)
    if unsent is not None:
        return unsent, None
    attempts: list[Attempt] = []
    while True:
        tried = await _try(test, len(attempts) + 1, around)
        attempts.append(tried.attempt)
        if not _again(test, tried, around) or not await _pause(test, tried, around):
            outcome = _outcome(test, attempts, blocked_by=tried.blocked_by, required_only=required_only)
            return outcome, tried.change or leave_behind(around.parts.context, test, tried.found)


async def _try(test: Test, number: int, around: Surroundings) -> Tried:
    now = around.parts.clock.now()
    around.emit(TestStarted(test=test.name, attempt=number, started_at=now))
    return await try_once(test, around, number=number)


async def _pause(test: Test, tried: Tried, around: Surroundings) -> bool:
    """Wait before the next attempt; False as soon as the run stops, for then there is none."""
    delay = retry_delay(
        tried.attempt.number,
        base_seconds=test.retry_delay_seconds,
        rule=test.retry,
        response=tried.response,
    )
    return await pause(delay, around)


def _again(test: Test, tried: Tried, around: Surroundings) -> bool:
    attempt = tried.attempt
    worth = worth_another(
        attempt.verdict,
        attempt.category,
        attempt=attempt.number,
        retries=test.retries,
        idempotent=test.idempotent,
    )
    return worth and is_wanted(test, tried, around.parts.context)


def _outcome(
    test: Test, attempts: Sequence[Attempt], *, blocked_by: TestName | None, required_only: bool
) -> TestOutcome:
    last = attempts[-1]
    return TestOutcome(
        test=test.name,
        verdict=last.verdict,
        reason=last.reason,
        category=last.category,
        blocked_by=blocked_by,
        required_only=required_only,
        attempts=tuple(attempts),
        started_at=attempts[0].started_at,
        finished_at=last.finished_at,
    )
