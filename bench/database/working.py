"""Runs a large run as a worker does, to see how fast it is recorded and counted."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from bench.database.measuring import percentile
from bench.database.tenants import Place

_SUITE_SIZE = 50
_STARTED_AT = datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one worker on one connection achieves, waiting for the disk each time."""

    tests: int
    batch: int
    #: Results with their evidence, over all batches of all runs.
    results_per_second: float
    #: Milliseconds a batch.
    batch_p95: float
    #: Milliseconds to bring a run of `tests` tests to its end: counters, metrics, history, findings.
    finish_p95: float


def work(connection: "psycopg.Connection[Any]", place: Place, *, tests: int, runs: int, batch: int) -> Work:
    """Push a suite set of `tests` tests into a new project of the place's organization, and run it."""
    project_id = _make_project(connection, place)
    names = _push(connection, place, project_id, tests=tests)
    batches, finishes = [], []
    for _ in range(runs):
        run_id, lease = _claim(connection, place, project_id)
        for number, first in enumerate(range(0, len(names), batch), start=1):
            content = {
                "status": "running",
                "total": tests,
                "results": [_result(name, n) for n, name in enumerate(names[first : first + batch])],
            }
            batches.append(_record(connection, run_id, lease, number, content))
        finishes.append(_finish(connection, run_id, lease))
    return Work(
        tests=tests,
        batch=batch,
        results_per_second=tests * runs / sum(batches) * 1000,
        batch_p95=percentile(batches, 95),
        finish_p95=percentile(finishes, 95),
    )


def _as(connection: "psycopg.Connection[Any]", role: str, user_id: UUID | None = None) -> None:
    claims = {"role": role} | ({"sub": str(user_id)} if user_id else {})
    connection.execute("select set_config('request.jwt.claims', %s, true)", (json.dumps(claims),))
    connection.execute(f"set local role {role}".encode())


def _value(connection: "psycopg.Connection[Any]", query: str, *values: Any) -> Any:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


def _make_project(connection: "psycopg.Connection[Any]", place: Place) -> UUID:
    with connection.transaction():
        _as(connection, "authenticated", place.member_id)
        project_id: UUID = _value(
            connection,
            "insert into public.projects (organization_id, key, name) "
            "values (%s, 'large', 'Large') returning id",
            place.values["organization_id"],
        )
        connection.execute(
            "insert into public.environments (organization_id, project_id, name, base_url) "
            "values (%s, %s, 'bench', 'https://bench.example.com')",
            (place.values["organization_id"], project_id),
        )
    return project_id


def _push(connection: "psycopg.Connection[Any]", place: Place, project_id: UUID, *, tests: int) -> list[str]:
    suites = [
        _suite(number, min(_SUITE_SIZE, tests - first))
        for number, first in enumerate(range(0, tests, _SUITE_SIZE), start=1)
    ]
    with connection.transaction():
        _as(connection, "authenticated", place.member_id)
        push = {"suites": suites, "dependencies": [], "prune": False}
        connection.execute("select public.push_suites(%s, %s)", (project_id, Jsonb(push)))
    return [f"{suite['key']}/{test['key']}" for suite in suites for test in suite["tests"]]


def _suite(number: int, tests: int) -> dict[str, Any]:
    key, source = f"part-{number}", f"suite: part {number}\n"
    path = f"suites/{key}.yaml"
    return {
        "key": key,
        "name": f"Part {number}",
        "path": path,
        "source": source,
        "content_hash": hashlib.sha256(f"{path}\n{source}".encode()).hexdigest(),
        "tests": [
            {
                "key": f"test-{place}",
                "name": f"Test {place}",
                "request": {"method": "GET", "path": f"/things/{place}"},
                "response": {"status": 200},
            }
            for place in range(1, tests + 1)
        ],
    }


def _claim(connection: "psycopg.Connection[Any]", place: Place, project_id: UUID) -> tuple[UUID, int]:
    with connection.transaction():
        _as(connection, "authenticated", place.member_id)
        request = [{"environment": "bench", "priority": "critical"}]
        connection.execute("select public.request_runs(%s, %s)", (project_id, Jsonb(request)))
    with connection.transaction():
        _as(connection, "service_role")
        claim = _value(connection, "select public.claim_run('bench', 600)")
    return UUID(claim["run"]["id"]), claim["run"]["lease_number"]


def _result(name: str, number: int) -> dict[str, Any]:
    failed = number % 20 == 0
    return {
        "test": name,
        "verdict": "failed" if failed else "passed",
        "reason": "status is 404, expected 200" if failed else None,
        "error_category": "status" if failed else None,
        "fingerprint": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest() if failed else None,
        "attempts": 1,
        "started_at": _STARTED_AT.isoformat(),
        "finished_at": (_STARTED_AT + timedelta(seconds=1)).isoformat(),
        "execution_ms": 40 + number % 17,
        "total_ms": 41 + number % 17,
        "status_code": 404 if failed else 200,
        "details": [
            {"kind": "request", "content": {"method": "GET", "url": "https://bench.example.com/things"}},
            {"kind": "response", "content": {"status": 200, "body": "x" * 400}},
            {"kind": "assertion", "content": {"kind": "status", "expected": 200, "passed": not failed}},
        ],
    }


def _record(
    connection: "psycopg.Connection[Any]", run_id: UUID, lease: int, number: int, batch: dict[str, Any]
) -> float:
    call = "select public.record_run(%s, %s, %s, 1, %s)"
    return _timed(connection, call, (run_id, lease, number, Jsonb(batch)))


def _finish(connection: "psycopg.Connection[Any]", run_id: UUID, lease: int) -> float:
    outcome = {"status": "failed", "reason": "tests"}
    return _timed(connection, "select public.finish_run(%s, %s, %s)", (run_id, lease, Jsonb(outcome)))


def _timed(connection: "psycopg.Connection[Any]", call: str, values: tuple[Any, ...]) -> float:
    with connection.transaction():
        _as(connection, "service_role")
        began = perf_counter()
        connection.execute(call.encode(), values)
    return (perf_counter() - began) * 1000
