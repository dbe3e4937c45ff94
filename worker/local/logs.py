"""Log files of the parts: one each, the one before kept, never without end."""

from pathlib import Path
from typing import IO

#: A log larger than this is put aside when its process starts; the one before that goes.
LARGEST_BYTES = 5_000_000


def open_log(path: Path) -> IO[bytes]:
    """The log, to be written at its end; put aside first if it has grown large. Mode 0600."""
    if path.exists() and path.stat().st_size > LARGEST_BYTES:
        path.replace(path.with_suffix(".log.1"))
    path.touch(mode=0o600)
    return path.open("ab")


def last_lines(path: Path, *, count: int = 12) -> str:
    """How the log ends, for an error message; empty if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 8_000))
            lines = file.read().decode("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-count:])


def see_log(path: Path) -> str:
    """A hint that names the log and shows its end."""
    end = last_lines(path)
    return f"See {path}" + (f", which ends:\n{end}" if end else " (empty).")
