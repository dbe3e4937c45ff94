"""bench/database works: what it says of large databases is worth nothing if it cannot be run."""

import pytest

from bench.database.__main__ import main
from bench.database.measuring import percentile
from bench.database.progress import Progress
from bench.database.queries import PAGES


def test_the_bench_measures_and_judges(capsys: pytest.CaptureFixture[str]) -> None:
    """Small as it is here, it asks every query and ends well."""
    size = "--results 4000 --organizations 3 --tests 20 --days 5"
    code = main(f"{size} --rounds 1 --run-tests 100 --runs 1 --batch 50".split())
    printed = capsys.readouterr().out
    assert code == 0, printed
    for part in (
        "results of a run",
        "failure groups of a project",
        "results/s",
        "the end of a run of 100 tests",
        "the Data API's own: ",
        "indexes no query used: none",
    ):
        assert part in printed


def test_each_page_is_asked_over_http_or_says_why_not() -> None:
    """A page that is left out would look as quick as the others."""
    assert [query.name for query in PAGES if bool(query.path) == bool(query.only_sql)] == []


def test_a_file_gets_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    """Who looks at a log sees how far it is, and no thousand lines."""
    assert sum(Progress().each("days", range(1, 1001))) == 500_500
    assert capsys.readouterr().err.splitlines() == [
        "days: 1 of 1000",
        *(f"days: {hundred}00 of 1000" for hundred in range(1, 11)),
    ]


def test_a_percentile_is_one_of_the_values() -> None:
    """The smallest one that so many do not exceed."""
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile(list(map(float, range(1, 101))), 95) == 95.0
    assert percentile([7.0], 95) == 7.0
