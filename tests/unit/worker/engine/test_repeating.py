"""A step that is repeated until its answer is there."""

import pytest

from tests.engines import no_answer
from tests.flows import a_play, in_turn, json
from worker.engine import StopSignal
from worker.models.outcome import Verdict

WAIT = """
job:
  GET: /job
  repeat: { until: "{{ json.state == 'done' }}", every: 2s, within: 10s }
  expect: { json: { result: 1 } }
"""
WAITING, DONE = json('{"state": "waiting"}'), json('{"state": "done", "result": 1}')


async def test_a_step_is_repeated_until_its_answer_says_so() -> None:
    """Nothing of the answers before it is checked; each is recorded with its number."""
    play = await a_play(WAIT, {"job": in_turn(WAITING, WAITING, DONE)}).run()
    [attempt] = play.outcome("job").attempts
    assert attempt.verdict is Verdict.PASSED
    assert [(step.iteration, step.verdict, len(step.checks)) for step in attempt.steps] == [
        (1, Verdict.PASSED, 0),
        (2, Verdict.PASSED, 0),
        (3, Verdict.PASSED, 2),
    ]
    assert play.clock.monotonic() == pytest.approx(4, abs=1)


async def test_each_repetition_says_when_it_was_sent() -> None:
    """The pauses between are nobody's time; a step that was never sent says nothing."""
    play = await a_play(WAIT, {"job": in_turn(WAITING, WAITING, DONE)}).run()
    [attempt] = play.outcome("job").attempts
    sent = [step.started_at - attempt.started_at for step in attempt.steps if step.started_at]
    assert [passed.total_seconds() for passed in sent] == pytest.approx([0, 2, 4], abs=0.5)
    tests = "two:\n  steps: [{ GET: /job }, { GET: /job, when: '{{ 1 == 2 }}' }]"
    [attempt] = (await a_play(tests, {"job": DONE}).run()).outcome("two").attempts
    assert [step.started_at is None for step in attempt.steps] == [False, True]


async def test_what_is_expected_is_checked_of_the_last_answer() -> None:
    """The wait was over; the answer is another one than expected."""
    wrong = json('{"state": "done", "result": 2}')
    outcome = (await a_play(WAIT, {"job": in_turn(WAITING, wrong)}).run()).outcome("job")
    assert (outcome.verdict, outcome.reason) == (Verdict.FAILED, "$.result: expected 1, got 2")


async def test_a_wait_has_an_end_in_time() -> None:
    """It says how often and how long, and where that was asked for."""
    outcome = (await a_play(WAIT, {"job": WAITING}).run()).outcome("job")
    assert (outcome.verdict, outcome.category) == (Verdict.FAILED, "poll_timeout")
    assert outcome.reason == "still not true, asked 6 times in 10.0 s: {{ json.state == 'done' }}"
    [check] = outcome.attempts[0].checks
    assert (check.passed, check.expectation.where.line) == (False, 6)


async def test_a_wait_has_an_end_in_numbers() -> None:
    """With a number of its own there is no limit in time."""
    tests = WAIT.replace("every: 2s, within: 10s", "every: 20s, at_most: 3")
    outcome = (await a_play(tests, {"job": WAITING}).run()).outcome("job")
    assert outcome.reason.startswith("still not true, asked 3 times in 40.0 s")


async def test_no_answer_at_all_is_waited_for_as_well() -> None:
    """A service that starts refuses connections at first; in the end its trouble is the reason."""
    play = await a_play(WAIT, {"job": in_turn(no_answer("connect_refused"), DONE)}).run()
    assert play.outcome("job").verdict is Verdict.PASSED
    outcome = (await a_play(WAIT, {"job": no_answer("connect_refused")}).run()).outcome("job")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "connect_refused")


async def test_an_answer_without_what_is_asked_for_is_not_the_one() -> None:
    """A page of a proxy is no JSON; the last complaint is told."""
    page = json("<html>")
    assert (await a_play(WAIT, {"job": in_turn(page, DONE)}).run()).outcome("job").verdict is Verdict.PASSED
    reason = (await a_play(WAIT, {"job": page}).run()).outcome("job").reason
    assert reason.startswith("still not true, asked 6 times in 10.0 s: {{ json.state == 'done' }}: 'json'")


async def test_of_many_answers_the_first_and_the_last_are_kept() -> None:
    """An hour of waiting does not fill the memory."""
    tests = WAIT.replace("every: 2s, within: 10s", "every: 1s, at_most: 50")
    [attempt] = (await a_play(tests, {"job": WAITING}).run()).outcome("job").attempts
    assert [step.iteration for step in attempt.steps] == [1, 2, *range(42, 51)]


async def test_a_run_that_is_stopped_waits_no_longer() -> None:
    """The test is broken by that, not failed."""
    play = a_play(WAIT.replace("within: 10s", "within: 10m"), {"job": WAITING})
    stop = StopSignal()
    play.start(stop=stop)
    await play.clock.advance(3)
    stop.cancel()
    await play.finish()
    outcome = play.outcome("job")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "cancelled")
    assert outcome.reason == "stopped while waiting for {{ json.state == 'done' }}"
