"""Tests that somebody has to look at, as a CI shows them beside the code: what is wrong, at which line."""

import os
from pathlib import Path, PurePath

from worker.models.outcome import CheckResult, TestOutcome, Verdict
from worker.models.problem import Location
from worker.reports.record import RunRecord, was_cut_short
from worker.reports.words import count

_BAD = (Verdict.FAILED, Verdict.BROKEN)


def bad_outcomes(record: RunRecord) -> list[TestOutcome]:
    """The tests that failed or broke, in the plan's order. Blocked ones are no news, nor what a stop cut."""
    outcomes = [record.outcome(planned) for planned in record.planned]
    return [outcome for outcome in outcomes if outcome.verdict in _BAD and not was_cut_short(outcome)]


def message_of(record: RunRecord, outcome: TestOutcome) -> str:
    """What did not hold, a line for each, and how many tests that stopped."""
    waiting = record.blocked.get(outcome.test, ())
    blocked = [f"It blocked {count(len(waiting), 'test')}."] if waiting else []
    return "\n".join([*([check.message for check in _failed(outcome)] or [outcome.reason]), *blocked])


def where_of(record: RunRecord, outcome: TestOutcome) -> Location | None:
    """The line of the first expectation that did not hold, else that of the test, where a file is known."""
    failed = _failed(outcome)
    return failed[0].expectation.where if failed else record.where(outcome.test)


def below(path: str, root: Path | None) -> str:
    """A path as a CI knows it: below the checkout `root`, with slashes."""
    whole = Path(os.path.abspath(path))
    if root is not None and whole.is_relative_to(root):
        return whole.relative_to(root).as_posix()
    return PurePath(path).as_posix()


def _failed(outcome: TestOutcome) -> list[CheckResult]:
    attempt = outcome.last_attempt
    return [check for check in attempt.checks if not check.passed] if attempt else []
