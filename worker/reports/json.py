"""The whole run as one JSON document. docs/command-line.md explains its fields."""

import json
from collections.abc import Sequence
from typing import ClassVar

from worker.models.events import PlannedTest
from worker.models.outcome import RunStatus
from worker.reports.base import Report
from worker.reports.events import (
    FORMAT_VERSION,
    Plain,
    moment,
    plain_counters,
    plain_edge,
    plain_location,
    plain_outcome,
    plain_planned,
    plain_run,
)
from worker.reports.record import RunRecord


class JsonReport(Report):
    """Everything that is known of a run, for programs. `version` rises when a field changes its meaning."""

    kind: ClassVar[str] = "json"

    def text(self, record: RunRecord) -> str:
        """The whole document."""
        parts = [
            f'"version": {FORMAT_VERSION}',
            f'"run": {_line(_run(record))}',
            f'"tests": {_lines([_test(record, planned) for planned in record.planned])}',
            f'"dependencies": {_lines(_dependencies(record))}',
        ]
        return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(objects: Sequence[Plain]) -> str:
    """A list with one object a line: quick to write, and line tools can work on it."""
    return "[\n" + ",\n".join(map(_line, objects)) + "\n]" if objects else "[]"


def _line(value: Plain) -> str:
    return json.dumps(value, ensure_ascii=False)


def _run(record: RunRecord) -> Plain:
    started = record.started
    outcome = plain_run(record.finished) if record.finished else _stopped(record)
    return {
        "environment": started.environment if started else "",
        "base_url": started.base_url if started else "",
        "jobs": started.jobs if started else 0,
        "started_at": moment(started.started_at) if started else None,
        **outcome,
    }


def _stopped(record: RunRecord) -> Plain:
    return {
        "status": RunStatus.CANCELLED,
        "failure": None,
        "message": "the run was stopped before its end",
        "seconds": None,
        "counters": plain_counters(record.counters),
        "critical_path": {"tests": [], "seconds": 0.0},
    }


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
