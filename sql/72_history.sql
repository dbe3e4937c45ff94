-- History: how runs ended, long after the runs themselves are gone.
-- Tables: test_run_history.  Functions: private.keep_history.  After their time: 78_condensing.sql.

-- Tables -----------------------------------------------------------------------

create table public.test_run_history (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  environment_id   uuid not null,
  run_id           uuid,
  date             date not null,
  status           public.run_status,
  reason           public.run_failure_reason,
  trigger          public.run_trigger,
  git_branch       text,
  git_commit       text,
  runs             integer not null default 1,
  completed_runs   integer not null,
  failed_runs      integer not null,
  cancelled_runs   integer not null,
  total            bigint not null,
  passed           bigint not null,
  failed           bigint not null,
  broken           bigint not null,
  blocked          bigint not null,
  skipped          bigint not null,
  success_rate     numeric(5, 2) generated always as (round(100.0 * passed / nullif(passed + failed + broken, 0), 2)) stored,
  waited_ms        double precision,
  duration_ms      double precision,
  run_created_at   timestamptz not null,
  finished_at      timestamptz not null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint test_run_history_is_of_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint test_run_history_has_one_row_for_a_run unique (run_id),
  constraint test_run_history_is_of_a_run_or_of_a_day check ((run_id is not null) = (status is not null)),
  constraint test_run_history_has_one_run_or_a_days_runs check (runs >= 1 and (run_id is null or runs = 1)),
  constraint test_run_history_adds_up check (completed_runs + failed_runs + cancelled_runs = runs)
);
comment on table public.test_run_history is 'How a run ended: one row a run, written by a trigger; after its time one row for all runs of a day in an environment.';
comment on column public.test_run_history.run_id is 'Null for a day. No reference: the run itself is deleted long before.';
comment on column public.test_run_history.date is 'The day of UTC on which the run was created.';
comment on column public.test_run_history.success_rate is 'In percent of the tests that passed, failed or broke; null when there are none.';
comment on column public.test_run_history.waited_ms is 'From the request to the first claim; the mean, for a day.';
comment on column public.test_run_history.duration_ms is 'From the first claim to the end; the mean, for a day.';

-- Serves condense_history(), and keeps one row for a day's runs.
create unique index idx_test_run_history_day on public.test_run_history (environment_id, date) where run_id is null;
-- Serves a project's trend, latest first. It has what the trend shows, and what row-level security asks: a month may be ten
-- thousand runs, and reading so many rows of the table takes longer than a page should.
create index idx_test_run_history_project_id on public.test_run_history (project_id, run_created_at desc)
include (organization_id, date, runs, failed_runs, duration_ms);
-- Serves an environment's trend, in the same way.
create index idx_test_run_history_environment_id on public.test_run_history (environment_id, run_created_at desc)
include (organization_id, date, status, duration_ms);
-- Serves what is condensed after its time.
create index idx_test_run_history_date on public.test_run_history (date) where run_id is not null;

-- Who may ----------------------------------------------------------------------

alter table public.test_run_history enable row level security;

create policy "Members see how the runs of their organizations ended"
on public.test_run_history for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_run_history to authenticated;

-- Functions --------------------------------------------------------------------

-- Writes the rows of runs that are over, or brings them up to date.
create function private.keep_history(p_run_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into public.test_run_history
    (organization_id, project_id, environment_id, run_id, date, status, reason, trigger, git_branch, git_commit,
     completed_runs, failed_runs, cancelled_runs, total, passed, failed, broken, blocked, skipped,
     waited_ms, duration_ms, run_created_at, finished_at)
  select organization_id, project_id, environment_id, id, private.day_of(created_at), status, reason, trigger, git_branch, git_commit,
    (status = 'completed')::integer, (status = 'failed')::integer, (status = 'cancelled')::integer,
    greatest(total, completed), passed, failed, broken, blocked, skipped,
    greatest(extract(epoch from started_at - created_at), 0) * 1000, duration_ms, created_at, finished_at
  from public.test_runs
  where id = any (p_run_ids)
  order by id
  on conflict (run_id) do update
  set status = excluded.status,
    reason = excluded.reason,
    completed_runs = excluded.completed_runs,
    failed_runs = excluded.failed_runs,
    cancelled_runs = excluded.cancelled_runs,
    total = excluded.total,
    passed = excluded.passed,
    failed = excluded.failed,
    broken = excluded.broken,
    blocked = excluded.blocked,
    skipped = excluded.skipped,
    waited_ms = excluded.waited_ms,
    duration_ms = excluded.duration_ms,
    finished_at = excluded.finished_at;
$$;

-- Triggers ---------------------------------------------------------------------

-- Runs among those that were changed that have ended, or whose counters moved after their end.
create function private.tg_test_runs__keep_history()
returns trigger
language plpgsql
security definer  -- nobody writes history directly
set search_path = ''
as $$
declare
  v_run_ids uuid[] := array(
    select run.id
    from changed as run
    join before on before.id = run.id
    where private.is_over(run.status)
      and (not private.is_over(before.status)
        or (run.total, run.passed, run.failed, run.broken, run.blocked, run.skipped)
          <> (before.total, before.passed, before.failed, before.broken, before.blocked, before.skipped))
  );
begin
  if v_run_ids <> '{}' then
    perform private.keep_history(v_run_ids);
  end if;
  return null;
end;
$$;

create trigger test_runs_keep_history
after update on public.test_runs
referencing old table as before new table as changed
for each statement execute function private.tg_test_runs__keep_history();

-- Runs that come with their end, from a seed.
create function private.tg_test_runs__keep_history_of_new()
returns trigger
language plpgsql
security definer  -- nobody writes history directly
set search_path = ''
as $$
begin
  perform private.keep_history(array(select id from added where private.is_over(status)));
  return null;
end;
$$;

create trigger test_runs_keep_history_of_new
after insert on public.test_runs
referencing new table as added
for each statement
-- One that comes back from an archive has its row, or is counted in its day's.
when (current_setting('baton.is_restoring', true) is distinct from 'on')
execute function private.tg_test_runs__keep_history_of_new();

create trigger test_run_history_touch_updated_at
before update on public.test_run_history
for each row execute function private.tg_touch_updated_at();
