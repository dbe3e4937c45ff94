"""A line between a client and a server that a test can cut and mend."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class Line:
    """Passes bytes on to a server on this machine, while it is whole."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._host, self._port = address.hostname or "", address.port or 0
        self._whole = True
        self._open: set[asyncio.StreamWriter] = set()
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its beginning to its end."""
        if not self._whole:
            writer.close()
            return
        to_reader, to_writer = await asyncio.open_connection(self._host, self._port)
        if not self._whole:
            # It was cut while this end was opened.
            writer.transport.abort()
            to_writer.transport.abort()
            return
        self._open |= {writer, to_writer}
        try:
            await asyncio.gather(_pass_on(reader, to_writer), _pass_on(to_reader, writer))
        finally:
            self._open -= {writer, to_writer}

    def cut(self) -> None:
        """All connections break, and none can be made."""
        self._whole = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        """Connections can be made again."""
        self._whole = True


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def a_line(target: str) -> AsyncIterator[Line]:
    """A line to this address; `url` is where it begins."""
    line = Line(target)
    server = await asyncio.start_server(line.answer, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        line.cut()
