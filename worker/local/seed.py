"""Fills a database with organizations, suites and months of runs that look like life, in SQL alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from worker.errors import LocalStackError, UsageError
from worker.local.files import supabase_folder

if TYPE_CHECKING:
    import psycopg

#: Organizations made in one statement: each project's graph is locked until its end, and locks are limited.
_ORGANIZATIONS_AT_ONCE = 200
_LIMITS = {"organizations": 100_000, "projects": 100, "tests": 10_000, "results": 1_000_000_000, "days": 730}
_TABLES = (
    "organizations",
    "projects",
    "test_cases",
    "test_runs",
    "test_results",
    "test_result_details",
    "performance_metrics",
    "test_run_history",
    "failure_analysis",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedSize:
    """What to make. The same size and seed make the same rows, ids included."""

    organizations: int = 3
    #: Of each organization.
    projects: int = 2
    #: Of each project; every run executes all of them.
    tests: int = 50
    #: Of all organizations together, roughly: runs are whole. The first organization has the most.
    results: int = 100_000
    days: int = 90
    #: Another number makes other rows, which lie beside those of the first.
    seed: int = 1
    #: The day after the last one; today when nothing is said.
    until: date | None = None
    #: A user who becomes an owner of the first organization, to look at all of it.
    member: UUID | None = None

    def __post_init__(self) -> None:
        for name, limit in _LIMITS.items():
            value = getattr(self, name)
            if not 1 <= value <= limit:
                raise UsageError(f"{name} must be between 1 and {limit:,}, but is {value:,}")

    @property
    def end(self) -> date:
        """The day after the last one."""
        return self.until or datetime.now(UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """What was made, and how long it took."""

    #: Rows that came to be, by table.
    rows: dict[str, int]
    seconds: float
    #: Of them, those for the history: runs, results, totals.
    history_seconds: float

    @property
    def results_per_second(self) -> float:
        """Results a second, with all constraints and triggers on."""
        return self.rows["test_results"] / self.history_seconds

    @property
    def rows_per_second(self) -> float:
        """Rows of all these tables a second: those that triggers write are rows, too."""
        return sum(self.rows.values()) / self.seconds


def seed(
    connection: "psycopg.Connection[Any]", size: SeedSize, *, report: Callable[[str], None] = lambda _: None
) -> SeedReport:
    """Make all of it, as the owner of the schema. Each day is a transaction of its own, unless one is open.

    Raises:
        LocalStackError: there are rows of this seed already.
    """
    before, began = _count(connection), perf_counter()
    with connection.transaction():
        _prepare(connection, size)
        _make_organizations(connection, size, report=report)
    history_began = perf_counter()
    _make_history(connection, size, report=report)
    ended = perf_counter()
    after = _count(connection)
    return SeedReport(
        rows={table: after[table] - before[table] for table in _TABLES},
        seconds=ended - began,
        history_seconds=ended - history_began,
    )


def _prepare(connection: "psycopg.Connection[Any]", size: SeedSize) -> None:
    _set(
        connection,
        seed=size.seed,
        organizations=size.organizations,
        projects=size.projects,
        tests=size.tests,
        results=size.results,
        days=size.days,
        until=size.end.isoformat(),
    )
    _run(connection, "00_dice.sql")
    _refuse_second(connection, size)
    for month in _months(size):
        connection.execute("select private.make_partition(%s, %s)", ("test_results", month))
        connection.execute("select private.make_partition(%s, %s)", ("test_result_details", month))


def _refuse_second(connection: "psycopg.Connection[Any]", size: SeedSize) -> None:
    first = "select exists (select from public.organizations where id = pg_temp.make_id('organization', '1'))"
    if connection.execute(first).fetchone() == (True,):
        raise LocalStackError(
            f"The rows of seed {size.seed} are there already",
            hint="Choose another seed to have more beside them, or empty the database with `baton db reset`.",
        )


def _months(size: SeedSize) -> list[datetime]:
    first = size.end - timedelta(days=size.days)
    days = (first + timedelta(days=number) for number in range(size.days))
    return sorted({datetime(day.year, day.month, 1, tzinfo=UTC) for day in days})


def _make_organizations(
    connection: "psycopg.Connection[Any]", size: SeedSize, *, report: Callable[[str], None]
) -> None:
    for first in range(1, size.organizations + 1, _ORGANIZATIONS_AT_ONCE):
        last = min(first + _ORGANIZATIONS_AT_ONCE - 1, size.organizations)
        _set(connection, **{"from": first, "to": last})
        _run(connection, "10_people.sql")
        _run(connection, "20_suites.sql")
        report(f"organizations: {last:,} of {size.organizations:,}")
    if size.member is not None:
        connection.execute(
            "insert into public.organization_members (organization_id, user_id, role) "
            "values (pg_temp.make_id('organization', '1'), %s, 'owner')",
            (size.member,),
        )


def _make_history(
    connection: "psycopg.Connection[Any]", size: SeedSize, *, report: Callable[[str], None]
) -> None:
    # Who plans without statistics joins a day's rows with every test, one by one.
    for table in ("seed_projects", "seed_tests", "seed_suites", "seed_environments", "seed_people"):
        connection.execute(f"analyze {table}".encode())
    for day in range(size.days):
        with connection.transaction():
            # A large day is sorted in memory; of its tables, the planner need know the size and little more.
            connection.execute("set local work_mem = '64MB'; set local default_statistics_target = 10")
            _set(connection, day=day)
            _run(connection, "30_day.sql")
        report(f"days: {day + 1} of {size.days}")
    connection.execute("analyze")


def _set(connection: "psycopg.Connection[Any]", **parameters: object) -> None:
    for name, value in parameters.items():
        connection.execute("select set_config(%s, %s, false)", (f"seed.{name}", str(value)))


def _run(connection: "psycopg.Connection[Any]", name: str) -> None:
    connection.execute(_file(name).read_bytes())


def _file(name: str) -> Path:
    return supabase_folder() / "seed" / name


def _count(connection: "psycopg.Connection[Any]") -> dict[str, int]:
    counts = {}
    for table in _TABLES:
        row = connection.execute(f"select count(*) from public.{table}".encode()).fetchone()
        counts[table] = row[0] if row else 0
    return counts
