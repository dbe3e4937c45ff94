"""How a file format is declared: mappings with known keys, lists, and plain values.

One declaration reads a file and makes the JSON Schema, so that the two cannot differ. It is not a
set of pydantic models: those took 110 ms to import and build, a third of what a whole run of one
test may take, and know nothing of lines and columns.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from worker.models.problem import ProblemKind
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.source import Source
from worker.parsing.suggest import nearest, one_of

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
    hint = f'write "{source.written(*part.span())}"' if mistake.quotable else mistake.hint
    source.add(mistake.kind, mistake.what, where, hint=hint)


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
class Key:
    """A key of the format: what it may hold, and what it means."""

    reader: Reader
    description: str
    required: bool = False
    examples: tuple[Any, ...] = ()

    def schema(self) -> Schema:
        """The value's schema with what an editor shows."""
        schema = {**self.reader.schema(), "description": self.description}
        return {**schema, "examples": list(self.examples)} if self.examples else schema


@dataclass(frozen=True)
class Shape(Reader):
    """A mapping with known keys. `name` is what a person calls it, such as "a test".

    Exactly one key of `one_of` must be there. `shorthand` may turn another value into the same
    answer, or return None to say that it is none.
    """

    name: str
    title: str
    description: str
    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    one_of_hint: str = ""
    shorthand: Callable[[Any], dict[str, Any] | None] | None = None
    shorthand_schema: Schema | None = None
    example: str = "key: value"
    wanted: str = "a mapping"
    _required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_required", tuple(name for name, key in self.keys.items() if key.required))

    def read(self, place: Place, source: Source) -> dict[str, Any]:
        """The values by key, as far as they could be read."""
        children = place.children
        if not isinstance(children, dict):
            short = self.shorthand(place.data) if self.shorthand else None
            if short is None:
                raise wrong_type(self.wanted, place.data, hint=f"write for example {{ {self.example} }}")
            return short
        read: dict[str, Any] = {}
        meant: set[str | None] = set()
        for name, child in children.items():
            key = self.keys.get(name)
            if key is None:
                meant.add(self._unknown(name, child, source))
                continue
            try:
                read[name] = key.reader.read(child, source)
            except Mistake as mistake:
                note(source, child, mistake)
        self._check_required(place, source, meant)
        self._check_one(place, children, source, meant)
        return read

    def _unknown(self, name: str, child: Place, source: Source) -> str | None:
        """Note a key that the format does not have; the answer is the one that was meant."""
        meant = nearest(name, self.keys)
        source.add(
            ProblemKind.UNKNOWN_KEY,
            f"{name!r} is not a key of {self.name}",
            child.key_location(source),
            hint=f"did you mean {meant!r}?" if meant else one_of(self.keys),
        )
        return meant

    def _check_required(self, place: Place, source: Source, meant: Set[str | None]) -> None:
        # A key that was misspelt is not missing as well: one mistake, one problem.
        for name in self._required:
            if place.child(name) is None and name not in meant:
                examples = self.keys[name].examples
                source.add(
                    ProblemKind.MISSING_KEY,
                    f"{self.name} needs the key {name!r}",
                    place.key_location(source),
                    hint=f"write for example '{name}: {examples[0]}'" if examples else None,
                )

    def _check_one(
        self, place: Place, children: Mapping[str, Place], source: Source, meant: Set[str | None]
    ) -> None:
        found = [name for name in children if name in self.one_of]
        if self.one_of and not found and not meant & set(self.one_of):
            what = f"{self.name} needs one of these keys: {', '.join(self.one_of)}"
            source.add(ProblemKind.MISSING_KEY, what, place.key_location(source), hint=self.one_of_hint)
        for extra in found[1:]:
            source.add(
                ProblemKind.BAD_VALUE,
                f"{self.name} cannot have both {found[0]!r} and {extra!r}",
                children[extra].key_location(source),
                hint="keep one of them",
            )

    def schema(self) -> Schema:
        """A reference to the definition that `definition` gives."""
        reference: Schema = {"$ref": f"#/$defs/{self.title}"}
        return {"anyOf": [self.shorthand_schema, reference]} if self.shorthand_schema else reference

    def definition(self) -> Schema:
        """The shape in JSON Schema."""
        schema: Schema = {
            "type": "object",
            "description": self.description,
            "additionalProperties": False,
            "properties": {name: key.schema() for name, key in self.keys.items()},
        }
        if self._required:
            schema["required"] = list(self._required)
        if self.one_of:
            schema["oneOf"] = [{"required": [name]} for name in self.one_of]
        return schema
