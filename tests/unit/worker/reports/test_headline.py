"""The verdict of a run in words."""

from dataclasses import replace

import pytest

from tests.unit.worker.reports.runs import a_green_story, a_story, outcome
from tests.unit.worker.reports.whole import a_whole_run
from worker.models.events import Event, PlannedTest, RunFinished, RunStarted, TestFinished
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, Verdict
from worker.reports.headline import headline
from worker.reports.record import RunRecord
from worker.reports.words import Labels


def _headline(events: tuple[Event, ...]) -> str:
    record = RunRecord()
    for event in events:
        record.take(event)
    return headline(record, Labels(planned.name for planned in record.planned))


def test_one_wrong_password_is_one_failure() -> None:
    """And what it blocked is told with it."""
    names = ["s/login", *(f"s/t{number}" for number in range(40))]
    outcomes = (
        outcome("s/login", verdict=Verdict.FAILED),
        *(outcome(name, verdict=Verdict.BLOCKED, blocked_by="s/login") for name in names[1:]),
    )
    first = a_story().events[0]
    assert isinstance(first, RunStarted)
    run = RunOutcome(
        status=RunStatus.FAILED,
        failure=RunFailure.TESTS,
        counters=Counters(total=41, failed=1, blocked=40),
        seconds=1.0,
    )
    begin = replace(first, tests=tuple(PlannedTest(name=name, title=name) for name in names))
    assert _headline((begin, RunFinished(outcome=run, outcomes=outcomes))) == "1 failed, 40 blocked by login"


def test_a_green_run_is_one_short_sentence() -> None:
    """Nothing to act on, nothing to read."""
    assert _headline(a_green_story().events) == "1 test passed"


def test_quarantine_does_not_count_as_failed() -> None:
    """It is told apart, and last."""
    assert _headline(a_whole_run().events) == "1 failed, 1 blocked by order, 1 in quarantine"


def test_a_stopped_run_says_what_did_not_run() -> None:
    """Half a run is no green run."""
    assert _headline(a_story().until(TestFinished)) == "stopped, 7 tests not run"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (RunFailure.ENVIRONMENT, "the environment is down"),
        (RunFailure.TIMEOUT, "the run took too long"),
        (RunFailure.INTERRUPTED, "the run was interrupted"),
    ],
)
def test_a_run_that_was_not_carried_out_says_why_first(failure: RunFailure, words: str) -> None:
    """Before the tests that noticed it."""
    story = a_story()
    end = story.events[-1]
    assert isinstance(end, RunFinished)
    events = (*story.events[:-1], replace(end, outcome=replace(end.outcome, failure=failure)))
    assert _headline(events).startswith(f"{words}; 1 failed, 1 broken")
