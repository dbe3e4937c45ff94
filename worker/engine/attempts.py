"""One test to its verdict: attempts, with a pause between them."""

import asyncio
from collections.abc import Sequence

from worker.engine.attempt import Tried, try_once
from worker.engine.surroundings import Surroundings
from worker.http.retry import retry_delay, worth_another
from worker.models.events import ContextChange, TestStarted
from worker.models.outcome import Attempt, TestOutcome
from worker.models.suite import Test, TestName


async def run_test(
    test: Test, around: Surroundings, *, required_only: bool
) -> tuple[TestOutcome, ContextChange | None]:
    """Try a test until it passes, or another attempt is not worth it."""
    attempts: list[Attempt] = []
    while True:
        tried = await _try(test, len(attempts) + 1, around)
        attempts.append(tried.attempt)
        around.undos.note(test, tried.attempt, tried.found)
        if not _again(test, tried.attempt) or not await _pause(test, tried, around):
            outcome = _outcome(test, attempts, blocked_by=tried.blocked_by, required_only=required_only)
            return outcome, tried.change


async def _try(test: Test, number: int, around: Surroundings) -> Tried:
    now = around.parts.clock.now()
    around.emit(TestStarted(test=test.name, attempt=number, started_at=now))
    return await try_once(test, around, number=number)


async def _pause(test: Test, tried: Tried, around: Surroundings) -> bool:
    """Wait before the next attempt; False as soon as the run stops, for then there is none."""
    delay = retry_delay(tried.attempt.number, base_seconds=test.retry_delay_seconds, response=tried.response)
    over = asyncio.create_task(around.parts.clock.sleep(delay))
    stopped = asyncio.create_task(around.stopping.wait())
    try:
        await asyncio.wait([over, stopped], return_when=asyncio.FIRST_COMPLETED)
    finally:
        over.cancel()
        stopped.cancel()
    return not around.stopping.is_set()


def _again(test: Test, attempt: Attempt) -> bool:
    return worth_another(
        attempt.verdict,
        attempt.category,
        attempt=attempt.number,
        retries=test.retries,
        idempotent=test.idempotent,
    )


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
