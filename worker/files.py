"""The door to files that suites name: uploads, schemas, rows, certificates.

A suite says a path from the folder of its own file; parsing turns it into one from the folder of the
run, and that is what the port takes. A worker has no files but those that were uploaded with a push:
it never opens a path that a suite names.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from worker.errors import FileUnreadable

#: Larger files are refused: they are held in memory.
LARGEST_FILE_BYTES = 64 * 1024 * 1024


_PEM = "-----BEGIN "


class Files(Protocol):
    """Files by path. Every failure is FileUnreadable, with what, where and hint."""

    def read(self, path: str) -> bytes:
        """The whole file."""
        ...


class LocalFiles:
    """Files of this machine, below the current directory or below the folders of the run."""

    def __init__(self, *folders: Path, named: Iterable[Path] = ()) -> None:
        """`named` are files that a person has named himself, wherever they are."""
        self._folders = tuple(folder.resolve() for folder in (Path(), *folders))
        self._named = frozenset(path.resolve() for path in named)

    def read(self, path: str) -> bytes:
        """The whole file."""
        found = self.find(path)
        try:
            with found.open("rb") as file:
                data = file.read(LARGEST_FILE_BYTES + 1)
        except OSError as error:
            raise _unreadable(path, (error.strerror or type(error).__name__).lower()) from None
        if len(data) > LARGEST_FILE_BYTES:
            limit = LARGEST_FILE_BYTES // 1024 // 1024
            raise FileUnreadable(
                f"the file is larger than {limit} MiB", where=path, hint="a request that large is no test"
            )
        return data

    def find(self, path: str) -> Path:
        """Where the file is, links followed. Raises FileUnreadable if that is not there, or is outside."""
        try:
            found = Path(path).resolve()
            is_file = found.is_file()
        except (OSError, ValueError, RuntimeError):
            raise _unreadable(path, "this is no path") from None
        if found not in self._named and not any(found.is_relative_to(folder) for folder in self._folders):
            raise FileUnreadable(
                "the file is outside the folder of the run",
                where=path,
                hint="move it below the suite's folder, or run from a folder above both",
            )
        if not is_file:
            raise FileUnreadable(
                "there is no such file" if not found.exists() else "this is no file",
                where=path,
                hint="paths begin at the folder of the suite's own file",
            )
        return found


class NoFiles:
    """No files at all: for whoever runs suites without having any."""

    def read(self, path: str) -> bytes:
        """Always refused."""
        raise FileUnreadable(
            "this run has no files", where=path, hint="`baton push` uploads the files that suites name"
        )


class MemoryFiles:
    """Files that came with the suites."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def read(self, path: str) -> bytes:
        """The whole file."""
        if path not in self._files:
            raise FileUnreadable(
                "the file did not come with the suite", where=path, hint="push the suite again"
            )
        return self._files[path]


def _unreadable(path: str, reason: str) -> FileUnreadable:
    return FileUnreadable(f"the file cannot be read: {reason}", where=path, hint="check path and rights")


def file_in_text(text: str) -> bytes | None:
    """The file that a secret or a variable holds: a PEM text is taken as it is, all else is base64. None
    where it is neither."""
    if _PEM in text:
        return text.encode()
    import base64

    try:
        return base64.b64decode("".join(text.split()), validate=True) or None
    except ValueError:
        return None
