"""Passes requests on to the Data API and Auth, and their answers back."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

#: Longer than any statement may take; a server that hangs is restarted by hand.
_TIME_LIMIT = timedelta(seconds=120)

#: A connection that was idle for longer is not used again: servers close such ones, Node by itself after five
#: seconds, and a request that is on its way at that moment gets no answer.
KEPT_SECONDS = 2.0

#: They belong to one connection, or say what the proxy itself knows better.
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


#: How the API server says that it lost Postgres: as a mistake of its own, or, where that happened between
#: two statements, in two words. On hosted projects it is a 503, and clients know that they may try again.
_DATABASE_IS_AWAY = re.compile(
    rb'^\{"code":"SUP".*"message":"\w+: '
    rb"(?:(?:connect|read|write) (?:ECONN|EPIPE|CONN)|CONN|terminating connection|the database system is )"
    rb"|^Internal Server Error$"
)

#: What a link in a message leads to: a browser that follows it shows no key. It says a secret of its own.
_OPENED_BY_LINKS = "/auth/v1/verify"


class Proxy:
    """Speaks to one server on this machine. Open it before use, close it at the end."""

    def __init__(self, *, upstream: str, kept_seconds: float = KEPT_SECONDS) -> None:
        self._upstream = upstream
        self._kept = timedelta(seconds=kept_seconds)
        self._client: Client | None = None

    async def __aenter__(self) -> Self:
        # No proxy of the environment: the server is on this machine. Bodies pass as they are.
        builder = ClientBuilder().no_proxy().http1_only().follow_redirects(False).timeout(_TIME_LIMIT)
        builder = builder.pool_idle_timeout(self._kept)
        self._client = builder.gzip(False).brotli(False).zstd(False).deflate(False).build()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.close()

    async def handle(self, request: Request) -> Response:
        """The server's answer, or 401 without a key and 503 while it is down."""
        if request.method != "OPTIONS" and not _shows_key(request):
            return JSONResponse({"message": "No API key found in request"}, 401)
        try:
            return await self._forward(request)
        except PyreqwestError:
            return JSONResponse({"message": "The local API server does not answer"}, 503)

    async def _forward(self, request: Request) -> Response:
        assert self._client is not None
        path = request.scope["raw_path"].decode("ascii")
        query = request.scope["query_string"].decode("ascii")
        url = f"{self._upstream}{path}?{query}" if query else f"{self._upstream}{path}"
        outgoing = self._client.request(request.method, url).headers(_passed_on(request.headers.items()))
        if body := await request.body():
            outgoing = outgoing.body_bytes(body)
        answer = await outgoing.build().send()
        content = bytes(await answer.bytes())
        if answer.status == 500 and _DATABASE_IS_AWAY.search(content):
            return JSONResponse({"code": "PGRST001", "message": "The local database does not answer"}, 503)
        response = Response(content, answer.status)
        response.raw_headers = [
            *((name.encode(), value.encode()) for name, value in _passed_on(answer.headers.items())),
            *(header for header in response.raw_headers if header[0] == b"content-length"),
        ]
        return response


def _shows_key(request: Request) -> bool:
    if "apikey" in request.headers or "apikey" in request.query_params:
        return True
    return request.method == "GET" and request.url.path == _OPENED_BY_LINKS


def _passed_on(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]
