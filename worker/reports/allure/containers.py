"""What was done around the tests: hooks of a suite before and after all, and undos."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from worker.models.flow import TestRole
from worker.models.outcome import Cleanup, TestOutcome
from worker.models.suite import TestName
from worker.reports.allure.attachments import Attachments
from worker.reports.allure.results import STATUS, result_uuid, steps
from worker.reports.asides import cleanup_title
from worker.reports.identity import milliseconds, unique_identity
from worker.reports.plain import Plain
from worker.reports.record import RunRecord
from worker.reports.words import Labels


def containers(record: RunRecord, attachments: Attachments) -> Iterator[Plain]:
    """One container for the hooks of each suite, one for each undo."""
    yield from _hooks(record, attachments)
    labels = Labels(planned.name for planned in record.planned)
    for number, cleanup in enumerate(record.cleanups):
        outcome = record.outcomes.get(cleanup.test)
        if outcome is not None:
            yield _of_cleanup(record, number, cleanup, outcome, labels, attachments)


def _hooks(record: RunRecord, attachments: Attachments) -> Iterator[Plain]:
    roles = {name: test.role for name, test in record.plan.tests.items()} if record.plan else {}
    hooks = {name: role for name, role in roles.items() if role is not TestRole.TEST}
    for name, role in hooks.items():
        outcome = record.outcomes.get(name)
        if outcome is None:
            continue
        suite = name.partition("/")[0]
        place = "befores" if role is TestRole.BEFORE_ALL else "afters"
        yield {
            "uuid": _uuid(record, "hook", name),
            "name": name,
            "children": list(_children(record, suite, hooks)),
            "befores": [],
            "afters": [],
            place: [_hook(name, outcome, attachments)],
        }


def _children(record: RunRecord, suite: str, hooks: Iterable[TestName]) -> Iterator[str]:
    for planned in record.planned:
        if planned.name not in hooks and planned.name.partition("/")[0] == suite:
            outcome = record.outcome(planned)
            yield result_uuid(record, outcome, outcome.last_attempt)


def _hook(name: TestName, outcome: TestOutcome, attachments: Attachments) -> Plain:
    attempt = outcome.last_attempt
    done = steps(attempt.steps, attempt.started_at, attachments) if attempt else []
    fixture = _fixture(name.partition("/")[2], STATUS[outcome.verdict], outcome.reason, done)
    return {**fixture, **_times(outcome.started_at, outcome.finished_at)}


def _of_cleanup(
    record: RunRecord,
    number: int,
    cleanup: Cleanup,
    outcome: TestOutcome,
    labels: Labels,
    attachments: Attachments,
) -> Plain:
    done = steps(cleanup.steps, cleanup.started_at, attachments) if cleanup.started_at else []
    fixture = _fixture(cleanup_title(cleanup, labels), STATUS[cleanup.verdict], cleanup.reason, done)
    return {
        "uuid": _uuid(record, "cleanup", number, cleanup.test),
        "name": f"clean-up of {cleanup.test}",
        "children": [result_uuid(record, outcome, outcome.last_attempt)],
        "befores": [],
        "afters": [{**fixture, **_times(cleanup.started_at, cleanup.finished_at)}],
    }


def _fixture(name: str, status: str, reason: str, done: list[Plain]) -> Plain:
    return {
        "name": name,
        "status": status,
        "statusDetails": {"message": reason} if reason else {},
        "stage": "finished",
        "steps": list(done),
        "attachments": [],
        "parameters": [],
    }


def _times(started: datetime | None, finished: datetime | None) -> Plain:
    if started is None or finished is None:
        return {}
    return {"start": milliseconds(started), "stop": milliseconds(finished)}


def _uuid(record: RunRecord, *parts: object) -> str:
    return unique_identity(record.started.started_at, *parts) if record.started else ""
