"""Secrets in what is said of an answer: hidden before anything is cut."""

import pytest

from context.masking import Mask
from context.values import JsonValue
from tests.builders import an_expectation
from worker.assertions import check
from worker.assertions.scene import Scene
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.outcome import CheckResult

#: Longer than what a message shows of a value, so that it would be cut in half.
SECRET = "canary-" + "0123456789" * 40

K, O = ExpectationKind, Operator  # noqa: E741 # short, for the table below


def said_of(result: CheckResult) -> str:
    """All that leaves a check."""
    return f"{result.message} {result.difference} {result.actual}"


def answer(document: str, **more: str) -> Response:
    """An answer with this body and these headers."""
    headers = tuple((name.replace("_", "-"), value) for name, value in more.items())
    return Response(status_code=200, headers=headers, body=document.encode())


@pytest.mark.parametrize(
    "expectation",
    [
        an_expectation("x", kind=K.JSON, subject="$.note"),
        an_expectation("x", kind=K.JSON, operator=O.CONTAINS, subject="$.note"),
        an_expectation({"note": "x"}, kind=K.JSON, subject="$"),
        an_expectation("nothing", kind=K.JSON, operator=O.MATCHES, subject="$.note"),
        an_expectation({"length": 3}, kind=K.JSON, operator=O.EVERY, subject="$.list"),
        an_expectation("x", kind=K.BODY),
        an_expectation("canary", kind=K.BODY, operator=O.NOT_CONTAINS),
        an_expectation("canary-", kind=K.BODY, operator=O.STARTS_WITH),
        an_expectation("8", kind=K.BODY, operator=O.ENDS_WITH),
        an_expectation("x", kind=K.HEADER, subject="X-Note"),
        an_expectation("x", kind=K.COOKIE, subject="note"),
        an_expectation({"properties": {"note": {"maxLength": 1}}}, kind=K.SCHEMA),
        an_expectation("json.note == 'x'", kind=K.CHECK),
        an_expectation("json.list[0] ~ 'y' == 'x'", kind=K.CHECK),
    ],
    ids=lambda each: f"{each.kind}-{each.operator}-{each.subject}",
)
def test_a_known_secret_is_not_said(expectation: Expectation) -> None:
    """Whatever is asked, and however long the secret is: half of it would not be recognised any more."""
    response = answer(
        f'{{"note": "{SECRET}", "list": ["{SECRET}"]}}', X_Note=SECRET, Set_Cookie=f"note={SECRET}; Path=/"
    )
    result = check(expectation, response, expected=expectation.expected, scene=Scene(mask=Mask([SECRET])))
    assert not result.passed
    assert "canary-0" not in said_of(result)
    assert "0123456789" not in said_of(result)


@pytest.mark.parametrize(
    ("expected", "subject", "document"),
    [
        ("x", "$.password", '{"password": "hunter2000"}'),
        ({"password": "x"}, "$", '{"password": "hunter2000"}'),
        ({"user": {"name": "x"}}, "$", '{"user": {"name": "Ada", "refresh_token": "hunter2000"}}'),
    ],
)
def test_what_is_private_by_its_name_is_not_said(expected: JsonValue, subject: str, document: str) -> None:
    """A password is nobody's business, though nobody said that it is secret."""
    result = check(
        an_expectation(expected, kind=K.JSON, subject=subject), answer(document), expected=expected
    )
    assert not result.passed
    assert "hunter2000" not in said_of(result)


def test_two_texts_that_part_inside_of_a_secret_say_so() -> None:
    """Masked they are the same, which is no reason to say nothing."""
    expected, other = f"a\n{SECRET}\nb", f"a\n{SECRET}9\nb"
    result = check(
        an_expectation(expected, kind=K.BODY),
        answer(other),
        expected=expected,
        scene=Scene(mask=Mask([SECRET, f"{SECRET}9"])),
    )
    assert result.difference == "they part inside of a secret"
