"""Tests that must not meet, and tests that run alone."""

import pytest

from tests.builders import a_plan
from tests.engines import Play, a_step
from worker.engine import StopSignal
from worker.engine.locks import LockTable, MemoryLocks
from worker.models.outcome import RunStatus, Verdict


async def test_tests_of_one_lock_run_one_after_the_other() -> None:
    """The others do not wait for them."""
    locked = [a_step(f"locked-{at}", locks=("tenant-42",)) for at in range(3)]
    free = [a_step(f"free-{at}") for at in range(3)]
    play = Play(a_plan(*locked, *free), lasts={test.key: 2 for test in (*locked, *free)})
    await play.run(jobs=10)
    assert play.end.seconds == 6
    assert [key for key in play.verdicts][:4] == ["locked-0", "free-0", "free-1", "free-2"]


async def test_a_lock_that_is_taken_leaves_no_slot_idle() -> None:
    """With two slots, two locked and two free tests: the free ones fill the second slot."""
    locked = [a_step(f"locked-{at}", locks=("x",)) for at in range(2)]
    free = [a_step(f"free-{at}") for at in range(2)]
    play = Play(a_plan(*locked, *free), lasts={test.key: 3 for test in (*locked, *free)})
    await play.run(jobs=2)
    assert play.end.seconds == 6


async def test_an_exclusive_test_runs_alone() -> None:
    """It waits until nothing else runs, and nothing starts beside it."""
    tests = [a_step("a"), a_step("b"), a_step("alone", exclusive=True), a_step("after", after=["alone"])]
    play = Play(a_plan(*tests), lasts={test.key: 2 for test in tests})

    def look(play: Play) -> None:
        running = {*play.started} - {*play.verdicts}
        assert "alone" not in running or running == {"alone"}

    await play.run(jobs=10, watch=look)
    assert play.started == ["alone", "a", "b", "after"]
    assert play.end.seconds == 4


async def test_an_exclusive_test_does_not_starve() -> None:
    """Once its turn has come nothing passes it by, however much there is to do."""
    chain = [a_step("c0")]
    chain += [a_step(f"c{at}", needs=[f"c{at - 1}"]) for at in range(1, 6)]
    alone = [
        a_step("alone", exclusive=True),
        *(a_step(f"behind-{at}", needs=["alone" if not at else f"behind-{at - 1}"]) for at in range(4)),
    ]
    tests = [*chain, *alone]
    play = Play(a_plan(*tests), lasts={test.key: 3 for test in tests})
    await play.run(jobs=2)
    assert play.started.index("alone") == 1
    assert play.end.status is RunStatus.COMPLETED


async def test_many_exclusive_tests_run_one_by_one() -> None:
    """Each has the run to itself."""
    tests = [a_step(f"t{at}", exclusive=True) for at in range(3)]
    play = Play(a_plan(*tests), lasts={test.key: 2 for test in tests})
    await play.run(jobs=10)
    assert play.end.seconds == 6


async def test_two_runs_of_one_process_keep_their_locks_apart() -> None:
    """The second run's locked test waits for the first run's, and takes no slot meanwhile."""
    table = LockTable()
    first = Play(a_plan(a_step("a", locks=("x",))), lasts={"a": 5})
    second = Play(a_plan(a_step("b", locks=("x",)), a_step("free")), lasts={"b": 1, "free": 2})
    second.clock = first.clock
    first.start(locks=table.of_a_run())
    await first.clock.advance(1)
    second.start(locks=table.of_a_run(), jobs=1)
    await first.clock.advance(1)
    assert second.started == ["free"]
    await first.clock.advance(2)
    assert second.verdicts == {"free": "passed"}
    await first.finish()
    await second.finish()
    assert second.verdicts == {"free": "passed", "b": "passed"}


async def test_a_run_that_stops_waits_for_no_lock() -> None:
    """Another run may hold it for hours."""
    table, stop = LockTable(), StopSignal()
    other = table.of_a_run()
    assert await other.take(["x"])
    play = Play(a_plan(a_step("a", locks=("x",))))
    play.start(locks=table.of_a_run(), stop=stop)
    await play.clock.advance(1)
    stop.cancel()
    await play.finish()
    assert play.verdicts == {"a": "skipped"}
    assert play.end.status is RunStatus.CANCELLED


@pytest.mark.parametrize("patience", [0, 100])
async def test_a_run_gives_back_its_locks_however_it_ends(patience: int) -> None:
    """Cut short or not, nothing stays locked."""
    table, stop = LockTable(), StopSignal()
    play = Play(a_plan(a_step("a", locks=("x", "y"))), lasts={"a": 5})
    play.start(locks=table.of_a_run(), stop=stop, patience_seconds=patience)
    await play.clock.advance(1)
    assert set(table.holders) == {"/x", "/y"}
    stop.cancel()
    await play.finish()
    assert table.holders == {}


async def test_an_exclusive_test_with_a_lock_of_another_run_stops_nobody() -> None:
    """While it waits for the lock the others go on; only then does it wait for its own run."""
    table = LockTable()
    other = table.of_a_run()
    assert await other.take(["x"])
    tests = [a_step("alone", exclusive=True, locks=("x",)), a_step("a"), a_step("b", needs=["a"])]
    play = Play(a_plan(*tests), lasts={"alone": 1, "a": 1, "b": 1})
    play.start(locks=table.of_a_run(), jobs=2)
    await play.clock.advance(2)
    assert play.verdicts == {"a": "passed", "b": "passed"}
    await other.close()
    await play.finish()
    assert play.verdicts["alone"] is Verdict.PASSED


class BrokenLocks(MemoryLocks):
    """Locks in a place that is away."""

    async def take(self, names: object) -> bool:
        """Never."""
        raise ConnectionError("the locks are away")


async def test_locks_that_cannot_be_asked_for_end_the_run() -> None:
    """Nobody may run what is to be kept apart without knowing that it is."""
    play = Play(a_plan(a_step("a", locks=("x",))))
    with pytest.raises(ConnectionError):
        await play.run(locks=BrokenLocks())
