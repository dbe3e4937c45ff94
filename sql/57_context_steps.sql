-- Context steps: a run's context, one step at a time, for whoever does not record batches.
-- Functions: initialise_execution_context, update_shared_tokens, capture_variables, resolve_test_dependencies.
-- Each write is guarded like a batch: by the lease, and by the version of the context. Captures are values that were
-- already extracted: [{"name", "as": "token" | "variable" | "data", "value", "capture", "secret"}].

-- Functions: begin -------------------------------------------------------------

create function private.initialise_execution_context(p_run_id uuid, p_lease_number integer)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.hold_run(p_run_id, p_lease_number);
  perform private.begin_context(p_run_id);
  return private.get_execution_context(p_run_id);
end;
$$;
grant execute on function private.initialise_execution_context(uuid, integer) to service_role;

-- The context of a run, made if there is none yet. Claim does this, too.
create function public.initialise_execution_context(p_run_id uuid, p_lease_number integer)
returns jsonb
language sql
set search_path = ''
as $$
  select private.initialise_execution_context(p_run_id, p_lease_number);
$$;
grant execute on function public.initialise_execution_context(uuid, integer) to service_role;

-- Functions: tokens ------------------------------------------------------------

create function private.update_shared_tokens(p_run_id uuid, p_lease_number integer, p_version integer, p_tokens jsonb)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.require_type(p_tokens, 'object', 'p_tokens');
  if exists (select from jsonb_each(p_tokens) where jsonb_typeof(value) <> 'string') then
    perform private.refuse(422, 'every token is a text', 'Nothing was written; correct the value and call again.');
  end if;
  return private.save_execution_context(p_run_id, p_lease_number, p_version, '{}',
    case when p_tokens = '{}' then '{}' else jsonb_build_object('tokens', p_tokens) end);
end;
$$;
grant execute on function private.update_shared_tokens(uuid, integer, integer, jsonb) to service_role;

-- Sets tokens of a run: {"name": "token"}. The others stay. Gives the new version.
create function public.update_shared_tokens(p_run_id uuid, p_lease_number integer, p_version integer, p_tokens jsonb)
returns integer
language sql
set search_path = ''
as $$
  select private.update_shared_tokens(p_run_id, p_lease_number, p_version, p_tokens);
$$;
grant execute on function public.update_shared_tokens(uuid, integer, integer, jsonb) to service_role;

-- Functions: captures ----------------------------------------------------------

create function private.check_capture(p_capture jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_capture, '{"capture": "string", "secret": "boolean"}', 'each of p_captures');
  perform private.require_type(p_capture -> 'name', 'string', 'name');
  if coalesce(p_capture ->> 'as', 'data') not in ('token', 'variable', 'data') then
    perform private.refuse(422, format('a capture cannot be "%s"', p_capture ->> 'as'), 'One of: token, variable, data.');
  elsif not p_capture ? 'value' then
    perform private.refuse(422, format('the capture "%s" has no value', p_capture ->> 'name'),
      'Send what was extracted; leave out what was not found.');
  elsif p_capture ->> 'as' = 'token' and jsonb_typeof(p_capture -> 'value') <> 'string' then
    perform private.refuse(422, format('the token "%s" is not a text', p_capture ->> 'name'),
      'Nothing was written; correct the value and call again.');
  end if;
end;
$$;

create function private.is_secret_capture(p_capture jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_capture ->> 'as' = 'token' or coalesce((p_capture ->> 'secret')::boolean, false);
$$;

-- The captures of a test that p_as names (null for all), as {name: value}; of secrets, or of the others.
create function private.captured_values(p_captures jsonb, p_as text, p_secret boolean)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(value ->> 'name', value -> 'value'), '{}')
  from jsonb_array_elements(p_captures)
  where (p_as is null or coalesce(value ->> 'as', 'data') = p_as)
    and coalesce(private.is_secret_capture(value), false) = p_secret;
$$;

create function private.describe_provenance(p_test text, p_captures jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('name', value ->> 'name', 'kind', coalesce(value ->> 'as', 'data'),
    'test', p_test, 'capture', coalesce(value ->> 'capture', value ->> 'name')))
  from jsonb_array_elements(p_captures);
$$;

create function private.capture_variables(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_test text,
  p_captures jsonb
)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.require_type(p_captures, 'array', 'p_captures');
  perform private.check_capture(value) from jsonb_array_elements(p_captures);
  perform private.check_unique(array(select value ->> 'name' from jsonb_array_elements(p_captures)), 'capture');
  perform private.hold_run(p_run_id, p_lease_number);
  if not exists (select from private.find_run_tests(p_run_id, array[p_test])) then
    perform private.refuse(422, format('there is no test "%s" in this run', p_test), 'Names are <suite key>/<test key>.');
  end if;
  return private.save_execution_context(p_run_id, p_lease_number, p_version,
    jsonb_build_object(
      'variables', private.captured_values(p_captures, 'variable', false),
      'captured_data', jsonb_build_object(p_test, private.captured_values(p_captures, null, false)),
      'provenance', private.items(private.describe_provenance(p_test, p_captures))
    ),
    jsonb_build_object(
      'tokens', private.captured_values(p_captures, 'token', true),
      'variables', private.captured_values(p_captures, 'variable', true),
      'captured_data', jsonb_build_object(p_test, private.captured_values(p_captures, null, true))
    ));
end;
$$;
grant execute on function private.capture_variables(uuid, integer, integer, text, jsonb) to service_role;

-- Writes what a test captured: under its name, and as tokens and variables; secrets masked, with their provenance.
-- Gives the new version.
create function public.capture_variables(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_test text,
  p_captures jsonb
)
returns integer
language sql
set search_path = ''
as $$
  select private.capture_variables(p_run_id, p_lease_number, p_version, p_test, p_captures);
$$;
grant execute on function public.capture_variables(uuid, integer, integer, text, jsonb) to service_role;

-- Functions: dependencies ------------------------------------------------------

-- What a test needs, and how far that is: verdict is null while there is no result. Fulfilled: an order wants a result,
-- data and tokens want one that is passed, here or in the run that this one is a retry of.
create function private.needs_of_test(p_run public.test_runs, p_test_case_id uuid)
returns table (test text, type public.dependency_type, verdict public.test_verdict, is_fulfilled boolean)
language sql
stable
set search_path = ''
as $$
  select private.name_test(edge.required_test_id), edge.dependency_type, result.verdict,
    coalesce(case when edge.dependency_type = 'order' then result.verdict is not null else result.verdict = 'passed' end, false)
      or edge.required_test_id = any (array (select unnest(handed_down) from private.run_retries where run_id = p_run.id))
  from public.test_dependencies as edge
  left join public.test_results as result
    on result.run_id = p_run.id
    and result.run_created_at = p_run.created_at
    and result.test_case_id = edge.required_test_id
  where edge.dependent_test_id = p_test_case_id;
$$;

-- What the context holds of these tests: tokens and variables by their provenance, captures under their test.
create function private.values_from_tests(p_context jsonb, p_tests text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  with origin as (
    select value ->> 'kind' as kind, value ->> 'name' as name
    from jsonb_array_elements(private.items(p_context -> 'provenance'))
    where value ->> 'test' = any (p_tests)
  )
  select jsonb_build_object(
    'tokens', (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(private.fields(p_context -> 'tokens'))
      where key in (select name from origin where kind = 'token')
    ),
    'variables', (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(private.fields(p_context -> 'variables'))
      where key in (select name from origin where kind = 'variable')
    ),
    'captured_data', (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(private.fields(p_context -> 'captured_data'))
      where key = any (p_tests)
    )
  );
$$;

create function private.resolve_test_dependencies(p_run_id uuid, p_test text)
returns jsonb
language plpgsql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_test_case_id uuid;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  select id into v_test_case_id from private.find_run_tests(p_run_id, array[p_test]);
  if not found then
    perform private.refuse(404, format('there is no test "%s" in this run', p_test), 'Names are <suite key>/<test key>.');
  end if;
  return (
    select jsonb_build_object(
      'test', p_test,
      'ready', coalesce(bool_and(is_fulfilled), true),
      'missing', coalesce(jsonb_agg(jsonb_build_object('test', test, 'type', type, 'verdict', verdict) order by test)
        filter (where not is_fulfilled), '[]'),
      'receives', private.values_from_tests(private.describe_context(p_run_id),
        coalesce(array_agg(test) filter (where is_fulfilled and type <> 'order'), '{}'))
    )
    from private.needs_of_test(v_run, v_test_case_id)
  );
end;
$$;
grant execute on function private.resolve_test_dependencies(uuid, text) to service_role;

-- Whether a test of a run can start: {"ready", "missing": [{"test", "type", "verdict"}], "receives": {"tokens", "variables",
-- "captured_data"}}, with secret values.
create function public.resolve_test_dependencies(p_run_id uuid, p_test text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.resolve_test_dependencies(p_run_id, p_test);
$$;
grant execute on function public.resolve_test_dependencies(uuid, text) to service_role;
