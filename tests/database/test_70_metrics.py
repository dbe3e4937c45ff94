"""Metrics: what a day says of a test, and that no order of events makes it wrong."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from tests.database.conftest import OpenWorld
from tests.database.history import (
    a_run_of,
    another_environment,
    arrive_late,
    failed,
    forget_times,
    on_one_day,
    passed,
    ran,
)
from tests.database.pushes import Json, a_result
from tests.database.world import World

ENVIRONMENT_DOWN = {"status": "failed", "reason": "environment"}


def _metrics(world: World) -> list[Json]:
    return world.viewer.rows(
        "select metric.*, private_name.name from public.performance_metrics as metric "
        "join lateral (select suite.key || '/' || test.key as name from public.test_cases as test "
        "join public.test_suites as suite on suite.id = test.suite_id where test.id = metric.test_case_id) "
        "as private_name on true order by name, date"
    )


def _metric(world: World) -> Json:
    [row] = _metrics(world)
    return row


def _today(world: World) -> date:
    """By the clock of the transaction that all of it happens in."""
    today: date = world.session.value("select private.day_of(now())")
    return today


def test_a_finished_run_counts_its_tests(world: World) -> None:
    """One row for each test, in its environment, on its day."""
    ran(world, passed("accounts/login", 120), failed("shop/catalog"))
    login, catalog = _metrics(world)
    assert (login["name"], login["date"]) == ("accounts/login", _today(world))
    assert login["environment_id"] == world.facts.environment_id
    assert (login["total_runs"], login["successful_runs"], login["success_rate"]) == (1, 1, 100)
    assert login["average_response_time_ms"] == login["p95_response_time_ms"] == 120
    assert (catalog["total_runs"], catalog["successful_runs"], catalog["success_rate"]) == (1, 0, 0)


def test_nothing_is_counted_before_the_end(world: World) -> None:
    """A run that may yet fail for its environment says nothing."""
    world.record(a_run_of(world), 1, {"results": [passed()]})
    assert _metrics(world) == []


def test_the_runs_of_a_day_are_counted_together(world: World) -> None:
    """Percentiles lie between the values, as percentile_cont has them."""
    for ms in (100, 200, 300, 400):
        ran(world, passed(ms=ms))
    ran(world, failed(execution_ms=1000))
    metric = _metric(world)
    assert (metric["total_runs"], metric["successful_runs"], metric["measured_runs"]) == (5, 4, 5)
    assert metric["success_rate"] == 80
    assert (metric["average_response_time_ms"], metric["p50_response_time_ms"]) == (400, 300)
    assert (metric["p95_response_time_ms"], metric["p99_response_time_ms"]) == pytest.approx((880, 976))
    assert (metric["min_response_time_ms"], metric["max_response_time_ms"]) == (100, 1000)


def test_a_day_is_that_of_the_runs_creation(world: World) -> None:
    """Two days, two rows."""
    ran(world, passed(), days_ago=3)
    ran(world, passed())
    assert [row["date"] for row in _metrics(world)] == [_today(world) - timedelta(days=3), _today(world)]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_is_one_of_utc(world: World, zone: str) -> None:
    """Whatever the time zone of whoever finishes the run."""
    run_id = a_run_of(world)
    world.session.change(
        "update public.test_runs set created_at = '2026-11-10 23:59:59.9+00' where id = %s", run_id
    )
    world.record(run_id, 1, {"results": [passed()]})
    world.session.change(f"set local timezone = '{zone}'")
    world.finish(run_id)
    assert str(_metric(world)["date"]) == "2026-11-10"


def test_environments_are_counted_apart(world: World) -> None:
    """A slow environment does not spoil the figures of another."""
    live = another_environment(world)
    ran(world, passed(ms=100))
    ran(world, passed(ms=900), environment="live")
    found = {row["environment_id"]: row["average_response_time_ms"] for row in _metrics(world)}
    assert found == {world.facts.environment_id: 100, live: 900}


@pytest.mark.parametrize(
    "result",
    [
        a_result("shop/cart", "blocked", blocked_by="accounts/login"),
        a_result("shop/cart", "skipped"),
        a_result("shop/cart", "broken", error_category="dns"),
        a_result("shop/cart", "failed", error_category="gateway_502_503_504"),
        a_result("shop/cart", "broken", error_category="interrupted"),
        a_result("shop/cart", "broken", error_category="cancelled"),
    ],
)
def test_what_is_no_evidence_is_not_counted(world: World, result: Json) -> None:
    """It says nothing about the test: it was not run, or the environment did not answer."""
    ran(world, passed(), result)
    assert _metric(world)["name"] == "accounts/login"


def test_a_run_whose_environment_was_down_touches_no_trend(world: World) -> None:
    """Not even with what passed before; nor when more of it arrives late."""
    run_id = ran(world, passed(ms=5000), failed("shop/cart"), outcome=ENVIRONMENT_DOWN)
    assert _metrics(world) == []
    arrive_late(world, run_id, passed("shop/catalog"))
    ran(world, passed(ms=100))
    assert _metric(world)["average_response_time_ms"] == 100


def test_a_test_without_an_answer_has_no_time(world: World) -> None:
    """It counts as a run, and measures nothing."""
    ran(world, a_result("accounts/login", "broken", error_category="read_timeout", execution_ms=30000))
    metric = _metric(world)
    assert (metric["total_runs"], metric["measured_runs"]) == (1, 0)
    assert metric["average_response_time_ms"] is metric["p95_response_time_ms"] is None


def test_a_cancelled_run_counts_what_it_brought(world: World) -> None:
    """What had passed has passed."""
    ran(world, passed(), outcome={"status": "cancelled"})
    assert _metric(world)["total_runs"] == 1


def test_late_results_are_counted(world: World) -> None:
    """Their run was over, and its day is counted again."""
    ran(world, passed("shop/cart", 100))
    arrive_late(world, ran(world, passed()), passed("shop/cart", 300))
    cart = next(row for row in _metrics(world) if row["name"] == "shop/cart")
    assert (cart["total_runs"], cart["average_response_time_ms"]) == (2, 200)


def test_a_worker_that_does_it_all_again_is_not_counted_twice(world: World) -> None:
    """The lease was lost; the next one sends results that are there already."""
    run_id = a_run_of(world)
    world.record(run_id, 1, {"results": [passed(ms=100)]})
    world.lose_lease(run_id)
    assert world.claim("worker-2")["run"]["id"] == str(run_id)
    world.record(run_id, 1, {"results": [passed(ms=900), passed("shop/cart")]}, lease=2)
    world.finish(run_id, lease=2)
    login, cart = _metrics(world)
    assert (login["total_runs"], login["average_response_time_ms"]) == (1, 100)
    assert cart["total_runs"] == 1


def test_what_was_counted_stays_when_its_results_go(world: World) -> None:
    """Results are kept for months, metrics for years; a late result does not shrink the past."""
    run_id = ran(world, passed(ms=100))
    ran(world, passed(ms=300))
    world.session.change("delete from public.test_runs where id = %s", run_id)
    ran(world, passed("shop/cart"))
    world.session.change(
        "select private.recount_day(%s, %s, array(select id from public.test_cases))",
        world.facts.environment_id,
        _today(world).isoformat(),
    )
    login = next(row for row in _metrics(world) if row["name"] == "accounts/login")
    assert (login["total_runs"], login["average_response_time_ms"]) == (2, 200)


def test_a_run_adds_its_own_and_reads_no_other(world: World) -> None:
    """The hundredth run of a day costs what the first did: what the others brought need not be there."""
    others = [ran(world, passed(ms=ms)) for ms in (400, 100, 300, 200)]
    for run_id in others:
        world.session.change("delete from public.test_runs where id = %s", run_id)
    ran(world, failed(execution_ms=1000))
    metric = _metric(world)
    assert (metric["total_runs"], metric["successful_runs"], metric["measured_runs"]) == (5, 4, 5)
    assert (metric["average_response_time_ms"], metric["p50_response_time_ms"]) == (400, 300)
    assert metric["p95_response_time_ms"] == pytest.approx(880)


def test_a_day_whose_times_are_gone_is_counted_again(world: World) -> None:
    """From its results; after that its runs add to it as before."""
    for ms in (100, 200, 300):
        ran(world, passed(ms=ms))
    forget_times(world)
    for ms in (500, 400):
        ran(world, passed(ms=ms))
    metric = _metric(world)
    assert (metric["total_runs"], metric["p50_response_time_ms"]) == (5, 300)
    assert world.session.value("select times from private.day_times") == [100, 200, 300, 400, 500]


def test_times_that_are_not_those_of_the_metrics_are_not_believed(world: World) -> None:
    """The day is counted again, as if there were none."""
    for ms in (100, 200, 300):
        ran(world, passed(ms=ms))
    world.session.change("update private.day_times set times = '{7}'")
    ran(world, passed(ms=400))
    assert (_metric(world)["total_runs"], _metric(world)["p50_response_time_ms"]) == (4, 250)


@pytest.mark.parametrize(("days_ago", "kept"), [(0, 1), (1, 1), (2, 0)])
def test_times_are_kept_of_today_and_yesterday(world: World, days_ago: int, kept: int) -> None:
    """Whatever comes for a day before is counted as well, from the results."""
    for ms in (100, 200, 300, 400):
        ran(world, passed(ms=ms), days_ago=days_ago)
    assert world.count("private.day_times") == kept
    assert (_metric(world)["total_runs"], _metric(world)["p50_response_time_ms"]) == (4, 250)


def test_times_of_past_days_are_forgotten_with_the_next_run(world: World) -> None:
    """Those of its environment, so that they never pile up."""
    another_environment(world)
    for environment in ("staging", "live"):
        for ms in (100, 200, 300):
            ran(world, passed(ms=ms), environment=environment)
    world.session.change("update private.day_times set date = date - 2")
    ran(world, passed("shop/cart"))
    assert world.count("private.day_times") == 1
    world.session.change("select private.condense_metrics(private.day_of(now()))")
    assert world.count("private.day_times") == 0


def test_results_that_are_late_for_a_long_day_are_counted(world: World) -> None:
    """And the runs after them add to all of it."""
    run_id = ran(world, passed("shop/cart"))
    for ms in (100, 200, 300):
        ran(world, passed(ms=ms))
    arrive_late(world, run_id, passed(ms=400))
    ran(world, passed(ms=500))
    login = next(row for row in _metrics(world) if row["name"] == "accounts/login")
    assert (login["total_runs"], login["p50_response_time_ms"]) == (5, 300)


def test_a_run_that_says_nothing_any_more_is_taken_back(world: World) -> None:
    """An operator who finds that the environment was down says so in the run's row."""
    wrong = ran(world, passed(ms=9000), failed("shop/cart"), outcome={"status": "failed", "reason": "tests"})
    for ms in (100, 200, 300):
        ran(world, passed(ms=ms))
    say = "update public.test_runs set reason = %s::public.run_failure_reason where id = %s"
    world.session.change(say, "environment", wrong)
    metric = _metric(world)
    assert (metric["name"], metric["total_runs"]) == ("accounts/login", 3)
    assert (metric["p50_response_time_ms"], metric["max_response_time_ms"]) == (200, 300)
    ran(world, passed(ms=400))
    world.session.change(say, "tests", wrong)
    login, cart = _metrics(world)
    assert (login["total_runs"], login["p50_response_time_ms"], cart["total_runs"]) == (5, 300, 1)


def test_a_day_that_became_a_month_begins_anew(world: World) -> None:
    """A run says what itself brought, whatever times are left: the month has the others."""
    for ms in (100, 200, 300):
        ran(world, passed(ms=ms))
    world.session.change("update public.performance_metrics set date = '2020-05-03'")
    world.session.change("select private.condense_metrics('2020-06-15')")
    ran(world, passed(ms=700))
    month, day = _metrics(world)
    assert (month["total_runs"], day["total_runs"], day["p50_response_time_ms"]) == (3, 1, 700)


def test_members_see_metrics_and_nobody_writes_them(world: World) -> None:
    """They are counted, not claimed."""
    ran(world, passed())
    for member in world.members:
        assert len(member.rows("select * from public.performance_metrics")) == 1
        assert member.refused_to("update public.performance_metrics set total_runs = 9").code == "42501"
        assert member.refused_to("delete from public.performance_metrics").code == "42501"
    for other in world.not_members:
        assert other.rows("select * from public.performance_metrics") == []
    for actor in (world.anonymous, world.worker):
        assert actor.refused_to("select * from public.performance_metrics").code == "42501"


def test_runs_that_end_at_the_same_time_are_both_counted(open_world: OpenWorld) -> None:
    """The second waits for the first, and reads what it has written."""
    first, second, watcher = open_world(), open_world(), open_world()
    runs = [a_run_of(first), a_run_of(first)]
    on_one_day(first)
    for run_id in runs:
        first.record(run_id, 1, {"results": [passed(ms=100)]})
    with ThreadPoolExecutor() as threads:
        with first.session.transaction():
            first.finish(runs[0])
            other = threads.submit(second.finish, runs[1])
            watcher.session.wait_for_blocked()
        other.result()
    assert _metric(watcher)["total_runs"] == 2


def test_many_runs_end_at_the_same_time(open_world: OpenWorld) -> None:
    """None waits for another in a circle, and none is lost, in two environments."""
    worlds = [open_world() for _ in range(6)]
    another_environment(worlds[0])
    runs = [a_run_of(worlds[0], environment=("staging", "live")[number % 2]) for number in range(6)]
    on_one_day(worlds[0])
    tests = ["accounts/login", "shop/catalog", "shop/cart"]

    def bring(number: int) -> None:
        order = tests if number % 3 else tests[::-1]
        worlds[number].record(runs[number], 1, {"results": [failed(test) for test in order]})
        worlds[number].finish(runs[number], {"status": "failed", "reason": "tests"})

    with ThreadPoolExecutor() as threads:
        list(threads.map(bring, range(6)))
    assert [row["total_runs"] for row in _metrics(worlds[0])] == [3] * 6
    assert worlds[0].session.value("select sum(occurrences) from public.failure_analysis") == 18
