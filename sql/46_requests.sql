-- Requests: how runs come to be. One call makes a batch, all or nothing, and the same call makes it once.
-- Tables: private.run_requests.  Functions: request_runs.

-- Tables -----------------------------------------------------------------------

create table private.run_requests (
  project_id       uuid not null,
  organization_id  uuid not null,
  idempotency_key  text not null,
  body_hash        text not null,
  batch_id         uuid not null default gen_random_uuid(),
  created_at       timestamptz not null default now(),

  primary key (project_id, idempotency_key),
  constraint run_requests_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint run_requests_key_is_short check (char_length(idempotency_key) between 1 and 200)
);
comment on table private.run_requests is 'Which batch an idempotency key has made, so that a request that is repeated makes no second one.';

-- Serves the removal of a project.
create index idx_run_requests_project_id on private.run_requests (project_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table private.run_requests enable row level security;

-- Functions: what a run consists of --------------------------------------------

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

-- Functions: the request -------------------------------------------------------

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
  perform private.require_known(p_request,
    '{suites,environment,selection,config,priority,trigger,source,executor,git_branch,git_commit}', 'a request');
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
    (organization_id, project_id, environment_id, batch_id, batch_position, suites, selection, config, priority, executor,
     trigger, source, git_branch, git_commit, requested_by)
  values (
    p_project.organization_id, p_project.id, private.find_environment(p_project.id, p_request ->> 'environment'),
    p_batch_id, p_position, coalesce(v_keys, '{}'), private.fields(p_request -> 'selection'),
    private.fields(p_request -> 'config'), coalesce((p_request ->> 'priority')::public.run_priority, 'medium'),
    coalesce((p_request ->> 'executor')::public.run_executor, 'worker'),
    coalesce((p_request ->> 'trigger')::public.run_trigger, 'manual'), private.fields(p_request -> 'source'),
    p_request ->> 'git_branch', p_request ->> 'git_commit', auth.uid()
  )
  returning * into v_run;
  perform private.add_run_versions(v_run, v_suite_ids);
end;
$$;

-- The batch that this key has already made; null when it is new, or when there is no key. Two jobs that ask for the same say
-- different things of themselves, which makes no other request of it.
-- The row is written first: a second call with the same key waits here until the first is through.
create function private.find_batch(p_project public.projects, p_requests jsonb, p_key text)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_asked jsonb := (
    select jsonb_agg(private.fields(value) - 'source' - 'trigger' order by ordinality) from jsonb_array_elements(p_requests) with ordinality
  );
  v_hash text := encode(extensions.digest(convert_to(v_asked::text, 'UTF8'), 'sha256'), 'hex');
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
    perform private.insert_run(p_project, private.sign_request(v_request), v_batch_id, v_position);
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
  v_project public.projects := private.open_project_for(p_project_id, 'editor', 'runs:request');
  v_batch_id uuid;
begin
  perform private.require_type(p_requests, 'array', 'p_requests');
  perform private.require_at_most(jsonb_array_length(p_requests), 500, 'runs in one request');
  if p_requests = '[]' then
    perform private.refuse(422, 'no run is requested', 'Name at least one.');
  end if;
  -- A push is seen whole or not at all: what it removes is not asked for, and half of it is not run.
  perform private.share_gate(v_project.organization_id);
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
-- At most 500 runs, such as 100 suites in five environments; each is {"suites", "environment", "selection", "config", "priority", "trigger", "source",
-- "git_branch", "git_commit"}, of which only the environment must be there. No suites means all of the project.
create function public.request_runs(p_project_id uuid, p_requests jsonb, p_idempotency_key text default null)
returns setof public.test_runs
language sql
set search_path = ''
as $$
  select * from private.request_runs(p_project_id, p_requests, p_idempotency_key);
$$;
grant execute on function public.request_runs(uuid, jsonb, text) to authenticated;
