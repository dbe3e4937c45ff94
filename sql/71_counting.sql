-- Counting: what runs make of their days, alone or added to what is known of them.
-- Tables: private.day_times.  Functions: private.sum_up_days, private.write_metrics.  When it is done: 71_recounting.sql.

-- Tables -----------------------------------------------------------------------

create table private.day_times (
  organization_id  uuid not null,
  environment_id   uuid not null,
  test_case_id     uuid not null,
  date             date not null,
  times            double precision[] not null,

  primary key (environment_id, date, test_case_id),
  constraint day_times_are_of_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint day_times_are_of_an_environment
    foreign key (environment_id, organization_id)
    references public.environments (id, organization_id) on delete cascade
-- A day's rows change with each of its runs; up to a thousand times are in the row itself.
) with (fillfactor = 50, toast_tuple_target = 8160);
comment on table private.day_times is 'All that a test took on a day, in order: so that a run that ends adds its own times, and reads no other run.';
comment on column private.day_times.times is 'Of a day with more than two of them: the least and the most are in the metrics. Of today and yesterday only: what comes later counts its day again.';

-- Sorted already, and hard to compress.
alter table private.day_times alter column times set storage external;

-- Serves the removal of a test.
create index idx_day_times_test_case_id on private.day_times (test_case_id);

-- Who may ----------------------------------------------------------------------

-- Nobody.
alter table private.day_times enable row level security;

-- Functions: count -------------------------------------------------------------

-- What these runs say of each test, by environment and day: how often it ran and passed, and its times in order.
create function private.evidence_of(p_run_ids uuid[], p_test_case_ids uuid[] default null)
returns table (environment_id uuid, date date, test_case_id uuid, total bigint, successful bigint, sum double precision, times double precision[])
language sql
stable
set search_path = ''
as $$
  select run.environment_id, run.date, result.test_case_id, count(*), count(*) filter (where verdict = 'passed'),
    sum(ms), coalesce(array_agg(ms order by ms) filter (where ms is not null), '{}')
  from (
    select id, created_at, environment_id, private.day_of(created_at) as date
    from public.test_runs
    where id = any (p_run_ids)
    offset 0  -- asks for the day once a run, not once a result
  ) as run
  cross join lateral (
    select test_case_id, verdict, case when verdict <> 'broken' then coalesce(execution_ms, total_ms) end as ms
    from public.test_results
    where run_id = run.id
      and run_created_at = run.created_at
      -- "is true" keeps it a hashed look-up, and the runs the way to the results; as a join it would be by test.
      and (p_test_case_ids is null or (test_case_id in (select unnest(p_test_case_ids))) is true)
      and verdict in ('passed', 'failed', 'broken')
      and coalesce(error_category, '') <> all (private.categories_without_evidence())
    offset 0  -- looks each run's results up by their index, however many runs there are
  ) as result
  group by run.environment_id, run.date, result.test_case_id;
$$;

-- What these runs make of their days: what is known of a day added to what they say, or what they say alone. There are no
-- times where they cannot be added to, because those of the day are not at hand.
create function private.sum_up_days(p_run_ids uuid[], p_test_case_ids uuid[], p_adding boolean)
returns table (environment_id uuid, date date, test_case_id uuid, total bigint, successful bigint, sum double precision, times double precision[])
language sql
stable
set search_path = ''
as $$
  select fresh.environment_id, fresh.date, fresh.test_case_id,
    fresh.total + coalesce(known.total_runs, 0),
    fresh.successful + coalesce(known.successful_runs, 0),
    coalesce(known.average_response_time_ms * known.measured_runs, 0) + coalesce(fresh.sum, 0),
    case
      when coalesce(known.measured_runs, 0) = 0 then fresh.times
      when known.times is null or cardinality(fresh.times) = 0 then known.times
      when cardinality(fresh.times) = 1 then
        known.times[:width_bucket(fresh.times[1], known.times)] || fresh.times
          || known.times[width_bucket(fresh.times[1], known.times) + 1:]
      else array(select ms from unnest(known.times || fresh.times) as ms order by ms)
    end
  from private.evidence_of(p_run_ids, p_test_case_ids) as fresh
  left join lateral (
    select metric.total_runs, metric.successful_runs, metric.measured_runs, metric.average_response_time_ms,
      case metric.measured_runs
        when 1 then array[metric.min_response_time_ms]
        when 2 then array[metric.min_response_time_ms, metric.max_response_time_ms]
        else day.times
      end as times
    from public.performance_metrics as metric
    left join private.day_times as day
      on day.environment_id = metric.environment_id and day.date = metric.date and day.test_case_id = metric.test_case_id
      and cardinality(day.times) = metric.measured_runs
    where p_adding
      and metric.test_case_id = fresh.test_case_id
      and metric.date = fresh.date
      -- "is true" keeps the test the way to the row; by environment and day there are as many rows as tests.
      and (metric.environment_id = fresh.environment_id) is true
    limit 1  -- and looks each of them up
  ) as known on true;
$$;

-- The median, the 95th and the 99th percentile of numbers in order, as percentile_cont() has them. By plain arithmetic,
-- because it is asked for each of a thousand tests.
create function private.percentiles_of(p_numbers double precision[])
returns double precision[]
language sql
immutable
set search_path = ''
as $$
  select array_agg(
    p_numbers[floor(place)::integer + 1]
      + (place - floor(place)) * (p_numbers[ceil(place)::integer + 1] - p_numbers[floor(place)::integer + 1])
    order by place)
  from unnest(array[0.5, 0.95, 0.99]::double precision[]) as fraction
  cross join lateral (select fraction * (cardinality(p_numbers) - 1) as place) as places;
$$;

-- Writes what these runs make of their days. Gives the tests that are to be counted again, because they cannot be added to.
-- When results are gone after their time, what was counted before stays.
create function private.write_metrics(p_run_ids uuid[], p_test_case_ids uuid[], p_adding boolean)
returns table (environment_id uuid, date date, test_case_ids uuid[])
language sql
set search_path = ''
as $$
  with counted as materialized (
    select *, cardinality(times) as measured, private.percentiles_of(times) as percentiles
    from private.sum_up_days(p_run_ids, p_test_case_ids, p_adding)
  ),
  written as (
    insert into public.performance_metrics as metric
      (id, organization_id, project_id, environment_id, test_case_id, date, total_runs, successful_runs, measured_runs,
       average_response_time_ms, p50_response_time_ms, p95_response_time_ms, p99_response_time_ms,
       min_response_time_ms, max_response_time_ms)
    select (ids.beginning || lpad(to_hex(row_number() over ()), 8, '0'))::uuid,
      environment.organization_id, environment.project_id, environment.id, test_case_id, date, total, successful, measured,
      sum / nullif(measured, 0), percentiles[1], percentiles[2], percentiles[3], times[1], times[measured]
    from counted
    join public.environments as environment on environment.id = environment_id
    cross join private.begin_ids() as ids (beginning)
    where times is not null
    order by test_case_id, environment_id, date
    on conflict (test_case_id, environment_id, date) do update
    set (total_runs, successful_runs, measured_runs, average_response_time_ms, p50_response_time_ms, p95_response_time_ms,
        p99_response_time_ms, min_response_time_ms, max_response_time_ms, updated_at)
      = (excluded.total_runs, excluded.successful_runs, excluded.measured_runs, excluded.average_response_time_ms,
        excluded.p50_response_time_ms, excluded.p95_response_time_ms, excluded.p99_response_time_ms,
        excluded.min_response_time_ms, excluded.max_response_time_ms, now())
    where metric.granularity = 'day' and excluded.total_runs >= metric.total_runs
    returning metric.organization_id, metric.environment_id, metric.test_case_id, metric.date
  ),
  kept as (
    insert into private.day_times as day (organization_id, environment_id, test_case_id, date, times)
    select written.organization_id, environment_id, test_case_id, date, times
    from counted join written using (environment_id, test_case_id, date)
    where measured > 2 and date >= (select private.day_of(now()) - 1)
    order by test_case_id, environment_id, date
    on conflict (environment_id, date, test_case_id) do update set times = excluded.times
  )
  select environment_id, date, array_agg(test_case_id) from counted where times is null
  group by environment_id, date order by environment_id, date;
$$;
