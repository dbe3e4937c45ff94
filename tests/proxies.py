"""A real HTTP proxy for tests: forwards requests, opens tunnels, and can ask for a password."""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.loops import let_go, served


@dataclass(slots=True)
class Proxy:
    """`seen` are the first lines of all requests that came, such as `CONNECT 127.0.0.1:443 HTTP/1.1`."""

    url: str = ""
    password: str = ""
    seen: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            first = head.split(b"\r\n", 1)[0].decode()
            self.seen.append(first)
            if self.password and not self._knows(head):
                refusal = (
                    b"HTTP/1.1 407 Who are you?\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n"
                )
                writer.write(refusal)
                await writer.drain()
            else:
                await _forward(first, head, reader, writer)
        await let_go(writer)

    def _knows(self, head: bytes) -> bool:
        wanted = base64.b64encode(f"user:{self.password}".encode())
        return b"basic " + wanted.lower() in head.lower()


async def _forward(
    first: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    method, target, _ = first.split(" ")
    parts = urlsplit(target if "://" in target else f"//{target}")
    onward, back = await asyncio.open_connection(parts.hostname, parts.port)
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Go on\r\n\r\n")
    else:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        back.write(head.replace(target.encode(), path.encode(), 1))
    try:
        await asyncio.gather(_pump(reader, back), _pump(onward, writer))
    finally:
        await let_go(back)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def running_proxy(*, password: str = "") -> Iterator[Proxy]:
    """A proxy for the length of a `with`; with a password it wants `user` and that."""
    proxy = Proxy(password=password)
    with served(proxy.serve) as port:
        proxy.url = f"http://127.0.0.1:{port}"
        yield proxy
