"""Outcomes as rows, and back."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.values import JsonValue
from tests.runs import MOMENT, an_attempt, an_outcome
from worker.database.clean import clean
from worker.models.events import ContextChange
from worker.models.outcome import TestOutcome, Verdict
from worker.recording import outcome_of
from worker.recording.rows import REASON_LENGTH, result_row


def there_and_back(outcome: TestOutcome) -> TestOutcome:
    """As it is read from what was written, through JSON."""
    row = json.loads(json.dumps(result_row(outcome)))
    return outcome_of(row, row.pop("details"))


def test_an_outcome_survives_its_way_through_rows() -> None:
    """A report on a recorded run says what a report on a local run says."""
    outcome = an_outcome(verdict=Verdict.FAILED, reason="expected 200, got 500", status=500)
    assert there_and_back(outcome) == outcome


def test_every_attempt_is_kept() -> None:
    """Retries are evidence."""
    first = an_attempt(Verdict.FAILED, reason="expected 200, got 503", status=503)
    second = replace(an_attempt(), number=2, started_at=MOMENT + timedelta(seconds=1))
    outcome = replace(an_outcome(), attempts=(first, second))
    assert there_and_back(outcome) == outcome
    assert result_row(outcome)["attempts"] == 2


def test_a_test_that_was_never_sent_has_no_times() -> None:
    """Zero milliseconds would be a lie."""
    outcome = TestOutcome(
        test="s/a", verdict=Verdict.BLOCKED, reason="blocked by login: 401", blocked_by="s/login"
    )
    row = result_row(outcome)
    assert (row["attempts"], row["total_ms"], row["started_at"], row["details"]) == (0, None, None, [])
    assert there_and_back(outcome) == outcome


def test_only_a_blocked_test_blames_another() -> None:
    """The database holds it so."""
    outcome = replace(an_outcome(verdict=Verdict.FAILED), blocked_by="s/login")
    assert result_row(outcome)["blocked_by"] is None


def test_a_long_reason_is_cut() -> None:
    """What matters of it is at its beginning."""
    row = result_row(an_outcome(verdict=Verdict.FAILED, reason="x" * (REASON_LENGTH + 1)))
    assert len(str(row["reason"])) == REASON_LENGTH


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", {"k\x00": ["\x00"]}, float("nan"), float("inf")])
def test_what_the_database_refuses_is_replaced(bad: JsonValue) -> None:
    """One NUL in a response must not cost a whole batch of results."""
    text = json.dumps(clean(bad), allow_nan=False)
    assert "\\u0000" not in text
    assert "\\ud800" not in text


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_what_is_clean_stays_as_it_is(value: JsonValue) -> None:
    """Cleaning twice is cleaning once, and gives JSON."""
    once = clean(value)
    assert clean(once) == once
    json.dumps(once, allow_nan=False).encode()


def test_what_a_test_added_to_the_context_is_kept_without_secrets() -> None:
    """Behind everything else of the test, under its last attempt."""
    change = ContextChange(
        test="s/a",
        tokens=("access",),
        variables={"user_id": 7},
        captured_data={"access": "***", "user_id": 7},
        provenance=({"name": "access", "kind": "token", "test": "s/a", "capture": "$.access"},),
        secrets={"tokens": {"access": "hush"}},
    )
    row = json.loads(json.dumps(result_row(an_outcome(), change)))
    last = max(row["details"], key=lambda detail: detail["position"])
    assert (last["kind"], last["attempt"], last["step"]) == ("context", 1, None)
    assert last["content"] == {
        "tokens": ["access"],
        "variables": {"user_id": 7},
        "captured_data": {"access": "***", "user_id": 7},
        "provenance": [{"name": "access", "kind": "token", "test": "s/a", "capture": "$.access"}],
    }
    assert "hush" not in json.dumps(row)
    assert outcome_of(row, row["details"]) == an_outcome()
