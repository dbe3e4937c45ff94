"""The tables whose rows go into archives, and how their columns are written in Parquet."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

Row = dict[str, Any]

_TEXT = pa.string()
_TIME = pa.timestamp("us", tz="UTC")
_NUMBER = pa.float64()
_COUNT = pa.int64()
_FLAG = pa.bool_()
#: JSON stays JSON, as text: its shape is the user's.
_JSON = pa.field("json", pa.string(), metadata={"baton": "json"})

_RESULTS = {
    "id": _TEXT,
    "organization_id": _TEXT,
    "run_id": _TEXT,
    "run_created_at": _TIME,
    "test_case_id": _TEXT,
    "verdict": _TEXT,
    "reason": _TEXT,
    "error_category": _TEXT,
    "fingerprint": _TEXT,
    "blocked_by_test_id": _TEXT,
    "required_only": _FLAG,
    "attempts": _COUNT,
    "started_at": _TIME,
    "finished_at": _TIME,
    "setup_ms": _NUMBER,
    "execution_ms": _NUMBER,
    "teardown_ms": _NUMBER,
    "total_ms": _NUMBER,
    "status_code": _COUNT,
    "request_bytes": _COUNT,
    "response_bytes": _COUNT,
    "created_at": _TIME,
}
_DETAILS = {
    "id": _TEXT,
    "organization_id": _TEXT,
    "run_id": _TEXT,
    "run_created_at": _TIME,
    "test_case_id": _TEXT,
    "kind": _TEXT,
    "attempt": _COUNT,
    "step": _COUNT,
    "iteration": _COUNT,
    "position": _COUNT,
    "level": _TEXT,
    "correlation_id": _TEXT,
    "content": _JSON,
    "created_at": _TIME,
}
_RUNS = {
    "id": _TEXT,
    "organization_id": _TEXT,
    "project_id": _TEXT,
    "environment_id": _TEXT,
    "batch_id": _TEXT,
    "batch_position": _COUNT,
    "suites": _JSON,
    "selection": _JSON,
    "config": _JSON,
    "priority": _TEXT,
    "executor": _TEXT,
    "trigger": _TEXT,
    "source": _JSON,
    "git_branch": _TEXT,
    "git_commit": _TEXT,
    "requested_by": _TEXT,
    "status": _TEXT,
    "reason": _TEXT,
    "message": _TEXT,
    "total": _COUNT,
    "passed": _COUNT,
    "failed": _COUNT,
    "broken": _COUNT,
    "blocked": _COUNT,
    "skipped": _COUNT,
    "completed": _COUNT,
    "pending": _COUNT,
    "sequence": _COUNT,
    "lease_number": _COUNT,
    "lease_expires_at": _TIME,
    "cancel_requested_at": _TIME,
    "cancel_requested_by": _TEXT,
    "started_at": _TIME,
    "finished_at": _TIME,
    "duration_ms": _NUMBER,
    "summary": _JSON,
    "report": _JSON,
    "kept_until": _TIME,
    "created_at": _TIME,
    "updated_at": _TIME,
    #: Beside the table's own columns: which versions of suites the run has executed, and its plan.
    "versions": _JSON,
    "plan": _JSON,
}


def _schema(columns: dict[str, Any]) -> pa.Schema:
    return pa.schema([_field(name, kind) for name, kind in columns.items()])


def _field(name: str, kind: Any) -> pa.Field:
    return kind.with_name(name) if isinstance(kind, pa.Field) else pa.field(name, kind)


#: By table: what a file of its rows looks like.
SCHEMAS = {
    "test_runs": _schema(_RUNS),
    "test_results": _schema(_RESULTS),
    "test_result_details": _schema(_DETAILS),
}


def to_batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as the database gives them in JSON, as a batch of a file."""
    return pa.record_batch([_column(rows, field) for field in schema], schema=schema)


def to_rows(batch: pa.RecordBatch) -> list[Row]:
    """The way back: rows as the database takes them in JSON."""
    is_json = {field.name for field in batch.schema if _is_json(field)}
    return [
        {name: _value(value, name in is_json) for name, value in row.items()} for row in batch.to_pylist()
    ]


def _column(rows: Sequence[Row], field: pa.Field) -> pa.Array:
    values: Iterable[Any] = (row.get(field.name) for row in rows)
    if _is_json(field):
        return pa.array((_as_json(value) for value in values), pa.string())
    if pa.types.is_timestamp(field.type):
        return pa.array(map(_as_moment, values), field.type)
    return pa.array(values, field.type)


def _is_json(field: pa.Field) -> bool:
    return bool(field.metadata == _JSON.metadata)


def _as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _as_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _value(value: Any, is_json: bool) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(value) if is_json and value is not None else value
