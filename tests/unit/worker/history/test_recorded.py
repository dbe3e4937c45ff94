"""A recorded run of a project, as `baton why` needs it."""

import json
from typing import Any

from tests.runs import MOMENT, an_outcome
from worker.history.recorded import facts_of_rows
from worker.history.why import explain
from worker.models.events import ContextChange
from worker.models.outcome import TestOutcome, Verdict
from worker.recording.rows import result_row

RUN = {"id": "5b0c", "started_at": MOMENT.isoformat(), "created_at": MOMENT.isoformat(), "status": "failed"}
CHANGE = ContextChange(
    test="s/login",
    tokens=("access",),
    captured_data={"access": "***", "id": 7},
    provenance=(
        {"name": "access", "kind": "token", "test": "s/login", "capture": "$.access", "secret": "true"},
        {"name": "id", "kind": "data", "test": "s/login", "capture": "$.id"},
    ),
)


def an_edge(dependent: str, required: str, *reasons: str) -> dict[str, Any]:
    """A row of test_dependencies with names."""
    return {
        "dependent": dependent,
        "required": required,
        "dependency_type": "data",
        "reasons": list(reasons),
    }


def test_rows_tell_what_a_local_run_tells() -> None:
    """Who got what from whom, and the root cause of what was blocked. Tests of other runs do not count."""
    rows = [
        result_row(an_outcome("s/login"), CHANGE),
        result_row(an_outcome("s/me", Verdict.FAILED, reason="expected 200, got 401", status=401)),
        result_row(TestOutcome(test="s/after", verdict=Verdict.BLOCKED, blocked_by="s/me")),
    ]
    rows = json.loads(json.dumps(rows))
    edges = [
        an_edge(
            "s/me", "s/login", "uses tokens.access in auth.bearer", "uses captured_data.login.id in path"
        ),
        an_edge("s/after", "s/me", "needs me"),
        an_edge("s/elsewhere", "s/me"),
    ]
    details = {row["test"]: row["details"] for row in rows}
    run = facts_of_rows(RUN, rows, details, edges, environment="local")
    assert (run.recorded, run.environment, run.order) == (True, "local", ("s/login", "s/me"))
    me = explain(run, "s/me")
    assert [(each.gift.path, each.gift.value, each.gift.secret) for each in me.received] == [
        ("tokens.access", "***", True),
        ("id", 7, False),
    ]
    after = explain(run, "s/after")
    assert after.way == ("s/me", "s/after")
    assert after.cause is not None
    assert after.cause.tries[0].exchanges[0].status == 401
