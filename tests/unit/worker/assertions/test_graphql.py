"""Errors of GraphQL that come with the status 200, and the complexity of what was sent."""

import json

import pytest

from context.values import JsonValue
from tests.builders import a_place
from worker.assertions import check
from worker.models.exchange import BodyStory, PreparedRequest, Response
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.graphql import COMPLEXITY, ERRORS
from worker.models.outcome import CheckResult


def looked_at(answer: JsonValue | bytes) -> CheckResult:
    """The check of this answer for errors."""
    expectation = Expectation(
        kind=ExpectationKind.GRAPHQL,
        operator=Operator.EXISTS,
        expected=False,
        subject=ERRORS,
        where=a_place(),
    )
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return check(expectation, Response(status_code=200, body=body), expected=False)


@pytest.mark.parametrize("answer", [{"data": {"a": 1}}, {"data": None}, {"data": {}, "errors": []}])
def test_an_answer_without_errors_holds(answer: JsonValue) -> None:
    """Whatever its data."""
    assert looked_at(answer).passed


def test_errors_fail_the_test_with_and_without_data() -> None:
    """The first one is told with its place, all are listed."""
    errors: JsonValue = [
        {"message": "Cannot query field 'x'", "path": ["products", 0, "x"]},
        {"message": "no"},
        {},
        "odd",
    ]
    for answer in ({"errors": errors}, {"data": {"a": 1}, "errors": errors}):
        result = looked_at(answer)
        assert not result.passed
        assert result.message == (
            "GraphQL answered with an error: Cannot query field 'x' (at products.0.x) (and 3 more)"
        )
        assert result.difference.splitlines() == [
            "- Cannot query field 'x' (at products.0.x)",
            "- no",
            "- without a message",
            "- odd",
        ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [(b"<html>", "the body is not JSON"), (b"[]", "neither data nor errors"), (b"{}", "neither data")],
)
def test_what_is_no_answer_of_graphql_is_said(answer: bytes, why: str) -> None:
    """A page of a proxy is not mistaken for success."""
    result = looked_at(answer)
    assert not result.passed
    assert why in result.message


@pytest.mark.parametrize(("measured", "passed"), [(5, True), (6, False), (None, False)])
def test_complexity_is_held_to_its_limit(measured: int | None, passed: bool) -> None:
    """As it was measured when the request was made."""
    expectation = Expectation(
        kind=ExpectationKind.GRAPHQL,
        operator=Operator.AT_MOST,
        expected=5,
        subject=COMPLEXITY,
        where=a_place(),
    )
    sent = PreparedRequest(method="POST", url="http://api.test", story=BodyStory(graphql_complexity=measured))
    result = check(expectation, Response(status_code=200, body=b"{}", sent=sent), expected=5)
    assert result.passed is passed
