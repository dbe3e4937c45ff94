"""A run as a document: gathered from events, written once, whole or not at all."""

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from worker.errors import BatonError, UsageError
from worker.models.events import Event
from worker.models.graph import Plan
from worker.reports.record import RunRecord


class Report(ABC):
    """A listener that writes a file when the run is over, also when it was stopped half-way.

    `plan` adds what events do not tell: files, lines, kinds of edges.
    """

    #: The word before `=` in `--report`.
    kind: ClassVar[str]

    def __init__(self, path: Path, *, plan: Plan | None = None) -> None:
        self.path = path
        self._record = RunRecord(plan=plan)

    def check(self) -> None:
        """Refuse, before anything is sent, a path that cannot be written. Makes missing folders."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.is_dir():
                raise IsADirectoryError(f"{self.path} is a folder")
            if _is_replaceable(self.path):
                _beside(self.path).touch()
                _beside(self.path).unlink()
        except OSError as error:
            raise UsageError(
                f"the {self.kind} report cannot be written: {error.strerror or error}",
                where=str(self.path),
                hint="Give a path of a file that may be written. Nothing was sent.",
            ) from error

    async def on(self, event: Event) -> None:
        """Take note of one event."""
        self._record.take(event)

    async def close(self) -> None:
        """Write the document; nothing at all where no run ever began."""
        if self._record.started is not None:
            self._write(self.text(self._record))

    @abstractmethod
    def text(self, record: RunRecord) -> str:
        """The whole document."""

    def _write(self, text: str) -> None:
        try:
            if _is_replaceable(self.path):
                target = self.path.resolve()
                _write_text(_beside(target), text)
                os.replace(_beside(target), target)
            else:
                _write_text(self.path, text)
        except OSError as error:
            raise BatonError(
                f"the {self.kind} report could not be written: {error.strerror or error}",
                where=str(self.path),
            ) from error


def _is_replaceable(path: Path) -> bool:
    """A pipe or a device must be written into: putting a file in its place would destroy it."""
    return path.is_file() or not path.exists()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _write_text(path: Path, text: str) -> None:
    # Half a surrogate pair, which JSON can hold and UTF-8 cannot, is written as JSON writes it: \ud800.
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
