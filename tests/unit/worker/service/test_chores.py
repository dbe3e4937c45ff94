"""What a worker does now and then: in its time, again and again, whatever happens to it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from context.store.memory import MemoryStore
from tests.manual_clock import ManualClock
from worker.errors import ArchiveError, NotReachable
from worker.queue.memory import MemoryQueue
from worker.recording import MemoryRecords
from worker.service.chores import Chore, Chores, chores_of


class Work:
    """Counts how often it is done; away, it says so."""

    def __init__(self) -> None:
        self.times = 0
        self.is_away = False

    async def do(self) -> int:
        """One more time."""
        self.times += 1
        if self.is_away:
            raise NotReachable("cut")
        return 1


def _chore(do: Callable[[], Awaitable[int]], *, every: float) -> Chore:
    return Chore(name="work", first_seconds=1, every_seconds=every, do=do)


@pytest.fixture
def clock() -> ManualClock:
    """Time that passes when it is told to."""
    return ManualClock()


async def test_each_is_done_in_its_own_time(clock: ManualClock) -> None:
    """A slow one keeps no other waiting."""
    often, seldom = Work(), Work()

    async def for_ever() -> int:
        await asyncio.Event().wait()
        return 0

    chores = Chores(
        (_chore(for_ever, every=1), _chore(often.do, every=10), _chore(seldom.do, every=100)), clock
    )
    chores.start()
    for _ in range(31):
        await clock.advance(1)
    await chores.stop()
    assert (often.times, seldom.times) == (4, 1)


async def test_a_database_that_is_away_is_asked_again(clock: ManualClock) -> None:
    """Its outage is no mistake of the chore."""
    work = Work()
    work.is_away = True
    chores = Chores((_chore(work.do, every=10),), clock)
    chores.start()
    for _ in range(12):
        await clock.advance(1)
    await chores.stop()
    assert work.times == 2


async def test_a_chore_that_breaks_is_done_again(clock: ManualClock) -> None:
    """One mistake must not keep a worker from cleaning up for good; it is in the log."""
    times = 0

    async def break_down() -> int:
        nonlocal times
        times += 1
        raise OSError("No space left on device")

    with capture_logs() as said:
        chores = Chores((_chore(break_down, every=10),), clock)
        chores.start()
        for _ in range(12):
            await clock.advance(1)
        await chores.stop()
    assert times == 2
    assert [line["event"] for line in said] == ["work.broke"] * 2


async def test_a_place_for_archives_is_looked_at_in_the_beginning(clock: ManualClock) -> None:
    """And once a day; what is wrong with it is said, and where it is."""
    times = 0

    async def check() -> None:
        nonlocal times
        times += 1
        raise ArchiveError("an archive cannot be written: no such bucket", where="s3://archives/")

    chores = chores_of(MemoryQueue(MemoryRecords(clock)), MemoryStore(), check_archives=check)
    [look] = [each for each in chores if each.name == "archives"]
    with capture_logs() as said:
        looking = Chores((look,), clock)
        looking.start()
        for _ in range(3):
            await clock.advance(1)
        assert times == 1
        await clock.advance(look.every_seconds)
        await looking.stop()
    assert times == 2
    assert said[0] == {
        "event": "archives.not_done",
        "log_level": "warning",
        "reason": "an archive cannot be written: no such bucket",
        "where": "s3://archives/",
    }


async def test_nothing_is_done_once_it_has_stopped(clock: ManualClock) -> None:
    """Also if it stops before the first time."""
    work = Work()
    chores = Chores((_chore(work.do, every=10),), clock)
    chores.start()
    await chores.stop()
    await clock.advance(60)
    assert work.times == 0
