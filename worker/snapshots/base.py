"""Where snapshots are kept, and what happens to one that is missing or different."""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import NamedTuple

from worker.errors import BatonError


class Mode(StrEnum):
    """What a run may do to snapshots."""

    COMPARE = "compare"  # nothing: one that is missing is a failure (CI, workers)
    CREATE = "create"  # write those that are missing (a person's own run)
    UPDATE = "update"  # write those that are missing or different (--update-snapshots)


_NOT_WELL = "another expectation did not hold"


class SnapshotRefused(BatonError):
    """A snapshot cannot be read or written; with what, where and hint."""


class Outcome(NamedTuple):
    """What became of a snapshot. `kept` is the text to compare with; `note` is for people, where
    something was written; `complaint` says why there is nothing to compare with, `hint` what to do."""

    kept: str | None = None
    note: str = ""
    complaint: str = ""
    hint: str = ""


class Snapshots(ABC):
    """Snapshots by path. What may be written is decided here; an adapter reads and writes."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self._written: list[str] = []

    @property
    def written(self) -> tuple[str, ...]:
        """The snapshots that were written, in order."""
        return tuple(self._written)

    def take(self, path: str, text: str, *, all_well: bool = True) -> Outcome:
        """The snapshot to compare this text with; where the mode says so, the text is it from now on.

        An answer with which not `all_well` is never kept: the page of an error would be the measure of
        all that comes. Raises SnapshotRefused.
        """
        kept = self._read(path)
        if kept == text:
            return Outcome(kept=kept)
        if kept is None and self.mode is Mode.COMPARE:
            what = f"there is no snapshot {path} to compare with"
            return Outcome(complaint=what, hint=self._how_to_get_one())
        if kept is not None and self.mode is not Mode.UPDATE:
            return Outcome(kept=kept)
        if not all_well:
            return Outcome(
                kept=text if kept is None else kept, note=f"snapshot {path} not written: {_NOT_WELL}"
            )
        self._write(path, text)
        self._written.append(path)
        return Outcome(kept=text, note=f"snapshot {'written' if kept is None else 'updated'}: {path}")

    def exists(self, path: str) -> bool:
        """Whether there is a snapshot of this path. Raises SnapshotRefused."""
        return self._read(path) is not None

    def _how_to_get_one(self) -> str:
        return "run it on your own machine first, and commit the file that it writes"

    @abstractmethod
    def _read(self, path: str) -> str | None:
        """The text kept there, or None."""

    @abstractmethod
    def _write(self, path: str, text: str) -> None:
        """Keep this text there."""


class NoSnapshots(Snapshots):
    """No snapshots at all: for whoever runs suites without having any."""

    def __init__(self) -> None:
        super().__init__(Mode.COMPARE)

    def _read(self, path: str) -> str | None:
        return None

    def _write(self, path: str, text: str) -> None:
        raise SnapshotRefused("this run keeps no snapshots", where=path)
