-- Metrics: how a test did in an environment, day by day. A day is one of UTC, and is that of the run's creation.
-- Tables: performance_metrics.  Counted by 71_counting.sql and 71_recounting.sql.  After their time: 78_condensing.sql.
-- What counts is told by private.categories_without_evidence(). Judged by 76_rules.sql.

-- Types ------------------------------------------------------------------------

create type public.metric_granularity as enum (
  'day',   -- counted from results
  'month'  -- day -> month: after its time; the date is the first of the month, percentiles are weighted means
);

-- Tables -----------------------------------------------------------------------

create table public.performance_metrics (
  id                        uuid primary key default gen_random_uuid(),
  organization_id           uuid not null,
  project_id                uuid not null,
  environment_id            uuid not null,
  test_case_id              uuid not null,
  date                      date not null,
  granularity               public.metric_granularity not null default 'day',
  total_runs                integer not null,
  successful_runs           integer not null,
  measured_runs             integer not null,
  success_rate              numeric(5, 2) not null generated always as (round(100.0 * successful_runs / nullif(total_runs, 0), 2)) stored,
  average_response_time_ms  double precision,
  p50_response_time_ms      double precision,
  p95_response_time_ms      double precision,
  p99_response_time_ms      double precision,
  min_response_time_ms      double precision,
  max_response_time_ms      double precision,
  is_slower                 boolean not null default false,
  baseline_ms               double precision,
  slower_run_id             uuid,
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),

  constraint performance_metrics_are_of_a_test
    foreign key (test_case_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint performance_metrics_are_of_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint performance_metrics_count_something check (total_runs > 0),
  constraint performance_metrics_succeed_at_most_always check (successful_runs between 0 and total_runs),
  constraint performance_metrics_measure_what_was_counted check (measured_runs between 0 and total_runs),
  constraint performance_metrics_have_times_when_measured check ((measured_runs > 0) = (average_response_time_ms is not null)),
  constraint performance_metrics_are_slower_than_something check (not is_slower or baseline_ms is not null)
) with (fillfactor = 80);  -- a day's rows change with each of its runs
comment on table public.performance_metrics is 'How a test did in an environment on a day. Written by triggers: whatever arrives late or twice, it is what a recount would give.';
comment on column public.performance_metrics.total_runs is 'Results that are evidence: passed, failed or broken, and not for what the environment or the runner did.';
comment on column public.performance_metrics.measured_runs is 'Those of them that got an answer, so that it took a time.';
comment on column public.performance_metrics.success_rate is 'In percent of total_runs.';
comment on column public.performance_metrics.average_response_time_ms is 'Of the attempt that decided; waiting in the runner is no part of it.';
comment on column public.performance_metrics.is_slower is 'More than a fifth above the baseline; see private.judge_speed().';
comment on column public.performance_metrics.baseline_ms is 'What it was compared with: the weighted mean of the medians of the days before.';
comment on column public.performance_metrics.slower_run_id is 'The run after which it was found to be slower. The run itself may be gone.';

-- Serves a test's trend in one environment, latest first, and keeps one row for a day.
create unique index idx_performance_metrics_lookup on public.performance_metrics (test_case_id, environment_id, date desc);
-- Serves a test's trend over all environments.
create index idx_performance_metrics_test_case_id on public.performance_metrics (test_case_id, date desc);
-- Serves what is condensed after its time.
create index idx_performance_metrics_date on public.performance_metrics (date desc);
-- Serves a project's trend.
create index idx_performance_metrics_project_id on public.performance_metrics (project_id, date desc);
-- Serves an environment's trend, and what a run found to be slower.
create index idx_performance_metrics_environment_id on public.performance_metrics (environment_id, date desc);

-- Who may ----------------------------------------------------------------------

alter table public.performance_metrics enable row level security;

create policy "Members see the metrics of their organizations"
on public.performance_metrics for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.performance_metrics to authenticated;

-- Functions: what counts -------------------------------------------------------

-- Failures that say nothing about the test: the environment was down, or Baton itself stopped or stumbled.
create function private.categories_without_evidence()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'dns', 'connect_refused', 'connect_timeout', 'tls', 'proxy', 'gateway_502_503_504', 'environment_outage',
    'dependency_blocked', 'runner_error', 'cancelled', 'interrupted'
  ];
$$;

create function private.day_of(p_moment timestamptz)
returns date
language sql
immutable
set search_path = ''
as $$
  select (p_moment at time zone 'UTC')::date;
$$;

create function private.begin_of(p_date date)
returns timestamptz
language sql
immutable
set search_path = ''
as $$
  select p_date::timestamp at time zone 'UTC';
$$;

-- A day's runs in an environment that count: those that are over, but for those that failed for the environment.
create function private.runs_that_count(p_environment_id uuid, p_date date)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select array(
    select id
    from public.test_runs
    where environment_id = p_environment_id
      and created_at >= private.begin_of(p_date)
      and created_at < private.begin_of(p_date + 1)
      and status in ('completed', 'failed', 'cancelled')
      and reason is distinct from 'environment'
  );
$$;
