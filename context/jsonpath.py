"""JSONPath, RFC 9535. Plain paths are walked directly: that is thirty times quicker."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import cast

from context.budget import TooMuchWork
from context.outcomes import Found, NotFound
from context.paths import MISSING, Segment, kind_of, near_names, step
from context.patterns import PatternError
from context.values import JsonValue

#: How many names of an object a reason lists.
NAMES_SHOWN = 8

# What this does not match is left to the library, which also knows what is no path at all.
_PLAIN = re.compile(
    r"""\$(?:\.[A-Za-z_][A-Za-z0-9_]*|\[(?:0|-?[1-9]\d{0,14})\]"""
    r"""|\['[^'\\\x00-\x1f]*'\]|\["[^"\\\x00-\x1f]*"\])*""",
    re.ASCII,
)
_PLAIN_SEGMENT = re.compile(
    r"""\.([A-Za-z_][A-Za-z0-9_]*)|\[(-?\d+)\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]""", re.ASCII
)

Query = Callable[[JsonValue], Found | NotFound]


class BadPath(ValueError):
    """A text is not a JSONPath. The message says why."""


def find(document: JsonValue, path: str) -> Found | NotFound:
    """What `path` finds in `document`: the value where it can only be one, else a list of values.

    Nothing found is NotFound in both cases; so is a text that is not a JSONPath.
    """
    try:
        query = compile_path(path)
    except BadPath as error:
        return NotFound(f"{path}: {error}")
    return query(document)


@lru_cache(maxsize=4096)
def compile_path(path: str) -> Query:
    """The path, ready to be asked again and again. Raises BadPath."""
    return _plain(path) if is_plain(path) else _full(path)


def is_plain(path: str) -> bool:
    """Whether a path is walked here; all others are left to the library, which takes time to import."""
    return _PLAIN.fullmatch(path) is not None


def places(document: JsonValue, path: str) -> list[tuple[Segment, ...]]:
    """Where in the document the values stand that `path` finds: names and positions from its root.

    Raises BadPath for a text that is no JSONPath, or one that takes too long.
    """
    import jsonpath_rfc9535

    from context.jsonpath_limits import LimitedEnvironment

    limited = LimitedEnvironment()
    try:
        return limited.places(limited.compile(path), document)
    except jsonpath_rfc9535.JSONPathError as error:
        raise BadPath(f"this is not a JSONPath ({str(error).splitlines()[0]})") from None
    except (TooMuchWork, PatternError) as error:
        raise BadPath(f"{path}: {error}") from None


def _plain(path: str) -> Query:
    segments = tuple(_segment(*found.groups()) for found in _PLAIN_SEGMENT.finditer(path))

    def query(document: JsonValue) -> Found | NotFound:
        value: object = document
        for segment in segments:
            value = _json_step(value, segment)
            if value is MISSING:
                return NotFound(explain(document, segments, path=path))
        return Found(cast(JsonValue, value))

    return query


def _segment(dotted: str | None, position: str | None, *quoted: str | None) -> Segment:
    if position is not None:
        return int(position)
    return next(name for name in (dotted, *quoted) if name is not None)


def _json_step(value: object, segment: Segment) -> object:
    # RFC 9535: a name is looked up in objects only, a position in lists only.
    if isinstance(segment, str):
        return value.get(segment, MISSING) if isinstance(value, dict) else MISSING
    return step(value, segment) if isinstance(value, list | tuple) else MISSING


def _full(path: str) -> Query:
    import jsonpath_rfc9535

    from context.jsonpath_limits import LimitedEnvironment

    limited = LimitedEnvironment()
    try:
        compiled = limited.compile(path)
    except jsonpath_rfc9535.JSONPathError as error:
        raise BadPath(f"this is not a JSONPath ({str(error).splitlines()[0]})") from None
    singular = compiled.singular_query()

    def query(document: JsonValue) -> Found | NotFound:
        try:
            values = limited.values(compiled, document)
        except jsonpath_rfc9535.JSONPathError:
            return NotFound(f"{path}: the document is nested too deeply for it")
        except (TooMuchWork, PatternError) as error:
            return NotFound(f"{path}: {error}")
        if not values:
            return NotFound(f"{path}: nothing matches")
        return Found(cast(JsonValue, values[0] if singular else values))

    return query


def explain(document: JsonValue, segments: Sequence[Segment], *, path: str) -> str:
    """Why a plain path finds nothing: the first step that fails, and what there is instead."""
    value: object = document
    for position, segment in enumerate(segments):
        here = _json_step(value, segment)
        if here is MISSING:
            place = "the body" if position == 0 else _written(segments[:position])
            return f"{path}: {_what_is_there(value, segment, place)}"
        value = here
    return f"{path}: nothing matches"


def _what_is_there(value: object, segment: Segment, place: str) -> str:
    if isinstance(segment, str):
        if not isinstance(value, Mapping):
            return f"no '{segment}' in {place}, which is {kind_of(value)}"
        if not value:
            return f"no '{segment}' in {place}, which is an empty object"
        near = near_names(segment, value)
        meant = f" (did you mean '{near[0]}'?)" if near else ""
        holder = "the object" if place == "the body" else place
        return f"no '{segment}' in {holder}; it has: {_names(value)}{meant}"
    if not isinstance(value, list | tuple):
        return f"no [{segment}] in {place}, which is {kind_of(value)}"
    count = len(value)
    return f"no [{segment}] in {place}, which has {count} element{'s' if count != 1 else ''}"


def _names(value: Mapping[str, object]) -> str:
    names = list(value)
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _written(segments: Sequence[Segment]) -> str:
    return "$" + "".join(
        f".{segment}" if isinstance(segment, str) and segment.isidentifier() else f"[{segment!r}]"
        for segment in segments
    )
