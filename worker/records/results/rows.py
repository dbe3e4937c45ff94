"""Results as rows: how each test ended, and the evidence of it, piece by piece."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.models.outcome import Verdict
from worker.records.base import JsonObject, Row
from worker.records.errors import TestExecutionError
from worker.records.results.evidence import DetailKind


class SuiteStatistics(Row):
    """How many tests a suite has, and what came of them in the last 30 days. A view."""

    table: ClassVar[str] = "suite_statistics"

    suite_id: UUID | None = None
    organization_id: UUID | None = None
    project_id: UUID | None = None
    key: str | None = None
    name: str | None = None
    version: int | None = None
    total: int | None = None
    enabled: int | None = None
    skipped: int | None = None
    quarantined: int | None = None
    runs_30_days: int | None = None
    results_30_days: int | None = None
    passed_30_days: int | None = None
    failed_30_days: int | None = None
    success_rate_30_days: Decimal | None = None
    average_ms_30_days: float | None = None
    last_run_at: AwareDatetime | None = None


class TestHistory(Row):
    """What came of a test, run by run. A view."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_history"

    test_case_id: UUID | None = None
    organization_id: UUID | None = None
    project_id: UUID | None = None
    run_id: UUID | None = None
    run_created_at: AwareDatetime | None = None
    environment_id: UUID | None = None
    git_branch: str | None = None
    git_commit: str | None = None
    result_id: UUID | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    error_category: str | None = None
    fingerprint: str | None = None
    blocked_by_test_id: UUID | None = None
    attempts: int | None = None
    status_code: int | None = None
    execution_ms: float | None = None
    total_ms: float | None = None
    started_at: AwareDatetime | None = None


class TestResult(Row):
    """How a test ended in a run. A run has one for each test that has its verdict."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_results"

    id: UUID
    organization_id: UUID
    run_id: UUID
    run_created_at: AwareDatetime
    test_case_id: UUID
    verdict: Verdict
    reason: str | None = None
    error_category: str | None = None
    fingerprint: str | None = None
    blocked_by_test_id: UUID | None = None
    required_only: bool
    attempts: int
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    setup_ms: float | None = None
    execution_ms: float | None = None
    teardown_ms: float | None = None
    total_ms: float | None = None
    status_code: int | None = None
    request_bytes: int | None = None
    response_bytes: int | None = None
    created_at: AwareDatetime


class TestResultDetail(Row):
    """A piece of evidence of one attempt; `content` is of the shape that its kind has."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_result_details"

    id: UUID
    organization_id: UUID
    run_id: UUID
    run_created_at: AwareDatetime
    test_case_id: UUID | None = None
    kind: DetailKind
    attempt: int
    step: int | None = None
    iteration: int | None = None
    position: int
    level: str | None = None
    correlation_id: str | None = None
    content: JsonObject
    created_at: AwareDatetime


def error_of(result: TestResult) -> TestExecutionError | None:
    """Why this test did not pass; None when it passed, or was skipped by choice."""
    if result.verdict in (Verdict.PASSED, Verdict.SKIPPED):
        return None
    return TestExecutionError(
        verdict=result.verdict,
        message=result.reason or "",
        category=result.error_category,
        fingerprint=result.fingerprint,
        status_code=result.status_code,
        attempts=result.attempts,
        happened_at=result.finished_at,
    )
