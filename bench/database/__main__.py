"""How fast the database answers when it is full.

    python -m bench.database [--results 10000000] [--organizations 1000] [--rounds 20]

Fills a Postgres of its own, which waits for the disk as a real one does, with the seed; then asks what the
dashboard asks, as signed-in members under row-level security, in SQL and through the Data API; records and
counts runs of 1,000 tests; and prints p50 and p95, the plans, and which indexes nobody used. Ends with 1 when
a query reads a whole partition, or is answered otherwise over HTTP. A million results take some 700 MB of
disk; progress is on standard error.
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import psycopg

from bench.database.comparing import Comparison, compare
from bench.database.data_api import data_api
from bench.database.indexes import forget_use, unused_indexes
from bench.database.measuring import Measure, measure, use_indexes
from bench.database.printing import (
    PAGE_MS,
    judge,
    print_comparisons,
    print_measures,
    print_seed,
    print_work,
)
from bench.database.progress import Progress
from bench.database.queries import PAGES
from bench.database.tenants import Place, find_places
from bench.database.upkeep import UPKEEP
from bench.database.working import work
from worker.local.scratch import ScratchPostgres, scratch_postgres
from worker.local.seed import SeedSize, seed
from worker.schema import MIGRATION

#: Found with 10 million results: 688 in the database; with fewer runs a day, more of them are daily metrics.
_BYTES_A_RESULT = 1_000
#: An empty database, the log between two checkpoints, and large sorts.
_BYTES_BESIDE = 4 * 1024**3


def main(arguments: Sequence[str] | None = None) -> int:
    # Who ends it gets the disk back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
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
            progress = Progress()
            _fill(owner, admin, size, progress)
            return _measure_all(postgres, owner, admin, options, progress)


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
    needed, free = results * _BYTES_A_RESULT + _BYTES_BESIDE, shutil.disk_usage("/tmp").free
    if free < needed:
        sys.exit(
            f"this needs {needed / 1e9:.0f} GB of disk, but {free / 1e9:.0f} GB are free: "
            "ask for fewer results"
        )


def _fill(
    owner: "psycopg.Connection[Any]",
    admin: "psycopg.Connection[Any]",
    size: SeedSize,
    progress: Progress,
) -> None:
    owner.execute("set synchronous_commit = off")  # for filling only
    report = seed(owner, size, report=progress)
    owner.execute("reset synchronous_commit")
    progress("vacuum")
    began = perf_counter()
    admin.execute("vacuum analyze")
    print_seed(report, vacuum_seconds=perf_counter() - began, size=_size(admin))
    forget_use(admin)


def _size(connection: "psycopg.Connection[Any]") -> int:
    row = connection.execute("select pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _measure_all(
    postgres: ScratchPostgres,
    owner: "psycopg.Connection[Any]",
    admin: "psycopg.Connection[Any]",
    options: argparse.Namespace,
    progress: Progress,
) -> int:
    places = find_places(owner, organizations=options.organizations)
    pages = [
        measure(owner, query, places, rounds=options.rounds, member=True)
        for query in progress.each("pages in SQL", PAGES)
    ]
    upkeep = [measure(owner, query, places[-1:], rounds=1, member=False) for query in UPKEEP]
    comparisons = _compare_all(postgres, pages, places, rounds=options.rounds, progress=progress)
    _use_indexes(postgres, places)
    progress("recording")
    done = work(owner, places[0], tests=options.run_tests, runs=options.runs, batch=options.batch)
    owner.execute("select pg_stat_force_next_flush()")
    print_measures("page, as a member", pages, aim=PAGE_MS)
    print_measures("upkeep, as the owner", upkeep, aim=None)
    print_comparisons(comparisons)
    print_work(done)
    print("indexes no query used: " + (", ".join(unused_indexes(admin)) or "none"))
    return judge(pages, upkeep, comparisons)


def _compare_all(
    postgres: ScratchPostgres,
    pages: Sequence[Measure],
    places: Sequence[Place],
    *,
    rounds: int,
    progress: Progress,
) -> list[Comparison]:
    with data_api(postgres) as api:
        return [
            compare(api, query, in_sql, places, rounds=rounds)
            for query, in_sql in progress.each("pages over HTTP", list(zip(PAGES, pages, strict=True)))
        ]


def _use_indexes(postgres: ScratchPostgres, places: Sequence[Place]) -> None:
    # A connection of its own: plans of foreign keys' checks stay as they were first made.
    with psycopg.connect(**postgres.owner.parameters, autocommit=True) as connection:
        for query in PAGES:
            use_indexes(connection, query, places[0], member=True)
        for query in UPKEEP:
            use_indexes(connection, query, places[-1], member=False)
        connection.execute("select pg_stat_force_next_flush()")


if __name__ == "__main__":
    sys.exit(main())
