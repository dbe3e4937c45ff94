-- Rules: which tests are flaky and which got slower, by the plain rules; and that people are told once.
-- Functions: private.judge_runs, private.tell_findings.  Both stand on the metrics of 70_metrics.sql.

-- Functions: flaky -------------------------------------------------------------

-- A test is flaky in an environment when more than a tenth of its runs of the last 7 days did not pass, and others did.
-- No row for a test without runs. Each test's days are walked from the latest back, by idx_performance_metrics_lookup, and
-- looked at afterwards: of the last days, which come after its statistics, the planner believes that there are none, and
-- would go through all tests of a day, for each test again.
create function private.flakiness_of(p_environment_id uuid, p_test_case_ids uuid[])
returns table (test_case_id uuid, runs bigint, failures bigint, is_flaky boolean)
language sql
stable
set search_path = ''
as $$
  select touched.test_case_id, sum(day.total_runs), sum(day.total_runs - day.successful_runs),
    sum(day.total_runs - day.successful_runs) > 0.1 * sum(day.total_runs) and sum(day.successful_runs) > 0
  from unnest(p_test_case_ids) as touched (test_case_id)
  cross join lateral (
    select date, granularity, total_runs, successful_runs
    from public.performance_metrics as metric
    where metric.test_case_id = touched.test_case_id
      and metric.environment_id = p_environment_id
    order by metric.date desc
    limit 7
  ) as day
  where day.date > (now() at time zone 'UTC')::date - 7  -- written out: asked a thousand times
    and day.granularity = 'day'
  group by touched.test_case_id;
$$;

-- Marks what these tests failed with in the last 7 days as flaky or not. Who was flaky before stays so since then.
-- Rows are locked in the order of their key, as everywhere.
create function private.judge_flakiness(p_run_id uuid, p_environment_id uuid, p_test_case_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  with before as (
    select test_case_id, min(flaky_since) as since, (array_agg(flaky_run_id order by flaky_since))[1] as run_id
    from public.failure_analysis
    where environment_id = p_environment_id
      and is_flaky
    group by test_case_id
  ),
  judged as (
    select known.id, test.is_flaky and known.last_seen_at > now() - interval '7 days' as is_flaky,
      format('%s of %s runs in 7 days did not pass', test.failures, test.runs) as why
    from private.flakiness_of(p_environment_id, p_test_case_ids) as test
    join public.failure_analysis as known on known.test_case_id = test.test_case_id and known.environment_id = p_environment_id
    where test.is_flaky or known.is_flaky
    order by known.test_case_id, known.environment_id, known.fingerprint
    for no key update of known
  )
  update public.failure_analysis as known
  set is_flaky = judged.is_flaky,
    flaky_reason = case when judged.is_flaky then judged.why end,
    flaky_since = case when judged.is_flaky then coalesce((select since from before where before.test_case_id = known.test_case_id), now()) end,
    flaky_run_id = case when judged.is_flaky then coalesce((select run_id from before where before.test_case_id = known.test_case_id), p_run_id) end
  from judged
  where known.id = judged.id
    and (known.is_flaky, known.flaky_reason) is distinct from (judged.is_flaky, case when judged.is_flaky then judged.why end);
$$;

-- Functions: slower ------------------------------------------------------------

-- How fast tests are now and were before. Now: the latest days that together have 5 measured runs; before: the rest of
-- 15 days. Of each day its median, by how many runs it stands for: a single slow answer moves neither.
-- Each test's days are walked back, as above.
create function private.speed_of(p_environment_id uuid, p_date date, p_test_case_ids uuid[])
returns table (metric_id uuid, is_marked boolean, was_slower boolean, now_runs bigint, now_ms double precision, before_runs bigint, before_ms double precision)
language sql
stable
set search_path = ''
as $$
  select (array_agg(id) filter (where date = p_date))[1], coalesce(bool_or(is_slower) filter (where date = p_date), false),
    coalesce((array_agg(is_slower order by date desc) filter (where date < p_date))[1], false),
    sum(measured_runs) filter (where newer < 5),
    sum(p50_response_time_ms * measured_runs) filter (where newer < 5) / sum(measured_runs) filter (where newer < 5),
    sum(measured_runs) filter (where newer >= 5),
    sum(p50_response_time_ms * measured_runs) filter (where newer >= 5) / sum(measured_runs) filter (where newer >= 5)
  from unnest(p_test_case_ids) as touched (test_case_id)
  cross join lateral (
    select id, date, is_slower, measured_runs, p50_response_time_ms,
      coalesce(sum(measured_runs) over (order by date desc rows between unbounded preceding and 1 preceding), 0) as newer
    from (
      select *
      from public.performance_metrics as metric
      where metric.test_case_id = touched.test_case_id
        and metric.environment_id = p_environment_id
      order by metric.date desc
      limit 15 + greatest((now() at time zone 'UTC')::date - p_date, 0)
    ) as latest
    where date between p_date - 14 and p_date
      and granularity = 'day'
      and measured_runs > 0
  ) as day
  group by touched.test_case_id;
$$;

-- A test got slower when it takes more than a fifth longer than before, and at least 5 ms; with at least 5 runs now and
-- 10 before. The day's row says so, and after which run, unless the last day with runs said it already.
create function private.judge_speed(p_run_id uuid, p_environment_id uuid, p_date date, p_test_case_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  with judged as (
    select *
    from (
      select metric_id, before_ms, is_marked, was_slower,
        coalesce(now_runs >= 5 and before_runs >= 10 and now_ms > 1.2 * before_ms and now_ms >= before_ms + 5, false) as is_slower
      from private.speed_of(p_environment_id, p_date, p_test_case_ids)
    ) as test
    where is_slower or is_marked
  )
  update public.performance_metrics as metric
  set is_slower = judged.is_slower,
    baseline_ms = judged.before_ms,
    updated_at = now(),
    slower_run_id = coalesce(metric.slower_run_id, case when judged.is_slower and not judged.was_slower then p_run_id end)
  from judged
  where metric.id = judged.metric_id
    and metric.id = any (array(select metric_id from judged));  -- looked up, however few rows there are beside them
$$;

-- Functions: both --------------------------------------------------------------

-- After the metrics of these runs were counted. What is older than the rules look back says nothing about now.
create function private.judge_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run record;
begin
  for v_run in
    select run.id, day.environment_id, day.date, day.test_case_ids
    from public.test_runs as run
    cross join lateral private.days_of(array[run.id]) as day
    where run.id = any (p_run_ids)
      and run.created_at >= private.begin_of(private.day_of(now()) - 6)
    order by run.environment_id, run.created_at, run.id
  loop
    perform private.judge_flakiness(v_run.id, v_run.environment_id, v_run.test_case_ids);
    perform private.judge_speed(v_run.id, v_run.environment_id, v_run.date, v_run.test_case_ids);
  end loop;
end;
$$;

-- What was found after a run, as events. Each has type, test and environment_id, and the figures.
create function private.flaky_events(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(event order by event ->> 'test'), '[]')
  from (
    select distinct jsonb_build_object(
      'type', 'flaky_test_detected', 'test', private.name_test(test_case_id), 'environment_id', environment_id,
      'reason', flaky_reason
    ) as event
    from public.failure_analysis
    where environment_id = p_run.environment_id
      and is_flaky
      and flaky_run_id = p_run.id
  ) as found;
$$;

create function private.slower_events(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'type', 'performance_degradation', 'test', private.name_test(test_case_id), 'environment_id', environment_id,
    'baseline_ms', baseline_ms, 'p50_response_time_ms', p50_response_time_ms
  ) order by private.name_test(test_case_id)), '[]')
  from public.performance_metrics
  where environment_id = p_run.environment_id
    and date = private.day_of(p_run.created_at)
    and is_slower
    and slower_run_id = p_run.id;
$$;

create function private.tell_finding(p_run public.test_runs, p_event text, p_events jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_events <> '[]' then
    perform private.tell('project:' || p_run.project_id, p_event,
      private.fit_events(p_events) || jsonb_build_object('run_id', p_run.id));
  end if;
end;
$$;

-- Called when a run is closed: tells those who look at its project what it brought to light. Gives what its last message
-- says of it to those who follow the run: nothing, or events. One message, so that nobody is gone before the second.
create function private.tell_findings(p_run_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_flaky jsonb;
  v_slower jsonb;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  v_flaky := private.flaky_events(v_run);
  v_slower := private.slower_events(v_run);
  perform private.tell_finding(v_run, 'flaky_test_detected', v_flaky);
  perform private.tell_finding(v_run, 'performance_degradation', v_slower);
  return case when v_flaky || v_slower = '[]' then '{}' else private.fit_events(v_flaky || v_slower) end;
end;
$$;
