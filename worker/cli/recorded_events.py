"""Recorded runs as events, so that reports can be written of what somebody else has executed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from worker.cli.recorded import RecordedRun
from worker.models.events import (
    CleanupFinished,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TokenRenewed,
)
from worker.models.graph import Plan
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.models.suite import TestName
from worker.reports.record import NOT_RUN

#: Where one test was run twice, because two runs needed it, the worse verdict is told.
_WORST_FIRST = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED, Verdict.PASSED, Verdict.SKIPPED)


def events_of(
    recorded: Sequence[RecordedRun],
    *,
    environment: str,
    asked_for: Sequence[TestName] = (),
    plan: Plan | None = None,
) -> Iterator[Event]:
    """These runs as one: what began, how each test ended, what was renewed and undone, how all of it ended.

    `asked_for` are the tests that were to be run, where that is known: one that no run came to is
    planned and has no outcome, so that it is not missing from a report. The `plan` says what tests need.
    """
    outcomes = tuple(_in_quarantine(outcome, plan) for outcome in _merged(recorded))
    planned = all_of(recorded, asked_for=asked_for)
    yield RunStarted(
        tests=tuple(_planned(each, plan) for each in planned),
        environment=environment,
        base_url="",
        jobs=max((run.jobs for run in recorded), default=0),
        started_at=min(run.started_at for run in recorded),
    )
    changes = {test: change for run in recorded for test, change in run.changes.items()}
    for outcome in outcomes:
        yield TestFinished(outcome=outcome, change=changes.get(outcome.test))
    for renewal in (renewal for run in recorded for renewal in run.renewals):
        yield TokenRenewed(renewal=renewal)
    together = _with_all(_together(recorded, outcomes), tests=len(planned))
    for cleanup in together.cleanups:
        yield CleanupFinished(cleanup=cleanup)
    yield RunFinished(outcome=together, outcomes=outcomes)


def all_of(recorded: Sequence[RecordedRun], *, asked_for: Sequence[TestName] = ()) -> list[TestOutcome]:
    """How the tests of these runs ended, and those that no run came to, as tests that were never run."""
    outcomes = list(_merged(recorded))
    if any(run.outcome.counters.pending for run in recorded) or not all(run.outcomes for run in recorded):
        known = {outcome.test for outcome in outcomes}
        outcomes += [_never_run(name) for name in asked_for if name not in known]
    return outcomes


def _merged(recorded: Sequence[RecordedRun]) -> tuple[TestOutcome, ...]:
    found: dict[str, TestOutcome] = {}
    for outcome in (outcome for run in recorded for outcome in run.outcomes):
        other = found.get(outcome.test)
        found[outcome.test] = outcome if other is None else min(outcome, other, key=_badness)
    return tuple(found.values())


def _in_quarantine(outcome: TestOutcome, plan: Plan | None) -> TestOutcome:
    """As the file says it of the day on which the test ended: no row keeps that."""
    test = plan.tests.get(outcome.test) if plan else None
    if test is None or test.quarantine is None or outcome.finished_at is None:
        return outcome
    until = test.quarantine.until
    is_over = until is not None and outcome.finished_at.date() > until
    return outcome if is_over else replace(outcome, quarantine=test.quarantine)


def _badness(outcome: TestOutcome) -> tuple[int, bool]:
    return _WORST_FIRST.index(outcome.verdict), outcome.required_only


def _planned(outcome: TestOutcome, plan: Plan | None) -> PlannedTest:
    test = plan.tests.get(outcome.test) if plan else None
    return PlannedTest(
        name=outcome.test,
        title=test.title if test else outcome.test.partition("/")[2],
        needs=tuple(plan.requires.get(outcome.test, ())) if plan else (),
        required_only=outcome.required_only,
    )


def _never_run(name: TestName) -> TestOutcome:
    return TestOutcome(test=name, verdict=Verdict.SKIPPED, reason=NOT_RUN)


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
        best_possible_seconds=slowest.best_possible_seconds,
        renewals=_summed(run.outcome.renewals for run in recorded),
        cleanups=tuple(cleanup for run in recorded for cleanup in run.outcome.cleanups),
    )


def _with_all(outcome: RunOutcome, *, tests: int) -> RunOutcome:
    """A run that ended before it knew its tests counted none of them; they are pending all the same."""
    counters = outcome.counters
    return replace(outcome, counters=replace(counters, total=max(counters.total, tests)))


def _summed(numbers: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for of_one in numbers:
        for name, number in of_one.items():
            found[name] = found.get(name, 0) + number
    return found


def _gravity(outcome: RunOutcome) -> int:
    if outcome.status is RunStatus.CANCELLED:
        return 3
    if outcome.status is RunStatus.FAILED:
        return 1 if outcome.failure is RunFailure.TESTS else 2
    return 0


def _counted(outcomes: Iterable[TestOutcome], *, pending: int) -> Counters:
    known = list(outcomes)
    verdicts = [outcome.verdict for outcome in known]
    bad = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED)
    harmless = sum(outcome.quarantine is not None and outcome.verdict in bad for outcome in known)
    numbers = {verdict.value: verdicts.count(verdict) for verdict in Verdict}
    return Counters(total=len(known) + pending, quarantined=harmless, **numbers)
