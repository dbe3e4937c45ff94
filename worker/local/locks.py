"""Locks between processes of this machine, which a dying process lets go of by itself."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def locked(path: Path, *, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of this file; wait for whoever has it, after telling so once."""
    with path.open("a") as file:
        if not _try(file):
            if waiting is not None:
                waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock of this file right now."""
    try:
        with path.open("r+") as file:
            return not _try(file)
    except FileNotFoundError:
        return False


def hold(path: Path) -> IO[str] | None:
    """Take the lock for as long as the returned file stays open; None if somebody has it."""
    file = path.open("a")
    if _try(file):
        return file
    file.close()
    return None


def _try(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
