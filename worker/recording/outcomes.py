"""Rows as outcomes: the way back of `worker.recording.rows`, for reports on recorded runs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from worker.models.expectation import Expectation
from worker.models.outcome import (
    Attempt,
    CaptureRecord,
    CheckResult,
    ExchangeRecord,
    FileRecord,
    PartRecord,
    RedirectRecord,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.models.problem import Location
from worker.records.base import Record, read_answer
from worker.records.results.evidence import (
    CONTENT_KINDS,
    AnsweredFile,
    AssertionResult,
    AttemptResult,
    CaptureResult,
    ReceivedResponse,
    SentRequest,
    StepResult,
)

Row = dict[str, Any]

_Content = TypeVar("_Content", bound=Record)


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
    return tuple(
        _attempt(facts, rows) for rows in by_number.values() for facts in _contents(rows, AttemptResult)[:1]
    )


def _attempt(facts: AttemptResult, rows: list[Row]) -> Attempt:
    return Attempt(
        number=facts.number,
        verdict=facts.verdict,
        reason=facts.reason or "",
        category=facts.category,
        steps=tuple(_steps(facts, rows)),
        started_at=facts.started_at,
        finished_at=facts.finished_at,
        setup_seconds=(facts.setup_ms or 0) / 1000,
        execution_seconds=(facts.execution_ms or 0) / 1000,
        teardown_seconds=(facts.teardown_ms or 0) / 1000,
    )


def _steps(facts: AttemptResult, rows: list[Row]) -> Iterator[StepRecord]:
    by_place: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        by_place.setdefault((row.get("step") or 0, row.get("iteration") or 1), []).append(row)
    for told in facts.steps or _the_only_step(facts):
        yield step_of(told, by_place.get((told.step, told.iteration), []))


def _the_only_step(facts: AttemptResult) -> tuple[StepResult, ...]:
    """The step of a test that was written without: it went as its attempt did."""
    return (
        StepResult(
            step=0,
            verdict=facts.verdict,
            reason=facts.reason,
            category=facts.category,
            execution_ms=facts.execution_ms,
        ),
    )


def step_of(told: StepResult, rows: list[Row]) -> StepRecord:
    """A step, and what it sent, got, checked and took: rows with `kind` and `content`."""
    return StepRecord(
        index=told.step,
        iteration=told.iteration,
        name=told.name,
        verdict=told.verdict,
        reason=told.reason or "",
        category=told.category,
        exchange=_exchange(
            _contents(rows, SentRequest), _contents(rows, ReceivedResponse), _contents(rows, AnsweredFile)
        ),
        checks=tuple(_check(result) for result in _contents(rows, AssertionResult)),
        captures=tuple(_capture(result) for result in _contents(rows, CaptureResult)),
        started_at=told.started_at,
        seconds=(told.execution_ms or 0) / 1000,
    )


def _exchange(
    requests: Sequence[SentRequest],
    responses: Sequence[ReceivedResponse],
    files: Sequence[AnsweredFile],
) -> ExchangeRecord | None:
    if not requests:
        return None
    request = requests[0]
    response = responses[0] if responses else ReceivedResponse(status=None)
    return ExchangeRecord(
        method=request.method,
        url=request.url,
        request_headers=request.headers or (),
        request_body=request.body,
        request_bytes=request.bytes,
        request_parts=tuple(PartRecord(**part.model_dump()) for part in request.parts),
        request_gzip=request.gzip,
        curl_options=request.curl_options,
        graphql_complexity=request.graphql_complexity,
        redirects=tuple(RedirectRecord(**each.model_dump()) for each in request.redirects),
        status_code=response.status,
        response_headers=response.headers or (),
        response_body=response.body,
        response_bytes=response.bytes,
        response_file=_file(files[0]) if files else None,
        http_version=response.http_version or "",
        timings=response.timings or {},
        truncated=response.truncated,
    )


def _file(file: AnsweredFile) -> FileRecord:
    """What is said of a file; its content stays in the project."""
    return FileRecord(
        name=file.name,
        media_type=file.media_type,
        category=file.category,
        size_bytes=file.bytes,
        sha256=file.sha256,
        note=file.note,
    )


def _check(result: AssertionResult) -> CheckResult:
    place = result.where
    return CheckResult(
        expectation=Expectation(
            kind=result.kind,
            operator=result.operator,
            subject=result.subject or "",
            expected=result.written,
            where=Location(path=place.path, line=place.line, column=place.column, length=place.length),
        ),
        passed=result.passed,
        expected=result.expected,
        actual=result.actual,
        message=result.message or "",
        difference=result.difference or "",
    )


def _capture(result: CaptureResult) -> CaptureRecord:
    return CaptureRecord(name=result.name, target=result.target, source=result.source, value=result.value)


def _contents(rows: Iterable[Row], kind: type[_Content]) -> list[_Content]:
    """The contents of those rows that are of this kind, in their order."""
    name = CONTENT_KINDS[kind].value
    return [
        read_answer(kind, row["content"], what="test_result_details") for row in rows if row["kind"] == name
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
