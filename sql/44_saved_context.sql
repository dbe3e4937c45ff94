-- Saved context: what is new of what a run knows, masked and put beside what was known.
-- Functions: save_execution_context, private.merge_context.
--
-- p_context is {"token_names": [names], "variables": {name: value}, "captured_data": {test: {name: value}},
-- "provenance": [{"name", "kind", "test", "capture"}], "test_order": [tests]}: what is new, masked.
-- p_secrets is {"tokens": {name: value}, "variables": {name: value}, "captured_data": {test: {name: value}}}: what was masked.

-- Functions: masks and checks --------------------------------------------------

-- {"a": anything} -> {"a": "***"}
create function private.mask_values(p_object jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, '***'), '{}') from jsonb_each(private.fields(p_object));
$$;

create function private.mask_names(p_names text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(name, '***'), '{}') from unnest(p_names) as name;
$$;

-- {test: {name: anything}} -> {test: {name: "***"}}
create function private.mask_captures(p_captures jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, private.mask_values(value)), '{}') from jsonb_each(private.fields(p_captures));
$$;

create function private.check_captures(p_captures jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_test text;
  v_values jsonb;
begin
  for v_test, v_values in select key, value from jsonb_each(private.fields(p_captures)) loop
    perform private.require_type(v_values, 'object', format('%s of "%s"', p_where, v_test));
  end loop;
end;
$$;

create function private.check_context(p_context jsonb, p_secrets jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(private.fields(p_context), '{
    "token_names": "array", "variables": "object", "captured_data": "object", "provenance": "array", "test_order": "array"
  }', 'context');
  perform private.require_types(private.fields(p_secrets), '{
    "tokens": "object", "variables": "object", "captured_data": "object"
  }', 'secrets');
  perform private.check_captures(p_context -> 'captured_data', 'context.captured_data');
  perform private.check_captures(p_secrets -> 'captured_data', 'secrets.captured_data');
end;
$$;

-- Functions: put together ------------------------------------------------------

-- What a test captured again replaces what it had captured.
create function private.merge_provenance(p_old jsonb, p_new jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(value order by ordinality), '[]') || private.items(p_new)
  from jsonb_array_elements(p_old) with ordinality
  where jsonb_build_array(value -> 'kind', value -> 'test', value -> 'name') not in (
    select jsonb_build_array(new -> 'kind', new -> 'test', new -> 'name')
    from jsonb_array_elements(private.items(p_new)) as new
  );
$$;

-- Names that are among the secrets are masked here, whatever p_context says.
create function private.write_context(p_run_id uuid, p_context jsonb, p_secrets jsonb)
returns integer
language sql
set search_path = ''
as $$
  update public.test_execution_context
  set shared_auth_tokens = shared_auth_tokens
      || private.mask_names(private.require_texts(p_context -> 'token_names', 'context.token_names'))
      || private.mask_values(p_secrets -> 'tokens'),
    shared_variables = shared_variables
      || private.fields(p_context -> 'variables')
      || private.mask_values(p_secrets -> 'variables'),
    captured_data = private.merge_captures(
      private.merge_captures(captured_data, p_context -> 'captured_data'),
      private.mask_captures(p_secrets -> 'captured_data')
    ),
    provenance = private.merge_provenance(provenance, p_context -> 'provenance'),
    test_order = test_order || private.require_texts(p_context -> 'test_order', 'context.test_order'),
    version = version + 1
  where run_id = p_run_id
  returning version;
$$;

-- Adds what is new to a run's context, if p_version is still its version; gives the version it has then.
-- Nothing new: the version is only compared.
create function private.merge_context(p_run public.test_runs, p_version integer, p_context jsonb, p_secrets jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_version integer := (select version from public.test_execution_context where run_id = p_run.id for no key update);
begin
  if v_version is distinct from p_version then
    perform private.refuse(409, format('this run''s context has version %s, not %s', v_version, p_version),
      'Somebody else wrote to it: read it again with get_execution_context, and add what you have to that.');
  end if;
  if private.fields(p_context) = '{}' and private.fields(p_secrets) = '{}' then
    return v_version;
  end if;
  perform private.require_at_most(coalesce(pg_column_size(p_context), 0) + coalesce(pg_column_size(p_secrets), 0), 16777216,
    'bytes in one step of a context');
  perform private.check_context(p_context, p_secrets);
  perform private.keep_run_secrets(p_run.id, p_run.organization_id, p_context, p_secrets);
  return private.write_context(p_run.id, p_context, p_secrets);
end;
$$;

-- Functions: for the worker ----------------------------------------------------

create function private.save_execution_context(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_context jsonb,
  p_secrets jsonb
)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
begin
  return private.merge_context(v_run, p_version, p_context, p_secrets);
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('context', sqlerrm);
end;
$$;
grant execute on function private.save_execution_context(uuid, integer, integer, jsonb, jsonb) to service_role;

-- Adds to what a run knows; gives the new version. record_run() does the same beside results.
create function public.save_execution_context(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_context jsonb,
  p_secrets jsonb default '{}'
)
returns integer
language sql
set search_path = ''
as $$
  select private.save_execution_context(p_run_id, p_lease_number, p_version, p_context, p_secrets);
$$;
grant execute on function public.save_execution_context(uuid, integer, integer, jsonb, jsonb) to service_role;
