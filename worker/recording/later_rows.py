"""Evidence that comes after a test has its result, in the words of record_run: one detail each."""

from collections.abc import Iterable

from worker.database.clean import clean
from worker.models.outcome import Cleanup, Renewal, StepRecord
from worker.recording.evidence_rows import Row, evidence_of, moment, step_row
from worker.recording.rows import REASON_LENGTH


def cleanup_row(cleanup: Cleanup) -> Row:
    """How the undo of a test went, with all that it sent."""
    content: Row = {
        "verdict": cleanup.verdict.value,
        "reason": cleanup.reason[:REASON_LENGTH],
        "started_at": moment(cleanup.started_at),
        "finished_at": moment(cleanup.finished_at),
        "steps": _steps(cleanup.steps),
    }
    return _detail(cleanup.test, "cleanup", content, attempt=cleanup.attempt)


def renewal_row(renewal: Renewal) -> Row:
    """How a test was run once more for its tokens, with all that it sent. The tokens are names."""
    content: Row = {
        "tokens": list(renewal.tokens),
        "cause": renewal.cause,
        "wanted_by": renewal.wanted_by,
        "worked": renewal.worked,
        "reason": renewal.reason[:REASON_LENGTH],
        "started_at": moment(renewal.started_at),
        "finished_at": moment(renewal.finished_at),
        "attempts": [
            {"number": attempt.number, "verdict": attempt.verdict.value, "steps": _steps(attempt.steps)}
            for attempt in renewal.attempts
        ],
    }
    return _detail(renewal.test, "renewal", content, attempt=1)


def _steps(steps: Iterable[StepRecord]) -> list[Row]:
    """Each step with its evidence, as the details of a result have it."""
    return [
        {
            **step_row(step),
            "evidence": [{"kind": kind, "content": content} for kind, content in evidence_of(step)],
        }
        for step in steps
    ]


def _detail(test: str, kind: str, content: Row, *, attempt: int) -> Row:
    return {"test": test, "kind": kind, "attempt": attempt, "content": clean(content)}
