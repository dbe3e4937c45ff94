"""A description as the checks of requests and answers use it: its parts resolved, its schemas compiled."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from context.values import JsonValue
from worker.contracts.forms import form_object, is_form
from worker.contracts.operations import Operations
from worker.contracts.references import Documents
from worker.contracts.schemas import Bundle, Direction
from worker.contracts.violations import BadSchema, Schema, Violation
from worker.models.exchange import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something that is not as described. `place` is the part of the exchange, such as "the answer";
    `what` is a sentence, or `violation` says which rule of a schema is broken in that part."""

    place: str
    what: str = ""
    violation: Violation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is described for a content type; `media` is None where nothing is. `full_type` has parameters."""

    type: str
    full_type: str = ""
    media: Mapping[str, Any] | None
    home: str
    known: Sequence[str]


class Description:
    """One description. Raises BadDescription, and what reading a file raises."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.operations = Operations(documents)
        self._compiled: dict[tuple[int, Direction], Schema] = {}

    def content(self, holder: Mapping[str, Any], home: str, content_type: str) -> Content:
        """What is described for a content type, in what has a `content`."""
        content, where = self.resolved(holder.get("content"), home)
        known = mapping(content)
        wanted = content_type.partition(";")[0].strip().lower()
        for pattern in (wanted, f"{wanted.partition('/')[0]}/*", "*/*"):
            for written, media in known.items():
                if written.partition(";")[0].strip().lower() == pattern:
                    resolved, inside = self.resolved(media, where)
                    return Content(
                        type=wanted,
                        full_type=content_type,
                        media=mapping(resolved),
                        home=inside,
                        known=tuple(known),
                    )
        return Content(type=wanted, media=None, home=where, known=tuple(known))

    def body(self, place: str, body: bytes, described: Content, direction: Direction) -> Iterator[Breach]:
        """What is wrong with a body."""
        if described.media is None:
            known = ", ".join(described.known) or "none"
            shown = described.type or "no content type"
            yield Breach(place=place, what=f"{shown} is not described; described are: {known}")
            return
        if "schema" not in described.media:
            return
        if is_form(described.type):
            yield from self._form(place, body, described, direction)
            return
        if not _is_json(described.type):
            return
        try:
            document: JsonValue = json.loads(body)
        except (ValueError, RecursionError):
            yield Breach(place=place, what=f"the body is not JSON, though it says {described.type}")
            return
        schema = self.schema(described.media["schema"], described.home, direction)
        for violation in schema.violations(document):
            yield Breach(place=place, violation=violation)

    def _form(self, place: str, body: bytes, described: Content, direction: Direction) -> Iterator[Breach]:
        written, home = (described.media or {})["schema"], described.home
        document = form_object(body, described.full_type, written, home, self.resolved)
        for violation in self.schema(written, home, direction).violations(document):
            yield Breach(place=place, violation=violation)

    def schema(self, written: Any, home: str, direction: Direction) -> Schema:
        """A schema as it is written, compiled. Raises BadDescription and BadSchema."""
        key = (id(written), direction)
        if key not in self._compiled:
            bundle = Bundle(self.documents, direction, is_30=self.operations.is_30)
            try:
                self._compiled[key] = Schema(bundle.of(written, inside=home))
            except BadSchema as error:
                raise BadSchema(f"a schema of the description cannot be used: {error}") from None
        return self._compiled[key]

    def resolved(self, value: Any, inside: str) -> tuple[Any, str]:
        """The value, or what its `$ref` refers to, and the file it stands in."""
        return self.documents.resolved(value, inside=inside)


def header_of(headers: Headers, name: str) -> str:
    """The first value of a header; empty where there is none."""
    return next((value for key, value in headers if key.lower() == name), "")


def _is_json(content_type: str) -> bool:
    return content_type in ("application/json", "text/json") or content_type.endswith("+json")


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, if it is a mapping; else an empty one."""
    return value if isinstance(value, Mapping) else {}
