-- Edits: what people change of tests in place, beside their file. Each change makes a version of the suite, so that a run
-- executes what the rows say; the next push of the file takes it back, unless the file says it by then.
-- Functions: update_tests.
-- Requests and expectations are changed in the file: their templates decide who needs whom.

-- Who may ----------------------------------------------------------------------

create policy "Editors change tests in place"
on public.test_cases for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

grant update (name, description, priority, tags, timeout_seconds, retries, skip_reason, idempotent, enabled)
on public.test_cases to authenticated;

-- Functions: versions ----------------------------------------------------------

create function private.hash_version(p_path text, p_source text, p_edits jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(extensions.digest(convert_to(
    p_path || E'\n' || p_source || case when p_edits = '{}' then '' else E'\n' || p_edits::text end, 'UTF8'
  ), 'sha256'), 'hex');
$$;

-- {test: {field: value}}: new fields are added to those a test has, and win.
create function private.merge_edits(p_old jsonb, p_new jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_old || coalesce(jsonb_object_agg(key, private.fields(p_old -> key) || value), '{}') from jsonb_each(p_new);
$$;

-- The version that the next run of a suite uses.
create function private.current_version(p_suite_id uuid)
returns private.suite_versions
language sql
stable
set search_path = ''
as $$
  select version.*
  from public.test_suites as suite
  join private.suite_versions as version on version.suite_id = suite.id and version.number = suite.version
  where suite.id = p_suite_id;
$$;

-- Makes p_edits part of a suite, in a new version.
create function private.add_edits(p_suite_id uuid, p_edits jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old private.suite_versions;
  v_edits jsonb;
  v_hash text;
begin
  perform private.lock_graph((select project_id from public.test_suites where id = p_suite_id));
  v_old := private.current_version(p_suite_id);
  if v_old.id is null then
    perform private.refuse(409, 'this suite has no version that could be changed', 'Push its file first.');
  end if;
  v_edits := private.merge_edits(v_old.edits, p_edits);
  v_hash := private.hash_version(v_old.path, v_old.source, v_edits);
  insert into private.suite_versions (organization_id, suite_id, number, content_hash, path, source, edits, created_by)
  select v_old.organization_id, p_suite_id, max(number) + 1, v_hash, v_old.path, v_old.source, v_edits, (select auth.uid())
  from private.suite_versions
  where suite_id = p_suite_id
  on conflict (suite_id, content_hash) do nothing;
  update public.test_suites
  set version = (select number from private.suite_versions where suite_id = p_suite_id and content_hash = v_hash)
  where id = p_suite_id;
end;
$$;

-- The fields of a test's row that stand in its file. Whether it is enabled, or in quarantine, does not.
create function private.editable_fields(p_row jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_object_agg(key, value)
  from jsonb_each(p_row)
  where key in ('name', 'description', 'priority', 'tags', 'timeout_seconds', 'retries', 'skip_reason', 'idempotent');
$$;

-- What p_new has otherwise than p_old.
create function private.changed_fields(p_old jsonb, p_new jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(p_new) where p_old -> key is distinct from value;
$$;

-- Functions: tests -------------------------------------------------------------

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
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_before jsonb;
begin
  perform private.check_tests(p_test_ids);
  perform private.check_changes(p_changes);
  v_before := (
    select jsonb_object_agg(test.id, private.editable_fields(to_jsonb(test))) from public.test_cases as test where id = any (p_test_ids)
  );
  perform private.write_changes(p_test_ids, p_changes);
  perform private.add_edits(suite_id, edits)
  from (
    select test.suite_id, jsonb_object_agg(test.key, changed) as edits
    from public.test_cases as test
    cross join private.changed_fields(v_before -> test.id::text, private.editable_fields(to_jsonb(test))) as changed
    where test.id = any (p_test_ids) and changed <> '{}'
    group by test.suite_id
    order by test.suite_id
  ) as edited;
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

-- Triggers ---------------------------------------------------------------------

-- A change through the table makes a version like one through update_tests().
create function private.tg_test_cases__make_versions()
returns trigger
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
begin
  perform private.add_edits(suite_id, edits)
  from (
    select after.suite_id, jsonb_object_agg(after.key, changed) as edits
    from test_cases_after as after
    join test_cases_before as before on before.id = after.id
    cross join private.changed_fields(private.editable_fields(to_jsonb(before)), private.editable_fields(to_jsonb(after))) as changed
    where changed <> '{}'
    group by after.suite_id
    order by after.suite_id
  ) as edited;
  return null;
end;
$$;

-- Only people: a push, and our functions, make their own versions.
create trigger test_cases_make_versions
after update on public.test_cases
referencing old table as test_cases_before new table as test_cases_after
for each statement
when (current_user = 'authenticated')
execute function private.tg_test_cases__make_versions();
