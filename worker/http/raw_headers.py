"""Header values that are not ASCII, out of a client that cannot give them.

The default client keeps the bytes of every header, but gives only values in ASCII. It can put them
into a request, though. So those headers are sent to a socket of this process and read there.
"""

import asyncio
import secrets
from typing import TYPE_CHECKING

from worker.http.texts import readable
from worker.models.exchange import Headers

if TYPE_CHECKING:
    from pyreqwest.http import HeaderMap

#: What stands for a value that could not be had after all.
UNREADABLE = "<not ASCII>"

#: To this machine's own socket; more is no answer. A busy machine may take some of it.
PATIENCE_SECONDS = 30.0

_LIMIT = 1024 * 1024


async def read_raw(fields: "HeaderMap") -> Headers:
    """All headers, those that are not ASCII decoded as UTF-8, else as Latin-1."""
    odd = [name for name in dict.fromkeys(fields) if _values(fields, name) is None]
    try:
        raw = await asyncio.wait_for(_echo(fields, odd), PATIENCE_SECONDS)
    except (OSError, TimeoutError, ValueError):
        raw = {}
    return tuple(
        (name, value)
        for name in dict.fromkeys(fields)
        for value in _values(fields, name) or raw.get(name, [UNREADABLE])
    )


def _values(fields: "HeaderMap", name: str) -> list[str] | None:
    try:
        return fields.getall(name)
    except ValueError:
        return None


async def _echo(fields: "HeaderMap", odd: list[str]) -> dict[str, list[str]]:
    """The values of these headers, by their way through a socket."""
    from pyreqwest.client import ClientBuilder

    head: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    path = f"/{secrets.token_hex(16)}"  # nobody else on this machine can answer for us

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            said = await reader.readuntil(b"\r\n\r\n")
            if said.startswith(f"GET {path} ".encode()) and not head.done():
                head.set_result(said)
            writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # not the one we wait for
        finally:
            writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0, limit=_LIMIT)
    try:
        port = server.sockets[0].getsockname()[1]
        only_odd = fields.copy()
        for name in set(fields) - set(odd):
            only_odd.popall(name)
        async with ClientBuilder().no_proxy().follow_redirects(False).build() as client:
            request = client.request("GET", f"http://127.0.0.1:{port}{path}").headers(only_odd)
            await request.build().send()
        return _by_name(await head, odd)
    finally:
        server.close()


def _by_name(head: bytes, names: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        key = name.decode("latin-1").lower()
        if colon and key in names:
            found.setdefault(key, []).append(readable(value.strip(b" \t")))
    return found
