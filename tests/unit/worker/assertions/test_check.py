"""What is checked of a response, kind by kind."""

import pytest

from context.values import JsonValue
from tests.builders import an_expectation
from worker.assertions import ASSERTIONS, check
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.outcome import CheckResult

HEADERS = (
    ("Content-Type", "application/json"),
    ("Content-Length", "120"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
)
BODY = (
    b"""{"user": {"id": 7, "name": "Ada", "email": null}, "items": [{"price": 5}, {"price": 9}], "a b": 1}"""
)


def a_response(status: int = 200, *, body: bytes = BODY, seconds: float = 0.1) -> Response:
    """An answer with a user and two items."""
    return Response(status_code=status, headers=HEADERS, body=body, seconds=seconds)


def checked(
    kind: ExpectationKind,
    expected: JsonValue,
    *,
    subject: str = "",
    operator: Operator = Operator.EQUALS,
    response: Response | None = None,
) -> CheckResult:
    """What checking one thing gives."""
    expectation = an_expectation(expected, kind=kind, operator=operator, subject=subject)
    return check(expectation, response or a_response(), expected=expected)


def test_every_kind_has_its_module() -> None:
    """A kind of the file format that nobody checks would be a trap."""
    assert set(ASSERTIONS) == set(ExpectationKind)


def status(expected: JsonValue, operator: Operator = Operator.EQUALS, *, got: int = 401) -> str:
    """What is said of a status code."""
    return checked(ExpectationKind.STATUS, expected, operator=operator, response=a_response(got)).message


def test_a_status_is_a_value_a_list_or_a_class() -> None:
    """The sentence is the same for all of them."""
    assert status(200) == "expected status 200, got 401"
    assert status([200, 201], Operator.ONE_OF) == "expected status 200 or 201, got 401"
    assert status("2xx", Operator.STATUS_CLASS) == "expected status 2xx, got 401"
    assert status([200, "3xx"], Operator.ONE_OF) == "expected status 200 or 3xx, got 401"
    assert status([200, "4xx"], Operator.ONE_OF) == ""
    assert status(400, Operator.LESS) == "expected status less 400, got 401"
    assert status(401) == status([401], Operator.ONE_OF) == status("4xx", Operator.STATUS_CLASS) == ""


def header(name: str, expected: JsonValue, operator: Operator = Operator.EQUALS) -> CheckResult:
    """What is found out about a header."""
    return checked(ExpectationKind.HEADER, expected, subject=name, operator=operator)


def test_headers_are_found_whatever_their_case() -> None:
    """HTTP knows no case in names; values are compared exactly."""
    assert header("content-type", "application/json").passed
    assert header("CONTENT-TYPE", "application/JSON").message == (
        'header CONTENT-TYPE: expected "application/JSON", got "application/json"'
    )


def test_numbers_in_headers_can_be_compared() -> None:
    """A header is a text, but `less: 1000` means a number."""
    assert header("Content-Length", 120).passed
    assert header("Content-Length", 1000, Operator.LESS).passed
    assert header("Content-Length", [100, 119], Operator.BETWEEN).message == (
        "header Content-Length: expected 100 to 119, got 120"
    )
    assert header("Content-Type", 1, Operator.GREATER).message == (
        'header Content-Type: expected a number greater than 1, got the string "application/json"'
    )


def test_a_header_that_comes_twice_holds_if_one_does() -> None:
    """Any of the cookies may be the one; `not` must hold for all."""
    assert header("set-cookie", "b=2").passed
    assert not header("set-cookie", "c=3").passed
    assert not header("set-cookie", "b=2", Operator.NOT).passed


def test_a_missing_header_says_what_is_there() -> None:
    """The difference names the headers of the answer, so that a slip is seen at once."""
    result = header("X-Request-Id", "1")
    assert result.message == "header X-Request-Id is missing"
    assert result.difference == "the answer has content-length, content-type, set-cookie"
    assert header("X-Request-Id", True, Operator.EXISTS).message == "header X-Request-Id is missing"
    assert header("X-Request-Id", False, Operator.EXISTS).passed
    assert header("Content-Type", False, Operator.EXISTS).message == (
        'header Content-Type: expected nothing there, got "application/json"'
    )


def in_json(
    path: str, expected: JsonValue, operator: Operator = Operator.EQUALS, *, body: bytes = BODY
) -> CheckResult:
    """What is found out about a place in the body."""
    response = a_response(body=body)
    return checked(ExpectationKind.JSON, expected, subject=path, operator=operator, response=response)


def test_a_place_in_the_body_is_compared() -> None:
    """The message begins with the path."""
    assert in_json("$.user.id", 7).passed
    assert in_json("$['a b']", 1).passed
    assert in_json("$.user.id", 8).message == "$.user.id: expected 8, got 7"
    assert in_json("$.items[1].price", 9, Operator.GREATER).message == (
        "$.items[1].price: expected more than 9, got 9"
    )


def test_a_path_to_many_gives_a_list() -> None:
    """All prices, also when there is none."""
    assert in_json("$.items[*].price", [5, 9]).passed
    assert in_json("$.items[*].price", "ascending", Operator.SORTED).passed
    assert in_json("$.items[?@.price > 100]", 0, Operator.LENGTH).passed
    assert in_json("$.items[?@.price > 100]", False, Operator.EXISTS).passed
    assert not in_json("$.items[?@.price > 100]", True, Operator.EXISTS).passed


def test_a_place_that_is_not_there_says_what_is() -> None:
    """A slip in a name is seen at once."""
    result = in_json("$.user.nam", "Ada")
    assert "$.user.nam" in result.message
    assert "id, name, email" in result.message
    assert in_json("$.user.nam", False, Operator.EXISTS).passed


def test_null_is_there() -> None:
    """A value that is null exists."""
    assert in_json("$.user.email", True, Operator.EXISTS).passed
    assert in_json("$.user.email", None).passed


def test_a_large_difference_shows_its_places() -> None:
    """Two objects are not printed side by side; the lines say where they part."""
    result = in_json("$.user", {"id": 7, "name": "Bob", "email": None})
    assert result.difference == '$.user.name: expected "Bob", got "Ada"'


def test_the_whole_body_is_called_the_body() -> None:
    """`$` alone means nothing to most people."""
    assert in_json("$", [], body=b"[1]").message == "the body: expected [], got [1]"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is empty, not JSON"),
        (b"  \n", "the body is empty, not JSON"),
        (b"<html>", "the body is not JSON: it begins with '<', as HTML and XML do"),
        (b'{"a": 1', "the body is not JSON: Expecting ',' delimiter at line 1, column 8"),
        (b"\xff\xfe\x00", "the body is not JSON: it is not UTF-8 text"),
        (b"[" * 100_000, "the body is JSON nested too deeply to be read"),
        (b'{"a": NaN}', "the body is not JSON: NaN is no number that JSON has"),
        (b'[-Infinity, "NaN"]', "the body is not JSON: -Infinity is no number that JSON has"),
    ],
)
def test_a_body_that_is_not_json_says_so(body: bytes, message: str) -> None:
    """It fails with a sentence, whatever the operator."""
    assert in_json("$.a", 1, body=body).message == message
    assert not in_json("$.a", False, Operator.EXISTS, body=body).passed


def test_a_body_that_was_cut_is_told_from_one_that_is_broken() -> None:
    """The fault is the limit's, not the API's."""
    response = Response(status_code=200, body=b'{"a": "xxx', truncated=True)
    result = checked(ExpectationKind.JSON, 1, subject="$.a", response=response)
    assert result.message == "the body is not JSON: it was cut after 10 bytes"


@pytest.mark.parametrize(
    ("operator", "expected", "said"),
    [
        (Operator.CONTAINS, "bc", ""),
        (Operator.STARTS_WITH, "ab", ""),
        (Operator.MATCHES, "^a", ""),
        (Operator.IS_EMPTY, False, ""),
        (Operator.CONTAINS, "zz", "cut"),
        (Operator.MATCHES, "z", "cut"),
        (Operator.NOT_CONTAINS, "zz", "cut"),
        (Operator.NOT, "zz", "cut"),
        (Operator.ENDS_WITH, "cd", "cut"),
        (Operator.EQUALS, "abcd", "cut"),
        (Operator.LENGTH, 4, "cut"),
        (Operator.NOT_CONTAINS, "bc", "the body: "),
        (Operator.STARTS_WITH, "zz", "the body: "),
        (Operator.IS_EMPTY, True, "the body: "),
    ],
)
def test_of_a_body_that_was_cut_only_its_beginning_is_known(
    operator: Operator, expected: JsonValue, said: str
) -> None:
    """What nobody has read holds nothing, and lacks nothing."""
    response = Response(status_code=200, body=b"abcd", truncated=True)
    message = checked(ExpectationKind.BODY, expected, operator=operator, response=response).message
    cut = "the body was cut after 4 bytes, so it cannot be told"
    assert message.startswith(cut if said == "cut" else said)
    assert bool(message) == bool(said)


@pytest.mark.parametrize(
    ("kind", "subject", "expected"),
    [
        (ExpectationKind.XML, "//a", "b"),
        (ExpectationKind.CHECK, "", "'error' not in body"),
        (ExpectationKind.CHECK, "", "size < 100"),
    ],
)
def test_nothing_is_concluded_from_half_a_document(
    kind: ExpectationKind, subject: str, expected: JsonValue
) -> None:
    """Neither that something is in it nor that it is not."""
    response = Response(status_code=200, body=b"<a>b</a>", truncated=True)
    assert "was cut after 8 bytes" in checked(kind, expected, subject=subject, response=response).message
    assert checked(ExpectationKind.CHECK, "status == 200", response=response).passed


def took(expected: JsonValue, operator: Operator, *, seconds: float = 0.812) -> str:
    """What is said of a time."""
    response = a_response(seconds=seconds)
    return checked(ExpectationKind.TIME, expected, operator=operator, response=response).message


def test_times_are_compared_in_seconds_and_told_as_people_do() -> None:
    """Milliseconds below a second, seconds above."""
    assert took(0.5, Operator.LESS) == "expected less than 500 ms, took 812 ms"
    assert took([0, 0.5], Operator.BETWEEN) == "expected at most 500 ms, took 812 ms"
    assert took(1, Operator.GREATER) == "expected more than 1 s, took 812 ms"
    assert took(0.5, Operator.LESS, seconds=2.5) == "expected less than 500 ms, took 2.5 s"
    assert took(1, Operator.LESS) == took([0, 1], Operator.BETWEEN) == ""


def test_a_result_keeps_what_was_expected_and_what_was_found() -> None:
    """Reports show both."""
    result = in_json("$.user.id", 8)
    assert (result.expected, result.actual) == (8, 7)


def test_a_large_actual_value_is_cut() -> None:
    """A result is for people and for a database row, not for a copy of the body."""
    body = b'{"a": "' + b"x" * 100_000 + b'"}'
    assert len(str(in_json("$.a", "y", body=body).actual)) <= 2_000
    assert len(str(in_json("$", {}, body=body).actual)) <= 2_000


@pytest.mark.parametrize("kind", list(ExpectationKind))
@pytest.mark.parametrize("operator", list(Operator))
@pytest.mark.parametrize("expected", [None, True, 1, "x", [], [1, "x"], {"a": None}])
def test_no_combination_raises(kind: ExpectationKind, operator: Operator, expected: JsonValue) -> None:
    """Whatever stands in a file, checking it is a result."""
    subject = {ExpectationKind.HEADER: "Content-Type", ExpectationKind.JSON: "$.items"}.get(kind, "")
    result = checked(kind, expected, subject=subject, operator=operator)
    assert result.passed is (result.message == "")


def test_an_error_in_a_comparison_is_a_result_too() -> None:
    """The unforeseen fails the check, not the run, and does not quote the answer."""

    class Odd(Response):
        def json(self) -> JsonValue:
            raise OverflowError("s3cret")

    expectation: Expectation = an_expectation(1, kind=ExpectationKind.JSON, subject="$.a")
    result = check(expectation, Odd(status_code=200), expected=1)
    assert result.message == "this could not be checked (OverflowError)"
