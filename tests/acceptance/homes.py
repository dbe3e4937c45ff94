"""A home that nobody has used, for commands that start a stack of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from worker.local.folders import StackFolder, data_home
from worker.local.scratch import throw_away_folder
from worker.local.stack import down


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHome:
    """An empty home with an empty project in it."""

    path: Path
    project: Path

    @property
    def folder(self) -> StackFolder:
        """Where the project's stack lies."""
        return StackFolder.of_project(self.project, home=self.path)

    @property
    def settings(self) -> dict[str, str]:
        """What a command needs to find that stack."""
        return {"BATON_DATA_HOME": str(self.path)}


@contextmanager
def own_home() -> Iterator[OwnHome]:
    """One that goes at the end, with the stack that was started there."""
    with throw_away_folder() as scratch:
        path = scratch.path.parents[1]
        # A data home of its own, but not a second installation of the Node parts.
        (data_home() / "node").mkdir(parents=True, exist_ok=True)
        (path / "node").symlink_to(data_home() / "node")
        home = OwnHome(path=path, project=path / "project")
        home.project.mkdir()
        try:
            yield home
        finally:
            down(home.project, folder=home.folder)
