"""Runs, outcomes and events in one line each, for tests of recording and of the worker."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from context.values import JsonValue
from tests.builders import an_expectation
from worker.models.environment import Environment
from worker.models.events import ContextChange, PlannedTest, RunStarted, TestFinished, TestStarted
from worker.models.outcome import (
    Attempt,
    CaptureRecord,
    CheckResult,
    ExchangeRecord,
    FileCategory,
    FileRecord,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.models.run import ClaimedRun, ClaimedSuite, Lease

RUN_ID = "5b0c6a3e-0000-4000-8000-000000000001"
MOMENT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def a_run(run_id: str = RUN_ID, *, source: str = "", environment: Environment | None = None) -> ClaimedRun:
    """A run of one suite that waits to be claimed."""
    return ClaimedRun(
        lease=Lease(run_id=run_id, number=0),
        project_key="shop",
        suites=(ClaimedSuite(key="s", path="s.yaml", source=source),),
        environment=environment or Environment(name="local"),
    )


def an_outcome(
    test: str = "s/a", verdict: Verdict = Verdict.PASSED, *, reason: str = "", status: int = 200
) -> TestOutcome:
    """A test that was sent once."""
    return TestOutcome(
        test=test,
        verdict=verdict,
        reason=reason,
        attempts=(an_attempt(verdict, reason=reason, status=status),),
        started_at=MOMENT,
        finished_at=MOMENT + timedelta(seconds=0.25),
    )


def with_file(file: FileRecord, outcome: TestOutcome | None = None) -> TestOutcome:
    """A test whose answer was this file."""
    outcome = outcome or an_outcome()
    [step] = outcome.attempts[0].steps
    assert step.exchange is not None
    answered = replace(step, exchange=replace(step.exchange, response_file=file))
    return replace(outcome, attempts=(replace(outcome.attempts[0], steps=(answered,)),))


def a_picture(**more: object) -> FileRecord:
    """As it is kept."""
    facts = {"sha256": "5" * 64, "content": b"\x89PNG", "size_bytes": 4, "media_type": "image/png"} | more
    return FileRecord(
        name="a.png",
        category=FileCategory.IMAGE,
        **facts,  # type: ignore[arg-type] # by name
    )


def an_attempt(verdict: Verdict = Verdict.PASSED, *, reason: str = "", status: int = 200) -> Attempt:
    """One try, with everything a try can have."""
    return Attempt(
        number=1,
        verdict=verdict,
        reason=reason,
        steps=(a_record(verdict, reason=reason, status=status),),
        started_at=MOMENT,
        finished_at=MOMENT + timedelta(seconds=0.25),
        setup_seconds=0.01,
        execution_seconds=0.2,
        teardown_seconds=0.04,
    )


def a_record(
    verdict: Verdict = Verdict.PASSED, *, reason: str = "", status: int = 200, **more: object
) -> StepRecord:
    """One step, with everything a step can have; further fields of `StepRecord` by name."""
    check = CheckResult(expectation=an_expectation(200), passed=status == 200, expected=200, actual=status)
    return StepRecord(
        verdict=verdict,
        reason=reason,
        exchange=ExchangeRecord(
            method="GET",
            url="http://127.0.0.1/things/1",
            request_headers=(("accept", "*/*"),),
            status_code=status,
            response_headers=(("content-type", "application/json"),),
            response_body='{"id": 1}',
            response_bytes=9,
            http_version="HTTP/1.1",
            timings={"total": 0.25},
        ),
        checks=(check,),
        captures=(CaptureRecord(name="id", target="data", source="jsonpath $.id", value=1),),
        seconds=0.2,
        **more,  # type: ignore[arg-type] # fields are checked by their users
    )


def run_started(*tests: str) -> RunStarted:
    """The run begins with these tests."""
    return RunStarted(
        tests=tuple(PlannedTest(name=test, title=test) for test in tests),
        environment="local",
        base_url="http://127.0.0.1",
        jobs=4,
        started_at=MOMENT,
    )


def a_start(test: str = "s/a", attempt: int = 1) -> TestStarted:
    """A test begins."""
    return TestStarted(test=test, attempt=attempt, started_at=MOMENT)


def a_finish(test: str = "s/a", verdict: Verdict = Verdict.PASSED, **more: JsonValue) -> TestFinished:
    """A test has its verdict, and captured these values as data."""
    change = ContextChange(test=test, captured_data=more) if more else None
    return TestFinished(outcome=an_outcome(test, verdict), change=change)
