"""A git repository of a test's own, in a folder."""

import os
import subprocess
from pathlib import Path

#: No setting of the machine or of a person counts.
_ALONE = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


class Repository:
    """A repository. `write` changes the working copy, `commit` keeps what is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        """Run git here; what it says."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**os.environ, **_ALONE},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def write(self, **files: str) -> None:
        """Write these files; `__` in a name stands for a slash, `_` before the ending for a dot."""
        for name, text in files.items():
            self.put(name.replace("__", "/")[::-1].replace("_", ".", 1)[::-1], text)

    def put(self, name: str, text: str) -> Path:
        """Write one file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self) -> None:
        """Keep everything that is there."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "next")
