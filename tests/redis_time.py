"""Time of a real Redis that passes when a test says so: what is noted there is made older."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.manual_clock import ManualClock
from tests.patience import FOR_EVER_SECONDS
from worker.shared import Connection

#: How far the clock goes between two looks, in seconds: whoever waits looks for himself once a second.
STEP_SECONDS = 0.5


async def until(condition: Callable[[], Awaitable[bool] | bool], clock: ManualClock) -> None:
    """Let the clock go, and the server answer, until this holds."""
    async with asyncio.timeout(FOR_EVER_SECONDS):
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await clock.advance(STEP_SECONDS)
            # The server is another process: its answers come with the next turns of the loop.
            await asyncio.sleep(0.001)


async def finished(task: "asyncio.Future[Any]", clock: ManualClock) -> None:
    """Let the clock go until the task has ended; what it raises is raised here."""
    await until(task.done, clock)
    await task


async def server_time(connection: Connection) -> float:
    """What the server's clock shows, in milliseconds."""
    seconds, micros = await connection.client.time()
    return seconds * 1000 + micros / 1000


async def age(connection: Connection, seconds: float) -> None:
    """Make everything that limits and locks have noted this much older; younger, where it is negative."""
    client = connection.client
    for key in [each async for each in client.scan_iter(match="baton:*")]:
        await _age_key(client, key.decode() if isinstance(key, bytes) else key, int(seconds * 1000))


async def _age_key(client: Any, key: str, millis: int) -> None:
    left = await client.pttl(key) - millis
    part = key.rpartition(":")[2]
    if left <= 0:
        await client.delete(key)
        return
    if part == "taken":
        for name, score in await client.zrange(key, 0, -1, withscores=True):
            await client.zadd(key, {name: score - millis})
    elif part in ("seen", "held", "waiting"):
        for name, value in (await client.hgetall(key)).items():
            if name not in (b"#", "#"):
                await client.hset(key, name, _older(part, value, millis))
    elif part == "pace":
        await client.set(key, int(await client.get(key)) - millis * 1000)
    await client.pexpire(key, left)


def _older(part: str, value: bytes | str, millis: int) -> str:
    text = value.decode() if isinstance(value, bytes) else value
    if part == "waiting":
        noted = json.loads(text)
        return json.dumps({**noted, "seen": noted["seen"] - millis, "since": noted["since"] - millis})
    moment, separator, who = text.partition(" ")
    return f"{int(float(moment)) - millis}{separator}{who}"
