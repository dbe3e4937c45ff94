"""What watchers are told of a run while it goes on: each event as the small message that is sent."""

import json

from worker.database.clean import clean_text
from worker.models.events import ContextChange, TestReady, TestStarted
from worker.models.outcome import Cleanup, Renewal, TestOutcome, Verdict
from worker.recording.evidence_rows import Row

#: A context change larger than this is announced by its names only; who wants the values reads the
#: table. Messages are for telling that something changed, and 64 KB is all they may be.
_VALUES_BYTES = 2048

#: A reason is announced up to this length; the whole of it is in the result.
_REASON_LENGTH = 500


def told_ready(event: TestReady) -> Row:
    """A test that waits for nothing any more."""
    return {"type": "test_ready", "test": event.test}


def told_start(event: TestStarted) -> Row:
    """An attempt that has begun."""
    return {
        "type": "test_started",
        "test": event.test,
        "attempt": event.attempt,
        "started_at": event.started_at.isoformat(),
    }


def told_finish(outcome: TestOutcome, row: Row) -> Row:
    """A finished test as watchers hear of it: the row without its details."""
    failed = outcome.verdict in (Verdict.FAILED, Verdict.BROKEN)
    shown = ("test", "verdict", "error_category", "blocked_by", "required_only", "attempts")
    timed = ("started_at", "finished_at", "total_ms", "status_code")
    return {
        "type": "test_failed" if failed else "test_completed",
        **{key: row[key] for key in shown + timed},
        # The row's, not the outcome's: it holds nothing that the database refuses.
        "reason": str(row["reason"])[:_REASON_LENGTH],
    }


def told_renewal(renewal: Renewal) -> Row:
    """A test that ran once more for its tokens."""
    return {
        "type": "token_renewed",
        "test": renewal.test,
        "tokens": list(renewal.tokens),
        "cause": renewal.cause,
        "wanted_by": renewal.wanted_by,
        "worked": renewal.worked,
        "reason": clean_text(renewal.reason)[:_REASON_LENGTH],
    }


def told_cleanup(cleanup: Cleanup) -> Row:
    """The undo of a test that has its result already."""
    return {
        "type": "cleanup_finished",
        "test": cleanup.test,
        "attempt": cleanup.attempt,
        "verdict": cleanup.verdict.value,
        "reason": clean_text(cleanup.reason)[:_REASON_LENGTH],
    }


def told_change(change: ContextChange) -> Row:
    """What the run knows now, masked; names only, where the values are too large to be told."""
    told: Row = {
        "type": "context_updated",
        "test": change.test,
        "tokens": list(change.tokens),
        "variables": dict(change.variables),
        "captured_data": dict(change.captured_data),
    }
    if json_size(told) <= _VALUES_BYTES:
        return told
    return {
        **told,
        "variables": sorted(change.variables),
        "captured_data": sorted(change.captured_data),
        "names_only": True,
    }


def json_size(value: object) -> int:
    """In bytes, as JSON."""
    return len(json.dumps(value, default=str))
