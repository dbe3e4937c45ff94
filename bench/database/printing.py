"""What was measured, as tables that can stand in a document."""

import os
import statistics
from collections.abc import Sequence

from bench.database.comparing import Comparison
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


def print_measures(title: str, measures: Sequence[Measure], *, aim: float | None) -> None:
    print(f"| {title} | p50 ms | p95 ms | rows | nodes |\n|---|---:|---:|---:|---|")
    for found in measures:
        times = f"{found.p50:.2f} | {found.p95:.2f}{' (!)' if aim and found.p95 > aim else ''}"
        print(f"| {found.name} | {times} | {found.rows} | {', '.join(found.nodes)} |")
    print()


def print_comparisons(comparisons: Sequence[Comparison]) -> None:
    """Beside one another; `own` is what the API adds, as the difference of the medians."""
    print("| page, over HTTP | p50 ms | p95 ms | SQL p50 ms | SQL p95 ms | ratio of p50 | own ms |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for found in comparisons:
        print(f"| {found.in_sql.name} | {_beside_sql(found)} |")
    asked = [found for found in comparisons if found.p50]
    if asked:
        own = statistics.median(found.own for found in asked)
        part = sum(found.own for found in asked) / sum(found.p50 for found in asked)
        print(f"\nthe Data API's own: {own:.1f} ms of a page (median), {part:.0%} of the time over HTTP\n")


def _beside_sql(found: Comparison) -> str:
    in_sql = f"{found.in_sql.p50:.2f} | {found.in_sql.p95:.2f}"
    if found.only_sql:
        return f"only in SQL: {found.only_sql} | | {in_sql} | |"
    if found.refusal:
        return f"REFUSED: {found.refusal} | | {in_sql} | |"
    ratio = found.p50 / found.in_sql.p50
    rows = "" if found.is_right else f" ({found.rows} rows, in SQL {found.in_sql.rows})"
    return f"{found.p50:.2f}{rows} | {found.p95:.2f} | {in_sql} | {ratio:.1f} | {found.own:.2f}"


def print_work(done: Work) -> None:
    print(f"recording, batches of {done.batch}: {done.results_per_second:,.0f} results/s", end="")
    print(f" (aim: {RESULTS_PER_SECOND:,}), p95 {done.batch_p95:.0f} ms a batch")
    print(f"the end of a run of {done.tests:,} tests: p95 {done.finish_p95:.0f} ms (aim: {FINISH_MS:.0f})")


def judge(pages: Sequence[Measure], upkeep: Sequence[Measure], comparisons: Sequence[Comparison]) -> int:
    """1 when a query read a whole partition, or the Data API did not answer what SQL answers."""
    whole = [found for found in (*pages, *upkeep) if found.scanned]
    for found in whole:
        print(f"READS WHOLE PARTITIONS: {found.name}: {'; '.join(found.scanned)}")
    wrong = [found.in_sql.name for found in comparisons if not found.is_right]
    if wrong:
        print(f"ANSWERED OTHERWISE OVER HTTP: {', '.join(wrong)}")
    print("over the aim: " + (", ".join(found.name for found in pages if found.p95 > PAGE_MS) or "none"))
    return 1 if whole or wrong else 0
