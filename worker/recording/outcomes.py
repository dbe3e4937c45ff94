"""Rows as outcomes: the way back of `worker.recording.rows`, for reports on recorded runs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.outcome import Attempt, CaptureRecord, CheckResult, ExchangeRecord, TestOutcome, Verdict
from worker.models.problem import Location

Row = dict[str, Any]


def outcome_of(result: Row, details: Iterable[Row]) -> TestOutcome:
    """The outcome that these rows were made from, as far as rows keep it.

    `result` has the names of a batch's result; `details` are its details in any order.
    """
    return TestOutcome(
        test=result["test"],
        verdict=Verdict(result["verdict"]),
        reason=result.get("reason") or "",
        category=result.get("error_category"),
        blocked_by=result.get("blocked_by"),
        required_only=result.get("required_only") or False,
        attempts=_attempts(details),
        started_at=_moment(result.get("started_at")),
        finished_at=_moment(result.get("finished_at")),
    )


def _attempts(details: Iterable[Row]) -> tuple[Attempt, ...]:
    by_number: dict[int, list[Row]] = {}
    for row in sorted(details, key=lambda row: (row["attempt"], row["position"])):
        by_number.setdefault(row["attempt"], []).append(row)
    return tuple(_attempt(rows) for rows in by_number.values() if _first(rows, "attempt"))


def _attempt(rows: list[Row]) -> Attempt:
    facts = _first(rows, "attempt") or {}
    return Attempt(
        number=facts["number"],
        verdict=Verdict(facts["verdict"]),
        reason=facts.get("reason") or "",
        category=facts.get("category"),
        exchange=_exchange(_first(rows, "request"), _first(rows, "response") or {}),
        checks=tuple(_check(row["content"]) for row in rows if row["kind"] == "assertion"),
        captures=tuple(_capture(row["content"]) for row in rows if row["kind"] == "capture"),
        started_at=datetime.fromisoformat(facts["started_at"]),
        finished_at=datetime.fromisoformat(facts["finished_at"]),
        setup_seconds=_seconds(facts.get("setup_ms")),
        execution_seconds=_seconds(facts.get("execution_ms")),
        teardown_seconds=_seconds(facts.get("teardown_ms")),
    )


def _exchange(request: Row | None, response: Row) -> ExchangeRecord | None:
    if request is None:
        return None
    return ExchangeRecord(
        method=request["method"],
        url=request["url"],
        request_headers=_headers(request.get("headers")),
        request_body=request.get("body"),
        request_bytes=request.get("bytes") or 0,
        status_code=response.get("status"),
        response_headers=_headers(response.get("headers")),
        response_body=response.get("body"),
        response_bytes=response.get("bytes") or 0,
        http_version=response.get("http_version") or "",
        timings=response.get("timings") or {},
        truncated=response.get("truncated") or False,
    )


def _check(content: Row) -> CheckResult:
    return CheckResult(
        expectation=Expectation(
            kind=ExpectationKind(content["kind"]),
            operator=Operator(content["operator"]),
            subject=content.get("subject") or "",
            expected=content.get("written"),
            where=Location(**content["where"]),
        ),
        passed=content["passed"],
        expected=content.get("expected"),
        actual=content.get("actual"),
        message=content.get("message") or "",
        difference=content.get("difference") or "",
    )


def _capture(content: Row) -> CaptureRecord:
    return CaptureRecord(
        name=content["name"],
        target=content["target"],
        source=content["source"],
        value=content.get("value"),
    )


def _first(rows: list[Row], kind: str) -> Row | None:
    return next((row["content"] for row in rows if row["kind"] == kind), None)


def _headers(pairs: list[list[str]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs or ())


def _seconds(milliseconds: float | str | None) -> float:
    return float(milliseconds or 0) / 1000


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
