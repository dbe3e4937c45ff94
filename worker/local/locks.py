"""Locks between processes of this machine, which a dying process lets go of by itself."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: Between two tries of whoever waits for those who only ask.
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
    """Whether some process holds the lock of this file right now. Others who ask at this moment do not."""
    try:
        with path.open("r+") as file:
            return not _try(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def hold(path: Path) -> IO[str] | None:
    """Take the lock for as long as the returned file stays open; None if somebody has it."""
    file = path.open("a")
    while not _try(file):
        # Who only asks has a share in it for a moment, which on a busy machine may be long: he is no owner.
        if not _try(file, fcntl.LOCK_SH):
            file.close()
            return None
        fcntl.flock(file, fcntl.LOCK_UN)
        time.sleep(_PAUSE_SECONDS)
    return file


def _try(file: IO[str], kind: int = fcntl.LOCK_EX) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
