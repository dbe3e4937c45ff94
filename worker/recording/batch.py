"""What has happened since the last batch, and a batch made of it."""

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
from worker.models.suite import TestName
from worker.recording.announcements import (
    json_size,
    told_change,
    told_cleanup,
    told_finish,
    told_ready,
    told_renewal,
    told_start,
)
from worker.recording.artifact_rows import artifact_rows
from worker.recording.evidence_rows import Row
from worker.recording.later_rows import cleanup_row, renewal_row
from worker.recording.plan_rows import plan_row
from worker.recording.rows import result_row


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
    entry = None
    match event:
        case RunStarted():
            entry = _begun(event)
        case TestReady():
            entry = _ready(event)
        case TestStarted():
            entry = _started(event)
        case TestFinished():
            entry = _finished(event)
        case TokenRenewed():
            entry = _renewed(event)
        case CleanupFinished():
            entry = _cleaned_up(event)
    return entry


def _begun(event: RunStarted) -> Entry:
    header: Row = {"status": "running", "total": len(event.tests)}
    plan = plan_row(event)
    if plan is not None:
        header["plan"] = plan
    return Entry(header=header, size=json_size(header))


def _ready(event: TestReady) -> Entry:
    told = told_ready(event)
    return Entry(events=(told,), size=json_size(told))


def _cleaned_up(event: CleanupFinished) -> Entry:
    told, row = told_cleanup(event.cleanup), cleanup_row(event.cleanup)
    return Entry(events=(told,), evidence=row, size=json_size(told) + json_size(row), details=1)


def _started(event: TestStarted) -> Entry:
    # A second attempt is still the same start: the test is in flight already.
    started = event.test if event.attempt == 1 else None
    return Entry(started=started, events=(told_start(event),), size=200)


def _finished(event: TestFinished) -> Entry:
    outcome = event.outcome
    row = result_row(outcome, event.change)
    change = _clean_change(event.change)
    artifacts = artifact_rows(outcome)
    events = [told_finish(outcome, row)]
    if change is not None:
        events.append(told_change(change))
    return Entry(
        result=row,
        ran=outcome.test if outcome.attempts else None,
        change=change,
        artifacts=tuple(artifacts),
        events=tuple(events),
        size=json_size(row) + sum(map(json_size, artifacts)) + _size_of_values(change),
        details=sum(1 for _ in row["details"]),  # type: ignore[union-attr,misc] # result_row's is a list
    )


def _renewed(event: TokenRenewed) -> Entry:
    renewal = event.renewal
    change = _clean_change(event.change)
    told = told_renewal(renewal)
    events = (told,) if change is None else (told, told_change(change))
    row = renewal_row(renewal)
    size = 1000 + json_size(row) + _size_of_values(change)
    return Entry(change=change, events=events, evidence=row, size=size, details=1)


def _size_of_values(change: ContextChange | None) -> int:
    # A captured value is in the context, in the announcement, and perhaps among the secrets.
    return json_size(change.captured_data) * 3 if change else 0


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
