"""The runs of a tenant, as people request them and workers execute them."""

import base64
from uuid import uuid4

from tests.database.actors import Actor
from tests.database.furnishing import Premises
from tests.database.pushes import Json, a_result


def captured_by(of: Premises) -> str:
    """The token that a test of a run captures."""
    return f"captured-by-{of.mark}"


def a_requested_run(of: Premises, *, priority: str = "critical") -> Json:
    """One of the whole suite."""
    request = {
        "environment": of.environment,
        "suites": [of.mark],
        "git_branch": of.mark,
        "priority": priority,
    }
    [run] = of.owner.call_all(
        "request_runs",
        p_project_id=of.project_id,
        p_requests=[request],
        p_idempotency_key=str(uuid4()),
    )
    answer: Json = run
    return answer


def a_local_run(of: Premises) -> Json:
    """One that its owner executes himself."""
    request = {"environment": of.environment, "suites": [of.mark]}
    begun: Json = of.owner.call("begin_local_run", p_project_id=of.project_id, p_request=request)
    return begun


def a_claimed_run(of: Premises, worker: Actor) -> Json:
    """One that this worker has, and has begun nothing of."""
    run = a_requested_run(of)
    claim = worker.call("claim_run", p_worker="worker-of-tenants", p_lease_seconds=3600)
    assert claim["run"]["id"] == str(run["id"])
    return run


def a_finished_run(of: Premises, worker: Actor) -> Json:
    """One that has rows of every kind that workers write."""
    run = a_claimed_run(of, worker)
    lease = {"p_run_id": run["id"], "p_lease_number": 1}
    usage = [{"test": f"{of.mark}/orders", "fixture": f"{of.name}_data"}]
    worker.call("record_fixture_usage", **lease, p_usage=usage)
    worker.call("save_execution_context", **lease, p_version=1, **_context(of))
    worker.call("record_run", **lease, p_batch_number=1, p_context_version=2, p_batch=_batch(of))
    worker.call("finish_run", **lease, p_outcome={"status": "completed"})
    return run


def _context(of: Premises) -> Json:
    known = {
        "token_names": ["session"],
        "variables": {"note": of.mark},
        "test_order": [f"{of.mark}/login"],
    }
    secrets = {"tokens": {"session": captured_by(of)}, "variables": {}, "captured_data": {}}
    return {"p_context": known, "p_secrets": secrets}


def _batch(of: Premises) -> Json:
    file = {"test": f"{of.mark}/login", "category": "log", "media_type": "text/csv"}
    content = base64.b64encode(of.content).decode()
    return {"total": 2, "results": [_passed(of), _failed(of)], "artifacts": [file | {"content": content}]}


def _passed(of: Premises) -> Json:
    told = {"name": of.mark, "category": "log", "sha256": of.content_hash, "kept": True}
    details = [{"kind": "artifact", "content": told}]
    return a_result(f"{of.mark}/login", execution_ms=40, details=details)


def _failed(of: Premises) -> Json:
    return a_result(
        f"{of.mark}/orders",
        "failed",
        execution_ms=50,
        reason=f"{of.mark}: status was 500",
        error_category="server_5xx",
        fingerprint=f"fingerprint-of-{of.mark}",
        details=[{"kind": "response", "content": {"body": of.mark}}],
    )


def an_archive(of: Premises) -> Json:
    """What a worker says of a file that it has written."""
    return {
        "source_table": "test_results",
        "period_start": "2026-01-01T00:00:00Z",
        "period_end": "2026-02-01T00:00:00Z",
        "location": f"archive/{of.mark}.parquet",
        "row_count": 1,
        "size_bytes": 100,
        "checksum": "0" * 64,
    }
