"""What a file is called in a project, and the address of its content."""

import hashlib
from pathlib import Path, PurePath


def content_hash(path: str, source: str) -> str:
    """The address of a version: the sha256, in hex, of path, a line feed, and source."""
    return hashlib.sha256(f"{path}\n{source}".encode()).hexdigest()


def pushed_path(path: str, *, below: Path) -> str:
    """A file's path as the project keeps it: relative to the folder one is in, with slashes.

    A path of one machine means nothing on another, and would make a new version on each.
    """
    whole = Path(path).resolve()
    if whole.is_relative_to(below.resolve()):
        return PurePath(whole.relative_to(below.resolve())).as_posix()
    return whole.name
