"""What a difference says is true, whatever the two values are."""

import re
from ast import literal_eval
from collections.abc import Mapping
from functools import reduce
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from context.values import JsonValue
from worker.assertions import difference
from worker.assertions.alignment import align
from worker.assertions.difference import Change, ChangeKind, changes, text_difference
from worker.assertions.values import same

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(-2, 2).map(lambda x: round(x, 1))
    | st.text("ab'.", max_size=3)
)
KEYS = st.sampled_from(["id", "name", "a", "b c", "x'y"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
#: Lists whose elements have names, as those of APIs do.
NAMED = st.lists(st.fixed_dictionaries({"id": st.integers(0, 5), "price": st.integers(0, 3)}), max_size=6)
TEXTS = st.text("ab \n\t", max_size=40)

_STEP = re.compile(r"""\.([A-Za-z_]\w*)|\[(\d+)\]|\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]""")


def steps_of(path: str) -> list[str | int]:
    """A path taken apart."""
    return [
        name or (int(position) if position else str(literal_eval(quoted)))
        for name, position, quoted in _STEP.findall(path.removeprefix("$"))
    ]


def at(value: Any, path: str) -> Any:
    """What stands at a path. Raises KeyError and IndexError where there is nothing."""
    return reduce(lambda holder, key: holder[key], steps_of(path), value)


def is_true(change: Change, expected: JsonValue, actual: JsonValue) -> bool:
    """Whether a change says what is so."""
    if change.kind is ChangeKind.MISSING:
        # Its path is one of the expected value, but those before it may have moved.
        return ends_with(expected, change)
    if change.kind is ChangeKind.ADDED:
        return same(at(actual, change.path), change.actual)
    differ = not same(change.expected, change.actual)
    return differ and same(at(actual, change.path), change.actual)


def ends_with(expected: JsonValue, change: Change) -> bool:
    """Whether the expected value holds what is missing, somewhere under this name or position."""
    last = steps_of(change.path)[-1]
    return any(
        (last in holder if isinstance(holder, Mapping) else isinstance(last, int) and last < len(holder))
        and same(holder[last], change.expected)
        for holder in holders(expected)
    )


def holders(value: Any) -> list[Any]:
    """Every list and object inside of a value, itself included."""
    if isinstance(value, dict):
        return [value, *(each for inner in value.values() for each in holders(inner))]
    if isinstance(value, list):
        return [value, *(each for inner in value for each in holders(inner))]
    return []


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value: JsonValue) -> None:
    """Nothing to say is an empty text."""
    assert changes(value, value) == []
    assert difference(value, value) == ""


@settings(max_examples=300)
@given(VALUES | NAMED, VALUES | NAMED)
def test_values_that_differ_have_a_place_that_differs(expected: JsonValue, actual: JsonValue) -> None:
    """Equal is empty, different is not; and every place that is named differs as it is said."""
    found = changes(expected, actual)
    assert bool(found) == (not same(expected, actual))
    assert bool(difference(expected, actual)) == bool(found)
    assert all(is_true(change, expected, actual) for change in found)


@given(NAMED, NAMED)
def test_the_elements_of_a_list_add_up(expected: list[Any], actual: list[Any]) -> None:
    """What is missing and what is not expected explains the difference in length."""
    found = [change for change in changes(expected, actual) if re.fullmatch(r"\$\[\d+\]", change.path)]
    added = sum(change.kind is ChangeKind.ADDED for change in found)
    missing = sum(change.kind is ChangeKind.MISSING for change in found)
    assert added - missing == len(actual) - len(expected)


@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)))
def test_an_alignment_covers_both_lists_once(left: list[int], right: list[int]) -> None:
    """The stretches are both lists, in order; those that are the same are the same."""
    stretches = align(left, right)
    assert [index for each in stretches for index in range(each.left, each.left_end)] == list(
        range(len(left))
    )
    assert [index for each in stretches for index in range(each.right, each.right_end)] == list(
        range(len(right))
    )
    for each in stretches:
        if each.same:
            assert left[each.left : each.left_end] == right[each.right : each.right_end]


@given(TEXTS, TEXTS)
def test_texts_that_differ_show_lines_that_are_theirs(expected: str, actual: str) -> None:
    """A line with a number is the line of that number; equal texts have nothing to show."""
    shown = text_difference(expected, actual)
    assert bool(shown) == (expected != actual)
    assume("(- expected" in shown)
    for sign, number, text in re.findall(r"^([-+ ]) +(\d+) \|(.*)$", shown, re.MULTILINE):
        line = (expected if sign == "-" else actual).split("\n")[int(number) - 1]
        assert text.strip().strip('"').replace("\\t", "\t").strip() == line.strip()


@given(TEXTS, TEXTS)
def test_a_difference_has_its_limits(expected: str, actual: str) -> None:
    """Whatever comes, it can be read."""
    assert len(text_difference(expected * 50, actual * 50).splitlines()) <= 30
