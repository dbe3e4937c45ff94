"""The state of the files that are run: what git says of the folder one is in."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: A repository on a slow disk may take its time; the run does not wait for ever.
_SECONDS = 60.0

#: No programs of the repository's own choice, no lock that a person's own git would trip over.
_QUIET = ("-c", "core.fsmonitor=false", "--no-pager")
_NO_LOCKS = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}

#: More do not fit on a command line.
_MOST_FILES = 1000

#: What the database takes.
LONGEST_BRANCH = 300
LONGEST_COMMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A branch, its commit, and whether files differ from that commit. Without git nothing is known."""

    branch: str | None = None
    commit: str | None = None
    is_changed: bool = False


def checkout_of(folder: Path, files: Sequence[str]) -> Checkout:
    """What git says of this folder, and of these files in it; nothing where there is no git, no
    repository, or no commit yet."""
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if not commit:
        return Checkout()
    branch = _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    status = _git(folder, "status", "--porcelain", "--untracked-files=all", "--", *files[:_MOST_FILES])
    return Checkout(
        branch=branch[:LONGEST_BRANCH] if branch else None,
        commit=commit,
        # Files that cannot be compared count as changed: their runs are no evidence about the commit.
        is_changed=status is None or status != "" or len(files) > _MOST_FILES,
    )


def _git(folder: Path, *words: str) -> str | None:
    """What it prints; None if it cannot say."""
    try:
        done = subprocess.run(
            ["git", *_QUIET, *words],
            cwd=folder,
            env={**os.environ, **_NO_LOCKS},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None
