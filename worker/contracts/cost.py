"""How long a schema may take. `anyOf` of two references, twenty levels deep, is a million looks at one
value: schemas come from suites, and nothing can interrupt the validator.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from context.values import JsonValue

#: Looks at the document, all together, to see whether it fits. A million takes some ten milliseconds.
LOOKS = 50_000_000
#: Looks at the document to tell all that does not fit. Alternatives that fail are told in each other's
#: words, which takes a thousand times as long.
LOOKS_TOLD = 20_000
LOOKS_TOLD_OF_PLAIN = 100_000
#: Ways through a schema for one value: so few are plain, and more than so many cannot be told at all.
PLAIN_WAYS = 8
MOST_WAYS = 4_096


class Effort(StrEnum):
    """What can be said of a document in a bounded time."""

    ALL = "all"  # every rule that it breaks
    FIRST = "first"  # the first rule that it breaks
    WHETHER = "whether"  # only whether it fits
    NOTHING = "nothing"  # not even that


#: Keywords whose schemas look at the same value.
_SAME_VALUE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
_SAME_VALUE_BY_KEY = ("dependentSchemas", "dependencies")
#: Keywords whose schemas look at values inside.
_INSIDE = (
    "items",
    "additionalItems",
    "prefixItems",
    "contains",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
)


def effort_for(schema: Any, document: JsonValue) -> Effort:
    """What can be said of this document in a bounded time."""
    depth, values = _size_of(document)
    ways = _Ways(schema).of(schema, depth)
    if ways * values > LOOKS:
        return Effort.NOTHING
    if ways > MOST_WAYS:
        return Effort.WHETHER
    told = LOOKS_TOLD_OF_PLAIN if ways <= PLAIN_WAYS else LOOKS_TOLD
    return Effort.ALL if ways * values <= told else Effort.FIRST


def _size_of(document: JsonValue) -> tuple[int, int]:
    """How deep the document is, and how many values it has."""
    deepest = values = 0
    waiting: list[tuple[JsonValue, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        values += 1
        deepest = max(deepest, depth)
        if isinstance(value, Mapping):
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, Sequence) and not isinstance(value, str):
            waiting.extend((inner, depth + 1) for inner in value)
    return deepest, values


class _Ways:
    """Counts the ways that lead through a schema to one value of the document, at the most."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._named = dict(_names_in(root))
        self._known: dict[tuple[int, int], int] = {}
        self._open: set[tuple[int, int]] = set()

    def of(self, schema: Any, depth: int) -> int:
        if not isinstance(schema, Mapping):
            return 1
        key = (id(schema), depth)
        if key in self._open:
            return 1  # it refers to itself for the same value, which the validator notices
        if key not in self._known:
            self._open.add(key)
            self._known[key] = min(LOOKS + 1, self._count(schema, depth))
            self._open.discard(key)
        return self._known[key]

    def _count(self, schema: Mapping[str, Any], depth: int) -> int:
        ways = 1 + sum(self.of(each, depth) for each in self._beside(schema))
        if depth > 0:
            named = [self.of(each, depth - 1) for each in _values(schema.get("properties"))]
            ways += max(named, default=0)
            ways += sum(self.of(each, depth - 1) for each in _inside(schema))
        return ways

    def _beside(self, schema: Mapping[str, Any]) -> Iterator[Any]:
        for word in _SAME_VALUE:
            yield from _several(schema.get(word))
        for word in _SAME_VALUE_BY_KEY:
            yield from _values(schema.get(word))
        for word in ("$ref", "$dynamicRef", "$recursiveRef"):
            if isinstance(schema.get(word), str):
                yield self._target(schema[word])

    def _target(self, reference: str) -> Any:
        if reference in self._named:
            return self._named[reference]
        base, _, fragment = reference.partition("#")
        holder = self._named.get(base, self._root) if base else self._root
        return pointed(holder, fragment)


def pointed(holder: Any, pointer: str) -> Any:
    """What a JSON pointer finds; None where it finds nothing."""
    from urllib.parse import unquote

    for part in unquote(pointer).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(holder, Mapping):
            holder = holder.get(name)
        elif isinstance(holder, list) and name.isdecimal() and int(name) < len(holder):
            holder = holder[int(name)]
        else:
            return None
    return holder


def _names_in(root: Any) -> Iterator[tuple[str, Any]]:
    """Schemas that have an address or an anchor of their own."""
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            for word, sign in (("$id", ""), ("id", ""), ("$anchor", "#"), ("$dynamicAnchor", "#")):
                if isinstance(value.get(word), str):
                    yield sign + value[word], value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _inside(schema: Mapping[str, Any]) -> Iterator[Any]:
    for word in _INSIDE:
        yield from _several(schema.get(word))
    yield from _values(schema.get("patternProperties"))


def _several(found: Any) -> list[Any]:
    """The schemas under a keyword that has one or a list of them."""
    if isinstance(found, list):
        return found
    return [found] if isinstance(found, Mapping) else []


def _values(found: Any) -> list[Any]:
    return list(found.values()) if isinstance(found, Mapping) else []
