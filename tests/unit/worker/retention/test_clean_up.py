"""The turn of a clean-up: kept with a word now and then, and given up when somebody else has it."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.manual_clock import ManualClock
from worker.errors import ArchiveError, LeaseLost
from worker.retention.chunks import Chunk, Kind
from worker.retention.clean_up import LEASE_SECONDS, WORD_SECONDS, CleanUp
from worker.retention.storage import open_storage


class Turns:
    """A project with files to delete, step after step, and nothing else to do."""

    def __init__(self, clock: ManualClock, *, steps: int, seconds: float, words: int = 1000) -> None:
        self._clock = clock
        self._steps = steps
        self._seconds = seconds
        self._words = words
        self.begun = 0
        self.ended: list[bool] = []

    async def begin(self, worker: str, *, lease_seconds: int, now: bool) -> bool:
        """Take the turn, as often as it is given."""
        self.begun += 1
        return self.begun <= self._words

    async def end(self, worker: str, *, done: bool) -> None:
        """Give it back."""
        self.ended.append(done)

    async def delete_files(self) -> dict[str, int]:
        """A step that takes its time."""
        self._clock.seconds += self._seconds
        self._steps -= 1
        return {"images": 1 if self._steps >= 0 else 0}

    async def open_archives(self) -> list[Any]:
        """None."""
        return []

    async def plan(self, *, counted: bool) -> list[Any]:
        """No project."""
        return []

    async def remove_restored(self) -> int:
        """None."""
        return 0

    async def condense(self) -> dict[str, int]:
        """Nothing."""
        return {}


class OldRun(Turns):
    """A project with one old run, whose rows fill any disk."""

    async def plan(self, *, counted: bool) -> list[Any]:
        """One project."""
        return [{"project_id": "p", "organization_id": "o", "organization": "shop", "project": "one"}]

    async def expired_runs(self, project_id: str, kind: Kind) -> list[Any]:
        """One run."""
        return [{"id": "5b0c6a3e-0000-4000-8000-000000000001", "created_at": "2026-01-01T12:00:00+00:00"}]

    async def rows(self, chunk: Chunk, table: str) -> AsyncIterator[list[Any]]:
        """More than there is room for."""
        raise OSError(28, "No space left on device")
        yield []  # which makes it what it is: rows that come page by page


def clean_up(turns: Turns, clock: ManualClock, folder: Path) -> CleanUp:
    """A clean-up of it."""
    records: Any = turns
    return CleanUp(records, open_storage(str(folder), {}), worker="one", clock=clock)


async def test_a_word_is_said_now_and_then(tmp_path: Path) -> None:
    """Not at every step: the database has better things to do; and several times in a lease."""
    clock = ManualClock()
    turns = Turns(clock, steps=100, seconds=WORD_SECONDS / 10)
    outcome = await clean_up(turns, clock, tmp_path).run(now=True)
    assert outcome is not None
    assert outcome.files_deleted == {"images": 100}
    assert turns.begun == 11
    assert turns.ended == [True]
    assert LEASE_SECONDS >= 3 * WORD_SECONDS


async def test_a_place_that_keeps_nothing_is_told_before_anything_is_old(tmp_path: Path) -> None:
    """It would stay unnoticed for months; and nothing is done then, so that it is tried again."""
    clock = ManualClock()
    turns = Turns(clock, steps=1, seconds=1)
    cleaning = clean_up(turns, clock, tmp_path / "archives")
    (tmp_path / "archives").rmdir()
    (tmp_path / "archives").write_text("somebody's file")
    with pytest.raises(ArchiveError, match="an archive cannot be written"):
        await cleaning.run(now=True)
    assert turns.ended == [False]


async def test_a_disk_without_room_is_told_with_its_place(tmp_path: Path) -> None:
    """The one on which archives are made, and not where they lie; the turn is given back undone."""
    clock = ManualClock()
    turns = OldRun(clock, steps=0, seconds=1)
    with pytest.raises(ArchiveError, match=r"an archive cannot be made: .*No space left") as caught:
        await clean_up(turns, clock, tmp_path).run(now=True)
    assert caught.value.where == tempfile.gettempdir()
    assert "TMPDIR" in str(caught.value.hint)
    assert turns.ended == [False]


async def test_who_was_silent_for_too_long_stops(tmp_path: Path) -> None:
    """Somebody else has the turn by then; what was done is done, and the rest is his."""
    clock = ManualClock()
    turns = Turns(clock, steps=5, seconds=LEASE_SECONDS + 1, words=1)
    with pytest.raises(LeaseLost):
        await clean_up(turns, clock, tmp_path).run(now=True)
    assert (turns.begun, turns.ended) == (2, [False])


async def test_nobody_waits_for_his_turn(tmp_path: Path) -> None:
    """Whoever does not get it has nothing to do."""
    clock = ManualClock()
    turns = Turns(clock, steps=5, seconds=1, words=0)
    assert await clean_up(turns, clock, tmp_path).run(now=True) is None
    assert turns.ended == []
