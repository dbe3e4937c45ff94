"""How many results a second workers record, and where the time goes.

    python -m bench.recording [--results 10000] [--batch 500] [--evidence 1500] [--workers 1]
        [--functions] [--plans]

Against a Postgres of its own that waits for the disk (fsync on), on one connection for each worker, as the
worker's role.
A result has six pieces of evidence: request, response, three assertions, a capture. `--evidence` is the
size in characters of each; one result in twenty fails. The JSON is ready before the clock starts.
`--sql` measures a schema other than this one.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from tests.database.actors import Session
from tests.database.pushes import STARTED_AT, Json, a_push, a_suite
from tests.database.world import Facts, World, build
from worker.local.postgres import DatabaseAddress
from worker.local.scratch import scratch_postgres
from worker.schema import SOURCE, write_schema

TESTS_IN_A_RUN = 2000
TESTS_IN_A_SUITE = 50
KINDS = ("request", "response", "assertion", "assertion", "assertion", "capture")

RECORD = (
    "select public.record_run(p_run_id => %s, p_lease_number => 1, p_batch_number => %s, "
    "p_context_version => 1, p_batch => %s)"
)
FINISH = (
    "select public.finish_run(p_run_id => %s, p_lease_number => 1, "
    """p_outcome => '{"status": "failed", "reason": "tests"}')"""
)
EXPLAIN = {
    "auto_explain.log_min_duration": "'5ms'",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_triggers": "on",
    "auto_explain.log_parameter_max_length": "0",
    "client_min_messages": "log",
}
SLOWEST = """
    select schemaname || '.' || funcname as name, calls, total_time, self_time
    from pg_stat_user_functions
    order by self_time desc
    limit 25
"""


@dataclass(frozen=True, slots=True)
class Size:
    """What is to be recorded."""

    results: int
    batch: int
    evidence: int
    workers: int
    functions: bool
    plans: bool
    sql: Path


def names(count: int) -> list[str]:
    """Full names of tests, suite after suite."""
    return [
        f"suite-{number // TESTS_IN_A_SUITE:03}/test-{number % TESTS_IN_A_SUITE:03}"
        for number in range(count)
    ]


def suites(count: int) -> list[Json]:
    """The suites that have these tests."""
    by_suite: dict[str, list[str | Json]] = {}
    for name in names(count):
        suite, _, test = name.partition("/")
        by_suite.setdefault(suite, []).append(test)
    return [a_suite(suite, tests) for suite, tests in by_suite.items()]


def a_result(name: str, number: int, *, evidence: int) -> Json:
    """What the worker's recorder sends for a finished test."""
    failed = number % 20 == 7
    return {
        "test": name,
        "verdict": "failed" if failed else "passed",
        "reason": "status is 500, expected 200" if failed else "",
        "error_category": "status" if failed else None,
        "fingerprint": f"{number % 400:032x}" if failed else None,
        "blocked_by": None,
        "required_only": False,
        "attempts": 1,
        "started_at": STARTED_AT.isoformat(),
        "finished_at": (STARTED_AT + timedelta(milliseconds=250)).isoformat(),
        "setup_ms": 0.4,
        "execution_ms": 249.1,
        "teardown_ms": 0.1,
        "total_ms": 249.6,
        "status_code": 500 if failed else 200,
        "request_bytes": 312,
        "response_bytes": 4711,
        "details": [a_detail(kind, position, size=evidence) for position, kind in enumerate(KINDS)],
    }


def a_detail(kind: str, position: int, *, size: int) -> Json:
    """A piece of evidence: a few fields, and a body as APIs send it."""
    body = json.dumps([{"id": number * 7919, "name": f"item {number * 31}"} for number in range(size // 34)])
    content = {"method": "GET", "url": "https://api.example/orders/17", "status": 200, "body": body}
    return {"kind": kind, "attempt": 1, "position": position, "content": content}


def batches(size: Size) -> list[str]:
    """One run's batches, as JSON."""
    results = [
        a_result(name, number, evidence=size.evidence) for number, name in enumerate(names(TESTS_IN_A_RUN))
    ]
    return [
        json.dumps(a_batch(results[first : first + size.batch]))
        for first in range(0, len(results), size.batch)
    ]


def a_batch(results: list[Json]) -> Json:
    """A batch of these results: with what began since the last one, and with what watchers are told."""
    shown = (
        "test",
        "verdict",
        "error_category",
        "attempts",
        "started_at",
        "finished_at",
        "total_ms",
        "status_code",
    )
    return {
        "lease_seconds": 60,
        "status": "running",
        "total": TESTS_IN_A_RUN,
        "started": [result["test"] for result in results],
        "results": results,
        "context": {"test_order": [result["test"] for result in results]},
        "events": [
            {"type": kind, **{name: result[name] for name in shown}}
            for result in results
            for kind in ("test_started", "test_completed")
        ],
    }


def runs(world: World, count: int) -> Iterator[UUID]:
    """Runs that this worker has claimed."""
    world.push(a_push(*suites(TESTS_IN_A_RUN)))
    keys = [suite["key"] for suite in suites(TESTS_IN_A_RUN)]
    for _ in range(count):
        run_id = world.a_run(suites=keys)
        began = time.perf_counter()
        assert world.claim()["run"]["id"] == str(run_id)
        print(f"claim of {TESTS_IN_A_RUN} tests: {(time.perf_counter() - began) * 1e3:.0f} ms")
        yield run_id


def record(address: DatabaseAddress, world: World, size: Size) -> list[float]:
    """The seconds that each batch took. Workers record at the same time, each its own runs."""
    prepared = batches(size)
    claimed = list(runs(world, max(size.results // TESTS_IN_A_RUN, size.workers)))
    with ThreadPoolExecutor(size.workers) as pool:
        parts = [claimed[number :: size.workers] for number in range(size.workers)]
        taken = pool.map(lambda part: record_runs(address, part, prepared, size), parts)
        return [seconds for part in taken for seconds in part]


def record_runs(
    address: DatabaseAddress, claimed: list[UUID], prepared: list[str], size: Size
) -> list[float]:
    """One worker: its runs, one after the other, on one connection."""
    taken, used = [], 0.0
    with psycopg.connect(**address.parameters, autocommit=True) as connection:
        connection.execute("set track_functions = 'all'" if size.functions else "set jit = off")
        connection.execute("set role service_role")
        for run_id in claimed:
            if size.plans:
                explain(connection, prepared, run_id)
            before = cpu_seconds(connection)
            # The contexts' versions: each batch of a run adds to the order of its tests.
            for number, batch in enumerate(prepared, start=1):
                began = time.perf_counter()
                connection.execute(
                    RECORD.replace("p_context_version => 1", f"p_context_version => {number}"),
                    (run_id, number, batch),
                )
                taken.append(time.perf_counter() - began)
            used += cpu_seconds(connection) - before
            began = time.perf_counter()
            connection.execute(FINISH, (run_id,))
            print(f"finish: {(time.perf_counter() - began) * 1e3:.0f} ms")
    print(f"of that, the processor worked {used / len(taken) * 1000:.0f} ms a batch for this connection")
    return taken


def cpu_seconds(connection: "psycopg.Connection[Any]") -> float:
    """What the connection's process has used. Says more than the clock when others work beside it."""
    fields = Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def explain(connection: "psycopg.Connection[Any]", prepared: list[str], run_id: UUID) -> None:
    """Print how Postgres goes about a batch, and take the batch back."""
    connection.add_notice_handler(lambda notice: print(notice.message_primary, flush=True))
    with connection.transaction(force_rollback=True):
        connection.execute("reset role")
        connection.execute("load 'auto_explain'")
        for name, value in EXPLAIN.items():
            connection.execute(f"set local {name} = {value}")
        connection.execute("set local role service_role")
        connection.execute(RECORD, (run_id, 1, prepared[0]))


def show(taken: list[float], size: Size) -> None:
    """Results a second, and how even it was."""
    rate = size.workers * size.batch / statistics.median(taken)
    times = [seconds * 1000 for seconds in sorted(taken)]
    print(
        f"{size.workers} at a time: {len(taken)} batches of {size.batch} results "
        f"with {len(KINDS)} x {size.evidence} characters: "
        f"median {statistics.median(times):.0f} ms, slowest {times[-1]:.0f} ms: {rate:,.0f} results a second"
    )


def show_functions(session: Session) -> None:
    """Where Postgres spent its time, as far as it is in functions that were not inlined."""
    for row in session.rows(SLOWEST):
        print(f"{row['self_time']:9.0f} ms of {row['total_time']:9.0f} {row['calls']:8}  {row['name']}")


def furnish(connection: "psycopg.Connection[Any]") -> tuple[Session, Facts]:
    """An organization with a project, and a way to look at it."""
    session = Session(connection)
    return session, build(session)


def main() -> None:
    size = arguments()
    with scratch_postgres(fast=False) as postgres:
        with psycopg.connect(**postgres.owner.parameters) as connection:
            connection.execute(write_schema(size.sql).encode())
        with psycopg.connect(**postgres.admin.parameters, autocommit=True) as connection:
            session, facts = furnish(connection)
            show(record(postgres.admin, World(session, facts), size), size)
            if size.functions:
                show_functions(session)


def arguments() -> Size:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--evidence", type=int, default=1_500)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--functions", action="store_true", help="time by function; measuring costs time, too"
    )
    parser.add_argument(
        "--plans", action="store_true", help="plans of the last batch's statements that took 5 ms"
    )
    parser.add_argument("--sql", type=Path, default=SOURCE)
    return Size(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
