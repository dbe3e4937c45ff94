"""The text of a suite file, and everything that is wrong with it."""

import re
from collections.abc import Sequence
from pathlib import Path

from worker.models.file import FileUse
from worker.models.problem import Location, Problem, ProblemKind, Related, line_of

#: Larger files are refused. A test takes some 300 bytes, so this is room for 50,000 of them.
LARGEST_FILE_BYTES = 16 * 1024 * 1024

#: What YAML does not let into a file. Line ends and tabs are let in, lone surrogates are not.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_BYTE_ORDER_MARK = "\ufeff"


class Source:
    """One file: its text as the user wrote it, and the problems found in it so far."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text.removeprefix(_BYTE_ORDER_MARK)
        self.problems: list[Problem] = []
        #: The files that the suite names beside this one.
        self.files: list[FileUse] = []
        #: What the YAML parser saw, whose indices the places of values have.
        self.parsed = self.text

    def add(
        self,
        kind: ProblemKind,
        what: str,
        where: Location,
        *,
        hint: str | None = None,
        related: Sequence[Related] = (),
    ) -> None:
        """Note one problem, together with the user's own line."""
        text = line_of(self.text, where.line)
        self.problems.append(
            Problem(kind=kind, what=what, where=where, text=text, hint=hint, related=tuple(related))
        )

    def location(self, line: int, column: int, length: int = 1) -> Location:
        """A place in this file; line and column begin at 1."""
        return Location(self.path, line, column, max(1, length))

    def line(self, number: int) -> str:
        """The user's line with this number, from 1."""
        return line_of(self.text, number)

    def written(self, start: int, end: int) -> str:
        """A value as it is written, between two indices of the parser."""
        return self.parsed[start:end]

    def location_of_index(self, index: int, length: int = 1) -> Location:
        """The place of the character with this index in the text."""
        before = self.parsed[:index]
        line = 1
        start = 0
        for line_end in re.finditer("\r\n|[\r\n\x85\u2028\u2029]", before):
            line += 1
            start = line_end.end()
        return self.location(line, index - start + 1, length)


def read_source(path: Path) -> Source:
    """Read a file. What keeps it from being text is in the problems of the answer."""
    source = Source(str(path), "")
    try:
        data = _read_bytes(path)
    except OSError as error:
        _cannot_read(source, f"cannot read this file: {_reason(error)}", hint="check the path")
        return source
    if len(data) > LARGEST_FILE_BYTES:
        limit = f"{LARGEST_FILE_BYTES // 1024 // 1024} MiB"
        _cannot_read(
            source, f"this file is larger than {limit}", hint="split it: suites may need each other's tests"
        )
        return source
    return _decode(source, data)


def _read_bytes(path: Path) -> bytes:
    """The file's bytes, but no more than are needed to see that it is too large."""
    with path.open("rb") as file:
        return file.read(LARGEST_FILE_BYTES + 1)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _decode(source: Source, data: bytes) -> Source:
    if b"\x00" in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _cannot_read(source, "this file is not text in UTF-8", hint="save it as UTF-8")
        return source
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = Source(source.path, data[: error.start].decode("utf-8", errors="replace"))
        where = good.location_of_index(len(good.text))
        shown = data[error.start : error.start + 1].hex()
        _cannot_read(
            source,
            f"this file is not UTF-8: the byte 0x{shown} is no character",
            where,
            hint="save it as UTF-8",
        )
        return source
    return Source(source.path, text)


def find_unprintable(source: Source) -> bool:
    """Whether the text has a character that YAML does not allow; if so it is noted, the first only."""
    found = _UNPRINTABLE.search(source.text)
    if found is None:
        return False
    source.add(
        ProblemKind.NOT_YAML,
        f"the character U+{ord(found.group()):04X} cannot stand in a YAML file",
        source.location_of_index(found.start()),
        hint='remove it, or write it as an escape in double quotes, such as "\\u001b"',
    )
    return True


def _cannot_read(source: Source, what: str, where: Location | None = None, *, hint: str) -> None:
    source.add(ProblemKind.CANNOT_READ, what, where or source.location(1, 1), hint=hint)
