-- Condensing: what many runs said stays long after its time, in fewer rows.
-- Functions: private.condense_metrics, private.condense_history, private.count_condensable.  For the clean-up; running them again is harmless.

-- Functions: metrics -----------------------------------------------------------

create function private.month_of(p_date date)
returns date
language sql
immutable
set search_path = ''
as $$
  select date_trunc('month', p_date::timestamp)::date;
$$;

-- Days before this month become months, of an organization or of all; gives how many days went. Their times are forgotten. For the clean-up.
create function private.condense_metrics(p_before date, p_organization_id uuid default null)
returns bigint
language sql
set search_path = ''
as $$
  -- Of environments that had no run since.
  delete from private.day_times
  where date < (select private.day_of(now()) - 1);

  with gone as (
    delete from public.performance_metrics
    where date < private.month_of(p_before)
      and (p_organization_id is null or organization_id = p_organization_id)
      -- A month that was made before goes too, when a day of it came late.
      and (test_case_id, environment_id, private.month_of(date)) in (
        select test_case_id, environment_id, private.month_of(date)
        from public.performance_metrics
        where granularity = 'day'
          and date < private.month_of(p_before)
      )
    returning *
  ),
  month as (
    insert into public.performance_metrics
      (organization_id, project_id, environment_id, test_case_id, date, granularity, total_runs, successful_runs, measured_runs,
       average_response_time_ms, p50_response_time_ms, p95_response_time_ms, p99_response_time_ms,
       min_response_time_ms, max_response_time_ms)
    select organization_id, project_id, environment_id, test_case_id, private.month_of(date), 'month',
      sum(total_runs), sum(successful_runs), sum(measured_runs),
      sum(average_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      sum(p50_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      sum(p95_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      sum(p99_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      min(min_response_time_ms), max(max_response_time_ms)
    from gone
    group by organization_id, project_id, environment_id, test_case_id, private.month_of(date)
  )
  select count(*) from gone where granularity = 'day';
$$;

-- Functions: history -----------------------------------------------------------

-- The mean of two means, by how many runs each stands for.
create function private.merge_means(p_mean double precision, p_runs bigint, p_other double precision, p_other_runs bigint)
returns double precision
language sql
immutable
set search_path = ''
as $$
  select coalesce((p_mean * p_runs + p_other * p_other_runs) / (p_runs + p_other_runs), p_mean, p_other);
$$;

-- Runs of days before this one become one row a day, of an organization or of all; gives how many runs went. For the clean-up.
create function private.condense_history(p_before date, p_organization_id uuid default null)
returns bigint
language sql
set search_path = ''
as $$
  with gone as (
    delete from public.test_run_history
    where run_id is not null
      and date < p_before
      and (p_organization_id is null or organization_id = p_organization_id)
    returning *
  ),
  day as (
    insert into public.test_run_history as history
      (organization_id, project_id, environment_id, date, runs, completed_runs, failed_runs, cancelled_runs,
       total, passed, failed, broken, blocked, skipped, waited_ms, duration_ms, run_created_at, finished_at)
    select organization_id, project_id, environment_id, date, count(*), sum(completed_runs), sum(failed_runs), sum(cancelled_runs),
      sum(total), sum(passed), sum(failed), sum(broken), sum(blocked), sum(skipped), avg(waited_ms), avg(duration_ms),
      private.begin_of(date), max(finished_at)
    from gone
    group by organization_id, project_id, environment_id, date
    -- A run that ended long after its day was condensed.
    on conflict (environment_id, date) where run_id is null do update
    set runs = history.runs + excluded.runs,
      completed_runs = history.completed_runs + excluded.completed_runs,
      failed_runs = history.failed_runs + excluded.failed_runs,
      cancelled_runs = history.cancelled_runs + excluded.cancelled_runs,
      total = history.total + excluded.total,
      passed = history.passed + excluded.passed,
      failed = history.failed + excluded.failed,
      broken = history.broken + excluded.broken,
      blocked = history.blocked + excluded.blocked,
      skipped = history.skipped + excluded.skipped,
      waited_ms = private.merge_means(history.waited_ms, history.runs, excluded.waited_ms, excluded.runs),
      duration_ms = private.merge_means(history.duration_ms, history.runs, excluded.duration_ms, excluded.runs),
      finished_at = greatest(history.finished_at, excluded.finished_at)
  )
  select count(*) from gone;
$$;

-- Functions: what is to be done ------------------------------------------------

-- How many days of metrics would become months, and how many runs' history days: {"metrics", "history"}.
create function private.count_condensable(p_project_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'metrics', (
      select count(*) from public.performance_metrics as metrics
      where metrics.project_id = project.id
        and metrics.granularity = 'day'
        and metrics.date < private.month_of(private.day_of(now()) - (kept.days ->> 'metrics')::integer)
    ),
    'history', (
      select count(*) from public.test_run_history as history
      where history.project_id = project.id
        and history.run_id is not null
        and history.date < private.day_of(now()) - (kept.days ->> 'history')::integer
    )
  )
  from public.projects as project
  join public.organizations as organization on organization.id = project.organization_id
  cross join lateral (select private.kept_days(organization.retention) as days) as kept
  where project.id = p_project_id;
$$;
