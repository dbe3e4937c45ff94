"""Configuration: tests, the edges between them, and the endpoints they call."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.models.suite import DependencyKind, Priority
from worker.records.base import JsonObject, Row


class TestCase(Row):
    """One exchange with the API, or a few ordered steps."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_cases"

    id: UUID
    organization_id: UUID
    project_id: UUID
    suite_id: UUID
    key: str
    name: str
    description: str
    position: int
    priority: Priority
    tags: tuple[str, ...]
    timeout_seconds: float | None = None
    retries: int
    skip_reason: str | None = None
    only: bool
    enabled: bool
    idempotent: bool
    quarantined_at: AwareDatetime | None = None
    quarantine_owner: UUID | None = None
    quarantine_reason: str | None = None
    quarantine_until: AwareDatetime | None = None
    metadata: JsonObject
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None


class TestDependency(Row):
    """An edge: the dependent test waits for the required one. One row for a pair, of the strongest kind."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_dependencies"

    id: UUID
    organization_id: UUID
    project_id: UUID
    dependent_test_id: UUID
    required_test_id: UUID
    dependency_type: DependencyKind
    reasons: tuple[str, ...]
    created_at: AwareDatetime
    updated_at: AwareDatetime
