"""A server in an event loop and a thread of its own, for the length of a `with`."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from tests.patience import FOR_EVER_SECONDS

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def served(serve: Serve, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Gives the port of 127.0.0.1 on which every connection is served so."""
    ready = threading.Event()
    port: list[int] = []
    stops: list[Callable[[], object]] = []

    async def run() -> None:
        done, loop = asyncio.Event(), asyncio.get_running_loop()
        stops.append(lambda: loop.call_soon_threadsafe(done.set))
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        await done.wait()
        server.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert ready.wait(timeout=FOR_EVER_SECONDS)
    try:
        yield port[0]
    finally:
        stops[0]()
        thread.join(timeout=FOR_EVER_SECONDS)


async def let_go(writer: asyncio.StreamWriter) -> None:
    """Close a connection, also when the other side does not say good-bye."""
    writer.close()
    with suppress(OSError, TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(writer.wait_closed(), 0.1)
    writer.transport.abort()
