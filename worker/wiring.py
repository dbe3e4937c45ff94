"""Settings in, parts out: the only place that picks."""

import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from context.store.base import ContextStore
from context.store.supabase import SupabaseStore
from worker.clock import Clock, SystemClock
from worker.database import Database, open_database
from worker.database.keys import refuse_publishable_key
from worker.engine.limits import LimitTable, SharedLimits
from worker.engine.locks import LockTable, SharedLocks
from worker.errors import SettingsError, SharingError
from worker.http.send import Sender
from worker.queue import RunQueue, SupabaseQueue
from worker.queue.contents import KeptContents, MemoryContents, RunContents, SupabaseContents
from worker.realtime import Listening
from worker.recording import RunRecords, SupabaseRecords
from worker.settings import Settings

if TYPE_CHECKING:
    from worker.retention import ArchiveStorage

#: The topic on which the database speaks to all workers.
WORKERS_TOPIC = "workers"


class Listener(Protocol):
    """Somebody who hears what is said to workers."""

    async def start(
        self, on_message: Callable[[str, Mapping[str, Any]], None], on_live: Callable[[bool], None]
    ) -> None:
        """Begin to listen."""
        ...

    async def stop(self) -> None:
        """Listen no longer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerParts:
    """What a worker works with. `locks` and `limits` are those of all its runs, and of all workers if
    they share a Redis."""

    queue: RunQueue
    records: RunRecords
    contexts: ContextStore
    listener: Listener
    make_sender: Callable[[], Sender]
    clock: Clock
    close: Callable[[], Awaitable[None]]
    locks: SharedLocks = field(default_factory=LockTable)
    limits: SharedLimits = field(default_factory=lambda: LimitTable(SystemClock()))
    contents: RunContents = field(default_factory=MemoryContents)
    #: Archives what is too old; says of how many rows. None: nobody said where archives lie.
    clean_up: Callable[[], Awaitable[int]] | None = None
    #: Tries that place. Raises ArchiveError for one that keeps nothing.
    check_archives: Callable[[], Awaitable[None]] | None = None


class RealtimeListener:
    """Hears what the database says to workers, over Realtime."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._listening: Listening | None = None

    async def start(
        self, on_message: Callable[[str, Mapping[str, Any]], None], on_live: Callable[[bool], None]
    ) -> None:
        """Begin to listen; a channel that is not there is tried for until it is."""
        self._listening = Listening(
            self._database, WORKERS_TOPIC, on_message=on_message, on_live=on_live, clock=self._clock
        )
        self._listening.start()

    async def stop(self) -> None:
        """Listen no longer."""
        if self._listening is not None:
            await self._listening.stop()


class NoListener:
    """Hears nothing: for a worker that only looks for itself."""

    async def start(
        self, on_message: Callable[[str, Mapping[str, Any]], None], on_live: Callable[[bool], None]
    ) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing to end."""


async def worker_parts(settings: Settings, *, clock: Clock | None = None) -> WorkerParts:
    """A worker of the Supabase project that the settings name. Nothing is sent to it yet.

    Raises SettingsError when the address or the secret key is missing, and SharingError when there is to
    be a Redis and it does not answer.
    """
    from worker.http import make_sender

    url, key = secret_access(settings)
    clock = clock or SystemClock()
    storage = _archive_storage(settings)
    shared = await _shared(settings, clock)
    database = await open_database(url, key, clock=clock)

    async def close() -> None:
        await database.close()
        await shared.close()

    return WorkerParts(
        queue=SupabaseQueue(database),
        records=SupabaseRecords(database),
        # Only to remove what is expired: what runs know is written with their records.
        contexts=SupabaseStore(database, lease_numbers={}),
        listener=RealtimeListener(database, clock),
        make_sender=make_sender,
        clock=clock,
        close=close,
        locks=shared.locks,
        limits=shared.limits,
        contents=KeptContents(SupabaseContents(database)),
        clean_up=_clean_up(storage, database) if storage else None,
        check_archives=storage.check if storage else None,
    )


def _archive_storage(settings: Settings) -> "ArchiveStorage | None":
    """Where archives lie, if it is said. Raises SettingsError for a place that is none."""
    if settings.archives is None:
        return None
    from worker.retention import open_storage

    return open_storage(settings.archives, os.environ)


def _clean_up(storage: "ArchiveStorage", database: Database) -> Callable[[], Awaitable[int]]:
    """What archives there."""
    from worker.retention import CleanUp
    from worker.retention.records import RetentionRecords

    name = f"{socket.gethostname()}-{os.getpid()}"

    async def clean_up() -> int:
        outcome = await CleanUp(RetentionRecords(database), storage, worker=name).run()
        return 0 if outcome is None else sum(outcome.archived.values())

    return clean_up


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What the runs of a worker share."""

    locks: SharedLocks
    limits: SharedLimits
    close: Callable[[], Awaitable[None]]


async def _shared(settings: Settings, clock: Clock) -> _Shared:
    """What runs share: with those of all workers that name the same Redis, else with each other."""
    if settings.redis_url is None:
        return _Shared(locks=LockTable(), limits=LimitTable(clock), close=_nothing)
    from worker.shared import Connection, RedisLimitTable, RedisLockTable

    connection = Connection(settings.redis_url, clock=clock)
    try:
        await connection.check()
    except SharingError:
        await connection.close()
        raise
    limits = RedisLimitTable(connection)

    async def close() -> None:
        await limits.close()
        await connection.close()

    return _Shared(locks=RedisLockTable(connection), limits=limits, close=close)


async def _nothing() -> None:
    """There is nothing to close."""


@asynccontextmanager
async def shared_contexts(settings: Settings) -> AsyncIterator[ContextStore]:
    """What runs know, kept in the Redis that the settings name, for several processes.

    Raises SettingsError when no Redis is named, and SharingError when it does not answer.
    """
    from context.store.redis import RedisStore
    from worker.shared import Connection

    if settings.redis_url is None:
        raise SettingsError(
            "the address of a Redis is missing", where="BATON_REDIS_URL", hint="write redis://host:6379/0"
        )
    connection = Connection(settings.redis_url)
    try:
        await connection.check()
        yield RedisStore(connection.client, key=settings.redis_key, where=connection.where)
    finally:
        await connection.close()


def worker_name() -> str:
    """A name that people can find the process by, and that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


def secret_access(settings: Settings) -> tuple[str, str]:
    """Address and secret key of the project. Raises SettingsError when one is missing."""
    if settings.url is None:
        raise SettingsError(
            "the address of the Supabase project is missing",
            where="BATON_URL",
            hint="set BATON_URL, or start a local stack with `baton up`",
        )
    if settings.secret_key is None:
        raise SettingsError(
            "the worker's key is missing",
            where="BATON_SECRET_KEY",
            hint="set BATON_SECRET_KEY to a secret key of the project (sb_secret_…), one for each worker",
        )
    refuse_publishable_key(settings.secret_key, where="BATON_SECRET_KEY")
    return settings.url, settings.secret_key
