"""Fixtures: data that tests begin with, and which test used which."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, JsonValue

from worker.records.base import JsonObject, Row


class FixtureKind(StrEnum):
    """Where the data comes from."""

    LITERAL = "literal"  # written down in the row
    FILE = "file"  # uploaded by push
    GENERATED = "generated"  # made by rules, repeatable by its seed
    SNAPSHOT = "snapshot"  # taken from a response; of a suite, the capture that it is made of


class FixtureCleanup(StrEnum):
    """When what is kept of a fixture is removed."""

    IMMEDIATE = "immediate"  # at the end of the run; of a snapshot, of the first that used it
    DELAYED = "delayed"  # when its time to live is over
    MANUAL = "manual"  # when somebody says so


class TestDataFixture(Row):
    """Data that tests begin with."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_data_fixtures"

    id: UUID
    organization_id: UUID
    project_id: UUID
    suite_id: UUID | None = None
    key: str
    name: str
    description: str
    kind: FixtureKind
    format: str
    compression: str | None = None
    content: JsonValue | None = None
    path: str | None = None
    storage_path: str | None = None
    settings: JsonObject
    checksum: str | None = None
    size_bytes: int | None = None
    ttl_seconds: int | None = None
    expires_at: AwareDatetime | None = None
    is_immutable: bool
    is_shared: bool
    cleanup: FixtureCleanup
    cleanup_after_seconds: int | None = None
    tags: tuple[str, ...]
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None


class FixtureUsage(Row):
    """Which test of which run used which fixture."""

    table: ClassVar[str] = "fixture_usage"

    id: UUID
    organization_id: UUID
    fixture_id: UUID
    run_id: UUID
    test_case_id: UUID
    checksum: str | None = None
    used_at: AwareDatetime
    cleaned_up_at: AwareDatetime | None = None
