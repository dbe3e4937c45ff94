"""How values are compared, operator by operator."""

import math

import pytest

from context.values import JsonValue
from worker.assertions.operators import OPERATORS
from worker.models.expectation import Operator

O = Operator  # noqa: E741 # short, so that the tables below can be read as tables

HOLDS: list[tuple[Operator, JsonValue, JsonValue]] = [
    (O.EQUALS, {"a": [1, None]}, {"a": [1.0, None]}),
    (O.EQUALS, "", ""),
    (O.NOT, 1, True),
    (O.NOT, "1", 1),
    (O.CONTAINS, "warehouse", "house"),
    (O.CONTAINS, [1, {"a": 2}], {"a": 2}),
    (O.CONTAINS, {"name": None}, "name"),
    (O.MATCHES, "eyJhbGciOi", "^ey"),
    (O.MATCHES, "an order of 12 items", r"\d+"),
    (O.TYPE, 1, "number"),
    (O.TYPE, 1, "integer"),
    (O.TYPE, 2.0, "integer"),
    (O.TYPE, 2.5, "number"),
    (O.TYPE, None, "null"),
    (O.TYPE, {}, "object"),
    (O.TYPE, [], "array"),
    (O.TYPE, False, "boolean"),
    (O.LENGTH, "äöü", 3),
    (O.LENGTH, [], 0),
    (O.LENGTH, {"a": 1}, 1),
    (O.GREATER, 2, 1.5),
    (O.LESS, -1, 0),
    (O.BETWEEN, 1, [1, 2]),
    (O.BETWEEN, 2, [1, 2]),
    (O.ONE_OF, "b", ["a", "b"]),
    (O.EXISTS, None, True),
    (O.UNIQUE, [1, "1", True, None, [1], {"a": 1}], True),
    (O.UNIQUE, [1, 1.0], False),
    (O.SORTED, [1, 1, 2.5], True),
    (O.SORTED, ["a", "b"], "ascending"),
    (O.SORTED, [3, 2, 2], "descending"),
    (O.SORTED, [], "ascending"),
    (O.NOT_CONTAINS, "abc", "x"),
    (O.NOT_CONTAINS, [1, 2], 3),
    (O.NOT_CONTAINS, {"a": 1}, "b"),
    (O.STARTS_WITH, "order-7", "order"),
    (O.ENDS_WITH, "order-7", "-7"),
    (O.IS_EMPTY, "", True),
    (O.IS_EMPTY, [], True),
    (O.IS_EMPTY, {"a": 1}, False),
    (O.AT_LEAST, 2, 2),
    (O.AT_MOST, 2, 2),
    (O.CLOSE_TO, 1.1, [1, 0.1]),
    (O.CLOSE_TO, 3, [3.0, 0]),
    (O.EVERY, [2, 3], {"greater": 1}),
    (O.EVERY, [], {"greater": 1}),
    (O.EVERY, [{"id": 1, "b": 2}], {"id": {"type": "integer"}, "gone": {"exists": False}}),
    (O.EVERY, [{"tags": [{"a": 1}]}], {"tags": [{"a": 1}], "$.tags[*].a": [1]}),
    (O.SOME, [1, "x"], "x"),
    (O.SOME, [{"id": 1}, {"id": 2}], {"id": 2}),
    (O.NONE, [1, 2], {"greater": 2}),
    (O.NONE, [], 1),
    (O.STATUS_CLASS, 204, "2xx"),
    (O.STATUS_CLASS, 404, "4XX"),
]

_EVERY = "not every element is as expected: "

FAILS: list[tuple[Operator, JsonValue, JsonValue, str]] = [
    (O.EQUALS, 2, 1, "expected 1, got 2"),
    (O.EQUALS, True, 1, "expected 1, got true"),
    (O.EQUALS, "1", 1, 'expected the integer 1, got the string "1"'),
    (O.EQUALS, {"a": 1, "b": 2}, {"a": 1}, 'expected {"a": 1}, got {"a": 1, "b": 2}'),
    (O.EQUALS, None, "x", 'expected "x", got null'),
    (O.NOT, 1.0, 1, "expected anything but 1"),
    (O.CONTAINS, "abc", "x", '"x" is not in "abc"'),
    (O.CONTAINS, "abc", 1, "a text cannot contain 1; write it as a text"),
    (O.CONTAINS, [1, 2], True, "true is not in [1, 2]"),
    (O.CONTAINS, {"a": 1}, "b", '"b" is not in {"a": 1}'),
    (O.CONTAINS, 12, "1", 'expected something that contains "1", got 12'),
    (O.MATCHES, "token", "^ey", '"token" does not match "^ey"'),
    (O.MATCHES, 12, "1", 'expected a text that matches "1", got the integer 12'),
    (O.MATCHES, "x", 12, "a regular expression is a text, not 12"),
    (O.TYPE, "1", "integer", 'expected an integer, got the string "1"'),
    (O.TYPE, 1.5, "integer", "expected an integer, got the number 1.5"),
    (O.TYPE, True, "number", "expected a number, got the boolean true"),
    (O.TYPE, 1, "null", "expected null, got the integer 1"),
    (
        O.TYPE,
        1,
        "text",
        '"text" is no type; types are string, number, integer, boolean, array, object, null',
    ),
    (O.LENGTH, [1, 2], 3, "expected length 3, got 2: [1, 2]"),
    (O.LENGTH, 12, 2, "only texts, lists and objects have a length, got the integer 12"),
    (O.NOT_CONTAINS, "abc", "b", '"b" is there: "abc"'),
    (O.NOT_CONTAINS, "one\ntwo\n", "two", '"two" is there, in line 2: "one\\ntwo\\n"'),
    (O.NOT_CONTAINS, [1], 1, "1 is in [1]"),
    (O.NOT_CONTAINS, 7, 1, "expected something that contains 1, got 7"),
    (O.STARTS_WITH, "order-7", "7", 'expected a text that begins with "7", got "order-7"'),
    (O.STARTS_WITH, 7, "7", 'expected a text that begins with "7", got the integer 7'),
    (O.STARTS_WITH, "7", 7, "a text begins with a text, not 7"),
    (O.ENDS_WITH, "order-7", "o", 'expected a text that ends with "o", got "order-7"'),
    (O.IS_EMPTY, [1], True, "expected it to be empty, got [1]"),
    (O.IS_EMPTY, "", False, "expected something in it, got nothing"),
    (O.IS_EMPTY, 0, True, "only texts, lists and objects can be empty, got the integer 0"),
    (O.AT_LEAST, 1, 2, "expected at least 2, got 1"),
    (O.AT_LEAST, "2", 1, 'expected a number of at least 1, got the string "2"'),
    (O.AT_MOST, 3, 2, "expected at most 2, got 3"),
    (O.CLOSE_TO, 1.2, [1, 0.1], "expected 1 ± 0.1, got 1.2, which is 0.2 away"),
    (O.CLOSE_TO, 1, 1, "close_to needs [number, tolerance], not 1"),
    (O.CLOSE_TO, None, [1, 1], "expected a number close to [1, 1], got the null null"),
    (O.EVERY, [1, 0, 0], {"greater": 0}, _EVERY + "[1]: expected more than 0, got 0 (and 1 element more)"),
    (O.EVERY, [{"id": 1}, {}], {"id": 1}, _EVERY + "[1].id: missing"),
    (O.EVERY, [1], {"a": 1}, _EVERY + "[0]: expected an object, got the integer 1"),
    (O.EVERY, [{"a": [{}]}], {"a": [{}, {}]}, _EVERY + "[0].a: expected 2 elements, got 1"),
    (O.EVERY, {}, 1, "only lists have elements to look at, got the object {}"),
    (O.SOME, [], 1, "expected some element, but there are none"),
    (O.SOME, [1], 2, "no element is as expected: [0]: expected 2, got 1"),
    (O.SOME, [1, 3], 2, "no element is as expected: [0]: expected 2, got 1 (and so on for all 2)"),
    (O.NONE, [1, {"a": 1}], {"a": 1}, 'expected no such element, but [1] is one: {"a": 1}'),
    (O.GREATER, 1, 1, "expected more than 1, got 1"),
    (O.GREATER, "2", 1, 'expected a number greater than 1, got the string "2"'),
    (O.GREATER, 2, "1", 'greater than needs numbers, not "1"'),
    (O.LESS, 1, 1, "expected less than 1, got 1"),
    (O.LESS, None, 1, "expected a number less than 1, got the null null"),
    (O.BETWEEN, 3, [1, 2], "expected 1 to 2, got 3"),
    (O.BETWEEN, 3, 2, "between needs [low, high], not 2"),
    (O.ONE_OF, "c", ["a", "b"], 'expected one of "a", "b"; got "c"'),
    (O.ONE_OF, "c", "abc", 'one_of needs a list, not "abc"'),
    (O.EXISTS, 1, False, "expected nothing there, got 1"),
    (O.UNIQUE, [1, 2, 1.0], True, "element [2] is there twice: 1.0"),
    (O.UNIQUE, [{"a": 1, "b": 2}, {"b": 2, "a": 1}], True, 'element [1] is there twice: {"b": 2, "a": 1}'),
    (O.UNIQUE, [1, 2], False, "expected an element twice in [1, 2]"),
    (O.UNIQUE, "aa", True, 'only lists can be unique, got the string "aa"'),
    (O.SORTED, [1, 3, 2], True, "expected ascending, but [1] 3 comes before [2] 2"),
    (O.SORTED, [1, "a"], True, 'expected ascending, but [0] 1 comes before [1] "a"'),
    (O.SORTED, [1, 2], "up", 'sorted is ascending or descending, not "up"'),
    (O.STATUS_CLASS, 404, "2xx", "expected 2xx, got 404"),
    (O.STATUS_CLASS, 200, "success", '"success" is no class of status codes; write 2xx or 4xx'),
]


def test_every_operator_can_be_used() -> None:
    """A word of the file format without a comparison would be a trap."""
    assert set(OPERATORS) == set(Operator)
    assert {operator for operator, *_ in HOLDS} == set(Operator)
    assert {operator for operator, *_ in FAILS} == set(Operator)


@pytest.mark.parametrize(("operator", "actual", "expected"), HOLDS)
def test_what_holds_has_no_complaint(operator: Operator, actual: JsonValue, expected: JsonValue) -> None:
    """An empty complaint means that it holds."""
    assert OPERATORS[operator](actual, expected) == ""


@pytest.mark.parametrize(("operator", "actual", "expected", "complaint"), FAILS)
def test_what_does_not_hold_says_why(
    operator: Operator, actual: JsonValue, expected: JsonValue, complaint: str
) -> None:
    """The words are what people read, so they are tested word for word."""
    assert OPERATORS[operator](actual, expected) == complaint


def test_numbers_that_are_not_finite_compare_without_an_error() -> None:
    """Python reads NaN and Infinity from JSON; they equal nothing and break nothing."""
    assert OPERATORS[O.EQUALS](math.inf, 1)
    assert OPERATORS[O.TYPE](math.nan, "number") == ""
    assert OPERATORS[O.UNIQUE]([math.inf, 1], True) == ""


def test_a_pattern_that_would_never_end_is_stopped() -> None:
    """Nested repetitions would hang Python's own search; here they end with a sentence."""
    complaint = OPERATORS[O.MATCHES]("a" * 60 + "!", r"^(\w+\s?)*\1$")
    assert "took longer" in complaint or "does not match" in complaint


def test_a_pattern_that_is_none_says_so() -> None:
    """The reason is the pattern's, not the answer's."""
    assert OPERATORS[O.MATCHES]("x", "[").startswith("'[' is not a regular expression: ")
