"""Evidence as rows: what a step sent, got, checked and took, each in the shape of its kind."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from context.values import JsonValue
from worker.models.outcome import CaptureRecord, CheckResult, ExchangeRecord, FileRecord, StepRecord

Row = dict[str, JsonValue]


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
        "execution_ms": milliseconds(step.seconds),
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


def file_row(file: FileRecord) -> Row:
    """What is told of a file that was answered; its content is a row elsewhere."""
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


def milliseconds(seconds: float) -> float:
    """As the database counts times, to the microsecond."""
    return round(seconds * 1000, 3)


def moment(when: datetime | None) -> str | None:
    """A moment as JSON has it."""
    return None if when is None else when.isoformat()
