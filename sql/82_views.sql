-- Views: what people ask of a suite and of a test, in one select. They show what the caller may see, and no more.
-- Views: suite_statistics, test_history.

-- Views ------------------------------------------------------------------------

create view public.suite_statistics
with (security_invoker = true)
as
select
  suite.id as suite_id,
  suite.organization_id,
  suite.project_id,
  suite.key,
  suite.name,
  suite.version,
  tests.total,
  tests.enabled,
  tests.skipped,
  tests.quarantined,
  recent.runs as runs_30_days,
  recent.results as results_30_days,
  recent.passed as passed_30_days,
  recent.failed as failed_30_days,
  round(100.0 * recent.passed / nullif(recent.passed + recent.failed, 0), 2) as success_rate_30_days,
  recent.average_ms as average_ms_30_days,
  last.run_at as last_run_at
from public.test_suites as suite
cross join lateral (
  select
    count(*) as total,
    count(*) filter (where test.enabled) as enabled,
    count(*) filter (where test.skip_reason is not null) as skipped,
    -- Most are in none: the function is only asked of those that may be.
    count(*) filter (where test.quarantined_at is not null and private.is_quarantined(test)) as quarantined
  from public.test_cases as test
  where test.suite_id = suite.id
    and test.deleted_at is null
) as tests
cross join lateral (
  select
    coalesce(max(counted.runs), 0) as runs,
    coalesce(sum(counted.runs), 0)::bigint as results,
    coalesce(sum(counted.passed), 0)::bigint as passed,
    coalesce(sum(counted.runs - counted.passed), 0)::bigint as failed,
    sum(counted.ms) / nullif(sum(counted.measured), 0) as average_ms
  from (
    -- From the days' metrics, not from the results: a busy suite has a hundred thousand of those.
    select
      sum(metric.total_runs) as runs,
      sum(metric.successful_runs) as passed,
      sum(metric.measured_runs) as measured,
      sum(metric.average_response_time_ms * metric.measured_runs) as ms
    from public.test_cases as test
    join public.performance_metrics as metric
      on metric.test_case_id = test.id
      and metric.date > (now() at time zone 'UTC')::date - 30
    where test.suite_id = suite.id
    group by test.id
  ) as counted
) as recent
cross join lateral (
  select max(result.run_created_at) as run_at
  from public.test_cases as test
  cross join lateral (
    select newest.run_created_at
    from public.test_results as newest
    where newest.test_case_id = test.id
    order by newest.run_created_at desc
    limit 1
  ) as result
  where test.suite_id = suite.id
) as last
where suite.deleted_at is null;
comment on view public.suite_statistics is 'How many tests a suite has, and what came of them in the last 30 days, as performance_metrics counts it; runs are those of the test that ran most. Ask for one suite, or those of one project.';

create view public.test_history
with (security_invoker = true)
as
select
  result.test_case_id,
  result.organization_id,
  run.project_id,
  result.run_id,
  result.run_created_at,
  run.environment_id,
  run.git_branch,
  run.git_commit,
  result.id as result_id,
  result.verdict,
  result.reason,
  result.error_category,
  result.fingerprint,
  result.blocked_by_test_id,
  result.attempts,
  result.status_code,
  result.execution_ms,
  result.total_ms,
  result.started_at
from public.test_results as result
join public.test_runs as run on run.id = result.run_id;
comment on view public.test_history is 'What came of a test, run by run. Ask for one test_case_id, latest run_created_at first, page by run_created_at.';

-- Who may ----------------------------------------------------------------------

grant select on public.suite_statistics, public.test_history to authenticated;
