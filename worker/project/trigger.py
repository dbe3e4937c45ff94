"""Asking for runs, and asking for their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from context.values import JsonValue
from worker.database import Database
from worker.models.suite import Priority, TestName


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
    rows: list[dict[str, Any]] = await database.call(
        "request_runs",
        p_project_id=project_id,
        p_requests=[_document(request) for request in requests],
        p_idempotency_key=idempotency_key,
    )
    return tuple(
        RequestedRun(id=row["id"], suites=tuple(row["suites"]), status=row["status"]) for row in rows
    )


async def cancel_run(database: Database, run_id: str) -> str:
    """Ask for the run's end; gives its state now. Raises Refused when it is over already."""
    row: dict[str, Any] = await database.call("cancel_run", p_run_id=run_id)
    return str(row["status"])


def _document(request: RunRequest) -> dict[str, JsonValue]:
    document: dict[str, JsonValue] = {
        "suites": list(request.suites),
        "environment": request.environment,
        "selection": {"only": list(request.only), "tags": list(request.tags)},
        "priority": request.priority.value,
        "config": dict(request.config),
        "trigger": request.trigger,
        "source": dict(request.source),
        "executor": "worker",
    }
    if request.git_branch:
        document["git_branch"] = request.git_branch
    if request.git_commit:
        document["git_commit"] = request.git_commit
    return document
