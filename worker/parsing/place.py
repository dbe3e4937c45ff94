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

    def home(self, source: Source) -> Source:
        """The file that this stands in. `source` is the one that is being read, for places of its own."""
        return source

    def with_children(self, children: "dict[str, Place] | list[Place]") -> "Place":
        """The same place with other values inside."""
        if isinstance(children, dict):
            return self._like({name: child.data for name, child in children.items()}, children)
        return self._like([child.data for child in children], children)

    def with_data(self, data: JsonValue) -> "Place":
        """A value of elsewhere, such as a cell of a table, that is said to stand here."""
        if isinstance(data, dict):
            return self.with_children({name: self.with_data(part) for name, part in data.items()})
        if isinstance(data, list):
            return self.with_children([self.with_data(part) for part in data])
        return self._like(data, None)

    def of_a_table(self, row: JsonValue) -> "Place":
        """A row that is written in another file, of which this one names but the file."""
        return PlaceOfTable(None, self._node, self._key).with_data(row)

    def used_at(self, place: "Place") -> "Place":
        """This value where `place` asks for it: it is written here, so here is where it stands."""
        return self

    def _like(self, data: JsonValue, children: "dict[str, Place] | list[Place] | None") -> "Place":
        return Place(data, self._node, self._key, children)

    def key_location(self, source: Source) -> Location:
        """Where the key stands; for what has no key (the whole file, parts of a list) the value."""
        return location_of(self.home(source), self._key if self._key is not None else self._node)

    def location(self, source: Source) -> Location:
        """Where the value stands; its key where the value takes several lines or is not written."""
        start, end = self._node.start_mark, self._node.end_mark
        spread = start.line != end.line and self.children is not None
        unwritten = start.index == end.index
        if self._key is not None and (spread or unwritten):
            return location_of(self.home(source), self._key)
        return location_of(self.home(source), self._node)

    def scalar(self) -> str | None:
        """What is written for a single value, whatever its type; None for lists and mappings."""
        return str(self._node.value) if isinstance(self._node, yaml.ScalarNode) else None

    def span(self) -> tuple[int, int]:
        """The indices of the value's first character in the text and of the one behind its last."""
        return self._node.start_mark.index, self._node.end_mark.index

    def lines(self) -> range:
        """The numbers of the lines that key and value take."""
        first = (self._key if self._key is not None else self._node).start_mark.line
        last = self._node.end_mark
        return range(first + 1, last.line + (1 if last.column == 0 and last.line > first else 2))

    def starts_at(self) -> tuple[int, int]:
        """Line and column of the value's first character, from 1."""
        return self._node.start_mark.line + 1, self._node.start_mark.column + 1


class PlaceOfTable(Place):
    """A value of a table in a file of its own, all of whose rows would stand at one place."""

    __slots__ = ()

    def used_at(self, place: Place) -> Place:
        """Whoever looks for the mistake finds it where the value is used: which row, says the test's name."""
        return place.with_data(self.data)

    def _like(self, data: JsonValue, children: "dict[str, Place] | list[Place] | None") -> Place:
        return PlaceOfTable(data, self._node, self._key, children)


class PlaceElsewhere(Place):
    """A place in another file than the one that is being read."""

    __slots__ = ("_home",)

    def __init__(
        self,
        data: JsonValue,
        node: yaml.Node,
        key: yaml.Node | None,
        children: "dict[str, Place] | list[Place] | None" = None,
        *,
        home: Source,
    ) -> None:
        super().__init__(data, node, key, children)
        self._home = home

    def home(self, source: Source) -> Source:
        """Its own file."""
        return self._home

    def of_a_table(self, row: JsonValue) -> Place:
        """A row stands where its table is named: that is another file already."""
        return self.with_data(row)

    def _like(self, data: JsonValue, children: "dict[str, Place] | list[Place] | None") -> Place:
        return PlaceElsewhere(data, self._node, self._key, children, home=self._home)


def location_of(source: Source, node: yaml.Node) -> Location:
    """Where a node stands: all of it if it is on one line, else to the end of its first line."""
    start, end = node.start_mark, node.end_mark
    one_line = start.line == end.line
    stop = end.column if one_line else len(source.line(start.line + 1).rstrip())
    return source.location(start.line + 1, start.column + 1, stop - start.column)
