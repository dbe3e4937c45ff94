"""When a run or a suite has seen enough, and what does not count."""

from datetime import date

import pytest

from tests.builders import a_plan
from tests.engines import Play, a_step
from worker.models.outcome import RunFailure, RunStatus, Verdict
from worker.models.suite import Quarantine, SuiteLimits, Test

OURS = Quarantine(owner="ada", reason="flaky since Monday", until=date(2026, 1, 1))


def bad(key: str, **more: object) -> Test:
    """A test that is answered with 500."""
    return a_step(key, **more)


def script(*keys: str) -> dict[str, int]:
    """These tests fail."""
    return dict.fromkeys(keys, 500)


async def test_a_run_stops_after_so_many_tests_that_went_wrong() -> None:
    """Blocked ones do not count: they have not gone wrong themselves."""
    tests = [bad("a"), a_step("needs-a", needs=["a"]), bad("b", after=["a"]), a_step("c", after=["b"])]
    play = await Play(a_plan(*tests), script("a", "b")).run(jobs=1, bail=2)
    assert play.verdicts == {"a": "failed", "needs-a": "blocked", "b": "failed", "c": "skipped"}
    assert play.outcome("c").reason == "not run: 2 earlier tests did not pass, and the run stops then"


async def test_a_suite_stops_after_so_many_of_its_own() -> None:
    """Other suites go on; what they need of it is blocked."""
    tests = [
        bad("a", suite="one"),
        a_step("b", suite="one", after=["a"]),
        a_step("x", suite="two", after=["one/a"]),
        a_step("y", suite="two", needs=["one/b"]),
    ]
    play = await Play(a_plan(*tests), script("a")).run(jobs=1, suites={"one": SuiteLimits(bail=1)})
    assert play.verdicts == {"a": "failed", "b": "skipped", "x": "passed", "y": "blocked"}
    reason = "not run: an earlier test did not pass, and the suite stops then"
    assert play.outcome("b").reason == reason
    assert play.outcome("y").reason == f"blocked by one/b: skipped ({reason})"
    assert play.end.failure is RunFailure.TESTS


async def test_tests_in_flight_finish_when_their_suite_has_seen_enough() -> None:
    """Only what has not begun is left out."""
    tests = [bad("a"), a_step("slow"), a_step("c", after=["a"])]
    play = await Play(a_plan(*tests), script("a"), lasts={"a": 1, "slow": 5}).run(
        suites={"shop": SuiteLimits(bail=1)}
    )
    assert play.verdicts == {"a": "failed", "c": "skipped", "slow": "passed"}


async def test_a_test_in_quarantine_makes_no_run_fail() -> None:
    """It runs, its verdict is what it is, and it is shown with who answers for it."""
    play = await Play(a_plan(bad("a", quarantine=OURS), a_step("b")), script("a")).run()
    assert (play.end.status, play.end.failure) == (RunStatus.COMPLETED, None)
    assert play.end.message == "1 passed, 1 failed in quarantine"
    assert play.outcome("a").verdict is Verdict.FAILED
    assert play.outcome("a").quarantine == OURS
    assert play.end.counters.quarantined == 1


async def test_other_failures_count_as_ever() -> None:
    """Quarantine is for one test."""
    play = await Play(a_plan(bad("a", quarantine=OURS), bad("b")), script("a", "b")).run()
    assert play.end.failure is RunFailure.TESTS
    assert play.end.message == "2 failed (1 of them in quarantine)"


async def test_what_a_test_in_quarantine_blocks_counts() -> None:
    """It could not be found out, and nobody has said that this does not matter."""
    play = await Play(a_plan(bad("a", quarantine=OURS), a_step("b", needs=["a"])), script("a")).run()
    assert play.end.failure is RunFailure.TESTS


@pytest.mark.parametrize(
    ("until", "status"),
    [
        (date(2025, 12, 31), RunStatus.FAILED),
        (date(2026, 1, 1), RunStatus.COMPLETED),
        (None, RunStatus.COMPLETED),
    ],
)
async def test_a_quarantine_ends_with_its_last_day(until: date | None, status: RunStatus) -> None:
    """The clock of these tests stands at the first of January."""
    test = bad("a", quarantine=Quarantine(reason="why", until=until))
    play = await Play(a_plan(test), script("a")).run()
    assert play.end.status is status


async def test_failures_in_quarantine_are_not_enough() -> None:
    """A run stops after failures that count."""
    tests = [bad("a", quarantine=OURS), a_step("b", after=["a"])]
    play = await Play(a_plan(*tests), script("a")).run(bail=1)
    assert play.verdicts == {"a": "failed", "b": "passed"}


async def test_a_passed_test_in_quarantine_is_marked_as_well() -> None:
    """Whoever looks for tests that could leave quarantine finds them."""
    play = await Play(a_plan(a_step("a", quarantine=OURS))).run()
    assert (play.outcome("a").quarantine, play.end.counters.quarantined) == (OURS, 0)
