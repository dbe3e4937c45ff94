-- Runs that were over long ago, as the database would have them: by the age of a run in days a passed and a failed test,
-- both with evidence of so many characters more, and a word on the run. Takes %(ages)s, %(environment)s and %(characters)s;
-- gives the ids of the runs.

with run as (
  insert into public.test_runs
    (organization_id, project_id, environment_id, suites, status, reason, created_at, started_at, finished_at,
     total, passed, failed, summary)
  select organization_id, project_id, id, '{members}', 'failed', 'tests', at, at, at + interval '1 second',
    2, 1, 1, '{"made": "for a test"}'
  from public.environments
  cross join lateral (
    select now() - make_interval(days => age) as at from unnest(%(ages)s::integer[]) as age
  ) as moment
  where id = %(environment)s
  returning *
),
result as (
  insert into public.test_results
    (organization_id, run_id, run_created_at, test_case_id, verdict, reason, total_ms, started_at, created_at)
  select run.organization_id, run.id, run.created_at, test.id, test.verdict, 'because', 12.5, run.created_at, run.created_at
  from run
  cross join lateral (
    select id, (array['passed', 'failed'])[row_number() over (order by key)]::public.test_verdict as verdict
    from public.test_cases
    where organization_id = run.organization_id
    order by key
    limit 2
  ) as test
  returning *
),
detail as (
  insert into public.test_result_details
    (organization_id, run_id, run_created_at, test_case_id, kind, position, content, created_at)
  select organization_id, run_id, run_created_at, test_case_id, 'request'::public.detail_kind, position,
    jsonb_build_object('url', 'http://127.0.0.1/' || position, 'n', 1.50, 'text', E'line\n"quoted" ü' || repeat('x', %(characters)s)), created_at
  from result, generate_series(1, 3) as position
  union all
  select organization_id, id, created_at, null, 'log', 0, '{"message": "on the run"}', created_at
  from run
)
select id from run order by created_at desc;
