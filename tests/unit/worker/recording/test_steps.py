"""Steps on their way into rows and back."""

from dataclasses import replace
from typing import Any

from tests.runs import MOMENT, a_record, an_attempt, an_outcome
from worker.models.outcome import TestOutcome, Verdict
from worker.recording.outcomes import outcome_of
from worker.recording.rows import result_row


def an_outcome_with_steps() -> TestOutcome:
    """A step, one that was sent twice, and one that was left out."""
    waiting = a_record(index=1, name="wait", reason="not yet", iteration=1)
    last = a_record(Verdict.FAILED, index=1, name="wait", iteration=2, status=500, reason="status")
    waiting, last = (replace(step, started_at=MOMENT) for step in (waiting, last))
    left_out = replace(a_record(Verdict.SKIPPED, index=2, name="skip"), exchange=None, checks=(), captures=())
    steps = (a_record(index=0, name="order"), waiting, last, left_out)
    attempt = replace(an_attempt(Verdict.FAILED, reason="wait: status"), steps=steps)
    return replace(an_outcome(verdict=Verdict.FAILED, reason="wait: status"), attempts=(attempt,))


def details(outcome: TestOutcome) -> list[dict[str, Any]]:
    """The rows of its evidence."""
    rows: Any = result_row(outcome)["details"]
    return list(rows)


def test_each_piece_of_evidence_knows_its_step_and_iteration() -> None:
    """The attempt itself has none, and tells of all its steps."""
    rows = details(an_outcome_with_steps())
    assert [(row["kind"], row["step"], row["iteration"]) for row in rows[:6]] == [
        ("attempt", None, None),
        ("request", 0, 1),
        ("response", 0, 1),
        ("assertion", 0, 1),
        ("capture", 0, 1),
        ("request", 1, 1),
    ]
    assert [row["position"] for row in rows] == list(range(len(rows)))
    steps = rows[0]["content"]["steps"]
    assert [(step["step"], step["iteration"], step["name"], step["verdict"]) for step in steps] == [
        (0, 1, "order", "passed"),
        (1, 1, "wait", "passed"),
        (1, 2, "wait", "failed"),
        (2, 1, "skip", "skipped"),
    ]


def test_a_test_without_steps_is_recorded_without_them() -> None:
    """As it always was."""
    rows = details(an_outcome())
    assert {(row["step"], row["iteration"]) for row in rows} == {(None, None)}
    assert "steps" not in rows[0]["content"]


def test_steps_come_back_as_they_went() -> None:
    """Reports on a recorded run show what those on a local one show."""
    outcome = an_outcome_with_steps()
    row = result_row(outcome)
    assert outcome_of(row, details(outcome)) == outcome
