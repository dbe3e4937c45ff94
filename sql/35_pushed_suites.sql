-- Pushed suites: what a push writes into suites, versions and tests.
-- Functions: the save_… family of push_suites() (36_push.sql). Rows that say what they said before are left alone.

-- Functions: suites and versions -----------------------------------------------

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
  insert into private.suite_versions
    (organization_id, suite_id, number, content_hash, path, source, files, rows_hash, credentials, created_by)
  select saved.organization_id, saved.id,
    (select coalesce(max(number), 0) + 1 from private.suite_versions as earlier where earlier.suite_id = saved.id),
    suite ->> 'content_hash', suite ->> 'path', suite ->> 'source', private.fields(suite -> 'files'),
    private.hash_rows(private.compose_suite(saved), private.fields(suite -> 'files')),
    private.require_texts(suite -> 'credentials', 'credentials'),
    (select auth.uid())
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as saved on saved.project_id = p_project.id and saved.key = suite ->> 'key'
  where not exists (
    select from private.suite_versions as same
    where same.suite_id = saved.id and same.content_hash = suite ->> 'content_hash' and same.files = private.fields(suite -> 'files')
  );
$$;

-- Points each suite at the version of its content, and says which suites that changed, and whether what was edited in
-- place since the push before is gone with it.
create function private.choose_versions(p_project public.projects, p_suites jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  with pushed as (
    select saved.id, saved.key, saved.version as previous, version.number, position,
      coalesce(replaced.origin = 'edited', false) as replaced_edits
    from jsonb_array_elements(p_suites) with ordinality as suite (value, position)
    join public.test_suites as saved on saved.project_id = p_project.id and saved.key = suite.value ->> 'key'
    join private.suite_versions as version on version.suite_id = saved.id
      and version.content_hash = suite.value ->> 'content_hash' and version.files = private.fields(suite.value -> 'files')
    left join private.suite_versions as replaced on replaced.suite_id = saved.id and replaced.number = saved.version
  ),
  moved as (
    update public.test_suites as suite
    set version = pushed.number
    from pushed
    where suite.id = pushed.id and pushed.previous <> pushed.number
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'key', key, 'id', id, 'version', number, 'changed', previous <> number, 'replaced_edits', replaced_edits
  ) order by position), '[]')
  from pushed;
$$;

-- Functions: tests -------------------------------------------------------------

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
    private.fields(request -> 'query'), private.fields(request -> 'headers'), nullif(private.fields(request -> 'body'), '{}'),
    nullif(request -> 'auth', 'null'), private.fields(request -> 'settings')
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
    private.fields(response -> 'expectations'), private.fields(response -> 'captures')
  from private.pushed_tests(p_project.id, p_suites) as pushed
  join public.test_cases as owner on owner.suite_id = pushed.suite_id and owner.key = pushed.test ->> 'key'
  cross join private.fields(pushed.test -> 'response') as response
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
