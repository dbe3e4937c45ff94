"""Weeks of history for pictures: what ran just now, as if it had run for days, and what is known of it."""

import random

import psycopg

from worker.local.stack import StackInfo

#: How many days the charts tell of.
_DAYS = 24

_METRICS_OF_A_DAY = """
insert into performance_metrics
  (organization_id, project_id, environment_id, test_case_id, date, granularity, total_runs, successful_runs,
   measured_runs, average_response_time_ms, p50_response_time_ms, p95_response_time_ms,
   p99_response_time_ms, min_response_time_ms, max_response_time_ms)
select organization_id, project_id, environment_id, test_case_id, date - %(days)s, 'day', total_runs,
  successful_runs, measured_runs, average_response_time_ms * %(factor)s, p50_response_time_ms * %(factor)s,
  p95_response_time_ms * %(factor)s * 1.2, p99_response_time_ms * %(factor)s * 1.4, min_response_time_ms,
  max_response_time_ms * %(factor)s * 1.5
from performance_metrics
where date = (select max(date) from performance_metrics)
on conflict do nothing
"""
_END_OF_A_RUN = """
insert into test_run_history
  (organization_id, project_id, environment_id, run_id, date, status, reason, trigger, runs, completed_runs,
   failed_runs, cancelled_runs, total, passed, failed, broken, blocked, skipped, waited_ms,
   duration_ms, run_created_at, finished_at)
select organization_id, project_id, environment_id, gen_random_uuid(), date - %(days)s, status, reason,
  trigger, runs, completed_runs, failed_runs, cancelled_runs, total, passed, failed, broken, blocked, skipped,
  waited_ms, duration_ms * %(factor)s, run_created_at - make_interval(days => %(days)s),
  finished_at - make_interval(days => %(days)s)
from test_run_history
where date = (select max(date) from test_run_history)
  and (status = 'completed') = (%(dice)s > 0.3)
limit 1
"""


def note_what_is_known(info: StackInfo) -> None:
    """Of one failure, by the one who works here."""
    with psycopg.connect(**info.admin.parameters) as connection:
        connection.execute(
            "update failure_analysis set triage_note = %s, triaged_at = now(), "
            "triaged_by = (select user_id from organization_members where role = 'owner' limit 1) "
            "where category_group = 'value'",
            ["Since the desk moved to the new machine. Grace looks at it: ticket 812."],
        )


def spread_over_days(info: StackInfo) -> None:
    """Let what ran just now have run for weeks, slower and faster: the charts are about days."""
    dice = random.Random(7)
    with psycopg.connect(**info.admin.parameters) as connection:
        for days in range(1, _DAYS):
            factor = 1 + 0.35 * dice.random() + (0.5 if days < 4 else 0)
            connection.execute(_METRICS_OF_A_DAY, {"days": days, "factor": factor})
            for _ in range(dice.randrange(2, 6)):
                connection.execute(_END_OF_A_RUN, {"days": days, "factor": factor, "dice": dice.random()})
