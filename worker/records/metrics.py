"""Metrics: how tests did by day and month, and how each run ended."""

from datetime import date as Day  # a column is called date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.models.outcome import RunFailure, RunStatus
from worker.records.base import Row
from worker.records.execution import RunTrigger


class MetricGranularity(StrEnum):
    """How much time a row stands for."""

    DAY = "day"  # counted from results
    MONTH = "month"  # days put together after their time; the date is the first of the month


class PerformanceMetric(Row):
    """How a test did in an environment on a day, or in a month. Rates are percentages."""

    table: ClassVar[str] = "performance_metrics"

    id: UUID
    organization_id: UUID
    project_id: UUID
    environment_id: UUID
    test_case_id: UUID
    date: Day
    granularity: MetricGranularity
    total_runs: int
    successful_runs: int
    measured_runs: int
    success_rate: Decimal
    average_response_time_ms: float | None = None
    p50_response_time_ms: float | None = None
    p95_response_time_ms: float | None = None
    p99_response_time_ms: float | None = None
    min_response_time_ms: float | None = None
    max_response_time_ms: float | None = None
    is_slower: bool
    baseline_ms: float | None = None
    slower_run_id: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class TestRunHistory(Row):
    """How a run ended. After its time, one row stands for all runs of a day in an environment."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_run_history"

    id: UUID
    organization_id: UUID
    project_id: UUID
    environment_id: UUID
    run_id: UUID | None = None
    date: Day
    status: RunStatus | None = None
    reason: RunFailure | None = None
    trigger: RunTrigger | None = None
    git_branch: str | None = None
    git_commit: str | None = None
    runs: int
    completed_runs: int
    failed_runs: int
    cancelled_runs: int
    total: int
    passed: int
    failed: int
    broken: int
    blocked: int
    skipped: int
    success_rate: Decimal | None = None
    waited_ms: float | None = None
    duration_ms: float | None = None
    run_created_at: AwareDatetime
    finished_at: AwareDatetime
    created_at: AwareDatetime
    updated_at: AwareDatetime
