-- Push: files become suites, tests, edges and versions, in one transaction.
-- Functions: push_suites.  The shape of a push is told in 34_push_checks.sql.

-- Functions: suites and versions --------------------------------------------------

create function private.save_suites(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_suites as saved
    (organization_id, project_id, key, name, description, path, tags, config, selectors, hooks, metadata)
  select p_project.organization_id, p_project.id, suite ->> 'key', coalesce(suite ->> 'name', suite ->> 'key'),
    coalesce(suite ->> 'description', ''), suite ->> 'path', private.require_texts(suite -> 'tags', 'tags'),
    private.fields(suite -> 'config'), private.fields(suite -> 'selectors'),
    private.fields(suite -> 'hooks'), private.fields(suite -> 'metadata')
  from jsonb_array_elements(p_suites) as suite
  on conflict (project_id, organization_id, key) do update set
    name = excluded.name,
    description = excluded.description,
    path = excluded.path,
    tags = excluded.tags,
    config = excluded.config,
    selectors = excluded.selectors,
    hooks = excluded.hooks,
    metadata = excluded.metadata,
    deleted_at = null
  where (saved.name, saved.description, saved.path, saved.tags, saved.config, saved.selectors, saved.hooks, saved.metadata, saved.deleted_at)
    is distinct from
    (excluded.name, excluded.description, excluded.path, excluded.tags, excluded.config, excluded.selectors, excluded.hooks, excluded.metadata, null::timestamptz);
$$;

-- Content that is there already keeps its version and its number.
create function private.add_versions(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into private.suite_versions (organization_id, suite_id, number, content_hash, path, source, created_by)
  select saved.organization_id, saved.id,
    (select coalesce(max(number), 0) + 1 from private.suite_versions as earlier where earlier.suite_id = saved.id),
    suite ->> 'content_hash', suite ->> 'path', suite ->> 'source', (select auth.uid())
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as saved on saved.project_id = p_project.id and saved.key = suite ->> 'key'
  on conflict (suite_id, content_hash) do nothing;
$$;

-- Points each suite at the version of its content, and says which suites that changed.
create function private.choose_versions(p_project public.projects, p_suites jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  with pushed as (
    select saved.id, saved.key, saved.version as previous, version.number, position
    from jsonb_array_elements(p_suites) with ordinality as suite (value, position)
    join public.test_suites as saved on saved.project_id = p_project.id and saved.key = suite.value ->> 'key'
    join private.suite_versions as version on version.suite_id = saved.id and version.content_hash = suite.value ->> 'content_hash'
  ),
  moved as (
    update public.test_suites as suite
    set version = pushed.number
    from pushed
    where suite.id = pushed.id and pushed.previous <> pushed.number
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'key', key, 'id', id, 'version', number, 'changed', previous <> number
  ) order by position), '[]')
  from pushed;
$$;

-- Functions: tests -------------------------------------------------------------------

create function private.pushed_tests(p_project_id uuid, p_suites jsonb)
returns table (suite_id uuid, test jsonb, number bigint)
language sql
stable
set search_path = ''
as $$
  select saved.id, test.value, test.ordinality
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as saved on saved.project_id = p_project_id and saved.key = suite ->> 'key'
  cross join jsonb_array_elements(private.items(suite -> 'tests')) with ordinality as test;
$$;

create function private.save_tests(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_cases as saved
    (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
     skip_reason, "only", idempotent, metadata)
  select p_project.organization_id, p_project.id, suite_id, test ->> 'key', coalesce(test ->> 'name', test ->> 'key'),
    coalesce(test ->> 'description', ''), coalesce((test ->> 'position')::integer, number::integer - 1),
    coalesce((test ->> 'priority')::public.test_priority, 'medium'), private.require_texts(test -> 'tags', 'tags'),
    (test ->> 'timeout_seconds')::double precision, coalesce((test ->> 'retries')::integer, 0), test ->> 'skip_reason',
    coalesce((test ->> 'only')::boolean, false), coalesce((test ->> 'idempotent')::boolean, true),
    private.fields(test -> 'metadata')
  from private.pushed_tests(p_project.id, p_suites)
  on conflict (suite_id, key) do update set
    name = excluded.name,
    description = excluded.description,
    position = excluded.position,
    priority = excluded.priority,
    tags = excluded.tags,
    timeout_seconds = excluded.timeout_seconds,
    retries = excluded.retries,
    skip_reason = excluded.skip_reason,
    "only" = excluded."only",
    idempotent = excluded.idempotent,
    metadata = excluded.metadata,
    deleted_at = null
  where (saved.name, saved.description, saved.position, saved.priority, saved.tags, saved.timeout_seconds, saved.retries,
      saved.skip_reason, saved."only", saved.idempotent, saved.metadata, saved.deleted_at)
    is distinct from
    (excluded.name, excluded.description, excluded.position, excluded.priority, excluded.tags, excluded.timeout_seconds, excluded.retries,
      excluded.skip_reason, excluded."only", excluded.idempotent, excluded.metadata, null::timestamptz);
$$;

-- Tests that are no longer in their file. Their history stays.
create function private.remove_gone_tests(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_cases as saved
  set deleted_at = now()
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as owner on owner.project_id = p_project.id and owner.key = suite ->> 'key'
  where saved.suite_id = owner.id
    and saved.deleted_at is null
    and saved.key not in (select test ->> 'key' from jsonb_array_elements(private.items(suite -> 'tests')) as test);
$$;

create function private.save_requests(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_request_configs as saved
    (organization_id, test_case_id, method, path, query, headers, body, auth, settings)
  select p_project.organization_id, owner.id, upper(coalesce(request ->> 'method', 'GET')), coalesce(request ->> 'path', ''),
    coalesce(request -> 'query', '{}'), coalesce(request -> 'headers', '{}'), coalesce(request -> 'json', request -> 'body'),
    request -> 'auth', request - array['method', 'path', 'query', 'headers', 'json', 'body', 'auth']
  from private.pushed_tests(p_project.id, p_suites) as pushed
  join public.test_cases as owner on owner.suite_id = pushed.suite_id and owner.key = pushed.test ->> 'key'
  cross join private.fields(pushed.test -> 'request') as request
  where request <> '{}'
  on conflict (test_case_id, organization_id, step_index) do update set
    method = excluded.method,
    path = excluded.path,
    query = excluded.query,
    headers = excluded.headers,
    body = excluded.body,
    auth = excluded.auth,
    settings = excluded.settings
  where (saved.method, saved.path, saved.query, saved.headers, saved.body, saved.auth, saved.settings)
    is distinct from
    (excluded.method, excluded.path, excluded.query, excluded.headers, excluded.body, excluded.auth, excluded.settings);
$$;

create function private.save_responses(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_response_specs as saved (organization_id, test_case_id, expectations, captures)
  select p_project.organization_id, owner.id,
    response - array['capture', 'captures'], coalesce(response -> 'captures', response -> 'capture', '{}')
  from private.pushed_tests(p_project.id, p_suites) as pushed
  join public.test_cases as owner on owner.suite_id = pushed.suite_id and owner.key = pushed.test ->> 'key'
  cross join private.fields(pushed.test -> 'response') as response
  where response <> '{}'
  on conflict (test_case_id, organization_id, step_index) do update set
    expectations = excluded.expectations,
    captures = excluded.captures
  where (saved.expectations, saved.captures) is distinct from (excluded.expectations, excluded.captures);
$$;

-- Soft-deletes the suites that are not in the push, with their tests. Version 0: whoever brings one back has changed it.
create function private.prune_suites(p_project public.projects, p_suites jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  with gone as (
    update public.test_suites
    set deleted_at = now(), version = 0
    where project_id = p_project.id
      and deleted_at is null
      and key not in (select suite ->> 'key' from jsonb_array_elements(p_suites) as suite)
    returning id, key
  ),
  gone_tests as (
    update public.test_cases
    set deleted_at = now()
    where deleted_at is null and suite_id in (select id from gone)
  )
  select coalesce(jsonb_agg(key order by key), '[]') from gone;
$$;

-- Functions: dependencies ---------------------------------------------------------

-- One row for a pair: the strongest type, all reasons.
create function private.pushed_dependencies(p_project_id uuid, p_dependencies jsonb)
returns table (dependent_test_id uuid, required_test_id uuid, dependency_type public.dependency_type, reasons text[])
language sql
stable
set search_path = ''
as $$
  with pushed as (
    select value ->> 'dependent' as dependent, value ->> 'required' as required,
      (value ->> 'type')::public.dependency_type as type, private.require_texts(value -> 'reasons', 'reasons') as reasons
    from jsonb_array_elements(p_dependencies)
  ),
  test as (
    select * from private.find_tests(p_project_id, array(select dependent from pushed union select required from pushed))
  )
  select dependent.id, required.id, max(pushed.type), array_remove(array_agg(distinct reason order by reason), null)
  from pushed
  join test as dependent on dependent.name = pushed.dependent
  join test as required on required.name = pushed.required
  left join unnest(pushed.reasons) as reason on true
  group by dependent.id, required.id;
$$;

create function private.check_dependency_ends(p_project public.projects, p_dependencies jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_names text[] := array(
    select value ->> 'dependent' from jsonb_array_elements(p_dependencies)
    union
    select value ->> 'required' from jsonb_array_elements(p_dependencies)
  );
  v_unknown text := (
    select name from unnest(v_names) as name
    where name not in (select known.name from private.find_tests(p_project.id, v_names) as known)
    order by name
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('a dependency names "%s", which is not a test of this project', v_unknown),
      'Names are <suite key>/<test key>. Push the suite that has the test, too.');
  end if;
end;
$$;

-- A test that another suite still needs cannot go.
create function private.check_nobody_needs_removed_tests(p_project public.projects)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_edge public.test_dependencies;
begin
  select edge.* into v_edge
  from public.test_dependencies as edge
  join public.test_cases as required on required.id = edge.required_test_id
  where edge.project_id = p_project.id
    and required.deleted_at is not null
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" needs "%s", which this push removes',
      private.name_test(v_edge.dependent_test_id), private.name_test(v_edge.required_test_id)),
      'Push both suites together.');
  end if;
end;
$$;

-- Edges of the pushed suites that are no longer there, and all edges of removed tests.
create function private.remove_gone_dependencies(p_project public.projects, p_suites jsonb, p_dependencies jsonb)
returns void
language sql
set search_path = ''
as $$
  delete from public.test_dependencies as edge
  using public.test_cases as dependent
  join public.test_suites as suite on suite.id = dependent.suite_id
  where edge.project_id = p_project.id
    and dependent.id = edge.dependent_test_id
    and (
      dependent.deleted_at is not null
      or (
        suite.key in (select pushed ->> 'key' from jsonb_array_elements(p_suites) as pushed)
        and (edge.dependent_test_id, edge.required_test_id) not in (
          select dependent_test_id, required_test_id from private.pushed_dependencies(p_project.id, p_dependencies)
        )
      )
    );
$$;

create function private.add_dependencies(p_project public.projects, p_dependencies jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_dependencies as saved
    (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, reasons)
  select p_project.organization_id, p_project.id, dependent_test_id, required_test_id, dependency_type, reasons
  from private.pushed_dependencies(p_project.id, p_dependencies)
  on conflict (dependent_test_id, required_test_id) do update set
    dependency_type = excluded.dependency_type,
    reasons = excluded.reasons
  where (saved.dependency_type, saved.reasons) is distinct from (excluded.dependency_type, excluded.reasons);
$$;

-- Functions: the push ----------------------------------------------------------------

create function private.save_push(p_project public.projects, p_suites jsonb, p_dependencies jsonb, p_prune boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_suites jsonb;
  v_removed jsonb := '[]';
begin
  perform private.save_suites(p_project, p_suites);
  perform private.add_versions(p_project, p_suites);
  v_suites := private.choose_versions(p_project, p_suites);
  perform private.save_tests(p_project, p_suites);
  perform private.remove_gone_tests(p_project, p_suites);
  if p_prune then
    v_removed := private.prune_suites(p_project, p_suites);
  end if;
  perform private.save_requests(p_project, p_suites);
  perform private.save_responses(p_project, p_suites);
  perform private.check_dependency_ends(p_project, p_dependencies);
  perform private.remove_gone_dependencies(p_project, p_suites, p_dependencies);
  perform private.check_nobody_needs_removed_tests(p_project);
  perform private.add_dependencies(p_project, p_dependencies);
  return jsonb_build_object('suites', v_suites, 'removed', v_removed);
end;
$$;

create function private.push_suites(p_project_id uuid, p_push jsonb)
returns jsonb
language plpgsql
security definer  -- editors may write these tables only as a whole push
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project(p_project_id, 'editor');
  v_suites jsonb;
  v_dependencies jsonb;
begin
  perform private.check_push(p_push);
  v_suites := private.items(p_push -> 'suites');
  v_dependencies := private.items(p_push -> 'dependencies');
  perform private.check_pushed_keys(v_suites);
  perform private.check_dependency_names(v_suites, v_dependencies);
  -- Also the numbers of versions are given by one push at a time.
  perform private.lock_graph(v_project.id);
  return private.save_push(v_project, v_suites, v_dependencies, coalesce((p_push ->> 'prune')::boolean, false));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('push', sqlerrm);
end;
$$;
grant execute on function private.push_suites(uuid, jsonb) to authenticated;

-- Makes the project's suites what the files say. All or nothing; the same files again change nothing.
create function public.push_suites(p_project_id uuid, p_push jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.push_suites(p_project_id, p_push);
$$;
grant execute on function public.push_suites(uuid, jsonb) to authenticated;
