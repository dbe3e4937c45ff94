"""How fast the database answers when it is full.

    python -m bench.database [--results 10000000] [--organizations 1000] [--rounds 20]

Fills a Postgres of its own, which waits for the disk as a real one does, with the seed; then asks what the
dashboard asks, as signed-in members under row-level security, records and counts runs of 1,000 tests, and
prints p50 and p95, the plans, and which indexes nobody used. Ends with 1 when a query reads a whole
partition. A million results take some 600 MB of disk.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import psycopg

from bench.database.indexes import forget_use, unused_indexes
from bench.database.measuring import measure, use_indexes
from bench.database.printing import judge, print_measures, print_seed, print_work
from bench.database.queries import PAGES, UPKEEP
from bench.database.tenants import find_places
from bench.database.working import work
from worker.local.scratch import scratch_postgres
from worker.local.seed import SeedSize, seed
from worker.schema import MIGRATION

_BYTES_A_RESULT = 1_500


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    _require_disk(options.results)
    size = SeedSize(
        organizations=options.organizations,
        projects=options.projects,
        tests=options.tests,
        results=options.results,
        days=options.days,
    )
    with scratch_postgres(fast=False) as postgres:
        with psycopg.connect(**postgres.owner.parameters) as connection:
            connection.execute(MIGRATION.read_bytes())
        with (
            psycopg.connect(**postgres.owner.parameters, autocommit=True) as owner,
            psycopg.connect(**postgres.admin.parameters, autocommit=True) as admin,
        ):
            _fill(owner, admin, size)
            return _measure_all(owner, admin, size, options)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.database", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--results", type=int, default=10_000_000)
    parser.add_argument("--organizations", type=int, default=1_000)
    parser.add_argument("--projects", type=int, default=1, help="of each organization")
    parser.add_argument("--tests", type=int, default=50, help="of each project")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=20, help="how often each query is asked at each place")
    parser.add_argument("--run-tests", type=int, default=1_000, help="tests of the run that is recorded")
    parser.add_argument("--runs", type=int, default=10, help="how many of them")
    parser.add_argument("--batch", type=int, default=500, help="results in a batch")
    return parser.parse_args(arguments)


def _require_disk(results: int) -> None:
    needed, free = results * _BYTES_A_RESULT + 2 * 1024**3, shutil.disk_usage("/tmp").free
    if free < needed:
        sys.exit(
            f"this needs {needed / 1e9:.0f} GB of disk, but {free / 1e9:.0f} GB are free: "
            "ask for fewer results"
        )


def _fill(owner: "psycopg.Connection[Any]", admin: "psycopg.Connection[Any]", size: SeedSize) -> None:
    owner.execute("set synchronous_commit = off")  # for filling only
    report = seed(owner, size, report=_tell)
    owner.execute("reset synchronous_commit")
    began = perf_counter()
    admin.execute("vacuum analyze")
    print_seed(report, vacuum_seconds=perf_counter() - began, size=_size(admin))
    forget_use(admin)


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{line}\033[K", end="", file=sys.stderr)


def _size(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute("select pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _measure_all(
    owner: "psycopg.Connection[Any]",
    admin: "psycopg.Connection[Any]",
    size: SeedSize,
    options: argparse.Namespace,
) -> int:
    places = find_places(owner, organizations=size.organizations)
    pages = [measure(owner, query, places, rounds=options.rounds, member=True) for query in PAGES]
    upkeep = [measure(owner, query, places[-1:], rounds=1, member=False) for query in UPKEEP]
    for query in PAGES:
        use_indexes(owner, query, places[0], member=True)
    for query in UPKEEP:
        use_indexes(owner, query, places[-1], member=False)
    done = work(owner, places[0], tests=options.run_tests, runs=options.runs, batch=options.batch)
    owner.execute("select pg_stat_force_next_flush()")
    print_measures("page, as a member", pages)
    print_measures("upkeep, as the owner", upkeep)
    print_work(done)
    print("indexes no query used: " + (", ".join(unused_indexes(admin)) or "none"))
    return judge(pages, upkeep)


if __name__ == "__main__":
    sys.exit(main())
