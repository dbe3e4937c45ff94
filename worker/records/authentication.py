"""Authentication: people, the organizations they share, and what each may do there."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from worker.records.base import JsonObject, Record, Row


class MemberRole(StrEnum):
    """What a member may do; each includes the ones before it."""

    VIEWER = "viewer"  # reads everything but secrets
    EDITOR = "editor"  # changes suites, requests and cancels runs
    ADMIN = "admin"  # manages projects, environments, secrets and members
    OWNER = "owner"  # may delete the organization


class InvitationState(StrEnum):
    """What an invitation is good for."""

    PENDING = "pending"  # nobody answered yet
    ACCEPTED = "accepted"  # somebody came in by it
    DECLINED = "declined"  # whoever was invited said no
    REVOKED = "revoked"  # an admin took it back, or invited the same address anew
    EXPIRED = "expired"  # its time is over
    LAPSED = "lapsed"  # whoever invited has left, or may not give this role any more


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


class OrganizationInvitation(Row):
    """Who was asked to join an organization, as what, and what became of it."""

    table: ClassVar[str] = "organization_invitations"

    id: UUID
    organization_id: UUID
    email: str | None = None
    role: MemberRole
    invited_by: UUID | None = None
    expires_at: AwareDatetime
    accepted_at: AwareDatetime | None = None
    accepted_by: UUID | None = None
    declined_at: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class CreatedInvitation(OrganizationInvitation):
    """What invite_member answers: the row, and this once the secret of its link."""

    token: str = Field(repr=False)


class ListedInvitation(Record):
    """One of list_invitations: what admins see of an invitation, and what it is good for now."""

    id: UUID
    email: str | None = None
    role: MemberRole
    state: InvitationState
    inviter: str | None = None
    expires_at: AwareDatetime
    created_at: AwareDatetime


class OfferedInvitation(Record):
    """What find_invitation and list_my_invitations tell those who are invited."""

    id: UUID
    organization: str
    role: MemberRole
    inviter: str
    email: str | None = None
    expires_at: AwareDatetime
