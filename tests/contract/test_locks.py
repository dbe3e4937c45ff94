"""Locks that keep the tests of several runs apart, wherever they are kept: one list of rules."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from tests.manual_clock import ManualClock, settle
from tests.redis_server import RedisServer, a_connection, running_redis
from tests.redis_time import age, finished, server_time, until
from worker.engine.locks import Locks, LockTable, SharedLocks
from worker.errors import SharingError
from worker.shared import Connection, RedisLockTable
from worker.shared.locks import RENEWALS_PER_LEASE, RedisLocks

#: Makes the locks of one more run, in the same place as the others'.
MakeLocks = Callable[[], Locks]

InLine = Callable[[int], Awaitable[None]]

#: The server's clock goes on by itself, and quite a bit where a machine stands still: this is far longer.
LEASE, WHILE = 120.0, 60.0

HELD, WAITING = "baton:locks:{}:held", "baton:locks:{}:waiting"


async def die(locks: RedisLocks) -> None:
    """Renew nothing any more, and give nothing back."""
    assert locks._renewing is not None
    locks._renewing.cancel()
    await asyncio.gather(locks._renewing, return_exceptions=True)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    """A real server."""
    with running_redis() as server:
        yield server


@pytest.fixture
def clock() -> ManualClock:
    """The clock of all workers."""
    return ManualClock()


@pytest.fixture
async def connection(redis_server: RedisServer, clock: ManualClock) -> AsyncIterator[Connection]:
    """An empty place in it."""
    async with a_connection(redis_server, clock=clock) as connection:
        yield connection


@pytest.fixture
def in_line(connection: Connection, clock: ManualClock, request: pytest.FixtureRequest) -> InLine:
    """Waits until so many stand in line."""

    async def wait(number: int) -> None:
        async def stands() -> bool:
            # One field more counts the turns.
            return bool(await connection.client.hlen(WAITING) == number + 1)

        await (settle() if "memory" in request.node.name else until(stands, clock))

    return wait


@pytest.fixture(params=["memory", "redis"])
def table(request: pytest.FixtureRequest, connection: Connection) -> SharedLocks:
    """A place for locks."""
    return LockTable() if request.param == "memory" else RedisLockTable(connection)


@pytest.fixture
async def make_locks(table: SharedLocks) -> AsyncIterator[MakeLocks]:
    """Locks of several runs, kept in one place."""
    made: list[Locks] = []

    def make() -> Locks:
        made.append(table.of_a_run())
        return made[-1]

    yield make
    for locks in made:
        await locks.close()


async def test_what_one_run_has_another_cannot_take(make_locks: MakeLocks) -> None:
    """Until it is given back."""
    ours, theirs = make_locks(), make_locks()
    assert await ours.take(["tenant-42"])
    assert not await theirs.take(["tenant-42"])
    await ours.give_back(["tenant-42"])
    assert await theirs.take(["tenant-42"])


async def test_other_names_are_free(make_locks: MakeLocks) -> None:
    """A lock keeps apart what shares its name, nothing else."""
    ours, theirs = make_locks(), make_locks()
    assert await ours.take(["tenant-42"])
    assert await theirs.take(["tenant-43"])


async def test_all_names_are_taken_or_none(make_locks: MakeLocks) -> None:
    """Whoever cannot have all of them leaves the rest to others: nobody waits with something in hand."""
    ours, theirs, third = make_locks(), make_locks(), make_locks()
    assert await ours.take(["b"])
    assert not await theirs.take(["a", "b", "c"])
    assert await third.take(["a", "c"])


async def test_giving_back_leaves_the_locks_of_others_alone(make_locks: MakeLocks) -> None:
    """A run that gives back what it does not have frees nothing."""
    ours, theirs = make_locks(), make_locks()
    assert await ours.take(["a"])
    await theirs.give_back(["a"])
    assert not await theirs.take(["a"])


async def test_a_run_that_waits_hears_of_the_change(make_locks: MakeLocks, clock: ManualClock) -> None:
    """It need not ask again and again."""
    ours, theirs = make_locks(), make_locks()
    await ours.take(["a", "b"])
    waiting = asyncio.create_task(theirs.changed(["a"]))
    await settle()
    assert not waiting.done()
    await ours.give_back(["a", "b"])
    await finished(waiting, clock)
    assert await theirs.take(["a"])


async def test_closing_gives_back_everything(make_locks: MakeLocks) -> None:
    """The locks of a run that is over are nobody's."""
    ours, theirs = make_locks(), make_locks()
    await ours.take(["a", "b"])
    await theirs.take(["c"])
    await ours.close()
    assert await make_locks().take(["a", "b"])
    assert not await make_locks().take(["c"])


async def test_other_scopes_have_other_locks(table: SharedLocks) -> None:
    """Two customers may call their tenants alike."""
    shop, bank, again = (table.of_a_run(scope) for scope in ("shop/staging", "bank/staging", "shop/staging"))
    assert await shop.take(["tenant-42"])
    assert await bank.take(["tenant-42"])
    assert not await again.take(["tenant-42"])
    for locks in (shop, bank, again):
        await locks.close()


async def test_no_names_are_always_free(make_locks: MakeLocks) -> None:
    """A test without locks asks for nothing."""
    assert await make_locks().take([])


async def test_who_waits_first_goes_first(make_locks: MakeLocks, clock: ManualClock, in_line: InLine) -> None:
    """However many wait: nobody is passed by."""
    order: list[int] = []
    first = make_locks()
    await first.take(["a"])

    async def queue_up(number: int, locks: Locks) -> None:
        while not await locks.take(["a"]):
            await locks.changed(["a"])
        order.append(number)
        await locks.give_back(["a"])

    waiting = []
    for number in range(5):
        waiting.append(asyncio.create_task(queue_up(number, make_locks())))
        await in_line(number + 1)
    await first.give_back(["a"])
    await finished(asyncio.gather(*waiting), clock)
    assert order == [0, 1, 2, 3, 4]


async def test_whoever_waits_no_longer_keeps_nobody_back(
    make_locks: MakeLocks, clock: ManualClock, in_line: InLine
) -> None:
    """A run that is stopped while it waits leaves the line."""
    holder, stopped, patient = make_locks(), make_locks(), make_locks()
    await holder.take(["a"])
    first = asyncio.create_task(stopped.changed(["a"]))
    await in_line(1)
    second = asyncio.create_task(patient.changed(["a"]))
    await in_line(2)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await holder.give_back(["a"])
    await finished(second, clock)
    assert await patient.take(["a"])


async def test_a_newcomer_does_not_push_in(
    connection: Connection, clock: ManualClock, in_line: InLine
) -> None:
    """What is free belongs to whoever waits for it, until he has it."""
    table = RedisLockTable(connection)
    holder, patient, newcomer = (table.of_a_run() for _ in range(3))
    await holder.take(["a"])
    waiting = asyncio.create_task(patient.changed(["a"]))
    await in_line(1)
    await holder.give_back(["a"])
    await finished(waiting, clock)
    assert not await newcomer.take(["a"])
    assert await patient.take(["a"])
    for locks in (holder, patient, newcomer):
        await locks.close()


async def test_what_somebody_waits_for_in_vain_may_be_used_meanwhile(
    connection: Connection, in_line: InLine
) -> None:
    """He cannot have both, so one of them need not lie idle."""
    table = RedisLockTable(connection)
    holder, greedy, modest = (table.of_a_run() for _ in range(3))
    await holder.take(["b"])
    waiting = asyncio.create_task(greedy.changed(["a", "b"]))
    await in_line(1)
    # However slow this machine is, he has just come.
    await age(connection, -3600)
    assert await modest.take(["a"])
    waiting.cancel()
    for locks in (holder, greedy, modest):
        await locks.close()


async def test_locks_of_the_dead_become_free(connection: Connection, clock: ManualClock) -> None:
    """After their lease and not before, and whoever waits for them gets them without any news."""
    table = RedisLockTable(connection, lease_seconds=LEASE)
    dead, alive = table.of_a_run(), table.of_a_run()
    assert await dead.take(["a"])
    await die(dead)
    await age(connection, LEASE - WHILE)
    assert not await alive.take(["a"])
    waiting = asyncio.create_task(alive.changed(["a"]))
    await age(connection, WHILE)
    await finished(waiting, clock)
    assert await alive.take(["a"])
    await alive.close()


async def _is_fresh(connection: Connection) -> bool:
    """Whether the lock was renewed just now."""
    till = float((await connection.client.hget(HELD, "a") or b"0").split()[0])
    return till - await server_time(connection) > (LEASE - LEASE / RENEWALS_PER_LEASE) * 1000


async def test_locks_of_the_living_stay_for_as_long_as_they_live(
    connection: Connection, clock: ManualClock
) -> None:
    """The lease is renewed, however long the test takes."""
    table = RedisLockTable(connection, lease_seconds=LEASE)
    ours, theirs = table.of_a_run(), table.of_a_run()
    await ours.take(["a"])
    for _ in range(2 * RENEWALS_PER_LEASE):
        await age(connection, LEASE / RENEWALS_PER_LEASE)
        assert not await _is_fresh(connection)
        await until(lambda: _is_fresh(connection), clock)
    assert not await theirs.take(["a"])
    await ours.close()
    assert await theirs.take(["a"])
    await theirs.close()


async def test_a_lock_that_was_lost_is_told(
    connection: Connection, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that stood still for longer than its lease finds that somebody else has it."""
    table = RedisLockTable(connection)
    late = table.of_a_run()
    await late.take(["a"])
    await connection.client.hset(HELD, "a", "9999999999999 somebody")
    with caplog.at_level(logging.WARNING):
        await until(lambda: "1 locks of" in caplog.text, clock)
    await late.close()
    assert not await table.of_a_run().take(["a"])


async def test_a_redis_that_is_away_is_an_error_of_its_own() -> None:
    """It says where, and never with the password."""
    with running_redis() as server:
        async with a_connection(server, tries=0) as connection:
            locks = RedisLockTable(connection).of_a_run()
            server.stop()
            with pytest.raises(SharingError, match="did not do what was asked") as caught:
                await locks.take(["a"])
            assert caught.value.where == f"redis://127.0.0.1:{server.port}/0"
            assert server.password not in f"{caught.value!r} {caught.value.hint} {caught.value.where}"
            server.start()
