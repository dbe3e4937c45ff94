"""Auth that takes more than a header: what every kind of it does."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from worker.models.exchange import PreparedRequest, Response

#: Sends one request as it is, and gives the answer.
Exchange = Callable[[PreparedRequest], Awaitable[Response]]


class Authenticator(Protocol):
    """Says who a request comes from, in as many exchanges as that takes. One per run."""

    async def send(self, request: PreparedRequest, exchange: Exchange) -> Response:
        """The answer to the request with its auth. Raises TransportError when there is none."""
        ...

    async def close(self) -> None:
        """Stop what is under way."""
        ...
