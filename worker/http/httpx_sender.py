"""The plain sender: httpx, for machines where the default has no wheel. Needs `httpx` installed.

Its pool gets slow with many requests in flight (encode/httpx issue 3215); see bench/clients.py.
"""

import asyncio
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

from worker.clock import Clock, SystemClock
from worker.errors import TransportError
from worker.http.send import CONNECT_TIMEOUT_SECONDS, REDIRECT_LIMIT, RESPONSE_LIMIT_BYTES
from worker.http.transport import Trouble, is_loopback, refused_request, trouble_with
from worker.models.exchange import PreparedRequest, Response

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


class HttpxSender:
    """Sends with httpx. Clients differ only in what cannot be said per request."""

    def __init__(
        self,
        *,
        response_limit: int = RESPONSE_LIMIT_BYTES,
        connect_timeout_seconds: float = CONNECT_TIMEOUT_SECONDS,
        trust_environment: bool = True,
        clock: Clock | None = None,
    ) -> None:
        """`trust_environment`: use HTTP_PROXY and its kin, except for this machine's own addresses."""
        self._response_limit = response_limit
        self._connect_timeout = connect_timeout_seconds
        self._trust_environment = trust_environment
        self._clock = clock or SystemClock()
        self._clients: dict[tuple[bool, bool], httpx.AsyncClient] = {}

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """One exchange within the time limit. Raises TransportError when no answer came."""
        import httpx

        try:
            # httpx knows no total limit, only one for each read.
            async with asyncio.timeout(timeout_seconds):
                return await self._exchange(request)
        except httpx.ConnectTimeout:
            raise trouble_with(request, Trouble.CONNECT_TIMEOUT) from None
        except (TimeoutError, httpx.TimeoutException):
            raise trouble_with(request, Trouble.READ_TIMEOUT, timeout_seconds=timeout_seconds) from None
        except httpx.TooManyRedirects:
            detail = f"more than {REDIRECT_LIMIT} redirects"
            raise trouble_with(request, Trouble.PROTOCOL, detail=detail) from None
        except httpx.ConnectError as error:
            raise _connect_trouble(error, request) from None
        except httpx.HTTPError as error:
            raise trouble_with(request, Trouble.PROTOCOL, detail=_detail(error)) from None
        except (httpx.InvalidURL, ValueError):
            raise refused_request() from None

    async def close(self) -> None:
        """Let go of all connections."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    async def _exchange(self, request: PreparedRequest) -> Response:
        started = self._clock.monotonic()
        async with self._client(request).stream(
            request.method,
            request.url,
            headers=[(name.encode(), value.encode()) for name, value in request.headers],
            content=request.body,
            follow_redirects=request.follow_redirects,
        ) as answer:
            first_byte = self._clock.monotonic() - started
            body = await self._read(answer)
            total = self._clock.monotonic() - started
            return Response(
                status_code=answer.status_code,
                headers=tuple(answer.headers.multi_items()),
                body=body[: self._response_limit],
                http_version=answer.http_version,
                seconds=total,
                timings={"first_byte": first_byte, "total": total},
                truncated=len(body) > self._response_limit,
            )

    async def _read(self, answer: "httpx.Response") -> bytes:
        """The body, read a little beyond the limit at most."""
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > self._response_limit:
                break
        return bytes(body)

    def _client(self, request: PreparedRequest) -> "httpx.AsyncClient":
        direct = not self._trust_environment or is_loopback(request.url)
        key = (request.verify_tls, direct)
        if key not in self._clients:
            self._clients[key] = self._open(*key)
        return self._clients[key]

    def _open(self, verify_tls: bool, direct: bool) -> "httpx.AsyncClient":
        import httpx

        return httpx.AsyncClient(
            verify=ssl.create_default_context() if verify_tls else False,
            trust_env=not direct,
            timeout=httpx.Timeout(None, connect=self._connect_timeout),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            max_redirects=REDIRECT_LIMIT,
            # One test's cookies are no other test's business.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        )


def _connect_trouble(error: "httpx.ConnectError", request: PreparedRequest) -> TransportError:
    story = str(error).lower()
    trouble = next((trouble for sign, trouble in SIGNS if sign in story), Trouble.PROTOCOL)
    obvious = trouble in (Trouble.DNS, Trouble.CONNECT_REFUSED)
    return trouble_with(request, trouble, detail="" if obvious else _detail(error))


def _detail(error: Exception) -> str:
    text = str(error)
    return "" if "://" in text else text
