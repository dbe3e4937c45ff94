"""What models know of themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.runs import an_outcome
from worker.errors import NotReachable, Refused
from worker.models.events import RunStarted, TestFinished
from worker.models.outcome import RunStatus, Verdict
from worker.recording.batch import batch_of, entry_of
from worker.records import (
    ApiError,
    BatchResult,
    CachedContext,
    ContextDocument,
    ContextManagementError,
    EventType,
    PipelineStep,
    PlatformEvent,
    RunBatch,
    RunMessage,
    TestExecutionPipeline,
    TestRun,
)

NOW = datetime(2026, 1, 1, 10, tzinfo=UTC)


def a_run(status: RunStatus) -> TestRun:
    """A row with nothing of interest but its state."""
    facts: dict[str, Any] = dict.fromkeys(TestRun.model_fields)
    return TestRun.model_construct(**{**facts, "id": UUID(int=1), "batch_id": UUID(int=2), "status": status})


def test_a_batch_is_over_when_all_its_runs_are() -> None:
    """Whatever their verdicts."""
    half = BatchResult.model_construct(runs=(a_run(RunStatus.FAILED), a_run(RunStatus.RUNNING)))
    whole = BatchResult.model_construct(runs=(a_run(RunStatus.FAILED), a_run(RunStatus.COMPLETED)))
    assert (half.is_over, whole.is_over) == (False, True)
    assert half.counted == {RunStatus.FAILED: 1, RunStatus.RUNNING: 1}
    assert whole.batch_id == UUID(int=2)


def test_what_the_recorder_sends_is_a_batch() -> None:
    """The model of record_run's argument knows every field that is sent."""
    outcome = an_outcome("s/a", Verdict.FAILED)
    events = (
        RunStarted(tests=(), environment="staging", base_url="", jobs=1, started_at=NOW),
        TestFinished(outcome=outcome, change=None),
    )
    entries = [entry for event in events if (entry := entry_of(event))]
    batch = RunBatch.checked(**batch_of(entries, lease_seconds=60))
    assert [result.test for result in batch.results] == ["s/a"]
    assert batch.status is RunStatus.RUNNING


def test_an_event_of_a_newer_database_is_kept_as_it_is() -> None:
    """Its type as text, its fields untouched; one that is known has its own type."""
    known = PlatformEvent.model_validate({"type": "test_started", "test": "s/a"})
    other = PlatformEvent.model_validate({"type": "moon_rose", "height": 3})
    assert known.type is EventType.TEST_STARTED
    assert (other.type, other.model_extra) == ("moon_rose", {"height": 3})


def test_a_message_that_names_values_only_is_understood() -> None:
    """Large values are announced by their names."""
    message = RunMessage.model_validate(
        {
            "run_id": "r",
            "sequence": 4,
            "status": "running",
            "counters": {"total": 3},
            "events": [{"type": "context_updated", "test": "s/a", "variables": ["big"], "names_only": True}],
        }
    )
    assert message.events is not None
    assert message.events[0].variables == ("big",)


def test_a_cached_context_may_be_used_while_it_is_fresh_and_new_enough() -> None:
    """Time and version, both."""
    entry = CachedContext(
        key="run:r",
        version=5,
        stored_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        context=ContextDocument(version=5),
    )
    assert entry.is_usable(NOW, version=5)
    assert not entry.is_usable(NOW, version=6)
    assert not entry.is_usable(NOW + timedelta(hours=1))


def test_a_pipeline_shows_what_could_run_side_by_side() -> None:
    """Stage by stage, in the order of its steps."""
    steps = [
        PipelineStep(position=1, stage=1, test="s/a"),
        PipelineStep(position=2, stage=2, test="s/b"),
        PipelineStep(position=3, stage=1, test="s/c"),
    ]
    stages = TestExecutionPipeline(steps=tuple(steps)).stages
    assert [[step.test for step in stage] for stage in stages] == [["s/a", "s/c"], ["s/b"]]


@pytest.mark.parametrize(
    ("error", "code"),
    [(Refused("no", code="PT409", hint="wait"), "PT409"), (NotReachable("nobody answers"), "")],
)
def test_an_error_is_a_value_that_can_be_sent(error: Refused | NotReachable, code: str) -> None:
    """Code, message and hint, as the project gave them."""
    value = ApiError.of(error)
    assert (value.code, value.message, value.hint) == (code, error.what, error.hint)


@pytest.mark.parametrize(("code", "stale"), [("PT409", True), ("PT404", False)])
def test_a_context_that_somebody_else_wrote_is_stale(code: str, stale: bool) -> None:
    """One that is gone is not."""
    error = Refused("no", code=code)
    value = ContextManagementError.of(error, run_id="r", operation="capture_variables")
    assert (value.is_stale, value.operation, value.error.message) == (stale, "capture_variables", "no")
