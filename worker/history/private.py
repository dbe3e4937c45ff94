"""Files that nobody else may read, and that are never half written."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_private(path: Path, pieces: Iterable[str]) -> None:
    """Put these texts there in one step, mode 0600. A reader sees the old file or the new one.

    Raises OSError, and leaves nothing behind then.
    """
    for folder in reversed((path.parent, *path.parent.parents)):
        # What is already there is as its owner wants it.
        folder.mkdir(exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
