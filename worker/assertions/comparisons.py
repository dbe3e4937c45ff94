"""How actual and expected are compared, one function an operator; operators.py has their list.

Each returns a complaint, such as "expected 3, got 4"; an empty one means that it holds.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

from context.values import JsonValue
from worker.assertions.text_comparisons import where_it_is
from worker.assertions.values import TYPES, is_list, is_number, kind_of, mark, same, show

#: A comparison of (actual, expected).
Compare = Callable[[JsonValue, JsonValue], str]

HOLDS = ""


def equals(actual: JsonValue, expected: JsonValue) -> str:
    """The same JSON value."""
    if same(expected, actual):
        return HOLDS
    if kind_of(expected) != kind_of(actual) and show(expected).strip('"') == show(actual).strip('"'):
        return f"expected the {kind_of(expected)} {show(expected)}, got the {kind_of(actual)} {show(actual)}"
    return f"expected {show(expected)}, got {show(actual)}"


def differs(actual: JsonValue, expected: JsonValue) -> str:
    """Any other JSON value."""
    return f"expected anything but {show(expected)}" if same(expected, actual) else HOLDS


def contains(actual: JsonValue, expected: JsonValue) -> str:
    """A text in a text, an element in a list, a key in an object."""
    if isinstance(actual, str):
        if not isinstance(expected, str):
            return f"a text cannot contain {show(expected)}; write it as a text"
        held = expected in actual
    elif isinstance(actual, Mapping):
        held = expected in actual if isinstance(expected, str) else False
    elif is_list(actual):
        held = any(same(expected, element) for element in actual)
    else:
        return f"expected something that contains {show(expected)}, got {show(actual)}"
    return HOLDS if held else f"{show(expected)} is not in {show(actual)}"


def not_contains(actual: JsonValue, expected: JsonValue) -> str:
    """The opposite of `contains`, of something that could contain it."""
    complaint = contains(actual, expected)
    if complaint:
        could = is_list(actual) or (isinstance(actual, str) and isinstance(expected, str))
        return HOLDS if could or isinstance(actual, Mapping) else complaint
    if isinstance(actual, str) and isinstance(expected, str):
        return where_it_is(expected, actual)
    return f"{show(expected)} is in {show(actual)}"


def is_empty(actual: JsonValue, expected: JsonValue) -> str:
    """Nothing in a text, a list or an object; `is_empty: false` wants something."""
    if not isinstance(actual, str | Mapping) and not is_list(actual):
        return f"only texts, lists and objects can be empty, got the {kind_of(actual)} {show(actual)}"
    if (expected is not False) == (len(actual) == 0):
        return HOLDS
    return (
        f"expected it to be empty, got {show(actual)}" if actual else "expected something in it, got nothing"
    )


def has_type(actual: JsonValue, expected: JsonValue) -> str:
    """string, number, integer, boolean, array, object or null; every integer is a number."""
    if expected not in TYPES:
        return f"{show(expected)} is no type; types are {', '.join(TYPES)}"
    kinds = {kind_of(actual)}
    if is_number(actual):
        kinds.add("number")
        if float(actual).is_integer():
            kinds.add("integer")
    if expected in kinds:
        return HOLDS
    return f"expected {_article(str(expected))}, got the {kind_of(actual)} {show(actual)}"


def has_length(actual: JsonValue, expected: JsonValue) -> str:
    """So many characters, elements or keys."""
    if not isinstance(actual, str | Mapping) and not is_list(actual):
        return f"only texts, lists and objects have a length, got the {kind_of(actual)} {show(actual)}"
    if same(expected, len(actual)):
        return HOLDS
    return f"expected length {show(expected)}, got {len(actual)}: {show(actual)}"


def one_of(actual: JsonValue, expected: JsonValue) -> str:
    """One of these JSON values."""
    if not is_list(expected):
        return f"one_of needs a list, not {show(expected)}"
    if any(same(choice, actual) for choice in expected):
        return HOLDS
    return f"expected one of {', '.join(map(show, expected))}; got {show(actual)}"


def unique(actual: JsonValue, expected: JsonValue) -> str:
    """No element twice; `unique: false` wants at least one twice."""
    if not is_list(actual):
        return f"only lists can be unique, got the {kind_of(actual)} {show(actual)}"
    twice = _first_twice(list(actual))
    if expected is False:
        return HOLDS if twice is not None else f"expected an element twice in {show(actual)}"
    return HOLDS if twice is None else f"element [{twice}] is there twice: {show(actual[twice])}"


def is_sorted(actual: JsonValue, expected: JsonValue) -> str:
    """Numbers, or texts, ascending (also written true) or descending; equal neighbours are fine."""
    if not is_list(actual):
        return f"only lists can be sorted, got the {kind_of(actual)} {show(actual)}"
    if expected not in (True, "ascending", "descending"):
        return f"sorted is ascending or descending, not {show(expected)}"
    wanted = "descending" if expected == "descending" else "ascending"
    for index, (left, right) in enumerate(pairwise(actual)):
        low, high = (right, left) if wanted == "descending" else (left, right)
        if not _in_order(low, high):
            return f"expected {wanted}, but [{index}] {show(left)} comes before [{index + 1}] {show(right)}"
    return HOLDS


def exists(actual: JsonValue, expected: JsonValue) -> str:
    """It is there, be it null. What is not there never comes here (see json.py, header.py)."""
    return HOLDS if expected is not False else f"expected nothing there, got {show(actual)}"


def status_class(actual: JsonValue, expected: JsonValue) -> str:
    """A class of status codes, such as 2xx."""
    wanted = str(expected).lower()
    if len(wanted) != 3 or not wanted[0].isdigit() or wanted[1:] != "xx":
        return f"{show(expected)} is no class of status codes; write 2xx or 4xx"
    held = is_number(actual) and int(actual) // 100 == int(wanted[0])
    return HOLDS if held else f"expected {wanted}, got {show(actual)}"


def _article(kind: str) -> str:
    if kind == "null":
        return kind
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"


def _first_twice(values: list[JsonValue]) -> int | None:
    """Where the first element stands that was there before."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if mark(value) in seen:
            return index
        seen.add(mark(value))
    return None


def _in_order(low: JsonValue, high: JsonValue) -> bool:
    if is_number(low) and is_number(high):
        return low <= high
    return isinstance(low, str) and isinstance(high, str) and low <= high
