"""The Common Test Report Format: one JSON document that many dashboards and bots read."""

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import ClassVar

from worker.models.events import PlannedTest
from worker.models.outcome import Attempt, StepRecord, TestOutcome, Verdict
from worker.models.suite import Test
from worker.reports.base import FileReport
from worker.reports.exchange import attempt_text
from worker.reports.headline import headline
from worker.reports.identity import identity_of, milliseconds, unique_identity
from worker.reports.plain import Plain, moment
from worker.reports.plain_outcome import plain_quarantine
from worker.reports.record import RunRecord, never_ran
from worker.reports.words import Labels, first_line

#: The version of the format's specification that these documents keep to.
SPECIFICATION = "0.0.0"

_STATUS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.BROKEN: "failed",  # it makes the run fail; the format has no word for it
    Verdict.BLOCKED: "skipped",
    Verdict.SKIPPED: "skipped",
}


class CtrfReport(FileReport):
    """One object a test; `rawStatus` is Baton's own verdict, `extra` what the format has no place for."""

    kind: ClassVar[str] = "ctrf"

    def pieces(self, record: RunRecord) -> Iterator[str]:
        """The whole document, one test a piece."""
        before = f'{_head(record)[:-1]}, "results": {_results(record)[:-1]}, "tests": [\n'
        for planned in record.planned:
            yield before + _line(_test(record, planned))
            before = ",\n"
        yield (before if before != ",\n" else "") + "\n]}}\n"


def _line(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)


def _head(record: RunRecord) -> str:
    head: Plain = {"reportFormat": "CTRF", "specVersion": SPECIFICATION, "generatedBy": "baton"}
    if record.started:
        head["reportId"] = unique_identity(record.started.started_at, "ctrf")
        head["timestamp"] = moment(record.started.started_at)
    return _line(head)


def _results(record: RunRecord) -> str:
    started = record.started
    environment: Plain = {"testEnvironment": started.environment} if started else {}
    if started and started.base_url:
        environment["extra"] = {"baseUrl": started.base_url}
    return _line({"tool": _tool(), "summary": _summary(record), "environment": environment})


def _tool() -> Plain:
    try:
        return {"name": "baton", "version": version("baton")}
    except PackageNotFoundError:  # run from a folder that nobody installed
        return {"name": "baton"}


def _summary(record: RunRecord) -> Plain:
    outcomes = [record.outcome(planned) for planned in record.planned]
    found = [status_of(outcome) for outcome in outcomes]
    names = [planned.name for planned in record.planned]
    begin = milliseconds(record.started.started_at) if record.started else 0
    length = round((record.finished.seconds if record.finished else _until_last(record)) * 1000)
    return {
        "tests": len(found),
        **{word: found.count(word) for word in ("passed", "failed", "skipped", "pending", "other")},
        "flaky": sum(map(_is_flaky, outcomes)),
        "suites": len({name.partition("/")[0] for name in names}),
        "start": begin,
        "stop": begin + length,
        "duration": length,
        "extra": _of_the_run(record, Labels(names)),
    }


def _of_the_run(record: RunRecord, labels: Labels) -> Plain:
    told: Plain = {"verdict": headline(record, labels)}
    if record.finished:
        told["criticalPath"] = list(record.finished.critical_path)
        told["renewals"] = dict(record.finished.renewals)
        told["cleanupsFailed"] = sum(
            each.verdict in (Verdict.FAILED, Verdict.BROKEN) for each in record.cleanups
        )
    return told


def _until_last(record: RunRecord) -> float:
    """How long a run took whose end nobody told: until its last test."""
    ends = [outcome.finished_at for outcome in record.outcomes.values() if outcome.finished_at]
    return (max(ends) - record.started.started_at).total_seconds() if ends and record.started else 0.0


def status_of(outcome: TestOutcome) -> str:
    """The verdict in the format's words. What fails in quarantine is `other`: it fails nobody's build."""
    if outcome.quarantine and outcome.verdict in (Verdict.FAILED, Verdict.BROKEN):
        return "other"
    return "pending" if never_ran(outcome) else _STATUS[outcome.verdict]


def _is_flaky(outcome: TestOutcome) -> bool:
    earlier = outcome.attempts[:-1]
    return outcome.verdict is Verdict.PASSED and any(each.verdict is not Verdict.PASSED for each in earlier)


def _test(record: RunRecord, planned: PlannedTest) -> Plain:
    outcome = record.outcome(planned)
    suite, _, key = planned.name.partition("/")
    said: Plain = {
        "testId": identity_of(planned.name),
        "name": key,
        "status": status_of(outcome),
        "rawStatus": outcome.verdict,
        "duration": round(outcome.seconds * 1000),
        **_when(outcome),
        "suite": [suite],
        **_why(outcome),
        **_written(record, planned),
        "flaky": _is_flaky(outcome),
        "retries": max(len(outcome.attempts) - 1, 0),
        "extra": _extra(planned, outcome),
    }
    if len(outcome.attempts) > 1:
        said["retryAttempts"] = [_attempt(attempt) for attempt in outcome.attempts[:-1]]
    last = outcome.last_attempt
    if last and last.has_steps:
        said["steps"] = [_step(step) for step in last.steps]
    return said


def _when(outcome: TestOutcome) -> Plain:
    if outcome.started_at is None or outcome.finished_at is None:
        return {}
    return {"start": milliseconds(outcome.started_at), "stop": milliseconds(outcome.finished_at)}


def _why(outcome: TestOutcome | Attempt) -> Plain:
    """Message and trace of what did not pass; the exchange is in the trace."""
    if outcome.verdict is Verdict.PASSED:
        return {}
    said: Plain = {"message": first_line(outcome.reason) or str(outcome.verdict)}
    attempt = outcome if isinstance(outcome, Attempt) else outcome.last_attempt
    if attempt is not None:
        failed = [
            f"{check.expectation.where}: {check.message}" for check in attempt.checks if not check.passed
        ]
        said["trace"] = "\n".join([*failed, *([""] if failed else []), attempt_text(attempt)])
    return said


def _written(record: RunRecord, planned: PlannedTest) -> Plain:
    """What the user's file says of the test."""
    test: Test | None = record.plan.tests.get(planned.name) if record.plan else None
    if test is None:
        return {}
    said: Plain = {"filePath": test.where.path, "line": test.where.line}
    if test.tags:
        said["tags"] = list(test.tags)
    return {**said, "labels": {"priority": test.priority}}


def _extra(planned: PlannedTest, outcome: TestOutcome) -> Plain:
    told: Plain = {
        "title": planned.title,
        "needs": list(planned.needs),
        "category": outcome.category,
        "blockedBy": outcome.blocked_by,
        "requiredOnly": outcome.required_only,
        "quarantine": plain_quarantine(outcome.quarantine) if outcome.quarantine else None,
    }
    return {name: value for name, value in told.items() if value not in (None, False, [], "")}


def _attempt(attempt: Attempt) -> Plain:
    return {
        "attempt": attempt.number,
        "status": _STATUS[attempt.verdict],
        "start": milliseconds(attempt.started_at),
        "stop": milliseconds(attempt.finished_at),
        "duration": max(milliseconds(attempt.finished_at) - milliseconds(attempt.started_at), 0),
        **_why(attempt),
    }


def _step(step: StepRecord) -> Plain:
    extra: Plain = {"durationMs": round(step.seconds * 1000), "iteration": step.iteration}
    if step.started_at:
        extra["start"] = milliseconds(step.started_at)
    if step.reason:
        extra["message"] = first_line(step.reason)
    return {"name": step.name or "request", "status": _STATUS[step.verdict], "extra": extra}
