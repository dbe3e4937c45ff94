"""A mapping with known keys, which most of the file format is made of."""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from context.values import JsonValue
from worker.models.problem import ProblemKind
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.readers import MappingOf, Reader, Schema, note
from worker.parsing.source import Source
from worker.parsing.suggest import nearest, one_of

#: Where all keys are, for shapes that have too many to list.
_REFERENCE = "all keys are in docs/suite-files.md, and in the schema that editors know"

#: A key and its value without the space between them, which makes one text of both: `status:200`.
_JOINED = re.compile(r"(?P<key>[\w-]+):(?P<value>\S.*)")


class Key(NamedTuple):
    """A key of the format: what it may hold, and what it means."""

    reader: Reader
    description: str
    required: bool = False
    examples: tuple[Any, ...] = ()

    def schema(self) -> Schema:
        """The value's schema with what an editor shows."""
        schema = {**_or_bound(self.reader.schema()), "description": self.description}
        examples = list(self.examples) or _written_of(self.reader)
        return {**schema, "examples": examples} if examples else schema


def _written_of(reader: Reader) -> list[Any]:
    """The example of a shape, as the value that its words stand for."""
    if not isinstance(reader, Shape):
        return []
    import yaml

    return [yaml.safe_load(f"{{ {reader.example} }}")]


#: What may stand for a number, a word or a boolean in a test with rows or with parameters.
_BOUND: Schema = {"$ref": "#/$defs/Bound"}
_PLAIN = ("integer", "number", "boolean")


def _or_bound(schema: Schema) -> Schema:
    """The schema of a value that is no text, for which a row or a parameter may stand as a whole."""
    if "enum" in schema or schema.get("type") in _PLAIN:
        return {"anyOf": [schema, _BOUND]}
    alternatives = schema.get("anyOf", ())
    if any(each.get("type") in _PLAIN for each in alternatives):
        return {**schema, "anyOf": [*alternatives, _BOUND]}
    return schema


@dataclass(frozen=True)
class Shape(Reader):
    """A mapping with known keys. `name` is what a person calls it, such as "a test".

    Exactly one key of `one_of` must be there; for editors, `or_else` may be there in its place, because
    whoever reads the file has put something else there before it is read. An `extensible` one may have
    any keys that begin with `x-`, which mean nothing: a place for anchors. `shorthand` may turn another
    value into the same answer, or return None to say that it is none.
    """

    name: str
    title: str
    description: str
    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    one_of_hint: str = ""
    or_else: str = ""
    shorthand: Callable[[Any], dict[str, Any] | None] | None = None
    shorthand_schema: Schema | None = None
    example: str = "key: value"
    wanted: str = "a mapping"
    extensible: bool = False
    _required: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_required", tuple(name for name, key in self.keys.items() if key.required))

    def read(self, place: Place, source: Source) -> dict[str, Any]:
        """The values by key, as far as they could be read."""
        children = place.children
        if not isinstance(children, dict):
            short = self.shorthand(place.data) if self.shorthand else None
            if short is None:
                raise wrong_type(self.wanted, place.data, hint=self._instead_of(place.data))
            return short
        read: dict[str, Any] = {}
        meant: set[str | None] = set()
        for name, child in children.items():
            key = self.keys.get(name)
            if key is None and self.extensible and name.startswith("x-"):
                continue
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

    def _instead_of(self, value: JsonValue) -> str:
        """What to write where no mapping stands: often only a space or some spaces are missing."""
        joined = _JOINED.fullmatch(value) if isinstance(value, str) else None
        if joined and joined["key"] in self.keys:
            return f"write '{joined['key']}: {joined['value']}', with a space behind the ':'"
        example = f"write for example {{ {self.example} }}"
        return f"{example}, or indent deeper what belongs to it" if value is None else example

    def _unknown(self, name: str, child: Place, source: Source) -> str | None:
        """Note a key that the format does not have; the answer is the one that was meant."""
        meant = nearest(name, self.keys)
        source.add(
            ProblemKind.UNKNOWN_KEY,
            f"{name!r} is not a key of {self.name}",
            child.key_location(source),
            hint=f"did you mean {meant!r}?"
            if meant
            else self._under(child) or self._home_of(name) or one_of(self.keys) or _REFERENCE,
        )
        return meant

    def _under(self, child: Place) -> str | None:
        """Where what looks like a test belongs that stands as far left as `tests`."""
        inside = child.children if isinstance(child.children, dict) else {}
        for key, value in self.keys.items():
            part = value.reader.part if isinstance(value.reader, MappingOf) else None
            if isinstance(part, Shape) and not inside.keys().isdisjoint(part.one_of):
                return f"if it belongs under {key!r}, indent it"
        return None

    def _home_of(self, name: str) -> str | None:
        """Where a key that is right elsewhere belongs: `status` under `expect`."""
        readers = {key: value.reader for key, value in self.keys.items()}
        for key, reader in readers.items():
            if isinstance(reader, Shape) and name in reader.keys:
                return f"put it under {key!r}"
        for key, reader in readers.items():
            if isinstance(reader, MappingOf) and isinstance(reader.part, Shape) and name in reader.part.keys:
                return f"put it into one of the {key!r}"
        return None

    def _check_required(self, place: Place, source: Source, meant: Set[str | None]) -> None:
        # A key that was misspelt is not missing as well: one mistake, one problem.
        for name in self._required:
            if place.child(name) is None and name not in meant:
                examples = self.keys[name].examples
                source.add(
                    ProblemKind.MISSING_KEY,
                    f"{self.name} needs the key {name!r}",
                    place.key_location(source),
                    hint=f"write for example '{name}: {in_flow(examples[0])}'" if examples else None,
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
        if self.extensible:
            schema["patternProperties"] = {"^x-": {}}
        if self._required:
            schema["required"] = list(self._required)
        if self.one_of:
            alternatives = [{"required": [name]} for name in self.one_of]
            schema["oneOf"] = [*alternatives, self._none_of_them()] if self.or_else else alternatives
        return schema

    def _none_of_them(self) -> Schema:
        none = {"not": {"anyOf": [{"required": [name]} for name in self.one_of]}}
        return {"required": [self.or_else], **none}


def in_flow(value: Any) -> str:
    """A value as a person would write it on one line of YAML."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key}: {in_flow(part)}' for key, part in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(in_flow, value))}]"
    return f'"{value}"' if isinstance(value, str) and "{{" in value else str(value)
