"""Expected against actual, for people: where they part, never two whole bodies."""

from collections import Counter

from context.values import JsonValue
from worker.assertions.json_difference import Change, ChangeKind, changes
from worker.assertions.text_difference import text_difference
from worker.assertions.values import is_list, mark

__all__ = ["SHOWN", "Change", "ChangeKind", "changes", "difference", "text_difference"]

#: Differences shown; the rest is counted.
SHOWN = 12


def difference(expected: JsonValue, actual: JsonValue, *, at: str = "$") -> str:
    """The places where two values differ, a line each; empty when they are the same."""
    if isinstance(expected, str) and isinstance(actual, str):
        return text_difference(expected, actual)
    found = changes(expected, actual, at=at)
    lines = [str(change) for change in found[:SHOWN]]
    if found and _same_in_another_order(expected, actual):
        lines.insert(0, f"{at}: the same elements in another order")
    if len(found) > SHOWN:
        lines.append(f"… and {len(found) - SHOWN} more")
    return "\n".join(lines)


def _same_in_another_order(expected: JsonValue, actual: JsonValue) -> bool:
    if not (is_list(expected) and is_list(actual)) or len(expected) != len(actual):
        return False
    return Counter(map(mark, expected)) == Counter(map(mark, actual))
