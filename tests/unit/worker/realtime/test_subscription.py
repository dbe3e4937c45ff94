"""One subscriber of one run: late, lossy, polled, and right in the end."""

from collections.abc import Collection
from typing import Any

import pytest

from tests.manual_clock import ManualClock, settle
from tests.unit.worker.realtime.test_progress import RUN, a_message, a_result, a_row
from worker.errors import NotReachable, Refused
from worker.models.outcome import RunStatus
from worker.realtime import ProgressUpdate, RunSubscription, Snapshot, UpdateType
from worker.realtime.subscribe import POLL_SECONDS, QUIET_SECONDS


class Tables:
    """A run's rows in memory, as a subscriber reads them."""

    def __init__(self) -> None:
        self.run: dict[str, Any] | None = a_row("queued")
        self.rows: list[dict[str, Any]] = []
        self.reads = 0
        self.away = False

    async def read(self, run_id: str, *, known: Collection[str], context_version: int) -> Snapshot:
        """What is there now."""
        self.reads += 1
        if self.away:
            raise NotReachable("cut")
        if self.run is None:
            raise Refused("there is no such run", code="PT404")
        news = [row for row in self.rows if row["test"] not in known]
        return Snapshot(run=self.run, results=news, context=None)

    def finish(self, *tests: str) -> None:
        """These tests passed, and the run is over."""
        self.rows += [{"test": test, "verdict": "passed"} for test in tests]
        self.run = a_row("completed", sequence=99, passed=len(tests))


@pytest.fixture
def clock() -> ManualClock:
    """Time in the test's hand."""
    return ManualClock()


@pytest.fixture
def tables() -> Tables:
    """A run that waits."""
    return Tables()


@pytest.fixture
def told() -> list[ProgressUpdate]:
    """What the subscriber was told."""
    return []


@pytest.fixture
def subscription(tables: Tables, clock: ManualClock, told: list[ProgressUpdate]) -> RunSubscription:
    """A subscriber who writes down what he is told."""
    return RunSubscription(RUN, told.append, tables=tables, clock=clock)


def results(told: list[ProgressUpdate]) -> list[str]:
    """The tests whose results were told."""
    return [update.result["test"] for update in told if update.result is not None]


async def test_what_has_happened_so_far_comes_first(
    subscription: RunSubscription, tables: Tables, told: list[ProgressUpdate]
) -> None:
    """Whoever comes late is told everything at once."""
    tables.finish("s/a", "s/b")
    await subscription.start()
    assert results(told) == ["s/a", "s/b"]
    assert (await subscription.until_over()).status is RunStatus.COMPLETED
    await subscription.stop()


async def test_messages_in_order_are_told_without_reading(
    subscription: RunSubscription, tables: Tables, told: list[ProgressUpdate]
) -> None:
    """A live subscriber costs the database nothing."""
    await subscription.start()
    subscription.live(True)
    await settle()
    before = tables.reads
    for number in range(1, 4):
        subscription.hear("run_progress", a_message(number, a_result(f"s/t{number}")))
        await settle()
    assert results(told) == ["s/t1", "s/t2", "s/t3"]
    assert tables.reads == before
    await subscription.stop()


async def test_a_lost_message_is_made_up_for_from_the_tables(
    subscription: RunSubscription, tables: Tables, told: list[ProgressUpdate]
) -> None:
    """Number 2 never comes; number 3 shows it, and both results are told once."""
    await subscription.start()
    subscription.live(True)
    subscription.hear("run_progress", a_message(1, a_result("s/a")))
    await settle()
    tables.rows = [{"test": test, "verdict": "passed"} for test in ("s/a", "s/b", "s/c")]
    tables.run = a_row(sequence=3)
    subscription.hear("run_progress", a_message(3, a_result("s/c")))
    await settle()
    assert results(told) == ["s/a", "s/b", "s/c"]
    await subscription.stop()


async def test_the_end_is_noticed_when_its_message_is_lost(
    subscription: RunSubscription, tables: Tables, clock: ManualClock, told: list[ProgressUpdate]
) -> None:
    """After some silence the tables are read, live channel or not."""
    await subscription.start()
    subscription.live(True)
    await settle()
    tables.finish("s/a")
    await clock.advance(QUIET_SECONDS + 1)
    assert results(told) == ["s/a"]
    assert (await subscription.until_over()).is_over
    await subscription.stop()


async def test_without_a_live_channel_the_tables_are_read(
    subscription: RunSubscription, tables: Tables, clock: ManualClock, told: list[ProgressUpdate]
) -> None:
    """Polling is slower, not wrong."""
    await subscription.start()
    tables.finish("s/a", "s/b")
    await clock.advance(POLL_SECONDS)
    assert results(told) == ["s/a", "s/b"]
    await subscription.stop()


async def test_a_channel_that_comes_back_is_read_after(
    subscription: RunSubscription, tables: Tables, told: list[ProgressUpdate]
) -> None:
    """What was sent while nobody listened is in the tables."""
    await subscription.start()
    subscription.live(True)
    await settle()
    subscription.live(False)
    tables.rows = [{"test": "s/a", "verdict": "passed"}]
    subscription.live(True)
    await settle()
    assert results(told) == ["s/a"]
    await subscription.stop()


async def test_tables_that_are_away_are_read_later(
    subscription: RunSubscription, tables: Tables, clock: ManualClock, told: list[ProgressUpdate]
) -> None:
    """An outage of the database ends no subscription."""
    await subscription.start()
    tables.away = True
    await clock.advance(5)
    tables.away = False
    tables.finish("s/a")
    await clock.advance(POLL_SECONDS)
    assert results(told) == ["s/a"]
    await subscription.stop()


async def test_a_run_that_is_not_there_is_refused_at_once(
    subscription: RunSubscription, tables: Tables
) -> None:
    """A wrong id must not be waited for."""
    tables.run = None
    with pytest.raises(Refused):
        await subscription.start()


async def test_an_error_of_the_subscriber_ends_his_subscription(tables: Tables, clock: ManualClock) -> None:
    """He is told of it where he waits, instead of waiting for ever."""

    def complain(update: ProgressUpdate) -> None:
        if update.type is UpdateType.TEST_RESULT:
            raise ZeroDivisionError

    subscription = RunSubscription(RUN, complain, tables=tables, clock=clock)
    await subscription.start()
    tables.finish("s/a")
    await clock.advance(POLL_SECONDS)
    with pytest.raises(ZeroDivisionError):
        await subscription.until_over()
    with pytest.raises(ZeroDivisionError):
        await subscription.stop()


async def test_an_update_may_take_its_time(tables: Tables, clock: ManualClock) -> None:
    """A coroutine function is waited for before the next update is told."""
    told: list[str] = []

    async def slowly(update: ProgressUpdate) -> None:
        await clock.sleep(1)
        told.append(update.type)

    subscription = RunSubscription(RUN, slowly, tables=tables, clock=clock)
    tables.finish("s/a")
    import asyncio

    starting = asyncio.create_task(subscription.start())
    await clock.advance(5)
    await starting
    assert told == ["test_result", "run_status"]
    await subscription.stop()
