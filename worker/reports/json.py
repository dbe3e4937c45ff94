"""The whole run as one JSON document; docs/reports.md explains it, docs/report.schema.json is its schema."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar

from worker.models.events import PlannedTest
from worker.models.outcome import RunOutcome, RunStatus
from worker.reports.base import FileReport
from worker.reports.events import FORMAT_VERSION, plain_edge, plain_planned, plain_renewal, plain_run
from worker.reports.plain import Plain, moment, plain_location
from worker.reports.plain_outcome import plain_outcome
from worker.reports.record import RunRecord


class JsonReport(FileReport):
    """Everything that is known of a run, for programs. `version` rises when a field changes its meaning."""

    kind: ClassVar[str] = "json"

    def pieces(self, record: RunRecord) -> Iterator[str]:
        """The whole document, one test a piece."""
        yield f'{{\n"version": {FORMAT_VERSION},\n"run": {_line(_run(record))},\n"tests": '
        yield from _lines(_test(record, planned) for planned in record.planned)
        yield ',\n"dependencies": '
        yield from _lines(_dependencies(record))
        yield "\n}\n"


def _lines(objects: Iterable[Plain]) -> Iterator[str]:
    """A list with one object a line: quick to write, and line tools can work on it."""
    before = "[\n"
    for each in objects:
        yield before + _line(each)
        before = ",\n"
    yield "[]" if before == "[\n" else "\n]"


def _line(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)


def _run(record: RunRecord) -> Plain:
    started = record.started
    return {
        "environment": started.environment if started else "",
        "base_url": started.base_url if started else "",
        "jobs": started.jobs if started else 0,
        "started_at": moment(started.started_at) if started else None,
        "notices": [*started.choice, *started.notices] if started else [],
        **(plain_run(record.finished) if record.finished else _stopped(record)),
        "renewed": [plain_renewal(renewal) for renewal in record.renewals],
    }


def _stopped(record: RunRecord) -> Plain:
    """What is known of a run whose end nobody told: all fields of one that was finished."""
    outcome = RunOutcome(
        status=RunStatus.CANCELLED,
        message="the run was stopped before its end",
        counters=record.counters,
        seconds=0.0,
        renewals=Counter(token for each in record.renewals if each.worked for token in each.tokens),
        cleanups=tuple(record.cleanups),
    )
    return {**plain_run(outcome), "seconds": None}


def _test(record: RunRecord, planned: PlannedTest) -> Plain:
    suite, _, key = planned.name.partition("/")
    return {
        "suite": suite,
        "key": key,
        **plain_planned(planned),
        "where": plain_location(record.where(planned.name)),
        **plain_outcome(record.outcome(planned)),
    }


def _dependencies(record: RunRecord) -> list[Plain]:
    if record.edges:
        return [plain_edge(edge) for edge in record.edges]
    return [
        {"dependent": planned.name, "required": required, "kind": None, "reasons": []}
        for planned in record.planned
        for required in planned.needs
    ]
