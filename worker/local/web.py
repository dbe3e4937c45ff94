"""Serves the gateway inside of the supervisor, on a socket that is bound already."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from worker.errors import LocalStackError

#: The largest frame a client may send, as on hosted projects.
_LARGEST_FRAME_BYTES = 5_000_000
#: Connections are left to clients to close, which know when they use them: those of Python keep one for five
#: seconds. Closed by us at that very moment, it would take a request with it that gets no answer.
_KEPT_SECONDS = 75
_POLL_SECONDS = 0.01
_STOP_SECONDS = 3


class WebServer(uvicorn.Server):
    """An HTTP and WebSocket server that leaves signals to whoever runs it."""

    def __init__(self, application: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                access_log=False,
                lifespan="on",
                log_config=None,
                # At the level below it writes the address of every WebSocket, in which stands a key.
                log_level="warning",
                server_header=False,
                timeout_keep_alive=_KEPT_SECONDS,
                timeout_graceful_shutdown=_STOP_SECONDS,
                ws="websockets-sansio",
                ws_max_size=_LARGEST_FRAME_BYTES,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield

    async def open(self, listening: socket.socket) -> None:
        """Serve on this socket from now on."""
        self._serving = asyncio.create_task(self.serve(sockets=[listening]))
        while not self.started:
            if self._serving.done():
                raise LocalStackError("The gateway could not start", hint="Its log says why.")
            await asyncio.sleep(_POLL_SECONDS)

    async def close(self) -> None:
        """Take no more, let go of who is there, and end."""
        self.should_exit = True
        if self._serving is not None:
            await self._serving
