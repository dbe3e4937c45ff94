"""JSON values: what they are, whether they are the same, and how they look on one line."""

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Generic, TypeGuard, TypeVar

from context.masking import Mask
from context.sensitive import hide_in_text, hide_in_value
from context.values import MASK, JsonValue

#: Characters of one value in a message.
VALUE_WIDTH = 120

#: The words of `type:`.
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")


#: Hides secrets in whatever is shown, before it is cut: half a secret is not recognised any more.
_mask: ContextVar[Mask | None] = ContextVar("mask", default=None)
#: A text that is nobody's business because of its name, such as the value of a cookie.
_private: ContextVar[str] = ContextVar("private", default="")
#: Shorter ones are hidden only where they are the whole value.
_SHORTEST_PRIVATE = 4

_Value = TypeVar("_Value")


#: Elements whose JSON has more than the characters that `shorten` leaves at the end.
_LAST = 4


class _Within(Generic[_Value]):
    """A variable has another value in here. Made for every check, where a generator would cost more
    than most checks do."""

    __slots__ = ("_before", "_value", "_variable")

    def __init__(self, variable: ContextVar[_Value], value: _Value) -> None:
        self._variable = variable
        self._value = value

    def __enter__(self) -> None:
        self._before = self._variable.set(self._value)

    def __exit__(self, *error: object) -> None:
        self._variable.reset(self._before)


def hiding(mask: Mask | None) -> AbstractContextManager[None]:
    """Values that are shown in here are masked."""
    return _Within(_mask, mask)


def private(value: JsonValue, *, when: bool = True) -> AbstractContextManager[None]:
    """This text is not shown in here."""
    return _Within(_private, value if when and isinstance(value, str) else "")


def hidden(value: JsonValue) -> JsonValue:
    """The value as it may be shown."""
    if isinstance(value, str):
        return hidden_text(value)
    shown = hide_in_value(value)
    mask = _mask.get()
    return mask.value(shown) if mask else shown


def hidden_text(text: str) -> str:
    """The text as it may be shown."""
    secret = _private.get()
    if secret and (text == secret or len(secret) >= _SHORTEST_PRIVATE):
        text = text.replace(secret, MASK)
    text = hide_in_text(text)
    mask = _mask.get()
    return mask.text(text) if mask else text


def kind_of(value: JsonValue) -> str:
    """The type of a value, as `type:` names it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"


def is_list(value: JsonValue) -> TypeGuard[Sequence[JsonValue]]:
    """Whether this is a JSON array."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def is_number(value: JsonValue) -> TypeGuard[int | float]:
    """Whether this is a JSON number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(expected: JsonValue, actual: JsonValue) -> bool:
    """Whether two JSON values are equal. 1 is 1.0; true is not 1; order counts only in lists."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return expected.keys() == actual.keys() and all(same(expected[key], actual[key]) for key in expected)
    if is_list(expected) and is_list(actual):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    return expected == actual


def show(value: JsonValue, *, width: int = VALUE_WIDTH) -> str:
    """A value as short JSON on one line."""
    return shorten(as_json(hidden(ends_of(value, width=width))), width=width)


def ends_of(value: JsonValue, *, width: int) -> JsonValue:
    """As much of a list or an object as `shorten` shows of its JSON: what is in the middle of 20,000 rows
    is never seen, and to look for secrets in all of them would take longer than the test."""
    # As JSON, with its comma and space, an element has at least three characters.
    first = width // 3 + 1
    if isinstance(value, Mapping):
        names = list(value)
        names = names if len(names) <= first + _LAST else [*names[:first], *names[-_LAST:]]
        return {name: ends_of(value[name], width=width) for name in names}
    if not is_list(value):
        return value
    kept = value if len(value) <= first + _LAST else [*value[:first], *value[-_LAST:]]
    return [ends_of(element, width=width) for element in kept]


def as_json(value: JsonValue) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=str)


def shorten(text: str, *, width: int = VALUE_WIDTH) -> str:
    """The text, masked, with its middle taken out where it is too long."""
    text = hidden_text(text)
    if len(text) <= width:
        return text
    return f"{text[: width - 12]} … {text[-8:]}"


def step(key: str) -> str:
    """One more name of a JSONPath: `.name`, or `['a name']`."""
    return f".{key}" if key.isidentifier() else f"[{key!r}]"


def elements(count: int) -> str:
    """A count of elements, in words."""
    return f"{count} element{'' if count == 1 else 's'}"


def mark(value: JsonValue) -> str:
    """A text that two values share when they are the same, and only then."""
    return json.dumps(_plain(value), sort_keys=True, default=str)


def _plain(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in value}
    if is_list(value):
        return [_plain(element) for element in value]
    return value
