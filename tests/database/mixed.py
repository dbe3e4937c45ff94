"""What a worker that mixes up two tenants gives to each function: ids of one, and names or ids of another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.database.furnishing import MARK
from tests.database.pushes import Json, a_result
from tests.database.tenants import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call, and how it is refused where `names` are of another tenant than the ids."""

    function: str
    case: str
    arguments: dict[str, Any]
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.function}-{self.case}"


#: These take one id of a tenant, and nothing of it that could be another's.
WITH_ONE_ID = {
    "close_archive",
    # A chunk's name is looked for in its organization; rows that are of others: test_79_retention.py.
    "delete_archived_rows",
    "restore_rows",
    "finish_run",
    "get_archives",
    "get_execution_context",
    "get_expired_rows",
    "get_expired_runs",
    "get_notification_channels",
    "initialise_execution_context",
    "record_health_check",
    "release_run",
    # Names in a context are texts: they stay with the run, and point at nothing.
    "save_execution_context",
    "update_shared_tokens",
    "verify_archive",
}
#: These take nothing of a tenant.
WITHOUT_IDS = {
    "claim_run",
    "cleanup_expired_contexts",
    "request_due_schedules",
    "begin_retention",
    "condense_expired",
    "delete_expired_artifacts",
    "end_retention",
    "get_open_archives",
    "get_retention_turn",
    "plan_retention",
    "remove_restored",
    "heartbeat_worker",
    "register_worker",
    "remove_worker",
}


def calls(ids: Tenant, names: Tenant) -> tuple[Call, ...]:
    """Every way of giving a function two tenants. All of it is right where both are the same one."""
    return (
        *_recorded(ids, names),
        *_fetched(ids, names),
        *_captured(ids, names),
        *_used(ids, names),
        *_archived(ids, names),
    )


def _recorded(ids: Tenant, names: Tenant) -> Iterator[Call]:
    mine, theirs = f"{MARK}-{ids.name}", f"{MARK}-{names.name}"
    message = f'"{theirs}/login" is not a test of this run'
    blocked = a_result(f"{mine}/orders", "blocked", blocked_by=f"{theirs}/login")
    batches: dict[str, Json] = {
        "result": {"results": [a_result(f"{theirs}/login")]},
        "one of two results": {"results": [a_result(f"{mine}/orders"), a_result(f"{theirs}/login")]},
        "root cause": {"total": 9, "results": [blocked]},
        "started": {"status": "running", "started": [f"{theirs}/login"]},
        "plan": {"plan": {"tests": [{"test": f"{mine}/orders"}, {"test": f"{theirs}/login"}]}},
        "later evidence": {
            "results": [a_result(f"{mine}/orders")],
            "details": [{"test": f"{theirs}/orders", "kind": "cleanup"}],
        },
        "file": {
            "results": [a_result(f"{mine}/orders")],
            "artifacts": [
                {"test": f"{theirs}/orders", "category": "log", "media_type": "a/b", "content": "YQ=="}
            ],
        },
    }
    for case, batch in batches.items():
        arguments = _lease(ids) | {"p_batch_number": 1, "p_context_version": 1, "p_batch": batch}
        of_case = message.replace("login", "orders") if case in ("later evidence", "file") else message
        yield Call(function="record_run", case=case, arguments=arguments, code="PT422", message=of_case)


def _fetched(ids: Tenant, names: Tenant) -> Iterator[Call]:
    message = "no suite of this run names such a file"
    arguments = _lease(ids) | {"p_hash": names.content_hash}
    yield Call(function="get_run_content", case="content", arguments=arguments, code="PT404", message=message)


def _captured(ids: Tenant, names: Tenant) -> Iterator[Call]:
    test = f"{MARK}-{names.name}/login"
    captures = [
        {"name": "session", "as": "token", "value": "abc"},
        {"name": "note", "as": "variable", "value": 1},
    ]
    message = f'there is no test "{test}" in this run'
    yield Call(
        function="capture_variables",
        case="test",
        arguments=_lease(ids) | {"p_version": 1, "p_test": test, "p_captures": captures},
        code="PT422",
        message=message,
    )
    yield Call(
        function="resolve_test_dependencies",
        case="test",
        arguments={"p_run_id": ids.claimed_run_id, "p_test": test},
        code="PT404",
        message=message,
    )


def _used(ids: Tenant, names: Tenant) -> Iterator[Call]:
    own = {"test": f"{MARK}-{ids.name}/login", "fixture": f"{ids.name}_data"}
    for case, foreign in (
        ("test", {"test": f"{MARK}-{names.name}/orders"}),
        ("fixture", {"fixture": f"{names.name}_data", "test": f"{MARK}-{ids.name}/orders"}),
    ):
        yield Call(
            function="record_fixture_usage",
            case=case,
            arguments=_lease(ids) | {"p_usage": [own, own | foreign]},
            code="PT422",
            message="a usage names a test or a fixture that this run does not have",
        )


def _archived(ids: Tenant, names: Tenant) -> Iterator[Call]:
    archive = {
        "source_table": "test_results",
        "period_start": "2026-01-01T00:00:00Z",
        "period_end": "2026-02-01T00:00:00Z",
        "location": f"archive/{MARK}-{names.name}.parquet",
        "row_count": 2,
        "size_bytes": 200,
        "checksum": "1" * 64,
    }
    yield Call(
        function="record_archive",
        case="location",
        arguments={"p_organization_id": ids.organization_id, "p_archive": archive},
        code="PT409",
        message="this location holds the archive of another organization",
    )


def _lease(ids: Tenant) -> dict[str, Any]:
    return {"p_run_id": ids.claimed_run_id, "p_lease_number": 1}
