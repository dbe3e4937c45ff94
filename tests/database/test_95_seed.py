"""The seed: made-up history that is consistent, and always the same."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from tests.database.conftest import Server
from worker.errors import LocalStackError, UsageError
from worker.local.seed import SeedReport, SeedSize, seed

SIZE = SeedSize(organizations=2, projects=1, tests=20, results=2000, days=10, until=date(2026, 11, 20))

RESULTS = "select md5(string_agg(result::text, '' order by id)) from public.test_results as result"


WRONG_COUNTERS = """
select count(*) from public.test_runs as run
cross join lateral (
  select count(*) as total,
    count(*) filter (where verdict = 'passed') as passed,
    count(*) filter (where verdict = 'failed') as failed,
    count(*) filter (where verdict = 'broken') as broken,
    count(*) filter (where verdict = 'blocked') as blocked,
    count(*) filter (where verdict = 'skipped') as skipped
  from public.test_results where run_id = run.id
) as found
where run.executor = 'worker'
  and (run.total, run.passed, run.failed, run.broken, run.blocked, run.skipped)
    <> (found.total, found.passed, found.failed, found.broken, found.blocked, found.skipped)
"""


class Seeded:
    """A database of its own with the seed in it."""

    def __init__(self, connection: "psycopg.Connection[Any]", report: SeedReport) -> None:
        self.connection = connection
        self.report = report

    def value(self, query: str) -> Any:
        """The first column of the only row."""
        row = self.connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture(scope="module")
def seeded(server: Server) -> Iterator[Seeded]:
    """A small one, made once."""
    with server.connect(server.copy(), autocommit=True) as connection:
        connection.execute("set role postgres")
        yield Seeded(connection, seed(connection, SIZE))


def test_the_seed_makes_about_as_many_results_as_were_asked_for(seeded: Seeded) -> None:
    """Runs are whole, so that it is a little more or less."""
    assert seeded.report.rows["organizations"] == 2
    assert 1800 <= seeded.report.rows["test_results"] <= 2200


def test_counters_of_seeded_runs_are_those_of_a_recount(seeded: Seeded) -> None:
    """The triggers counted them: nothing was written around them."""
    assert seeded.value(WRONG_COUNTERS) == 0
    assert seeded.report.rows["test_run_history"] == seeded.report.rows["test_runs"]
    assert seeded.report.rows["performance_metrics"] > 0


def test_seeded_runs_wait_in_no_queue(seeded: Seeded) -> None:
    """A worker that starts afterwards must not execute three months of history."""
    assert seeded.value("select count(*) from pgmq.q_runs_medium") == 0


def test_seeded_requests_are_linked_to_what_they_call(seeded: Seeded) -> None:
    """All of them, by the trigger; one endpoint of each project is called by no test."""
    of_the_seed = (
        "organization_id in (select id from public.organizations where description like '%by the seed.')"
    )
    unlinked = f"select count(*) from public.test_request_configs where endpoint_id is null and {of_the_seed}"
    assert seeded.value(unlinked) == 0
    uncalled = f"select array_agg(path) from public.endpoint_coverage where tests = 0 and {of_the_seed}"
    assert seeded.value(uncalled) == ["/health", "/health"]


def test_seeded_results_lie_in_the_partition_of_their_month(seeded: Seeded) -> None:
    """The default partition is for what nobody foresaw."""
    assert seeded.value("select count(*) from partitions.test_results_default") == 0


def test_the_same_seed_makes_the_same_results(seeded: Seeded, server: Server) -> None:
    """Ids, verdicts and times included."""
    with server.connect(server.copy(), autocommit=True) as connection:
        connection.execute("set role postgres")
        seed(connection, SIZE)
        assert connection.execute(RESULTS.encode()).fetchone() == (seeded.value(RESULTS),)


def test_a_seed_is_sown_once_only(seeded: Seeded) -> None:
    """Again it is refused before anything is written, with what to do instead."""
    with pytest.raises(LocalStackError, match="seed 1 are there already"):
        seed(seeded.connection, SIZE)


@pytest.mark.parametrize("wrong", [{"organizations": 0}, {"results": -1}, {"days": 10_000}])
def test_a_size_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Before the database is asked."""
    with pytest.raises(UsageError, match="must be between"):
        SeedSize(**wrong)
