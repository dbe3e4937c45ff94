"""What is known of a run that a worker recorded in a project, from its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from worker.history.facts import Edge, Gift, RunFacts, TestFacts
from worker.history.lines import short_value, tries_of
from worker.history.readers import with_readers
from worker.models.dependency import DependencyKind
from worker.models.suite import TestName
from worker.recording import outcome_of

Row = Mapping[str, Any]


def facts_of_rows(
    run: Row,
    results: Sequence[Row],
    details: Mapping[TestName, Sequence[Row]],
    edges: Iterable[Row],
    *,
    environment: str = "",
) -> RunFacts:
    """The run as its rows tell it. `results` and `edges` have tests under their full names.

    Edges are those that the project knows today; of tests that the run had.
    """
    by_test: dict[TestName, list[Edge]] = {}
    known = {row["test"] for row in results}
    for row in edges:
        if row["dependent"] in known and row["required"] in known:
            by_test.setdefault(row["dependent"], []).append(_edge(row))
    tests = [_test(row, details.get(row["test"], ()), by_test.get(row["test"], [])) for row in results]
    finished = sorted(
        (row for row in results if row.get("attempts")), key=lambda row: row["finished_at"] or ""
    )
    return RunFacts(
        id=run["id"],
        recorded=True,
        started_at=run["started_at"] or run["created_at"],
        environment=environment,
        status=run["status"],
        tests=with_readers({test.name: test for test in tests}),
        order=tuple(row["test"] for row in finished),
    )


def _edge(row: Row) -> Edge:
    return Edge(
        required=row["required"],
        kind=DependencyKind(row["dependency_type"]),
        reasons=tuple(row["reasons"]),
    )


def _test(result: Row, details: Sequence[Row], edges: Iterable[Edge]) -> TestFacts:
    outcome = outcome_of(dict(result), map(dict, details))
    return TestFacts(
        name=outcome.test,
        required_only=outcome.required_only,
        edges=tuple(edges),
        gifts=tuple(_gifts(outcome.test, details)),
        verdict=outcome.verdict,
        reason=outcome.reason,
        category=outcome.category,
        blocked_by=outcome.blocked_by,
        seconds=round(outcome.seconds, 6),
        tries=tries_of(outcome),
    )


def _gifts(test: TestName, details: Sequence[Row]) -> Iterator[Gift]:
    """What the context has gained by this test, as its last snapshot says."""
    snapshots = [row["content"] for row in details if row["kind"] == "context"]
    for content in snapshots[-1:]:
        values = content.get("captured_data") or {}
        for origin in content.get("provenance") or ():
            if origin.get("test") == test:
                yield Gift(
                    name=origin["name"],
                    kind=origin["kind"],
                    capture=origin.get("capture", ""),
                    secret=origin.get("secret") == "true",
                    known=True,
                    value=short_value(values.get(origin["name"])),
                    expires_at=origin.get("expires_at"),
                )
