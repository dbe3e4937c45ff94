-- Restored rows: what an archive gives back, for 30 days, without counting it a second time.
-- Functions: restore_rows, remove_restored.

-- Functions: taking back -------------------------------------------------------

-- Names of the columns of a table into which rows may be written, and thus not those that are worked out.
create function private.written_columns(p_table text)
returns text
language sql
stable
set search_path = ''
as $$
  select string_agg(quote_ident(attname), ', ' order by attnum)
  from pg_catalog.pg_attribute
  where attrelid = ('public.' || quote_ident(p_table))::regclass
    and attnum > 0 and not attisdropped and attgenerated = '';
$$;

-- Rows as they were. What is there already stays as it is.
create function private.put_back(p_table text, p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_columns text := private.written_columns(p_table);
  v_put integer;
begin
  execute format(
    'insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict do nothing',
    p_table, v_columns
  ) using p_rows;
  get diagnostics v_put = row_count;
  return v_put;
end;
$$;

-- A run comes back with its plan and the versions that it executed, and is over: nobody is to execute it.
create function private.put_back_runs(p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_put integer;
begin
  v_put := private.put_back('test_runs', (
    select jsonb_agg(row || jsonb_build_object('kept_until', now() + interval '30 days')) from jsonb_array_elements(p_rows) as row
  ));
  insert into private.test_run_versions (run_id, organization_id, position, suite_version_id, selected)
  select (row ->> 'id')::uuid, (row ->> 'organization_id')::uuid, version.position, version.suite_version_id, version.selected
  from jsonb_array_elements(p_rows) as row
  cross join lateral jsonb_to_recordset(row -> 'versions')
    as version (position integer, suite_version_id uuid, selected boolean)
  where exists (select from private.suite_versions where id = version.suite_version_id)
  on conflict do nothing;
  insert into private.run_plans (run_id, organization_id, plan)
  select (row ->> 'id')::uuid, (row ->> 'organization_id')::uuid, row -> 'plan'
  from jsonb_array_elements(p_rows) as row
  where jsonb_typeof(row -> 'plan') = 'object'
  on conflict do nothing;
  return v_put;
end;
$$;

create function private.restore_rows(p_archive_id uuid, p_rows jsonb)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_archive public.archives := private.open_archive(p_archive_id);
begin
  perform private.require_type(p_rows, 'array', 'p_rows');
  if exists (
    select from jsonb_array_elements(p_rows) as row
    where row ->> 'organization_id' is distinct from v_archive.organization_id::text
      or not v_archive.metadata -> 'runs' ? coalesce(row ->> 'run_id', row ->> 'id')
  ) then
    perform private.refuse(422, 'a row is of none of this archive''s runs', 'Nothing was written; read the file again.');
  end if;
  -- They were counted when they were recorded.
  perform set_config('baton.is_restoring', 'on', true);
  if v_archive.source_table = 'test_runs' then
    return private.put_back_runs(p_rows);
  end if;
  update public.test_runs
  set kept_until = now() + interval '30 days'
  where id in (select (row ->> 'run_id')::uuid from jsonb_array_elements(p_rows) as row);
  return private.put_back(v_archive.source_table, p_rows);
exception
  when foreign_key_violation then
    perform private.refuse(409, 'what these rows belong to is not there: ' || sqlerrm,
      'A run comes before its results, and these before their evidence; of a deleted project nothing comes back.');
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('row of an archive', sqlerrm);
end;
$$;
grant execute on function private.restore_rows(uuid, jsonb) to service_role;

-- Puts rows of an archive back where they were, for 30 days; says how many were not there. Runs first, then results, then
-- evidence. Nothing is counted or announced a second time, and nothing is archived a second time when they go.
create function public.restore_rows(p_archive_id uuid, p_rows jsonb)
returns integer
language sql
set search_path = ''
as $$
  select private.restore_rows(p_archive_id, p_rows);
$$;
grant execute on function public.restore_rows(uuid, jsonb) to service_role;

-- What was taken back, once its 30 days are over: its files are still there.
create function private.remove_restored(p_limit integer)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_whats text[];
  v_removed integer := 0;
begin
  for v_run in
    select * from public.test_runs where kept_until < now() order by kept_until limit p_limit for no key update skip locked
  loop
    v_whats := array(
      select distinct metadata ->> 'what' from public.archives
      where state = 'done' and metadata @> jsonb_build_object('runs', jsonb_build_array(v_run.id))
    );
    if 'runs' = any (v_whats) then
      delete from public.test_runs where id = v_run.id;
    else
      delete from public.test_results
      where run_id = v_run.id and run_created_at = v_run.created_at
        and exists (select from unnest(v_whats) as what where verdict = any (private.verdicts_of(what)));
      update public.test_runs set kept_until = null where id = v_run.id;
    end if;
    v_removed := v_removed + 1;
  end loop;
  return v_removed;
end;
$$;
grant execute on function private.remove_restored(integer) to service_role;

-- Removes runs, or results of them, that were taken back more than 30 days ago; says of how many runs.
create function public.remove_restored(p_limit integer default 100)
returns integer
language sql
set search_path = ''
as $$
  select private.remove_restored(p_limit);
$$;
grant execute on function public.remove_restored(integer) to service_role;
