"""Projects: an API under test, its suites, and what stands in the files that were pushed."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.records.base import Argument, JsonObject, Record, Row
from worker.records.changes import VersionOrigin


class Project(Row):
    """An API under test."""

    table: ClassVar[str] = "projects"

    id: UUID
    organization_id: UUID
    key: str
    name: str
    description: str
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None


class TestSuite(Row):
    """A file's worth of tests. `version` is the number of its newest immutable version."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_suites"

    id: UUID
    organization_id: UUID
    project_id: UUID
    key: str
    name: str
    description: str
    path: str
    tags: tuple[str, ...]
    config: JsonObject
    selectors: JsonObject
    hooks: JsonObject
    version: int
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None


class StoredSuiteFile(Record):
    """The file of a suite's current version, with the addresses of its latest versions. `files` are what
    it names beside itself, {path: hash}, `known_files` the hashes of what its latest versions name."""

    key: str
    version: int
    path: str
    source: str
    origin: VersionOrigin
    known_hashes: tuple[str, ...]
    files: dict[str, str]
    known_files: tuple[str, ...]


class PushRequest(Argument):
    """What push_suites takes: suites with their tests and edges. `prune` removes all other suites."""

    suites: tuple[JsonObject, ...]
    dependencies: tuple[JsonObject, ...] = ()
    prune: bool = False


class PushedSuiteAnswer(Record):
    """What a push made of one suite. `replaced_edits`: what was edited in place since is gone with it."""

    key: str
    version: int
    changed: bool
    replaced_edits: bool = False


class PushAnswer(Record):
    """What push_suites answers. `removed` are the keys of suites that are gone."""

    suites: tuple[PushedSuiteAnswer, ...]
    removed: tuple[str, ...] = ()
