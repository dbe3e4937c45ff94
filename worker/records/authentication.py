"""Authentication: people, the organizations they share, and what each may do there."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.records.base import JsonObject, Row


class MemberRole(StrEnum):
    """What a member may do; each includes the ones before it."""

    VIEWER = "viewer"  # reads everything but secrets
    EDITOR = "editor"  # changes suites, requests and cancels runs
    ADMIN = "admin"  # manages projects, environments, secrets and members
    OWNER = "owner"  # may delete the organization


class User(Row):
    """What people who work together see of one another."""

    table: ClassVar[str] = "users"

    id: UUID
    name: str
    picture_url: str | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class Organization(Row):
    """A tenant: a group of people and everything they share."""

    table: ClassVar[str] = "organizations"

    id: UUID
    slug: str
    name: str
    description: str
    retention: JsonObject
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class OrganizationMember(Row):
    """Who belongs to an organization, and as what."""

    table: ClassVar[str] = "organization_members"

    organization_id: UUID
    user_id: UUID
    role: MemberRole
    created_at: AwareDatetime
    updated_at: AwareDatetime
