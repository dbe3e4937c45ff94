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
  recent.last_run_at
from public.test_suites as suite
cross join lateral (
  select
    count(*) as total,
    count(*) filter (where test.enabled) as enabled,
    count(*) filter (where test.skip_reason is not null) as skipped,
    count(*) filter (where private.is_quarantined(test)) as quarantined
  from public.test_cases as test
  where test.suite_id = suite.id
    and test.deleted_at is null
) as tests
cross join lateral (
  select
    count(distinct result.run_id) as runs,
    count(result.id) as results,
    count(*) filter (where result.verdict = 'passed') as passed,
    count(*) filter (where result.verdict in ('failed', 'broken')) as failed,
    avg(result.execution_ms) as average_ms,
    max(result.run_created_at) as last_run_at
  from public.test_cases as test
  join public.test_results as result
    on result.test_case_id = test.id
    and result.run_created_at > now() - interval '30 days'
  where test.suite_id = suite.id
) as recent
where suite.deleted_at is null;
comment on view public.suite_statistics is 'How many tests a suite has, and what came of them in the last 30 days. Ask for one suite, or those of one project.';

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
