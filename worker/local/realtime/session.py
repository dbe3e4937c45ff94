"""One socket: what its client asks, and what it is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from starlette.websockets import WebSocket

from worker.clock import Clock
from worker.local.realtime import frames
from worker.local.realtime.channel import Channel, JoinRequest
from worker.local.realtime.frames import Broadcast, Frame, FrameError, decode
from worker.local.realtime.hub import Hub
from worker.local.realtime.outbox import Outbox
from worker.local.realtime.tokens import Claims, Refused, TokenReader, expiry_message, is_api_key

log = logging.getLogger(__name__)

#: As hosted projects have it.
MOST_CHANNELS = 100


class Gate(Protocol):
    """Says who may listen to a private topic."""

    async def require_read(self, claims: Claims, topic: str) -> None:
        """Return if the caller may, else `Refused`."""
        ...


class Memory(Protocol):
    """Knows what was said on a private topic."""

    async def replay(self, topic: str, *, since: datetime, limit: int) -> list[Broadcast]:
        """The newest messages since then, oldest of them first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What every socket shares."""

    tokens: TokenReader
    gate: Gate
    hub: Hub
    memory: Memory
    clock: Clock


class Session:
    """Serves one client until it goes, or falls too far behind."""

    def __init__(self, socket: WebSocket, *, claims: Claims, services: Services) -> None:
        self._socket = socket
        self._claims = claims
        self._services = services
        self._channels: dict[str, Channel] = {}
        protocol = frames.Protocol.named(socket.query_params.get("vsn"))
        self._outbox = Outbox(socket, protocol=protocol)
        self._answers: dict[str, Callable[[Channel, Frame], Awaitable[None]]] = {
            "phx_leave": self._leave,
            "access_token": self._refresh,
            "broadcast": self._ignore,
            "presence": self._refuse_presence,
        }

    async def run(self) -> None:
        """Accept the socket and serve it to its end."""
        await self._socket.accept()
        parts = [
            asyncio.create_task(part)
            for part in (self._read(), self._outbox.write(), self._outbox.overflow.wait())
        ]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for channel in self._channels.values():
                channel.close()
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            # Binary frames are broadcasts by a client; nobody has the right to send one.
            if (text := message.get("text")) is not None:
                await self._handle(text)

    async def _handle(self, text: str) -> None:
        try:
            frame = decode(text)
        except FrameError as error:
            log.warning("a client sent what is no frame: %s", error)
            return
        if frame.topic == "phoenix":
            self._outbox.reply(frame, "ok", {})
        elif frame.event == "phx_join":
            await self._join(frame)
        else:
            await self._answer(frame)

    async def _answer(self, frame: Frame) -> None:
        channel = self._channels.get(frame.topic)
        if channel is None:
            self._outbox.reply(frame, "error", {"reason": "unmatched topic"})
        elif (answer := self._answers.get(frame.event)) is not None:
            await answer(channel, frame)

    # Joining and leaving

    async def _join(self, frame: Frame) -> None:
        try:
            request = JoinRequest.from_payload(frame.topic, frame.payload)
            self._require_room_for(frame.topic)
            claims = self._claims_for(request)
            if request.private:
                await self._services.gate.require_read(claims, request.topic)
        except Refused as refusal:
            self._outbox.reply(frame, "error", {"reason": str(refusal)})
            return
        await self._open(frame, request, claims)

    def _require_room_for(self, topic: str) -> None:
        if topic not in self._channels and len(self._channels) >= MOST_CHANNELS:
            raise Refused("ChannelRateLimitReached: Too many channels")

    def _claims_for(self, request: JoinRequest) -> Claims:
        token = request.access_token
        if token is None or is_api_key(token):
            return self._claims
        return self._services.tokens.read(token, now=self._services.clock.now())

    async def _open(self, frame: Frame, request: JoinRequest, claims: Claims) -> None:
        self._close(frame.topic)
        # What is said while the past is looked up comes after the past, and not twice.
        meanwhile: list[Broadcast] = []
        stop_holding = self._services.hub.join(request.topic, meanwhile.append, private=request.private)
        past = await self._past(request)
        stop_holding()
        self._channels[frame.topic] = channel = self._channel(frame, request, claims, past)
        self._outbox.reply(frame, "ok", {"postgres_changes": _numbered(request)})
        for message in past:
            self._outbox.broadcast(message)
        for message in meanwhile:
            if message.id not in channel.replayed:
                self._outbox.broadcast(message)
        self._tell_what_is_ready(channel)

    def _channel(self, frame: Frame, request: JoinRequest, claims: Claims, past: list[Broadcast]) -> Channel:
        heard = frozenset(message.id for message in past if message.id)

        def hear(message: Broadcast) -> None:
            if message.id not in heard:
                self._outbox.broadcast(message)

        channel = Channel(
            request=request,
            join_ref=frame.join_ref or frame.ref,
            claims=claims,
            leave=self._services.hub.join(request.topic, hear, private=request.private),
            cancel_expiry=lambda: None,
            replayed=heard,
        )
        self._arm_expiry(channel)
        return channel

    async def _past(self, request: JoinRequest) -> list[Broadcast]:
        if request.replay is None:
            return []
        memory = self._services.memory
        return await memory.replay(request.topic, since=request.replay.since, limit=request.replay.limit)

    def _tell_what_is_ready(self, channel: Channel) -> None:
        if channel.request.postgres_changes:
            self._outbox.system(
                channel.request.topic,
                "Unable to subscribe to changes: Postgres Changes are not served on this machine",
                extension="postgres_changes",
                status="error",
            )
        if channel.request.wants_ready_message:
            self._outbox.system(channel.request.topic, "Replication connection established", status="ok")

    async def _leave(self, channel: Channel, frame: Frame) -> None:
        self._outbox.reply(frame, "ok", {})
        self._close(channel.full_topic)

    def _close(self, topic: str) -> None:
        channel = self._channels.pop(topic, None)
        if channel is not None:
            channel.close()
            self._outbox.frame(
                Frame(topic=topic, event="phx_close", ref=channel.join_ref, join_ref=channel.join_ref)
            )

    def _shut_down(self, channel: Channel, why: str) -> None:
        if self._channels.get(channel.full_topic) is channel:
            self._outbox.system(channel.request.topic, why, status="error")
            self._close(channel.full_topic)

    # Tokens

    async def _refresh(self, channel: Channel, frame: Frame) -> None:
        token = frame.payload.get("access_token") if isinstance(frame.payload, dict) else None
        if not isinstance(token, str) or not token or is_api_key(token):
            return
        try:
            claims = self._services.tokens.read(token, now=self._services.clock.now())
            if channel.request.private:
                await self._services.gate.require_read(claims, channel.request.topic)
        except Refused as refusal:
            self._shut_down(channel, refusal.reason)
            return
        channel.claims = claims
        self._arm_expiry(channel)

    def _arm_expiry(self, channel: Channel) -> None:
        channel.cancel_expiry()
        channel.cancel_expiry = asyncio.create_task(self._expire(channel, channel.claims)).cancel

    async def _expire(self, channel: Channel, claims: Claims) -> None:
        clock = self._services.clock
        await clock.sleep(max(0.0, claims.seconds_left(clock.now())))
        # The closing of the channel must not cancel the task that closes it.
        channel.cancel_expiry = lambda: None
        self._shut_down(channel, expiry_message(-claims.seconds_left(clock.now())))

    # What is not served

    async def _ignore(self, channel: Channel, frame: Frame) -> None:
        """As hosted without the right to send: no answer, even where one was asked for."""

    async def _refuse_presence(self, channel: Channel, frame: Frame) -> None:
        self._outbox.reply(frame, "error", {"reason": "unauthorized"})


def _numbered(request: JoinRequest) -> list[dict[str, Any]]:
    """The changes that were asked for, in their order: clients compare them with their own list."""
    return [{**change, "id": number} for number, change in enumerate(request.postgres_changes, start=1)]
