"""An API's own description, and whether a request and its answer keep to it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from context.values import JsonValue
from worker.contracts.operations import Matched, Operation, Operations
from worker.contracts.parameters import typed
from worker.contracts.references import Documents
from worker.contracts.schemas import Bundle, Direction
from worker.contracts.violations import BadSchema, Schema, Violation
from worker.models.exchange import Headers, PreparedRequest, Response

#: Answers whose requests need not keep to the description: a test of a refusal breaks it on purpose.
_REFUSALS = range(400, 500)

#: Headers that descriptions leave out, because HTTP itself or what stands before an API sets them.
_HTTP_HEADERS = (
    "accept-ranges access-control-allow-credentials access-control-allow-headers "
    "access-control-allow-methods access-control-allow-origin access-control-expose-headers "
    "access-control-max-age age allow alt-svc cache-control connection content-disposition "
    "content-encoding content-language content-length content-location content-range "
    "content-security-policy content-type cross-origin-opener-policy cross-origin-resource-policy "
    "date etag expires keep-alive last-modified link location permissions-policy pragma "
    "proxy-authenticate referrer-policy retry-after server server-timing set-cookie "
    "strict-transport-security trailer transfer-encoding upgrade vary via warning www-authenticate "
    "x-content-type-options x-frame-options x-powered-by x-xss-protection"
)
_OF_HTTP = frozenset(_HTTP_HEADERS.split(" "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something that is not as described. `place` is the part of the exchange, such as "the answer";
    `what` is a sentence, or `violation` says which rule of a schema is broken in that part."""

    place: str
    what: str = ""
    violation: Violation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is checked. `operation` is an operationId, or a method with a path as described."""

    operation: str = ""
    request: bool = True
    response: bool = True
    headers: bool = False


class Contract:
    """One description. Raises BadDescription, and what reading a file raises."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self.operations = Operations(documents)
        self._compiled: dict[tuple[int, Direction], Schema] = {}

    def documented_statuses(self) -> dict[str, tuple[str, ...]]:
        """The statuses that each operation may answer with, by its name."""
        return {
            operation.name: tuple(map(str, _mapping(operation.words.get("responses"))))
            for operation in self.operations.all
        }

    def find(self, request: PreparedRequest, options: Options, *, base_url: str) -> Matched | None:
        """The operation that an exchange belongs to: the one that was asked for, or by its address."""
        matched = self.operations.match(request.method, request.url, base_url=base_url)
        if not options.operation or (matched and _is(matched.operation, options.operation)):
            return matched
        operation = self.operations.named(options.operation)
        return Matched(operation=operation) if operation else None

    def breaches(
        self, matched: Matched, request: PreparedRequest, response: Response, options: Options
    ) -> Iterator[Breach]:
        """Everything that is not as described. Raises BadDescription and BadSchema."""
        if options.request and response.status_code not in _REFUSALS:
            yield from self._request(matched, request)
        if options.response:
            yield from self._response(matched.operation, response, strict=options.headers)

    def undocumented_headers(self, operation: Operation, response: Response) -> list[str]:
        """Headers of an answer that the description does not name, without those of HTTP itself."""
        described, home = self._described_response(operation, response.status_code)
        if described is None:
            return []
        known = {name.lower() for name in _mapping(self._resolved(described.get("headers"), home)[0])}
        present = {name.lower() for name, _ in response.headers}
        return sorted(present - known - _OF_HTTP)

    def _request(self, matched: Matched, request: PreparedRequest) -> Iterator[Breach]:
        operation = matched.operation
        yield from self._parameters(matched, request)
        sent = request.body if request.story.plain is None else request.story.plain
        body, home = self._resolved(operation.words.get("requestBody"), operation.home)
        if not isinstance(body, Mapping):
            if sent:
                yield Breach(place="the request", what="it has a body, and none is described")
        elif not sent:
            if body.get("required") is True:
                yield Breach(place="the request", what="it has no body, and one is required")
        else:
            described = self._content(body, home, _header(request.headers, "content-type"))
            yield from self._body("the request", sent, described, Direction.REQUEST)

    def _parameters(self, matched: Matched, request: PreparedRequest) -> Iterator[Breach]:
        given = _given(matched, request)
        for (place, name), (parameter, home) in matched.operation.parameters.items():
            texts = given.get((place, name))
            called = f"the {place} parameter '{parameter['name']}'"
            if texts:
                yield from self._parameter(called, texts, parameter, home)
            elif parameter.get("required") is True and (place != "path" or matched.path_values):
                yield Breach(place="the request", what=f"{called} is missing, and it is required")
        known = {name for place, name in matched.operation.parameters if place == "query"}
        for name in sorted({name for place, name in given if place == "query"} - known):
            if not self._is_of_security(name, matched.operation):
                yield Breach(place="the request", what=f"the query parameter '{name}' is not described")

    def _parameter(
        self, called: str, texts: list[str], parameter: Mapping[str, Any], home: str
    ) -> Iterator[Breach]:
        written = parameter.get("schema")
        if written is None or parameter.get("style") == "deepObject":
            return
        schema, _ = self._resolved(written, home)
        value = typed(texts, schema, parameter)
        for violation in self._schema(written, home, Direction.REQUEST).violations(value):
            yield Breach(place=called, violation=violation)

    def _is_of_security(self, name: str, operation: Operation) -> bool:
        """Whether a query parameter is an API key."""
        whole = self._documents.document(self._documents.main)
        schemes = _mapping(_mapping(whole.get("components")).get("securitySchemes"))
        found = (self._resolved(each, self._documents.main)[0] for each in schemes.values())
        return any(isinstance(each, Mapping) and each.get("name") == name for each in found)

    def _response(self, operation: Operation, response: Response, *, strict: bool) -> Iterator[Breach]:
        described, home = self._described_response(operation, response.status_code)
        if described is None:
            known = ", ".join(map(str, _mapping(operation.words.get("responses")))) or "none"
            yield Breach(
                place="the answer",
                what=f"status {response.status_code} is not described for {operation.name};"
                f" described are: {known}",
            )
            return
        yield from self._headers(described, home, response)
        if strict:
            for name in self.undocumented_headers(operation, response):
                yield Breach(place="the answer", what=f"the header '{name}' is not described")
        if operation.method != "HEAD":
            yield from self._answer_body(described, home, response)

    def _described_response(self, operation: Operation, status: int) -> tuple[Mapping[str, Any] | None, str]:
        responses = _mapping(operation.words.get("responses"))
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in responses:
                found, home = self._resolved(responses[key], operation.home)
                return _mapping(found), home
        return None, operation.home

    def _headers(self, described: Mapping[str, Any], home: str, response: Response) -> Iterator[Breach]:
        headers, where = self._resolved(described.get("headers"), home)
        for name, written in _mapping(headers).items():
            header, inside = self._resolved(written, where)
            header, called = _mapping(header), f"the header '{name}'"
            texts = list(response.header_values(name))
            if name.lower() == "content-type":
                continue  # the description says that of the content
            if not texts:
                if header.get("required") is True:
                    yield Breach(place="the answer", what=f"{called} is missing, and it is required")
            elif "schema" in header:
                schema, _ = self._resolved(header["schema"], inside)
                value = typed(texts, schema, {**header, "in": "header"})
                for violation in self._schema(header["schema"], inside, Direction.RESPONSE).violations(value):
                    yield Breach(place=called, violation=violation)

    def _answer_body(self, described: Mapping[str, Any], home: str, response: Response) -> Iterator[Breach]:
        content = _mapping(self._resolved(described.get("content"), home)[0])
        if not content:
            if response.body.strip() and self.operations.is_30 is False:
                yield Breach(place="the answer", what="it has a body, and none is described")
            return
        if not response.body and response.status_code in (204, 304):
            return
        of_type = self._content(described, home, _header(response.headers, "content-type"))
        yield from self._body("the answer", response.body, of_type, Direction.RESPONSE)

    def _content(self, holder: Mapping[str, Any], home: str, content_type: str) -> "_Content":
        content, where = self._resolved(holder.get("content"), home)
        known = _mapping(content)
        wanted = content_type.partition(";")[0].strip().lower()
        for pattern in (wanted, f"{wanted.partition('/')[0]}/*", "*/*"):
            for written, media in known.items():
                if written.partition(";")[0].strip().lower() == pattern:
                    resolved, inside = self._resolved(media, where)
                    return _Content(type=wanted, media=_mapping(resolved), home=inside, known=tuple(known))
        return _Content(type=wanted, media=None, home=where, known=tuple(known))

    def _body(self, place: str, body: bytes, described: "_Content", direction: Direction) -> Iterator[Breach]:
        if described.media is None:
            known = ", ".join(described.known) or "none"
            shown = described.type or "no content type"
            yield Breach(place=place, what=f"{shown} is not described; described are: {known}")
            return
        if "schema" not in described.media or not _is_json(described.type):
            return
        try:
            document: JsonValue = json.loads(body)
        except (ValueError, RecursionError):
            yield Breach(place=place, what=f"the body is not JSON, though it says {described.type}")
            return
        schema = self._schema(described.media["schema"], described.home, direction)
        for violation in schema.violations(document):
            yield Breach(place=place, violation=violation)

    def _schema(self, written: Any, home: str, direction: Direction) -> Schema:
        key = (id(written), direction)
        if key not in self._compiled:
            bundle = Bundle(self._documents, direction, is_30=self.operations.is_30)
            try:
                self._compiled[key] = Schema(bundle.of(written, inside=home))
            except BadSchema as error:
                raise BadSchema(f"a schema of the description cannot be used: {error}") from None
        return self._compiled[key]

    def _resolved(self, value: Any, inside: str) -> tuple[Any, str]:
        return self._documents.resolved(value, inside=inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What is described for a content type; `media` is None where nothing is."""

    type: str
    media: Mapping[str, Any] | None
    home: str
    known: Sequence[str]


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
    for pair in _header(headers, "cookie").split(";"):
        name, _, text = pair.strip().partition("=")
        if name:
            yield name, text


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _is(operation: Operation, identifier: str) -> bool:
    return identifier in (operation.identifier, operation.name)


def _is_json(content_type: str) -> bool:
    return content_type in ("application/json", "text/json") or content_type.endswith("+json")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
