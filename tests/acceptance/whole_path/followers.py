"""Who follows a run, or tries to: supabase-js in a process of its own, and the Python Realtime client."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.acceptance.local.listeners import PythonListener
from tests.patience import FOR_EVER_SECONDS
from worker.database import Session
from worker.local.files import local_folder
from worker.local.node import node_environment, node_program
from worker.local.packages import install_packages


class JavaScriptFollower:
    """A person's browser, as it were: what became of the topic, and everything that was heard on it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.status: asyncio.Future[tuple[str, str | None]] = asyncio.get_running_loop().create_future()
        self.messages: list[dict[str, Any]] = []
        self.over = asyncio.Event()
        self._process = process
        self._reading = asyncio.create_task(self._read())

    async def joined(self) -> tuple[str, str | None]:
        """The first thing that was said of the topic: a word in capitals, and an error's text."""
        return await asyncio.wait_for(asyncio.shield(self.status), FOR_EVER_SECONDS)

    async def close(self) -> None:
        """Close the window."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if said["kind"] == "message":
                self.messages.append(said)
                if said["event"] == "run_completed":
                    self.over.set()
            elif not self.status.done():
                self.status.set_result((said["status"], said["error"]))


@asynccontextmanager
async def javascript_follower(
    session: Session, topic: str, folder: Path
) -> AsyncIterator[JavaScriptFollower]:
    """supabase-js with this person's session, on this topic."""
    folder.mkdir()
    # Beside its packages, because that is where Node looks for them.
    program = Path(shutil.copy(Path(__file__).with_name("follower.mjs"), folder))
    packages = install_packages(local_folder(), report=print)
    (folder / "node_modules").symlink_to(packages / "node_modules")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(str(node_program()), str(program), session.url, session.key, topic),
        env=node_environment(),
        stdin=pipe,
        stdout=pipe,
        limit=1_000_000,
    )
    assert process.stdin is not None
    tokens = {"access_token": session.access_token, "refresh_token": session.refresh_token}
    process.stdin.write(json.dumps(tokens).encode() + b"\n")
    follower = JavaScriptFollower(process)
    try:
        yield follower
    finally:
        await follower.close()


async def join_with_python(session: Session, topic: str) -> tuple[str, str | None]:
    """What the Python Realtime client is told when this person joins."""
    listener = PythonListener(session.url, session.key)
    try:
        await listener.show(session.access_token)
        await listener.join(topic)
        return await listener.status()
    finally:
        await listener.close()
