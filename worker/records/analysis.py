"""Analysis: failures put together by what they have in common, and what people made of them."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from worker.records.base import Row


class FailureGroupKind(StrEnum):
    """Where the cause of a failure lies."""

    ENVIRONMENT = "environment"  # no answer could be had
    AUTH = "auth"  # not signed in, or not allowed
    LIMITS = "limits"  # too many requests, or too slow
    SERVER = "server"  # the API broke
    CONTRACT = "contract"  # another status, header or shape than agreed
    VALUE = "value"  # a value is different
    DATA_FLOW = "data_flow"  # something handed from test to test is missing
    TEST = "test"  # the test itself, or the runner


class TriageState(StrEnum):
    """What people made of a failure."""

    OPEN = "open"  # nobody looked, or it was seen again
    ACKNOWLEDGED = "acknowledged"  # somebody is at it
    IGNORED = "ignored"  # known, and not worth the while
    RESOLVED = "resolved"  # mended


class FailureAnalysis(Row):
    """One failure of one test in one environment, however often it was seen."""

    table: ClassVar[str] = "failure_analysis"

    id: UUID
    organization_id: UUID
    project_id: UUID
    environment_id: UUID
    test_case_id: UUID
    fingerprint: str
    category: str
    category_group: FailureGroupKind | None = None
    root_cause: str
    occurrences: int
    first_seen_at: AwareDatetime
    last_seen_at: AwareDatetime
    first_run_id: UUID
    last_run_id: UUID
    is_flaky: bool
    flaky_reason: str | None = None
    flaky_since: AwareDatetime | None = None
    flaky_run_id: UUID | None = None
    triage: TriageState
    triage_note: str
    triaged_by: UUID | None = None
    triaged_at: AwareDatetime | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class FailureGroup(Row):
    """Failures with the same fingerprint. A view."""

    table: ClassVar[str] = "failure_groups"

    organization_id: UUID | None = None
    project_id: UUID | None = None
    fingerprint: str | None = None
    category: str | None = None
    category_group: FailureGroupKind | None = None
    root_cause: str | None = None
    occurrences: int | None = None
    tests: int | None = None
    environments: int | None = None
    first_seen_at: AwareDatetime | None = None
    last_seen_at: AwareDatetime | None = None
    is_flaky: bool | None = None
    triage: TriageState | None = None
    triage_note: str | None = None
    triaged_by: UUID | None = None
    triaged_at: AwareDatetime | None = None
