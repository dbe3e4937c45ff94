"""One result for each attempt of each test: the last one is the test's, the others are its retries."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from context.values import JsonValue
from worker.models.events import PlannedTest
from worker.models.outcome import Attempt, CaptureRecord, CheckResult, StepRecord, TestOutcome, Verdict
from worker.models.suite import Priority, Test
from worker.reports.allure.attachments import Attachments
from worker.reports.asides import quarantine_note
from worker.reports.identity import identity_of, milliseconds, unique_identity
from worker.reports.plain import Plain
from worker.reports.record import RunRecord
from worker.reports.words import clipped, first_line

#: Characters of what was expected that stand in the name of a step.
_NAMED = 60

STATUS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.BROKEN: "broken",
    Verdict.BLOCKED: "skipped",
    Verdict.SKIPPED: "skipped",
}
_SEVERITY = {
    Priority.CRITICAL: "blocker",
    Priority.HIGH: "critical",
    Priority.MEDIUM: "normal",
    Priority.LOW: "minor",
}


def results(record: RunRecord, attachments: Attachments) -> Iterator[Plain]:
    """All results of a run, also of tests that were never sent."""
    for planned in record.planned:
        outcome = record.outcome(planned)
        if not outcome.attempts:
            yield _result(record, planned, outcome, None, attachments)
        for attempt in outcome.attempts:
            yield _result(record, planned, outcome, attempt, attachments)


def result_uuid(record: RunRecord, outcome: TestOutcome, attempt: Attempt | None) -> str:
    """The same for the same attempt of the same run, whoever writes it and however often."""
    number = attempt.number if attempt else 0
    return unique_identity(_began(record), outcome.test, number)


def _result(
    record: RunRecord,
    planned: PlannedTest,
    outcome: TestOutcome,
    attempt: Attempt | None,
    attachments: Attachments,
) -> Plain:
    suite, _, key = planned.name.partition("/")
    test = record.plan.tests.get(planned.name) if record.plan else None
    is_last = attempt is outcome.last_attempt
    decided: TestOutcome | Attempt = outcome if is_last or attempt is None else attempt
    base = test.row_of if test and test.row_of else key
    return {
        "uuid": result_uuid(record, outcome, attempt),
        "historyId": identity_of(planned.name),
        "testCaseId": identity_of(f"{suite}/{base}"),
        "fullName": planned.name,
        "titlePath": [suite],
        "name": key,
        "description": _description(planned, test),
        "status": STATUS[decided.verdict],
        "statusDetails": _details(outcome, decided, attempt),
        "stage": "finished",
        **_times(record, attempt),
        "labels": _labels(suite, test, outcome),
        "parameters": _parameters(key, test),
        "links": [],
        **_content(attempt, attachments),
    }


def _content(attempt: Attempt | None, attachments: Attachments) -> Plain:
    """Steps, each with what it sent; a test of one exchange has the checks as its steps."""
    if attempt is None:
        return {"steps": [], "attachments": []}
    if attempt.has_steps:
        return {"steps": steps(attempt.steps, attempt.started_at, attachments), "attachments": []}
    when = milliseconds(attempt.finished_at)
    return {
        "steps": list(_checks(attempt.checks, attempt.captures, when)),
        "attachments": attachments.exchange(attempt.exchange),
    }


def steps(records: Iterable[StepRecord], began: datetime, attachments: Attachments) -> list[Plain]:
    """Steps of an attempt or of an undo. One that was never sent stands where the one before it ended."""
    found: list[Plain] = []
    for record in records:
        began = record.started_at or began
        ended = began + timedelta(seconds=record.seconds)
        found.append(_step(record, milliseconds(began), milliseconds(ended), attachments))
        began = ended
    return found


def _step(record: StepRecord, start: int, stop: int, attachments: Attachments) -> Plain:
    again = f" (the {record.iteration}. time)" if record.iteration > 1 else ""
    return {
        "name": f"{record.name or 'the request'}{again}",
        "status": STATUS[record.verdict],
        "statusDetails": {"message": record.reason} if record.reason else {},
        "stage": "finished",
        "start": start,
        "stop": stop,
        "steps": list(_checks(record.checks, record.captures, stop)),
        "attachments": attachments.exchange(record.exchange),
        "parameters": [],
    }


def _checks(checks: Iterable[CheckResult], captures: Iterable[CaptureRecord], when: int) -> Iterator[Plain]:
    for check in checks:
        yield _check(check, when)
    for capture in captures:
        name = f"capture {capture.target} {capture.name} from {capture.source}"
        yield _small_step(name, "passed", when, parameters=[("value", _word(capture.value))])


def _check(check: CheckResult, when: int) -> Plain:
    expectation = check.expectation
    expected = _word(check.expected)
    name = " ".join(
        filter(None, (expectation.kind, expectation.subject, expectation.operator.replace("_", " ")))
    )
    name = f"{name} {clipped(first_line(expected), _NAMED)}"
    values = [("expected", expected), ("actual", _word(check.actual))]
    step = _small_step(f"expect {name}", "passed" if check.passed else "failed", when, parameters=values)
    if not check.passed:
        step["statusDetails"] = {
            "message": check.message,
            "trace": "\n".join(filter(None, (str(expectation.where), check.difference))),
        }
    return step


def _word(value: JsonValue) -> str:
    """A value as JSON has it; texts without their quotation marks."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _small_step(name: str, status: str, when: int, *, parameters: Iterable[tuple[str, str]]) -> Plain:
    return {
        "name": name,
        "status": status,
        "statusDetails": {},
        "stage": "finished",
        "start": when,
        "stop": when,
        "steps": [],
        "attachments": [],
        "parameters": [{"name": name, "value": value} for name, value in parameters],
    }


def _details(outcome: TestOutcome, decided: TestOutcome | Attempt, attempt: Attempt | None) -> Plain:
    details: Plain = {}
    reason = decided.reason
    if outcome.verdict is Verdict.BLOCKED and not reason.startswith("blocked by"):
        reason = f"blocked by {outcome.blocked_by}: {reason}"
    if outcome.quarantine:
        details["muted"] = True
        reason = "\n".join(filter(None, (reason, quarantine_note(outcome.quarantine))))
    if reason and decided.verdict is not Verdict.PASSED:
        details["message"] = reason
    trace = _trace(attempt)
    if trace:
        details["trace"] = trace
    if outcome.verdict is Verdict.PASSED and len(outcome.attempts) > 1:
        details["flaky"] = True
    return details


def _trace(attempt: Attempt | None) -> str:
    failed = [check for check in attempt.checks if not check.passed] if attempt else []
    lines = [
        [f"{check.expectation.where}: {first_line(check.message)}", check.difference] for check in failed
    ]
    return "\n".join(line for pair in lines for line in pair if line)


def _times(record: RunRecord, attempt: Attempt | None) -> Plain:
    start, stop = (attempt.started_at, attempt.finished_at) if attempt else (_began(record),) * 2
    return {"start": milliseconds(start), "stop": milliseconds(stop)}


def _labels(suite: str, test: Test | None, outcome: TestOutcome) -> list[Plain]:
    pairs = [("suite", suite), ("framework", "baton"), ("language", "yaml")]
    if test is not None:
        pairs += [("severity", _SEVERITY[test.priority]), ("package", test.where.path)]
        pairs += [("tag", tag) for tag in test.tags]
    if outcome.required_only:
        pairs.append(("tag", "needed-by-others"))
    if outcome.quarantine:
        pairs.append(("tag", "quarantine"))
        pairs += [("owner", outcome.quarantine.owner)] if outcome.quarantine.owner else []
    return [{"name": name, "value": value} for name, value in pairs]


def _parameters(key: str, test: Test | None) -> list[Plain]:
    """Which row a test of a table is."""
    if test is None or test.row_of is None:
        return []
    row = key.removeprefix(test.row_of).strip("[]")
    return [{"name": "row", "value": row}]


def _description(planned: PlannedTest, test: Test | None) -> str:
    """In Markdown, which Allure cleans before it shows it; angle brackets are taken out of the way here."""
    title = planned.title if planned.title != planned.name.partition("/")[2] else ""
    told = "\n\n".join(filter(None, (title, test.description if test else "")))
    return told.replace("&", "&amp;").replace("<", "&lt;")


def _began(record: RunRecord) -> datetime:
    if record.started is None:
        raise ValueError("a run that never began has no results")
    return record.started.started_at
