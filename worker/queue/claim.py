"""The answer of claim_run, made into a ClaimedRun. The only place that knows its shape."""

from datetime import datetime
from typing import Any

from worker.models.environment import Environment, EnvironmentKind
from worker.models.outcome import TestOutcome, Verdict
from worker.models.run import ClaimedContext, ClaimedRun, ClaimedSuite, Lease

Row = dict[str, Any]


def claimed_run(answer: Row) -> ClaimedRun:
    """What was claimed, from the database's words."""
    run = answer["run"]
    selection = run.get("selection") or {}
    return ClaimedRun(
        lease=Lease(run_id=run["id"], number=run["lease_number"]),
        project_key=run["project_key"],
        suites=tuple(_suite(row) for row in answer["suites"]),
        environment=_environment(answer["environment"]),
        only=tuple(selection.get("only") or ()),
        tags=tuple(selection.get("tags") or ()),
        config=run.get("config") or {},
        context=_context(answer.get("context") or {}),
        finished=tuple(_finished(row) for row in answer.get("finished") or ()),
        in_flight=frozenset(answer.get("in_flight") or ()),
        next_batch_number=answer.get("next_batch_number") or 1,
        created_at=datetime.fromisoformat(run["created_at"]),
    )


def _suite(row: Row) -> ClaimedSuite:
    return ClaimedSuite(
        key=row["key"], path=row["path"], source=row["source"], selected=row.get("selected", True)
    )


def _environment(row: Row) -> Environment:
    return Environment(
        name=row["name"],
        kind=EnvironmentKind(row["kind"]),
        base_url=row.get("base_url") or "",
        variables=row.get("variables") or {},
        secrets=row.get("secrets") or {},
        max_parallel=row.get("max_parallel"),
        rate_limit_per_second=_number(row.get("rate_limit_per_second")),
        timeout_seconds=_number(row.get("timeout_seconds")),
    )


def _context(row: Row) -> ClaimedContext:
    return ClaimedContext(
        version=row.get("version") or 0,
        tokens=row.get("tokens") or {},
        variables=row.get("variables") or {},
        captured_data=row.get("captured_data") or {},
        provenance=tuple(row.get("provenance") or ()),
        test_order=tuple(row.get("test_order") or ()),
    )


def _finished(row: Row) -> TestOutcome:
    return TestOutcome(
        test=row["test"],
        verdict=Verdict(row["verdict"]),
        reason=row.get("reason") or "",
        blocked_by=row.get("blocked_by"),
        required_only=row.get("required_only") or False,
    )


def _number(value: str | float | None) -> float | None:
    # Postgres' numeric may come as text.
    return None if value is None else float(value)
