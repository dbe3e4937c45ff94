"""The suites of a project as it has them now: what reports on its runs take lines and reasons from."""

import base64
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from worker.database import Database
from worker.errors import FileUnreadable, PlatformError, SuiteError
from worker.models.suite import Suite
from worker.parsing import parse_suite


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """The text of a suite, where its file was when it was pushed, and what is in the files by path that it
    takes tests from: rows of data, templates."""

    path: str
    text: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


async def stored_sources(database: Database, project_id: str) -> tuple[StoredSource, ...]:
    """The suites' files. A run that is requested now is made of these."""
    rows = await database.call("get_suite_files", p_project_id=project_id) or ()
    return tuple([await _source(database, project_id, row) for row in rows])


def readable_suites(sources: Iterable[StoredSource]) -> tuple[Suite, ...]:
    """Those of them that can be read. One that lacks a file is left out."""
    return tuple(suite for source in sources for suite in _read(source, _Noting(source.files)))


async def _source(database: Database, project_id: str, row: Mapping[str, Any]) -> StoredSource:
    """A suite with the files that it cannot be read without: what is only sent may be large."""
    source = StoredSource(path=row["path"], text=row["source"])
    known: Mapping[str, str] = row.get("files") or {}
    while wanted := _missing(source) & known.keys() if known else set():
        found = {path: await _content(database, project_id, known[path]) for path in sorted(wanted)}
        source = replace(source, files={**source.files, **found})
    return source


async def _content(database: Database, project_id: str, digest: str) -> bytes:
    # A report without the lines of one suite is better than none.
    with suppress(PlatformError):
        answer = await database.call("get_suite_content", p_project_id=project_id, p_hash=digest)
        return base64.b64decode(str(answer))
    return b""


class _Noting:
    """Files by path, and those that were missed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.missed: set[str] = set()

    def read(self, path: str) -> bytes:
        """The whole file."""
        if path not in self._files:
            self.missed.add(path)
            raise FileUnreadable("the file did not come with the suite", where=path)
        return self._files[path]


def _missing(source: StoredSource) -> set[str]:
    files = _Noting(source.files)
    list(_read(source, files))
    return files.missed


def _read(source: StoredSource, files: _Noting) -> Iterable[Suite]:
    try:
        yield parse_suite(source.text, path=source.path, files=files)
    except SuiteError:
        return
