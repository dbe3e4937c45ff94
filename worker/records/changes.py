"""Change tracking: who changed what, immutable versions of suites, and where deleted rows live on."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from worker.records.base import JsonObject, Record, Row


class AuditAction(StrEnum):
    """What was done to a row."""

    INSERT = "insert"  # it is new
    UPDATE = "update"  # it was changed
    DELETE = "delete"  # it is gone


class ArchiveState(StrEnum):
    """How far an archive is. Rows are deleted only once it is verified."""

    WRITTEN = "written"  # the file is there
    VERIFIED = "verified"  # it was read back and holds what it should
    DONE = "done"  # its rows are deleted


class VersionOrigin(StrEnum):
    """How a version of a suite came to be."""

    PUSHED = "pushed"  # from a file
    EDITED = "edited"  # from rows that were changed in place


class AuditEntry(Row):
    """Who changed what, when, and how it was before. Never a secret."""

    table: ClassVar[str] = "audit_log"

    id: UUID
    organization_id: UUID
    table_name: str
    record_id: UUID
    record_name: str
    action: AuditAction
    changed_by: UUID | None = None
    changed_as: str
    before: JsonValue | None = None
    after: JsonValue | None = None
    created_at: AwareDatetime


class ArchiveFacts(Record):
    """What is known of a file in which rows live on after they were deleted."""

    id: UUID
    organization_id: UUID
    source_table: str
    period_start: AwareDatetime
    period_end: AwareDatetime
    location: str
    format: str
    row_count: int
    size_bytes: int
    checksum: str
    state: ArchiveState
    written_by: str | None = None
    verified_at: AwareDatetime | None = None
    done_at: AwareDatetime | None = None
    deleted_rows: int | None = None
    metadata: JsonObject
    created_at: AwareDatetime
    updated_at: AwareDatetime


class Archive(ArchiveFacts, Row):
    """A file in which rows live on after they were deleted."""

    table: ClassVar[str] = "archives"


class SuiteVersion(Record):
    """A suite as it was pushed or edited, addressed by its content. Nothing changes it; runs refer to it."""

    suite: str
    number: int
    content_hash: str
    path: str
    origin: VersionOrigin = VersionOrigin.PUSHED
    created_by: str | None = None
    created_at: AwareDatetime


class FoundArchive(ArchiveFacts):
    """An archive as workers are told of it: with its organization's slug, or with its runs."""

    organization: str | None = None


class ExpiredCount(Record):
    """How much of a kind is too old, and of which runs."""

    runs: int
    rows: int
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None


class FollowingRuns(Record):
    """How many runs go once the last of their results have, and which."""

    runs: int
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None


class ExpiredFiles(Record):
    """How many files of a kind are too old, and of which runs."""

    files: int
    bytes: int
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None


class ExpiredArtifacts(Record):
    """What plan_retention says of the files of a project."""

    images: ExpiredFiles
    videos: ExpiredFiles
    logs: ExpiredFiles


class DeletedArtifacts(Record):
    """How many files delete_expired_artifacts has deleted, and how large they were together."""

    images: int
    videos: int
    logs: int
    bytes: int


class CondensableCounts(Record):
    """How many days of metrics of a project would become months, and how many runs of its history days."""

    metrics: int
    history: int


class ExpiredProject(Record):
    """What plan_retention says of a project."""

    project_id: UUID
    project: str
    organization_id: UUID
    organization: str
    passed_results: ExpiredCount | None = None
    failed_results: ExpiredCount | None = None
    runs: ExpiredCount | None = None
    following_runs: FollowingRuns | None = None
    artifacts: ExpiredArtifacts | None = None
    condensable: CondensableCounts | None = None


class DueRuns(Record):
    """How many runs of a project the next clean-up would take rows of a kind from, or how many files."""

    project_id: UUID
    project: str
    what: str
    runs: int
    #: There are more than were counted.
    is_more: bool
    from_: AwareDatetime = Field(alias="from")


class RetentionOverview(Record):
    """What get_retention says: for how many days what is kept, by the rule and here, and what is due."""

    rule: dict[str, int]
    kept: dict[str, int]
    cleaned_up_at: AwareDatetime | None
    #: Null when it was not to be counted.
    due: tuple[DueRuns, ...] | None


class ExpiredRun(Record):
    """A run with rows that are too old."""

    id: UUID
    created_at: AwareDatetime


class ExpiredRows(Record):
    """A page of rows as they go into a file, and the key that asks for the next one."""

    rows: tuple[JsonObject, ...]
    after: JsonObject | None = None


class CondensedCounts(Record):
    """How much of what condense_expired did."""

    metrics: int
    history: int
    contexts: int
    leftovers: int
    partitions: int


class RetentionTurn(Record):
    """Who cleans up at this moment, and what of it is known: what get_retention_turn answers."""

    worker: str | None = None
    lease_until: AwareDatetime | None = None
    requested_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
