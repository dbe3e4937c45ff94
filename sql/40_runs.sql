-- Runs: one execution of a selection of tests in one environment, from the request to the verdict.
-- Tables: test_runs; private.test_run_versions, private.run_requests.  Functions: request_runs, cancel_run.

-- Types ----------------------------------------------------------------------

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

-- Tables ---------------------------------------------------------------------

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
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),

  foreign key (project_id, organization_id) references public.projects (id, organization_id) on delete cascade,
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
  constraint test_runs_git_names_are_short check (char_length(git_branch) <= 300 and char_length(git_commit) <= 100)
) with (fillfactor = 80);  -- rows change at every record; room on the page keeps that cheap
comment on table public.test_runs is 'One execution of a selection of tests in one environment.';
comment on column public.test_runs.batch_id is 'Runs that were requested in one call share it.';
comment on column public.test_runs.suites is 'Keys of the suites that were asked for; empty is all of the project.';
comment on column public.test_runs.completed is 'Tests that have a verdict.';
comment on column public.test_runs.sequence is 'Number of the last message on the topic run:<id>; whoever read this row may drop those up to it.';
comment on column public.test_runs.lease_number is 'Rises at each claim. Whoever writes says the number he was given: an older one is refused.';

-- Serves a project's list of runs, by status, latest first.
create index idx_test_runs_lookup on public.test_runs (project_id, status, created_at desc);
-- Serves a project's list of all runs, page by page.
create index idx_test_runs_created_at on public.test_runs (project_id, organization_id, created_at desc, id);
-- Serves request_runs() and whoever follows a batch.
create index idx_test_runs_batch_id on public.test_runs (batch_id, batch_position);
-- Serves an environment's list of runs.
create index idx_test_runs_environment_id on public.test_runs (environment_id, project_id, organization_id, created_at desc);
-- Serve "my runs", and the removal of an account.
create index idx_test_runs_requested_by on public.test_runs (requested_by, created_at desc);
create index idx_test_runs_cancel_requested_by on public.test_runs (cancel_requested_by) where cancel_requested_by is not null;

create table private.test_run_versions (
  run_id            uuid not null,
  organization_id   uuid not null,
  position          integer not null,
  suite_version_id  uuid not null,
  selected          boolean not null,

  primary key (run_id, position),
  foreign key (run_id, organization_id) references public.test_runs (id, organization_id) on delete cascade,
  foreign key (suite_version_id, organization_id) references private.suite_versions (id, organization_id) on delete cascade,
  constraint test_run_versions_name_a_version_once unique (run_id, suite_version_id)
);
comment on table private.test_run_versions is 'The versions a run executes. What was asked for is selected; the others are there because something needs them.';

-- Serves the removal of a project.
create index idx_test_run_versions_suite_version_id on private.test_run_versions (suite_version_id, organization_id);

create table private.run_requests (
  project_id       uuid not null,
  organization_id  uuid not null,
  idempotency_key  text not null,
  body_hash        text not null,
  batch_id         uuid not null default gen_random_uuid(),
  created_at       timestamptz not null default now(),

  primary key (project_id, idempotency_key),
  foreign key (project_id, organization_id) references public.projects (id, organization_id) on delete cascade,
  constraint run_requests_key_is_short check (char_length(idempotency_key) between 1 and 200)
);
comment on table private.run_requests is 'Which batch an idempotency key has made, so that a request that is repeated makes no second one.';

-- Serves the removal of a project.
create index idx_run_requests_project_id on private.run_requests (project_id, organization_id);

-- Who may ---------------------------------------------------------------------

alter table public.test_runs enable row level security;
alter table private.test_run_versions enable row level security;
alter table private.run_requests enable row level security;

create policy "Members see the runs of their organizations"
on public.test_runs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_runs to authenticated;

-- Functions: what a run consists of -------------------------------------------------

-- The suites of a project by key; all of them for null. Refuses a key that is none.
create function private.choose_suites(p_project_id uuid, p_keys text[])
returns setof public.test_suites
language plpgsql
stable
set search_path = ''
as $$
declare
  v_unknown text := (
    select key from unnest(p_keys) as key
    where key not in (
      select suite.key from public.test_suites as suite
      where suite.project_id = p_project_id and suite.deleted_at is null and suite.version > 0
    )
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('there is no suite "%s" in this project', v_unknown), 'Push it first: baton push.');
  end if;
  return query
    select suite.*
    from public.test_suites as suite
    where suite.project_id = p_project_id
      and suite.deleted_at is null
      and suite.version > 0
      and (p_keys is null or suite.key = any (p_keys))
    order by array_position(p_keys, suite.key), suite.key;
end;
$$;

-- These suites and every suite that their tests need, and theirs, and so on.
create function private.needed_suite_ids(p_suite_ids uuid[])
returns setof uuid
language sql
stable
set search_path = ''
as $$
  with recursive needed (suite_id) as (
    select unnest(p_suite_ids)
    union
    select required.suite_id
    from needed
    join public.test_cases as dependent on dependent.suite_id = needed.suite_id and dependent.deleted_at is null
    join public.test_dependencies as edge on edge.dependent_test_id = dependent.id
    join public.test_cases as required on required.id = edge.required_test_id and required.deleted_at is null
  )
  select suite_id from needed;
$$;

create function private.add_run_versions(p_run public.test_runs, p_suite_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into private.test_run_versions (run_id, organization_id, position, suite_version_id, selected)
  select p_run.id, p_run.organization_id,
    row_number() over (order by array_position(p_suite_ids, suite.id), suite.key),
    version.id, suite.id = any (p_suite_ids)
  from private.needed_suite_ids(p_suite_ids) as needed (id)
  join public.test_suites as suite on suite.id = needed.id
  join private.suite_versions as version on version.suite_id = suite.id and version.number = suite.version;
$$;

create function private.find_environment(p_project_id uuid, p_name text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id uuid := (
    select id from public.environments
    where project_id = p_project_id and name = p_name and deleted_at is null
  );
begin
  if v_id is null then
    perform private.refuse(422, format('there is no environment "%s" in this project', p_name), coalesce(
      'It has: ' || (
        select string_agg(name, ', ' order by name) from public.environments
        where project_id = p_project_id and deleted_at is null
      ) || '.',
      'It has none yet; an admin makes them.'
    ));
  end if;
  return v_id;
end;
$$;

-- Functions: the request ---------------------------------------------------------------

create function private.check_request(p_request jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_request, '{
    "suites": "array", "selection": "object", "config": "object", "source": "object",
    "priority": "string", "trigger": "string", "executor": "string", "git_branch": "string", "git_commit": "string"
  }', 'a request');
  perform private.require_type(p_request -> 'environment', 'string', 'environment');
  perform private.require_texts(p_request -> 'suites', 'suites');
  perform private.require_texts(p_request -> 'selection' -> 'only', 'selection.only');
  perform private.require_texts(p_request -> 'selection' -> 'tags', 'selection.tags');
  perform private.require_word(p_request ->> 'priority', 'public.run_priority', 'priority');
  perform private.require_word(p_request ->> 'trigger', 'public.run_trigger', 'trigger');
  perform private.require_word(p_request ->> 'executor', 'public.run_executor', 'executor');
  perform private.require_at_most(octet_length(p_request::text), 262144, 'bytes in a request');
  if p_request ->> 'executor' = 'local' then
    perform private.refuse(422, 'a run that is executed locally is not requested here', 'Leave "executor" out, or say "worker".');
  end if;
end;
$$;

create function private.check_selection(p_project_id uuid, p_selection jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_only text[] := private.require_texts(p_selection -> 'only', 'selection.only');
  v_unknown text := (
    select name from unnest(v_only) as name
    where name not in (select known.name from private.find_tests(p_project_id, v_only) as known)
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('there is no test "%s" in this project', v_unknown), 'Names are <suite key>/<test key>.');
  end if;
end;
$$;

create function private.insert_run(p_project public.projects, p_request jsonb, p_batch_id uuid, p_position integer)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_keys text[] := nullif(private.require_texts(p_request -> 'suites', 'suites'), '{}');
  v_suite_ids uuid[] := array(select id from private.choose_suites(p_project.id, v_keys));
  v_run public.test_runs;
begin
  if v_suite_ids = '{}' then
    perform private.refuse(422, 'this project has no suites to run', 'Push them first: baton push.');
  end if;
  perform private.check_selection(p_project.id, p_request -> 'selection');
  insert into public.test_runs
    (organization_id, project_id, environment_id, batch_id, batch_position, suites, selection, config, priority, trigger,
     source, git_branch, git_commit, requested_by)
  values (
    p_project.organization_id, p_project.id, private.find_environment(p_project.id, p_request ->> 'environment'),
    p_batch_id, p_position, coalesce(v_keys, '{}'), private.fields(p_request -> 'selection'),
    private.fields(p_request -> 'config'), coalesce((p_request ->> 'priority')::public.run_priority, 'medium'),
    coalesce((p_request ->> 'trigger')::public.run_trigger, 'manual'), private.fields(p_request -> 'source'),
    p_request ->> 'git_branch', p_request ->> 'git_commit', auth.uid()
  )
  returning * into v_run;
  perform private.add_run_versions(v_run, v_suite_ids);
end;
$$;

-- The batch that this key has already made; null when it is new, or when there is no key.
-- The row is written first: a second call with the same key waits here until the first is through.
create function private.find_batch(p_project public.projects, p_requests jsonb, p_key text)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_hash text := encode(extensions.digest(convert_to(p_requests::text, 'UTF8'), 'sha256'), 'hex');
  v_request private.run_requests;
begin
  insert into private.run_requests (project_id, organization_id, idempotency_key, body_hash)
  select p_project.id, p_project.organization_id, p_key, v_hash
  where p_key is not null
  on conflict do nothing;
  if found or p_key is null then
    return null;
  end if;

  select * into v_request from private.run_requests where project_id = p_project.id and idempotency_key = p_key;
  if v_request.body_hash <> v_hash then
    perform private.refuse(409, 'this idempotency key was used for another request', 'Use a new key for a new request.');
  end if;
  return v_request.batch_id;
end;
$$;

create function private.insert_batch(p_project public.projects, p_requests jsonb, p_key text)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_batch_id uuid := coalesce(
    (select batch_id from private.run_requests where project_id = p_project.id and idempotency_key = p_key),
    gen_random_uuid()
  );
  v_request jsonb;
  v_position integer;
begin
  for v_request, v_position in select value, ordinality from jsonb_array_elements(p_requests) with ordinality loop
    perform private.check_request(v_request);
    perform private.insert_run(p_project, v_request, v_batch_id, v_position);
  end loop;
  perform private.tell_requested(p_project.id, v_batch_id);
  return v_batch_id;
end;
$$;

create function private.request_runs(p_project_id uuid, p_requests jsonb, p_idempotency_key text)
returns setof public.test_runs
language plpgsql
security definer  -- editors may write these tables only as a whole request
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project(p_project_id, 'editor');
  v_batch_id uuid;
begin
  perform private.require_type(p_requests, 'array', 'p_requests');
  perform private.require_at_most(jsonb_array_length(p_requests), 100, 'runs in one request');
  if p_requests = '[]' then
    perform private.refuse(422, 'no run is requested', 'Name at least one.');
  end if;
  v_batch_id := coalesce(
    private.find_batch(v_project, p_requests, p_idempotency_key),
    private.insert_batch(v_project, p_requests, p_idempotency_key)
  );
  return query select * from public.test_runs where batch_id = v_batch_id order by batch_position;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('request', sqlerrm);
end;
$$;
grant execute on function private.request_runs(uuid, jsonb, text) to authenticated;

-- Requests runs: all or none. The same call with the same key gives the same runs.
-- At most 100 runs; each is {"suites", "environment", "selection", "config", "priority", "trigger", "source",
-- "git_branch", "git_commit"}, of which only the environment must be there. No suites means all of the project.
create function public.request_runs(p_project_id uuid, p_requests jsonb, p_idempotency_key text default null)
returns setof public.test_runs
language sql
set search_path = ''
as $$
  select * from private.request_runs(p_project_id, p_requests, p_idempotency_key);
$$;
grant execute on function public.request_runs(uuid, jsonb, text) to authenticated;

-- Functions: the end -----------------------------------------------------------------------

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
  perform private.tell_run(p_run_id, 'run_completed');
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
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  perform private.require_role(v_run.organization_id, 'editor', 'run');
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

-- Triggers -------------------------------------------------------------------

create trigger test_runs_touch_updated_at
before update on public.test_runs
for each row execute function private.tg_touch_updated_at();
