"""Words of other tools are explained where they cannot have been meant."""

import pytest

from tests.builders import an_expectation
from worker.assertions import check
from worker.assertions.foreign import MEANT, meant_operator
from worker.models.exchange import Response
from worker.models.expectation import ExpectationKind, Operator


@pytest.mark.parametrize("word", sorted(MEANT))
def test_what_is_offered_is_an_operator(word: str) -> None:
    """And what it stands for is none itself."""
    assert MEANT[word] in set(Operator)
    assert word not in set(Operator)


def test_only_the_last_name_of_a_path_counts() -> None:
    """`$.gt.id` is a field of something called gt."""
    assert meant_operator("$.price.gt") == "greater"
    assert meant_operator("$.gt.id") == ""


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("greatr", "greater"),
        ("lenght", "length"),
        ("contain", "contains"),
        ("starts-with", "starts_with"),
        ("city", ""),
    ],
)
def test_a_slip_of_the_hand_is_recognised(field: str, meant: str) -> None:
    """Whoever writes `greatr` of a number did not mean a field."""
    assert meant_operator(f"$.price.{field}") == meant


@pytest.mark.parametrize(
    ("subject", "hint"),
    [("$.user.id.gt", "; the operator is called 'greater'"), ("$.user.gt", ""), ("$.user.id.made_at", "")],
)
def test_a_field_that_a_number_cannot_have_is_explained(subject: str, hint: str) -> None:
    """An object may well have a field of that name, which is then just missing."""
    response = Response(status_code=200, headers=(), body=b'{"user": {"id": 7}}', seconds=0)
    expectation = an_expectation(3, kind=ExpectationKind.JSON, operator=Operator.EQUALS, subject=subject)
    message = check(expectation, response, expected=3).message
    assert message.endswith(hint)
    assert ("operator" in message) == bool(hint)
