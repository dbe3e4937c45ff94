-- Batch checks: is what a worker sends well-formed, before anything is written?
-- Functions: the check_… family of record_run() (54_recording.sql).
--
-- A batch has any of: lease_seconds, status ("running"), total, started [names], results, context, secrets (both as in
-- 44_context.sql), events. A result has test, verdict, reason, error_category, fingerprint, blocked_by, required_only,
-- attempts, started_at, finished_at, setup_ms, execution_ms, teardown_ms, total_ms, status_code, request_bytes,
-- response_bytes and details; a detail has kind, attempt, step, iteration, position, level, correlation_id, content.
-- At most 1,000 results, 20,000 details, 5,000 events and 20,000 started tests.

-- Functions --------------------------------------------------------------------

-- The tests of a run by full name: those of the suites it executes, also when they were removed after the request.
create function private.find_run_tests(p_run_id uuid, p_names text[])
returns table (name text, id uuid)
language sql
stable
set search_path = ''
as $$
  select wanted.name, test.id
  from (select distinct unnest(p_names) as name) as wanted
  join public.test_suites as suite on suite.key = split_part(wanted.name, '/', 1)
  join private.suite_versions as version on version.suite_id = suite.id
  join private.test_run_versions as part on part.suite_version_id = version.id and part.run_id = p_run_id
  join public.test_cases as test on test.suite_id = suite.id and test.key = substr(wanted.name, length(suite.key) + 2)
  where wanted.name like '%/%';
$$;

create function private.require_run_tests(p_run_id uuid, p_names text[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text := (
    select name from unnest(p_names) as name
    where name not in (select known.name from private.find_run_tests(p_run_id, p_names) as known)
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('"%s" is not a test of this run', v_unknown), 'Names are <suite key>/<test key>.');
  end if;
end;
$$;

create function private.check_detail(p_detail jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_type(p_detail, 'object', 'a detail of ' || p_where);
  perform private.require_type(p_detail -> 'kind', 'string', p_where || '.kind');
  perform private.require_word(p_detail ->> 'kind', 'public.detail_kind', p_where || '.kind');
end;
$$;

create function private.check_result(p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_where text := format('the result of "%s"', p_result ->> 'test');
begin
  perform private.require_types(p_result, '{"details": "array", "blocked_by": "string", "required_only": "boolean"}', v_where);
  perform private.require_type(p_result -> 'test', 'string', v_where || '.test');
  perform private.require_type(p_result -> 'verdict', 'string', v_where || '.verdict');
  perform private.require_word(p_result ->> 'verdict', 'public.test_verdict', v_where || '.verdict');
  -- Only what looks wrong is looked at again, to say what it is: there are many details.
  perform private.check_detail(detail, v_where)
  from jsonb_array_elements(private.items(p_result -> 'details')) as detail
  where coalesce(detail ->> 'kind', '') <> all (enum_range(null::public.detail_kind)::text[]);
end;
$$;

create function private.check_events(p_events jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_event jsonb;
begin
  perform private.require_at_most(jsonb_array_length(p_events), 5000, 'events');
  for v_event in select value from jsonb_array_elements(p_events) loop
    perform private.require_type(v_event, 'object', 'an event');
    perform private.require_type(v_event -> 'type', 'string', 'an event''s type');
  end loop;
end;
$$;

create function private.check_results(p_results jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_result jsonb;
  v_details bigint := 0;
begin
  perform private.require_at_most(jsonb_array_length(p_results), 1000, 'results');
  for v_result in select value from jsonb_array_elements(p_results) loop
    perform private.check_result(v_result);
    v_details := v_details + jsonb_array_length(private.items(v_result -> 'details'));
  end loop;
  perform private.require_at_most(v_details, 20000, 'details');
  perform private.check_unique(array(select value ->> 'test' from jsonb_array_elements(p_results)), 'the result of');
end;
$$;

-- All full names that a batch mentions.
create function private.tests_named_in(p_batch jsonb)
returns text[]
language sql
stable
set search_path = ''
as $$
  select array(
    select value ->> 'test' from jsonb_array_elements(private.items(p_batch -> 'results'))
    union
    select value ->> 'blocked_by' from jsonb_array_elements(private.items(p_batch -> 'results')) where value ->> 'blocked_by' is not null
    union
    select unnest(private.require_texts(p_batch -> 'started', 'started'))
  );
$$;

create function private.check_batch(p_run_id uuid, p_batch jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_batch, '{
    "lease_seconds": "number", "status": "string", "total": "number", "started": "array", "results": "array",
    "context": "object", "secrets": "object", "events": "array"
  }', 'a batch');
  perform private.check_lease_seconds(coalesce((p_batch ->> 'lease_seconds')::integer, 60));
  if p_batch ->> 'status' not in ('preparing', 'running') then
    perform private.refuse(422, format('a batch cannot make a run "%s"', p_batch ->> 'status'),
      'It says "preparing" or "running"; a run is ended with finish_run.');
  end if;
  perform private.check_results(private.items(p_batch -> 'results'));
  perform private.check_events(private.items(p_batch -> 'events'));
  perform private.require_at_most(jsonb_array_length(private.items(p_batch -> 'started')), 20000, 'started tests');
  perform private.require_run_tests(p_run_id, private.tests_named_in(p_batch));
end;
$$;
