"""What has happened since the last batch, and a batch made of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from context.values import JsonValue
from worker.database.clean import clean, clean_text
from worker.models.events import (
    CleanupFinished,
    ContextChange,
    Event,
    RunStarted,
    TestFinished,
    TestReady,
    TestStarted,
    TokenRenewed,
)
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import TestName
from worker.recording.artifact_rows import artifact_rows
from worker.recording.evidence_rows import Row
from worker.recording.later_rows import cleanup_row, renewal_row
from worker.recording.plan_rows import plan_row
from worker.recording.rows import result_row

#: A context change larger than this is announced by its names only; who wants the values reads the
#: table. Messages are for telling that something changed, and 64 KB is all they may be.
ANNOUNCED_VALUES_BYTES = 2048

#: A reason is announced up to this length; the whole of it is in the result.
ANNOUNCED_REASON_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one event adds to a batch. `size` is in bytes, as JSON; `details` a number."""

    header: Row = field(default_factory=dict)
    started: TestName | None = None
    result: Row | None = None
    ran: TestName | None = None
    change: ContextChange | None = field(default=None, repr=False)
    evidence: Row | None = None
    artifacts: tuple[Row, ...] = field(default=(), repr=False)
    events: tuple[Row, ...] = ()
    size: int = 0
    details: int = 0


def entry_of(event: Event) -> Entry | None:
    """What this event adds to a batch, or None."""
    match event:
        case RunStarted():
            return _begun(event)
        case TestStarted():
            return _started(event)
        case TestFinished():
            return _finished(event)
        case TokenRenewed():
            return _renewed(event)
        case TestReady() | CleanupFinished():
            return _ready(event) if isinstance(event, TestReady) else _cleaned_up(event)
        case _:
            return None


def _begun(event: RunStarted) -> Entry:
    header: Row = {"status": "running", "total": len(event.tests)}
    plan = plan_row(event)
    if plan is not None:
        header["plan"] = plan
    return Entry(header=header, size=_size(header))


def _ready(event: TestReady) -> Entry:
    told: Row = {"type": "test_ready", "test": event.test}
    return Entry(events=(told,), size=_size(told))


def _cleaned_up(event: CleanupFinished) -> Entry:
    told, row = _told_cleanup(event), cleanup_row(event.cleanup)
    return Entry(events=(told,), evidence=row, size=_size(told) + _size(row), details=1)


def batch_of(entries: Iterable[Entry], *, lease_seconds: int) -> dict[str, JsonValue]:
    """One batch for record_run; without entries it is a heartbeat."""
    entries = tuple(entries)
    batch: dict[str, JsonValue] = {"lease_seconds": lease_seconds}
    for entry in entries:
        batch.update(entry.header)
    _put(batch, "started", [entry.started for entry in entries if entry.started])
    _put(batch, "results", [entry.result for entry in entries if entry.result])
    _put(batch, "events", [event for entry in entries for event in entry.events])
    _put(batch, "details", [entry.evidence for entry in entries if entry.evidence])
    _put(batch, "artifacts", [file for entry in entries for file in entry.artifacts])
    _put(batch, "context", _public(entries))
    _put(batch, "secrets", _secret(entries))
    return batch


def _put(batch: dict[str, JsonValue], key: str, value: JsonValue) -> None:
    if value:
        batch[key] = value


def _started(event: TestStarted) -> Entry:
    told: Row = {
        "type": "test_started",
        "test": event.test,
        "attempt": event.attempt,
        "started_at": event.started_at.isoformat(),
    }
    # A second attempt is still the same start: the test is in flight already.
    return Entry(started=event.test if event.attempt == 1 else None, events=(told,), size=200)


def _finished(event: TestFinished) -> Entry:
    outcome = event.outcome
    row = result_row(outcome, event.change)
    change = _clean_change(event.change)
    artifacts = artifact_rows(outcome)
    events = [_told(outcome, row)]
    if change is not None:
        events.append(_told_change(change))
    return Entry(
        result=row,
        ran=outcome.test if outcome.attempts else None,
        change=change,
        artifacts=tuple(artifacts),
        events=tuple(events),
        # A captured value is in the context, in the announcement, and perhaps among the secrets.
        size=_size(row) + sum(map(_size, artifacts)) + (_size(change.captured_data) * 3 if change else 0),
        details=sum(1 for _ in row["details"]),  # type: ignore[union-attr,misc] # result_row's is a list
    )


def _renewed(event: TokenRenewed) -> Entry:
    renewal = event.renewal
    change = _clean_change(event.change)
    told: Row = {
        "type": "token_renewed",
        "test": renewal.test,
        "tokens": list(renewal.tokens),
        "cause": renewal.cause,
        "wanted_by": renewal.wanted_by,
        "worked": renewal.worked,
        "reason": clean_text(renewal.reason)[:ANNOUNCED_REASON_LENGTH],
    }
    events = (told,) if change is None else (told, _told_change(change))
    row = renewal_row(renewal)
    size = 1000 + _size(row) + (_size(change.captured_data) * 3 if change else 0)
    return Entry(change=change, events=events, evidence=row, size=size, details=1)


def _told_cleanup(event: CleanupFinished) -> Row:
    cleanup = event.cleanup
    return {
        "type": "cleanup_finished",
        "test": cleanup.test,
        "attempt": cleanup.attempt,
        "verdict": cleanup.verdict.value,
        "reason": clean_text(cleanup.reason)[:ANNOUNCED_REASON_LENGTH],
    }


def _told(outcome: TestOutcome, row: Row) -> Row:
    """A finished test as watchers hear of it: the row without its details."""
    failed = outcome.verdict in (Verdict.FAILED, Verdict.BROKEN)
    shown = ("test", "verdict", "error_category", "blocked_by", "required_only", "attempts")
    timed = ("started_at", "finished_at", "total_ms", "status_code")
    return {
        "type": "test_failed" if failed else "test_completed",
        **{key: row[key] for key in shown + timed},
        # The row's, not the outcome's: it holds nothing that the database refuses.
        "reason": str(row["reason"])[:ANNOUNCED_REASON_LENGTH],
    }


def _told_change(change: ContextChange) -> Row:
    told: Row = {
        "type": "context_updated",
        "test": change.test,
        "tokens": list(change.tokens),
        "variables": dict(change.variables),
        "captured_data": dict(change.captured_data),
    }
    if _size(told) <= ANNOUNCED_VALUES_BYTES:
        return told
    return {
        **told,
        "variables": sorted(change.variables),
        "captured_data": sorted(change.captured_data),
        "names_only": True,
    }


def _public(entries: tuple[Entry, ...]) -> dict[str, JsonValue]:
    """The context's public part: names of tokens, masked values, provenance, order."""
    changes = [entry.change for entry in entries if entry.change]
    order = [entry.ran for entry in entries if entry.ran]
    if not changes and not order:
        return {}
    return {
        "token_names": sorted({name for change in changes for name in change.tokens}),
        "variables": _merged(change.variables for change in changes),
        "captured_data": {change.test: dict(change.captured_data) for change in changes},
        "provenance": [dict(item) for change in changes for item in change.provenance],
        "test_order": order,
    }


def _secret(entries: tuple[Entry, ...]) -> dict[str, JsonValue]:
    """The values that may only be stored encrypted, in clear."""
    changes = [entry.change for entry in entries if entry.change and entry.change.secrets]
    if not changes:
        return {}
    captured = {change.test: change.secrets.get("captured_data", {}) for change in changes}
    return {
        "tokens": _merged(change.secrets.get("tokens", {}) for change in changes),
        "variables": _merged(change.secrets.get("variables", {}) for change in changes),
        "captured_data": {test: values for test, values in captured.items() if values},
    }


def _merged(parts: Iterable[Mapping[str, JsonValue]]) -> dict[str, JsonValue]:
    return {name: value for part in parts for name, value in part.items()}


def _clean_change(change: ContextChange | None) -> ContextChange | None:
    if change is None:
        return None
    return ContextChange(
        test=change.test,
        tokens=change.tokens,
        variables=_clean_mapping(change.variables),
        captured_data=_clean_mapping(change.captured_data),
        provenance=tuple(_clean_texts(each) for each in change.provenance),
        secrets={part: _clean_mapping(values) for part, values in change.secrets.items()},
    )


def _clean_mapping(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: clean(value) for name, value in values.items()}


def _clean_texts(values: Mapping[str, str]) -> dict[str, str]:
    return {name: clean_text(value) for name, value in values.items()}


def _size(value: object) -> int:
    return len(json.dumps(value, default=str))
