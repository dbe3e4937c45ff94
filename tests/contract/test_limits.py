"""Limits of an environment that hold for all its runs, wherever they are kept: one list of rules."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from tests.manual_clock import ManualClock
from tests.redis_server import RedisServer, a_connection, running_redis
from worker.clock import SystemClock
from worker.engine.limits import Limit, Limits, LimitTable, SharedLimits, limit_of
from worker.errors import SharingError
from worker.models.environment import Environment
from worker.shared import RedisLimitTable

#: A lease that a test can outwait, in seconds.
SHORT_LEASE = 0.3

ONE = Limit(at_once=1)
TWO = Limit(at_once=2)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    """A real server."""
    with running_redis() as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
async def tables(
    request: pytest.FixtureRequest, redis_server: RedisServer
) -> AsyncIterator[tuple[SharedLimits, SharedLimits]]:
    """The limits as two workers meet them; in memory there is but one."""
    if request.param == "memory":
        table = LimitTable(SystemClock())
        yield table, table
        return
    async with a_connection(redis_server) as first, a_connection(redis_server) as second:
        both = RedisLimitTable(first), RedisLimitTable(second)
        yield both
        for each in both:
            await each.close()


class Traffic:
    """Requests that go out under limits, and how many were under way at one time."""

    def __init__(self) -> None:
        self.now = 0
        self.most = 0
        self.order: list[str] = []
        self.moments: list[float] = []

    async def send(
        self, limits: Limits, name: str = "", during: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """One request."""
        async with limits.turn():
            self.now += 1
            self.most = max(self.most, self.now)
            self.order.append(name)
            self.moments.append(time.monotonic())
            await (during() if during else asyncio.sleep(0.01))
            self.now -= 1


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it, but not for ever."""
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("limit", [ONE, TWO])
async def test_no_more_requests_than_the_environment_bears(
    tables: tuple[SharedLimits, SharedLimits], limit: Limit
) -> None:
    """Whichever worker sends them, and all of them get their turn."""
    traffic = Traffic()
    runs = [table.of_a_run("shop", limit) for table in (*tables, *tables)]
    async with asyncio.timeout(30):
        await asyncio.gather(*(traffic.send(limits) for limits in runs for _ in range(10)))
    assert len(traffic.order) == 40
    assert traffic.most == limit.at_once


async def test_who_asks_first_goes_first(tables: tuple[SharedLimits, SharedLimits]) -> None:
    """No run and no worker is passed by."""
    first, second = (table.of_a_run("shop", ONE) for table in tables)
    traffic, over = Traffic(), asyncio.Event()
    sent = [asyncio.create_task(traffic.send(first, "under way", over.wait))]
    await until(lambda: traffic.now == 1)
    for name, limits in (("a", second), ("b", first)):
        sent.append(asyncio.create_task(traffic.send(limits, name)))
        await asyncio.sleep(0.05)
    over.set()
    await asyncio.wait_for(asyncio.gather(*sent), timeout=20)
    assert traffic.order == ["under way", "a", "b"]


async def test_other_environments_have_limits_of_their_own(tables: tuple[SharedLimits, SharedLimits]) -> None:
    """A busy one keeps nobody else waiting."""
    traffic, over = Traffic(), asyncio.Event()
    busy = asyncio.create_task(traffic.send(tables[0].of_a_run("shop", ONE), "busy", over.wait))
    await until(lambda: traffic.now == 1)
    await asyncio.wait_for(traffic.send(tables[1].of_a_run("bank", ONE), "free"), timeout=20)
    over.set()
    await busy
    assert traffic.order == ["busy", "free"]


async def test_whoever_is_stopped_while_he_waits_takes_no_place(
    tables: tuple[SharedLimits, SharedLimits],
) -> None:
    """And neither does one that is stopped while it sends."""
    limits = [table.of_a_run("shop", ONE) for table in tables]
    traffic, never = Traffic(), asyncio.Event()
    sending = asyncio.create_task(traffic.send(limits[0], "cut", never.wait))
    await until(lambda: traffic.now == 1)
    waiting = asyncio.create_task(traffic.send(limits[1], "stopped"))
    await asyncio.sleep(0.05)
    for task in (waiting, sending):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(traffic.send(limits[1], "next"), timeout=20)
    assert traffic.order == ["cut", "next"]


async def test_requests_of_all_are_spaced(tables: tuple[SharedLimits, SharedLimits]) -> None:
    """Twenty a second are one each 50 ms, whoever sends it."""
    traffic = Traffic()
    runs = [table.of_a_run("shop", Limit(per_second=20)) for table in tables]
    await asyncio.gather(*(traffic.send(limits) for limits in runs for _ in range(4)))
    moments = sorted(traffic.moments)
    # The first may be late by a hair, so it is the whole that is measured.
    assert moments[-1] - moments[0] > 0.3


async def test_without_limits_nobody_waits(tables: tuple[SharedLimits, SharedLimits]) -> None:
    """And nothing is asked."""
    limits = tables[0].of_a_run("shop", limit_of(Environment(name="local")))
    traffic, over = Traffic(), asyncio.Event()
    sent = [asyncio.create_task(traffic.send(limits, str(at), over.wait)) for at in range(100)]
    await until(lambda: traffic.now == 100)
    over.set()
    await asyncio.gather(*sent)


async def test_places_of_the_dead_become_free(redis_server: RedisServer) -> None:
    """After their lease; places of the living stay."""
    async with a_connection(redis_server) as connection:
        table, dead = (RedisLimitTable(connection, lease_seconds=SHORT_LEASE) for _ in range(2))
        place = dead.of_a_run("shop", ONE).turn()
        await place.__aenter__()
        await dead.close()
        await asyncio.wait_for(Traffic().send(table.of_a_run("shop", ONE)), timeout=20)
        traffic, over = Traffic(), asyncio.Event()
        long = asyncio.create_task(traffic.send(table.of_a_run("shop", ONE), "long", over.wait))
        await until(lambda: traffic.now == 1)
        late = asyncio.create_task(traffic.send(table.of_a_run("shop", ONE), "late"))
        await asyncio.sleep(3 * SHORT_LEASE)
        assert traffic.order == ["long"]
        over.set()
        await asyncio.gather(long, late)
        await table.close()
        await place.__aexit__(None, None, None)


async def test_a_redis_that_is_away_sends_nothing() -> None:
    """Limits that cannot be kept are not broken: the request is not sent."""
    with running_redis() as server:
        async with a_connection(server, tries=0) as connection:
            table, traffic = RedisLimitTable(connection), Traffic()
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
