"""What one client is still to be told. Nobody waits for a client that does not read."""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from worker.local.realtime import frames
from worker.local.realtime.channel import TOPIC_PREFIX
from worker.local.realtime.frames import Broadcast, Frame, encode

#: A client that is this many frames behind is cut off; it reconnects, and catches up by its own means.
MOST_FRAMES_WAITING = 2000


class Outbox:
    """Takes frames at once and sends them as the client reads; `overflow` is set when it does not."""

    def __init__(self, socket: WebSocket, *, protocol: frames.Protocol) -> None:
        self._socket = socket
        self._protocol = protocol
        self._waiting: asyncio.Queue[str | bytes] = asyncio.Queue(MOST_FRAMES_WAITING)
        self.overflow = asyncio.Event()

    async def write(self) -> None:
        """Send until the client is gone."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
            while True:
                data = await self._waiting.get()
                if isinstance(data, bytes):
                    await self._socket.send_bytes(data)
                else:
                    await self._socket.send_text(data)

    def reply(self, frame: Frame, status: str, response: Any) -> None:
        """Answer a frame."""
        payload = {"status": status, "response": response}
        self.frame(
            Frame(
                topic=frame.topic, event="phx_reply", payload=payload, ref=frame.ref, join_ref=frame.join_ref
            )
        )

    def system(self, topic: str, message: str, *, status: str, extension: str = "system") -> None:
        """Tell something about a topic as a whole."""
        payload = {"extension": extension, "status": status, "message": message, "channel": topic}
        self.frame(Frame(topic=f"{TOPIC_PREFIX}{topic}", event="system", payload=payload))

    def broadcast(self, message: Broadcast) -> None:
        """Pass a message on, if the client's protocol can say it."""
        data = message.encoded(self._protocol)
        if data is not None:
            self._put(data)

    def frame(self, frame: Frame) -> None:
        """Send any frame."""
        self._put(encode(frame, protocol=self._protocol))

    def _put(self, data: str | bytes) -> None:
        try:
            self._waiting.put_nowait(data)
        except asyncio.QueueFull:
            self.overflow.set()
