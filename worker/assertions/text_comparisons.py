"""How texts are compared, one function an operator."""

from context.patterns import PatternError, search
from context.values import JsonValue
from worker.assertions.values import hidden_text, kind_of, show

#: Characters of a text around something that should not be in it.
AROUND = 30

HOLDS = ""

_LINE_END = "\n"


def where_it_is(expected: str, actual: str) -> str:
    """Where a text stands that should not be there, with what is around it."""
    # Hidden before it is cut: half a secret is not recognised any more.
    shown = hidden_text(actual)
    place = shown.find(expected)
    if place < 0:
        return f"{show(expected)} is there, inside of a secret"
    start, end = max(0, place - AROUND), place + len(expected) + AROUND
    line = f", in line {shown.count(_LINE_END, 0, place) + 1}" if _LINE_END in shown.strip() else ""
    return f"{show(expected)} is there{line}: {show(shown[start:end])}"


def starts_with(actual: JsonValue, expected: JsonValue) -> str:
    """A text that begins with this one."""
    if not isinstance(actual, str) or not isinstance(expected, str):
        return _no_text("begins with", actual, expected)
    if actual.startswith(expected):
        return HOLDS
    shown = hidden_text(actual)[: len(expected) + AROUND]
    return f"expected a text that begins with {show(expected)}, got {show(shown)}"


def ends_with(actual: JsonValue, expected: JsonValue) -> str:
    """A text that ends with this one."""
    if not isinstance(actual, str) or not isinstance(expected, str):
        return _no_text("ends with", actual, expected)
    if actual.endswith(expected):
        return HOLDS
    shown = hidden_text(actual)[-len(expected) - AROUND :]
    return f"expected a text that ends with {show(expected)}, got {show(shown)}"


def matches(actual: JsonValue, expected: JsonValue) -> str:
    """A regular expression, found anywhere in the text."""
    if not isinstance(expected, str):
        return f"a regular expression is a text, not {show(expected)}"
    if not isinstance(actual, str):
        return f"expected a text that matches {show(expected)}, got the {kind_of(actual)} {show(actual)}"
    try:
        found = search(expected, actual)
    except PatternError as error:
        return str(error)
    return HOLDS if found else f"{show(actual)} does not match {show(expected)}"


def _no_text(relation: str, actual: JsonValue, expected: JsonValue) -> str:
    if isinstance(actual, str):
        return f"a text {relation} a text, not {show(expected)}"
    return f"expected a text that {relation} {show(expected)}, got the {kind_of(actual)} {show(actual)}"
