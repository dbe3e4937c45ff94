"""A file that a suite names beside its own."""

from typing import NamedTuple

from worker.models.problem import Location


class FileUse(NamedTuple):
    """A file that a suite needs. `path` is what the Files port takes: the written path, below the folder
    of the suite's own file."""

    path: str
    where: Location
