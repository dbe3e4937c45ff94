"""A value of a file, and where it stands."""

from collections.abc import Mapping

import yaml

from context.values import JsonValue
from worker.models.problem import Location
from worker.parsing.source import Source


class Place:
    """A value and its place. `children` are the places inside, by key or in order."""

    __slots__ = ("_key", "_node", "children", "data")

    def __init__(
        self,
        data: JsonValue,
        node: yaml.Node,
        key: yaml.Node | None,
        children: "dict[str, Place] | list[Place] | None" = None,
    ) -> None:
        self.data = data
        self._node = node
        self._key = key
        self.children = children

    def child(self, step: str | int) -> "Place | None":
        """The place inside with this key or position, if there is one."""
        if isinstance(self.children, dict):
            return self.children.get(step) if isinstance(step, str) else None
        if isinstance(self.children, list) and isinstance(step, int) and step < len(self.children):
            return self.children[step]
        return None

    def find(self, path: tuple[str | int, ...]) -> "Place":
        """The place at the end of this path, or as far on it as the file goes."""
        place = self
        for step in path:
            found = place.child(step)
            if found is None:
                return place
            place = found
        return place

    def keyed(self) -> "Mapping[str, Place]":
        """The places of a mapping by key; nothing for other values."""
        return self.children if isinstance(self.children, dict) else {}

    def listed(self) -> "list[Place]":
        """The places of a list; nothing for other values."""
        return self.children if isinstance(self.children, list) else []

    def key_location(self, source: Source) -> Location:
        """Where the key stands; for what has no key (the whole file, parts of a list) the value."""
        return location_of(source, self._key if self._key is not None else self._node)

    def location(self, source: Source) -> Location:
        """Where the value stands; its key where the value takes several lines or is not written."""
        start, end = self._node.start_mark, self._node.end_mark
        spread = start.line != end.line and self.children is not None
        unwritten = start.index == end.index
        if self._key is not None and (spread or unwritten):
            return location_of(source, self._key)
        return location_of(source, self._node)

    def span(self) -> tuple[int, int]:
        """The indices of the value's first character in the text and of the one behind its last."""
        return self._node.start_mark.index, self._node.end_mark.index

    def starts_at(self) -> tuple[int, int]:
        """Line and column of the value's first character, from 1."""
        return self._node.start_mark.line + 1, self._node.start_mark.column + 1


def location_of(source: Source, node: yaml.Node) -> Location:
    """Where a node stands: all of it if it is on one line, else to the end of its first line."""
    start, end = node.start_mark, node.end_mark
    one_line = start.line == end.line
    stop = end.column if one_line else len(source.line(start.line + 1).rstrip())
    return source.location(start.line + 1, start.column + 1, stop - start.column)
