"""Why a test did not pass, in one word."""

import pytest

from tests.builders import a_plan, a_token, an_expectation
from tests.engines import Play, a_step
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind, Operator


@pytest.mark.parametrize(
    ("status", "category"),
    [
        (401, "unauthorized_401"),
        (403, "forbidden_403"),
        (429, "rate_limited_429"),
        (500, "server_5xx"),
        (501, "server_5xx"),
        (503, "gateway_502_503_504"),
        (404, "status"),
        (302, "status"),
    ],
)
async def test_a_status_that_was_not_expected_gives_the_category(status: int, category: str) -> None:
    """What the API said is the best word for it."""
    play = await Play(a_plan(a_step("a")), {"a": status}).run()
    assert play.outcome("a").category == category


async def test_a_login_that_is_turned_away_has_its_own_category() -> None:
    """A test that captures a token is a login."""
    play = await Play(a_plan(a_step("a", capture=[a_token("token")])), {"a": 401}).run()
    assert play.outcome("a").category == "login_failed"


A_HEADER = an_expectation("x", kind=ExpectationKind.HEADER, subject="X")
A_VALUE = an_expectation(1, kind=ExpectationKind.JSON, subject="$.a")
A_TIME = an_expectation(0.5, kind=ExpectationKind.TIME, operator=Operator.LESS)


@pytest.mark.parametrize(
    ("expect", "category"),
    [
        ([A_HEADER], "header"),
        ([A_VALUE], "assertion_value"),
        ([A_TIME], "assertion_time"),
        ([A_TIME, A_HEADER], "header"),
        ([A_TIME, A_HEADER, A_VALUE], "assertion_value"),
        ([A_VALUE, an_expectation(201)], "status"),
    ],
)
async def test_a_wrong_answer_is_worse_than_a_slow_one(expect: list[Expectation], category: str) -> None:
    """Of several expectations that did not hold, the most telling gives the category."""
    answer = Response(status_code=200, body=b'{"a": 2}', seconds=2.0)
    play = await Play(a_plan(a_step("a", expect=expect)), {"a": answer}).run()
    assert play.outcome("a").category == category


async def test_a_body_that_is_not_json_has_its_own_category() -> None:
    """An error page instead of a document is another trouble than a wrong value."""
    answer = Response(status_code=200, body=b"<html>oops</html>")
    play = await Play(a_plan(a_step("a", expect=[A_VALUE])), {"a": answer}).run()
    assert play.outcome("a").category == "malformed_body"
    assert play.outcome("a").reason == "the body is not JSON: it begins with '<', as HTML and XML do"
