"""Whether an answer keeps to its description."""

from collections.abc import Iterator, Mapping
from typing import Any

from worker.contracts.description import Breach, Description, header_of, mapping
from worker.contracts.operations import Operation
from worker.contracts.parameters import typed
from worker.contracts.schemas import Direction
from worker.models.exchange import Response

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


class ResponseCheck:
    """Checks answers."""

    def __init__(self, described: Description) -> None:
        self._described = described

    def breaches(
        self, operation: Operation, response: Response, *, headers: bool, bodies: bool
    ) -> Iterator[Breach]:
        """Everything that is not as described. Headers and bodies of which nothing at all is said are so
        only where `headers` and `bodies` ask for it."""
        described, home = self._described_response(operation, response.status_code)
        if described is None:
            known = ", ".join(map(str, mapping(operation.words.get("responses")))) or "none"
            yield Breach(
                place="the answer",
                what=f"status {response.status_code} is not described for {operation.name};"
                f" described are: {known}",
            )
            return
        yield from self._headers(described, home, response)
        if headers:
            for name in self.undocumented_headers(operation, response):
                yield Breach(place="the answer", what=f"the header '{name}' is not described")
        if operation.method != "HEAD":
            yield from self._answer_body(described, home, response, bodies=bodies)

    def undocumented_headers(self, operation: Operation, response: Response) -> list[str]:
        """Headers of an answer that the description does not name, without those of HTTP itself."""
        described, home = self._described_response(operation, response.status_code)
        if described is None:
            return []
        known = {
            name.lower() for name in mapping(self._described.resolved(described.get("headers"), home)[0])
        }
        present = {name.lower() for name, _ in response.headers}
        return sorted(present - known - _OF_HTTP)

    def _described_response(self, operation: Operation, status: int) -> tuple[Mapping[str, Any] | None, str]:
        responses = mapping(operation.words.get("responses"))
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in responses:
                found, home = self._described.resolved(responses[key], operation.home)
                return mapping(found), home
        return None, operation.home

    def _headers(self, described: Mapping[str, Any], home: str, response: Response) -> Iterator[Breach]:
        headers, where = self._described.resolved(described.get("headers"), home)
        for name, written in mapping(headers).items():
            header, inside = self._described.resolved(written, where)
            header, called = mapping(header), f"the header '{name}'"
            texts = list(response.header_values(name))
            if name.lower() == "content-type":
                continue  # the description says that of the content
            if not texts:
                if header.get("required") is True:
                    yield Breach(place="the answer", what=f"{called} is missing, and it is required")
            elif "schema" in header:
                schema, _ = self._described.resolved(header["schema"], inside)
                value = typed(texts, schema, {**header, "in": "header"})
                for violation in self._described.schema(
                    header["schema"], inside, Direction.RESPONSE
                ).violations(value):
                    yield Breach(place=called, violation=violation)

    def _answer_body(
        self, described: Mapping[str, Any], home: str, response: Response, *, bodies: bool
    ) -> Iterator[Breach]:
        content = mapping(self._described.resolved(described.get("content"), home)[0])
        if not content:
            # Many descriptions leave out what an error or an acknowledgement says.
            if bodies and response.body.strip():
                yield Breach(place="the answer", what="it has a body, and none is described")
            return
        if not response.body and response.status_code in (204, 304):
            return
        of_type = self._described.content(described, home, header_of(response.headers, "content-type"))
        yield from self._described.body("the answer", response.body, of_type, Direction.RESPONSE)
