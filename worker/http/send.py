"""The door to the API under test: one request, one answer."""

from typing import Protocol

from worker.models.exchange import PreparedRequest, Response

#: Bytes of an answer that are kept, after decompression. What comes later is not read.
RESPONSE_LIMIT_BYTES = 10 * 1024 * 1024

#: How long a connection may take to be there. Short, so that a dead host is told from a slow API.
CONNECT_TIMEOUT_SECONDS = 5.0


class Sender(Protocol):
    """Sends requests. One per run, used by all its tests at once.

    `send` gives any answer as a value, whatever its status. It raises TransportError when none
    came: its category is one of worker.http.transport's, its words never contain header values,
    bodies or queries.
    """

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """One exchange, from connecting to the body's end, within the time limit."""
        ...

    async def close(self) -> None:
        """Let go of all connections. Nothing can be sent afterwards."""
        ...
