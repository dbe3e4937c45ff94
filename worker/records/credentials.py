"""Credentials: what people and pipelines say who they are with. Never the secret itself."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from worker.records.base import JsonObject, Record, Row


class CredentialType(StrEnum):
    """How a credential is presented."""

    BASIC = "basic"  # name and password
    BEARER = "bearer"  # a token in the Authorization header
    API_KEY = "api_key"  # a key in a header, the query or a cookie
    OAUTH2_CLIENT_CREDENTIALS = "oauth2_client_credentials"  # a client's own token
    OAUTH2_PASSWORD = "oauth2_password"  # a token for a name and a password
    OAUTH2_REFRESH = "oauth2_refresh"  # a token for a refresh token
    DIGEST = "digest"  # an answer to the server's challenge
    AWS_SIGV4 = "aws_sigv4"  # a signature over the request
    CUSTOM_HEADER = "custom_header"  # any header


class TokenScope(StrEnum):
    """What a project token is good for."""

    RUNS_REQUEST = "runs:request"  # asks for runs and their end
    SUITES_PUSH = "suites:push"  # pushes suite files
    RESULTS_READ = "results:read"  # reads what came of runs


class ApiCredential(Row):
    """What a person uses to sign in at an API under test. Personal."""

    table: ClassVar[str] = "api_credentials"

    id: UUID
    organization_id: UUID
    user_id: UUID
    name: str
    type: CredentialType
    settings: JsonObject
    has_secret: bool
    expires_at: AwareDatetime | None = None
    rotated_at: AwareDatetime | None = None
    last_used_at: AwareDatetime | None = None
    description: str
    metadata: JsonObject
    created_at: AwareDatetime
    updated_at: AwareDatetime


class ProjectToken(Row):
    """How a pipeline says who it is."""

    table: ClassVar[str] = "project_tokens"

    id: UUID
    organization_id: UUID
    project_id: UUID
    name: str
    description: str
    hint: str
    scopes: tuple[TokenScope, ...]
    account_id: UUID | None = None
    expires_at: AwareDatetime | None = None
    last_used_at: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class CreatedProjectToken(ProjectToken):
    """What create_project_token answers: the row, and this once the token itself."""

    token: str = Field(repr=False)


class ExchangedToken(Record):
    """What exchange_project_token answers: whose token it is, what it may do, and as whom it signs in."""

    token_id: UUID
    organization_id: UUID
    project_id: UUID
    project: str
    name: str
    scopes: tuple[TokenScope, ...]
    expires_at: AwareDatetime | None = None
    email: str
