-- Test copies: a test once more in its suite, under another key.
-- Functions: duplicate_test.
-- A copy stands in no file: a push of its suite's file removes it. What it captures is its own, as in 39_duplicates.sql.

-- Functions --------------------------------------------------------------------

-- Counts the positions of a suite anew, and leaves the one after this test free; gives it.
create function private.make_room_after(p_test public.test_cases)
returns integer
language sql
set search_path = ''
as $$
  with counted as (
    select id, row_number() over (order by position, key collate "C")::integer - 1 as number
    from public.test_cases
    where suite_id = p_test.suite_id and deleted_at is null
  ),
  original as (
    select number from counted where id = p_test.id
  ),
  moved as (
    update public.test_cases as test
    set position = counted.number + (counted.number > original.number)::integer
    from counted, original
    where test.id = counted.id
      and test.position <> counted.number + (counted.number > original.number)::integer
  )
  select number + 1 from original;
$$;

-- Nobody needs the copy; it needs what the original needs. Quarantine stays behind.
create function private.copy_test(p_test public.test_cases, p_key text, p_name text, p_position integer)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into public.test_cases
    (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
     skip_reason, "only", enabled, idempotent, metadata)
  values (p_test.organization_id, p_test.project_id, p_test.suite_id, p_key,
    coalesce(p_name, case when p_test.name = p_test.key then p_key else p_test.name end), p_test.description, p_position,
    p_test.priority, p_test.tags, p_test.timeout_seconds, p_test.retries, p_test.skip_reason, p_test."only", p_test.enabled,
    p_test.idempotent, p_test.metadata)
  returning id into v_id;

  insert into public.test_request_configs
    (organization_id, test_case_id, step_index, method, path, query, headers, body, auth, settings, endpoint_id, names_endpoint, metadata)
  select organization_id, v_id, step_index, method, path, query, headers, body, auth, settings, endpoint_id, names_endpoint, metadata
  from public.test_request_configs
  where test_case_id = p_test.id;

  insert into public.test_response_specs (organization_id, test_case_id, step_index, expectations, captures, metadata)
  select organization_id, v_id, step_index, expectations, private.captures_of_copy(captures), metadata
  from public.test_response_specs
  where test_case_id = p_test.id;

  insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select organization_id, project_id, v_id, required_test_id, dependency_type, declared, reasons
  from public.test_dependencies
  where dependent_test_id = p_test.id;
  return v_id;
end;
$$;

-- A test that may be copied under this key; refuses what may not.
create function private.check_test_copy(p_test public.test_cases, p_key text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if (select version from public.test_suites where id = p_test.suite_id) = 0 then
    perform private.refuse(409, 'the suite of this test has no version that could be copied from', 'Push its file first.');
  elsif exists (select from public.test_cases where suite_id = p_test.suite_id and key = p_key) then
    perform private.refuse(409, format('there is a test "%s" in this suite, or was', p_key), 'Choose another key.');
  end if;
end;
$$;

create function private.duplicate_test(p_test_id uuid, p_key text, p_name text)
returns public.test_cases
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_test public.test_cases;
  v_id uuid;
  v_copy public.test_cases;
begin
  select * into v_test from public.test_cases where id = p_test_id and deleted_at is null;
  perform private.require_role(v_test.organization_id, 'editor', 'test');
  perform private.enter_gate(v_test.organization_id);
  -- Once more: it may have been changed, or removed, while we waited.
  select * into v_test from public.test_cases where id = p_test_id and deleted_at is null;
  perform private.require_role(v_test.organization_id, 'editor', 'test');
  perform private.check_test_copy(v_test, p_key);
  perform private.lock_graph(v_test.project_id);
  v_id := private.copy_test(v_test, p_key, p_name, private.make_room_after(v_test));
  select * into v_copy from public.test_cases where id = v_id;
  return v_copy;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('test', sqlerrm);
end;
$$;
grant execute on function private.duplicate_test(uuid, text, text) to authenticated;

-- Makes a test once more in its suite, right after the first, under a new key: what it sends, expects and needs. Nobody
-- needs the copy, and what it captures as a token or a variable it captures as data of its own, so that whoever uses these
-- still gets them from the first. The suite gets a new version.
create function public.duplicate_test(p_test_id uuid, p_key text, p_name text default null)
returns public.test_cases
language sql
set search_path = ''
as $$
  select private.duplicate_test(p_test_id, p_key, p_name);
$$;
grant execute on function public.duplicate_test(uuid, text, text) to authenticated;
