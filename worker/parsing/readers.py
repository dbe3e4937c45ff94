"""How a file format is declared: mappings with known keys, lists, and plain values.

One declaration reads a file and makes the JSON Schema, so that the two cannot differ. It is not a
set of pydantic models: those took 110 ms to import and build, a third of what a whole run of one
test may take, and know nothing of lines and columns.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from worker.models.problem import ProblemKind
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.source import Source

Schema = dict[str, Any]


class Reader(ABC):
    """Reads one value of the file."""

    @abstractmethod
    def read(self, place: Place, source: Source) -> Any:
        """What the value means. Raises Mistake if that cannot be said at all; what is wrong only in
        parts is noted in the source, and those parts are left out."""

    @abstractmethod
    def schema(self) -> Schema:
        """The value in JSON Schema."""


def note(source: Source, place: Place, mistake: Mistake) -> None:
    """Note a mistake where its value stands (or its key, if that is what is wrong)."""
    part = place.find(mistake.inside)
    is_key = mistake.kind is ProblemKind.UNKNOWN_KEY
    where = part.key_location(source) if is_key else part.location(source)
    source.add(
        mistake.kind, mistake.what, where, hint=_quoted(part, source) if mistake.quotable else mistake.hint
    )


def _quoted(part: Place, source: Source) -> str:
    written = part.home(source).written(*part.span())
    return "make it a text where it comes from" if "{{" in written else f'write "{written}"'


@dataclass(frozen=True, slots=True)
class Value(Reader):
    """A plain value, read by a function of its own."""

    function: Callable[[Any], Any]
    described: Mapping[str, Any]

    def read(self, place: Place, source: Source) -> Any:
        """What the function makes of the value."""
        return self.function(place.data)

    def schema(self) -> Schema:
        """As declared."""
        return dict(self.described)


@dataclass(frozen=True, slots=True)
class Whole(Reader):
    """A value that is read where its meaning is known; the place itself is handed on."""

    described: Mapping[str, Any]

    def read(self, place: Place, source: Source) -> Place:
        """The place."""
        return place

    def schema(self) -> Schema:
        """As declared."""
        return dict(self.described)


@dataclass(frozen=True, slots=True)
class OneOrMore(Reader):
    """A list, or its only part alone; `read` gives each part's place beside its value."""

    part: Reader
    example: str
    at_least_one: bool = False

    def read(self, place: Place, source: Source) -> list[tuple[Place, Any]]:
        """The parts that could be read."""
        if isinstance(place.children, list):
            if self.at_least_one and not place.children:
                raise Mistake("this list is empty", hint=f"write [{self.example}], or leave the key out")
            return ListOf(self.part, self.example).read(place, source)
        return [(place, self.part.read(place, source))]

    def schema(self) -> Schema:
        """The part, or an array of it."""
        part = self.part.schema()
        least = {"minItems": 1} if self.at_least_one else {}
        return {"anyOf": [part, {"type": "array", **least, "items": part}]}


@dataclass(frozen=True, slots=True)
class ListOf(Reader):
    """A list; `read` gives each part's place beside its value."""

    part: Reader
    example: str

    def read(self, place: Place, source: Source) -> list[tuple[Place, Any]]:
        """The parts that could be read."""
        if not isinstance(place.children, list):
            hint = (
                f"write [{place.data}]"
                if isinstance(place.data, str)
                else f"write for example [{self.example}]"
            )
            raise wrong_type("a list", place.data, hint=hint)
        read: list[tuple[Place, Any]] = []
        for part in place.children:
            try:
                read.append((part, self.part.read(part, source)))
            except Mistake as mistake:
                note(source, part, mistake)
        return read

    def schema(self) -> Schema:
        """An array."""
        return {"type": "array", "items": self.part.schema()}


@dataclass(frozen=True, slots=True)
class MappingOf(Reader):
    """A mapping whose keys the user chooses. `check_key` refuses a key by raising Mistake."""

    part: Reader
    check_key: Callable[[str], Any]
    key_pattern: str | None = None
    example: str = "name: value"

    def read(self, place: Place, source: Source) -> dict[str, Any]:
        """The entries that could be read."""
        if not isinstance(place.children, dict):
            raise wrong_type("a mapping", place.data, hint=f"write for example {{ {self.example} }}")
        read: dict[str, Any] = {}
        for key, child in place.children.items():
            try:
                self.check_key(key)
            except Mistake as mistake:
                source.add(mistake.kind, mistake.what, child.key_location(source), hint=mistake.hint)
                continue
            try:
                read[key] = self.part.read(child, source)
            except Mistake as mistake:
                note(source, child, mistake)
        return read

    def schema(self) -> Schema:
        """An object with free keys."""
        schema: Schema = {"type": "object", "additionalProperties": self.part.schema()}
        if self.key_pattern:
            schema["propertyNames"] = {"pattern": f"^{self.key_pattern}$"}
        return schema


@dataclass(frozen=True, slots=True)
class Later(Reader):
    """What `reader` reads, but where more is known; the place itself is handed on."""

    reader: Reader

    def read(self, place: Place, source: Source) -> Place:
        """The place."""
        return place

    def schema(self) -> Schema:
        """As `reader` has it."""
        return self.reader.schema()


@dataclass(frozen=True, slots=True)
class LaterMappingOf(MappingOf):
    """A mapping that is read part by part where more is known; the place itself is handed on."""

    def read(self, place: Place, source: Source) -> Any:
        """The place."""
        return place
