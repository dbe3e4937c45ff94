"""Outcomes as rows, in the words of record_run. `worker.recording.outcomes` reads them back."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from context.values import JsonValue
from worker.database.clean import clean
from worker.models.events import ContextChange
from worker.models.outcome import (
    Attempt,
    CaptureRecord,
    CheckResult,
    ExchangeRecord,
    FileRecord,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.recording.fingerprint import fingerprint

Row = dict[str, JsonValue]

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
        "setup_ms": _milliseconds(attempt.setup_seconds),
        "execution_ms": _milliseconds(attempt.execution_seconds),
        "teardown_ms": _milliseconds(attempt.teardown_seconds),
        "total_ms": _milliseconds(outcome.seconds),
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
            yield *place, "artifact", _file(step.exchange.response_file)


def evidence_of(step: StepRecord) -> Iterator[tuple[str, Row]]:
    """What a step sent, got, checked and took: kind and content of each detail."""
    if step.exchange is not None:
        yield "request", _request(step.exchange)
        if step.exchange.status_code is not None:
            yield "response", _response(step.exchange)
    for check in step.checks:
        yield "assertion", _assertion(check)
    for capture in step.captures:
        yield "capture", _capture(capture)


def _attempt(attempt: Attempt) -> Row:
    row: Row = {
        "number": attempt.number,
        "verdict": attempt.verdict.value,
        "reason": attempt.reason,
        "category": attempt.category,
        "started_at": moment(attempt.started_at),
        "finished_at": moment(attempt.finished_at),
        "setup_ms": _milliseconds(attempt.setup_seconds),
        "execution_ms": _milliseconds(attempt.execution_seconds),
        "teardown_ms": _milliseconds(attempt.teardown_seconds),
    }
    if attempt.has_steps:
        row["steps"] = [step_row(step) for step in attempt.steps]
    return row


def step_row(step: StepRecord) -> Row:
    """What is said of a step besides its evidence."""
    return {
        "step": step.index,
        "iteration": step.iteration,
        "name": step.name,
        "verdict": step.verdict.value,
        "reason": step.reason,
        "category": step.category,
        "started_at": moment(step.started_at),
        "execution_ms": _milliseconds(step.seconds),
    }


def _request(exchange: ExchangeRecord) -> Row:
    return {
        "method": exchange.method,
        "url": exchange.url,
        "headers": [list(header) for header in exchange.request_headers],
        "body": exchange.request_body,
        "bytes": exchange.request_bytes,
        **_rare(exchange),
    }


def _rare(exchange: ExchangeRecord) -> Row:
    """What few requests have; the others do not say that they have none."""
    said: Row = {
        "parts": [asdict(part) for part in exchange.request_parts],
        "gzip": exchange.request_gzip,
        "curl_options": list(exchange.curl_options),
        "graphql_complexity": exchange.graphql_complexity,
        "redirects": [asdict(redirect) for redirect in exchange.redirects],
    }
    return {name: value for name, value in said.items() if value not in ([], False, None)}


def _response(exchange: ExchangeRecord) -> Row:
    return {
        "status": exchange.status_code,
        "headers": [list(header) for header in exchange.response_headers],
        "body": exchange.response_body,
        "bytes": exchange.response_bytes,
        "http_version": exchange.http_version,
        "timings": {phase: round(seconds, 6) for phase, seconds in exchange.timings.items()},
        "truncated": exchange.truncated,
    }


def _file(file: FileRecord) -> Row:
    return {
        "name": file.name,
        "media_type": file.media_type,
        "category": file.category.value,
        "bytes": file.size_bytes,
        "sha256": file.sha256,
        "kept": file.content is not None,
        "note": file.note,
    }


def _assertion(check: CheckResult) -> Row:
    expectation = check.expectation
    return {
        "kind": expectation.kind.value,
        "operator": expectation.operator.value,
        "subject": expectation.subject,
        # As it was compared, and as it was written: the first may differ from run to run.
        "expected": check.expected,
        "written": expectation.expected,
        "passed": check.passed,
        "actual": check.actual,
        "message": check.message,
        "difference": check.difference,
        "where": {
            "path": expectation.where.path,
            "line": expectation.where.line,
            "column": expectation.where.column,
            "length": expectation.where.length,
        },
    }


def _capture(capture: CaptureRecord) -> Row:
    return {
        "name": capture.name,
        "target": capture.target,
        "source": capture.source,
        "value": capture.value,
    }


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def moment(when: datetime | None) -> str | None:
    """A moment as JSON has it."""
    return None if when is None else when.isoformat()
