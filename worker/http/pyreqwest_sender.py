"""The default sender: pyreqwest, a client written in Rust. HTTP/1.1 and HTTP/2, one pool.

Chosen by measurement (bench/clients.py): some 50 times less CPU a request than httpx with 100
requests in flight. Its price is a thread of its own, see `_wait_for_its_thread_at_exit`.
"""

import atexit
import time
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from worker.errors import TransportError
from worker.http.pool import PooledSender, Stopwatch, Way
from worker.http.transport import Trouble, refused_request, trouble_with
from worker.models.exchange import Channel, Headers, PreparedRequest, Response
from worker.models.request import HttpVersion

if TYPE_CHECKING:
    from pyreqwest.client import Client, ClientBuilder
    from pyreqwest.exceptions import PyreqwestError
    from pyreqwest.http import HeaderMap
    from pyreqwest.request import StreamRequest

#: How long an interpreter that ends waits for the client's thread.
EXIT_SECONDS = 0.05

#: Signs of a kind of trouble in the client's chain of causes, the first that fits counts. The
#: classes alone do not tell: a total time-out comes as ConnectTimeoutError.
SIGNS: tuple[tuple[str, Trouble], ...] = (
    ("dns error", Trouble.DNS),
    ("certificate", Trouble.TLS),
    ("tls", Trouble.TLS),
    ("handshake", Trouble.TLS),
    ("received corrupt message", Trouble.TLS),
    ("tunnel", Trouble.PROXY),
    ("socks", Trouble.PROXY),
    ("connection refused", Trouble.CONNECT_REFUSED),
)

#: Methods that carry something: of an empty body they say so (RFC 9110, 8.6), or some servers answer 411.
_SENDS_SOMETHING = frozenset(("POST", "PUT", "PATCH"))


class PyreqwestSender(PooledSender["Client"]):
    """Sends with pyreqwest."""

    async def _exchange(self, client: "Client", request: PreparedRequest, timeout_seconds: float) -> Response:
        watch = Stopwatch(self._clock)
        async with _prepare(client, request, timeout_seconds) as answer:
            watch.answered()
            body = await answer.body_reader.read(self._response_limit + 1)
            return self._response(
                watch,
                status=answer.status,
                headers=await _headers(answer.headers),
                body=bytes(body) if body is not None else b"",
                version=answer.version,
            )

    def _open(self, way: Way) -> "Client":
        from pyreqwest.client import ClientBuilder

        _wait_for_its_thread_at_exit()
        channel = way.channel
        builder = (
            ClientBuilder()
            .connect_timeout(timedelta(seconds=self._connect_seconds(channel)))
            .follow_redirects(False)
            .referer(False)
            .danger_accept_invalid_certs(not channel.verify_tls)
        )
        if channel.read_seconds is not None:
            builder = builder.read_timeout(timedelta(seconds=channel.read_seconds))
        return _built(_through_proxy(_identified(_speaking(builder, channel), channel), way), channel)

    def _translate(self, error: Exception, request: PreparedRequest, timeout_seconds: float) -> Exception:
        from pyreqwest.exceptions import PyreqwestError

        if isinstance(error, PyreqwestError):
            return _translate(error, request, timeout_seconds)
        return refused_request() if isinstance(error, ValueError) else error

    async def _close(self, client: "Client") -> None:
        await client.close()


def _prepare(client: "Client", request: PreparedRequest, timeout_seconds: float) -> "StreamRequest":
    builder = client.request(request.method, request.url)
    builder = builder.timeout(timedelta(seconds=timeout_seconds)).headers(list(request.headers))
    if request.body:
        builder = builder.body_bytes(request.body)
    elif request.method in _SENDS_SOMETHING and not _has_length(request):
        builder = builder.header("content-length", "0")
    return builder.build_streamed()


def _has_length(request: PreparedRequest) -> bool:
    return any(name.lower() in ("content-length", "transfer-encoding") for name, _ in request.headers)


def _speaking(builder: "ClientBuilder", channel: Channel) -> "ClientBuilder":
    if channel.http_version is HttpVersion.HTTP_2:
        builder = builder.http2_prior_knowledge()
    else:
        builder = builder.http2(channel.http_version is HttpVersion.AUTO)
    if channel.compressed:
        return builder
    return builder.gzip(False).brotli(False).zstd(False).deflate(False)


def _identified(builder: "ClientBuilder", channel: Channel) -> "ClientBuilder":
    from worker.http.tls import certificates_in

    if channel.ca is not None:
        for certificate in certificates_in(channel.ca):
            builder = builder.add_root_certificate_pem(certificate)
    if channel.certificate is not None and channel.key is not None:
        builder = builder.identity_pem(channel.key + b"\n" + channel.certificate)
    return builder


def _built(builder: "ClientBuilder", channel: Channel) -> "Client":
    from pyreqwest.exceptions import PyreqwestError

    from worker.http.tls import misfit

    try:
        return builder.build()
    except PyreqwestError as error:
        if channel.certificate is None:
            raise
        raise misfit(_causes(error)[-1]) from None


def _through_proxy(builder: "ClientBuilder", way: Way) -> "ClientBuilder":
    from pyreqwest.proxy import ProxyBuilder

    if way.proxy is not None:
        return builder.no_proxy().proxy(ProxyBuilder.all(way.proxy))
    return builder.no_proxy() if way.direct else builder


@cache
def _wait_for_its_thread_at_exit() -> None:
    """Keep the process alive until the client's thread has let go of the interpreter.

    That thread tells the event loop of the last answer and then gives the interpreter's lock back.
    If the interpreter ends in between, the process aborts: 4 of 80 did, none of 300 with this pause
    (bench/exit_codes.py). A process that leaves by `os._exit` neither needs nor pays it.
    """
    atexit.register(time.sleep, EXIT_SECONDS)


async def _headers(fields: "HeaderMap") -> Headers:
    try:
        return tuple(fields.items())
    except ValueError:
        from worker.http.raw_headers import read_raw

        return await read_raw(fields)


def _translate(error: "PyreqwestError", request: PreparedRequest, timeout_seconds: float) -> TransportError:
    causes = _causes(error)
    story = " / ".join(causes).lower()
    if "timed out" in story or isinstance(error, TimeoutError):
        connecting = "(connect)" in story
        trouble = Trouble.CONNECT_TIMEOUT if connecting else Trouble.READ_TIMEOUT
        limit = min(timeout_seconds, request.channel.read_seconds or timeout_seconds)
        return trouble_with(request, trouble, timeout_seconds=limit)
    trouble = next((trouble for sign, trouble in SIGNS if sign in story), Trouble.PROTOCOL)
    obvious = trouble in (Trouble.DNS, Trouble.CONNECT_REFUSED)
    return trouble_with(request, trouble, detail="" if obvious else causes[-1])


def _causes(error: "PyreqwestError") -> list[str]:
    """The chain of reasons, without those that quote the URL."""
    details = getattr(error, "details", None) or {}
    chain = [cause["message"] for cause in details.get("causes") or []]
    return [message for message in chain if "://" not in message] or [error.message]
