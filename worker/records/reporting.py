"""Reporting: templates, messages to people, and how a person likes to see things."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from worker.records.base import JsonObject, Record, Row


class ChannelKind(StrEnum):
    """Where a message goes."""

    SLACK = "slack"  # a Slack webhook
    EMAIL = "email"  # a mailbox
    TEAMS = "teams"  # a Teams webhook
    WEBHOOK = "webhook"  # any web address
    APPRISE = "apprise"  # whatever else Apprise speaks


class ChannelEvent(StrEnum):
    """What a message is about."""

    COMPLETED = "completed"  # a run passed
    FAILED = "failed"  # a run failed
    RECOVERED = "recovered"  # it passes again
    FLAKY_DETECTED = "flaky_detected"  # a test fails now and then
    SLOWER = "slower"  # a test got slower


class SearchSubject(StrEnum):
    """What a saved search looks for."""

    TESTS = "tests"  # test cases
    RUNS = "runs"  # runs of a project
    RESULTS = "results"  # results of runs
    FAILURES = "failures"  # groups of failures


class ReportTemplate(Row):
    """A Jinja2 template that people wrote for their own reports."""

    table: ClassVar[str] = "report_templates"

    id: UUID
    organization_id: UUID
    project_id: UUID | None = None
    key: str
    name: str
    description: str
    format: str
    source: str
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class NotificationChannel(Row):
    """Where people are told what came of runs."""

    table: ClassVar[str] = "notification_channels"

    id: UUID
    organization_id: UUID
    project_id: UUID | None = None
    name: str
    description: str
    kind: ChannelKind
    events: tuple[ChannelEvent, ...]
    settings: JsonObject
    enabled: bool
    has_address: bool
    metadata: JsonObject
    created_by: UUID | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class UserPreference(Row):
    """How a person likes to see things, in all organizations."""

    table: ClassVar[str] = "user_preferences"

    user_id: UUID
    preferences: JsonObject
    created_at: AwareDatetime
    updated_at: AwareDatetime


class SavedSearch(Row):
    """A search that a person keeps, for himself or for all of the organization."""

    table: ClassVar[str] = "saved_searches"

    id: UUID
    organization_id: UUID
    user_id: UUID
    project_id: UUID | None = None
    name: str
    description: str
    subject: SearchSubject
    query: JsonObject
    is_shared: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime


class OpenedChannel(Record):
    """What get_notification_channels answers, for workers only: the address is a secret."""

    id: UUID
    name: str
    kind: ChannelKind
    events: tuple[ChannelEvent, ...]
    settings: JsonObject
    address: str = Field(repr=False)
