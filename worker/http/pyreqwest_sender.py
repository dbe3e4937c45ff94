"""The default sender: pyreqwest, a client written in Rust. HTTP/1.1 and HTTP/2, one pool.

Chosen by measurement (bench/clients.py): some 50 times less CPU a request than httpx with 100
requests in flight. Its price is a thread of its own, see `_wait_for_its_thread_at_exit`.
"""

import atexit
import time
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from worker.clock import Clock, SystemClock
from worker.errors import TransportError
from worker.http.send import CONNECT_TIMEOUT_SECONDS, REDIRECT_LIMIT, RESPONSE_LIMIT_BYTES
from worker.http.transport import Trouble, is_loopback, refused_request, trouble_with
from worker.models.exchange import Headers, PreparedRequest, Response

if TYPE_CHECKING:
    from pyreqwest.client import Client
    from pyreqwest.exceptions import PyreqwestError
    from pyreqwest.http import HeaderMap
    from pyreqwest.request import StreamRequest

#: How long an interpreter that ends waits for the client's thread.
EXIT_SECONDS = 0.05

#: What stands for a header value that is not ASCII, which this client cannot give.
UNREADABLE = "<not ASCII>"

#: Signs of a kind of trouble in the client's chain of causes, the first that fits counts. The
#: classes alone do not tell: a total time-out comes as ConnectTimeoutError.
SIGNS: tuple[tuple[str, Trouble], ...] = (
    ("dns error", Trouble.DNS),
    ("certificate", Trouble.TLS),
    ("tls", Trouble.TLS),
    ("handshake", Trouble.TLS),
    ("received corrupt message", Trouble.TLS),
    ("connection refused", Trouble.CONNECT_REFUSED),
)


class PyreqwestSender:
    """Sends with pyreqwest. Clients differ only in what cannot be said per request."""

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
        self._connect_timeout = timedelta(seconds=connect_timeout_seconds)
        self._trust_environment = trust_environment
        self._clock = clock or SystemClock()
        self._clients: dict[tuple[bool, bool, bool], Client] = {}

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """One exchange within the time limit. Raises TransportError when no answer came."""
        from pyreqwest.exceptions import PyreqwestError

        try:
            return await self._exchange(self._prepare(request, timeout_seconds))
        except PyreqwestError as error:
            raise _translate(error, request, timeout_seconds) from None

    async def close(self) -> None:
        """Let go of all connections."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.close()

    async def _exchange(self, request: "StreamRequest") -> Response:
        started = self._clock.monotonic()
        async with request as answer:
            first_byte = self._clock.monotonic() - started
            body = await answer.body_reader.read(self._response_limit + 1)
            total = self._clock.monotonic() - started
            raw = bytes(body) if body is not None else b""
            return Response(
                status_code=answer.status,
                headers=_headers(answer.headers),
                body=raw[: self._response_limit],
                http_version=answer.version,
                seconds=total,
                timings={"first_byte": first_byte, "total": total},
                truncated=len(raw) > self._response_limit,
            )

    def _prepare(self, request: PreparedRequest, timeout_seconds: float) -> "StreamRequest":
        try:
            builder = self._client(request).request(request.method, request.url)
            builder = builder.timeout(timedelta(seconds=timeout_seconds)).headers(list(request.headers))
            if request.body is not None:
                builder = builder.body_bytes(request.body)
            return builder.build_streamed()
        except ValueError:
            raise refused_request() from None

    def _client(self, request: PreparedRequest) -> "Client":
        direct = not self._trust_environment or is_loopback(request.url)
        key = (request.follow_redirects, request.verify_tls, direct)
        if key not in self._clients:
            self._clients[key] = self._open(*key)
        return self._clients[key]

    def _open(self, follow_redirects: bool, verify_tls: bool, direct: bool) -> "Client":
        from pyreqwest.client import ClientBuilder

        _wait_for_its_thread_at_exit()
        builder = (
            ClientBuilder()
            .http2(True)
            .connect_timeout(self._connect_timeout)
            .follow_redirects(follow_redirects)
            .max_redirects(REDIRECT_LIMIT)
            .referer(False)
            .danger_accept_invalid_certs(not verify_tls)
        )
        return (builder.no_proxy() if direct else builder).build()


@cache
def _wait_for_its_thread_at_exit() -> None:
    """Keep the process alive until the client's thread has let go of the interpreter.

    That thread tells the event loop of the last answer and then gives the interpreter's lock back.
    If the interpreter ends in between, the process aborts: 4 of 80 did, none of 300 with this pause
    (bench/exit_codes.py). A process that leaves by `os._exit` neither needs nor pays it.
    """
    atexit.register(time.sleep, EXIT_SECONDS)


def _headers(fields: "HeaderMap") -> Headers:
    try:
        return tuple(fields.items())
    except ValueError:
        return tuple((name, value) for name in dict.fromkeys(fields) for value in _values(fields, name))


def _values(fields: "HeaderMap", name: str) -> list[str]:
    try:
        return fields.getall(name)
    except ValueError:
        return [UNREADABLE]


def _translate(error: "PyreqwestError", request: PreparedRequest, timeout_seconds: float) -> TransportError:
    causes = _causes(error)
    story = " / ".join(causes).lower()
    if "timed out" in story or isinstance(error, TimeoutError):
        connecting = "(connect)" in story
        trouble = Trouble.CONNECT_TIMEOUT if connecting else Trouble.READ_TIMEOUT
        return trouble_with(request, trouble, timeout_seconds=timeout_seconds)
    if "redirect" in story:
        return trouble_with(request, Trouble.PROTOCOL, detail=f"more than {REDIRECT_LIMIT} redirects")
    trouble = next((trouble for sign, trouble in SIGNS if sign in story), Trouble.PROTOCOL)
    obvious = trouble in (Trouble.DNS, Trouble.CONNECT_REFUSED)
    return trouble_with(request, trouble, detail="" if obvious else causes[-1])


def _causes(error: "PyreqwestError") -> list[str]:
    """The chain of reasons, without those that quote the URL."""
    details = getattr(error, "details", None) or {}
    chain = [cause["message"] for cause in details.get("causes") or []]
    return [message for message in chain if "://" not in message] or [error.message]
