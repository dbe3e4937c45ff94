"""Runs made older than they are, with everything of them that tells when they were."""

from collections.abc import Iterator
from datetime import timedelta

#: By table: the column of the time, and the one that names the run.
_COLUMNS = {
    "public.test_runs": ("created_at", "id"),
    "public.test_results": ("run_created_at", "run_id"),
    "public.test_result_details": ("run_created_at", "run_id"),
    "private.artifacts": ("run_created_at", "run_id"),
}


def ageing(run_id: object, *, days: int) -> Iterator[tuple[str, timedelta, object]]:
    """Statements and their two values that make a run so much older; no trigger may see them."""
    # A minute more: in the transaction of a test no time passes.
    more = timedelta(days=days, minutes=1)
    for table, (column, key) in _COLUMNS.items():
        yield f"update {table} set {column} = {column} - %s::interval where {key} = %s", more, run_id
