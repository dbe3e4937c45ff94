"""Condensing: fewer rows that still say how it was."""

import pytest

from tests.database.history import failed, passed, ran
from tests.database.world import World

FAILED = {"status": "failed", "reason": "tests"}


def _move(world: World, table: str, date: str) -> None:
    """What is of today is of this day instead."""
    world.session.change(f"update public.{table} set date = %s where date = private.day_of(now())", date)


def _a_day(world: World, date: str, *times: float) -> None:
    for ms in times:
        ran(world, passed(ms=ms))
    ran(world, failed(execution_ms=None, total_ms=None), outcome=FAILED)
    _move(world, "performance_metrics", date)
    _move(world, "test_run_history", date)
    # Runs and their results are gone by then.
    world.session.change("delete from public.test_runs")


def test_days_become_months(world: World) -> None:
    """Counted together; percentiles as means, weighted by runs."""
    _a_day(world, "2020-05-01", 100)
    _a_day(world, "2020-05-31", 400, 400, 400)
    _a_day(world, "2020-06-01", 7)
    assert world.session.value("select private.condense_metrics('2020-06-15')") == 2
    month, day = world.viewer.rows(
        "select *, granularity::text from public.performance_metrics order by date"
    )
    assert (month["granularity"], str(month["date"])) == ("month", "2020-05-01")
    assert (month["total_runs"], month["successful_runs"], month["measured_runs"]) == (6, 4, 4)
    assert month["average_response_time_ms"] == month["p95_response_time_ms"] == 325
    assert (month["min_response_time_ms"], month["max_response_time_ms"]) == (100, 400)
    assert (day["granularity"], str(day["date"])) == ("day", "2020-06-01")


def test_condensing_metrics_again_changes_nothing(world: World) -> None:
    """And a day that came late goes into its month."""
    _a_day(world, "2020-05-03", 100)
    world.session.change("select private.condense_metrics('2020-06-15')")
    assert world.session.value("select private.condense_metrics('2020-06-15')") == 0
    _a_day(world, "2020-05-20", 300)
    assert world.session.value("select private.condense_metrics('2020-06-15')") == 1
    [month] = world.viewer.rows("select * from public.performance_metrics")
    assert (month["total_runs"], month["average_response_time_ms"]) == (4, 200)


def test_the_runs_of_a_day_become_one_row(world: World) -> None:
    """How many ended how, their tests, and how long they took in the mean."""
    _a_day(world, "2020-05-03", 100, 100)
    world.session.change("update public.test_run_history set duration_ms = 30 where passed = 1")
    world.session.change("update public.test_run_history set duration_ms = 60 where failed = 1")
    assert world.session.value("select private.condense_history('2020-05-04')") == 3
    [day] = world.viewer.rows("select * from public.test_run_history")
    assert (day["run_id"], day["status"], str(day["date"])) == (None, None, "2020-05-03")
    assert (day["runs"], day["completed_runs"], day["failed_runs"]) == (3, 2, 1)
    assert (day["total"], day["passed"], day["failed"], day["duration_ms"]) == (3, 2, 1, 40)
    assert float(day["success_rate"]) == pytest.approx(66.67)


def test_condensing_history_again_changes_nothing(world: World) -> None:
    """And a run that came late goes into its day."""
    _a_day(world, "2020-05-03", 100, 100)
    world.session.change("update public.test_run_history set duration_ms = 30, waited_ms = null")
    world.session.change("select private.condense_history('2020-05-04')")
    assert world.session.value("select private.condense_history('2020-05-04')") == 0
    ran(world, passed())
    world.session.change("update public.test_run_history set duration_ms = 70 where run_id is not null")
    _move(world, "test_run_history", "2020-05-03")
    assert world.session.value("select private.condense_history('2020-05-04')") == 1
    [day] = world.viewer.rows("select * from public.test_run_history")
    assert (day["runs"], day["duration_ms"]) == (4, 40)


def test_what_is_not_old_enough_stays(world: World) -> None:
    """Each row as it is."""
    _a_day(world, "2020-05-03", 100, 100)
    assert world.session.value("select private.condense_history('2020-05-03')") == 0
    assert world.session.value("select private.condense_metrics('2020-05-31')") == 0
    assert world.count("public.test_run_history") == 3
