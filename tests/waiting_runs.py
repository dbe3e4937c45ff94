"""Runs that wait for a worker when the test is over that asked for them: no other test is about them."""

import psycopg

from worker.local.stack import StackInfo

_QUEUES = ("runs_critical", "runs_high", "runs_medium", "runs_low")

_FORGET = """
delete from pgmq.q_{queue}
where %(organization)s::uuid is null
  or message ->> 'run_id' in (
    select id::text from public.test_runs where organization_id = %(organization)s::uuid
  )
"""


def forget_waiting_runs(stack: StackInfo, *, organization: str | None = None) -> None:
    """No worker of a later test takes them up: those of this organization, or all. The tests of one stack run
    one after the other."""
    with psycopg.connect(**stack.admin.parameters) as connection:
        for queue in _QUEUES:
            connection.execute(_FORGET.format(queue=queue).encode(), {"organization": organization})
