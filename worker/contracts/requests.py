"""Whether a request keeps to its description."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from worker.contracts.description import Breach, Description, header_of, mapping
from worker.contracts.forms import object_of, properties_of
from worker.contracts.operations import Matched, Operation
from worker.contracts.parameters import typed, types_of
from worker.contracts.schemas import Direction
from worker.models.exchange import Headers, PreparedRequest


class RequestCheck:
    """Holds what is sent to what is described of it: parameters, headers, body."""

    def __init__(self, described: Description) -> None:
        self._described = described

    def breaches(self, matched: Matched, request: PreparedRequest) -> Iterator[Breach]:
        """Everything that is not as described."""
        operation = matched.operation
        yield from self._parameters(matched, request)
        sent = request.body if request.story.plain is None else request.story.plain
        body, home = self._described.resolved(operation.words.get("requestBody"), operation.home)
        if not isinstance(body, Mapping):
            if sent:
                yield Breach(place="the request", what="it has a body, and none is described")
        elif not sent:
            if body.get("required") is True:
                yield Breach(place="the request", what="it has no body, and one is required")
        else:
            described = self._described.content(body, home, header_of(request.headers, "content-type"))
            yield from self._described.body("the request", sent, described, Direction.REQUEST)

    def _parameters(self, matched: Matched, request: PreparedRequest) -> Iterator[Breach]:
        given = _given(matched, request)
        named: set[str] = set()
        for (place, name), (parameter, home) in matched.operation.parameters.items():
            texts = given.get((place, name))
            called = f"the {place} parameter '{parameter['name']}'"
            members = self._members(given, parameter, home) if place == "query" else {}
            named |= members.keys()
            if members:
                yield from self._object(called, members, parameter, home)
            elif texts:
                yield from self._parameter(called, texts, parameter, home)
            elif parameter.get("required") is True and (place != "path" or matched.path_values):
                yield Breach(place="the request", what=f"{called} is missing, and it is required")
        known = {name for place, name in matched.operation.parameters if place == "query"}
        for name in sorted({name for place, name in given if place == "query"} - known - named):
            if not self._is_of_security(name, matched.operation):
                yield Breach(place="the request", what=f"the query parameter '{name}' is not described")

    def _members(
        self, given: Mapping[tuple[str, str], list[str]], parameter: Mapping[str, Any], home: str
    ) -> dict[str, tuple[str, list[str]]]:
        """The query parameters that are members of an object, each with its own name and its texts:
        `filter[state]` of a deepObject, else those that are named like a property."""
        schema, inside = self._described.resolved(parameter.get("schema"), home)
        if "object" not in types_of(schema):
            return {}
        query = {name: texts for (place, name), texts in given.items() if place == "query"}
        if parameter.get("style") == "deepObject":
            front = f"{parameter['name']}["
            return {
                name: (name[len(front) : -1], texts)
                for name, texts in query.items()
                if name.startswith(front) and name.endswith("]")
            }
        if parameter.get("explode") is False:
            return {}
        properties = properties_of(schema, inside, self._described.resolved)
        return {name: (name, texts) for name, texts in query.items() if name in properties}

    def _object(
        self,
        called: str,
        members: Mapping[str, tuple[str, list[str]]],
        parameter: Mapping[str, Any],
        home: str,
    ) -> Iterator[Breach]:
        schema, inside = self._described.resolved(parameter.get("schema"), home)
        properties = properties_of(schema, inside, self._described.resolved)
        value = object_of({name: texts for name, texts in members.values()}, properties)
        compiled = self._described.schema(parameter["schema"], home, Direction.REQUEST)
        for violation in compiled.violations(value):
            yield Breach(place=called, violation=violation)

    def _parameter(
        self, called: str, texts: list[str], parameter: Mapping[str, Any], home: str
    ) -> Iterator[Breach]:
        written = parameter.get("schema")
        if written is None:
            return
        schema, _ = self._described.resolved(written, home)
        value = typed(texts, schema, parameter)
        for violation in self._described.schema(written, home, Direction.REQUEST).violations(value):
            yield Breach(place=called, violation=violation)

    def _is_of_security(self, name: str, operation: Operation) -> bool:
        """Whether a query parameter is an API key."""
        whole = self._described.documents.document(self._described.documents.main)
        schemes = mapping(mapping(whole.get("components")).get("securitySchemes"))
        found = (
            self._described.resolved(each, self._described.documents.main)[0] for each in schemes.values()
        )
        return any(isinstance(each, Mapping) and each.get("name") == name for each in found)


def _given(matched: Matched, request: PreparedRequest) -> dict[tuple[str, str], list[str]]:
    """The texts of every parameter of a request, by place and name."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, text in matched.path_values.items():
        found[("path", name)] = [text]
    for name, text in parse_qsl(urlsplit(request.url).query, keep_blank_values=True):
        found.setdefault(("query", name), []).append(text)
    for name, text in request.headers:
        found.setdefault(("header", name.lower()), []).append(text)
    for name, text in _cookies(request.headers):
        found.setdefault(("cookie", name), []).append(text)
    return found


def _cookies(headers: Headers) -> Iterable[tuple[str, str]]:
    for pair in header_of(headers, "cookie").split(";"):
        name, _, text = pair.strip().partition("=")
        if name:
            yield name, text
