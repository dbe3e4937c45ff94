"""Locks that keep the tests of several runs apart, wherever they are kept: one list of rules."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from tests.manual_clock import settle
from worker.engine.locks import Locks, LockTable

#: Makes the locks of one more run, in the same place as the others'.
MakeLocks = Callable[[], Locks]


@pytest.fixture(params=["memory"])
async def make_locks(request: pytest.FixtureRequest) -> AsyncIterator[MakeLocks]:
    """Locks of several runs, kept in one place."""
    table = LockTable()
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


async def test_a_run_that_waits_hears_of_the_change(make_locks: MakeLocks) -> None:
    """It need not ask again and again."""
    ours, theirs = make_locks(), make_locks()
    await ours.take(["a", "b"])
    waiting = asyncio.create_task(theirs.changed(["a"]))
    await settle()
    assert not waiting.done()
    await ours.give_back(["a", "b"])
    await asyncio.wait_for(waiting, timeout=10)
    assert await theirs.take(["a"])


async def test_closing_gives_back_everything(make_locks: MakeLocks) -> None:
    """The locks of a run that is over are nobody's."""
    ours, theirs = make_locks(), make_locks()
    await ours.take(["a", "b"])
    await theirs.take(["c"])
    await ours.close()
    assert await make_locks().take(["a", "b"])
    assert not await make_locks().take(["c"])


async def test_other_scopes_have_other_locks() -> None:
    """Two customers may call their tenants alike."""
    table = LockTable()
    assert await table.of_a_run("shop/staging").take(["tenant-42"])
    assert await table.of_a_run("bank/staging").take(["tenant-42"])
    assert not await table.of_a_run("shop/staging").take(["tenant-42"])


async def test_no_names_are_always_free(make_locks: MakeLocks) -> None:
    """A test without locks asks for nothing."""
    assert await make_locks().take([])
