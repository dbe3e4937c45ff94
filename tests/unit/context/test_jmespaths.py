"""JMESPath over JSON, and its limits."""

import pytest

from context import jmespaths
from context.outcomes import Found, NotFound
from context.values import JsonValue

ORDER: JsonValue = {"items": [{"id": 1, "price": 5}, {"id": 2, "price": 12}], "note": None}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("items[?price > `6`].id", [2]),
        ("sum(items[].price)", 17),
        ("items[].id | [0]", 1),
        ("{first: items[0].id, count: length(items)}", {"first": 1, "count": 2}),
        ("max_by(items, &price).id", 2),
    ],
)
def test_what_an_expression_makes(expression: str, value: JsonValue) -> None:
    """A value of the document, or one that is made of it."""
    assert jmespaths.find(ORDER, expression) == Found(value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("nothing", "nothing: nothing matches"),
        ("note", "note: nothing matches"),
        ("items[", "items[: invalid jmespath expression: Incomplete expression"),
        ("nope(items)", "nope(items): unknown function: nope()"),
        (
            "length(items[0].id)",
            "length(items[0].id): in function length(), a value of another type than it takes",
        ),
    ],
)
def test_why_there_is_nothing(expression: str, reason: str) -> None:
    """null is nothing; what is wrong with an expression is said without values."""
    assert jmespaths.find(ORDER, expression) == NotFound(reason)


@pytest.mark.parametrize(
    "expression",
    ["[@,@][]" + "|[@,@][]" * 60, "join('',['aa','bb'])" + "|join('',[@,@])" * 60],
    ids=["lists", "texts"],
)
def test_a_value_that_doubles_at_each_step_is_stopped(expression: str) -> None:
    """Sixty doublings are more than any memory holds."""
    found = jmespaths.find(["a", "b"], expression)
    assert isinstance(found, NotFound)
    assert "too many steps" in found.reason


def test_an_expression_may_not_be_endless() -> None:
    """Two thousand characters are enough."""
    with pytest.raises(jmespaths.BadExpression, match="2,000 characters"):
        jmespaths.check("a." * 2_000 + "a")
