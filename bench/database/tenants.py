"""Where the queries are asked: places of the largest organization, of middling ones, and of the smallest."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What one member looks at: ids that belong together."""

    member_id: UUID
    organization_number: int
    values: dict[str, Any]


def find_places(connection: "psycopg.Connection[Any]", *, organizations: int) -> list[Place]:
    """Several places of the largest organization, and one of others each. Raises if one has no run."""
    numbers = sorted({1, min(2, organizations), (organizations + 1) // 2, organizations})
    weights = {1: 4}
    return [
        _place(connection, number, nth=nth) for number in numbers for nth in range(weights.get(number, 1))
    ]


_PLACE = """
with run as (
  select * from public.test_runs
  where organization_id = pg_temp.make_id('organization', %(number)s::text)
    and status in ('completed', 'failed')
  order by created_at desc
  offset %(offset)s limit 1
)
select run.organization_id, run.project_id, run.environment_id, run.batch_id,
  run.id as run_id, run.created_at as run_created_at,
  test.id as test_case_id, test.suite_id,
  coalesce(failure.fingerprint, 'none') as fingerprint,
  coalesce(failure.last_run_id, run.id) as failed_run_id,
  coalesce(failed.created_at, run.created_at) as failed_run_created_at,
  coalesce(failure.test_case_id, test.id) as failed_test_id,
  coalesce(request.endpoint_id, test.id) as endpoint_id,
  member.user_id as member_id, editor.user_id as editor_id
from run
join public.organization_members as member
  on member.organization_id = run.organization_id and member.role = 'owner'
join public.organization_members as editor
  on editor.organization_id = run.organization_id and editor.role = 'editor'
cross join lateral (
  select * from public.test_cases where project_id = run.project_id order by id offset %(nth)s limit 1
) as test
left join lateral (
  select * from public.failure_analysis where project_id = run.project_id
  order by last_seen_at desc offset %(nth)s limit 1
) as failure on true
left join public.test_request_configs as request on request.test_case_id = test.id and request.step_index = 0
left join public.test_runs as failed on failed.id = failure.last_run_id
"""


def _place(connection: "psycopg.Connection[Any]", number: int, *, nth: int) -> Place:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_PLACE.encode(), {"number": number, "nth": nth, "offset": nth * 7})
        row = cursor.fetchone()
    if row is None:
        raise SystemExit(f"organization {number} has no runs: ask for more results or fewer organizations")
    return Place(member_id=row["member_id"], organization_number=number, values=row)
