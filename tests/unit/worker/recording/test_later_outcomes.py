"""Undos, renewals and what the context has gained, back from their rows."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.runs import MOMENT, a_record, an_attempt, an_outcome
from worker.models.events import ContextChange
from worker.models.outcome import Cleanup, Renewal, Verdict
from worker.recording.evidence_rows import Row
from worker.recording.later_outcomes import change_of, cleanups_of, renewals_of
from worker.recording.later_rows import cleanup_row, renewal_row
from worker.recording.rows import result_row


def through_json(row: Row) -> dict[str, Any]:
    """As the database gives it back."""
    back: dict[str, Any] = json.loads(json.dumps(row))
    return back


def test_an_undo_survives_its_way_through_rows() -> None:
    """With every step and its evidence, so that a report shows what a local one shows."""
    undone = Cleanup(
        test="shop/order",
        attempt=2,
        verdict=Verdict.FAILED,
        reason="status is 500",
        steps=(a_record(name="cancel", status=500, started_at=MOMENT),),
        started_at=MOMENT,
        finished_at=MOMENT + timedelta(seconds=1),
    )
    assert list(cleanups_of("shop/order", [through_json(cleanup_row(undone))])) == [undone]


def test_a_renewal_survives_its_way_through_rows() -> None:
    """With its attempts, each from its first request on; several are in the order in which they were."""
    attempt = replace(
        an_attempt(),
        steps=(a_record(started_at=MOMENT),),
        setup_seconds=0.0,
        execution_seconds=0.0,
        teardown_seconds=0.0,
        finished_at=MOMENT + timedelta(seconds=1),
    )
    first = Renewal(
        test="shop/login",
        tokens=("access",),
        cause="it had expired",
        wanted_by="shop/order",
        attempts=(attempt,),
        started_at=MOMENT,
        finished_at=MOMENT + timedelta(seconds=1),
    )
    later = replace(
        first,
        reason="no answer",
        attempts=(),
        started_at=MOMENT + timedelta(hours=1),
        finished_at=MOMENT + timedelta(hours=1),
    )
    rows = [through_json(renewal_row(each)) for each in (later, first)]
    assert list(renewals_of("shop/login", rows)) == [first, later]


def test_what_the_context_has_gained_is_known_without_its_secrets() -> None:
    """Names of tokens, values as they may be seen, and where they come from."""
    change = ContextChange(
        test="shop/login",
        tokens=("access",),
        captured_data={"access": "***", "id": 7},
        provenance=({"name": "id", "kind": "data", "test": "shop/login", "capture": "$.id"},),
        secrets={"tokens": {"access": "eyCANARY"}},
    )
    row = through_json(result_row(an_outcome("shop/login"), change))
    assert "eyCANARY" not in json.dumps(row)
    assert change_of("shop/login", row["details"]) == replace(change, secrets={})
    assert change_of("shop/login", []) is None
