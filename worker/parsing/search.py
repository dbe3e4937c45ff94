"""Which files of a folder are suites."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from worker.parsing.suggest import nearest

SUFFIXES = (".yaml", ".yml", ".json")

#: How much of a file is looked at to see whether it is a suite: the title comes early, and a folder
#: may hold large files of test data.
_HEAD_BYTES = 256 * 1024

#: Folders of other people's files.
_FOREIGN = frozenset(("node_modules", "__pycache__"))

_YAML_KEY = re.compile(r"""^["']?([A-Za-z_][\w -]*?)["']?\s*:(?:\s|$)""", re.MULTILINE)
_JSON_TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"(\s*:)?|[{}\[\]]')


def suite_files(folder: Path) -> Iterator[Path]:
    """The suites below this folder, sorted by path; hidden files and folders are left out."""
    for path in sorted(_candidates(folder)):
        if says_suite(_head(path)):
            yield path


def _candidates(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _FOREIGN]
        for name in files:
            if not name.startswith(".") and name.lower().endswith(SUFFIXES):
                yield Path(parent) / name


def _head(path: Path) -> str:
    """The beginning of a file as text, whatever it is; nothing if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD_BYTES)
    except OSError:
        # The name is all there is: what cannot be read is reported, not overlooked.
        return "suite:"
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return data.decode(encoding, errors="replace")


def says_suite(text: str) -> bool:
    """Whether the beginning of a file has the key `suite` at its top, or `tests` beside a slip of it."""
    keys = _json_keys(text) if text.lstrip().startswith("{") else _YAML_KEY.findall(text)
    found = set(keys)
    return "suite" in found or ("tests" in found and any(nearest(key, ["suite"]) for key in found))


def _json_keys(text: str) -> Iterator[str]:
    """The keys of the outermost object, in quotes or not."""
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        sign = token.group()
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
        elif depth == 1 and token.group(2):
            yield token.group(1)
