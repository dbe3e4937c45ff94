"""The sender that sends nothing: answers come from a function. For tests, dry runs and benchmarks."""

import inspect
from collections.abc import Awaitable, Callable

from worker.models.exchange import PreparedRequest, Response

#: Answers a request, at once or later; may raise TransportError.
Answer = Callable[[PreparedRequest], Response | Awaitable[Response]]


class ScriptedSender:
    """Keeps every request in `sent` and answers what the function says."""

    def __init__(self, answer: Answer | None = None) -> None:
        """Without a function, everything is answered with an empty 200."""
        self._answer = answer or _empty
        self.sent: list[PreparedRequest] = []
        self.timeouts: list[float] = []
        self.closed = False

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """What the function answers."""
        self.sent.append(request)
        self.timeouts.append(timeout_seconds)
        answer = self._answer(request)
        return await answer if inspect.isawaitable(answer) else answer

    async def close(self) -> None:
        """Note that nobody wants to send any more."""
        self.closed = True


def _empty(request: PreparedRequest) -> Response:
    return Response(status_code=200)
