"""A look at where archives are to lie, before anything is old enough to go there."""

import os
from collections.abc import Mapping
from pathlib import Path

from worker.errors import BatonError
from worker.retention.storage import open_storage


async def trouble_with(address: str, environ: Mapping[str, str]) -> BatonError | None:
    """What keeps archives from being written to this place and read from it; None when nothing does.

    A small file is written, read back and removed. A folder that is not there yet is not made: the first
    clean-up makes it, where it may.
    """
    try:
        if (folder := missing_folder(address)) is not None and _could_be_made(folder):
            return None
        await open_storage(address, environ, hurried=True).check()
    except BatonError as error:
        return error
    return None


def missing_folder(address: str) -> Path | None:
    """The folder that is meant, if it is not there."""
    if "://" in address and not address.startswith("file://"):
        return None
    folder = Path(address.removeprefix("file://")).expanduser().absolute()
    return None if folder.exists() else folder


def _could_be_made(folder: Path) -> bool:
    above = next(parent for parent in folder.parents if parent.exists())
    return above.is_dir() and os.access(above, os.W_OK | os.X_OK)
