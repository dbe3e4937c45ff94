"""Runs that were over long ago, as the database would have them."""

from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from tests.acceptance.site import Site

_MAKE = Path(__file__).with_suffix(".sql")

#: By table: the column that names the run.
_KEYS = {"test_runs": "id", "test_results": "run_id", "test_result_details": "run_id"}


def make_old_runs(site: Site, *ages_in_days: int, characters: int = 0) -> list[UUID]:
    """Runs of these ages with two results each; gives their ids, the youngest first. No trigger sees them.

    Each of the three pieces of evidence of a result is so many characters longer than it has to be.
    """
    with psycopg.connect(**site.stack.admin.parameters, row_factory=dict_row) as connection:
        connection.execute("set session_replication_role = replica")
        values = {
            "ages": sorted(ages_in_days),
            "environment": site.environment_id,
            "characters": characters,
        }
        return [row["id"] for row in connection.execute(_MAKE.read_bytes(), values)]


def everything_of(site: Site, runs: list[UUID]) -> dict[str, list[dict[str, Any]]]:
    """All rows of these runs, by table, without when each of them was to go."""
    with psycopg.connect(**site.stack.admin.parameters, row_factory=dict_row) as connection:
        return {table: _rows(connection, table, key, runs) for table, key in _KEYS.items()}


def _rows(
    connection: "psycopg.Connection[dict[str, Any]]", table: str, key: str, runs: list[UUID]
) -> list[dict[str, Any]]:
    query = (
        f"select to_jsonb(t) - 'kept_until' - 'updated_at' as content from public.{table} as t "
        f"where {key} = any (%s) order by id"
    )
    return [row["content"] for row in connection.execute(query.encode(), (runs,))]
