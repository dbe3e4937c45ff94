"""One test to its verdict: attempts, with a pause between them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from worker.engine.attempt import Tried, try_once
from worker.engine.pace import Pace
from worker.engine.parts import Parts
from worker.http.retry import retry_delay, worth_another
from worker.models.events import ContextChange, Event, TestStarted
from worker.models.outcome import Attempt, TestOutcome
from worker.models.suite import Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all tests of a run share."""

    parts: Parts
    pace: Pace
    emit: Callable[[Event], None]
    stopping: asyncio.Event


async def run_test(
    test: Test, around: Surroundings, *, required_only: bool
) -> tuple[TestOutcome, ContextChange | None]:
    """Try a test until it passes, or another attempt is not worth it."""
    attempts: list[Attempt] = []
    while True:
        tried = await _try(test, len(attempts) + 1, around)
        attempts.append(tried.attempt)
        if not _again(test, tried.attempt) or not await _pause(test, tried, around):
            return _outcome(test, attempts, required_only=required_only), tried.change


async def _try(test: Test, number: int, around: Surroundings) -> Tried:
    now = around.parts.clock.now()
    around.emit(TestStarted(test=test.name, attempt=number, started_at=now))
    return await try_once(test, number=number, parts=around.parts, pace=around.pace)


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


def _outcome(test: Test, attempts: Sequence[Attempt], *, required_only: bool) -> TestOutcome:
    last = attempts[-1]
    return TestOutcome(
        test=test.name,
        verdict=last.verdict,
        reason=last.reason,
        category=last.category,
        required_only=required_only,
        attempts=tuple(attempts),
        started_at=attempts[0].started_at,
        finished_at=last.finished_at,
    )
