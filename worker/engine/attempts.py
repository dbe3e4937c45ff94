"""One test to its verdict: attempts, with a pause between them."""

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
    is_stopping: Callable[[], bool]


async def run_test(
    test: Test, around: Surroundings, *, required_only: bool
) -> tuple[TestOutcome, ContextChange | None]:
    """Try a test until it passes, or another attempt is not worth it."""
    attempts: list[Attempt] = []
    while True:
        tried = await _try(test, len(attempts) + 1, around)
        attempts.append(tried.attempt)
        if around.is_stopping() or not _again(test, tried.attempt):
            return _outcome(test, attempts, required_only=required_only), tried.change
        await around.parts.clock.sleep(
            retry_delay(len(attempts), base_seconds=test.retry_delay_seconds, response=tried.response)
        )


async def _try(test: Test, number: int, around: Surroundings) -> Tried:
    now = around.parts.clock.now()
    around.emit(TestStarted(test=test.name, attempt=number, started_at=now))
    return await try_once(test, number=number, parts=around.parts, pace=around.pace)


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
