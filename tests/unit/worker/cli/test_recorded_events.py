"""Recorded runs as one run's events."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import a_plan, a_test
from tests.runs import MOMENT, an_outcome
from worker.cli.recorded import RecordedRun
from worker.cli.recorded_events import events_of
from worker.models.events import (
    CleanupFinished,
    ContextChange,
    RunFinished,
    RunStarted,
    TestFinished,
    TokenRenewed,
)
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
from worker.models.suite import Quarantine

A_RENEWAL = Renewal(
    test="s/a", tokens=("access",), cause="expired", wanted_by="s/b", started_at=MOMENT, finished_at=MOMENT
)


def a_recorded(
    *outcomes: TestOutcome,
    status: RunStatus = RunStatus.COMPLETED,
    failure: RunFailure | None = None,
    pending: int = 0,
) -> RecordedRun:
    """A run that ended like this."""
    verdicts = [outcome.verdict for outcome in outcomes]
    counted = {verdict.value: verdicts.count(verdict) for verdict in Verdict}
    return RecordedRun(
        outcome=RunOutcome(
            status=status,
            failure=failure,
            counters=Counters(total=len(outcomes) + pending, **counted),
            seconds=1.0,
        ),
        outcomes=outcomes,
        started_at=MOMENT,
        jobs=4,
    )


def test_one_run_is_told_as_it_was() -> None:
    """What began, how each test ended, how all of it ended."""
    run = a_recorded(an_outcome("s/a"), an_outcome("s/b"))
    started, *finished, ended = events_of([run], environment="local")
    assert isinstance(started, RunStarted)
    assert [planned.name for planned in started.tests] == ["s/a", "s/b"]
    assert [event.outcome.test for event in finished if isinstance(event, TestFinished)] == ["s/a", "s/b"]
    assert isinstance(ended, RunFinished)
    assert ended.outcome == run.outcome


def test_several_runs_end_as_the_worst_of_them() -> None:
    """A pipeline must not be green because the last suite was."""
    bad = a_recorded(an_outcome("b/x", Verdict.FAILED), status=RunStatus.FAILED, failure=RunFailure.TESTS)
    *_, ended = events_of([a_recorded(an_outcome("a/x")), bad], environment="local")
    assert isinstance(ended, RunFinished)
    assert (ended.outcome.status, ended.outcome.failure) == (RunStatus.FAILED, RunFailure.TESTS)
    assert (ended.outcome.counters.passed, ended.outcome.counters.failed) == (1, 1)


def test_a_test_that_two_runs_needed_is_told_once_and_at_its_worst() -> None:
    """A shared login that failed in one of them must not hide behind the other."""
    fine = a_recorded(replace(an_outcome("base/login"), required_only=True), an_outcome("a/x"))
    bad = a_recorded(
        replace(an_outcome("base/login", Verdict.BROKEN), required_only=True),
        status=RunStatus.FAILED,
        failure=RunFailure.TESTS,
    )
    events = list(events_of([fine, bad], environment="local"))
    told = {event.outcome.test: event.outcome.verdict for event in events if isinstance(event, TestFinished)}
    assert told == {"base/login": Verdict.BROKEN, "a/x": Verdict.PASSED}


def test_a_test_that_no_run_came_to_is_not_missing() -> None:
    """A run that was given up leaves tests without a verdict; a report lists them as not run."""
    run = a_recorded(an_outcome("s/a"), status=RunStatus.FAILED, failure=RunFailure.INTERRUPTED, pending=1)
    started, *_ = events_of([run], environment="local", asked_for=["s/a", "s/b"])
    assert isinstance(started, RunStarted)
    assert [planned.name for planned in started.tests] == ["s/a", "s/b"]


def test_tests_of_a_run_that_never_began_are_counted() -> None:
    """It ended before it knew them; they are pending, in one run and in several."""
    never = a_recorded(status=RunStatus.FAILED, failure=RunFailure.ENVIRONMENT)
    passed = a_recorded(an_outcome("s/a"))
    for runs, asked_for in (([never], ["t/a", "t/b"]), ([passed, never], ["s/a", "t/a", "t/b"])):
        *_, ended = events_of(runs, environment="local", asked_for=asked_for)
        assert isinstance(ended, RunFinished)
        assert (ended.outcome.counters.total, ended.outcome.counters.pending) == (len(asked_for), 2)


def test_what_was_renewed_and_undone_is_told_too() -> None:
    """In one run, and of several together: how often each token was renewed, and every undo."""
    undone = Cleanup(test="s/a", verdict=Verdict.PASSED)
    run = a_recorded(an_outcome("s/a"))
    outcome = replace(run.outcome, renewals={"access": 2}, cleanups=(undone,), best_possible_seconds=0.5)
    change = ContextChange(test="s/a", tokens=("access",))
    run = replace(run, outcome=outcome, renewals=(A_RENEWAL,), changes={"s/a": change})
    events = list(events_of([run, run], environment="local"))
    assert [event.change for event in events if isinstance(event, TestFinished)] == [change]
    assert [event.renewal for event in events if isinstance(event, TokenRenewed)] == [A_RENEWAL] * 2
    assert [event.cleanup for event in events if isinstance(event, CleanupFinished)] == [undone] * 2
    ended = events[-1]
    assert isinstance(ended, RunFinished)
    assert (ended.outcome.renewals, ended.outcome.best_possible_seconds) == ({"access": 4}, 0.5)


def test_a_test_in_quarantine_is_told_as_such() -> None:
    """As the file says it, up to and with its last day: its failure is not what made the run fail."""
    failed = an_outcome("s/a", Verdict.FAILED)
    for until, is_in in ((None, True), (MOMENT.date(), True), (MOMENT.date() - timedelta(days=1), False)):
        quarantine = Quarantine(owner="ada", until=until)
        plan = a_plan(replace(a_test("a", suite="s"), quarantine=quarantine))
        events = list(events_of([a_recorded(failed)], environment="local", plan=plan))
        [told] = [event.outcome for event in events if isinstance(event, TestFinished)]
        assert (told.quarantine == quarantine) is is_in
        assert (told.quarantine is None) is not is_in
