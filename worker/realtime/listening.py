"""A private topic that stays joined, however often the connection or the channel is lost."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from realtime import AsyncRealtimeChannel, RealtimeSubscribeStates
from realtime.types import BroadcastPayload

from worker.clock import Clock
from worker.database import Database

# The standard logger: who follows runs from a program of his own must not be talked to by ours.
_log = logging.getLogger("baton.realtime")

#: How often the watch looks whether it still hears something. The Python client reconnects five
#: times at most, and never rejoins a channel that the server has closed; so we do both.
WATCH_SECONDS = 1.0

#: Waits between tries to connect; the last one repeats.
CONNECT_DELAYS_SECONDS = (1.0, 2.0, 5.0, 10.0)

#: Called with an event's name and its payload.
OnMessage = Callable[[str, Mapping[str, Any]], None]

#: Called with True whenever the topic was joined, and with False when it was lost.
OnLive = Callable[[bool], None]


class Listening:
    """Hears the broadcasts of one private topic, from `start` to `stop`.

    Whatever was sent while the topic was not joined is lost: after `on_live(True)`, read what you
    may have missed.
    """

    def __init__(
        self, database: Database, topic: str, *, on_message: OnMessage, on_live: OnLive, clock: Clock
    ) -> None:
        self._database = database
        self._topic = topic
        self._on_message = on_message
        self._on_live = on_live
        self._clock = clock
        self._channel: AsyncRealtimeChannel | None = None
        self._live = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen. Returns at once; `on_live` says when the topic is joined."""
        self._task = asyncio.create_task(self._watch(), name=f"listening to {self._topic}")

    async def stop(self) -> None:
        """Leave the topic."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        await self._leave()

    async def _watch(self) -> None:
        failures = 0
        while True:
            try:
                await self._look_after()
            except Exception as error:
                # Whatever the client raises, from any layer: to listen again is the only answer.
                self._tell(False)
                _log.debug("realtime.away topic=%s reason=%s: %s", self._topic, type(error).__name__, error)
                await self._clock.sleep(
                    CONNECT_DELAYS_SECONDS[min(failures, len(CONNECT_DELAYS_SECONDS) - 1)]
                )
                failures += 1
            else:
                failures = 0
                await self._clock.sleep(WATCH_SECONDS)

    async def _look_after(self) -> None:
        # A new token goes to open channels as well, before the old one expires.
        await self._database.freshen()
        realtime = self._database.client.realtime
        if not realtime.is_connected:
            self._tell(False)
            await realtime.connect()
        if self._channel is None or self._channel.is_closed:
            await self._join()

    async def _join(self) -> None:
        self._channel = self._database.client.channel(
            self._topic,
            {
                "config": {
                    "private": True,
                    "broadcast": {"ack": False, "self": False},
                    "presence": {"key": "", "enabled": False},
                }
            },
        )
        self._channel.on_broadcast(
            "*", lambda message: self._on_message(message["event"], message["payload"])
        )
        await self._channel.subscribe(self._state)

    def _hear(self, message: BroadcastPayload) -> None:
        self._on_message(message["event"], message["payload"])

    def _state(self, state: RealtimeSubscribeStates, error: Exception | None) -> None:
        if error is not None:
            _log.debug("realtime.refused topic=%s reason=%s", self._topic, error)
        self._tell(state == RealtimeSubscribeStates.SUBSCRIBED)

    def _tell(self, live: bool) -> None:
        # Joined again is news, too: something may have been missed in between.
        if live or self._live:
            self._live = live
            self._on_live(live)

    async def _leave(self) -> None:
        channel, self._channel = self._channel, None
        if channel is None:
            return
        try:
            await self._database.client.remove_channel(channel)
        except Exception as error:
            # The connection may be gone; then we have left.
            _log.debug("realtime.left topic=%s reason=%s", self._topic, error)
