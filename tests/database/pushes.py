"""Suites, pushes, batches in one line each; what a test does not say is what a reader would expect."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

#: When tests ran: now, because a result from long before its run is refused.
STARTED_AT = datetime.now(UTC).replace(microsecond=0)


def a_test(key: str, **more: Any) -> Json:
    """A test with a request and an expectation."""
    return {
        "key": key,
        "name": key,
        "request": {"method": "GET", "path": f"/{key}", "headers": {"Accept": "*/*"}},
        "response": {"expectations": {"status": 200}, "captures": {}},
    } | more


def a_suite(key: str, tests: Sequence[str | Json], *, source: str = "suite: x\n", **more: Any) -> Json:
    """A suite whose content hash is right."""
    path = f"suites/{key}.yaml"
    return {
        "key": key,
        "name": key.title(),
        "path": path,
        "source": source,
        "content_hash": hashlib.sha256(f"{path}\n{source}".encode()).hexdigest(),
        "tests": [a_test(test) if isinstance(test, str) else test for test in tests],
    } | more


def needs(dependent: str, required: str, kind: str = "data", *reasons: str) -> Json:
    """An edge."""
    return {"dependent": dependent, "required": required, "type": kind, "reasons": list(reasons)}


def a_push(*suites: Json, edges: Sequence[Json] = (), prune: bool = False) -> Json:
    """A push of these suites."""
    return {"suites": list(suites), "dependencies": list(edges), "prune": prune}


def a_result(test: str, verdict: str = "passed", **more: Any) -> Json:
    """What came of a test."""
    return {
        "test": test,
        "verdict": verdict,
        "attempts": 1,
        "started_at": STARTED_AT.isoformat(),
        "finished_at": (STARTED_AT + timedelta(seconds=1)).isoformat(),
        "total_ms": 1000.5,
        "status_code": 200,
        "details": [{"kind": "request", "content": {"url": f"/{test}"}}],
    } | more
