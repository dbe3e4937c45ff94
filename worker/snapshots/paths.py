"""Where the snapshot of a test lies: beside the suite's file, so that both are committed together."""

import posixpath
import re
from pathlib import PurePath

FOLDER = "__snapshots__"

_UNUSUAL = re.compile(r"[^A-Za-z0-9_.-]+")


def snapshot_path(suite_path: str, *, suite: str, test: str, step: str = "", name: str = "") -> str:
    """The path without its ending. `name` is the user's own instead of the test's and the step's."""
    plain = name or _plain(f"{test}.{step}" if step else test)
    folder = PurePath(suite_path).parent.as_posix()
    return posixpath.normpath(posixpath.join(folder, FOLDER, _plain(suite), plain))


def _plain(text: str) -> str:
    """A file's name on every system: `login[row 1]` is `login.row-1`."""
    parts = (_UNUSUAL.sub("-", part).strip("-.") for part in text.replace("[", ".").split("."))
    return ".".join(filter(None, parts)) or "test"
