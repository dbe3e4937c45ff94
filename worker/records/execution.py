"""Execution: runs, who asked for them, and who carries them out."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, JsonValue

from worker.models.dependency import DependencyKind
from worker.models.outcome import RunFailure, RunStatus
from worker.models.suite import Priority
from worker.records.base import JsonObject, Record, Row


class RunExecutor(StrEnum):
    """Who carries a run out."""

    WORKER = "worker"  # any worker, from the queue
    LOCAL = "local"  # the editor who asked for it, on his own machine


class RunTrigger(StrEnum):
    """What made somebody ask for a run."""

    MANUAL = "manual"  # a person
    SCHEDULED = "scheduled"  # a schedule
    CI = "ci"  # a pipeline
    WEBHOOK = "webhook"  # a call from outside


class WorkerState(StrEnum):
    """What a worker does."""

    IDLE = "idle"  # waits for a run
    BUSY = "busy"  # executes runs
    DRAINING = "draining"  # finishes what it has, and takes no more


class Worker(Row):
    """A worker, as it said of itself last."""

    table: ClassVar[str] = "workers"

    id: UUID
    name: str
    version: str
    state: WorkerState
    capabilities: JsonObject
    started_at: AwareDatetime
    last_seen_at: AwareDatetime
    created_at: AwareDatetime
    updated_at: AwareDatetime


class WorkerOverview(Record):
    """What list_workers answers to admins: who is there, and which of their runs he executes."""

    name: str
    version: str
    started_at: AwareDatetime
    last_seen_at: AwareDatetime
    is_alive: bool
    run_ids: tuple[UUID, ...]


class Schedule(Row):
    """Runs that are requested by the clock."""

    table: ClassVar[str] = "schedules"

    id: UUID
    organization_id: UUID
    project_id: UUID
    environment_id: UUID
    name: str
    description: str
    cron: str
    timezone: str
    suites: tuple[str, ...]
    selection: JsonObject
    config: JsonObject
    priority: Priority
    enabled: bool
    next_run_at: AwareDatetime | None = None
    last_run_at: AwareDatetime | None = None
    last_batch_id: UUID | None = None
    last_problem: str | None = None
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class RunPlanTest(Record):
    """A test that a run set out to run. `required_only`: it was not chosen, others need it."""

    id: UUID
    test: str
    required_only: bool = False


class RunPlanEdge(Record):
    """The dependent test waited for the required one."""

    dependent: str
    required: str
    type: DependencyKind
    reasons: tuple[str, ...] = ()


class RunPlan(Record):
    """What get_run_plan answers: the tests of a run and who waited for whom, as it was then."""

    tests: tuple[RunPlanTest, ...]
    edges: tuple[RunPlanEdge, ...]


class TestRun(Row):
    """One execution of a selection of tests in one environment."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_runs"

    id: UUID
    organization_id: UUID
    project_id: UUID
    environment_id: UUID
    batch_id: UUID
    batch_position: int
    suites: tuple[str, ...]
    selection: JsonObject
    config: JsonObject
    priority: Priority
    executor: RunExecutor
    trigger: RunTrigger
    source: JsonObject
    git_branch: str | None = None
    git_commit: str | None = None
    requested_by: UUID | None = None
    status: RunStatus
    reason: RunFailure | None = None
    message: str | None = None
    total: int
    passed: int
    failed: int
    broken: int
    blocked: int
    skipped: int
    completed: int
    pending: int
    sequence: int
    lease_number: int
    lease_expires_at: AwareDatetime | None = None
    cancel_requested_at: AwareDatetime | None = None
    cancel_requested_by: UUID | None = None
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    duration_ms: float | None = None
    summary: JsonObject
    report: JsonValue | None = None
    kept_until: AwareDatetime | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to the run any more."""
        return self.status in (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)
