"""Dotted paths such as `captured_data.test-2.product_ids[0]`: taken apart, walked, written out."""

import re
from collections.abc import Iterable, Mapping, Sequence

#: Names that hold other names. Only in a path that begins with one of these may a segment contain
#: hyphens: elsewhere `a-b` is a subtraction.
ROOTS = (
    "captured_data",
    "tokens",
    "shared_auth_tokens",
    "shared_variables",
    "env",
    "secrets",
    "fixture",
    "services",
)

Segment = str | int
Path = tuple[Segment, ...]

#: What `step` gives when there is nothing; None is a value.
MISSING = object()

#: A tuple, because a union is made anew each time it is asked, and this is asked for every name.
_INDEXED = (list, tuple, str)

SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]*"

_SEGMENT = re.compile(SEGMENT)
_FIRST = re.compile(IDENTIFIER)
_REST = re.compile(rf"""\.({SEGMENT})|\[\s*(-?\d+)\s*\]|\[\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\]""")

#: Words of the expression language, which are no names.
_WORDS = frozenset(
    {"true", "false", "none", "True", "False", "None", "not", "and", "or", "if", "else", "in", "is"}
)


def parse_path(text: str) -> Path | None:
    """The path that `text` is, or None when it is anything else (an expression, or nonsense)."""
    first = _FIRST.match(text)
    if first is None or first[0] in _WORDS:
        return None
    path: list[Segment] = [first[0]]
    position = first.end()
    while position < len(text):
        found = _REST.match(text, position)
        if found is None or (found[1] and "-" in found[1] and path[0] not in ROOTS):
            return None
        path.append(_segment(found, path))
        position = found.end()
    return tuple(path)


def _segment(found: re.Match[str], before: Sequence[Segment]) -> Segment:
    dotted, position, *quoted = found.groups()
    if dotted is not None:
        return dotted_segment(dotted, before)
    if position is not None:
        return int(position)
    return quoted[0] if quoted[0] is not None else quoted[1]


def dotted_segment(text: str, before: Sequence[Segment]) -> Segment:
    """What `.text` means after `before`: a list position if it is all digits, else a name.

    A test may be called `2`, so what follows `captured_data` is always a name.
    """
    if text.isdigit() and list(before) != ["captured_data"]:
        return int(text)
    return text


def format_path(path: Iterable[Segment]) -> str:
    """The path as a person would write it."""
    shown = ""
    for segment in path:
        if isinstance(segment, int):
            shown += f"[{segment}]"
        elif not shown:
            shown = segment
        elif _SEGMENT.fullmatch(segment):
            shown += f".{segment}"
        else:
            shown += f"['{segment}']"
    return shown


def step(value: object, key: Segment) -> object:
    """What `value` holds under `key`, or MISSING.

    Only items of objects, lists and texts: never an attribute of a Python object, which is what
    keeps templates away from the interpreter.
    """
    if isinstance(value, dict):
        found = value.get(key, MISSING)
        return value.get(str(key), MISSING) if found is MISSING and isinstance(key, int) else found
    if isinstance(value, _INDEXED):
        return _item(value, key)
    if isinstance(value, Mapping):
        try:
            return value[key]
        except KeyError:
            return MISSING
    return MISSING


def _item(value: Sequence[object], key: Segment) -> object:
    if not isinstance(key, int) or isinstance(key, bool) or not -len(value) <= key < len(value):
        return MISSING
    return value[key]


def walk(value: object, path: Iterable[Segment]) -> object:
    """What lies at the end of `path`, or MISSING."""
    for segment in path:
        value = step(value, segment)
        if value is MISSING:
            return MISSING
    return value


def near_names(name: Segment, known: Iterable[object]) -> tuple[str, ...]:
    """At most three of the known names that look like `name`, nearest first."""
    from difflib import get_close_matches

    candidates = [each for each in known if isinstance(each, str)]
    by_lower = {each.lower(): each for each in candidates}
    matches = get_close_matches(str(name).lower(), by_lower, n=3, cutoff=0.65)
    return tuple(by_lower[match] for match in matches)


def kind_of(value: object) -> str:
    """What a value is, in JSON's words: safe to print, because it says nothing of the value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, Sequence) else "no JSON value"


def explain_missing(holder: object, key: Segment, *, holder_name: str) -> str:
    """Why `holder` has nothing under `key`, in words that tell names but no values."""
    if isinstance(holder, Mapping):
        return f"{holder_name} has no '{key}'"
    if isinstance(holder, list | tuple | str) and isinstance(key, int):
        number = "1 element" if len(holder) == 1 else f"{len(holder)} elements"
        return f"{holder_name} has {number}, so there is no [{key}]"
    return f"{holder_name} is {kind_of(holder)} and has no '{key}'"
