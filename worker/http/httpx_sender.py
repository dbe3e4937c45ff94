"""The plain sender: httpx, for machines where the default has no wheel. Needs `httpx` installed.

Its pool gets slow with many requests in flight (encode/httpx issue 3215); see bench/clients.py.
HTTP/2 needs `h2`, proxies that speak SOCKS need `socksio`.
"""

import asyncio
import importlib.util
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

from worker.errors import TransportError
from worker.http.pool import PooledSender, Stopwatch, Way
from worker.http.texts import readable
from worker.http.transport import Trouble, refused_request, trouble_with
from worker.models.exchange import PreparedRequest, Response
from worker.models.request import HttpVersion

if TYPE_CHECKING:
    import httpx

#: Signs of a kind of trouble in what the operating system said.
SIGNS: tuple[tuple[str, Trouble], ...] = (
    ("name or service not known", Trouble.DNS),
    ("nodename nor servname", Trouble.DNS),
    ("getaddrinfo", Trouble.DNS),
    ("name resolution", Trouble.DNS),
    ("no address associated", Trouble.DNS),
    ("ssl", Trouble.TLS),
    ("certificate", Trouble.TLS),
    ("refused", Trouble.CONNECT_REFUSED),
    ("all connection attempts failed", Trouble.CONNECT_REFUSED),
)


class HttpxSender(PooledSender["httpx.AsyncClient"]):
    """Sends with httpx."""

    async def _exchange(
        self, client: "httpx.AsyncClient", request: PreparedRequest, timeout_seconds: float
    ) -> Response:
        watch = Stopwatch(self._clock)
        # httpx knows no total limit, only one for each read.
        async with (
            asyncio.timeout(timeout_seconds),
            client.stream(
                request.method,
                request.url,
                headers=[(name.encode(), value.encode()) for name, value in request.headers],
                content=request.body,
            ) as answer,
        ):
            watch.answered()
            body = await self._read(answer, unpack=request.channel.compressed)
            return self._response(
                watch,
                status=answer.status_code,
                headers=tuple(
                    (name.decode("latin-1").lower(), readable(value)) for name, value in answer.headers.raw
                ),
                body=body,
                version=answer.http_version,
            )

    async def _read(self, answer: "httpx.Response", *, unpack: bool) -> bytes:
        """The body, read a little beyond the limit at most."""
        body = bytearray()
        async for chunk in answer.aiter_bytes() if unpack else answer.aiter_raw():
            body += chunk
            if len(body) > self._response_limit:
                break
        return bytes(body)

    def _open(self, way: Way) -> "httpx.AsyncClient":
        import httpx

        from worker.http.tls import ssl_context

        channel = way.channel
        client = httpx.AsyncClient(
            verify=ssl_context(channel),
            trust_env=not way.direct and way.proxy is None,
            proxy=way.proxy,
            http1=channel.http_version is not HttpVersion.HTTP_2,
            http2=channel.http_version is HttpVersion.HTTP_2
            or (channel.http_version is HttpVersion.AUTO and _knows_http2()),
            timeout=httpx.Timeout(None, connect=self._connect_seconds(channel), read=channel.read_seconds),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            # Cookies are the session's.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        )
        if not channel.compressed:
            del client.headers["accept-encoding"]
        return client

    def _translate(self, error: Exception, request: PreparedRequest, timeout_seconds: float) -> Exception:
        import httpx

        if isinstance(error, httpx.ConnectTimeout):
            return trouble_with(request, Trouble.CONNECT_TIMEOUT)
        if isinstance(error, TimeoutError | httpx.TimeoutException):
            # Ours is the limit for all of it, theirs the one for a single read.
            limit = timeout_seconds if isinstance(error, TimeoutError) else request.channel.read_seconds
            return trouble_with(request, Trouble.READ_TIMEOUT, timeout_seconds=limit or timeout_seconds)
        if isinstance(error, httpx.ProxyError):
            return trouble_with(request, Trouble.PROXY, detail=_detail(error))
        if isinstance(error, httpx.ConnectError):
            return _connect_trouble(error, request)
        if isinstance(error, httpx.HTTPError):
            return trouble_with(request, Trouble.PROTOCOL, detail=_detail(error))
        return refused_request() if isinstance(error, httpx.InvalidURL | ValueError) else error

    async def _close(self, client: "httpx.AsyncClient") -> None:
        await client.aclose()


def _knows_http2() -> bool:
    return importlib.util.find_spec("h2") is not None


def _connect_trouble(error: "httpx.ConnectError", request: PreparedRequest) -> TransportError:
    story = str(error).lower()
    trouble = next((trouble for sign, trouble in SIGNS if sign in story), Trouble.PROTOCOL)
    obvious = trouble in (Trouble.DNS, Trouble.CONNECT_REFUSED)
    return trouble_with(request, trouble, detail="" if obvious else _detail(error))


def _detail(error: Exception) -> str:
    text = str(error)
    return "" if "://" in text else text
