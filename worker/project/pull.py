"""A project's suites as files: what is stored, and how it goes with the files that are there."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from worker.database import Database
from worker.errors import Refused, SuiteError
from worker.parsing.document import SUITE
from worker.parsing.document_tests import TEST
from worker.parsing.shape import Shape
from worker.parsing.written import as_written
from worker.project.addresses import content_hash
from worker.project.find import Project

_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSuite:
    """A suite as the project's next run uses it. `path` is where its file was when it was pushed.

    `is_edited`: its rows were edited in place since, so that it is a JSON document without comments.
    `known_hashes` are the addresses of its versions, this one's among them.
    """

    key: str
    version: int
    path: str
    source: str
    is_edited: bool
    known_hashes: frozenset[str]


class FileState(StrEnum):
    """How a file goes with what is stored."""

    NEW = "new"  # there is no such file
    SAME = "same"  # it says what is stored
    OLDER = "older"  # it is an earlier version: nothing is lost when it goes
    CHANGED = "changed"  # nobody has pushed what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledFile:
    """A file to write, and what is there now."""

    suite: StoredSuite
    path: Path
    text: str
    there: str
    state: FileState


async def read_suites(
    database: Database, project: Project, *, keys: Sequence[str] = ()
) -> tuple[StoredSuite, ...]:
    """The project's suites, or those of these keys. Raises Refused for a key that is none."""
    rows = await database.call("get_suite_files", p_project_id=project.id)
    paths = await _pushed_paths(database, project)
    suites = [_stored(row, paths) for row in rows or ()]
    known = [suite.key for suite in suites]
    for key in keys:
        if key not in known:
            hint = f"one of: {', '.join(known)}" if known else "the project has no suites"
            raise Refused(f"there is no suite {key!r}", code="PT404", hint=hint)
    return tuple(suite for suite in suites if not keys or suite.key in keys)


def plan_files(suites: Iterable[StoredSuite], folder: Path) -> tuple[PulledFile, ...]:
    """Where each suite goes below this folder, and what it meets there. Nothing is written."""
    return tuple(_planned(suite, folder) for suite in suites)


def _planned(suite: StoredSuite, folder: Path) -> PulledFile:
    path = folder / _inside(suite)
    text = _as_yaml(suite.source) if suite.is_edited and path.suffix in _YAML else suite.source
    try:
        there = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return PulledFile(suite=suite, path=path, text=text, there="", state=FileState.NEW)
    return PulledFile(suite=suite, path=path, text=text, there=there, state=_state(suite, text, there))


def _state(suite: StoredSuite, text: str, there: str) -> FileState:
    if there == text or (suite.is_edited and _says_the_same(suite.source, there)):
        return FileState.SAME
    known = content_hash(suite.path, there) in suite.known_hashes
    return FileState.OLDER if known else FileState.CHANGED


def _says_the_same(source: str, there: str) -> bool:
    try:
        return bool(as_written(source, path="stored.json") == as_written(there, path="file.yaml"))
    except (SuiteError, ValueError):
        return False


def _inside(suite: StoredSuite) -> PurePosixPath:
    """The path below the folder: what a project says must not lead out of it."""
    path = PurePosixPath(suite.path.replace("\\", "/"))
    safe = not path.is_absolute() and ".." not in path.parts and path.suffix in (*_YAML, ".json")
    return path if safe else PurePosixPath(f"{suite.key}.yaml")


async def _pushed_paths(database: Database, project: Project) -> Mapping[str, str]:
    rows = await database.read(
        database.table("test_suites")
        .select("key,path")
        .eq("project_id", project.id)
        .is_("deleted_at", "null")
        .limit(1000),
        what="test_suites",
    )
    return {row["key"]: row["path"] for row in rows}


def _stored(row: Mapping[str, Any], paths: Mapping[str, str]) -> StoredSuite:
    return StoredSuite(
        key=row["key"],
        version=row["version"],
        path=paths.get(row["key"]) or row["path"],
        source=row["source"],
        is_edited=row["origin"] == "edited",
        known_hashes=frozenset(row["known_hashes"]),
    )


def _as_yaml(source: str) -> str:
    """A stored JSON document as people write it: their order of keys, and no braces."""
    import yaml

    document = _in_order(json.loads(source), SUITE)
    document["tests"] = {key: _in_order(test, TEST) for key, test in document.get("tests", {}).items()}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100, indent=2)
    return f"# Edited in the project: the comments of the file before are gone.\n{text}"


def _in_order(document: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    order = {key: place for place, key in enumerate(shape.keys)}
    return dict(sorted(document.items(), key=lambda pair: order.get(pair[0], len(order))))
