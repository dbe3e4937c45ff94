-- Duplicates: a suite once more, under another key.
-- Functions: duplicate_suite.
-- A copy is a suite of its own, without a file: its version is what its rows make. A push with "prune" removes it.

-- Functions --------------------------------------------------------------------

create function private.copy_suite(p_suite public.test_suites, p_key text, p_name text)
returns public.test_suites
language sql
set search_path = ''
as $$
  insert into public.test_suites
    (organization_id, project_id, key, name, description, tags, config, selectors, hooks, metadata)
  values (p_suite.organization_id, p_suite.project_id, p_key, coalesce(p_name, p_suite.name), p_suite.description,
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
    (organization_id, test_case_id, step_index, method, path, query, headers, body, auth, settings, metadata)
  select old.organization_id, copy.id, old.step_index, old.method, old.path, old.query, old.headers, old.body, old.auth,
    old.settings, old.metadata
  from public.test_request_configs as old
  join public.test_cases as test on test.id = old.test_case_id and test.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = test.key;

  insert into public.test_response_specs (organization_id, test_case_id, step_index, expectations, captures, metadata)
  select old.organization_id, copy.id, old.step_index, old.expectations, old.captures, old.metadata
  from public.test_response_specs as old
  join public.test_cases as test on test.id = old.test_case_id and test.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = test.key;
$$;

-- Inside the suite the copies need one another; what they need of other suites stays the same.
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
  perform private.version_edited_suite(v_copy, (select auth.uid()));
  select * into v_copy from public.test_suites where id = v_copy.id;
  return v_copy;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('suite', sqlerrm);
end;
$$;
grant execute on function private.duplicate_suite(uuid, text, text) to authenticated;

-- Makes a suite once more in its project, with its tests, edges and version, under a new key.
create function public.duplicate_suite(p_suite_id uuid, p_key text, p_name text default null)
returns public.test_suites
language sql
set search_path = ''
as $$
  select private.duplicate_suite(p_suite_id, p_key, p_name);
$$;
grant execute on function public.duplicate_suite(uuid, text, text) to authenticated;
