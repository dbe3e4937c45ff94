"""Files of secrets: whether others can read them, and whether git keeps them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from worker.cli.checkup.finding import Finding, Place, fail, ok

_NAMES = ("*secrets*.env", "*secrets*.yaml", "*secrets*.yml", "secrets.json", ".env", ".env.*")
#: How deep is looked, and what are examples.
_DEPTH = 3
_EXAMPLES = (".example", ".sample", ".template")
_FOREIGN = frozenset(("node_modules", "__pycache__"))


def check_secret_files(place: Place) -> Iterator[Finding]:
    """Files whose names say that secrets are in them, here and a little below."""
    found = sorted(_files(place.folder, _DEPTH))
    kept = _kept_by_git(place.folder, found)
    for path in found:
        shown = path.relative_to(place.folder)
        if path in kept:
            hint = f"git rm --cached {shown}, name it in .gitignore, change the secrets: git forgets nothing."
            yield fail("secret files", f"git keeps {shown}", hint)
        elif os.name == "posix" and path.stat().st_mode & 0o077:
            yield fail("secret files", f"others on this machine can read {shown}", f"chmod 600 {shown}")
    if found and not kept:
        yield ok("secret files", f"{len(found)} found, none of them in git")


def _files(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inside = list(folder.iterdir())
    except OSError:
        return
    for path in inside:
        if path.is_dir() and not path.is_symlink():
            if depth and not path.name.startswith(".") and path.name not in _FOREIGN:
                yield from _files(path, depth - 1)
        elif any(path.match(name) for name in _NAMES) and not path.name.endswith(_EXAMPLES):
            yield path


def _kept_by_git(folder: Path, paths: "list[Path]") -> "set[Path]":
    if not paths:
        return set()
    command = ["git", "-C", str(folder), "ls-files", "-z", "--", *(str(path) for path in paths)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return set()
    return {folder / name for name in done.stdout.split("\0") if name} if done.returncode == 0 else set()
