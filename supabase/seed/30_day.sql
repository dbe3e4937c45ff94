-- A day: the runs of all projects on day seed.day, counted from 0, from their start to their verdict.
-- Written as it happens: runs that are running, their results, their end. So the triggers keep every total right.

-- The first organization has the most runs, the second half as many, the third a third, as in life.
update seed_projects
set share = 1.0 / organization_number / (select sum(1.0 / organization_number) from seed_projects)
where share is null;

create temporary table if not exists seed_runs (
  project_number  integer not null,
  number          bigint not null,  -- from 1, of the project
  dice            bigint not null,  -- what to throw for it
  id              uuid primary key,
  environment_id  uuid not null,
  created_at      timestamptz not null,
  outage          boolean not null,
  ids             text not null     -- how those of its results begin
);
truncate seed_runs;

insert into seed_runs
select project.number, run, dice, pg_temp.make_id('run', project.number || '/' || run), environment.id, began_at,
  pg_temp.chance(dice, 4) < 0.004, pg_temp.begin_ids(began_at)
from (select current_setting('seed.day')::integer as day) as parameter
cross join seed_projects as project
cross join lateral (
  select share * current_setting('seed.results')::bigint / current_setting('seed.tests')::integer / current_setting('seed.days')::integer as runs_a_day,
    pg_temp.chance(project.number, 20) as begun
) as pace
cross join generate_series(1 + floor(begun + runs_a_day * day)::bigint, floor(begun + runs_a_day * (day + 1))::bigint) as run
cross join lateral (
  select hashint8extended(project.number * 100000000::bigint + run, current_setting('seed.seed')::bigint) as dice
) as thrown
join seed_environments as environment
  on environment.project_number = project.number
  and environment.place = case when pg_temp.chance(dice, 5) < 0.6 then 1 when pg_temp.chance(dice, 5) < 0.8 then 2 else 3 end
cross join lateral (
  -- Most of them in working hours.
  select (current_setting('seed.until')::date - current_setting('seed.days')::integer + day)::timestamp at time zone 'UTC'
    + make_interval(secs => 86000 * (0.25 + 0.6 * pg_temp.chance(dice, 1) + 0.15 * pg_temp.chance(dice, 2) - 0.15 * pg_temp.chance(dice, 3))) as began_at
) as timed;
analyze seed_runs;

-- 'local' at first, so that they are not put into the queue.
insert into public.test_runs
  (id, organization_id, project_id, environment_id, executor, trigger, source, git_branch, git_commit, requested_by, status, total,
   lease_number, created_at, updated_at, started_at)
select run.id, project.organization_id, project.id, run.environment_id, 'local',
  (array['ci', 'ci', 'ci', 'scheduled', 'manual'])[1 + floor(5 * pg_temp.chance(dice, 6))::integer]::public.run_trigger, '{}',
  case when pg_temp.chance(dice, 7) < 0.5 then 'main' else pg_temp.pick(array['feature/checkout', 'feature/search', 'fix/rounding', 'release'], dice, 8) end,
  left(encode(sha256(int8send(dice)), 'hex'), 40), person.id, 'running', current_setting('seed.tests')::integer, 1,
  run.created_at, run.created_at, run.created_at + interval '1 second'
from seed_runs as run
join seed_projects as project on project.number = run.project_number
join seed_people as person
  on person.organization_number = project.organization_number
  and person.role = case when pg_temp.chance(dice, 9) < 0.7 then 'editor' else 'admin' end::public.member_role
order by run.created_at;

insert into private.test_run_versions (run_id, organization_id, position, suite_version_id, selected)
select run.id, project.organization_id, suite.place, suite.version_id, true
from seed_runs as run
join seed_projects as project on project.number = run.project_number
join seed_suites as suite on suite.project_number = run.project_number
order by run.id, suite.place;

-- Results ----------------------------------------------------------------------

-- How each test of the project fares by itself, before anybody blames anybody.
create temporary view seed_fates as
select run.id as run_id, run.created_at as run_created_at, run.ids, run.dice, run.outage, test.*,
  run.dice # (test.position * 7919::bigint) as throw,
  case character
    when 'flaky' then 0.14
    when 'broken' then case when since_turn between 0 and 0.12 then 0.97 else 0.001 end
    else 0.001
  end > pg_temp.chance(run.dice # (test.position * 7919::bigint), 31) as fails,
  usual_ms * (0.7 + 0.6 * pg_temp.chance(run.dice # (test.position * 7919::bigint), 32))
    * case when character = 'slower' and since_turn >= 0 then 1.45 else 1 end
    * case when pg_temp.chance(run.dice # (test.position * 7919::bigint), 33) > 0.97 then 3 else 1 end as ms
from seed_runs as run
join seed_tests as test on test.project_number = run.project_number
cross join lateral (
  select current_setting('seed.day')::double precision / current_setting('seed.days')::integer - test.turns as since_turn
) as by_day;

create temporary table if not exists seed_results (
  like seed_tests,
  run_id          uuid not null,
  run_created_at  timestamptz not null,
  ids             text not null,
  verdict         public.test_verdict not null,
  category        text,
  blocked_by      uuid,
  ms              double precision not null
);
truncate seed_results;

insert into seed_results
with fate as materialized (
  select * from seed_fates
)
select fate.project_number, fate.position, fate.id, fate.suite, fate.key, fate.character, fate.turns, fate.usual_ms,
  fate.run_id, fate.run_created_at, fate.ids,
  case
    when fate.outage then 'broken'
    when login.fails and fate.position > 1 or maker.fails and fate.position <> maker.position then 'blocked'
    when fate.fails and pg_temp.chance(fate.throw, 34) < 0.1 then 'broken'
    when fate.fails then 'failed'
    when pg_temp.chance(fate.position, fate.project_number) < 0.01 then 'skipped'
    else 'passed'
  end::public.test_verdict,
  case
    when fate.outage then 'connect_refused'
    when login.fails and fate.position > 1 or maker.fails and fate.position <> maker.position then 'dependency_blocked'
    when fate.fails and fate.position = 1 then 'login_failed'
    when fate.fails and pg_temp.chance(fate.throw, 34) < 0.1 then 'read_timeout'
    when fate.fails then case when fate.character = 'broken' then 'server_5xx'
      else pg_temp.pick(array['assertion_value', 'status', 'assertion_time', 'gateway_502_503_504'], fate.throw, 35) end
  end,
  case when not fate.outage then case
    when login.fails and fate.position > 1 then login.id
    when maker.fails and fate.position <> maker.position then maker.id
  end end,
  fate.ms
from fate
join fate as login on login.run_id = fate.run_id and login.position = 1
join fate as maker on maker.run_id = fate.run_id and maker.position = fate.position - (fate.position - 1) % 10;

drop view seed_fates;
analyze seed_results;

insert into public.test_results
  (id, organization_id, run_id, run_created_at, test_case_id, verdict, reason, error_category, fingerprint, blocked_by_test_id,
   attempts, started_at, finished_at, execution_ms, total_ms, status_code, request_bytes, response_bytes, created_at)
select pg_temp.make_next_id(ids, 'result', run_id || '/' || position), organization_id, run_id, run_created_at, result.id, verdict,
  case category
    when 'dependency_blocked' then 'a test it needs did not pass'
    when 'connect_refused' then 'nobody answers at this address'
    when 'read_timeout' then 'no answer within 30 s'
    when 'server_5xx' then 'status is 500, expected ' || case key when 'create' then '201' else '200' end
    when 'gateway_502_503_504' then 'status is 503, expected 200'
    when 'assertion_time' then 'took longer than 500 ms'
    when 'assertion_value' then format('$.%s[0].state is "closed", expected "open"', suite)
    else case when category is not null then 'status is 404, expected 200' when verdict = 'skipped' then 'not ready yet' end
  end,
  category,
  case when verdict in ('failed', 'broken') then md5(category || '/' || case when category = 'connect_refused' then '' else suite || '/' || key end) end,
  blocked_by,
  case when verdict in ('blocked', 'skipped') then 1 when category in ('read_timeout', 'connect_refused') then 3 else 1 end,
  began_at, began_at + make_interval(secs => spent / 1000), spent, spent,
  case when verdict in ('blocked', 'skipped', 'broken') then null
    when category = 'server_5xx' then 500 when category = 'gateway_502_503_504' then 503
    when category in ('status', 'login_failed') then 404 else 200 end,
  case when verdict not in ('blocked', 'skipped') then 180 end,
  case when verdict not in ('blocked', 'skipped', 'broken') then 300 + (10 * ms)::bigint end,
  case when verdict in ('blocked', 'skipped') then run_created_at + interval '2 seconds' else began_at + make_interval(secs => spent / 1000) end
from seed_results as result
join seed_projects as project on project.number = result.project_number
cross join lateral (
  select case when verdict in ('blocked', 'skipped') then null else run_created_at + make_interval(secs => 1.5 + position * 0.03) end as began_at,
    case when verdict not in ('blocked', 'skipped') then ms end as spent
) as timed
order by run_created_at, run_id, position;

-- The evidence for what failed; for what passed it would be most of the space.
insert into public.test_result_details
  (id, organization_id, run_id, run_created_at, test_case_id, kind, position, content, created_at)
select pg_temp.make_next_id(ids, 'detail', run_id || '/' || result.position || '/' || kind), organization_id, run_id, run_created_at, result.id, kind,
  place - 1,
  case kind
    when 'request' then jsonb_build_object('method', case key when 'create' then 'POST' else 'GET' end, 'url', '/' || suite, 'headers', '{"Accept": "application/json"}'::jsonb)
    when 'response' then jsonb_build_object('status', case category when 'server_5xx' then 500 else 404 end, 'body', '{"error": "no such thing"}')
    else jsonb_build_object('kind', 'status', 'expected', 200, 'actual', case category when 'server_5xx' then 500 else 404 end, 'passed', false)
  end,
  run_created_at + interval '3 seconds'
from seed_results as result
join seed_projects as project on project.number = result.project_number
cross join unnest(array['request', 'response', 'assertion']::public.detail_kind[]) with ordinality as evidence (kind, place)
where verdict = 'failed'
order by run_created_at, run_id, result.position, place;

-- Verdicts ---------------------------------------------------------------------

update public.test_runs as run
set status = case when run.failed + run.broken + run.blocked > 0 then 'failed' else 'completed' end::public.run_status,
  reason = case when seed_runs.outage then 'environment' when run.failed + run.broken + run.blocked > 0 then 'tests' end::public.run_failure_reason,
  finished_at = run.created_at + make_interval(secs => 3 + run.total * 0.03),
  executor = 'worker'
from seed_runs
where run.id = seed_runs.id;
