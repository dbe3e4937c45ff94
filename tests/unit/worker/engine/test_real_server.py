"""The engine with the default sender against a real server."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from context.execution import ExecutionContext
from context.functions import Now, system_now
from tests.builders import a_plan, a_request, a_token, a_variable, an_environment, an_expectation
from tests.engines import a_step
from tests.targets import PASSWORD, TOKEN, Target, running_target
from tests.token_desk import TokenDesk
from tests.wire import Reply, Seen, json_reply
from worker.clock import SystemClock
from worker.engine import Parts, run_plan
from worker.http.pyreqwest_sender import PyreqwestSender
from worker.http.send import Sender
from worker.models.events import Event, RunFinished, TokenRenewed
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import ExpectationKind, Operator
from worker.models.graph import Plan
from worker.models.outcome import RunFailure, RunStatus
from worker.models.request import Auth, AuthKind, BodyKind


@pytest.fixture
def target() -> Iterator[Target]:
    """A server of our own."""
    with running_target() as target:
        yield target


async def events_of(
    plan: Plan, base_url: str, *, now: Now = system_now, jobs: int = 10, rounds: "Rounds | None" = None
) -> list[Event]:
    """Everything that a run tells."""
    sender: Sender = PyreqwestSender() if rounds is None else InRounds(PyreqwestSender(), rounds)
    context = ExecutionContext(base_url=base_url, secrets={"password": PASSWORD}, now=now)
    parts = Parts(
        context=context,
        sender=sender,
        clock=SystemClock(),
        environment=an_environment(base_url=base_url, variables={"email": "ada@example.com"}),
        jobs=jobs,
    )
    try:
        return [event async for event in run_plan(plan, parts)]
    finally:
        await sender.close()


def the_end(events: list[Event]) -> RunFinished:
    """The last event."""
    assert isinstance(events[-1], RunFinished)
    return events[-1]


BEARER = Auth(kind=AuthKind.BEARER, values={"token": "{{ tokens.access_token }}"})


def a_login() -> Plan:
    """Log in, then ten tests that use the token, side by side."""
    login = a_step(
        "login",
        request=a_request(
            "POST", "/login", body_kind=BodyKind.JSON, body={"password": "{{ secrets.password }}"}
        ),
        capture=[a_token("access_token"), a_variable("user_id", "$.user.id")],
    )
    same_user = an_expectation("{{ user_id }}", kind=ExpectationKind.JSON, subject="$.id")
    quick = an_expectation(25, kind=ExpectationKind.TIME, operator=Operator.LESS)
    users = [
        a_step(
            f"me-{number}",
            needs=["login"],
            request=a_request(url="/me", auth=BEARER),
            expect=[an_expectation(200), same_user, quick],
        )
        for number in range(10)
    ]
    return a_plan(login, *users)


async def test_a_login_is_made_once_and_used_by_many(target: Target) -> None:
    """One login for the whole run, however parallel; values keep their type on the way."""
    end = the_end(await events_of(a_login(), target.base_url))
    assert (end.outcome.status, end.outcome.counters.passed) == (RunStatus.COMPLETED, 11)
    assert [seen.path for seen in target.requests].count("/login") == 1
    assert all(
        seen.header("authorization") == f"Bearer {TOKEN}" for seen in target.requests if seen.path == "/me"
    )


async def test_neither_password_nor_token_is_in_any_event(target: Target) -> None:
    """Not in requests, not in answers, not in captures."""
    told = str(await events_of(a_login(), target.base_url))
    assert TOKEN not in told
    assert PASSWORD not in told


async def test_an_environment_that_is_not_there_is_told_once() -> None:
    """One login refused, ten tests not run, one reason."""
    end = the_end(await events_of(a_login(), "http://127.0.0.1:1"))
    assert end.outcome.failure is RunFailure.ENVIRONMENT
    assert end.outcome.message == "the environment cannot be reached: nothing listens on 127.0.0.1:1" + HINT
    assert (end.outcome.counters.broken, end.outcome.counters.blocked) == (1, 10)


HINT = " (start the API, or check host and port of base_url)"


async def test_a_flaky_answer_passes_at_its_second_try(target: Target) -> None:
    """The pause is the test's own."""
    request = a_request(url="/flaky/once/1")
    plan = a_plan(a_step("flaky", request=request, retries=1, retry_delay_seconds=0.0))
    end = the_end(await events_of(plan, target.base_url))
    assert end.outcome.status is RunStatus.COMPLETED
    assert [attempt.category for attempt in end.outcomes[0].attempts] == ["gateway_502_503_504", None]


class Rounds:
    """Lets requests on when all that were sent have come: however slow one is, no other is far ahead."""

    def __init__(self) -> None:
        self.sent = 0
        self._come = 0
        self._next = asyncio.Event()

    async def take_part(self) -> None:
        """A request has come, and waits for those that are still on their way."""
        self._come += 1
        turn = self._next
        if self._come == self.sent:
            turn.set()
            self._next = asyncio.Event()
        await turn.wait()


class InRounds:
    """A sender whose requests are counted before they are on their way."""

    def __init__(self, inner: Sender, rounds: Rounds) -> None:
        self._inner = inner
        self._rounds = rounds

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """One exchange."""
        self._rounds.sent += 1
        return await self._inner.send(request, timeout_seconds=timeout_seconds)

    async def close(self) -> None:
        """No more of them."""
        await self._inner.close()


@contextmanager
def a_desk(rounds: Rounds) -> Iterator[tuple[Target, TokenDesk]]:
    """A server of our own whose tokens end, and to which requests come in rounds."""
    desk = TokenDesk(life_seconds=2.0)

    async def answer(seen: Seen) -> Reply:
        await rounds.take_part()
        own = seen.header("authorization")
        status, body = desk.login() if seen.method == "POST" else desk.check(own)
        return json_reply(body, status=status)

    with running_target(routes={"desk": answer}) as target:
        yield target, desk


class ClockOfRequests:
    """Time that moves by twenty milliseconds with each request that needs a token."""

    def __init__(self) -> None:
        self.requests = 0

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self.requests / 50

    def tick(self) -> None:
        """A request has come."""
        self.requests += 1

    def now(self) -> datetime:
        """The moment."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)


@pytest.mark.parametrize("announces", [True, False])
async def test_a_token_of_two_seconds_lasts_for_ten(announces: bool) -> None:
    """500 parallel tests over ten seconds: one renewal for each end of a token, and no failed test."""
    clock, rounds = ClockOfRequests(), Rounds()
    login = a_step("login", request=a_request("POST", "/desk"), capture=[a_token("access_token")])
    use = a_request(url="/desk", auth=BEARER)
    users = (a_step(f"t{number}", needs=["login"], request=use) for number in range(500))
    with a_desk(rounds) as (target, desk):
        desk.now, desk.on_check, desk.announces = (lambda: clock.seconds), clock.tick, announces
        plan = a_plan(login, *users)
        told = await events_of(plan, target.base_url, now=clock.now, jobs=50, rounds=rounds)
    end = the_end(told)
    assert end.outcome.message == "501 passed"
    assert clock.seconds >= 10
    renewals = [event.renewal for event in told if isinstance(event, TokenRenewed)]
    assert all(renewal.worked for renewal in renewals)
    assert desk.logins == 1 + len(renewals)
    # No token is good for more than a hundred of the requests, and none is replaced before its time, which is
    # a tenth before its end.
    assert len(renewals) >= 4
    lives = [later - earlier for earlier, later in pairwise(desk.moments)]
    assert min(lives) >= 0.9 * desk.life_seconds - 0.001
    assert end.outcome.renewals == {"access_token": len(renewals)}
