"""Paths of files that a suite names beside its own."""

import posixpath
import re
from collections.abc import Iterable
from pathlib import PurePath

from worker.errors import FileUnreadable
from worker.files import LocalFiles
from worker.models.file import FileUse
from worker.models.problem import Problem, ProblemKind, line_of
from worker.models.suite import Suite
from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.place import Place
from worker.parsing.readers import Reader, Schema
from worker.parsing.source import Source

_DRIVE = re.compile(r"^[A-Za-z]:[\\/]")

_HOW = "write for example files/cat.png"


class FilePath(Reader):
    """A path from the folder of the suite's own file. What is read is what the Files port takes, and the
    file is noted among those that the suite needs."""

    def read(self, place: Place, source: Source) -> str:
        """The path from the folder of the run."""
        path = below(place.home(source).path, _checked(place.data))
        source.files.append(FileUse(path, place.location(source)))
        return path

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1, "pattern": r"^[^/\\{][^\\]*$"}


FILE = FilePath()


class FileOrContent(FilePath):
    """A path, or a text with templates that holds what else would be in the file. The latter is read as it
    stands; it names no file."""

    def read(self, place: Place, source: Source) -> str:
        """The path from the folder of the run, or the text."""
        if isinstance(place.data, str) and has_template(place.data):
            return place.data
        return super().read(place, source)

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string", "minLength": 1}


FILE_OR_CONTENT = FileOrContent()


def below(suite_path: str, path: str) -> str:
    """The path from the folder of the run, of one that begins at the folder of the suite's file."""
    folder = PurePath(suite_path).parent.as_posix()
    return posixpath.normpath(posixpath.join(folder, path))


def missing_files(
    suites: Iterable[Suite], files: LocalFiles, *, known: Iterable[Problem] = ()
) -> list[Problem]:
    """A problem for every named file that cannot be had; places of `known` problems have theirs."""
    told = {problem.where for problem in known}
    return [
        Problem(
            kind=ProblemKind.CANNOT_READ,
            what=f"{use.path}: {error.what}",
            where=use.where,
            text=line_of(suite.source, use.where.line),
            hint=error.hint,
        )
        for suite in suites
        for use in suite.files
        if use.where not in told and (error := _error_of(files, use.path)) is not None
    ]


def _error_of(files: LocalFiles, path: str) -> FileUnreadable | None:
    try:
        files.find(path)
    except FileUnreadable as error:
        return error
    return None


def _checked(value: object) -> str:
    if not isinstance(value, str):
        raise wrong_type("a path", value, hint=_HOW)  # type: ignore[arg-type] # whatever YAML holds
    if not value.strip():
        raise Mistake("this path is empty", hint=_HOW)
    if has_template(value):
        raise Mistake(
            "the path of a file cannot contain a template",
            hint="files are read and uploaded before the run, so their names must be known",
        )
    if value.startswith(("/", "~", "\\")) or _DRIVE.match(value):
        raise Mistake("a file's path begins at the folder of the suite's own file", hint=_HOW)
    if "\\" in value:
        better = value.replace("\\", "/")
        raise Mistake("folders in a path are parted by '/'", hint=f"write {better}")
    return value
