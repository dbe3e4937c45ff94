"""A file that a suite names beside its own."""

from dataclasses import dataclass

from worker.models.problem import Location


@dataclass(frozen=True, slots=True)
class FileUse:
    """A file that a suite needs. `path` is what the Files port takes: the written path, below the folder
    of the suite's own file."""

    path: str
    where: Location
