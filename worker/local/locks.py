"""Locks between processes of this machine, which a dying process lets go of by itself."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: Whoever only asks (`is_locked`) has the lock for a moment; that must not pass for an owner.
_TRIES = 10
_PAUSE_SECONDS = 0.02


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
    for _ in range(_TRIES):
        if _try(file):
            return file
        time.sleep(_PAUSE_SECONDS)
    file.close()
    return None


def _try(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
