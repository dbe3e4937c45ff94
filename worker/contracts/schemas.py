"""Schemas of a description made into JSON Schema 2020-12: one document each, with all it refers to.

What OpenAPI 3.0 says in its own way (`nullable`, exclusive limits as booleans, `$ref` alone) is
written as JSON Schema says it. Properties that belong into one direction only are refused in the
other: they are replaced by a constant that nothing equals, which says why.
"""

import posixpath
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from worker.contracts.discriminator import named_alternatives
from worker.contracts.references import Documents

#: The constants that stand for properties of the other direction.
READ_ONLY = {"x-baton": "read-only"}
WRITE_ONLY = {"x-baton": "write-only"}

_ONE = ("not", "if", "then", "else", "additionalProperties", "propertyNames", "contains", "items",
        "unevaluatedProperties", "unevaluatedItems", "additionalItems")  # fmt: skip
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_BY_NAME = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")


class Direction(StrEnum):
    """Who gets a value."""

    REQUEST = "request"  # the API: no read-only properties
    RESPONSE = "response"  # the caller: no write-only properties


class Bundle:
    """Collects one schema and everything that it refers to."""

    def __init__(self, documents: Documents, direction: Direction, *, is_30: bool) -> None:
        self._documents = documents
        self._direction = direction
        self._is_30 = is_30
        self._defs: dict[str, Any] = {}
        self._places: dict[str, str] = {}

    def of(self, schema: Any, *, inside: str) -> dict[str, Any]:
        """The schema as a document of its own. Raises BadDescription."""
        whole = self._converted(schema, inside)
        root: dict[str, Any] = whole if isinstance(whole, dict) else {"allOf": [whole]}
        return {**root, "$defs": {**root.get("$defs", {}), **self._defs}} if self._defs else root

    def _converted(self, schema: Any, inside: str) -> Any:
        if not isinstance(schema, Mapping):
            return schema if isinstance(schema, bool) else {}
        converted = {word: self._keyword(word, value, inside) for word, value in schema.items()}
        if isinstance(schema.get("$ref"), str):
            reference = {"$ref": self._reference(schema["$ref"], inside)}
            converted = reference if self._is_30 else {**converted, **reference}
        converted |= named_alternatives(schema, self._documents, inside)
        if self._is_30:
            _say_as_json_schema(converted)
        self._refuse_other_direction(converted, schema, inside)
        return converted

    def _keyword(self, word: str, value: Any, inside: str) -> Any:
        if word in _BY_NAME and isinstance(value, Mapping):
            return {name: self._converted(each, inside) for name, each in value.items()}
        if word in _SEVERAL and isinstance(value, list):
            return [self._converted(each, inside) for each in value]
        if word in _ONE and isinstance(value, Mapping):
            return self._converted(value, inside)
        return value

    def _reference(self, reference: str, inside: str) -> str:
        """Where the schema that this refers to stands in the bundle; it is put there when it is not."""
        path, pointer = self._documents.target(reference, inside=inside)
        last = pointer.rsplit("/", 1)[-1]
        name = last if path == self._documents.main else f"{posixpath.basename(path)}:{last}"
        key = f"{path}#{pointer}"
        if key not in self._places:
            while name in self._defs:
                name += "'"
            self._places[key] = name
            self._defs[name] = {}
            target, home = self._documents.resolved({"$ref": reference}, inside=inside)
            self._defs[name] = self._converted(target, home)
        return "#/$defs/" + quote(self._places[key].replace("~", "~0").replace("/", "~1"), safe="~:'")

    def _refuse_other_direction(
        self, converted: dict[str, Any], schema: Mapping[str, Any], inside: str
    ) -> None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping):
            return
        word, marker = (
            ("readOnly", READ_ONLY) if self._direction is Direction.REQUEST else ("writeOnly", WRITE_ONLY)
        )
        for name, each in properties.items():
            if self._says(each, word, inside):
                converted["properties"][name] = {"const": marker}
                required = converted.get("required")
                if isinstance(required, list):
                    converted["required"] = [other for other in required if other != name]

    def _says(self, schema: Any, word: str, inside: str) -> bool:
        if isinstance(schema, Mapping) and schema.get(word) is True:
            return True
        target, _ = self._documents.resolved(schema, inside=inside)
        return isinstance(target, Mapping) and target.get(word) is True


def _say_as_json_schema(schema: dict[str, Any]) -> None:
    """What OpenAPI 3.0 says in its own way."""
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and limit in schema:
            schema[exclusive] = schema.pop(limit)
    if schema.pop("nullable", False) is not True:
        return
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    else:
        rest = dict(schema)
        schema.clear()
        schema["anyOf"] = [rest, {"type": "null"}]
