"""Operators and what they compare with. These are the words of the file format."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Operator
from worker.parsing.mistake import Mistake, has_template, in_words, wrong_type
from worker.parsing.plain_values import read_boolean, read_text
from worker.parsing.selectors import read_regex
from worker.parsing.suggest import hint_for, nearest

JSON_OPERATORS = tuple(operator.value for operator in Operator if operator is not Operator.STATUS_CLASS)
_OF_LISTS = ("unique", "sorted", "every", "some", "none")
#: What can be asked of a text that may say a number: a header, a cookie.
HEADER_OPERATORS = tuple(word for word in JSON_OPERATORS if word not in ("type", *_OF_LISTS))
BODY_OPERATORS = tuple(word for word in HEADER_OPERATORS if word != "exists")
NUMBER_OPERATORS = (
    "equals",
    "not",
    "greater",
    "less",
    "at_least",
    "at_most",
    "between",
    "close_to",
    "one_of",
)
#: Operators whose operand describes elements, in the words of `expect.json`.
DESCRIBING_OPERATORS = ("every", "some", "none")
JSON_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
ORDERS = ("ascending", "descending")


def is_predicate(keys: Mapping[str, object]) -> bool:
    """Whether a mapping consists of operators, so that it asks something instead of being compared.

    One operator beside words that are almost operators counts, too: those are misspelt.
    """
    known = [key for key in keys if key in JSON_OPERATORS]
    if not known:
        return False
    others = [key for key in keys if key not in JSON_OPERATORS]
    return all(len(key) >= 4 and nearest(key, JSON_OPERATORS) for key in others)


def read_operand(operator: Operator, value: Any) -> JsonValue:
    """What an operator compares with. Raises Mistake for a value of the wrong type."""
    if operator in _OPERANDS and not has_template(value):
        return _OPERANDS[operator](value)
    checked: JsonValue = value
    return checked


def _number(value: Any, inside: tuple[str | int, ...] = ()) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("a number", value, hint="write it without quotes, or as a template", inside=inside)
    return value


def _length(value: Any) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type("a whole number", value, hint="write for example 3")
    if value < 0:
        raise Mistake("a length cannot be less than 0", hint="write 0 for an empty one")
    return value


def _between(value: Any) -> JsonValue:
    if not isinstance(value, list) or len(value) != 2:
        raise Mistake("'between' takes two numbers", hint="write for example [1, 10]")
    low, high = (
        bound if has_template(bound) else _number(bound, (position,)) for position, bound in enumerate(value)
    )
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        raise Mistake("nothing is between these: the first is greater", hint=f"write [{high}, {low}]")
    return [low, high]


def _close_to(value: Any) -> JsonValue:
    if not isinstance(value, list) or len(value) != 2:
        raise Mistake("'close_to' takes a number and a tolerance", hint="write for example [3.14, 0.01]")
    number, tolerance = (
        part if has_template(part) else _number(part, (position,)) for position, part in enumerate(value)
    )
    if isinstance(tolerance, int | float) and tolerance < 0:
        raise Mistake("a tolerance cannot be less than 0", hint=f"write [{number}, {-tolerance}]")
    return [number, tolerance]


def _part_of_text(value: Any) -> JsonValue:
    return read_text(value)


def _one_of(value: Any) -> JsonValue:
    if not isinstance(value, list) or not value:
        raise Mistake("'one_of' takes a list of values", hint="write for example [EUR, USD]")
    checked: JsonValue = value
    return checked


def _type(value: Any) -> JsonValue:
    if isinstance(value, str) and value in JSON_TYPES:
        return value
    if value is None:
        return "null"
    shown = repr(value) if isinstance(value, str) else in_words(value)
    hint = hint_for(value, JSON_TYPES) if isinstance(value, str) else None
    hint = hint or f"one of: {', '.join(JSON_TYPES)}"
    raise Mistake(f"{shown} is not a JSON type", hint=f"{hint}; for a key called 'type' write '$.type'")


def _sorted(value: Any) -> JsonValue:
    if value is True:
        return "ascending"
    if value in ORDERS:
        order: str = value
        return order
    raise Mistake("'sorted' takes a direction", hint="one of: ascending, descending")


_OPERANDS = {
    Operator.MATCHES: read_regex,
    Operator.TYPE: _type,
    Operator.LENGTH: _length,
    Operator.STARTS_WITH: _part_of_text,
    Operator.ENDS_WITH: _part_of_text,
    Operator.IS_EMPTY: read_boolean,
    Operator.GREATER: _number,
    Operator.LESS: _number,
    Operator.AT_LEAST: _number,
    Operator.AT_MOST: _number,
    Operator.CLOSE_TO: _close_to,
    Operator.BETWEEN: _between,
    Operator.ONE_OF: _one_of,
    Operator.EXISTS: read_boolean,
    Operator.UNIQUE: read_boolean,
    Operator.SORTED: _sorted,
}
