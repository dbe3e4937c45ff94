"""Recording: what record_run and finish_run take and answer."""

from typing import ClassVar

from pydantic import AwareDatetime, Field, JsonValue

from worker.models.dependency import DependencyKind
from worker.models.outcome import FileCategory, RunFailure, RunStatus, Verdict
from worker.records.base import Argument, JsonObject, Record


class RunCounters(Record):
    """How many tests of a run are where."""

    total: int = 0
    completed: int = 0
    passed: int = 0
    failed: int = 0
    broken: int = 0
    blocked: int = 0
    skipped: int = 0
    pending: int = 0


class RecordedDetail(Argument):
    """A piece of evidence as it is recorded."""

    kind: str
    attempt: int = 1
    step: int | None = None
    iteration: int | None = None
    position: int | None = None
    level: str | None = None
    correlation_id: str | None = None
    content: JsonObject = Field(default_factory=dict)


class LaterDetail(RecordedDetail):
    """A piece of evidence for a test that has its result already."""

    test: str


class RecordedResult(Argument):
    """A test's verdict as it is recorded, with its evidence. Durations are milliseconds."""

    test: str
    verdict: Verdict
    reason: str | None = None
    error_category: str | None = None
    fingerprint: str | None = None
    blocked_by: str | None = None
    required_only: bool = False
    attempts: int = 1
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    setup_ms: float | None = None
    execution_ms: float | None = None
    teardown_ms: float | None = None
    total_ms: float | None = None
    status_code: int | None = None
    request_bytes: int | None = None
    response_bytes: int | None = None
    details: tuple[RecordedDetail, ...] = ()


class RecordedArtifact(Argument):
    """A file that was answered, of which evidence of the test tells; `content` is base64."""

    test: str
    category: FileCategory
    media_type: str
    content: str = Field(repr=False)


class RecordedContext(Argument):
    """What a batch adds to the public part of a run's context."""

    token_names: tuple[str, ...] = ()
    variables: JsonObject = Field(default_factory=dict)
    captured_data: dict[str, JsonObject] = Field(default_factory=dict)
    provenance: tuple[JsonObject, ...] = ()
    test_order: tuple[str, ...] = ()


class RecordedSecrets(Argument):
    """What a batch adds to the part that is stored encrypted, in clear: never print, log or store it."""

    tokens: JsonObject = Field(default_factory=dict, repr=False)
    variables: JsonObject = Field(default_factory=dict, repr=False)
    captured_data: dict[str, JsonObject] = Field(default_factory=dict, repr=False)


class PlannedTestArgument(Argument):
    """A test that the run sets out to run. `required_only`: it was not chosen, others need it."""

    test: str
    required_only: bool = False


class PlannedEdgeArgument(Argument):
    """The dependent test waits for the required one."""

    dependent: str
    required: str
    type: DependencyKind
    reasons: tuple[str, ...] = ()


class RecordedPlan(Argument):
    """What a run sets out to do; its edges are between its tests."""

    tests: tuple[PlannedTestArgument, ...] = ()
    edges: tuple[PlannedEdgeArgument, ...] = ()


class RunBatch(Argument):
    """What record_run takes: what has happened since the last batch. An empty one keeps the lease."""

    most_results: ClassVar[int] = 1000
    most_events: ClassVar[int] = 5000

    lease_seconds: int = Field(default=60, ge=5, le=3600)
    status: RunStatus | None = None
    total: int | None = Field(default=None, ge=0)
    plan: RecordedPlan | None = None
    started: tuple[str, ...] = ()
    results: tuple[RecordedResult, ...] = Field(default=(), max_length=most_results)
    context: RecordedContext | None = None
    secrets: RecordedSecrets | None = None
    events: tuple[JsonObject, ...] = Field(default=(), max_length=most_events)
    details: tuple[LaterDetail, ...] = ()
    artifacts: tuple[RecordedArtifact, ...] = Field(default=(), max_length=most_results)


class RecordAnswer(Record):
    """What record_run answers. `go_on` is false when somebody cancelled the run."""

    go_on: bool = Field(alias="continue")
    reason: str | None = None
    lease_expires_at: AwareDatetime | None = None
    batch_number: int
    context_version: int
    sequence: int | None = None


class RunEnding(Argument):
    """What finish_run takes. A failed run has a reason, and no other has."""

    status: RunStatus
    reason: RunFailure | None = None
    message: str | None = None
    summary: JsonObject = Field(default_factory=dict)
    report: JsonValue = None


class FinishAnswer(RunCounters):
    """What finish_run answers."""

    id: str
    status: RunStatus
    reason: RunFailure | None = None
