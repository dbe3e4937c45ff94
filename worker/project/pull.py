"""A project's suites as files, with those that they name: what is stored, and what it meets here."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any

from worker.database import Database
from worker.errors import PlatformError, Refused, SuiteError, UsageError
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
    `known_hashes` are the addresses of its versions, this one's among them. `files` are what it names
    beside itself, {path: hash}, `known_files` the hashes of what its versions name.
    """

    key: str
    version: int
    path: str
    source: str
    is_edited: bool
    known_hashes: frozenset[str]
    files: Mapping[str, str] = field(default_factory=dict)
    known_files: frozenset[str] = frozenset()


class FileState(StrEnum):
    """How a file goes with what is stored."""

    NEW = "new"  # there is no such file
    SAME = "same"  # it says what is stored
    OLDER = "older"  # it is an earlier version: nothing is lost when it goes
    CHANGED = "changed"  # nobody has pushed what it says


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledFile:
    """A file to write, and what is there now: a suite's own, or with `digest` one that it names.

    `content` of what is not to be written is empty.
    """

    suite: StoredSuite
    path: Path
    content: bytes = field(repr=False)
    there: bytes = field(repr=False)
    state: FileState
    digest: str | None = None


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


async def read_contents(
    database: Database, project: Project, files: Iterable[PulledFile]
) -> tuple[PulledFile, ...]:
    """The same files, with what is in those that suites name and that are to be written."""
    contents: dict[str, bytes] = {}
    found: list[PulledFile] = []
    for file in files:
        if file.digest is not None and file.state is not FileState.SAME:
            if file.digest not in contents:
                contents[file.digest] = await _content(database, project, file.digest)
            file = replace(file, content=contents[file.digest])  # noqa: PLW2901 # the same file, filled
        found.append(file)
    return tuple(found)


async def _content(database: Database, project: Project, digest: str) -> bytes:
    answer = await database.call("get_suite_content", p_project_id=project.id, p_hash=digest)
    content = base64.b64decode(str(answer))
    if hashlib.sha256(content).hexdigest() != digest:
        raise PlatformError("a file came with another content than it has in the project", where=digest)
    return content


def plan_files(suites: Iterable[StoredSuite], folder: Path) -> tuple[PulledFile, ...]:
    """Where each suite and each file that it names goes below this folder, and what it meets there. What
    two suites name is there once. Nothing is written."""
    planned: dict[Path, PulledFile] = {}
    for suite in suites:
        for file in (_planned(suite, folder), *_named(suite, folder)):
            planned.setdefault(file.path, file)
    return tuple(planned.values())


def left_out(suites: Iterable[StoredSuite]) -> tuple[str, ...]:
    """Paths that suites name and that are not written: those that lead elsewhere, or are hidden, where
    other programs may take them for their own settings."""
    return tuple(sorted({path for suite in suites for path in suite.files if not _is_harmless(path)}))


def _planned(suite: StoredSuite, folder: Path) -> PulledFile:
    path = folder / _inside(suite)
    text = _as_yaml(suite.source) if suite.is_edited and path.suffix in _YAML else suite.source
    there = _there(path)
    state = FileState.NEW if there is None else _state(suite, text.encode(), there)
    return PulledFile(suite=suite, path=path, content=text.encode(), there=there or b"", state=state)


def _named(suite: StoredSuite, folder: Path) -> Iterator[PulledFile]:
    for name, digest in sorted(suite.files.items()):
        if not _is_harmless(name):
            continue
        path = folder / PurePosixPath(name)
        there = _there(path)
        state = FileState.NEW if there is None else _state_of_named(suite, digest, there)
        yield PulledFile(suite=suite, path=path, content=b"", there=there or b"", state=state, digest=digest)


def _there(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror or error}", where=str(path)) from error


def _state(suite: StoredSuite, content: bytes, there: bytes) -> FileState:
    if there == content:
        return FileState.SAME
    text = there.decode("utf-8", "replace")
    if suite.is_edited and _says_the_same(suite.source, text):
        return FileState.SAME
    known = content_hash(suite.path, text) in suite.known_hashes
    return FileState.OLDER if known else FileState.CHANGED


def _state_of_named(suite: StoredSuite, digest: str, there: bytes) -> FileState:
    found = hashlib.sha256(there).hexdigest()
    if found == digest:
        return FileState.SAME
    return FileState.OLDER if found in suite.known_files else FileState.CHANGED


def _is_harmless(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith(".") for part in path.parts)
    return not path.is_absolute() and not hidden and bool(path.parts)


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
        files=row["files"],
        known_files=frozenset(row["known_files"]),
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
