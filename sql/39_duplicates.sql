-- Duplicates: a suite, once more, under another key.
-- Functions: duplicate_suite.  Of a test alone: 39_test_copies.sql.
-- A copy has no file: its version is what its rows make. A push with "prune" removes it.

-- What a copy captures as a token or a variable, nobody else may begin to mean: two producers of one name would leave it open
-- whose is meant, and no test that uses it could run.

-- Functions: captures ----------------------------------------------------------

-- {name: rule} -> the same rules as secrets.
create function private.as_secret_captures(p_rules jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, case jsonb_typeof(value)
    when 'object' then value || '{"secret": true}'
    when 'string' then jsonb_build_object('jsonpath', value, 'secret', true)
    else value
  end), '{}')
  from jsonb_each(p_rules);
$$;

-- Tokens and variables become data of the copy, captured_data.<copy>.<name>, tokens as secrets.
create function private.captures_of_copy(p_captures jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_captures - '{tokens,variables,data}'::text[] || private.say('data', private.fields(p_captures -> 'data')
    || private.fields(p_captures -> 'variables')
    || private.as_secret_captures(private.fields(p_captures -> 'tokens')));
$$;

-- Whether tests of other suites use what this one captures without naming it. Its copy must not capture the same then; and
-- the copies of the tests beside it get it from where those do.
create function private.is_used_elsewhere(p_test_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_dependencies as edge
    join public.test_cases as dependent on dependent.id = edge.dependent_test_id
    join public.test_cases as required on required.id = edge.required_test_id
    where edge.required_test_id = p_test_id
      and not edge.declared
      and dependent.suite_id <> required.suite_id
      and dependent.deleted_at is null
  );
$$;

-- Functions: a suite -----------------------------------------------------------

create function private.copy_suite(p_suite public.test_suites, p_key text, p_name text)
returns public.test_suites
language sql
set search_path = ''
as $$
  -- The paths in it begin at the folder of the original's file.
  insert into public.test_suites
    (organization_id, project_id, key, name, path, description, tags, config, selectors, hooks, metadata)
  values (p_suite.organization_id, p_suite.project_id, p_key, coalesce(p_name, p_suite.name),
    coalesce(substring(p_suite.path from '^.*/') || p_key || '.json', ''), p_suite.description,
    p_suite.tags, p_suite.config, p_suite.selectors, p_suite.hooks, p_suite.metadata)
  returning *;
$$;

-- Quarantine stays behind: it is about what happened to the other.
create function private.copy_tests(p_suite public.test_suites, p_copy public.test_suites)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_cases
    (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
     skip_reason, "only", enabled, idempotent, metadata)
  select organization_id, project_id, p_copy.id, key, name, description, position, priority, tags, timeout_seconds, retries,
    skip_reason, "only", enabled, idempotent, metadata
  from public.test_cases
  where suite_id = p_suite.id and deleted_at is null;

  insert into public.test_request_configs
    (organization_id, test_case_id, step_index, method, path, query, headers, body, auth, settings, endpoint_id, names_endpoint,
     metadata)
  select old.organization_id, copy.id, old.step_index, old.method, old.path, old.query, old.headers, old.body, old.auth,
    old.settings, old.endpoint_id, old.names_endpoint, old.metadata
  from public.test_request_configs as old
  join public.test_cases as test on test.id = old.test_case_id and test.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = test.key;

  insert into public.test_response_specs (organization_id, test_case_id, step_index, expectations, captures, metadata)
  select old.organization_id, copy.id, old.step_index, old.expectations,
    case when private.is_used_elsewhere(test.id) then private.captures_of_copy(old.captures) else old.captures end, old.metadata
  from public.test_response_specs as old
  join public.test_cases as test on test.id = old.test_case_id and test.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = test.key;

  insert into public.test_data_fixtures
    (organization_id, project_id, suite_id, key, name, description, kind, format, compression, content, path, storage_path, settings,
     checksum, size_bytes, ttl_seconds, is_immutable, is_shared, cleanup, cleanup_after_seconds, tags, metadata)
  select organization_id, project_id, p_copy.id, key, name, description, kind, format, compression, content, path, storage_path,
    settings, checksum, size_bytes, ttl_seconds, is_immutable, is_shared, cleanup, cleanup_after_seconds, tags, metadata
  from public.test_data_fixtures
  where suite_id = p_suite.id and deleted_at is null;
$$;

-- Inside the suite the copies need one another; what they need of other suites stays the same, and so does what others need.
create function private.copy_dependencies(p_suite public.test_suites, p_copy public.test_suites)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select edge.organization_id, edge.project_id, copy.id, coalesce(required_copy.id, required.id), edge.dependency_type, edge.declared,
    edge.reasons
  from public.test_dependencies as edge
  join public.test_cases as dependent on dependent.id = edge.dependent_test_id and dependent.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = dependent.key
  join public.test_cases as required on required.id = edge.required_test_id
  left join public.test_cases as required_copy
    on required.suite_id = p_suite.id and required_copy.suite_id = p_copy.id and required_copy.key = required.key;

  -- Tokens and variables that stay with the original.
  insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select edge.organization_id, edge.project_id, copy.id, required.id, edge.dependency_type, false, edge.reasons
  from public.test_dependencies as edge
  join public.test_cases as dependent on dependent.id = edge.dependent_test_id and dependent.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = dependent.key
  join public.test_cases as required on required.id = edge.required_test_id and required.suite_id = p_suite.id
  where edge.dependency_type <> 'order' and private.is_used_elsewhere(required.id);
$$;

create function private.duplicate_suite(p_suite_id uuid, p_key text, p_name text)
returns public.test_suites
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_suite public.test_suites;
  v_copy public.test_suites;
begin
  select * into v_suite from public.test_suites where id = p_suite_id and deleted_at is null;
  perform private.require_role(v_suite.organization_id, 'editor', 'suite');
  perform private.enter_gate(v_suite.organization_id);
  -- Once more: it may have been changed, or removed, while we waited.
  select * into v_suite from public.test_suites where id = p_suite_id and deleted_at is null;
  perform private.require_role(v_suite.organization_id, 'editor', 'suite');
  if v_suite.version = 0 then
    perform private.refuse(409, 'this suite has no version that could be copied', 'Push its file first.');
  end if;
  if exists (select from public.test_suites where project_id = v_suite.project_id and key = p_key) then
    perform private.refuse(409, format('there is a suite "%s" in this project, or was', p_key), 'Choose another key.');
  end if;
  perform private.lock_graph(v_suite.project_id);
  v_copy := private.copy_suite(v_suite, p_key, p_name);
  perform private.copy_tests(v_suite, v_copy);
  perform private.copy_dependencies(v_suite, v_copy);
  -- At once instead of at the end, so that the answer has it.
  delete from private.edited_suites where suite_id = v_copy.id;
  perform private.version_edited_suite(v_copy, private.files_of(v_suite), (select auth.uid()), private.named_credentials(v_suite));
  select * into v_copy from public.test_suites where id = v_copy.id;
  return v_copy;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('suite', sqlerrm);
end;
$$;
grant execute on function private.duplicate_suite(uuid, text, text) to authenticated;

-- Makes a suite once more in its project, with its tests, fixtures, edges and version, under a new key. What tests of other
-- suites use of it as a token or a variable they still get from the first, and so do the copies.
create function public.duplicate_suite(p_suite_id uuid, p_key text, p_name text default null)
returns public.test_suites
language sql
set search_path = ''
as $$
  select private.duplicate_suite(p_suite_id, p_key, p_name);
$$;
grant execute on function public.duplicate_suite(uuid, text, text) to authenticated;
