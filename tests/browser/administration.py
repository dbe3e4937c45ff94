"""What administrators have set up: schedules, tokens, endpoints, and archives of what was too old."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from worker.database import Database

_SCHEDULES: tuple[dict[str, Any], ...] = (
    {
        "name": "nightly",
        "description": "Everything, while nobody works.",
        "cron": "0 3 * * *",
        "timezone": "Europe/Berlin",
    },
    {
        "name": "smoke",
        "cron": "*/15 8-18 * * mon-fri",
        "timezone": "Europe/Berlin",
        "selection": {"tags": ["smoke"]},
        "priority": "high",
    },
    {"name": "month's end", "cron": "0 22 28-31 * *", "timezone": "UTC", "enabled": False},
)
_ENDPOINTS: tuple[dict[str, Any], ...] = (
    {"method": "POST", "path": "/auth/login", "name": "Sign in", "tags": ["accounts"]},
    {
        "method": "GET",
        "path": "/catalog",
        "name": "What there is to buy",
        "tags": ["shop"],
        "timeout_seconds": 5,
        "default_headers": {"accept-language": "en"},
        "openapi": {
            "operationId": "listProducts",
            "parameters": [{"name": "code", "in": "query", "schema": {"type": "string"}}],
            "responses": {"200": {"description": "All products, with their prices"}},
        },
    },
    {"method": "POST", "path": "/cart", "name": "Put something into the cart", "tags": ["shop"]},
    {"method": "DELETE", "path": "/accounts/{id}", "name": "Close an account", "tags": ["accounts"]},
)
_TOKENS = (
    ("main pipeline", "{runs:request,suites:push}", timedelta(days=60)),
    ("weekly report", "{results:read}", None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Administered:
    """Whose project it is, and the token of its pipeline."""

    organization_id: str
    token: str


async def administer(database: Database, project_id: str, *, environment: str) -> Administered:
    """Set these up in a project, as its administrator."""
    place = await _place(database, project_id, environment)
    organization = {name: place[name] for name in ("organization_id", "project_id")}
    # A row at a time: in one list, what one of them does not say would be null.
    for schedule in _SCHEDULES:
        await database.read(database.table("schedules").insert({**place, **schedule}), what="schedules")
    for endpoint in _ENDPOINTS:
        row = {**organization, **endpoint}
        await database.read(database.table("api_endpoints").insert(row), what="api_endpoints")
    tokens = [await _token(database, project_id, *token) for token in _TOKENS]
    return Administered(organization_id=str(place["organization_id"]), token=tokens[0])


async def _token(database: Database, project_id: str, name: str, scopes: str, life: timedelta | None) -> str:
    ends = None if life is None else (datetime.now(UTC) + life).isoformat()
    made = await database.call(
        "create_project_token", p_project_id=project_id, p_name=name, p_scopes=scopes, p_expires_at=ends
    )
    return str(made["token"])


def archive(connection: "psycopg.Connection[Any]", organization_id: str) -> None:
    """Two months of results in files, the second of which is not done yet; and a clean-up last night."""
    connection.execute(_ARCHIVES, {"organization": organization_id})
    connection.execute("update private.retention_turns set finished_at = now() - interval '9 hours'")


async def _place(database: Database, project_id: str, environment: str) -> dict[str, Any]:
    query = (
        database.table("environments")
        .select("id,organization_id")
        .eq("project_id", project_id)
        .eq("name", environment)
    )
    [row] = await database.read(query, what="environments")
    return {
        "organization_id": row["organization_id"],
        "project_id": project_id,
        "environment_id": row["id"],
    }


_ARCHIVES = """
insert into archives
  (organization_id, source_table, period_start, period_end, location, row_count, size_bytes, checksum,
   state, verified_at, done_at)
select %(organization)s, source, month, month + interval '1 month',
  concat_ws('/', 'demo/shop', source, to_char(month, 'YYYY/MM'), '1.parquet'), rows, rows * 46,
  repeat('0', 64), state::archive_state, now(), case when state = 'done' then now() end
from (
  values ('2026-06-01'::timestamptz, 'done', 48210), ('2026-07-01'::timestamptz, 'verified', 51377)
) as file (month, state, rows)
cross join unnest('{test_results,test_result_details,test_runs}'::text[]) as source
"""
