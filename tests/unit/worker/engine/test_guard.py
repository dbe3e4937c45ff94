"""When the environment is down, the run says so once and stops."""

import pytest

from tests.builders import a_plan, a_request
from tests.engines import Line, Play, a_step, no_answer
from worker.models.outcome import RunFailure, RunStatus, Verdict


@pytest.mark.parametrize("category", ["dns", "connect_refused", "connect_timeout", "tls"])
async def test_roots_that_all_get_no_answer_stop_the_run(category: str) -> None:
    """Two roots, the same trouble: nothing else is sent, and the reason is the environment."""
    plan = a_plan(a_step("a"), a_step("b"), a_step("c", needs=["a"]), a_step("d", after=["a"]))
    play = await Play(plan, {"a": no_answer(category), "b": no_answer(category)}).run()
    assert play.verdicts == {"a": "broken", "b": "broken", "c": "blocked", "d": "blocked"}
    assert (play.end.status, play.end.failure) == (RunStatus.FAILED, RunFailure.ENVIRONMENT)
    assert play.end.message == f"the environment cannot be reached: no answer: {category}"
    stopped = play.outcome("d")
    assert (stopped.category, stopped.blocked_by) == ("environment_outage", "shop/a")
    assert stopped.reason == f"blocked: the environment cannot be reached: no answer: {category}"


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_gateway_that_cannot_reach_the_api_is_the_environment(status: int) -> None:
    """502, 503 and 504 are one way to be down."""
    play = await Play(a_plan(a_step("a"), a_step("b")), {"a": status, "b": 502}).run()
    assert play.end.failure is RunFailure.ENVIRONMENT


async def test_many_roots_need_not_all_fail() -> None:
    """Five that fail alike are proof: a hundred need not be sent."""
    tests = [a_step(f"t{number}") for number in range(100)]
    script: dict[str, Line] = {test.key: no_answer("connect_refused") for test in tests}
    play = await Play(a_plan(*tests), script, lasts={test.key: 1 for test in tests}).run(jobs=5)
    assert len(play.sender.sent) < 10
    assert list(play.verdicts.values()).count(Verdict.BLOCKED) > 90


async def test_one_answer_is_enough_to_go_on() -> None:
    """An API that turns one root away is there."""
    plan = a_plan(a_step("a"), a_step("b"), a_step("c", after=["a"]))
    play = await Play(plan, {"a": no_answer("connect_refused"), "b": 401}).run()
    assert (play.end.failure, play.verdicts["c"]) == (RunFailure.TESTS, Verdict.PASSED)


async def test_different_trouble_is_no_outage() -> None:
    """One host refuses, another has no name: that is not one environment being down."""
    play = await Play(a_plan(a_step("a"), a_step("b")), {"a": no_answer("dns"), "b": no_answer("tls")}).run()
    assert play.end.failure is RunFailure.TESTS


async def test_a_slow_api_is_not_an_outage() -> None:
    """Somebody took the connection, so the tests have to say what is wrong."""
    play = await Play(a_plan(a_step("a")), {"a": no_answer("read_timeout")}).run()
    assert play.end.failure is RunFailure.TESTS


async def test_roots_with_a_host_of_their_own_do_not_speak_for_the_environment() -> None:
    """A third party that is down is one broken test."""
    elsewhere = a_step("elsewhere", request=a_request(url="https://other.test/elsewhere"))
    plan = a_plan(elsewhere, a_step("later", after=["elsewhere"]), a_step("own"))
    play = await Play(plan, {"elsewhere": no_answer("dns")}).run(jobs=1)
    assert play.end.failure is RunFailure.TESTS
    assert play.verdicts == {"elsewhere": "broken", "own": "passed", "later": "passed"}


async def test_a_skipped_root_is_no_root() -> None:
    """The only root that was sent decides."""
    plan = a_plan(a_step("a", skip_reason="not now"), a_step("b"), a_step("c", after=["b"]))
    play = await Play(plan, {"b": no_answer("dns")}).run()
    assert play.end.failure is RunFailure.ENVIRONMENT


async def test_retries_come_before_the_verdict_on_the_environment() -> None:
    """An API that is only just starting is not down."""
    lines: list[Line] = [no_answer("connect_refused"), 200]

    def next_line() -> int | Exception:
        line = lines.pop(0)
        assert isinstance(line, int | Exception)
        return line

    play = await Play(a_plan(a_step("a", retries=1)), {"a": next_line}).run()
    assert play.end.status is RunStatus.COMPLETED


async def test_a_run_that_had_answers_earlier_is_not_an_outage_later() -> None:
    """A run that is taken up knows that the environment was there."""
    plan = a_plan(a_step("a"), a_step("b"))
    play = await Play(plan, {"b": no_answer("dns")}).run(finished={"shop/a": Verdict.PASSED})
    assert play.end.failure is RunFailure.TESTS
