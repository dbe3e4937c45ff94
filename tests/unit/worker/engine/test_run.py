"""A run as it is told by its events."""

from contextlib import aclosing

import pytest

from context.execution import ExecutionContext
from tests.builders import a_capture, a_plan, a_request, a_token, an_environment, an_expectation
from tests.engines import Play, a_step, keys, no_answer
from worker.engine import Parts, run_plan
from worker.http.memory_sender import ScriptedSender
from worker.models.events import RunFinished, RunStarted, TestFinished, TestReady, TestStarted
from worker.models.exchange import PreparedRequest, Response
from worker.models.outcome import RunFailure, RunStatus, Verdict


async def test_a_run_is_told_from_its_announcement_to_its_end() -> None:
    """Announced, then each test ready, started and finished, then the end."""
    play = await Play(a_plan(a_step("a"), a_step("b", needs=["a"]))).run()
    kinds = [type(event) for event in play.events]
    one = [TestReady, TestStarted, TestFinished]
    assert kinds == [RunStarted, *one, *one, RunFinished]
    assert (play.end.status, play.end.failure) == (RunStatus.COMPLETED, None)
    assert play.end.message == "2 passed"


async def test_an_empty_plan_is_a_completed_run() -> None:
    """Nothing to run is nothing wrong."""
    play = await Play(a_plan()).run()
    assert (play.end.status, play.end.message) == (RunStatus.COMPLETED, "nothing to run")


async def test_tests_run_side_by_side_up_to_the_jobs() -> None:
    """Six tests of one second, three at once: two seconds."""
    tests = [a_step(f"t{number}") for number in range(6)]
    play = await Play(a_plan(*tests), lasts={test.key: 1 for test in tests}).run(jobs=3)
    assert play.end.seconds == 2


async def test_the_environment_limits_the_jobs() -> None:
    """max_parallel of the environment wins over the jobs of the run."""
    tests = [a_step(f"t{number}") for number in range(4)]
    play = Play(a_plan(*tests), lasts={test.key: 1 for test in tests})
    await play.run(jobs=4, environment=an_environment(max_parallel=2))
    announced = play.events[0]
    assert isinstance(announced, RunStarted)
    assert (play.end.seconds, announced.jobs) == (2, 2)


async def test_requests_are_spaced_by_the_rate_limit() -> None:
    """Half a request a second: three requests take four seconds, however many jobs there are."""
    tests = [a_step(f"t{number}") for number in range(3)]
    environment = an_environment(rate_limit_per_second=0.5)
    play = await Play(a_plan(*tests)).run(jobs=3, environment=environment)
    assert play.end.seconds == 4
    assert play.outcome("t2").attempts[0].execution_seconds == 0


async def test_a_test_does_not_wait_for_its_level() -> None:
    """A quick chain goes on while a slow root still runs."""
    plan = a_plan(a_step("slow"), a_step("quick"), a_step("then", needs=["quick"]))
    play = await Play(plan, lasts={"slow": 5, "quick": 1, "then": 1}).run(jobs=2)
    assert [outcome.test for outcome in play.finished] == ["shop/quick", "shop/then", "shop/slow"]
    assert play.end.seconds == 5


async def test_a_failure_does_not_spread_as_noise() -> None:
    """One failed, the others blocked by it, with the root cause in their reason."""
    plan = a_plan(a_step("login"), a_step("cart", needs=["login"]), a_step("order", needs=["cart"]))
    play = await Play(plan, {"login": 401}).run()
    assert play.outcome("login").reason == "expected status 200, got 401"
    for key in ("cart", "order"):
        blocked = play.outcome(key)
        assert (blocked.verdict, blocked.blocked_by) == (Verdict.BLOCKED, "shop/login")
        assert blocked.reason == "blocked by login: expected status 200, got 401"
        assert blocked.attempts == ()
    assert (play.end.status, play.end.failure) == (RunStatus.FAILED, RunFailure.TESTS)
    assert play.end.message == "1 failed, 2 blocked by login"


async def test_a_cause_in_another_suite_has_its_full_name() -> None:
    """`login` alone would be read as a test of one's own suite."""
    plan = a_plan(a_step("login", suite="auth"), a_step("cart", needs=["auth/login"]))
    play = await Play(plan, {"login": 500}).run()
    assert play.outcome("cart").reason.startswith("blocked by auth/login: ")


async def test_a_skipped_test_is_told_with_its_reason_and_blocks_what_needs_it() -> None:
    """A test that was not run is never missing, and never green."""
    plan = a_plan(
        a_step("login", skip_reason="broken on Fridays"),
        a_step("cart", needs=["login"]),
        a_step("later", after=["login"]),
    )
    play = await Play(plan).run()
    assert play.verdicts == {"login": "skipped", "cart": "blocked", "later": "passed"}
    assert play.outcome("cart").reason == "blocked by login: skipped (broken on Fridays)"
    assert play.end.message == "1 passed, 1 skipped, 1 blocked by login"


async def test_tests_that_only_others_need_are_marked() -> None:
    """The announcement and the outcomes tell selected tests from required ones."""
    plan = a_plan(a_step("login"), a_step("cart", needs=["login"]), required_only=["shop/login"])
    play = await Play(plan).run()
    announced = play.events[0]
    assert isinstance(announced, RunStarted)
    assert [test.required_only for test in announced.tests] == [True, False]
    assert [outcome.required_only for outcome in play.last.outcomes] == [True, False]


async def test_what_was_recorded_earlier_is_not_run_again() -> None:
    """Verdicts alone are enough; they count, and no event repeats them."""
    plan = a_plan(a_step("a"), a_step("b", needs=["a"]), a_step("c"), a_step("d", needs=["c"]))
    earlier = {"shop/a": Verdict.PASSED, "shop/c": Verdict.FAILED, "gone/x": Verdict.PASSED}
    play = await Play(plan).run(finished=earlier)
    assert play.verdicts == {"b": "passed", "d": "blocked"}
    assert play.started == ["b"]
    assert (play.end.counters.passed, play.end.counters.failed, play.end.counters.blocked) == (2, 1, 1)
    assert keys(outcome.test for outcome in play.last.outcomes) == ["a", "b", "c", "d"]


async def test_a_run_in_which_everything_was_recorded_just_ends() -> None:
    """Its worker may have died between the last test and the end."""
    play = await Play(a_plan(a_step("a"))).run(finished={"shop/a": Verdict.PASSED})
    assert (play.end.status, play.started) == (RunStatus.COMPLETED, [])


async def test_what_must_not_be_sent_twice_is_not() -> None:
    """A test that was in flight when its worker died runs again only if it is idempotent."""
    plan = a_plan(a_step("read"), a_step("pay", idempotent=False), a_step("receipt", needs=["pay"]))
    play = await Play(plan).run(interrupted=frozenset(("shop/read", "shop/pay")))
    assert play.verdicts == {"pay": "broken", "receipt": "blocked", "read": "passed"}
    assert play.outcome("pay").category == "interrupted"
    assert "not idempotent" in play.outcome("pay").reason


async def test_a_fault_of_our_own_breaks_one_test_only() -> None:
    """An unforeseen error becomes an outcome; its text stays out, for it may hold a secret."""
    plan = a_plan(a_step("a"), a_step("b"))
    play = await Play(plan, {"a": KeyError("s3cret")}).run()
    broken = play.outcome("a")
    assert (broken.verdict, broken.category) == (Verdict.BROKEN, "runner_error")
    assert "KeyError" in broken.reason
    assert "s3cret" not in broken.reason
    assert play.verdicts["b"] is Verdict.PASSED


async def test_fail_fast_starts_nothing_more_but_lets_finish_what_runs() -> None:
    """The rest is skipped with the reason; what needed the failed test is blocked, as always."""
    plan = a_plan(a_step("bad"), a_step("slow"), a_step("needy", needs=["bad"]), a_step("rest"))
    play = Play(plan, {"bad": 500}, lasts={"bad": 1, "slow": 3})
    await play.run(jobs=2, bail=1)
    assert play.verdicts == {"bad": "failed", "needy": "blocked", "slow": "passed", "rest": "skipped"}
    assert play.outcome("rest").reason == ("not run: an earlier test did not pass, and the run stops then")
    assert (play.end.status, play.end.failure) == (RunStatus.FAILED, RunFailure.TESTS)


async def test_what_a_test_captured_goes_out_with_its_verdict() -> None:
    """Names and masked values for everybody, the values themselves only for the recorder."""
    login = a_step("login", capture=[a_token("token"), a_capture("id", secret=False)])
    answer = Response(status_code=200, body=b'{"token": "eyTOPSECRET", "id": 7}')
    play = await Play(a_plan(login), {"login": answer}).run()
    change = next(event.change for event in play.events if isinstance(event, TestFinished))
    assert change is not None
    assert (change.tokens, change.captured_data) == (("token",), {"token": "***", "id": 7})
    assert change.secrets["tokens"] == {"token": "eyTOPSECRET"}
    assert "eyTOPSECRET" not in str(play.events)


async def test_what_is_captured_reaches_those_who_use_it() -> None:
    """The token of one test is in the header of the next."""
    login = a_step("login", capture=[a_token("token")])
    me = a_step(
        "me", needs=["login"], request=a_request(url="/me", headers={"X-Token": "{{ tokens.token }}"})
    )
    answer = Response(status_code=200, body=b'{"token": "eyTOPSECRET"}')
    play = await Play(a_plan(login, me), {"login": answer}).run()
    assert ("X-Token", "eyTOPSECRET") in play.sender.sent[1].headers
    exchange = play.outcome("me").attempts[0].exchange
    assert exchange is not None
    assert ("X-Token", "***") in exchange.request_headers


async def test_a_test_that_failed_hands_nothing_on() -> None:
    """Captures are taken when all expectations held; the token of a failed login stays hidden."""
    login = a_step("login", capture=[a_token("token")], expect=[an_expectation(201)])
    answer = Response(status_code=200, body=b'{"token": "eyTOPSECRET"}')
    play = await Play(a_plan(login), {"login": answer}).run()
    assert play.context.state().tokens == {}
    assert "eyTOPSECRET" not in str(play.events)


async def test_the_context_knows_the_order_in_which_tests_ended() -> None:
    """Only tests that ran are in it."""
    plan = a_plan(a_step("a"), a_step("b", needs=["a"]), a_step("c", needs=["b"]))
    play = await Play(plan, {"b": 404}).run()
    assert play.context.test_order == ("shop/a", "shop/b")


async def test_the_critical_path_is_the_chain_that_took_longest() -> None:
    """Neither the longest chain in tests nor the slowest test decides, but the sum of times."""
    plan = a_plan(
        a_step("a"), a_step("b", needs=["a"]), a_step("x"), a_step("y", needs=["x"]), a_step("z", needs=["y"])
    )
    play = await Play(plan, lasts={"a": 3, "b": 4, "x": 1, "y": 1, "z": 1}).run()
    assert (keys(play.end.critical_path), play.end.critical_path_seconds) == (["a", "b"], 7)


async def test_an_error_of_the_run_itself_is_raised() -> None:
    """A broken context is nobody's test: the run ends with the error, and nothing keeps running."""
    play = Play(a_plan(a_step("a")))

    def broken(test: str) -> None:
        raise RuntimeError("the context is gone")

    play.context.finished = broken  # type: ignore[method-assign] # a fault that cannot be made otherwise
    with pytest.raises(RuntimeError, match="the context is gone"):
        await play.run()


async def test_closing_the_iterator_cancels_what_is_in_flight() -> None:
    """Whoever stops listening leaves nothing behind."""
    plan = a_plan(a_step("a"))
    play = Play(plan, lasts={"a": 60})
    ended: list[bool] = []

    async def never(request: PreparedRequest) -> Response:
        try:
            await play.clock.sleep(60)
        finally:
            ended.append(True)
        return Response(status_code=200)

    parts = Parts(
        context=ExecutionContext(),
        sender=ScriptedSender(never),
        clock=play.clock,
        environment=an_environment(),
    )
    async with aclosing(run_plan(plan, parts)) as events:
        async for event in events:
            if isinstance(event, TestStarted):
                await play.clock.advance(0)
                break
    assert ended == [True]


async def test_a_base_url_is_announced_without_its_password() -> None:
    """Credentials in a base URL are nobody's business."""
    environment = an_environment(base_url="http://ada:hunter22@api.test/v1")
    play = await Play(a_plan(a_step("a"))).run(environment=environment)
    assert "hunter22" not in str(play.events)
    announced = play.events[0]
    assert isinstance(announced, RunStarted)
    assert announced.base_url == "http://api.test/v1"


async def test_blocked_and_broken_are_told_apart_in_the_sentence() -> None:
    """With several causes, each is named with what it blocked."""
    plan = a_plan(a_step("a"), a_step("b"), a_step("c", needs=["a"]), a_step("d", needs=["b"]), a_step("e"))
    play = await Play(plan, {"a": 500, "b": no_answer()}).run()
    assert play.end.message == "1 passed, 1 failed, 1 broken, 2 blocked (1 by a, 1 by b)"
