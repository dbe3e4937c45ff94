"""What came after a test had its result, read back from rows: the way back of `later_rows`, and of what the
context has gained."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from worker.models.events import ContextChange
from worker.models.outcome import Attempt, Cleanup, Renewal, StepRecord
from worker.models.suite import TestName
from worker.recording.outcomes import step_of
from worker.records.base import read_answer
from worker.records.results.evidence import CleanupResult, DetailKind, LaterStep, RenewalResult

Row = Mapping[str, Any]


def cleanups_of(test: TestName, details: Iterable[Row]) -> Iterator[Cleanup]:
    """How the undos of this test went."""
    for row in _of_kind(details, DetailKind.CLEANUP):
        told = read_answer(CleanupResult, row["content"], what="test_result_details")
        yield Cleanup(
            test=test,
            attempt=row["attempt"],
            verdict=told.verdict,
            reason=told.reason,
            steps=_steps(told.steps),
            started_at=told.started_at,
            finished_at=told.finished_at,
        )


def renewals_of(test: TestName, details: Iterable[Row]) -> Iterator[Renewal]:
    """How this test was run once more for its tokens, each time that it was."""
    rows = _of_kind(details, DetailKind.RENEWAL)
    found = [read_answer(RenewalResult, row["content"], what="test_result_details") for row in rows]
    for told in sorted(found, key=lambda each: each.started_at):
        yield Renewal(
            test=test,
            tokens=told.tokens,
            cause=told.cause,
            wanted_by=told.wanted_by,
            reason=told.reason,
            attempts=tuple(_attempts(told)),
            started_at=told.started_at,
            finished_at=told.finished_at,
        )


def change_of(test: TestName, details: Iterable[Row]) -> ContextChange | None:
    """What the context has gained by this test, as its last snapshot says; without any secret."""
    contents = [row["content"] for row in _of_kind(details, DetailKind.CONTEXT)]
    if not contents:
        return None
    last = contents[-1]
    return ContextChange(
        test=test,
        tokens=tuple(last.get("tokens") or ()),
        variables=last.get("variables") or {},
        captured_data=last.get("captured_data") or {},
        provenance=tuple(last.get("provenance") or ()),
    )


def _of_kind(details: Iterable[Row], kind: DetailKind) -> list[Row]:
    return [row for row in details if row["kind"] == kind.value]


def _attempts(told: RenewalResult) -> Iterator[Attempt]:
    """Each from its first request to the next attempt's; the first and the last as the whole began and
    ended, because no more is kept of them."""
    steps = [_steps(attempt.steps) for attempt in told.attempts]
    begins = [_began(each) or told.started_at for each in steps]
    ends = [*begins[1:], told.finished_at] if begins else []
    for attempt, done, began, ended in zip(told.attempts, steps, begins, ends, strict=True):
        yield Attempt(
            number=attempt.number, verdict=attempt.verdict, steps=done, started_at=began, finished_at=ended
        )


def _began(steps: Iterable[StepRecord]) -> datetime | None:
    return next((step.started_at for step in steps if step.started_at), None)


def _steps(told: Iterable[LaterStep]) -> tuple[StepRecord, ...]:
    return tuple(step_of(step, [evidence.model_dump() for evidence in step.evidence]) for step in told)
