"""Every sender, ready for one list of rules."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.targets import Target
from tests.wire import Seen
from worker.clock import Clock
from worker.errors import TransportError
from worker.http.httpx_sender import HttpxSender
from worker.http.memory_sender import ScriptedSender
from worker.http.pyreqwest_sender import PyreqwestSender
from worker.http.send import RESPONSE_LIMIT_BYTES, Sender
from worker.http.session import Session
from worker.models.exchange import PreparedRequest, Response

SENDERS: dict[str, type[PyreqwestSender] | type[HttpxSender]] = {
    "pyreqwest": PyreqwestSender,
    "httpx": HttpxSender,
}

#: Long for a loopback answer, short for a test that waits for it to pass.
PATIENT, IMPATIENT = 60.0, 0.1


@asynccontextmanager
async def open_sender(
    kind: str, *, response_limit: int = RESPONSE_LIMIT_BYTES, clock: Clock | None = None
) -> AsyncIterator[Sender]:
    """A session over the adapter, for the length of a `with`; no proxy of this machine plays a part."""
    sender = Session(SENDERS[kind](trust_environment=False, response_limit=response_limit), clock=clock)
    try:
        yield sender
    finally:
        await sender.close()


def twin_of(target: Target) -> ScriptedSender:
    """The scripted sender, answering as this server does, without a socket."""

    async def answer(request: PreparedRequest) -> Response:
        parts = urlsplit(request.url)
        seen = Seen(
            method=request.method,
            path=parts.path,
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers=request.headers,
            body=request.body or b"",
        )
        target.requests.append(seen)
        reply = await target.reply(seen)
        head, _, body = reply.to_bytes(request.method).partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")[1:]
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        return Response(status_code=reply.status, headers=headers, body=body)

    return ScriptedSender(answer)


def a_get(url: str, **more: object) -> PreparedRequest:
    """A GET; further fields by name."""
    return PreparedRequest(method="GET", url=url, **more)  # type: ignore[arg-type] # fields by name


async def trouble(sender: Sender, request: PreparedRequest, seconds: float = PATIENT) -> TransportError:
    """The error that this request ends with."""
    with pytest.raises(TransportError) as caught:
        await sender.send(request, timeout_seconds=seconds)
    return caught.value
