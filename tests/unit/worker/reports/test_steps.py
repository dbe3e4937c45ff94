"""The steps of a test, as people see them."""

from dataclasses import replace
from datetime import timedelta

from tests.runs import MOMENT, a_record, an_attempt
from worker.models.outcome import Attempt, Verdict
from worker.reports.exchange import attempt_text
from worker.reports.plain_outcome import plain_attempt
from worker.reports.steps import step_lines
from worker.reports.style import Style

LATER = MOMENT + timedelta(seconds=8)


def an_attempt_with_steps() -> Attempt:
    """One that waits, and fails at last; one that was left out."""
    steps = (
        a_record(name="place it", status=201),
        a_record(name="wait", index=1, iteration=1, reason="not yet", started_at=MOMENT),
        a_record(Verdict.FAILED, name="wait", index=1, iteration=9, reason="status", started_at=LATER),
        replace(a_record(Verdict.SKIPPED, name="pay", index=2, reason="left out: {{ x }}"), exchange=None),
    )
    return replace(an_attempt(Verdict.FAILED), steps=steps)


def test_each_step_is_one_line() -> None:
    """However often it was sent, with the pauses between; what was not sent says why."""
    assert step_lines(an_attempt_with_steps(), style=Style()) == [
        "✓ 1. place it  GET 201 · 200 ms",
        "✗ 2. wait      GET 200 · 9 times · 8.2 s",
        "– 3. pay       left out: {{ x }}",
    ]


def test_a_test_without_steps_shows_none() -> None:
    """It is its own only step."""
    assert step_lines(an_attempt(), style=Style()) == []
    assert plain_attempt(an_attempt())["steps"] == []


def test_a_test_that_waits_has_a_line_for_its_request() -> None:
    """Though nobody gave it a name."""
    steps = (a_record(iteration=1, started_at=MOMENT), a_record(iteration=2, started_at=LATER))
    lines = step_lines(replace(an_attempt(), steps=steps), style=Style())
    assert lines == ["✓ 1. the request  GET 200 · 2 times · 8.2 s"]


def test_a_report_has_the_exchanges_of_all_steps() -> None:
    """In their order, each with its name."""
    text = attempt_text(an_attempt_with_steps())
    assert [line for line in text.splitlines() if line.startswith(("place", "wait", "pay"))] == [
        "place it: passed",
        "wait: passed",
        "wait (9): failed",
        "pay: skipped, nothing was sent",
    ]
    assert text.count("curl http://127.0.0.1/things/1") == 3


def test_programs_get_the_steps_too() -> None:
    """Each with its exchange and its checks."""
    steps = plain_attempt(an_attempt_with_steps())["steps"]
    assert isinstance(steps, list)
    assert [(step["name"], step["iteration"], step["verdict"]) for step in steps] == [
        ("place it", 1, "passed"),
        ("wait", 1, "passed"),
        ("wait", 9, "failed"),
        ("pay", 1, "skipped"),
    ]
    assert [step["started_at"] for step in steps[1:]] == [
        "2026-01-01T12:00:00.000Z",
        "2026-01-01T12:00:08.000Z",
        None,
    ]
