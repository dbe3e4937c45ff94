"""Two real clients behind one face, so that both are held to the same list of rules."""

import asyncio
import json
import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from realtime import AsyncRealtimeChannel, AsyncRealtimeClient, RealtimeSubscribeStates

from tests.patience import FOR_EVER_SECONDS
from worker.local.node import node_environment, node_program


class Listener(ABC):
    """A client that joins topics and writes down what happens."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.statuses: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()

    @abstractmethod
    async def show(self, token: str) -> None:
        """Be this person from now on, on channels that are joined, too."""

    @abstractmethod
    async def join(self, topic: str, **broadcast: Any) -> None:
        """Begin to join a private topic."""

    @abstractmethod
    async def close(self) -> None:
        """Leave."""

    async def status(self) -> tuple[str, str | None]:
        """What became of a channel next: a word in capitals, and an error's text."""
        return await asyncio.wait_for(self.statuses.get(), FOR_EVER_SECONDS)

    async def message(self) -> dict[str, Any]:
        """The next message: event, payload, meta."""
        return await asyncio.wait_for(self.messages.get(), FOR_EVER_SECONDS)


class PythonListener(Listener):
    """The `realtime` package, which speaks protocol 1.0.0."""

    def __init__(self, url: str, key: str) -> None:
        super().__init__()
        self._client = AsyncRealtimeClient(f"{url}/realtime/v1", token=key)

    async def show(self, token: str) -> None:
        """Be this person from now on."""
        await self._client.set_auth(token)

    async def join(self, topic: str, **broadcast: Any) -> None:
        """Begin to join a private topic."""
        config: Any = {
            "config": {
                "private": True,
                "broadcast": {"ack": False, "self": False, **broadcast},
                "presence": {"key": "", "enabled": False},
            }
        }
        channel: AsyncRealtimeChannel = self._client.channel(topic, config)
        channel.on_broadcast("*", lambda message: self.messages.put_nowait({"meta": None, **message}))
        await channel.subscribe(self._note_status)

    async def close(self) -> None:
        """Leave."""
        await self._client.close()

    def _note_status(self, state: RealtimeSubscribeStates, error: Exception | None) -> None:
        self.statuses.put_nowait((state.value, str(error) if error else None))


class JavaScriptListener(Listener):
    """supabase-js in a process of its own, in either protocol."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        super().__init__()
        self._process = process
        self._done: asyncio.Queue[None] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, url: str, key: str, *, version: str, folder: Path, packages: Path
    ) -> "JavaScriptListener":
        """Start one. Its program is copied to where it finds its packages."""
        program = Path(shutil.copy(Path(__file__).with_name("listener.mjs"), folder))
        (folder / "node_modules").symlink_to(packages / "node_modules")
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            str(node_program()),
            *(str(program), url, key, version),
            env=node_environment(),
            stdin=pipe,
            stdout=pipe,
        )
        return cls(process)

    async def show(self, token: str) -> None:
        """Be this person from now on."""
        await self._command("token", token=token)

    async def join(self, topic: str, **broadcast: Any) -> None:
        """Begin to join a private topic."""
        config = {"private": True, "broadcast": {"ack": False, "self": False, **broadcast}}
        await self._command("join", topic=topic, config=config)

    async def close(self) -> None:
        """Leave."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _command(self, name: str, **arguments: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": name, **arguments}).encode() + b"\n")
        await asyncio.wait_for(self._done.get(), FOR_EVER_SECONDS)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            content = json.loads(line)
            match content.pop("kind"):
                case "message":
                    self.messages.put_nowait(content)
                case "status":
                    self.statuses.put_nowait((content["status"], content["error"]))
                case "done":
                    self._done.put_nowait(None)
