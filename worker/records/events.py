"""Events: what subscribers are told on the private topics of Realtime. Everything in them is masked."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from worker.models.outcome import RunFailure, RunStatus, Verdict
from worker.models.suite import Priority
from worker.records.api.recording import RunCounters
from worker.records.base import JsonObject, Record


class EventType(StrEnum):
    """What an event says. A newer database may send others, which are passed on as they are."""

    TEST_READY = "test_ready"  # all that it needs is there
    TEST_STARTED = "test_started"  # its request goes out
    TEST_COMPLETED = "test_completed"  # it passed, or was blocked or skipped
    TEST_FAILED = "test_failed"  # it failed or broke
    CONTEXT_UPDATED = "context_updated"  # the run knows something new
    RUN_PROGRESS = "run_progress"  # counters and events since the last message
    RUN_COMPLETED = "run_completed"  # the run is over, whatever its verdict
    FLAKY_TEST_DETECTED = "flaky_test_detected"  # it fails now and then
    PERFORMANCE_DEGRADATION = "performance_degradation"  # it got slower


#: A known type as a member of EventType, any other as the text it is.
AnyEventType = Annotated[EventType | str, Field(union_mode="left_to_right")]


class PlatformEvent(Record):
    """One event. Which fields are filled depends on its type; those of other types are kept, too."""

    model_config = ConfigDict(extra="allow")

    type: AnyEventType
    test: str | None = None
    attempt: int | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    error_category: str | None = None
    blocked_by: str | None = None
    required_only: bool | None = None
    attempts: int | None = None
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    total_ms: float | None = None
    status_code: int | None = None
    tokens: tuple[str, ...] | None = None
    # Names alone where the values would be too large for a message: then `names_only` is true.
    variables: JsonObject | tuple[str, ...] | None = None
    captured_data: JsonObject | tuple[str, ...] | None = None
    names_only: bool = False


class RunMessage(Record):
    """A message on the topic of a run. The number rises by one: where it does not, one was missed."""

    run_id: str
    sequence: int
    status: RunStatus
    reason: RunFailure | None = None
    counters: RunCounters
    events: tuple[PlatformEvent, ...] | None = None
    truncated: bool | None = None
    context_version: int | None = None


class RequestedRunNews(Record):
    """A run that was asked for, as the topic of its project tells it."""

    run_id: str
    environment_id: str
    priority: Priority
    status: RunStatus


class ProjectMessage(Record):
    """Runs of a project were asked for."""

    batch_id: str
    runs: tuple[RequestedRunNews, ...]


class WorkerMessage(Record):
    """Wakes workers (`count` runs wait), or names a run that must stop. Nothing else is said to them."""

    count: int | None = None
    run_id: str | None = None
