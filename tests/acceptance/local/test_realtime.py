"""The Realtime server, held to one list of rules by both real clients and in both protocols."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.acceptance.local.listeners import JavaScriptListener, Listener, PythonListener
from tests.acceptance.local.people import Project, new_topic
from tests.acceptance.local.timed_gateway import TimedGateway, timed_gateway
from tests.gate import until
from worker.local.files import local_folder
from worker.local.packages import install_packages
from worker.local.stack import StackInfo

pytestmark = pytest.mark.stack

#: Postgres drops the connections of the Realtime server.
_DROP = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'supabase_realtime_admin'"
#: Whether somebody wants to read the messages, and has to wait.
_WAITING = "select true from pg_locks where relation = 'realtime.messages'::regclass and not granted"


@pytest.fixture(params=["python 1.0.0", "supabase-js 1.0.0", "supabase-js 2.0.0"])
def kind(request: pytest.FixtureRequest) -> str:
    """A client, and the protocol that it speaks."""
    return str(request.param)


@pytest.fixture
async def listener(kind: str, stack: StackInfo, tmp_path: Path) -> AsyncIterator[Listener]:
    """A client with the publishable key, connected to the small stack."""
    async with a_listener(kind, stack.url, stack.publishable_key, folder=tmp_path) as found:
        yield found


@pytest.fixture
async def timed(stack: StackInfo) -> AsyncIterator[TimedGateway]:
    """A gateway before the small stack whose clock the test moves."""
    async with timed_gateway(stack) as gateway:
        yield gateway


@pytest.fixture
async def timed_listener(
    kind: str, stack: StackInfo, timed: TimedGateway, tmp_path: Path
) -> AsyncIterator[Listener]:
    """A client of that gateway."""
    async with a_listener(kind, timed.url, stack.publishable_key, folder=tmp_path) as found:
        yield found


@asynccontextmanager
async def a_listener(kind: str, url: str, key: str, *, folder: Path) -> AsyncIterator[Listener]:
    """A client of this kind, which is gone at the end."""
    found: Listener
    name, _, version = kind.partition(" ")
    if name == "python":
        found = PythonListener(url, key)
    else:
        packages = install_packages(local_folder(), report=print)
        found = await JavaScriptListener.start(url, key, version=version, folder=folder, packages=packages)
    yield found
    await found.close()


async def join(listener: Listener, topic: str, token: str, **broadcast: Any) -> tuple[str, str | None]:
    """Join as the bearer of this token; returns what became of it."""
    await listener.show(token)
    await listener.join(topic, **broadcast)
    return await listener.status()


async def test_a_member_joins_and_hears_what_the_database_sends(listener: Listener, project: Project) -> None:
    """The payload arrives as it was sent, with the id that the database gave it."""
    topic = new_topic()
    assert await join(listener, topic, project.person(topic).token()) == ("SUBSCRIBED", None)
    project.send(topic, {"sequence": 1, "text": "naïve ✓"})
    message = await listener.message()
    assert message["event"] == "note"
    assert {"sequence": 1, "text": "naïve ✓"}.items() <= message["payload"].items()


async def test_a_message_comes_when_its_transaction_commits(listener: Listener, project: Project) -> None:
    """What was rolled back was never said; what is announced is what was stored."""
    topic = new_topic()
    await join(listener, topic, project.person(topic).token())
    with psycopg.connect(**project.stack.owner.parameters) as connection:
        with connection.transaction(force_rollback=True):
            connection.execute("insert into public.notes (topic, note) values (%s, 'never')", (topic,))
        connection.execute("insert into public.notes (topic, note) values (%s, 'stored')", (topic,))
    assert (await listener.message())["payload"]["note"] == "stored"


async def test_messages_come_in_the_order_in_which_they_were_sent(
    listener: Listener, project: Project
) -> None:
    """Also many at once."""
    topic = new_topic()
    await join(listener, topic, project.person(topic).token())
    project.run(
        "select realtime.send(jsonb_build_object('n', n), 'note', %s, true) from generate_series(1, 200) n",
        topic,
    )
    assert [(await listener.message())["payload"]["n"] for _ in range(200)] == list(range(1, 201))


async def test_a_stranger_is_refused(listener: Listener, project: Project) -> None:
    """The policies on `realtime.messages` decide, and the client learns it as an error."""
    topic = new_topic()
    project.person(topic)
    status, error = await join(listener, topic, project.person().token())
    assert status == "CHANNEL_ERROR"
    assert "permissions to read from this Channel topic" in str(error)


async def test_nobody_is_refused(listener: Listener, project: Project) -> None:
    """Without a token the publishable key counts, and that is nobody."""
    await listener.join(new_topic())
    assert (await listener.status())[0] == "CHANNEL_ERROR"


async def test_a_topic_of_another_is_not_heard(listener: Listener, project: Project) -> None:
    """Who may listen to one topic hears only that one."""
    mine, other = new_topic(), new_topic()
    await join(listener, mine, project.person(mine).token())
    project.send(other, {"n": 1})
    project.send(mine, {"n": 2})
    assert (await listener.message())["payload"]["n"] == 2


async def test_an_expired_token_closes_the_channel(
    timed: TimedGateway, timed_listener: Listener, project: Project
) -> None:
    """Clients see it closed, hear nothing of it any more, and can join with a fresh token."""
    mine, other = new_topic(), new_topic()
    ada = project.person(mine, other)
    assert (await join(timed_listener, mine, ada.token(now=timed.now)))[0] == "SUBSCRIBED"
    await timed.clock.advance(3600)
    await until_status(timed_listener, "CLOSED")
    await timed_listener.show(ada.token(now=timed.now))
    await timed_listener.join(other)
    await until_status(timed_listener, "SUBSCRIBED")
    project.send(mine, {"n": 1})
    project.send(other, {"n": 2})
    assert (await timed_listener.message())["payload"]["n"] == 2


async def test_a_fresh_token_keeps_the_channel_open(
    timed: TimedGateway, timed_listener: Listener, project: Project
) -> None:
    """Shown before the old one ends, it takes its place without a gap."""
    mine, other = new_topic(), new_topic()
    ada = project.person(mine, other)
    await join(timed_listener, mine, ada.token(now=timed.now, seconds=60))
    await timed_listener.show(ada.token(now=timed.now))
    # Answers come in the order of what was asked: the fresh token was taken before this join.
    await timed_listener.join(other)
    assert await timed_listener.status() == ("SUBSCRIBED", None)
    await timed.clock.advance(61)
    project.send(mine, {"n": 1})
    assert (await timed_listener.message())["payload"]["n"] == 1
    assert timed_listener.statuses.empty()


async def until_status(listener: Listener, wanted: str) -> None:
    """Wait until this becomes of a channel."""
    while (await listener.status())[0] != wanted:
        pass


async def test_a_right_that_was_lost_closes_the_channel_at_the_next_token(
    listener: Listener, project: Project
) -> None:
    """Policies are asked again with every token."""
    topic = new_topic()
    ada = project.person(topic)
    await join(listener, topic, ada.token())
    project.forbid(ada)
    await listener.show(ada.token(seconds=1800))
    await until_status(listener, "CLOSED")


async def test_a_late_listener_can_hear_what_was_said(listener: Listener, project: Project) -> None:
    """The newest messages, in their order, marked as replayed; then what is new, once."""
    topic = new_topic()
    early = PythonListener(project.stack.url, project.stack.publishable_key)
    await join(early, topic, project.person(topic).token())
    project.run(
        "select realtime.send(jsonb_build_object('n', n), 'note', %s, true) from generate_series(1, 3) n",
        topic,
    )
    # It is late once another one has heard them.
    assert [(await early.message())["payload"]["n"] for _ in range(3)] == [1, 2, 3]
    await early.close()
    await join(listener, topic, project.person(topic).token(), replay={"since": 0, "limit": 2})
    project.send(topic, {"n": 4})
    heard = [await listener.message() for _ in range(3)]
    assert {message["payload"]["n"] for message in heard[:2]} == {2, 3}
    assert heard[2]["payload"]["n"] == 4
    assert [bool((message["meta"] or {}).get("replayed")) for message in heard] == [True, True, False]


async def test_a_lost_database_connection_is_a_pause_and_not_an_end(
    listener: Listener, project: Project
) -> None:
    """Postgres drops the server's connections; what is sent meanwhile arrives, too."""
    topic = new_topic()
    await join(listener, topic, project.person(topic).token())
    with psycopg.connect(**project.stack.admin.parameters, autocommit=True) as connection:
        connection.execute(_DROP)
        connection.execute("select realtime.send('{\"n\": 1}', 'note', %s, true)", (topic,))
    assert (await listener.message())["payload"]["n"] == 1
    project.send(topic, {"n": 2})
    assert (await listener.message())["payload"]["n"] == 2


async def test_what_is_said_while_the_server_catches_up_is_heard_once(
    listener: Listener, project: Project
) -> None:
    """It listens again already, so that it is announced; and it is read, because it is among the latest."""
    topic = new_topic()
    await join(listener, topic, project.person(topic).token())
    with psycopg.connect(**project.stack.admin.parameters) as connection:
        connection.execute("lock table realtime.messages in access exclusive mode")
        connection.execute(_DROP)
        await until(lambda: connection.execute(_WAITING).fetchone())
        connection.execute("select realtime.send('{\"n\": 1}', 'note', %s, true)", (topic,))
    project.send(topic, {"n": 2})
    assert [(await listener.message())["payload"]["n"] for _ in range(2)] == [1, 2]
