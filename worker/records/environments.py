"""Environments: where to run, with variables, secrets by name, and limits."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from worker.models.environment import EnvironmentKind
from worker.records.base import JsonObject, Record, Row


class TlsSettings(Record):
    """How TLS is spoken. Files are names of secrets or variables of the environment that hold PEM."""

    verify: bool | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    password: str | None = Field(default=None, repr=False)


class ConnectionSettings(Record):
    """How the servers of an environment are reached. `proxy` may hold templates."""

    proxy: str | None = Field(default=None, repr=False)
    tls: TlsSettings | None = None


class Environment(Row):
    """Where to run."""

    table: ClassVar[str] = "environments"

    id: UUID
    organization_id: UUID
    project_id: UUID
    name: str
    kind: EnvironmentKind
    base_url: str
    services: JsonObject
    max_parallel: int | None = None
    rate_limit_per_second: float | None = None
    timeout_seconds: float | None = None
    connection: JsonObject
    description: str
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
    deleted_at: AwareDatetime | None = None


class EnvironmentVariable(Row):
    """A variable of an environment. The value of a secret one is in the Vault, and never here."""

    table: ClassVar[str] = "environment_variables"

    id: UUID
    organization_id: UUID
    environment_id: UUID
    name: str
    is_secret: bool
    value: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime
