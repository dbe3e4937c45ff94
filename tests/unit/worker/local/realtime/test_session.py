"""One socket and its client, without a network and without a database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import jwt
import pytest
from starlette.websockets import WebSocket

from tests.manual_clock import ManualClock, settle
from worker.local.realtime.frames import Broadcast
from worker.local.realtime.hub import Hub
from worker.local.realtime.outbox import MOST_FRAMES_WAITING
from worker.local.realtime.session import MOST_CHANNELS, Services, Session
from worker.local.realtime.tokens import Claims, Refused, TokenReader

SECRET = "a secret of this test that is long enough"
TOPIC = "realtime:run:1"


class Members:
    """A gate with a guest list."""

    def __init__(self) -> None:
        self.may = {("ada", "run:1")}

    async def require_read(self, claims: Claims, topic: str) -> None:
        """Only who is on the list."""
        if (claims.subject, topic) not in self.may:
            raise Refused(f"Unauthorized: not {topic}")


class Past:
    """A memory that another part may speak into while it is asked."""

    def __init__(self, hub: Hub) -> None:
        self.said: list[Broadcast] = []
        self.said_meanwhile: list[Broadcast] = []
        self._hub = hub

    async def replay(self, topic: str, *, since: datetime, limit: int) -> list[Broadcast]:
        """All of it."""
        for message in self.said_meanwhile:
            self._hub.deliver(message)
        return self.said


class Client:
    """The other end of a socket."""

    def __init__(self, version: str = "1.0.0") -> None:
        self.clock = ManualClock()
        self.hub = Hub()
        self.gate = Members()
        self.past = Past(self.hub)
        self.heard: list[Any] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "query_string": f"vsn={version}".encode(), "headers": []}
        self._session = Session(
            WebSocket(scope, self._said.get, self._hear),
            claims=Claims(role="anon", expires_at=self.clock.now().timestamp() + 86400, all={}),
            services=Services(
                tokens=TokenReader(jwt_secret=SECRET, roles_of_keys={}),
                gate=self.gate,
                hub=self.hub,
                memory=self.past,
                clock=self.clock,
            ),
        )
        self.session = asyncio.create_task(self._session.run())

    def token(self, who: str = "ada", *, seconds: float = 60) -> str:
        """A token that is good for this long."""
        claims = {"role": "authenticated", "sub": who, "exp": self.clock.now().timestamp() + seconds}
        return jwt.encode(claims, SECRET)

    async def say(self, event: str, payload: Any = None, *, topic: str = TOPIC) -> None:
        """Send a frame, and wait until it had its effect."""
        text = json.dumps({"topic": topic, "event": event, "payload": payload or {}, "ref": "1"})
        await self.say_raw(text)

    async def say_raw(self, text: str) -> None:
        """Send anything."""
        self._said.put_nowait({"type": "websocket.receive", "text": text})
        await settle()

    async def join(
        self, who: str | None = "ada", *, topic: str = TOPIC, seconds: float = 60, **config: Any
    ) -> Any:
        """Join a private topic; returns the answer."""
        payload: dict[str, Any] = {"config": {"private": True, **config}}
        if who is not None:
            payload["access_token"] = self.token(who, seconds=seconds)
        await self.say("phx_join", payload, topic=topic)
        return next(frame for frame in reversed(self.frames) if frame["event"] == "phx_reply")["payload"]

    def deliver(self, number: int = 1) -> None:
        """The database says something on the topic."""
        self.hub.deliver(said(number))

    @property
    def frames(self) -> list[dict[str, Any]]:
        """What came so far, as frames."""
        return [json.loads(text) for text in self.heard]

    @property
    def events(self) -> list[str]:
        """What kinds of frames came so far."""
        return [frame["event"] for frame in self.frames]

    async def go(self) -> None:
        """Close the socket."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.session

    async def _hear(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "websocket.send":
            self.heard.append(message.get("text") or message["bytes"])


def said(number: int) -> Broadcast:
    """One message of the topic."""
    return Broadcast(topic="run:1", event="e", payload=str(number), id=f"id-{number}")


@asynccontextmanager
async def connected(version: str = "1.0.0") -> AsyncIterator[Client]:
    """A client that is there, and gone at the end."""
    client = Client(version)
    await settle()
    yield client
    await client.go()
    assert client.hub.rooms == 0, "who is gone listens to nothing"


async def test_a_member_joins_and_hears() -> None:
    """The answer comes first, then what is said."""
    async with connected() as client:
        assert (await client.join())["status"] == "ok"
        client.deliver()
        await settle()
        assert client.events == ["phx_reply", "broadcast"]


async def test_a_stranger_is_refused_and_hears_nothing() -> None:
    """With the reason, and without a seat in the room."""
    async with connected() as client:
        answer = await client.join("eve")
        client.deliver()
        await settle()
        assert answer == {"status": "error", "response": {"reason": "Unauthorized: not run:1"}}
        assert client.events == ["phx_reply"]


async def test_without_a_token_the_key_of_the_connection_counts() -> None:
    """A key is nobody, so a private topic stays closed."""
    async with connected() as client:
        assert (await client.join(None))["status"] == "error"


async def test_an_expired_token_closes_the_channel() -> None:
    """With the words that clients know, and not a second early."""
    async with connected() as client:
        await client.join(seconds=30)
        await client.clock.advance(29)
        assert client.events == ["phx_reply"]
        await client.clock.advance(1)
        assert client.events == ["phx_reply", "system", "phx_close"]
        assert "Token has expired" in client.frames[1]["payload"]["message"]
        client.deliver()
        await settle()
        assert client.events[-1] == "phx_close"


async def test_a_fresh_token_keeps_the_channel_open() -> None:
    """The new token's end counts, the old one's no more."""
    async with connected() as client:
        await client.join(seconds=30)
        await client.say("access_token", {"access_token": client.token(seconds=100)})
        await client.clock.advance(60)
        client.deliver()
        await settle()
        assert client.events == ["phx_reply", "broadcast"]
        await client.clock.advance(40)
        assert client.events[-1] == "phx_close"


async def test_a_fresh_token_is_asked_again_whether_it_may() -> None:
    """Who was taken off the list is out with the next token."""
    async with connected() as client:
        await client.join()
        client.gate.may.clear()
        await client.say("access_token", {"access_token": client.token()})
        assert client.events == ["phx_reply", "system", "phx_close"]


@pytest.mark.parametrize("shown", ["no token", None, "", 7, "sb_publishable_x"])
async def test_what_is_no_token_does_not_refresh(shown: Any) -> None:
    """Nonsense closes the channel; a key or nothing leaves it as it is."""
    async with connected() as client:
        await client.join()
        await client.say("access_token", {"access_token": shown})
        assert client.events[1:] == (["system", "phx_close"] if shown == "no token" else [])


async def test_a_client_cannot_send() -> None:
    """What it sends vanishes without an answer, as on a hosted project without a policy for it."""
    async with connected() as client:
        await client.join(broadcast={"ack": True, "self": True})
        await client.say("broadcast", {"type": "broadcast", "event": "e", "payload": {}})
        assert client.events == ["phx_reply"]


async def test_presence_is_refused() -> None:
    """Nobody has the right to be present."""
    async with connected() as client:
        await client.join()
        await client.say("presence", {"type": "presence", "event": "track", "payload": {}})
        assert client.frames[-1]["payload"]["status"] == "error"


async def test_postgres_changes_join_but_never_come() -> None:
    """The answer lists them in their order, for clients compare; then a message says why none will come."""
    changes = [{"event": "*", "schema": "public", "table": "test_runs"}]
    async with connected() as client:
        answer = await client.join(postgres_changes=changes)
        assert answer["response"]["postgres_changes"] == [{**changes[0], "id": 1}]
        assert client.frames[-1]["payload"]["extension"] == "postgres_changes"
        assert client.frames[-1]["payload"]["status"] == "error"


async def test_a_heartbeat_is_answered() -> None:
    """Else supabase-js takes the socket for dead."""
    async with connected() as client:
        await client.say("heartbeat", topic="phoenix")
        assert client.frames[0]["payload"] == {"status": "ok", "response": {}}


async def test_a_topic_that_was_not_joined_is_unknown() -> None:
    """Its frames get an error, and nothing happens."""
    async with connected() as client:
        await client.say("phx_leave")
        assert client.frames[0]["payload"] == {"status": "error", "response": {"reason": "unmatched topic"}}


async def test_what_is_no_frame_is_ignored() -> None:
    """The socket lives on."""
    async with connected() as client:
        await client.say_raw("hello")
        await client.say_raw('["1", "2", "phoenix", "heartbeat", {}]')
        assert client.events == ["phx_reply"]


async def test_who_leaves_hears_nothing_more() -> None:
    """The answer, the end, and then silence."""
    async with connected() as client:
        await client.join()
        await client.say("phx_leave")
        client.deliver()
        await settle()
        assert client.events == ["phx_reply", "phx_reply", "phx_close"]


async def test_joining_again_replaces_the_first() -> None:
    """One seat a socket and topic; nothing is heard twice."""
    async with connected() as client:
        await client.join()
        await client.join()
        client.deliver()
        await settle()
        assert client.events.count("broadcast") == 1


async def test_a_replay_comes_before_what_is_said_meanwhile_and_nothing_comes_twice() -> None:
    """Messages 1 and 2 were said before; 2 and 3 also arrive live while the past is looked up."""
    async with connected() as client:
        client.past.said = [said(1), said(2)]
        client.past.said_meanwhile = [said(2), said(3)]
        await client.join(broadcast={"replay": {"since": 0}})
        client.deliver(2)
        client.deliver(4)
        await settle()
        heard = [frame["payload"]["payload"] for frame in client.frames if frame["event"] == "broadcast"]
        assert heard == [1, 2, 3, 4]


async def test_readiness_is_told_to_who_asked() -> None:
    """`replication_ready` gets its message when the join is done."""
    async with connected() as client:
        await client.join(broadcast={"replication_ready": True})
        assert client.frames[-1]["payload"]["message"] == "Replication connection established"


async def test_a_socket_has_a_limited_number_of_channels() -> None:
    """As many as on hosted projects."""
    async with connected() as client:
        for number in range(MOST_CHANNELS):
            client.gate.may.add(("ada", str(number)))
            await client.join(topic=f"realtime:{number}")
        answer = await client.join()
        assert answer["response"]["reason"] == "ChannelRateLimitReached: Too many channels"


async def test_a_client_that_does_not_read_is_cut_off() -> None:
    """It must not fill our memory, and others must not wait for it."""
    client = Client()
    await settle()
    await client.join()
    client.reads.clear()
    for number in range(MOST_FRAMES_WAITING + 2):
        client.deliver(number)
    await asyncio.wait_for(client.session, 60)
    assert client.hub.rooms == 0


async def test_the_second_protocol_hears_broadcasts_in_binary() -> None:
    """And everything else as text."""
    async with connected("2.0.0") as client:
        payload = {"config": {"private": True}, "access_token": client.token()}
        await client.say_raw(json.dumps(["1", "1", TOPIC, "phx_join", payload]))
        client.deliver()
        await settle()
        assert json.loads(client.heard[0])[3] == "phx_reply"
        assert client.heard[1][0] == 4
