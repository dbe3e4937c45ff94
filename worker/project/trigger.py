"""Asking for runs, and asking for their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from context.values import JsonValue
from worker.database import Database
from worker.models.suite import Priority, TestName
from worker.records.base import read_answer
from worker.records.batch import BatchResult, BatchTestRunRequest, TestRunRequest
from worker.records.execution import TestRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One run to ask for: these suites in this environment, narrowed to `only` and `tags`."""

    suites: tuple[str, ...]
    environment: str
    only: tuple[TestName, ...] = ()
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.MEDIUM
    config: Mapping[str, JsonValue] = field(default_factory=dict)
    trigger: str = "manual"
    source: Mapping[str, JsonValue] = field(default_factory=dict)
    git_branch: str | None = None
    git_commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedRun:
    """A run that waits for a worker, or is under way already when the request was repeated."""

    id: str
    suites: tuple[str, ...]
    environment: str
    status: str


async def request_runs(
    database: Database,
    project_id: str,
    requests: Sequence[RunRequest],
    *,
    idempotency_key: str | None = None,
) -> tuple[RequestedRun, ...]:
    """Ask for all of these runs, or none. The same request with the same key asks only once.

    Raises Refused: no such suite, environment or test, no right, or the key was used for another request.
    """
    batch = BatchTestRunRequest.checked(
        project_id=project_id,
        requests=tuple(_argument(request) for request in requests),
        idempotency_key=idempotency_key,
    )
    rows = await database.call(
        "request_runs",
        p_project_id=batch.project_id,
        p_requests=[request.document() for request in batch.requests],
        p_idempotency_key=batch.idempotency_key,
    )
    result = read_answer(BatchResult, {"runs": rows}, what="request_runs")
    # They come in the order of the requests.
    return tuple(
        RequestedRun(
            id=str(run.id), suites=run.suites, environment=request.environment, status=run.status.value
        )
        for run, request in zip(result.runs, requests, strict=True)
    )


async def retry_run(
    database: Database, run_id: str, *, environment: str, idempotency_key: str | None = None
) -> RequestedRun:
    """Ask for a run of the tests that did not pass in this one, with what they need. `environment` is the
    name of the one it was in. The same key asks only once.

    Raises Refused: it is not over, or all passed, or no right.
    """
    row = await database.call("retry_run", p_run_id=run_id, p_idempotency_key=idempotency_key)
    run = read_answer(TestRun, row, what="retry_run")
    return RequestedRun(id=str(run.id), suites=run.suites, environment=environment, status=run.status.value)


async def cancel_run(database: Database, run_id: str) -> str:
    """Ask for the run's end; gives its state now. Raises Refused when it is over already."""
    row = await database.call("cancel_run", p_run_id=run_id)
    return read_answer(TestRun, row, what="cancel_run").status.value


def _argument(request: RunRequest) -> TestRunRequest:
    return TestRunRequest.checked(
        suites=request.suites,
        environment=request.environment,
        selection={"only": request.only, "tags": request.tags},
        priority=request.priority,
        config=dict(request.config),
        trigger=request.trigger,
        source=dict(request.source),
        git_branch=request.git_branch or None,
        git_commit=request.git_commit or None,
    )
