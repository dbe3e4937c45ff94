"""The runs that this machine remembers of the project around the current directory."""

from collections.abc import Mapping
from pathlib import Path

from worker.errors import UsageError
from worker.history.place import SWITCH, memory_folder, project_of, runs_folder
from worker.history.shelf import Shelf


def shelf_of(surroundings: Mapping[str, str], *, option: str) -> Shelf:
    """The remembered runs of the project around the current directory. Raises UsageError where this
    machine remembers nothing."""
    memory = memory_folder(surroundings)
    if memory is None:
        raise UsageError(
            "this machine remembers no runs",
            where=option,
            hint=f"{SWITCH} switches that off, or there is no HOME to keep them in",
        )
    return Shelf(runs_folder(memory, project_of(Path())))
