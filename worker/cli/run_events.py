"""Runs that a worker executes, as lines of JSON: what `baton trigger --json` prints."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from worker.cli.reporting import stream_for_people
from worker.errors import UsageError
from worker.project.trigger import RequestedRun
from worker.realtime import ProgressUpdate, RunStats, UpdateType
from worker.reports import Report
from worker.reports.base import STANDARD_OUTPUT
from worker.reports.events import FORMAT_VERSION, plain_counters
from worker.reports.ndjson import EventStream
from worker.reports.plain import Plain, moment


class RunEvents(EventStream):
    """What is known of runs while they happen, each line with its `run`; at the end, what was recorded of
    them is told like the events of a run on one's own machine.

    Runs that a worker executes go on whoever reads of them, so a reader that goes ends nothing: there are
    still the text for people, the reports, and the exit code.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._is_read = True

    def line(self, said: Plain) -> None:
        """Print one object at once, as long as somebody reads."""
        if not self._is_read:
            return
        try:
            super().line(said)
        except BrokenPipeError:
            self._is_read = False
            self.say("Nobody reads the events any more. What happens is still told here, to the verdict.")

    def requested(self, runs: Iterable[RequestedRun]) -> None:
        """The first lines: the runs that will be followed, or that somebody else follows."""
        for run in runs:
            self.line(
                {
                    "event": "run_requested",
                    "version": FORMAT_VERSION,
                    "run": run.id,
                    "suites": list(run.suites),
                    "environment": run.environment,
                    "status": run.status,
                }
            )

    def update(self, update: ProgressUpdate) -> None:
        """One piece of news. What the context knows is told with the tests, at the end."""
        if update.type is UpdateType.RUN_STATUS and update.stats is not None:
            self.line(_status(update.run_id, update.stats))
        elif update.result is not None:
            self.line(_result(update.run_id, update.result))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where text for people goes, and what prints events for programs, if any are wanted."""

    people: TextIO
    events: RunEvents | None = None


def outlets_of(reports: Sequence[Report], *, as_json: bool) -> Outlets:
    """Both of them. Raises UsageError when a report is to be printed between the events."""
    if not as_json:
        return Outlets(people=stream_for_people(reports))
    if any(report.path == STANDARD_OUTPUT for report in reports):
        hint = "give the report a path, or leave out --json"
        raise UsageError("a report and events cannot both be printed", where="--json", hint=hint)
    return Outlets(people=sys.stderr, events=RunEvents(sys.stdout))


def _status(run_id: str, stats: RunStats) -> Plain:
    return {
        "event": "run_status",
        "run": run_id,
        "status": stats.status,
        "failure": stats.failure,
        "message": stats.message,
        "counters": plain_counters(stats.counters),
    }


def _result(run_id: str, row: Mapping[str, Any]) -> Plain:
    return {
        "event": "test_result",
        "run": run_id,
        "test": row["test"],
        "verdict": row["verdict"],
        "reason": row["reason"] or "",
        "category": row["error_category"],
        "blocked_by": row["blocked_by"],
        "required_only": bool(row["required_only"]),
        "attempts": row["attempts"] or 0,
        "started_at": _moment(row["started_at"]),
        "finished_at": _moment(row["finished_at"]),
    }


def _moment(text: str | None) -> str | None:
    return moment(datetime.fromisoformat(text)) if text else None
