"""What was measured, as tables that can stand in a document."""

import os
from collections.abc import Sequence

from bench.database.measuring import Measure
from bench.database.working import Work
from worker.local.seed import SeedReport

#: What each is aimed at.
PAGE_MS, RESULTS_PER_SECOND, FINISH_MS = 20.0, 5_000, 200.0


def print_seed(report: SeedReport, *, vacuum_seconds: float, size: int) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    rows = ", ".join(f"{count:,} {table}" for table, count in report.rows.items())
    print(f"machine: {os.cpu_count()} cores, {memory:.0f} GB")
    print(f"seeded in {report.seconds:.0f} s: {rows}")
    print(f"  {report.results_per_second:,.0f} results/s, {report.rows_per_second:,.0f} rows/s")
    print(f"  vacuum analyze {vacuum_seconds:.0f} s; the database is {size / 1e9:.2f} GB\n")


def print_measures(title: str, measures: Sequence[Measure]) -> None:
    print(f"| {title} | p50 ms | p95 ms | rows | nodes |\n|---|---:|---:|---:|---|")
    for found in measures:
        times = f"{found.p50:.2f} | {found.p95:.2f}{' (!)' if found.p95 > PAGE_MS else ''}"
        print(f"| {found.name} | {times} | {found.rows} | {', '.join(found.nodes)} |")
    print()


def print_work(done: Work) -> None:
    print(f"recording, batches of {done.batch}: {done.results_per_second:,.0f} results/s", end="")
    print(f" (aim: {RESULTS_PER_SECOND:,}), p95 {done.batch_p95:.0f} ms a batch")
    print(f"the end of a run of {done.tests:,} tests: p95 {done.finish_p95:.0f} ms (aim: {FINISH_MS:.0f})")


def judge(pages: Sequence[Measure], upkeep: Sequence[Measure]) -> int:
    """1 when a query read a whole partition."""
    whole = [found for found in (*pages, *upkeep) if found.scanned]
    for found in whole:
        print(f"READS WHOLE PARTITIONS: {found.name}: {'; '.join(found.scanned)}")
    print("over the aim: " + (", ".join(found.name for found in pages if found.p95 > PAGE_MS) or "none"))
    return 1 if whole else 0
