"""Outcomes as rows, in the words of record_run. `worker.recording.outcomes` reads them back."""

from collections.abc import Iterator

from worker.database.clean import clean
from worker.models.events import ContextChange
from worker.models.outcome import Attempt, TestOutcome, Verdict
from worker.recording.evidence_rows import Row, evidence_of, file_row, milliseconds, moment, step_row
from worker.recording.fingerprint import fingerprint

#: The database keeps no longer reason; what matters of one is at its beginning.
REASON_LENGTH = 20_000

#: The position of what is said of a whole test.
_LAST_POSITION = 1_000_000


def result_row(outcome: TestOutcome, change: ContextChange | None = None) -> Row:
    """A test's outcome with all its details, ready for `results` of a batch; `change` is what the run
    knows since then, masked."""
    row: Row = {
        "test": outcome.test,
        "verdict": outcome.verdict.value,
        "reason": outcome.reason[:REASON_LENGTH],
        "error_category": outcome.category,
        # Only a blocked test has somebody to blame.
        "blocked_by": outcome.blocked_by if outcome.verdict == Verdict.BLOCKED else None,
        "required_only": outcome.required_only,
        "attempts": len(outcome.attempts),
        "started_at": moment(outcome.started_at),
        "finished_at": moment(outcome.finished_at),
        "fingerprint": fingerprint(outcome),
        **_timings(outcome),
        **_sizes(outcome),
        "details": [*_details(outcome), *_snapshot(outcome, change)],
    }
    return {key: clean(value) for key, value in row.items()}


def _timings(outcome: TestOutcome) -> Row:
    """Milliseconds; the phases are those of the attempt that decided, the total is all of them."""
    attempt = outcome.last_attempt
    if attempt is None:
        return {"setup_ms": None, "execution_ms": None, "teardown_ms": None, "total_ms": None}
    return {
        "setup_ms": milliseconds(attempt.setup_seconds),
        "execution_ms": milliseconds(attempt.execution_seconds),
        "teardown_ms": milliseconds(attempt.teardown_seconds),
        "total_ms": milliseconds(outcome.seconds),
    }


def _sizes(outcome: TestOutcome) -> Row:
    exchange = outcome.last_attempt.exchange if outcome.last_attempt else None
    if exchange is None:
        return {"status_code": None, "request_bytes": None, "response_bytes": None}
    return {
        "status_code": exchange.status_code,
        "request_bytes": exchange.request_bytes,
        "response_bytes": exchange.response_bytes,
    }


def _details(outcome: TestOutcome) -> Iterator[Row]:
    for attempt in outcome.attempts:
        for position, (step, iteration, kind, content) in enumerate(_contents(attempt)):
            yield {
                "kind": kind,
                "attempt": attempt.number,
                "step": step,
                "iteration": iteration,
                "position": position,
                "level": None,
                "content": content,
            }


def _snapshot(outcome: TestOutcome, change: ContextChange | None) -> Iterator[Row]:
    """What the test added to the context, without a secret. With those of the tests that were over
    before it, this is the context as it was after the test."""
    if change is not None:
        yield {
            "kind": "context",
            "attempt": max(1, len(outcome.attempts)),
            "step": None,
            "iteration": None,
            # Behind everything that an attempt can have.
            "position": _LAST_POSITION,
            "level": None,
            "content": {
                "tokens": list(change.tokens),
                "variables": dict(change.variables),
                "captured_data": dict(change.captured_data),
                "provenance": [dict(origin) for origin in change.provenance],
            },
        }


def _contents(attempt: Attempt) -> Iterator[tuple[int | None, int | None, str, Row]]:
    """The attempt itself, then everything of its steps. A test without steps has no step numbers."""
    yield None, None, "attempt", _attempt(attempt)
    for step in attempt.steps:
        place = (step.index, step.iteration) if attempt.has_steps else (None, None)
        for kind, content in evidence_of(step):
            yield *place, kind, content
        if step.exchange is not None and step.exchange.response_file is not None:
            yield *place, "artifact", file_row(step.exchange.response_file)


def _attempt(attempt: Attempt) -> Row:
    row: Row = {
        "number": attempt.number,
        "verdict": attempt.verdict.value,
        "reason": attempt.reason,
        "category": attempt.category,
        "started_at": moment(attempt.started_at),
        "finished_at": moment(attempt.finished_at),
        "setup_ms": milliseconds(attempt.setup_seconds),
        "execution_ms": milliseconds(attempt.execution_seconds),
        "teardown_ms": milliseconds(attempt.teardown_seconds),
    }
    if attempt.has_steps:
        row["steps"] = [step_row(step) for step in attempt.steps]
    return row
