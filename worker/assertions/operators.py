"""The operators: what each of them does, and those that look at the elements of a list one by one."""

from collections.abc import Iterator, Mapping, Sequence

from context.jsonpath import find as find_in
from context.outcomes import Found
from context.values import JsonValue
from worker.assertions import comparisons, number_comparisons, text_comparisons
from worker.assertions.comparisons import HOLDS, Compare
from worker.assertions.values import elements, is_list, kind_of, same, show, step
from worker.models.expectation import Operator


def described(actual: JsonValue, wanted: JsonValue, *, at: str = "") -> Iterator[str]:
    """What is wrong with a value that should be as described, each complaint with its place.

    `wanted` is written as under `expect.json`: a mapping of operators asks, another mapping is a
    subset, a list has the same length, everything else is compared.
    """
    if isinstance(wanted, Mapping):
        if wanted and all(key in _WORDS for key in wanted):
            yield from _asked(actual, wanted, at)
        elif not isinstance(actual, Mapping):
            yield _at(at, f"expected an object, got the {kind_of(actual)} {show(actual)}")
        else:
            for key, value in wanted.items():
                yield from _member(actual, key, value, at)
    elif is_list(wanted) and is_list(actual) and any(map(_is_nested, wanted)):
        if len(wanted) != len(actual):
            yield _at(at, f"expected {elements(len(wanted))}, got {len(actual)}")
        for index, (value, found) in enumerate(zip(wanted, actual, strict=False)):
            yield from described(found, value, at=f"{at}[{index}]")
    elif complaint := comparisons.equals(actual, wanted):
        yield _at(at, complaint)


def _asked(actual: JsonValue, wanted: Mapping[str, JsonValue], at: str) -> Iterator[str]:
    for word, expected in wanted.items():
        if complaint := OPERATORS[Operator(word)](actual, expected):
            yield _at(at, complaint)


def _member(actual: Mapping[str, JsonValue], key: str, wanted: JsonValue, at: str) -> Iterator[str]:
    is_path = key == "$" or key.startswith(("$.", "$["))
    place = f"{at}{key[1:] if is_path else step(key)}"
    found = find_in(actual, key) if is_path else (Found(actual[key]) if key in actual else None)
    if isinstance(found, Found):
        yield from described(found.value, wanted, at=place)
    elif not (isinstance(wanted, Mapping) and same(wanted, {"exists": False})):
        yield _at(place, "missing")


def _is_nested(value: JsonValue) -> bool:
    return any(map(_is_nested, value)) if is_list(value) else isinstance(value, Mapping)


def _at(place: str, complaint: str) -> str:
    return f"{place.removeprefix('.')}: {complaint}" if place else complaint


def every(actual: JsonValue, expected: JsonValue) -> str:
    """Each element is as described; a list without elements has none that is not."""
    if not is_list(actual):
        return _no_list(actual)
    wrong = list(_wrong(actual, expected))
    if not wrong:
        return HOLDS
    more = f" (and {elements(len(wrong) - 1)} more)" if len(wrong) > 1 else ""
    return f"not every element is as expected: {wrong[0]}{more}"


def some(actual: JsonValue, expected: JsonValue) -> str:
    """At least one element is as described."""
    if not is_list(actual):
        return _no_list(actual)
    if not actual:
        return "expected some element, but there are none"
    wrong = list(_wrong(actual, expected))
    if len(wrong) < len(actual):
        return HOLDS
    more = f" (and so on for all {len(wrong)})" if len(wrong) > 1 else ""
    return f"no element is as expected: {wrong[0]}{more}"


def none(actual: JsonValue, expected: JsonValue) -> str:
    """No element is as described."""
    if not is_list(actual):
        return _no_list(actual)
    for index, element in enumerate(actual):
        if next(described(element, expected), None) is None:
            return f"expected no such element, but [{index}] is one: {show(element)}"
    return HOLDS


def _wrong(actual: Sequence[JsonValue], expected: JsonValue) -> Iterator[str]:
    """The first complaint about each element that has one."""
    for index, element in enumerate(actual):
        complaint = next(described(element, expected, at=f"[{index}]"), None)
        if complaint is not None:
            yield complaint


def _no_list(actual: JsonValue) -> str:
    return f"only lists have elements to look at, got the {kind_of(actual)} {show(actual)}"


#: What each operator does. One that is missing here cannot be used.
OPERATORS: Mapping[Operator, Compare] = {
    Operator.EQUALS: comparisons.equals,
    Operator.NOT: comparisons.differs,
    Operator.CONTAINS: comparisons.contains,
    Operator.NOT_CONTAINS: comparisons.not_contains,
    Operator.MATCHES: text_comparisons.matches,
    Operator.STARTS_WITH: text_comparisons.starts_with,
    Operator.ENDS_WITH: text_comparisons.ends_with,
    Operator.IS_EMPTY: comparisons.is_empty,
    Operator.TYPE: comparisons.has_type,
    Operator.LENGTH: comparisons.has_length,
    Operator.GREATER: number_comparisons.greater,
    Operator.LESS: number_comparisons.less,
    Operator.AT_LEAST: number_comparisons.at_least,
    Operator.AT_MOST: number_comparisons.at_most,
    Operator.BETWEEN: number_comparisons.between,
    Operator.CLOSE_TO: number_comparisons.close_to,
    Operator.ONE_OF: comparisons.one_of,
    Operator.EXISTS: comparisons.exists,
    Operator.UNIQUE: comparisons.unique,
    Operator.SORTED: comparisons.is_sorted,
    Operator.EVERY: every,
    Operator.SOME: some,
    Operator.NONE: none,
    Operator.STATUS_CLASS: comparisons.status_class,
}

_WORDS = frozenset(operator.value for operator in Operator) - {Operator.STATUS_CLASS.value}
