"""Tokens that end while a run goes on."""

import json
from collections.abc import Iterator

import pytest

from context.execution import ExecutionContext
from tests.builders import a_capture, a_plan, a_request, a_token, a_variable, an_environment, an_expectation
from tests.engines import BASE_URL, Line, Play, a_step, no_answer
from tests.token_desk import TokenDesk
from worker.engine import StopSignal
from worker.models.events import TokenRenewed
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import ExpectationKind, Operator
from worker.models.graph import Plan
from worker.models.outcome import RunStatus, Verdict
from worker.models.request import Auth, AuthKind
from worker.models.suite import Test

BEARER = Auth(kind=AuthKind.BEARER, values={"token": "{{ tokens.access_token }}"})


def a_login(key: str = "login", **more: object) -> Test:
    """A test that makes the token."""
    more.setdefault("capture", [a_token("access_token")])
    return a_step(key, request=a_request("POST", f"/{key}"), **more)


def a_user(key: str, **more: object) -> Test:
    """A test that uses the token."""
    more.setdefault("needs", ["login"])
    return a_step(key, request=a_request(url=f"/{key}", auth=BEARER), **more)


def a_chain(length: int) -> Plan:
    """Log in, then so many tests one after the other."""
    users = [a_user(f"t{at}", needs=["login", f"t{at - 1}"] if at else ["login"]) for at in range(length)]
    return a_plan(a_login(), *users)


class DeskPlay(Play):
    """A run against an API whose tokens end, by the run's own clock."""

    def __init__(self, plan: Plan, *, lasts: int = 1, **desk: object) -> None:
        names = {test.key: lasts for test in plan.tests.values() if test.key != "login"}
        super().__init__(plan, lasts=names)
        self.desk = TokenDesk(**desk)  # type: ignore[arg-type] # by name
        self.desk.now = self.clock.monotonic

    async def _answer(self, request: PreparedRequest) -> Response:
        if request.method == "POST":
            status, body = self.desk.login()
        else:
            authorization = next((v for name, v in request.headers if name == "Authorization"), None)
            status, body = self.desk.check(authorization)
            await super()._answer(request)
        return Response(status_code=status, body=json.dumps(body).encode())

    @property
    def renewed(self) -> list[TokenRenewed]:
        """What was told of renewals."""
        return [event for event in self.events if isinstance(event, TokenRenewed)]


async def test_a_token_that_says_when_it_ends_is_renewed_before_it_is_used() -> None:
    """Ten seconds of tests with tokens of three: a login every third second, and never a 401."""
    play = DeskPlay(a_chain(10), life_seconds=3)
    await play.run()
    assert play.end.status is RunStatus.COMPLETED
    assert (play.desk.refusals, play.desk.logins) == (0, 4)
    assert [event.renewal.cause for event in play.renewed] == ["it had expired"] * 3
    assert play.end.renewals == {"access_token": 3}


async def test_a_token_that_says_nothing_is_renewed_when_it_is_refused() -> None:
    """The request that was refused is sent again, and nobody sees the 401."""
    play = DeskPlay(a_chain(10), life_seconds=3, announces=False)
    await play.run()
    assert play.end.status is RunStatus.COMPLETED
    assert play.desk.refusals == play.desk.logins - 1 == 3
    assert [event.renewal.cause for event in play.renewed] == ["it was refused with 401"] * 3
    assert play.verdicts["t3"] == "passed"
    assert [check.actual for check in play.outcome("t3").attempts[0].checks] == [200]


@pytest.mark.parametrize("announces", [True, False])
async def test_many_who_wait_share_one_renewal(announces: bool) -> None:
    """Fifty tests meet the end of one token: one login, fifty replays."""
    users = [a_user(f"t{at}") for at in range(100)]
    play = DeskPlay(a_plan(a_login(), *users), life_seconds=1, announces=announces)
    await play.run(jobs=50)
    assert play.end.status is RunStatus.COMPLETED
    assert play.desk.logins == 2
    assert play.end.renewals == {"access_token": 1}
    assert play.end.counters.total == 101


async def test_a_renewal_is_no_test() -> None:
    """The login keeps its verdict, is told once, and is started once."""
    play = DeskPlay(a_chain(5), life_seconds=2)
    await play.run()
    assert play.started.count("login") == 1
    assert [key for key in play.verdicts].count("login") == 1
    assert len(play.outcome("login").attempts) == 1


async def test_the_recorded_context_gets_the_new_token() -> None:
    """Whoever takes the run up goes on with it; everybody else sees its name only."""
    play = DeskPlay(a_chain(4), life_seconds=3)
    await play.run()
    change = play.renewed[0].change
    assert change is not None
    assert change.secrets["tokens"] == {"access_token": "desk-token-number-00002"}
    assert change.tokens == ("access_token",)
    assert change.provenance[0]["expires_at"] == "2026-01-01T00:00:06+00:00"
    assert "desk-token" not in repr(play.events)


async def test_everything_that_the_login_captures_comes_anew() -> None:
    """What belongs together stays together: a session's id goes with its token."""
    numbers = iter(range(1, 9))

    def answer() -> Response:
        number = next(numbers)
        body = {"access_token": f"token-number-{number}", "session": number}
        return Response(status_code=200, body=json.dumps(body).encode())

    refusals = [401, 200]
    login = a_login(capture=[a_token("access_token"), a_variable("session")])
    user = a_step(
        "user",
        needs=["login"],
        request=a_request(url="/user", auth=BEARER, headers={"X-Session": "{{ session }}"}),
    )
    play = Play(a_plan(login, user), {"login": answer, "user": lambda: refusals.pop(0)})
    await play.run()
    sent = [dict(request.headers)["X-Session"] for request in play.sender.sent if request.method == "GET"]
    assert sent == ["1", "2"]


async def test_a_401_that_is_expected_is_an_answer() -> None:
    """A test of what happens without rights must not log in anew."""
    user = a_user("outsider", expect=[an_expectation(401)])
    play = Play(a_plan(a_login(), user), {"login": LOGIN, "outsider": 401})
    await play.run()
    assert play.end.status is RunStatus.COMPLETED
    assert len(play.sender.sent) == 2
    assert play.end.renewals == {}


async def test_a_401_without_a_captured_token_is_an_answer() -> None:
    """There is nothing to renew."""
    play = Play(a_plan(a_step("a")), {"a": 401})
    await play.run()
    assert (play.verdicts["a"], len(play.sender.sent)) == (Verdict.FAILED, 1)


async def test_a_401_that_a_new_token_does_not_change_stands() -> None:
    """The test fails with the answer to its second try."""
    play = Play(a_plan(a_login(), a_user("admin")), {"login": LOGIN, "admin": 401})
    await play.run()
    outcome = play.outcome("admin")
    assert (outcome.verdict, outcome.category) == (Verdict.FAILED, "unauthorized_401")
    assert outcome.reason == "expected status 200, got 401"
    assert [request.method for request in play.sender.sent] == ["POST", "GET", "POST", "GET"]


async def test_renewals_that_never_help_come_to_an_end() -> None:
    """Twenty tests that are always refused: five renewals, then a 401 is an answer like any other."""
    users = [a_user(f"t{at}") for at in range(20)]
    play = Play(a_plan(a_login(), *users), {"login": LOGIN, **{user.key: 401 for user in users}})
    await play.run(jobs=1)
    assert play.end.counters.failed == 20
    assert play.end.renewals == {"access_token": 5}


async def test_a_renewal_that_helped_begins_the_count_anew() -> None:
    """Tokens may be revoked as often as an API likes."""
    play = DeskPlay(a_chain(12), life_seconds=1, announces=False)
    await play.run()
    assert play.end.status is RunStatus.COMPLETED
    assert play.end.renewals == {"access_token": 11}


LOGIN = Response(status_code=200, body=b'{"access_token": "a-token-of-somebody"}')

#: What an API says when asked once.
Said = int | Response | Exception


def lines(*said: Said) -> Iterator[Said]:
    """What an API says, one after the other."""
    return iter(said)


async def test_a_login_that_turns_away_stops_what_needs_it_once() -> None:
    """The first to meet it shows why; all others are blocked by the login, whose verdict stays."""
    answers = lines(LOGIN, 401, LOGIN, LOGIN)
    users = [a_user(f"t{at}") for at in range(6)]
    script: dict[str, Line] = {"login": lambda: next(answers), **{user.key: 401 for user in users}}
    play = Play(a_plan(a_login(), *users), script)
    await play.run(jobs=2)
    counters = play.end.counters
    assert (counters.passed, counters.broken, counters.blocked) == (1, 1, 5)
    first = next(outcome for outcome in play.finished if outcome.verdict is Verdict.BROKEN)
    why = "failed when renewing access_token: expected status 200, got 401"
    assert (first.reason, first.category) == (f"login {why}", "login_failed")
    others = [outcome for outcome in play.finished if outcome.verdict is Verdict.BLOCKED]
    assert {(other.reason, other.blocked_by) for other in others} == {
        (f"blocked by login: it {why}", "shop/login")
    }
    assert play.verdicts["login"] == "passed"
    assert play.end.status is RunStatus.FAILED
    posts = [request for request in play.sender.sent if request.method == "POST"]
    assert len(posts) == 2


async def test_the_first_to_meet_a_failed_login_has_its_exchange() -> None:
    """Whoever looks into the failure sees the login's answer, not only his own 401."""
    answers = lines(LOGIN, Response(status_code=403, body=b'{"error": "locked"}'))
    play = Play(a_plan(a_login(), a_user("t")), {"login": lambda: next(answers), "t": 401})
    await play.run()
    attempt = play.outcome("t").attempts[0]
    assert attempt.exchange is not None
    assert (attempt.exchange.method, attempt.exchange.status_code) == ("POST", 403)


async def test_trouble_of_the_moment_is_not_the_end_of_a_token() -> None:
    """A login that gets no answer breaks one test; the next one tries again."""
    answers = lines(LOGIN, no_answer("read_timeout"), LOGIN)
    refusals = lines(401, 401, 200, 200)
    users = [a_user(f"t{at}") for at in range(3)]
    script: dict[str, Line] = {
        "login": lambda: next(answers),
        **{user.key: lambda: next(refusals) for user in users},
    }
    play = Play(a_plan(a_login(), *users), script)
    await play.run(jobs=1)
    assert play.verdicts == {"login": "passed", "t0": "broken", "t1": "passed", "t2": "passed"}
    assert [event.renewal.worked for event in play.events if isinstance(event, TokenRenewed)] == [False, True]


async def test_a_login_that_is_only_slow_still_gives_its_token() -> None:
    """What a test expects of the time says nothing about the token."""
    quick = an_expectation(1, kind=ExpectationKind.TIME, operator=Operator.LESS)
    lengths = iter([0.0, 9.0])

    def answer() -> Response:
        return Response(status_code=200, body=LOGIN.body, seconds=next(lengths))

    refusals = iter([401, 200])
    login = a_login(expect=[an_expectation(200), quick])
    play = Play(a_plan(login, a_user("t")), {"login": answer, "t": lambda: next(refusals)})
    await play.run()
    assert play.end.status is RunStatus.COMPLETED


async def test_a_token_made_with_another_token_renews_both() -> None:
    """A login behind a gateway: its own token has ended, too."""
    gateway = a_login("gateway", capture=[a_token("gate")])
    with_gate = Auth(kind=AuthKind.BEARER, values={"token": "{{ tokens.gate }}"})
    login = a_step(
        "login",
        needs=["gateway"],
        request=a_request("POST", "/login", auth=with_gate),
        capture=[a_token("access_token")],
    )
    logins, uses = lines(LOGIN, 401, LOGIN), lines(401, 200)
    gate = Response(status_code=200, body=b'{"gate": "a-token-of-the-gateway"}')
    script: dict[str, Line] = {"gateway": gate, "login": lambda: next(logins), "t": lambda: next(uses)}
    play = Play(a_plan(gateway, login, a_user("t")), script)
    await play.run()
    assert play.end.status is RunStatus.COMPLETED
    assert play.end.renewals == {"access_token": 1, "gate": 1}


async def test_a_producer_is_not_renewed_by_itself() -> None:
    """A refresh uses the token that it renews; its 401 is the end of it."""
    refresh = a_step(
        "login",
        request=a_request("POST", "/login", headers={"X-Old": "{{ tokens.access_token | default('none') }}"}),
        capture=[a_token("access_token")],
    )
    answers = lines(LOGIN, 401)
    play = Play(a_plan(refresh, a_user("t")), {"login": lambda: next(answers), "t": 401})
    await play.run()
    assert play.verdicts == {"login": "passed", "t": "broken"}


async def test_a_run_that_was_taken_up_renews_tokens_too() -> None:
    """The producer has its verdict from an earlier worker, and its token has ended since."""
    plan = a_chain(3)
    first = DeskPlay(plan, life_seconds=100)
    stop = StopSignal()
    first.start(stop=stop)
    await first.clock.advance(0)
    stop.drain()
    await first.finish()
    second = DeskPlay(plan, life_seconds=100)
    second.context.restore(first.context.state())
    await second.clock.advance(500)
    await second.run(finished={outcome.test: outcome for outcome in first.finished})
    assert second.end.status is RunStatus.COMPLETED
    assert second.end.renewals == {"access_token": 1}
    assert second.desk.refusals == 0


async def test_waiting_for_a_token_is_nobodys_time() -> None:
    """A test that waited for a login is not slower for it."""

    class SlowDesk(DeskPlay):
        async def _answer(self, request: PreparedRequest) -> Response:
            if request.method == "POST":
                await self.clock.sleep(5)
            return await super()._answer(request)

    play = SlowDesk(a_chain(2), life_seconds=1)
    await play.run()
    attempt = play.outcome("t1").attempts[0]
    assert (attempt.setup_seconds, attempt.execution_seconds) == (0, 1)


async def test_a_test_that_is_cut_short_does_not_end_the_renewal_for_others() -> None:
    """The run ends cleanly, with a login under way that nobody waits for any more."""
    stop = StopSignal()
    play = Play(
        a_plan(a_login(), a_user("t")),
        {"login": LOGIN, "t": 401},
        context=ExecutionContext(base_url=BASE_URL),
    )
    logins = iter([0, 500])

    async def slow(request: PreparedRequest) -> Response:
        if request.method == "POST":
            await play.clock.sleep(next(logins))
            return LOGIN
        return Response(status_code=401)

    play.sender._answer = slow
    play.start(stop=stop, patience_seconds=1, environment=an_environment(base_url=BASE_URL))
    await play.clock.advance(1)
    stop.cancel()
    await play.clock.advance(2)
    await play.finish()
    assert play.verdicts == {"login": "passed", "t": "broken"}
    assert play.end.status is RunStatus.CANCELLED


async def test_captured_data_that_is_a_token_counts_as_one() -> None:
    """However its template spells it."""
    auth = Auth(kind=AuthKind.BEARER, values={"token": "{{ captured_data.login.access_token }}"})
    user = a_step("t", needs=["login"], request=a_request(url="/t", auth=auth))
    answers = iter([401, 200])
    play = Play(a_plan(a_login(), user), {"login": LOGIN, "t": lambda: next(answers)})
    await play.run()
    assert play.end.renewals == {"access_token": 1}


async def test_a_value_that_is_no_token_is_not_renewed() -> None:
    """A 401 of a request that only uses an id has another reason."""
    user = a_step("t", needs=["login"], request=a_request(url="/t?id={{ captured_data.login.id }}"))
    login = a_login(capture=[a_capture("id"), a_token("access_token")])
    answer = Response(status_code=200, body=b'{"access_token": "a-token-of-somebody", "id": 7}')
    play = Play(a_plan(login, user), {"login": answer, "t": 401})
    await play.run()
    assert (play.verdicts["t"], play.end.renewals) == (Verdict.FAILED, {})
