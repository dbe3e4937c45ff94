"""What comes after all tests of a suite."""

from tests.builders import a_place, a_plan, a_request, an_expectation
from tests.engines import Play, a_step
from worker.engine import StopSignal
from worker.models.expectation import Operator
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import RunStatus, Verdict
from worker.models.suite import Step


def a_suite_with_an_end(**more: object) -> Plan:
    """A test that makes something and undoes it, one after it, and what comes after all."""
    undo = Step(
        request=a_request("DELETE", "/undo"),
        expectations=(an_expectation("2xx", operator=Operator.STATUS_CLASS),),
        where=a_place(),
    )
    return a_plan(
        a_step("make", cleanup=(undo,)),
        a_step("test", after=["make"]),
        a_step("after-all", after=["make", "test"], role=TestRole.AFTER_ALL, **more),
    )


def sent(play: Play) -> list[str]:
    """What was asked for, in order."""
    return [request.url.rpartition("/")[2] for request in play.sender.sent]


async def test_what_comes_after_all_comes_after_the_undos() -> None:
    """An undo may need what it takes down."""
    play = await Play(a_suite_with_an_end()).run()
    assert sent(play) == ["make", "test", "undo", "after-all"]
    assert list(play.verdicts) == ["make", "test", "after-all"]
    assert play.end.message == "3 passed"


async def test_it_runs_whatever_became_of_the_tests() -> None:
    """Also where the first of them failed and the run stops then."""
    play = await Play(a_suite_with_an_end(), {"make": 500}).run(bail=1)
    assert play.verdicts == {"make": "failed", "test": "skipped", "after-all": "passed"}


async def test_it_runs_in_a_cancelled_run() -> None:
    """Tests are left out, taking down is not."""
    stop = StopSignal()
    play = Play(a_suite_with_an_end(), lasts={"make": 2})
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert sent(play) == ["make", "undo", "after-all"]
    assert play.end.status is RunStatus.CANCELLED


async def test_it_does_not_run_when_everything_is_given_up() -> None:
    """A second Ctrl-C."""
    stop = StopSignal()
    play = Play(a_suite_with_an_end(), lasts={"make": 50})
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.give_up()
    await play.finish()
    assert sent(play) == ["make"]
    assert play.verdicts["after-all"] is Verdict.SKIPPED


async def test_it_does_not_run_for_a_suite_of_which_nothing_was_sent() -> None:
    """There is nothing to take down."""
    stop = StopSignal()
    stop.cancel()
    play = await Play(a_suite_with_an_end()).run(stop=stop)
    assert sent(play) == []
    assert play.outcome("after-all").reason == "not run: no test of its suite was sent"


async def test_its_failure_counts() -> None:
    """It is a test like the others, apart from its place."""
    play = await Play(a_suite_with_an_end(), {"after-all": 500}).run()
    assert play.end.message == "2 passed, 1 failed"


async def test_a_drained_run_leaves_it_to_whoever_takes_it_up() -> None:
    """Once the others are done, and not before."""
    stop = StopSignal()
    first = Play(a_suite_with_an_end(), lasts={"make": 2})
    first.start(stop=stop)
    await first.clock.advance(1)
    stop.drain()
    await first.finish()
    assert sent(first) == ["make"]
    second = await Play(a_suite_with_an_end()).run(finished={each.test: each for each in first.finished})
    assert sent(second) == ["test", "undo", "after-all"]
    assert second.end.counters.passed == 3


async def test_it_has_a_time_limit_of_its_own() -> None:
    """The run's patience and time are for tests."""
    play = await Play(a_suite_with_an_end(), lasts={"after-all": 100}).run(cleanup_seconds=20)
    assert play.verdicts["after-all"] is Verdict.BROKEN
    assert play.end.seconds == 20


async def test_tests_that_wait_for_it_come_after_it() -> None:
    """Whoever says so explicitly gets it."""
    plan = a_plan(
        a_step("test"),
        a_step("after-all", after=["test"], role=TestRole.AFTER_ALL),
        a_step("last", suite="other", needs=["shop/after-all"]),
    )
    play = await Play(plan).run()
    assert list(play.verdicts) == ["test", "after-all", "last"]
