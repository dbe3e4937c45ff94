"""The suites of a project as it has them now: what reports on its runs take lines and reasons from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from worker.database import Database
from worker.errors import SuiteError
from worker.files import Files, NoFiles
from worker.models.suite import Suite
from worker.parsing import parse_suite


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """The text of a suite, and where its file was when it was pushed."""

    path: str
    text: str


async def stored_sources(database: Database, project_id: str) -> tuple[StoredSource, ...]:
    """The suites' files. A run that is requested now is made of these."""
    rows: Sequence[dict[str, str]] = await database.call("get_suite_files", p_project_id=project_id) or ()
    return tuple(StoredSource(path=row["path"], text=row["source"]) for row in rows)


def readable_suites(sources: Iterable[StoredSource], *, files: Files | None = None) -> tuple[Suite, ...]:
    """Those of them that can be read. One that names a file which is not among the `files` is left out."""
    return tuple(suite for source in sources for suite in _read(source, files or NoFiles()))


def _read(source: StoredSource, files: Files) -> Iterable[Suite]:
    try:
        yield parse_suite(source.text, path=source.path, files=files)
    except SuiteError:
        return
