"""The values of a file, and where each of them stands."""

from collections.abc import Callable, Iterator
from functools import partial

import yaml

from context.values import JsonValue
from worker.models.problem import ProblemKind
from worker.parsing.core_schema import CORE_TAGS, SPOKEN, TAG_PREFIX, value_of
from worker.parsing.place import Place, PlaceElsewhere, location_of
from worker.parsing.source import Source

#: How many values aliases may stand for in one file. Honest files need hundreds; a file made to
#: exhaust memory says in ten lines what would be billions.
MOST_ALIASED_VALUES = 100_000


MakePlace = Callable[..., Place]


def build_tree(source: Source, node: yaml.Node, *, elsewhere: bool = False) -> Place:
    """The places of a composed file. What cannot be in a suite is noted and left out.

    `elsewhere`: the values will be read as parts of another file.
    """
    make: MakePlace = partial(PlaceElsewhere, home=source) if elsewhere else Place
    return _Builder(source, make).build(node, None)


class _Builder:
    def __init__(self, source: Source, make: MakePlace) -> None:
        self._source = source
        self._make = make
        # Only a file with anchors can have one node twice; all others are spared the book-keeping.
        self._built: dict[int, Place | None] | None = {} if "&" in source.text else None
        self._sizes: dict[int, int] = {}
        self._aliased = 0
        self._refused = False

    def build(self, node: yaml.Node, key: yaml.Node | None) -> Place:
        if self._built is None:
            return self._new(node, key)
        number = id(node)
        if number in self._built:
            return self._alias(node, key, self._built[number])
        self._built[number] = None
        place = self._new(node, key)
        self._built[number] = place
        return place

    def _new(self, node: yaml.Node, key: yaml.Node | None) -> Place:
        if isinstance(node, yaml.ScalarNode):
            return self._make(self._scalar(node), node, key)
        if isinstance(node, yaml.MappingNode):
            self._check_tag(node, "map")
            children = self._entries(node)
            return self._make({name: child.data for name, child in children.items()}, node, key, children)
        self._check_tag(node, "seq")
        parts = [self.build(part, None) for part in node.value]
        return self._make([part.data for part in parts], node, key, parts)

    def _scalar(self, node: yaml.ScalarNode) -> JsonValue:
        kind = node.tag
        if kind == "str":
            text: str = node.value
            return text
        if kind not in CORE_TAGS:
            self._check_tag(node, "str")
            kind = kind.removeprefix(TAG_PREFIX)
        return self._typed(kind, node)

    def _typed(self, kind: str, node: yaml.ScalarNode) -> JsonValue:
        text: str = node.value
        try:
            return value_of(kind, text)
        except ValueError:
            where = location_of(self._source, node)
            self._source.add(
                ProblemKind.BAD_VALUE,
                f"{_short(text)} is not {SPOKEN[kind]} that JSON can hold",
                where,
                hint="put it in quotes if it is a text",
            )
            return text

    def _check_tag(self, node: yaml.Node, kind: str) -> None:
        if node.tag in CORE_TAGS or node.tag.removeprefix(TAG_PREFIX) in CORE_TAGS:
            return
        shown = node.tag.replace(TAG_PREFIX, "!!")
        line = self._source.line(node.start_mark.line + 1)
        column = node.start_mark.column + 1
        self._source.add(
            ProblemKind.NOT_YAML,
            f"the tag {shown} is not allowed in a suite file",
            self._source.location(node.start_mark.line + 1, column, len(shown) if shown in line else 1),
            hint="leave it out" if kind != "str" else "leave it out, or put the text in quotes",
        )

    def _entries(self, node: yaml.MappingNode) -> dict[str, Place]:
        entries: dict[str, Place] = {}
        merged: list[yaml.Node] = []
        for key, value in node.value:
            if key.tag == "str":
                name = key.value
                if name == "<<" and not key.style:
                    merged.append(value)
                elif name in entries:
                    self._duplicate(name, key, entries[name])
                else:
                    entries[name] = self.build(value, key)
            else:
                self._odd_key(key, value)
        for value in merged:
            self._merge(value, entries)
        return entries

    def _duplicate(self, name: str, key: yaml.Node, first: Place) -> None:
        line = first.key_location(self._source).line
        self._source.add(
            ProblemKind.DUPLICATE_KEY,
            f"{name!r} is here twice",
            location_of(self._source, key),
            hint=f"it is already in line {line}: keep one of them",
        )

    def _odd_key(self, key: yaml.Node, value: yaml.Node) -> None:
        where = location_of(self._source, key)
        if isinstance(key, yaml.ScalarNode):
            self._source.add(
                ProblemKind.WRONG_TYPE,
                f"a key must be text, but {_short(key.value)} is {SPOKEN.get(key.tag, 'something else')}",
                where,
                hint=f'write "{key.value}" in quotes',
            )
            return
        text = self._source.line(where.line)[where.column - 2 :]
        if text.startswith("{{") and isinstance(key, yaml.MappingNode):
            shown = text[: text.find("}}") + 2] if "}}" in text else text
            place = self._source.location(where.line, where.column - 1, len(shown))
            self._source.add(
                ProblemKind.NOT_YAML,
                "a value that begins with '{{' must be in quotes",
                place,
                hint=f'write "{shown}"',
            )
            return
        self._source.add(
            ProblemKind.WRONG_TYPE,
            "a key must be text, not a list or a mapping",
            where,
            hint="write 'key: value'",
        )

    def _merge(self, node: yaml.Node, entries: dict[str, Place]) -> None:
        """Keys of `<<: *other` that are not written here; of several mappings the first one wins."""
        place = self.build(node, None)
        for part in place.listed() if place.listed() else [place]:
            if not isinstance(part.children, dict):
                self._source.add(
                    ProblemKind.WRONG_TYPE,
                    "'<<' takes the keys of another mapping",
                    part.location(self._source),
                    hint="write '<<: *name' with the anchor of a mapping",
                )
                continue
            for name, child in part.children.items():
                entries.setdefault(name, child)

    def _alias(self, node: yaml.Node, key: yaml.Node | None, target: Place | None) -> Place:
        if target is None:
            self._refuse(
                "this contains itself through an alias", node, hint="write it out, or remove the alias"
            )
            return self._make(None, node, key)
        self._aliased += self._size(target)
        if self._aliased > MOST_ALIASED_VALUES:
            what = f"aliases make this file larger than {MOST_ALIASED_VALUES:,} values"
            self._refuse(what, node, hint="write fewer or smaller aliases")
            return self._make(None, node, key)
        return self._make(target.data, node, key, target.children)

    def _refuse(self, what: str, node: yaml.Node, *, hint: str) -> None:
        if not self._refused:
            self._source.add(ProblemKind.NOT_YAML, what, location_of(self._source, node), hint=hint)
        self._refused = True

    def _size(self, place: Place) -> int:
        """How many values this is when written out; long texts count as several."""
        children = place.children
        if children is None:
            return 1 + (len(place.data) // 100 if isinstance(place.data, str) else 0)
        number = id(children)
        if number not in self._sizes:
            self._sizes[number] = 1 + sum(map(self._size, _values(children)))
        return self._sizes[number]


def _values(children: dict[str, Place] | list[Place]) -> Iterator[Place]:
    return iter(children.values() if isinstance(children, dict) else children)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
