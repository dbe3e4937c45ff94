"""Configuration: tests, the edges between them, and the endpoints they call."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.models.dependency import DependencyKind
from worker.models.suite import Priority
from worker.records.base import JsonObject, Row


class EndpointProtocol(StrEnum):
    """What an endpoint speaks."""

    REST = "rest"  # a method and a path
    GRAPHQL = "graphql"  # queries to one path


class EndpointAuth(StrEnum):
    """How an endpoint wants to know who calls."""

    NONE = "none"  # it does not
    BASIC = "basic"  # name and password
    BEARER = "bearer"  # a token in the Authorization header
    API_KEY = "api_key"  # a key in a header, the query or a cookie
    OAUTH2 = "oauth2"  # a token that is fetched first
    DIGEST = "digest"  # an answer to the server's challenge
    AWS_SIGV4 = "aws_sigv4"  # a signature over the request
    CUSTOM_HEADER = "custom_header"  # any header


class ApiEndpoint(Row):
    """What the API under test offers. What a test or its suite says goes before what stands here."""

    table: ClassVar[str] = "api_endpoints"

    id: UUID
    organization_id: UUID
    project_id: UUID
    method: str
    path: str
    protocol: EndpointProtocol
    operation_id: str | None = None
    name: str
    description: str
    openapi: JsonObject
    auth_type: EndpointAuth
    tags: tuple[str, ...]
    default_headers: JsonObject
    timeout_seconds: float
    retries: int
    retry_delay_seconds: float
    last_health_check_at: AwareDatetime | None = None
    last_health_check_ok: bool | None = None
    last_health_check_note: str | None = None
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None


class EndpointCoverage(Row):
    """How many tests call an endpoint; 0 is one that no test calls."""

    table: ClassVar[str] = "endpoint_coverage"

    organization_id: UUID
    project_id: UUID
    endpoint_id: UUID
    method: str
    path: str
    operation_id: str | None = None
    name: str
    tags: tuple[str, ...]
    tests: int


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
    declared: bool
    reasons: tuple[str, ...]
    created_at: AwareDatetime
    updated_at: AwareDatetime
