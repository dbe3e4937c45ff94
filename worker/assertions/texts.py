"""A text of an answer that may stand for a number: headers, cookies, XML, plain bodies."""

from context.values import JsonValue
from worker.assertions.operators import OPERATORS
from worker.assertions.values import is_list, is_number
from worker.models.expectation import Operator

_ABOUT_NUMBERS = frozenset(
    {
        Operator.GREATER,
        Operator.LESS,
        Operator.AT_LEAST,
        Operator.AT_MOST,
        Operator.BETWEEN,
        Operator.CLOSE_TO,
    }
)
_ABOUT_TEXTS = frozenset(
    {
        Operator.EQUALS,
        Operator.NOT,
        Operator.CONTAINS,
        Operator.NOT_CONTAINS,
        Operator.STARTS_WITH,
        Operator.ENDS_WITH,
    }
)


def compare(value: str, operator: Operator, expected: JsonValue) -> str:
    """The complaint about a text, which is taken for a number where the operator asks for one."""
    if operator in _ABOUT_NUMBERS or (operator is Operator.TYPE and expected in ("number", "integer")):
        return OPERATORS[operator](as_number(value), expected)
    if operator in _ABOUT_TEXTS:
        return OPERATORS[operator](value, as_text(expected))
    if operator is Operator.ONE_OF and is_list(expected):
        return OPERATORS[operator](value, [as_text(choice) for choice in expected])
    return OPERATORS[operator](value, expected)


def as_number(value: str) -> JsonValue:
    """The number that the text says; the text itself where it says none."""
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value


def as_text(value: JsonValue) -> JsonValue:
    """What is expected, as a text: `Content-Length: 12` means the text "12"."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if is_number(value) else value
