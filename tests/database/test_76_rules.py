"""The plain rules: which tests are flaky, which got slower, and that people are told once."""

from uuid import UUID

import pytest

from tests.database.history import another_environment, failed, passed, ran
from tests.database.pushes import Json, a_result
from tests.database.world import World

FAILED = {"status": "failed", "reason": "tests"}


def _ran_often(world: World, times: int, *, bad: int = 0, days_ago: int = 0, **more: str) -> UUID:
    """Runs of the login, of which the last ones fail; gives the last run."""
    run_id = None
    for number in range(times):
        fails = number >= times - bad
        run_id = ran(
            world,
            failed() if fails else passed(),
            days_ago=days_ago,
            outcome=FAILED if fails else None,
            **more,
        )
    assert run_id is not None
    return run_id


def _failure(world: World) -> Json:
    [row] = world.viewer.rows("select * from public.failure_analysis")
    return row


def _told(world: World, run_id: UUID, event: str) -> list[Json]:
    """The events of this kind: on the project's topic by name, and the same in the run's last message."""
    last = world.messages(f"run:{run_id}")[-1]
    assert last["event"] == "run_completed"
    to_followers = [found for found in last["payload"].get("events", []) if found["type"] == event]
    to_project = [
        found
        for line in world.messages(f"project:{world.facts.project_id}")
        if line["event"] == event and line["payload"]["run_id"] == str(run_id)
        for found in line["payload"]["events"]
    ]
    assert to_followers == to_project
    return to_followers


def test_a_test_that_fails_now_and_then_is_flaky(world: World) -> None:
    """More than a tenth of the runs of 7 days, and it says why, since when, and after which run."""
    run_id = _ran_often(world, 9, bad=1)
    row = _failure(world)
    assert (row["is_flaky"], row["flaky_reason"]) == (True, "1 of 9 runs in 7 days did not pass")
    assert (row["flaky_run_id"], row["flaky_since"] is not None) == (run_id, True)


def test_a_tenth_is_not_more_than_a_tenth(world: World) -> None:
    """The rule says above."""
    _ran_often(world, 10, bad=1)
    assert _failure(world)["is_flaky"] is False


def test_a_test_that_never_passes_is_broken_not_flaky(world: World) -> None:
    """There is nothing random about it."""
    _ran_often(world, 4, bad=4)
    row = _failure(world)
    assert (row["is_flaky"], row["flaky_reason"]) == (False, None)


def test_what_is_older_than_a_week_does_not_count(world: World) -> None:
    """It passed then; now it fails, always."""
    _ran_often(world, 5, days_ago=7)
    _ran_often(world, 2, bad=2)
    assert _failure(world)["is_flaky"] is False


def test_days_of_the_week_count_together(world: World) -> None:
    """It passed six days ago, and fails today."""
    _ran_often(world, 3, days_ago=6)
    _ran_often(world, 1, bad=1)
    assert _failure(world)["is_flaky"] is True


def test_environments_are_judged_apart(world: World) -> None:
    """Passing here and failing there is no flakiness but a difference."""
    another_environment(world)
    _ran_often(world, 3)
    _ran_often(world, 2, bad=2, environment="live")
    assert _failure(world)["is_flaky"] is False


def test_what_is_no_evidence_makes_nothing_flaky(world: World) -> None:
    """The environment was down; the test was blocked."""
    _ran_often(world, 3)
    ran(world, failed(), outcome={"status": "failed", "reason": "environment"})
    ran(world, failed(error_category="dns", fingerprint="f1"), outcome=FAILED)
    ran(world, a_result("accounts/login", "blocked", blocked_by="shop/cart"), outcome=FAILED)
    assert _failure(world)["is_flaky"] is False


def test_a_flaky_test_is_told_once(world: World) -> None:
    """To those who follow the run that showed it, with its end, and to those who look at the project."""
    run_id = _ran_often(world, 4, bad=1)
    [event] = _told(world, run_id, "flaky_test_detected")
    assert event == {
        "type": "flaky_test_detected",
        "test": "accounts/login",
        "environment_id": str(world.facts.environment_id),
        "reason": "1 of 4 runs in 7 days did not pass",
    }
    for result in (failed(), failed(fingerprint="f2"), passed()):
        again = ran(world, result)
        assert _told(world, again, "flaky_test_detected") == []


def test_a_new_failure_of_a_flaky_test_is_flaky_since_the_first(world: World) -> None:
    """Another face of the same trouble."""
    first = _ran_often(world, 4, bad=1)
    ran(world, failed(fingerprint="f2"), outcome=FAILED)
    rows = world.viewer.rows("select * from public.failure_analysis")
    assert [(row["is_flaky"], row["flaky_run_id"]) for row in rows] == [(True, first)] * 2


def test_a_test_that_holds_is_flaky_no_more(world: World) -> None:
    """And when it fails again, that is news."""
    _ran_often(world, 9, bad=1)
    _ran_often(world, 1)
    row = _failure(world)
    assert (row["is_flaky"], row["flaky_reason"], row["flaky_run_id"]) == (False, None, None)
    again = ran(world, failed(), outcome=FAILED)
    assert len(_told(world, again, "flaky_test_detected")) == 1


def test_results_of_long_ago_say_nothing_about_now(world: World) -> None:
    """A run that was taken up after weeks."""
    _ran_often(world, 4, bad=1, days_ago=20)
    assert _failure(world)["is_flaky"] is False


def _ran_for(world: World, *times: float, days_ago: int = 0) -> UUID:
    run_ids = [ran(world, passed(ms=ms), days_ago=days_ago) for ms in times]
    return run_ids[-1]


def _today(world: World) -> Json:
    [row] = world.viewer.rows("select * from public.performance_metrics order by date desc limit 1")
    return row


def test_a_test_that_takes_a_fifth_longer_got_slower(world: World) -> None:
    """It is told with what it was compared with, once."""
    _ran_for(world, *[100] * 10, days_ago=2)
    run_id = _ran_for(world, *[121] * 5)
    today = _today(world)
    assert (today["is_slower"], today["baseline_ms"], today["slower_run_id"]) == (True, 100, run_id)
    [event] = _told(world, run_id, "performance_degradation")
    assert event == {
        "type": "performance_degradation",
        "test": "accounts/login",
        "environment_id": str(world.facts.environment_id),
        "baseline_ms": 100,
        "p50_response_time_ms": 121,
    }
    again = _ran_for(world, 121)
    assert _told(world, again, "performance_degradation") == []
    assert _today(world)["slower_run_id"] == run_id


def test_it_is_not_told_again_on_the_next_day(world: World) -> None:
    """Until it was as fast as before in between."""
    _ran_for(world, *[100] * 20, days_ago=3)
    _ran_for(world, *[150] * 5, days_ago=1)
    run_id = _ran_for(world, *[150] * 5)
    today = _today(world)
    assert (today["is_slower"], today["slower_run_id"]) == (True, None)
    assert _told(world, run_id, "performance_degradation") == []


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ([100] * 10, [120] * 5, "a fifth is not more than a fifth"),
        ([100] * 9, [200] * 5, "too few runs before"),
        ([100] * 10, [200] * 4, "too few runs now: the days before are looked at, too"),
        ([10] * 10, [14] * 5, "less than 5 ms are noise"),
        ([100] * 10, [100, 100, 100, 100, 5000], "one slow answer is none"),
        ([100] * 10, [50] * 5, "it got faster"),
    ],
)
def test_what_is_not_slower(world: World, before: list[float], now: list[float], why: str) -> None:
    """The rule is plain, and it does not cry wolf."""
    _ran_for(world, *before, days_ago=2)
    run_id = _ran_for(world, *now)
    assert _today(world)["is_slower"] is False, why
    assert _told(world, run_id, "performance_degradation") == []


def test_a_test_that_is_as_fast_as_before_is_slower_no_more(world: World) -> None:
    """On the same day, too."""
    _ran_for(world, *[100] * 10, days_ago=2)
    _ran_for(world, *[150] * 5)
    _ran_for(world, *[100] * 6)
    assert _today(world)["is_slower"] is False
