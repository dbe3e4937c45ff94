"""Operators and what they compare with. These are the words of the file format."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Operator
from worker.parsing.captures import read_regex
from worker.parsing.mistake import Mistake, has_template, in_words, wrong_type
from worker.parsing.plain_values import read_boolean
from worker.parsing.suggest import hint_for, nearest

JSON_OPERATORS = tuple(operator.value for operator in Operator if operator is not Operator.STATUS_CLASS)
HEADER_OPERATORS = tuple(word for word in JSON_OPERATORS if word not in ("type", "unique", "sorted"))
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
    Operator.GREATER: _number,
    Operator.LESS: _number,
    Operator.BETWEEN: _between,
    Operator.ONE_OF: _one_of,
    Operator.EXISTS: read_boolean,
    Operator.UNIQUE: read_boolean,
    Operator.SORTED: _sorted,
}
