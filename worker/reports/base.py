"""A run as a document: gathered from events, written once, whole or not at all."""

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar, TextIO

from worker.errors import BatonError, UsageError
from worker.models.events import Event
from worker.models.graph import Plan
from worker.reports.record import RunRecord

#: The path that stands for the standard output.
STANDARD_OUTPUT = Path("-")

#: Pieces are written together until they are so many characters.
_TOGETHER = 1 << 18


class Report(ABC):
    """A listener that writes when the run is over, also when it was stopped half-way.

    `plan` adds what events do not tell: files, lines, kinds of edges. `sources` are the texts of the
    files that the tests are written in, masked, by their path.
    """

    #: The word before `=` in `--report`.
    kind: ClassVar[str]
    #: Whether it can be written to the standard output: a folder cannot.
    streams: ClassVar[bool] = True
    #: Whether one document tells of the runs in several environments.
    spans: ClassVar[bool] = False
    #: Whether it holds the files that tests were answered.
    shows_files: ClassVar[bool] = False
    #: The checkout below which a CI wants paths to be told, where one runs this.
    root: Path | None = None

    def __init__(
        self, path: Path, *, plan: Plan | None = None, sources: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self._sources = sources or {}
        self._record = RunRecord(plan=plan)

    def tell_of(self, *, plan: Plan | None, sources: Mapping[str, str]) -> None:
        """What the files say, where that becomes known only after the report was asked for."""
        self._sources = sources
        self._record.plan = plan

    @abstractmethod
    def check(self) -> None:
        """Refuse, before anything is sent, a path that cannot be written. Makes missing folders."""

    async def on(self, event: Event) -> None:
        """Take note of one event."""
        self._record.take(event)

    async def close(self) -> None:
        """Write it; nothing at all where no run ever began. Raises BatonError if it cannot be written."""
        if self._record.started is None:
            return
        try:
            self._write(self._record)
        except OSError as error:
            raise BatonError(
                f"the {self.kind} report could not be written: {error.strerror or error}",
                where=str(self.path),
            ) from error

    @abstractmethod
    def _write(self, record: RunRecord) -> None: ...

    def _refused(self, error: OSError) -> UsageError:
        return UsageError(
            f"the {self.kind} report cannot be written: {error.strerror or error}",
            where=str(self.path),
            hint="Give a path that may be written. Nothing was sent.",
        )


class FileReport(Report):
    """A report that is one file, or goes to the standard output (`-`)."""

    def check(self) -> None:
        """Refuse, before anything is sent, a path that cannot be written. Makes missing folders."""
        if self.path == STANDARD_OUTPUT:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.is_dir():
                raise IsADirectoryError(f"{self.path} is a folder")
            if _is_replaceable(self.path):
                beside(self.path).touch()
                beside(self.path).unlink()
        except OSError as error:
            raise self._refused(error) from error

    @abstractmethod
    def pieces(self, record: RunRecord) -> Iterable[str]:
        """The whole document in pieces, made one after the other: it may be larger than the memory
        that one would like to spend on it."""

    def _write(self, record: RunRecord) -> None:
        pieces = self.pieces(record)
        if self.path == STANDARD_OUTPUT:
            _print(pieces, sys.stdout)
        elif _is_replaceable(self.path):
            target = self.path.resolve()
            _replace(target, pieces)
        else:
            write_pieces(self.path, pieces)


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write a file as UTF-8, piece by piece."""
    # Half a surrogate pair, which JSON can hold and UTF-8 cannot, is written as JSON writes it: \ud800.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.writelines(_gathered(pieces))


def beside(path: Path) -> Path:
    """Where a file is written before it takes the place of another."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _replace(target: Path, pieces: Iterable[str]) -> None:
    part = beside(target)
    try:
        write_pieces(part, pieces)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _print(pieces: Iterable[str], stream: TextIO) -> None:
    # In UTF-8 whatever the terminal speaks: a program reads it. A stream of a test has no bytes.
    below = getattr(stream, "buffer", None)
    stream.flush()
    for text in _gathered(pieces):
        if below is None:
            stream.write(text)
        else:
            below.write(text.encode("utf-8", errors="backslashreplace"))
    stream.flush()


def _gathered(pieces: Iterable[str]) -> Iterable[str]:
    """Small pieces put together, so that a write is worth its while."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length > _TOGETHER:
            yield "".join(waiting)
            waiting, length = [], 0
    yield "".join(waiting)


def _is_replaceable(path: Path) -> bool:
    """A pipe or a device must be written into: putting a file in its place would destroy it."""
    return path.is_file() or not path.exists()
