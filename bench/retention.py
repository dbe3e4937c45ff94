"""How long a clean-up takes, how much memory it needs, and how long others wait for it meanwhile.

    python -m bench.retention [--results 1000000] [--organizations 20]

Fills a stack of its own, which waits for the disk (fsync on), with results that are all too old, and
lets `baton retention run` archive them into a folder. Meanwhile a member's page is asked and a run is
changed, again and again. Then the archives are counted, and a run is taken back.
"""

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import psycopg

from bench.database.measuring import percentile
from tests.stack import start_stack
from worker.local.postgres import DatabaseAddress
from worker.local.scratch import throw_away_folder
from worker.local.seed import SeedSize, seed
from worker.local.stack import StackInfo, down

_OLDEST_DAYS = 260
_YOUNGEST_DAYS = 200
_COUNT = "select count(*) as n from test_results"
#: What people do beside it: a page, and a change of a run.
_PROBES = {
    "a page of results": "select id, verdict from public.test_results order by created_at desc limit 50",
    "a new run": """
        insert into public.test_runs (organization_id, project_id, environment_id)
        select organization_id, project_id, id from public.environments limit 1
    """,
}


@dataclass(slots=True)
class Waits:
    """How long each probe took, in milliseconds."""

    times: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in _PROBES})


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    with throw_away_folder() as folder:
        stack = start_stack(folder, fast=False)
        try:
            _measure(stack, options)
        finally:
            down(folder.path, folder=folder)


def _measure(stack: StackInfo, options: argparse.Namespace) -> None:
    _fill(stack, options)
    before = _rows(stack)
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as place:
        with _probing(stack.admin) as waits:
            seconds, peak = _baton(stack, place, "retention", "run")
        size = sum(path.stat().st_size for path in Path(place).rglob("*.parquet")) / 1e6
        print(f"\n{before:,} results before, {_rows(stack):,} after")
        print(f"clean-up            {seconds:8.1f} s, {before / seconds:,.0f} results/s")
        print(f"memory, at most     {peak:8.0f} MB")
        print(f"files               {size:8.1f} MB")
        for name, times in waits.times.items():
            tail = f"{percentile(times, 95):.1f} p95, {max(times):.1f} at most"
            print(f"{name:<20}{percentile(times, 50):8.1f} ms p50, {tail}")
        seconds, _ = _baton(stack, place, "archive", "query", _COUNT)
        print(f"count in archives   {seconds:8.1f} s")
        seconds, _ = _baton(stack, place, "archive", "restore", _some_run(stack))
        print(f"a run taken back    {seconds:8.1f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--organizations", type=int, default=20)
    return parser.parse_args()


def _fill(stack: StackInfo, options: argparse.Namespace) -> None:
    size = SeedSize(
        results=options.results,
        organizations=options.organizations,
        days=_OLDEST_DAYS - _YOUNGEST_DAYS,
        until=(datetime.now(UTC) - timedelta(days=_YOUNGEST_DAYS)).date(),
    )
    with psycopg.connect(**stack.admin.parameters, autocommit=True) as connection:
        report = seed(connection, size)
        connection.execute("vacuum analyze")
        print(f"filled: {report}")


def _rows(stack: StackInfo) -> int:
    with psycopg.connect(**stack.admin.parameters) as connection:
        [count] = connection.execute("select count(*) from public.test_results").fetchone() or (0,)
        return int(count)


def _some_run(stack: StackInfo) -> str:
    query = "select metadata -> 'runs' ->> 0 from public.archives where source_table = 'test_runs' limit 1"
    with psycopg.connect(**stack.admin.parameters) as connection:
        [run_id] = connection.execute(query).fetchone() or ("",)
        return str(run_id)


def _baton(stack: StackInfo, place: str, *words: str) -> tuple[float, float]:
    """Run a command and show what it says; how long it took in seconds, and its memory at most in MB."""
    environment: Mapping[str, str] = {
        **os.environ,
        "BATON_URL": stack.url,
        "BATON_SECRET_KEY": stack.secret_key,
        "BATON_ARCHIVES": place,
    }
    began = perf_counter()
    process = os.posix_spawn(sys.executable, [sys.executable, "-m", "worker.cli.main", *words], environment)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise SystemExit(f"baton {' '.join(words)} did not end well")
    return perf_counter() - began, usage.ru_maxrss / 1024


@contextmanager
def _probing(address: DatabaseAddress) -> Iterator[Waits]:
    waits, over = Waits(), threading.Event()

    def probe() -> None:
        with psycopg.connect(**address.parameters, autocommit=True) as connection:
            while not over.wait(0.05):
                for name, query in _PROBES.items():
                    began = perf_counter()
                    connection.execute(query.encode())
                    waits.times[name].append((perf_counter() - began) * 1000)

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
