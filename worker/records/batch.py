"""Batches: runs that are asked for in one call, all or none."""

from collections import Counter
from uuid import UUID

from pydantic import Field

from worker.models.outcome import RunStatus
from worker.models.suite import Priority
from worker.records.base import Argument, JsonObject, Record
from worker.records.execution import RunExecutor, RunTrigger, TestRun


class TestSelection(Argument):
    """What of the suites is run: these tests by full name, those with one of these tags; empty is all."""

    __test__ = False

    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class TestRunRequest(Argument):
    """One run to ask for. No suites means all of the project."""

    __test__ = False

    suites: tuple[str, ...] = ()
    environment: str
    selection: TestSelection = TestSelection()
    config: JsonObject = Field(default_factory=dict)
    priority: Priority = Priority.MEDIUM
    trigger: RunTrigger = RunTrigger.MANUAL
    source: JsonObject = Field(default_factory=dict)
    executor: RunExecutor = RunExecutor.WORKER
    git_branch: str | None = None
    git_commit: str | None = None


class BatchTestRunRequest(Argument):
    """What request_runs takes: at most 500 runs. The same request with the same key asks only once."""

    project_id: str
    requests: tuple[TestRunRequest, ...]
    idempotency_key: str | None = None


class BatchResult(Record):
    """The runs of a batch, in the order in which they were asked for, and how far they are."""

    runs: tuple[TestRun, ...]

    @property
    def batch_id(self) -> UUID | None:
        """What the runs of one call share."""
        return self.runs[0].batch_id if self.runs else None

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to any of them any more."""
        return all(run.is_over for run in self.runs)

    @property
    def counted(self) -> dict[RunStatus, int]:
        """How many runs are in which state."""
        return dict(Counter(run.status for run in self.runs))
