"""Where two JSON values part: each place by its path, what was expected there, and what was found."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from context.sensitive import is_sensitive
from context.values import JsonValue
from worker.assertions.alignment import Stretch, align
from worker.assertions.values import elements, is_list, is_number, mark, private, same, show, step

#: Deeper than this nobody reads; what lies below is compared as a whole.
DEPTH = 50

#: Members that say which element of a list is meant, the best first.
NAMING_MEMBERS = ("id", "key", "name", "code", "slug", "sku", "email", "title")


class ChangeKind(StrEnum):
    """How a place differs."""

    CHANGED = "changed"  # both have it, with other values
    MISSING = "missing"  # only what was expected has it; its path is one of the expected value
    ADDED = "added"  # only what was found has it; its path is one of the found value
    COUNT = "count"  # both are lists, of different lengths


class Change(NamedTuple):
    """A place where two values differ. `owner` tells which element of a list it is in: `id: 7`."""

    kind: ChangeKind
    path: str
    expected: JsonValue = None
    actual: JsonValue = None
    owner: str = ""

    def __str__(self) -> str:
        with private(self.actual, when=is_sensitive(self.path.rpartition(".")[2])):
            return self._sentence()

    def _sentence(self) -> str:
        place = f"{self.path} ({self.owner})" if self.owner else self.path
        if self.kind is ChangeKind.MISSING:
            return f"{place}: missing, expected {show(self.expected)}"
        if self.kind is ChangeKind.ADDED:
            return f"{place}: not expected, got {show(self.actual)}"
        if self.kind is ChangeKind.COUNT and is_list(self.expected) and is_list(self.actual):
            return f"{place}: expected {elements(len(self.expected))}, got {len(self.actual)}"
        return f"{place}: expected {show(self.expected)}, got {show(self.actual)}"


def changes(expected: JsonValue, actual: JsonValue, *, at: str = "$") -> list[Change]:
    """Every place where two values differ; none when they are the same."""
    return list(_changes(expected, actual, at, "", 0))


def _changes(expected: JsonValue, actual: JsonValue, at: str, owner: str, depth: int) -> Iterator[Change]:
    if depth < DEPTH and isinstance(expected, Mapping) and isinstance(actual, Mapping):
        yield from _in_objects(expected, actual, at, owner, depth + 1)
    elif depth < DEPTH and is_list(expected) and is_list(actual):
        yield from _in_lists(expected, actual, at, depth + 1)
    elif not same(expected, actual):
        yield Change(kind=ChangeKind.CHANGED, path=at, expected=expected, actual=actual, owner=owner)


def _in_objects(
    expected: Mapping[str, JsonValue], actual: Mapping[str, JsonValue], at: str, owner: str, depth: int
) -> Iterator[Change]:
    for key, value in expected.items():
        place = f"{at}{step(key)}"
        if key in actual:
            yield from _changes(value, actual[key], place, owner, depth)
        else:
            yield Change(kind=ChangeKind.MISSING, path=place, expected=value, owner=owner)
    for key, value in actual.items():
        if key not in expected:
            yield Change(kind=ChangeKind.ADDED, path=f"{at}{step(key)}", actual=value, owner=owner)


def _in_lists(
    expected: Sequence[JsonValue], actual: Sequence[JsonValue], at: str, depth: int
) -> Iterator[Change]:
    if len(expected) == len(actual):
        yield from _pairs(expected, actual, Stretch(False, 0, len(expected), 0, len(actual)), at, depth)
        return
    yield Change(kind=ChangeKind.COUNT, path=at, expected=expected, actual=actual)
    for stretch in align(*_marks(expected, actual)):
        # Elements of the same name belong together, and may differ all the same.
        yield from _pairs(expected, actual, stretch, at, depth)


def _marks(expected: Sequence[JsonValue], actual: Sequence[JsonValue]) -> tuple[list[str], list[str]]:
    """What tells the elements of two lists apart: a member that names each of them, else all they are."""
    for name in NAMING_MEMBERS:
        left, right = _named(expected, name), _named(actual, name)
        if left is not None and right is not None:
            return left, right
    return [mark(each) for each in expected], [mark(each) for each in actual]


def _named(values: Sequence[JsonValue], name: str) -> list[str] | None:
    """The names of these elements; None if one has none or two have the same."""
    found = [mark(each[name]) for each in values if isinstance(each, Mapping) and _is_name(each.get(name))]
    return found if len(set(found)) == len(values) else None


def _is_name(value: JsonValue) -> bool:
    return isinstance(value, str) or (value is not None and is_number(value))


def _pairs(
    expected: Sequence[JsonValue], actual: Sequence[JsonValue], stretch: Stretch, at: str, depth: int
) -> Iterator[Change]:
    """Element against element, and what is left over of the longer one."""
    left, right = range(stretch.left, stretch.left_end), range(stretch.right, stretch.right_end)
    for index, other in zip(left, right, strict=False):
        owner = _naming(actual[other])
        yield from _changes(expected[index], actual[other], f"{at}[{other}]", owner, depth)
    for index in left[len(right) :]:
        yield Change(kind=ChangeKind.MISSING, path=f"{at}[{index}]", expected=expected[index])
    for other in right[len(left) :]:
        yield Change(kind=ChangeKind.ADDED, path=f"{at}[{other}]", actual=actual[other])


def _naming(element: JsonValue) -> str:
    """What tells an element apart from its neighbours; empty where nothing does."""
    if not isinstance(element, Mapping):
        return ""
    for name in NAMING_MEMBERS:
        value = element.get(name)
        if _is_name(value):
            return f"{name}: {show(value, width=40)}"
    return ""
