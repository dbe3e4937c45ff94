"""Tokens that no test makes: those of OAuth 2, which the client asks for itself."""

import json

from tests.builders import a_plan, a_request, an_expectation
from tests.engines import Play, a_step
from tests.manual_clock import ManualClock
from worker.http.session import Session
from worker.models.events import TokenRenewed
from worker.models.exchange import Response
from worker.models.outcome import Verdict
from worker.models.request import Auth, AuthKind
from worker.models.suite import Test

NAME = "the OAuth 2 token of shop"
CLIENT = {
    "grant": "client_credentials",
    "token_url": "/token",
    "client_id": "shop",
    "client_secret": "sesame",
}


def with_token(key: str, **more: object) -> Test:
    """A test whose request carries a token of OAuth 2."""
    request = a_request(url=f"/{key}", auth=Auth(kind=AuthKind.OAUTH2, values=CLIENT))
    return a_step(key, request=request, **more)


def a_token() -> Response:
    """A token that lives for ten seconds, of which the last five are not used."""
    return Response(status_code=200, body=json.dumps({"access_token": "tok-1234", "expires_in": 10}).encode())


class PlayWithAuth(Play):
    """A play in which auth is done as in a real run."""

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type] # as they come
        clock: ManualClock = self.clock
        self.sender = Session(self.sender, clock=clock)  # type: ignore[assignment] # one around the other


async def test_a_renewal_is_said_and_counted() -> None:
    """As that of a token that a test makes: nobody has to wonder where the time went."""
    plan = a_plan(with_token("a"), with_token("b", needs=["a"]), with_token("c", needs=["b"]))
    play = await PlayWithAuth(plan, {"token": a_token}, {"a": 8}).run()
    renewals = [event.renewal for event in play.events if isinstance(event, TokenRenewed)]
    assert [(each.tokens, each.cause, each.wanted_by) for each in renewals] == [
        ((NAME,), "it had expired", "shop/b")
    ]
    assert play.end.renewals == {NAME: 1}


async def test_a_renewal_after_a_refusal_says_so() -> None:
    """The API knows better than the clock."""
    answers = iter((401, 200))
    play = await PlayWithAuth(a_plan(with_token("a")), {"token": a_token, "a": lambda: next(answers)}).run()
    renewals = [event.renewal for event in play.events if isinstance(event, TokenRenewed)]
    assert [each.cause for each in renewals] == ["it was refused with 401"]


async def test_a_refusal_that_is_wanted_is_no_reason_to_renew() -> None:
    """Whoever tests a refusal gets it at once, and the others keep their token."""
    asked: list[str] = []

    def answer(name: str, line: Response) -> Response:
        asked.append(name)
        return line

    script = {
        "token": lambda: answer("token", a_token()),
        "a": lambda: answer("a", Response(status_code=401)),
    }
    play = await PlayWithAuth(a_plan(with_token("a", expect=[an_expectation(401)])), script).run()
    assert (play.verdicts, play.end.renewals) == ({"a": Verdict.PASSED}, {})
    assert asked == ["token", "a"]


async def test_the_first_token_is_no_renewal() -> None:
    """It is only asked for."""
    play = await PlayWithAuth(a_plan(with_token("a")), {"token": a_token}).run()
    assert play.end.renewals == {}
