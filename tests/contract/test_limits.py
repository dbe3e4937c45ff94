"""Limits of an environment that hold for all its runs, wherever they are kept: one list of rules."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.manual_clock import ManualClock, settle
from tests.patience import FOR_EVER_SECONDS
from tests.redis_server import RedisServer, a_connection, running_redis
from tests.redis_time import age, finished, server_time, until
from worker.engine.limits import Limit, Limits, LimitTable, SharedLimits, limit_of
from worker.errors import SharingError
from worker.models.environment import Environment
from worker.shared import Connection, RedisLimitTable
from worker.shared.limits import RENEWALS_PER_LEASE

ONE = Limit(at_once=1)
TWO = Limit(at_once=2)

#: The server's clock goes on by itself, and quite a bit where a machine stands still: this is far longer.
LEASE, WHILE = 120.0, 60.0

TAKEN, LINE = "baton:limits:{shop}:taken", "baton:limits:{shop}:line"


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    """A real server."""
    with running_redis() as server:
        yield server


@dataclass(slots=True)
class Place:
    """Where limits are kept, as two workers meet it; in memory there is but one."""

    clock: ManualClock
    tables: tuple[SharedLimits, SharedLimits]
    connection: Connection | None = None

    async def moment(self) -> None:
        """Long enough for whoever may go now to go."""
        if self.connection is not None:
            for _ in range(3):
                await self.connection.client.ping()
        await settle()

    async def in_line(self, number: int) -> None:
        """Wait until so many stand in line."""
        if self.connection is None:
            await settle()
            return
        client = self.connection.client

        async def stands() -> bool:
            return bool(await client.zcard(LINE) == number)

        await until(stands, self.clock)


@pytest.fixture(params=["memory", "redis"])
async def place(request: pytest.FixtureRequest, redis_server: RedisServer) -> AsyncIterator[Place]:
    """The limits as two workers meet them; in memory there is but one."""
    clock = ManualClock()
    if request.param == "memory":
        table = LimitTable(clock)
        yield Place(clock, (table, table))
        return
    async with (
        a_connection(redis_server, clock=clock) as first,
        a_connection(redis_server, clock=clock) as second,
    ):
        both = RedisLimitTable(first), RedisLimitTable(second)
        yield Place(clock, both, first)
        for each in both:
            await each.close()


@dataclass(slots=True)
class Traffic:
    """Requests that go out under limits, and how many were under way at one time."""

    clock: ManualClock
    now: int = 0
    most: int = 0
    order: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    async def send(
        self, limits: Limits, name: str = "", during: Callable[[], Awaitable[object]] = settle
    ) -> None:
        """One request."""
        async with limits.turn():
            self.now += 1
            self.most = max(self.most, self.now)
            self.order.append(name)
            self.moments.append(self.clock.seconds)
            await during()
            self.now -= 1

    def begin(
        self, limits: Limits, name: str = "", during: Callable[[], Awaitable[object]] = settle
    ) -> "asyncio.Task[None]":
        """The same, beside everything else."""
        return asyncio.create_task(self.send(limits, name, during))


@pytest.mark.parametrize("limit", [ONE, TWO])
async def test_no_more_requests_than_the_environment_bears(place: Place, limit: Limit) -> None:
    """Whichever worker sends them, and all of them get their turn."""
    traffic, as_many_as_may_be = Traffic(place.clock), asyncio.Event()

    async def together() -> None:
        if traffic.now == limit.at_once:
            as_many_as_may_be.set()
        await as_many_as_may_be.wait()
        await place.moment()

    runs = [table.of_a_run("shop", limit) for table in (*place.tables, *place.tables)]
    all_of_them = asyncio.gather(
        *(traffic.send(limits, during=together) for limits in runs for _ in range(10))
    )
    await finished(all_of_them, place.clock)
    assert len(traffic.order) == 40
    assert traffic.most == limit.at_once


async def test_who_asks_first_goes_first(place: Place) -> None:
    """No run and no worker is passed by."""
    first, second = (table.of_a_run("shop", ONE) for table in place.tables)
    traffic, over = Traffic(place.clock), asyncio.Event()
    sent = [traffic.begin(first, "under way", over.wait)]
    await until(lambda: traffic.now == 1, place.clock)
    for number, (name, limits) in enumerate((("a", second), ("b", first)), start=1):
        sent.append(traffic.begin(limits, name))
        await place.in_line(number)
        if place.connection is not None:
            # Whoever has come is in nobody's way for lack of signs of life, however slow this machine is.
            await age(place.connection, -3600)
    over.set()
    await finished(asyncio.gather(*sent), place.clock)
    assert traffic.order == ["under way", "a", "b"]


async def test_other_environments_have_limits_of_their_own(place: Place) -> None:
    """A busy one keeps nobody else waiting."""
    traffic, over = Traffic(place.clock), asyncio.Event()
    busy = traffic.begin(place.tables[0].of_a_run("shop", ONE), "busy", over.wait)
    await until(lambda: traffic.now == 1, place.clock)
    await finished(traffic.begin(place.tables[1].of_a_run("bank", ONE), "free"), place.clock)
    over.set()
    await busy
    assert traffic.order == ["busy", "free"]


async def test_whoever_is_stopped_while_he_waits_takes_no_place(place: Place) -> None:
    """And neither does one that is stopped while it sends."""
    limits = [table.of_a_run("shop", ONE) for table in place.tables]
    traffic, never = Traffic(place.clock), asyncio.Event()
    sending = traffic.begin(limits[0], "cut", never.wait)
    await until(lambda: traffic.now == 1, place.clock)
    waiting = traffic.begin(limits[1], "stopped")
    await place.in_line(1)
    for task in (waiting, sending):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await finished(traffic.begin(limits[1], "next"), place.clock)
    assert traffic.order == ["cut", "next"]


async def test_requests_of_all_are_spaced(place: Place) -> None:
    """One in a thousand seconds, whoever sends it."""
    traffic = Traffic(place.clock)
    runs = [table.of_a_run("shop", Limit(per_second=0.001)) for table in place.tables]
    sent = asyncio.gather(*(traffic.send(limits) for limits in runs for _ in range(4)))
    async with asyncio.timeout(FOR_EVER_SECONDS):
        # The clock stands until each of them has its moment.
        while len(traffic.order) + place.clock.sleeping < 8:
            await asyncio.sleep(0.001)
    await place.clock.advance(10_000)
    await sent
    # A server counts by a clock of its own, which went on a little meanwhile.
    assert sorted(traffic.moments) == pytest.approx([1000 * at for at in range(8)], abs=100)


async def test_without_limits_nobody_waits(place: Place) -> None:
    """And nothing is asked."""
    limits = place.tables[0].of_a_run("shop", limit_of(Environment(name="local")))
    traffic, over = Traffic(place.clock), asyncio.Event()
    sent = [traffic.begin(limits, str(at), over.wait) for at in range(100)]
    await settle()
    assert traffic.now == 100
    over.set()
    await asyncio.gather(*sent)


@pytest.fixture
async def in_redis(redis_server: RedisServer) -> AsyncIterator[tuple[Place, Connection]]:
    """One worker's place in Redis."""
    clock = ManualClock()
    async with a_connection(redis_server, clock=clock) as connection:
        table = RedisLimitTable(connection, lease_seconds=LEASE)
        yield Place(clock, (table, table), connection), connection
        await table.close()


async def test_places_of_the_dead_become_free(in_redis: tuple[Place, Connection]) -> None:
    """After their lease, and not before."""
    place, connection = in_redis
    dead = RedisLimitTable(connection, lease_seconds=LEASE)
    turn = dead.of_a_run("shop", ONE).turn()
    await turn.__aenter__()
    await dead.close()
    traffic = Traffic(place.clock)
    waiting = traffic.begin(place.tables[0].of_a_run("shop", ONE))
    await place.in_line(1)
    await age(connection, LEASE - WHILE)
    await place.in_line(1)
    assert traffic.order == []
    await age(connection, WHILE)
    await finished(waiting, place.clock)
    await turn.__aexit__(None, None, None)


async def test_places_of_the_living_stay(in_redis: tuple[Place, Connection]) -> None:
    """However long a request takes, its place is renewed in time."""
    place, connection = in_redis
    traffic, over = Traffic(place.clock), asyncio.Event()
    limits = place.tables[0].of_a_run("shop", ONE)
    long = traffic.begin(limits, "long", over.wait)
    await until(lambda: traffic.now == 1, place.clock)
    late = traffic.begin(limits, "late")
    await place.in_line(1)

    async def is_renewed() -> bool:
        client: Any = connection.client
        [(_, till)] = await client.zrange(TAKEN, 0, -1, withscores=True)
        left = till - await server_time(connection)
        return bool(left > (LEASE - LEASE / RENEWALS_PER_LEASE) * 1000)

    for _ in range(2 * RENEWALS_PER_LEASE):
        await age(connection, LEASE / RENEWALS_PER_LEASE)
        assert not await is_renewed()
        await until(is_renewed, place.clock)
    assert traffic.order == ["long"]
    over.set()
    await finished(asyncio.gather(long, late), place.clock)


async def test_a_redis_that_is_away_sends_nothing() -> None:
    """Limits that cannot be kept are not broken: the request is not sent."""
    with running_redis() as server:
        async with a_connection(server, tries=0) as connection:
            table, traffic = RedisLimitTable(connection), Traffic(ManualClock())
            server.stop()
            with pytest.raises(SharingError, match="did not do what was asked"):
                await traffic.send(table.of_a_run("shop", ONE))
            assert traffic.order == []
            server.start()


async def test_the_pace_follows_the_clock() -> None:
    """In memory it is the clock of the run that counts."""
    clock = ManualClock()
    limits = LimitTable(clock).of_a_run("", Limit(at_once=5, per_second=2))
    sent: list[float] = []

    async def send() -> None:
        async with limits.turn():
            sent.append(clock.seconds)

    tasks = [asyncio.create_task(send()) for _ in range(4)]
    await clock.advance(5)
    await asyncio.gather(*tasks)
    assert sent == [0, 0.5, 1.0, 1.5]
