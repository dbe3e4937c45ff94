"""Says when something that is shared has become free: one subscription for the whole process.

News may get lost, so whoever waits looks for himself now and then.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from worker.clock import Clock

if TYPE_CHECKING:
    from redis.asyncio import Redis

#: The pause before another try to listen, in seconds.
AGAIN_SECONDS = 1.0

#: How long one look for a message lasts; it ends early when there is one.
LOOK_SECONDS = 10.0


class News:
    """Hears what is published on channels of one pattern."""

    def __init__(self, client: "Redis", *, pattern: str, clock: Clock) -> None:
        self._client = client
        self._pattern = pattern
        self._clock = clock
        self._waiting: dict[str, list[asyncio.Event]] = {}
        self._listening: asyncio.Task[None] | None = None

    @contextmanager
    def of(self, channel: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something is said on the channel."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen(), name="news of what is shared")
        event = asyncio.Event()
        events = self._waiting.setdefault(channel, [])
        events.append(event)
        try:
            yield event
        finally:
            events.remove(event)
            if not events:
                self._waiting.pop(channel, None)

    async def close(self) -> None:
        """Listen no longer."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        from redis.exceptions import RedisError

        while True:
            try:
                await self._hear()
            except (RedisError, OSError):
                await self._clock.sleep(AGAIN_SECONDS)

    async def _hear(self) -> None:
        async with self._client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.psubscribe(self._pattern)
            while True:
                message = await subscription.get_message(timeout=LOOK_SECONDS)
                if message is not None:
                    self._tell(message["channel"].decode())

    def _tell(self, channel: str) -> None:
        for event in self._waiting.get(channel, ()):
            event.set()
