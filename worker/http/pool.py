"""What the senders share: one client for each way to travel, limits, and the clock."""

from abc import ABC, abstractmethod
from typing import Generic, NamedTuple, TypeVar

from worker.clock import Clock, SystemClock
from worker.errors import RequestError, TransportError
from worker.http.send import CONNECT_TIMEOUT_SECONDS, RESPONSE_LIMIT_BYTES
from worker.http.transport import Trouble, is_loopback
from worker.models.exchange import Channel, Headers, PreparedRequest, Response

ClientT = TypeVar("ClientT")


class Way(NamedTuple):
    """What a client is made for. `direct`: no proxy of the surroundings is asked."""

    channel: Channel
    direct: bool

    @property
    def proxy(self) -> str | None:
        """The proxy that a suite or an environment names, if any."""
        return self.channel.proxy or None


class Stopwatch:
    """Measures one exchange."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._first_byte: float | None = None

    def answered(self) -> None:
        """The answer's head is here."""
        self._first_byte = self._clock.monotonic() - self._started

    def timings(self) -> dict[str, float]:
        """Seconds by phase; the body has been read."""
        total = self._clock.monotonic() - self._started
        return {"first_byte": total if self._first_byte is None else self._first_byte, "total": total}


class PooledSender(ABC, Generic[ClientT]):
    """Sends one request and reads one answer; redirects, cookies and auth are the session's.

    Requests that travel alike share a client and its connections.
    """

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
        self._clients: dict[Way, ClientT] = {}

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """One exchange within the time limit. Raises TransportError when no answer came."""
        try:
            client = self._client(request)
            return await self._exchange(client, request, timeout_seconds)
        except TransportError:
            raise
        except RequestError as error:
            # Certificates are looked at when a connection is made.
            raise TransportError(error.what, category=Trouble.TLS, hint=error.hint) from None
        except Exception as error:
            raise self._translate(error, request, timeout_seconds) from None

    async def close(self) -> None:
        """Let go of all connections."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await self._close(client)

    def _client(self, request: PreparedRequest) -> ClientT:
        channel = request.channel
        direct = channel.proxy == "" or not self._trust_environment or is_loopback(request.url)
        way = Way(channel, direct)
        client = self._clients.get(way)
        if client is None:
            client = self._clients[way] = self._open(way)
        return client

    def _connect_seconds(self, channel: Channel) -> float:
        return self._connect_timeout if channel.connect_seconds is None else channel.connect_seconds

    def _response(
        self, watch: Stopwatch, *, status: int, headers: Headers, body: bytes, version: str
    ) -> Response:
        """The answer, its body cut at the limit. `body` may be a little longer than that."""
        timings = watch.timings()
        return Response(
            status_code=status,
            headers=headers,
            body=body[: self._response_limit],
            http_version="HTTP/2" if version.startswith("HTTP/2") else version,
            seconds=timings["total"],
            timings=timings,
            truncated=len(body) > self._response_limit,
        )

    @abstractmethod
    def _open(self, way: Way) -> ClientT:
        """A client that travels this way."""

    @abstractmethod
    async def _exchange(self, client: ClientT, request: PreparedRequest, timeout_seconds: float) -> Response:
        """Send and read. May raise whatever the client raises."""

    @abstractmethod
    def _translate(self, error: Exception, request: PreparedRequest, timeout_seconds: float) -> Exception:
        """The client's error as one of ours; one that is not the client's comes back as it is."""

    @abstractmethod
    async def _close(self, client: ClientT) -> None:
        """Let go of a client's connections."""
