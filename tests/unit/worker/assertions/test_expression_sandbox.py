"""Expressions under `check` and filters of captures reach no further than templates do."""

import time

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.gather import look_for
from context.outcomes import NotFound
from tests.unit.context.test_sandbox import BOMBS, ESCAPES, NAMES
from worker.assertions import Scene, check
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import Location

ANSWER = Response(status_code=200, body=b'{"text": "some", "items": [1, 2], "number": 5, "object": {"a": 1}}')

#: Whole expressions, without their braces; what has statements in it is no expression.
EXPRESSIONS = [
    text.removeprefix("{{").removesuffix("}}").strip()
    for text in (*ESCAPES, *BOMBS)
    if text.startswith("{{ ") and text.endswith(" }}") and "{%" not in text and text.count("{{") == 1
]


def _checked(expression: str) -> tuple[bool, str]:
    expectation = Expectation(
        kind=ExpectationKind.CHECK,
        operator=Operator.EQUALS,
        expected=expression,
        where=Location("x.yaml", 1, 1),
    )
    result = check(expectation, ANSWER, expected=expression, scene=Scene())
    return result.passed, f"{result.message} {result.difference} {result.actual}"


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda expression: expression[:40])
def test_an_expression_cannot_reach_python_nor_grow(expression: str) -> None:
    """It does not hold, and says why within bounds."""
    began = time.process_time()
    passed, said = _checked(expression)
    assert not passed
    assert "object at 0x" not in said
    assert "<class" not in said
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "expression", [each for each in EXPRESSIONS if "|" in each], ids=lambda text: text[:40]
)
def test_a_capture_s_filter_cannot_reach_python_nor_grow(expression: str) -> None:
    """A value that cannot be filtered is not captured."""
    rule = CaptureRule(
        name="x",
        target=CaptureTarget.DATA,
        source=CaptureSource.JSONPATH,
        expression="$.text",
        filter=expression.partition("|")[2].strip(),
    )
    began = time.process_time()
    found = look_for(ANSWER, rule)
    assert isinstance(found, NotFound) or "0x" not in str(found)
    assert time.process_time() - began < 5


def test_names_are_those_of_the_sandbox() -> None:
    """The lists above speak of these names."""
    assert {"text", "items", "number", "object"} <= NAMES.keys()
