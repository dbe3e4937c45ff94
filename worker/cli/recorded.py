"""Recorded runs as events, so that reports can be written of what somebody else has executed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.database import RecordedRuns
from worker.models.events import Event, PlannedTest, RunFinished, RunStarted, TestFinished
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.models.suite import TestName
from worker.recording import outcome_of

Row = Mapping[str, Any]

#: Where one test was run twice, because two runs needed it, the worse verdict is told.
_WORST_FIRST = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED, Verdict.PASSED, Verdict.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run that is over, as its rows tell it."""

    outcome: RunOutcome
    outcomes: tuple[TestOutcome, ...]
    started_at: datetime
    jobs: int


async def read_recorded(runs: RecordedRuns, run_id: str) -> RecordedRun:
    """A run with everything that was recorded of it."""
    row = await runs.run(run_id)
    results = await runs.results(row)
    details = await runs.details(row)
    outcomes = [outcome_of(result, details.get(result["test"], ())) for result in results]
    return RecordedRun(
        outcome=_outcome(row),
        outcomes=tuple(sorted(outcomes, key=_order)),
        started_at=datetime.fromisoformat(row["started_at"] or row["created_at"]),
        jobs=int((row.get("config") or {}).get("jobs") or 0),
    )


def events_of(
    recorded: Sequence[RecordedRun], *, environment: str, asked_for: Sequence[TestName] = ()
) -> Iterator[Event]:
    """These runs as one: what began, how each test ended, how all of it ended.

    `asked_for` are the tests that were to be run, where that is known: one that no run came to is
    planned and has no outcome, so that it is not missing from a report.
    """
    outcomes = _merged(recorded)
    planned = [_planned(outcome) for outcome in outcomes]
    if any(run.outcome.counters.pending for run in recorded) or not all(run.outcomes for run in recorded):
        known = {each.name for each in planned}
        planned += [_never_run(name) for name in asked_for if name not in known]
    yield RunStarted(
        tests=tuple(planned),
        environment=environment,
        base_url="",
        jobs=max((run.jobs for run in recorded), default=0),
        started_at=min(run.started_at for run in recorded),
    )
    for outcome in outcomes:
        yield TestFinished(outcome=outcome)
    yield RunFinished(outcome=_together(recorded, outcomes), outcomes=outcomes)


def _merged(recorded: Sequence[RecordedRun]) -> tuple[TestOutcome, ...]:
    found: dict[str, TestOutcome] = {}
    for outcome in (outcome for run in recorded for outcome in run.outcomes):
        other = found.get(outcome.test)
        found[outcome.test] = outcome if other is None else min(outcome, other, key=_badness)
    return tuple(found.values())


def _badness(outcome: TestOutcome) -> tuple[int, bool]:
    return _WORST_FIRST.index(outcome.verdict), outcome.required_only


def _planned(outcome: TestOutcome) -> PlannedTest:
    key = outcome.test.partition("/")[2]
    return PlannedTest(name=outcome.test, title=key, required_only=outcome.required_only)


def _never_run(name: TestName) -> PlannedTest:
    return PlannedTest(name=name, title=name.partition("/")[2])


def _together(recorded: Sequence[RecordedRun], outcomes: Iterable[TestOutcome]) -> RunOutcome:
    if len(recorded) == 1:
        return recorded[0].outcome
    worst = max((run.outcome for run in recorded), key=_gravity)
    slowest = max((run.outcome for run in recorded), key=lambda outcome: outcome.seconds)
    return RunOutcome(
        status=worst.status,
        failure=worst.failure,
        message=worst.message,
        counters=_counted(outcomes, pending=sum(run.outcome.counters.pending for run in recorded)),
        seconds=slowest.seconds,
        critical_path=slowest.critical_path,
        critical_path_seconds=slowest.critical_path_seconds,
    )


def _gravity(outcome: RunOutcome) -> int:
    if outcome.status is RunStatus.CANCELLED:
        return 3
    if outcome.status is RunStatus.FAILED:
        return 1 if outcome.failure is RunFailure.TESTS else 2
    return 0


def _counted(outcomes: Iterable[TestOutcome], *, pending: int) -> Counters:
    verdicts = [outcome.verdict for outcome in outcomes]
    return Counters(
        total=len(verdicts) + pending, **{verdict.value: verdicts.count(verdict) for verdict in Verdict}
    )


def _outcome(row: Row) -> RunOutcome:
    summary = row.get("summary") or {}
    return RunOutcome(
        status=RunStatus(row["status"]),
        failure=RunFailure(row["reason"]) if row.get("reason") else None,
        message=row.get("message") or "",
        counters=Counters(total=row["total"], **{verdict.value: row[verdict.value] for verdict in Verdict}),
        seconds=float(summary.get("seconds") or (row.get("duration_ms") or 0) / 1000),
        critical_path=tuple(summary.get("critical_path") or ()),
        critical_path_seconds=float(summary.get("critical_path_seconds") or 0),
    )


def _order(outcome: TestOutcome) -> tuple[bool, str, str]:
    """As they happened; what was never sent comes last."""
    moment = outcome.finished_at
    return moment is None, moment.isoformat() if moment else "", outcome.test
