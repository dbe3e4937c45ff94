"""Recorded runs, read with everything that was recorded of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from worker.cli.recorded_files import ReportFiles
from worker.database import RecordedRuns
from worker.models.events import ContextChange
from worker.models.outcome import (
    Cleanup,
    Counters,
    Renewal,
    RunFailure,
    RunOutcome,
    RunStatus,
    TestOutcome,
    Verdict,
)
from worker.models.suite import TestName
from worker.recording import outcome_of
from worker.recording.later_outcomes import change_of, cleanups_of, renewals_of

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run that is over, as its rows tell it."""

    outcome: RunOutcome
    outcomes: tuple[TestOutcome, ...]
    started_at: datetime
    jobs: int
    renewals: tuple[Renewal, ...] = ()
    changes: Mapping[TestName, ContextChange] = field(default_factory=dict)


async def read_recorded(runs: RecordedRuns, run_id: str, *, files: ReportFiles | None = None) -> RecordedRun:
    """A run with everything that was recorded of it; what is in its files only where these are asked for."""
    row = await runs.run(run_id)
    results = await runs.results(row)
    details = await runs.details(row)
    outcomes = [outcome_of(result, details.get(result["test"], ())) for result in results]
    if files is not None:
        test_ids = {result["test"]: result["test_case_id"] for result in results}
        outcomes = await files.put_into(run_id, outcomes, test_ids=test_ids)
    cleanups = [each for test, rows in details.items() for each in cleanups_of(test, rows)]
    renewals = [each for test, rows in details.items() for each in renewals_of(test, rows)]
    changes = [change_of(test, rows) for test, rows in details.items()]
    return RecordedRun(
        outcome=replace(_outcome(row), cleanups=tuple(sorted(cleanups, key=_beginning))),
        outcomes=tuple(sorted(outcomes, key=_order)),
        started_at=datetime.fromisoformat(row["started_at"] or row["created_at"]),
        jobs=int((row.get("config") or {}).get("jobs") or 0),
        renewals=tuple(sorted(renewals, key=lambda renewal: renewal.started_at)),
        changes={change.test: change for change in changes if change},
    )


def _outcome(row: Row) -> RunOutcome:
    summary = row.get("summary") or {}
    return RunOutcome(
        status=RunStatus(row["status"]),
        failure=RunFailure(row["reason"]) if row.get("reason") else None,
        message=row.get("message") or "",
        counters=Counters(
            total=row["total"],
            quarantined=int(summary.get("quarantined") or 0),
            **{verdict.value: row[verdict.value] for verdict in Verdict},
        ),
        seconds=float(summary.get("seconds") or (row.get("duration_ms") or 0) / 1000),
        critical_path=tuple(summary.get("critical_path") or ()),
        critical_path_seconds=float(summary.get("critical_path_seconds") or 0),
        best_possible_seconds=float(summary.get("best_possible_seconds") or 0),
        renewals=summary.get("renewals") or {},
    )


def _beginning(cleanup: Cleanup) -> tuple[bool, str]:
    return cleanup.started_at is None, cleanup.started_at.isoformat() if cleanup.started_at else ""


def _order(outcome: TestOutcome) -> tuple[bool, str, str]:
    """As they happened; what was never sent comes last."""
    moment = outcome.finished_at
    return moment is None, moment.isoformat() if moment else "", outcome.test
