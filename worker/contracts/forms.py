"""Bodies of forms, made into the objects that their schemas speak of."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from context.values import JsonValue
from worker.contracts.parameters import typed, types_of

#: Content types whose bodies are read here.
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"

#: How a field that came several times is one list.
_REPEATED: Mapping[str, Any] = {"in": "query", "style": "form", "explode": True}

#: Resolves a schema: what it refers to, and where that stands.
Resolve = Callable[[Any, str], tuple[Any, str]]


def is_form(content_type: str) -> bool:
    """Whether a body of this type is a form."""
    return content_type in (FORM, MULTIPART)


def form_object(body: bytes, content_type: str, schema: Any, home: str, resolve: Resolve) -> JsonValue:
    """The object that a form is. Texts become numbers and lists where the schema has such properties;
    a file is a text."""
    is_multipart = content_type.partition(";")[0].strip().lower() == MULTIPART
    fields = _parts(body, content_type) if is_multipart else _pairs(body)
    return object_of(fields, properties_of(schema, home, resolve))


def object_of(fields: Mapping[str, Sequence[str]], properties: Mapping[str, Any]) -> dict[str, JsonValue]:
    """Named texts as an object."""
    return {name: _value(list(texts), properties.get(name, {})) for name, texts in fields.items()}


def properties_of(schema: Any, home: str, resolve: Resolve, depth: int = 0) -> dict[str, Any]:
    """The schemas of an object's properties by name, with those that it takes over by `allOf`."""
    schema, home = resolve(schema, home)
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return {}
    found: dict[str, Any] = {}
    for word in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(word) or ():
            found |= properties_of(each, home, resolve, depth + 1)
    own = schema.get("properties")
    for name, each in own.items() if isinstance(own, Mapping) else ():
        found[name] = resolve(each, home)[0]
    return found


_DEEPEST = 10


def _value(texts: list[str], schema: Any) -> JsonValue:
    if "object" in types_of(schema):
        try:
            parsed: JsonValue = json.loads(texts[-1])
        except (ValueError, RecursionError):
            return texts[-1]
        return parsed
    return typed(texts, schema, _REPEATED)


def _pairs(body: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        found.setdefault(name, []).append(text)
    return found


def _parts(body: bytes, content_type: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, text in _named_parts(body, content_type):
        found.setdefault(name, []).append(text)
    return found


def _named_parts(body: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("utf-8", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            yield name, data.decode("utf-8", "replace")
