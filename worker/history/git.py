"""What git says of files: as they were in a revision, and which differ from it.

Git is run as a program that only reads. Revisions are checked first, so that none can be an option.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from worker.errors import FileUnreadable, UsageError

#: A repository on a slow disk may take its time, but not for ever.
_SECONDS = 60.0

#: No pager, no programs of the repository's own choice, no lock that a person's own git would trip over.
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-pager")
_NO_LOCKS = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


class Revision:
    """A revision of the repository around a folder. Raises UsageError if there is no such thing."""

    def __init__(self, name: str, *, folder: Path, option: str) -> None:
        self.name = name
        self._option = option
        self._folder = folder
        if not name or name.startswith("-") or any(sign.isspace() or not sign.isprintable() for sign in name):
            raise UsageError(
                f"{name!r} is no revision", where=option, hint="such as HEAD, main, v1.2 or HEAD~3"
            )
        self.top = self._top()
        self.commit = self._commit()

    def text_of(self, path: Path) -> bytes | None:
        """What the file was; None if there was none."""
        inside = self._inside(path)
        done = None if inside is None else self._git("cat-file", "blob", f"{self.commit}:{inside}")
        return done.stdout if done is not None and done.returncode == 0 else None

    def changed_files(self) -> frozenset[Path]:
        """The files that are different now, or new, or gone; those that git ignores are none of them."""
        tracked = self._names("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", self.commit, "--")
        new = self._names("ls-files", "--others", "--exclude-standard", "-z")
        return frozenset((self.top / name) for name in (*tracked, *new))

    def _names(self, *words: str) -> Sequence[str]:
        done = self._git(*words, folder=self.top)
        if done.returncode != 0:
            raise self._refused(f"git cannot compare with {self.name!r}", done)
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]

    def _inside(self, path: Path) -> str | None:
        try:
            return path.resolve().relative_to(self.top).as_posix()
        except ValueError:
            return None

    def _top(self) -> Path:
        done = self._git("rev-parse", "--show-toplevel")
        if done.returncode != 0:
            raise UsageError(
                f"{self._folder.resolve()} is in no git repository",
                where=self._option,
                hint="only there it is known what has changed",
            )
        return Path(os.fsdecode(done.stdout.rstrip(b"\n"))).resolve()

    def _commit(self) -> str:
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{self.name}^{{commit}}")
        done = self._git(*words)
        if done.returncode != 0:
            hint = (
                f"a path comes before it, or write {self._option}=HEAD" if Path(self.name).exists() else None
            )
            raise UsageError(
                f"there is no revision {self.name!r} in {self.top}",
                where=self._option,
                hint=hint or "a clone of a CI may be shallow: fetch the revision first",
            )
        return done.stdout.decode().strip()

    def _git(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", *_QUIET, *words],
                cwd=folder or self._folder,
                env={**os.environ, **_NO_LOCKS},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise UsageError("git is not installed", where=self._option, hint="install it") from None
        except subprocess.TimeoutExpired:
            raise UsageError(f"git took more than {_SECONDS:.0f} s", where=self._option) from None

    def _refused(self, what: str, done: subprocess.CompletedProcess[bytes]) -> UsageError:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        return UsageError(what, where=self._option, hint=said[-1] if said else None)


class RevisionFiles:
    """The files of a revision, for reading suites as they were."""

    def __init__(self, revision: Revision) -> None:
        self._revision = revision

    def read(self, path: str) -> bytes:
        """The whole file."""
        found = self._revision.text_of(Path(path))
        if found is None:
            raise FileUnreadable(f"the file was not there in {self._revision.name}", where=path, hint=None)
        return found
