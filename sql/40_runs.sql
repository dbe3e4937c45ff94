-- Runs: one execution of a selection of tests in one environment, from the request to the verdict.
-- Tables: test_runs; private.test_run_versions.  Functions: cancel_run.  How a run comes to be: 46_requests.sql.

-- Types ------------------------------------------------------------------------

create type public.run_status as enum (
  'queued',     -- nobody has it; also: released -> queued
  'preparing',  -- queued, running -> preparing: a worker claimed it
  'running',    -- preparing -> running: tests are under way
  'completed',  -- running -> completed: no test outside quarantine failed, broke or was blocked
  'failed',     -- any -> failed: otherwise; the reason says why
  'cancelled'   -- any -> cancelled: somebody asked
);

create type public.run_failure_reason as enum (
  'tests',        -- tests failed, broke or were blocked
  'environment',  -- the environment did not answer
  'timeout',      -- the run took longer than it may
  'interrupted'   -- no worker could bring it to an end
);

create type public.run_trigger as enum (
  'manual',     -- a person asked
  'scheduled',  -- a schedule was due
  'ci',         -- a pipeline asked
  'webhook'     -- another service asked
);

create type public.run_priority as enum (
  'critical',  -- taken before all others
  'high',
  'medium',    -- what a run is unless it says so
  'low'        -- taken when nothing else waits
);

create type public.run_executor as enum (
  'worker',  -- goes through the queue
  'local'    -- is executed by the one who asked, with his own secrets
);

-- Tables -----------------------------------------------------------------------

create table public.test_runs (
  id                   uuid primary key default gen_random_uuid(),
  organization_id      uuid not null,
  project_id           uuid not null,
  environment_id       uuid not null,
  batch_id             uuid not null default gen_random_uuid(),
  batch_position       integer not null default 1,
  suites               text[] not null default '{}',
  selection            jsonb not null default '{}',
  config               jsonb not null default '{}',
  priority             public.run_priority not null default 'medium',
  executor             public.run_executor not null default 'worker',
  trigger              public.run_trigger not null default 'manual',
  source               jsonb not null default '{}',
  git_branch           text,
  git_commit           text,
  requested_by         uuid references public.users on delete set null,
  status               public.run_status not null default 'queued',
  reason               public.run_failure_reason,
  message              text,
  total                integer not null default 0,
  passed               integer not null default 0,
  failed               integer not null default 0,
  broken               integer not null default 0,
  blocked              integer not null default 0,
  skipped              integer not null default 0,
  completed            integer not null generated always as (passed + failed + broken + blocked + skipped) stored,
  pending              integer not null generated always as (greatest(total - passed - failed - broken - blocked - skipped, 0)) stored,
  sequence             integer not null default 0,
  lease_number         integer not null default 0,
  lease_expires_at     timestamptz,
  cancel_requested_at  timestamptz,
  cancel_requested_by  uuid references public.users on delete set null,
  started_at           timestamptz,
  finished_at          timestamptz,
  duration_ms          double precision generated always as (extract(epoch from finished_at - started_at) * 1000) stored,
  summary              jsonb not null default '{}',
  report               jsonb,
  kept_until           timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),

  constraint test_runs_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint test_runs_happen_in_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id),
  constraint test_runs_are_of_one_organization unique (id, organization_id),
  constraint test_runs_can_be_found_by_their_partition unique (id, created_at, organization_id),
  constraint test_runs_have_an_end_when_they_are_over
    check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
  constraint test_runs_fail_for_a_reason check ((status = 'failed') = (reason is not null)),
  constraint test_runs_cannot_finish_before_they_start check (finished_at >= started_at),
  constraint test_runs_count_from_zero check (least(total, passed, failed, broken, blocked, skipped) >= 0),
  constraint test_runs_selection_is_an_object check (jsonb_typeof(selection) = 'object'),
  constraint test_runs_config_is_an_object check (jsonb_typeof(config) = 'object'),
  constraint test_runs_source_is_an_object check (jsonb_typeof(source) = 'object'),
  constraint test_runs_message_is_short check (char_length(message) <= 20000),
  constraint test_runs_git_names_are_short check (char_length(git_branch) <= 300 and char_length(git_commit) <= 100)
) with (fillfactor = 80);  -- rows change at every record; room on the page keeps that cheap
comment on table public.test_runs is 'One execution of a selection of tests in one environment.';
comment on column public.test_runs.kept_until is 'Of a run that was taken back from an archive: when it goes again.';
comment on column public.test_runs.batch_id is 'Runs that were requested in one call share it.';
comment on column public.test_runs.suites is 'Keys of the suites that were asked for; empty is all of the project.';
comment on column public.test_runs.completed is 'Tests that have a verdict.';
comment on column public.test_runs.sequence is 'Number of the last message on the topic run:<id>; whoever read this row may drop those up to it.';
comment on column public.test_runs.lease_number is 'Rises at each claim. Whoever writes says the number he was given: an older one is refused.';

-- Serves a project's list of runs, by status, latest first.
create index idx_test_runs_lookup on public.test_runs (project_id, status, created_at desc);
-- Serves a project's list of all runs, page by page. Under row-level security an enum is compared after the rows are
-- found, so members' lists by status walk this one, or the next.
create index idx_test_runs_created_at on public.test_runs (project_id, created_at desc, id desc);
-- Serves "what waits or runs now".
create index idx_test_runs_active on public.test_runs (project_id, created_at desc) where status in ('queued', 'preparing', 'running');
-- Serves request_runs() and whoever follows a batch.
create index idx_test_runs_batch_id on public.test_runs (batch_id, batch_position);
-- Serves an environment's list of runs.
create index idx_test_runs_environment_id on public.test_runs (environment_id, created_at desc);
-- Serve "my runs", and the removal of an account.
create index idx_test_runs_requested_by on public.test_runs (requested_by, created_at desc);
create index idx_test_runs_cancel_requested_by on public.test_runs (cancel_requested_by) where cancel_requested_by is not null;

-- Serves the clean-up of what was taken back from archives.
create index idx_test_runs_kept_until on public.test_runs (kept_until) where kept_until is not null;

create table private.test_run_versions (
  run_id            uuid not null,
  organization_id   uuid not null,
  position          integer not null,
  suite_version_id  uuid not null,
  selected          boolean not null,

  primary key (run_id, position),
  constraint test_run_versions_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint test_run_versions_name_a_version
    foreign key (suite_version_id, organization_id)
    references private.suite_versions (id, organization_id) on delete cascade,
  constraint test_run_versions_are_there_once unique (run_id, suite_version_id)
);
comment on table private.test_run_versions is 'The versions a run executes. What was asked for is selected; the others are there because something needs them.';

-- Serves the removal of a project.
create index idx_test_run_versions_suite_version_id on private.test_run_versions (suite_version_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table public.test_runs enable row level security;
alter table private.test_run_versions enable row level security;

create policy "Members see the runs of their organizations"
on public.test_runs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_runs to authenticated;

-- Functions --------------------------------------------------------------------

create function private.is_over(p_status public.run_status)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_status in ('completed', 'failed', 'cancelled');
$$;

create function private.count_tests(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'total', p_run.total, 'completed', p_run.completed, 'passed', p_run.passed, 'failed', p_run.failed,
    'broken', p_run.broken, 'blocked', p_run.blocked, 'skipped', p_run.skipped, 'pending', p_run.pending
  );
$$;

-- Brings a run to its end: verdict, message out of the queue, context on its way out, watchers told.
create function private.close_run(
  p_run_id uuid,
  p_status public.run_status,
  p_reason public.run_failure_reason default null,
  p_message text default null,
  p_summary jsonb default '{}',
  p_report jsonb default null
)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  update public.test_runs
  set status = p_status,
    reason = p_reason,
    message = p_message,
    summary = p_summary,
    report = p_report,
    -- By the clock: started_at is, too, and must not be later.
    finished_at = clock_timestamp(),
    lease_expires_at = null
  where id = p_run_id;
  perform private.leave_queue(p_run_id);
  perform private.expire_context(p_run_id);
  perform private.tell_run(p_run_id, 'run_completed', private.tell_findings(p_run_id));
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.tell_project(v_run, 'run_completed');
  return v_run;
end;
$$;

create function private.cancel_run(p_run_id uuid)
returns public.test_runs
language plpgsql
security definer  -- nobody changes runs directly
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  -- Asked before the row is locked: a stranger must not hold up anybody's run.
  perform private.require_canceller(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  if private.is_over(v_run.status) then
    perform private.refuse(409, format('this run is already %s', v_run.status), 'There is nothing left to cancel.');
  end if;

  update public.test_runs
  set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
    cancel_requested_by = coalesce(cancel_requested_by, auth.uid())
  where id = p_run_id
  returning * into v_run;
  -- No worker has it, or the one that had it is gone: nobody is left to stop.
  if v_run.status = 'queued' or v_run.lease_expires_at < clock_timestamp() then
    return private.close_run(p_run_id, 'cancelled');
  end if;
  perform private.tell_workers('run_cancelled', jsonb_build_object('run_id', p_run_id));
  return v_run;
end;
$$;
grant execute on function private.cancel_run(uuid) to authenticated;

-- Cancels a run: at once while it waits; else its worker is told, and stops within a second or so.
create function public.cancel_run(p_run_id uuid)
returns public.test_runs
language sql
set search_path = ''
as $$
  select private.cancel_run(p_run_id);
$$;
grant execute on function public.cancel_run(uuid) to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger test_runs_touch_updated_at
before update on public.test_runs
for each row execute function private.tg_touch_updated_at();
