"""Expected against actual, for people: where they part, never two whole bodies."""

import json
from collections.abc import Mapping, Sequence

from context.values import JsonValue
from worker.assertions.values import elements, is_list, same, show, step

#: Differences shown; the rest is counted.
SHOWN = 8
#: Characters of text around the first place where two texts part.
CONTEXT_WIDTH = 40
#: Deeper than this nobody reads; what lies below is compared as a whole.
DEPTH = 50


def difference(expected: JsonValue, actual: JsonValue, *, at: str = "$") -> str:
    """The places where two values differ, a line each; empty when they are the same."""
    if isinstance(expected, str) and isinstance(actual, str):
        return text_difference(expected, actual)
    found = differences(expected, actual, at=at)
    lines = found[:SHOWN]
    if len(found) > SHOWN:
        lines.append(f"… and {len(found) - SHOWN} more")
    return "\n".join(lines)


def differences(expected: JsonValue, actual: JsonValue, *, at: str, depth: int = 0) -> list[str]:
    """Every place where two values differ, as sentences."""
    if depth < DEPTH and isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return _in_objects(expected, actual, at=at, depth=depth + 1)
    if depth < DEPTH and is_list(expected) and is_list(actual):
        return _in_lists(expected, actual, at=at, depth=depth + 1)
    if same(expected, actual):
        return []
    return [f"{at}: expected {show(expected)}, got {show(actual)}"]


def _in_objects(
    expected: Mapping[str, JsonValue], actual: Mapping[str, JsonValue], *, at: str, depth: int
) -> list[str]:
    found: list[str] = []
    for key, value in expected.items():
        place = f"{at}{step(key)}"
        if key in actual:
            found += differences(value, actual[key], at=place, depth=depth)
        else:
            found.append(f"{place}: missing, expected {show(value)}")
    unexpected = [key for key in actual if key not in expected]
    return found + [f"{at}{step(key)}: not expected, got {show(actual[key])}" for key in unexpected]


def _in_lists(
    expected: Sequence[JsonValue], actual: Sequence[JsonValue], *, at: str, depth: int
) -> list[str]:
    found: list[str] = []
    if len(expected) != len(actual):
        found.append(f"{at}: expected {elements(len(expected))}, got {len(actual)}")
    for index, (left, right) in enumerate(zip(expected, actual, strict=False)):
        found += differences(left, right, at=f"{at}[{index}]", depth=depth)
    return found


def text_difference(expected: str, actual: str) -> str:
    """Where two texts part, with what stands there; empty when they are the same."""
    if expected == actual:
        return ""
    place = _first_difference(expected, actual)
    line = expected.count("\n", 0, place) + 1
    column = place - (expected.rfind("\n", 0, place) + 1) + 1
    return (
        f"they part at line {line}, column {column}:\n"
        f"  expected {_around(expected, place)}\n"
        f"  got      {_around(actual, place)}"
    )


def _first_difference(left: str, right: str) -> int:
    shorter = min(len(left), len(right))
    return next((index for index in range(shorter) if left[index] != right[index]), shorter)


def _around(text: str, place: int) -> str:
    start, end = max(0, place - CONTEXT_WIDTH), place + CONTEXT_WIDTH
    cut = json.dumps(text[start:end], ensure_ascii=False)
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"
