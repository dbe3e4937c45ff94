"""From the database to the hub: messages that `realtime.send` stored, the moment they commit."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from worker.clock import Clock, SystemClock
from worker.local.postgres import DatabaseAddress
from worker.local.realtime.frames import Broadcast
from worker.local.realtime.hub import Hub

log = logging.getLogger(__name__)

#: A lost connection is tried again after this long: short, since the server is on this machine.
_RECONNECT_SECONDS = 0.25
#: Messages are kept as long as on hosted projects, which replay them; cleaned up once an hour.
_KEPT = "72 hours"
_CLEANUP_SECONDS = 3600.0
#: After a lost connection, what was said in this time is looked at again, and not said twice.
_LOOK_BACK = "1 minute"
_REMEMBERED = 10_000
#: The most that one joiner may ask to hear again.
MOST_REPLAYED = 25

# Messages of one transaction have one time; their places in the table (ctid) tell their order.
_FIELDS = "id, topic, event, private, payload::text, binary_payload"
_IS_MESSAGE = "extension = 'broadcast' and event is not null"
_BY_ID = f"select {_FIELDS} from realtime.messages where id = any(%s) and {_IS_MESSAGE}"
_RECENT = f"""
select {_FIELDS}
from realtime.messages
where inserted_at > (now() at time zone 'UTC') - %s::interval and {_IS_MESSAGE}
order by inserted_at, ctid
"""
_SINCE = f"""
select {_FIELDS}
from realtime.messages
where topic = %s and private and {_IS_MESSAGE} and inserted_at >= to_timestamp(%s) at time zone 'UTC'
order by inserted_at desc, ctid desc
limit %s
"""
_CLEAN_UP = "delete from realtime.messages where inserted_at < (now() at time zone 'UTC') - %s::interval"


class MessageFeed:
    """Listens for new messages for as long as it runs; a restart of Postgres is a pause, not an end."""

    def __init__(self, address: DatabaseAddress, *, hub: Hub, clock: Clock | None = None) -> None:
        self._address = address
        self._hub = hub
        self._clock = clock or SystemClock()
        self._delivered: deque[UUID] = deque(maxlen=_REMEMBERED)
        self._listened_before = False
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Deliver messages until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen_for_ever())
            tasks.create_task(self._clean_up_for_ever())

    async def replay(self, topic: str, *, since: datetime, limit: int) -> list[Broadcast]:
        """What was said on a private topic since then: the newest `limit`, oldest of them first."""
        async with await self._connect() as connection:
            most = max(1, min(limit, MOST_REPLAYED))
            found = await connection.execute(_SINCE, (topic, since.timestamp(), most))
            rows = await found.fetchall()
        return [_broadcast(row, replayed=True) for row in reversed(rows)]

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as error:
                log.warning("lost the database, trying again: %s", type(error).__name__)
            finally:
                self.listening.clear()
            await self._clock.sleep(_RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with await self._connect() as connection:
            await connection.execute("listen realtime_messages")
            read = await self._catch_up(connection) if self._listened_before else frozenset()
            self._listened_before = True
            self.listening.set()
            while True:
                heard = [UUID(notice.payload) async for notice in connection.notifies(stop_after=1)]
                # What came between the listening and the reading was read, and is announced, too.
                self._deliver(await _messages(connection, [id for id in heard if id not in read]))

    async def _catch_up(self, connection: "psycopg.AsyncConnection[Any]") -> frozenset[UUID]:
        found = await connection.execute(_RECENT, (_LOOK_BACK,))
        rows = await found.fetchall()
        known = set(self._delivered)
        self._deliver(row for row in rows if row[0] not in known)
        return frozenset(row[0] for row in rows)

    def _deliver(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            self._delivered.append(row[0])
            self._hub.deliver(_broadcast(row))

    async def _clean_up_for_ever(self) -> None:
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                async with await self._connect() as connection:
                    await connection.execute(_CLEAN_UP, (_KEPT,))
            await self._clock.sleep(_CLEANUP_SECONDS)

    async def _connect(self) -> "psycopg.AsyncConnection[tuple[Any, ...]]":
        return await psycopg.AsyncConnection.connect(**self._address.parameters, autocommit=True)


async def _messages(connection: "psycopg.AsyncConnection[Any]", ids: list[UUID]) -> list[tuple[Any, ...]]:
    """The messages of these ids, in their order."""
    found = await connection.execute(_BY_ID, (ids,))
    rows = {row[0]: row for row in await found.fetchall()}
    return [rows[id] for id in ids if id in rows]


def _broadcast(row: tuple[Any, ...], *, replayed: bool = False) -> Broadcast:
    id, topic, event, private, payload, binary = row
    return Broadcast(
        topic=topic,
        event=event,
        payload=bytes(binary) if binary is not None else payload or "null",
        id=str(id),
        private=private,
        replayed=replayed,
    )
