"""A run that is stopped before its end."""

from tests.builders import a_plan
from tests.engines import Play, a_step
from worker.engine import StopSignal
from worker.models.events import RunFinished
from worker.models.outcome import RunFailure, RunStatus


def a_long_play() -> Play:
    """Three tests of four seconds, one after another."""
    tests = [a_step("a"), a_step("b", needs=["a"]), a_step("c", needs=["b"])]
    return Play(a_plan(*tests), lasts={"a": 4, "b": 4, "c": 4})


async def test_a_cancelled_run_finishes_what_is_in_flight_and_skips_the_rest() -> None:
    """What did not run is told as skipped, with the reason; the run is cancelled, not failed."""
    play, stop = a_long_play(), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(2)
    stop.cancel()
    await play.finish()
    assert play.verdicts == {"a": "passed", "b": "skipped", "c": "skipped"}
    assert play.outcome("b").reason == "not run: the run was cancelled"
    assert (play.outcome("b").category, play.end.status) == ("cancelled", RunStatus.CANCELLED)
    assert play.end.message == "cancelled: 2 of 3 tests did not run"


async def test_patience_with_tests_in_flight_has_an_end() -> None:
    """A test that hangs does not hold a cancelled run for ever."""
    play, stop = (
        Play(a_plan(a_step("hangs"), a_step("next", needs=["hangs"])), lasts={"hangs": 500}),
        StopSignal(),
    )
    play.start(stop=stop, patience_seconds=10)
    await play.clock.advance(1)
    stop.cancel()
    await play.clock.advance(9)
    assert play.finished == []
    await play.clock.advance(2)
    await play.finish()
    assert play.verdicts == {"hangs": "broken", "next": "blocked"}
    assert play.outcome("hangs").reason == "stopped while running"
    assert play.end.status is RunStatus.CANCELLED
    assert play.end.message == "cancelled"


async def test_hurry_ends_patience_at_once() -> None:
    """A second Ctrl-C does not wait."""
    play, stop = Play(a_plan(a_step("hangs")), lasts={"hangs": 500}), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.clock.advance(0)
    stop.hurry()
    await play.clock.advance(0)
    assert play.verdicts == {"hangs": "broken"}
    assert play.end.status is RunStatus.CANCELLED


async def test_a_drained_run_ends_without_a_verdict() -> None:
    """What is in flight is finished and told; the rest stays for whoever takes the run up."""
    play, stop = a_long_play(), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(5)
    stop.drain()
    await play.finish()
    assert play.verdicts == {"a": "passed", "b": "passed"}
    assert not any(isinstance(event, RunFinished) for event in play.events)


async def test_a_drained_run_says_nothing_of_a_test_it_could_not_finish() -> None:
    """Only the next holder can know whether it may be sent again."""
    play, stop = a_long_play(), StopSignal()
    play.start(stop=stop, patience_seconds=1)
    await play.clock.advance(1)
    stop.drain()
    await play.finish()
    assert play.verdicts == {}
    assert play.clock.seconds < 4


async def test_a_run_that_is_drained_with_nothing_left_to_do_ends_as_usual() -> None:
    """The last test was in flight; there is nothing to take up."""
    play, stop = Play(a_plan(a_step("a")), lasts={"a": 2}), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.drain()
    await play.finish()
    assert play.end.status is RunStatus.COMPLETED


async def test_cancelling_is_stronger_than_draining() -> None:
    """Somebody cancels while the worker is leaving: nobody has to take the run up."""
    play, stop = a_long_play(), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.drain()
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.end.status is RunStatus.CANCELLED


async def test_a_stop_before_the_start_sends_nothing() -> None:
    """The run is announced, and everything in it skipped."""
    play, stop = a_long_play(), StopSignal()
    stop.cancel()
    await play.run(stop=stop)
    assert play.sender.sent == []
    assert set(play.verdicts.values()) == {"skipped"}
    assert play.end.status is RunStatus.CANCELLED


async def test_a_stop_that_comes_too_late_changes_nothing() -> None:
    """Everything had its verdict already."""
    play, stop = Play(a_plan(a_step("a")), lasts={"a": 2}), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.end.status is RunStatus.COMPLETED


async def test_the_time_of_a_run_ends_it_at_once() -> None:
    """Tests in flight are cut short: the time is over for them, too."""
    play = a_long_play()
    await play.run(timeout_seconds=6)
    assert play.verdicts == {"a": "passed", "b": "broken", "c": "blocked"}
    assert (play.end.status, play.end.failure) == (RunStatus.FAILED, RunFailure.TIMEOUT)
    assert play.end.seconds == 6


async def test_a_run_within_its_time_is_left_alone() -> None:
    """The watch ends with the run."""
    play = await a_long_play().run(timeout_seconds=60)
    assert play.end.status is RunStatus.COMPLETED
    assert play.end.seconds == 12


async def test_no_retry_begins_once_the_run_shall_stop() -> None:
    """A test that would have been tried again gets the verdict it has."""
    play, stop = Play(a_plan(a_step("a", retries=5)), {"a": 500}, lasts={"a": 3}), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.started == ["a"]
    assert play.verdicts == {"a": "failed"}


async def test_a_pause_between_attempts_ends_when_the_run_shall_stop() -> None:
    """Nobody waits for an attempt that will not be made."""
    play, stop = Play(a_plan(a_step("a", retries=5, retry_delay_seconds=20.0)), {"a": 500}), StopSignal()
    play.start(stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.clock.advance(0)
    assert play.verdicts == {"a": "failed"}
    assert play.started == ["a"]
