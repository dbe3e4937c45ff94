-- Test updates: many tests are changed alike, in one call.
-- Functions: update_tests.  What becomes of it: 37_edited_suites.sql.

-- Functions --------------------------------------------------------------------

-- Refuses unless the caller may edit all of these tests; to strangers they do not exist.
create function private.check_tests(p_test_ids uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select distinct unnest(p_test_ids));
begin
  if v_ids = '{}' then
    perform private.refuse(422, 'no test is named', 'Name at least one.');
  end if;
  perform private.require_at_most(cardinality(v_ids), 10000, 'tests in one call');
  if (select count(*) from public.test_cases where id = any (v_ids) and deleted_at is null) < cardinality(v_ids) then
    perform private.require_role(null, 'editor', 'test');
  end if;
  perform private.require_role(organization_id, 'editor', 'test')
  from (select distinct organization_id from public.test_cases where id = any (v_ids)) as touched;
end;
$$;

create function private.check_changes(p_changes jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_types jsonb := '{"name": "string", "description": "string", "priority": "string", "tags": "array", "timeout_seconds": "number",
    "retries": "number", "skip_reason": "string", "idempotent": "boolean", "enabled": "boolean"}';
  v_unknown text;
begin
  perform private.require_types(p_changes, v_types, 'p_changes');
  select key into v_unknown from jsonb_object_keys(p_changes) as key where not v_types ? key limit 1;
  if v_unknown is not null then
    perform private.refuse(422, format('"%s" of a test is not changed in place', v_unknown),
      'Change it in the file and push that. In place: ' || (select string_agg(key, ', ') from jsonb_object_keys(v_types) as key) || '.');
  end if;
  perform private.require_word(p_changes ->> 'priority', 'public.test_priority', 'priority');
  perform private.require_texts(p_changes -> 'tags', 'tags');
end;
$$;

create function private.write_changes(p_test_ids uuid[], p_changes jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_cases as test
  set name = coalesce(p_changes ->> 'name', name),
    description = coalesce(p_changes ->> 'description', description),
    priority = coalesce((p_changes ->> 'priority')::public.test_priority, priority),
    tags = case when p_changes ? 'tags' then private.require_texts(p_changes -> 'tags', 'tags') else tags end,
    timeout_seconds = case when p_changes ? 'timeout_seconds' then (p_changes ->> 'timeout_seconds')::double precision else timeout_seconds end,
    retries = coalesce((p_changes ->> 'retries')::integer, retries),
    skip_reason = case when p_changes ? 'skip_reason' then p_changes ->> 'skip_reason' else skip_reason end,
    idempotent = coalesce((p_changes ->> 'idempotent')::boolean, idempotent),
    enabled = coalesce((p_changes ->> 'enabled')::boolean, enabled)
  where id = any (p_test_ids);
$$;

create function private.update_tests(p_test_ids uuid[], p_changes jsonb)
returns setof public.test_cases
language plpgsql
security definer  -- what people may change is checked here
set search_path = ''
as $$
begin
  perform private.check_tests(p_test_ids);
  perform private.check_changes(p_changes);
  perform private.enter_gates_of_tests(p_test_ids);
  perform private.write_changes(p_test_ids, p_changes);
  return query select * from public.test_cases where id = any (p_test_ids) order by suite_id, position, key;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('test', sqlerrm);
end;
$$;
grant execute on function private.update_tests(uuid[], jsonb) to authenticated;

-- Changes many tests alike, all or none: name, description, priority, tags, timeout_seconds, retries, skip_reason,
-- idempotent, enabled. Each suite that this changes gets one new version.
create function public.update_tests(p_test_ids uuid[], p_changes jsonb)
returns setof public.test_cases
language sql
set search_path = ''
as $$
  select * from private.update_tests(p_test_ids, p_changes);
$$;
grant execute on function public.update_tests(uuid[], jsonb) to authenticated;
