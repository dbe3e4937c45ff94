"""The database's answer to a claim, as a claimed run."""

import json
from datetime import date
from typing import Any

from worker.models.environment import EnvironmentKind
from worker.models.outcome import Verdict
from worker.models.request import Connection
from worker.models.suite import Quarantine
from worker.queue.claim import claimed_run


def an_answer(**more: Any) -> dict[str, Any]:
    """What claim_run gives, with values that JSON has."""
    answer = {
        "run": {
            "id": "r",
            "project_key": "shop",
            "lease_number": 3,
            "created_at": "2026-01-01T10:00:00+00:00",
            "selection": {"only": ["s/a"], "tags": ["smoke"]},
            "config": {"jobs": 4},
        },
        "environment": {
            "name": "staging",
            "kind": "staging",
            "base_url": "https://api.example",
            "variables": {"email": "ada@example.com"},
            "secrets": {"password": "canary"},
            "max_parallel": 5,
            "rate_limit_per_second": "2.5",
        },
        "suites": [
            {"key": "s", "path": "s.yaml", "source": "suite: s", "selected": True},
            {"key": "base", "path": "b.yaml", "source": "suite: base", "selected": False},
        ],
        "context": {
            "version": 7,
            "tokens": {"access": "canary"},
            "variables": {"hidden": "canary"},
            "captured_data": {"s/a": {"access": "canary"}},
            "provenance": [{"name": "access", "kind": "token", "test": "s/a", "capture": "$.t"}],
            "test_order": ["s/a"],
        },
        "finished": [{"test": "s/a", "verdict": "passed", "blocked_by": None, "reason": None}],
        "in_flight": ["s/b"],
        "next_batch_number": 1,
    }
    return {**json.loads(json.dumps(answer)), **more}


def test_a_claim_says_everything_about_the_run() -> None:
    """Lease, selection, environment, suites, and how far it got."""
    run = claimed_run(an_answer())
    assert (run.id, run.lease.number, run.next_batch_number) == ("r", 3, 1)
    assert (run.only, run.tags, run.config) == (("s/a",), ("smoke",), {"jobs": 4})
    assert [(suite.key, suite.selected) for suite in run.suites] == [("s", True), ("base", False)]
    assert run.environment.kind is EnvironmentKind.STAGING
    assert run.environment.connection == Connection()
    assert (run.environment.max_parallel, run.environment.rate_limit_per_second) == (5, 2.5)
    assert [(outcome.test, outcome.verdict) for outcome in run.finished] == [("s/a", Verdict.PASSED)]
    assert run.in_flight == {"s/b"}
    assert run.context.version == 7
    assert run.context.test_order == ("s/a",)


def test_what_is_not_there_is_nothing() -> None:
    """A first claim has no context, nothing finished, nothing in flight."""
    run = claimed_run(an_answer(context=None, finished=None, in_flight=None))
    assert run.context.version == 0
    assert run.finished == ()
    assert run.in_flight == frozenset()


def test_no_secret_is_in_a_repr() -> None:
    """A claim may end up in a traceback or a log."""
    assert "canary" not in repr(claimed_run(an_answer()))


def test_a_claim_says_what_is_in_quarantine_and_what_earlier_runs_took() -> None:
    """Keys alone, or with who answers for them and until when."""
    suite = {"key": "s", "path": "s.yaml", "source": "suite: s", "selected": True}
    known = {"key": "b", "owner": "ada", "reason": "flaky", "until": "2026-12-01T00:00:00+00:00"}
    run = claimed_run(an_answer(suites=[{**suite, "quarantined": ["a", known]}], medians={"s/a": 0.5}))
    quarantined = run.suites[0].quarantined
    assert quarantined["a"].reason == "put there by the team"
    assert quarantined["b"] == Quarantine(owner="ada", reason="flaky", until=date(2026, 12, 1))
    assert run.medians == {"s/a": 0.5}


def test_a_claim_says_how_the_environment_is_reached() -> None:
    """In the words of suite files. What may be secret in it is not shown."""
    answer = an_answer()
    tls = {"verify": False, "ca": "corporate", "certificate": "mine", "key": "my_key", "password": "canary"}
    answer["environment"]["connection"] = {"proxy": "http://canary@proxy", "tls": tls}
    connection = claimed_run(answer).environment.connection
    assert connection == Connection(
        proxy="http://canary@proxy",
        verify=False,
        ca="corporate",
        certificate="mine",
        key="my_key",
        password="canary",
    )
    assert "canary" not in repr(connection)
