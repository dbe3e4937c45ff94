-- Batch checks: is what a worker sends well-formed, before anything is written?
-- Functions: the check_… family of record_run() (54_recording.sql).
--
-- A batch has any of: lease_seconds, status ("running"), total, plan (45_run_plans.sql), started [names], results, context,
-- secrets (both as in 44_saved_context.sql), events, details, artifacts. A result has test, verdict, reason, error_category,
-- fingerprint, blocked_by, required_only, attempts, started_at, finished_at, setup_ms, execution_ms, teardown_ms, total_ms,
-- status_code, request_bytes, response_bytes and details; a detail has kind, attempt, step, iteration, position, level,
-- correlation_id, content. What is among the details of the batch itself is of a test that has its result already, which
-- it names: {"test", "kind", …}.
-- Artifacts are the files that evidence of kind artifact names: {"test", "category", "media_type", "content" as base64}.
-- At most 1,000 results, 20,000 details, 5,000 events, 20,000 started tests and 1,000 artifacts.

-- Functions --------------------------------------------------------------------

-- A batch may be megabytes of evidence. So nothing here goes through it row by row: a JSON path points at what looks
-- wrong, and only that is looked at again, to say what it is. The results are also handed around apart: taking them out
-- of the batch copies them all.

-- The tests of a run by full name: those of the suites it executes, also when they were removed after the request.
create function private.find_run_tests(p_run_id uuid, p_names text[])
returns table (name text, id uuid)
language sql
stable
set search_path = ''
as $$
  with suite as materialized (
    select suite.id, suite.key
    from private.test_run_versions as part
    join private.suite_versions as version on version.id = part.suite_version_id
    join public.test_suites as suite on suite.id = version.suite_id
    where part.run_id = p_run_id
  )
  select wanted.name, test.id
  from (select distinct unnest(p_names) as name) as wanted
  join suite on suite.key = split_part(wanted.name, '/', 1)
  -- One look into the unique index for each name, whatever the planner thinks of the size of suites.
  cross join lateral (
    select id from public.test_cases where suite_id = suite.id and key = substr(wanted.name, length(suite.key) + 2) limit 1
  ) as test
  where wanted.name like '%/%';
$$;

-- Tests that a file makes without naming them: those of rows, key[row], and of hooks. A push brings them; where rows or hooks
-- were edited in place, the first run that meets them does. Whether there were any.
create function private.add_made_tests(p_run_id uuid, p_names text[])
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  insert into public.test_cases (organization_id, project_id, suite_id, key, name, position, priority, retries, idempotent)
  select suite.organization_id, suite.project_id, suite.id, made.key, made.key, coalesce(base.position, 0),
    coalesce(base.priority, 'medium'), coalesce(base.retries, 0), coalesce(base.idempotent, true)
  from (
    select distinct split_part(name, '/', 1) as suite_key, substr(name, position('/' in name) + 1) as key from unnest(p_names) as name
  ) as made
  join private.test_run_versions as part on part.run_id = p_run_id
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id and suite.key = made.suite_key
  left join public.test_cases as base on base.suite_id = suite.id and base.key = split_part(made.key, '[', 1) and made.key like '%[%]'
  where base.id is not null
    or made.key in ('before-all', 'after-all')
  order by suite.id, made.key
  on conflict do nothing;
  return found;
end;
$$;

-- {name: id} of tests of a run. Names that are none are refused.
create function private.require_run_tests(p_run_id uuid, p_names text[])
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_ids jsonb := (select coalesce(jsonb_object_agg(name, id), '{}') from private.find_run_tests(p_run_id, p_names));
  v_unknown text := (select name from unnest(p_names) as name where not v_ids ? name limit 1);
begin
  if v_unknown is not null and private.add_made_tests(p_run_id, array(select name from unnest(p_names) as name where not v_ids ? name)) then
    return private.require_run_tests(p_run_id, p_names);
  elsif v_unknown is not null then
    perform private.refuse(422, format('"%s" is not a test of this run', v_unknown), 'Names are <suite key>/<test key>.');
  end if;
  return v_ids;
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
end;
$$;

-- For a batch that could not be written.
create function private.check_details(p_batch jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.check_detail(detail, format('the later evidence for "%s"', detail ->> 'test'))
  from jsonb_path_query(p_batch, '$.details[*]') as detail;
  perform private.check_detail(detail, format('the result of "%s"', result ->> 'test'))
  from jsonb_path_query(p_batch, '$.results[*]') as result
  cross join jsonb_path_query(result, '$.details[*]') as detail;
end;
$$;

-- Results that check_result() has something to say about. A strict path takes what is not there for unknown. Writing it
-- down finds out about a wrong kind of evidence, and then check_details() says what it is.
create function private.find_suspects(p_results jsonb)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_path_query(p_results, 'strict $[*] ? (
    @.type() != "object"
    || !(@.test.type() == "string") || (@.test.type() == "string") is unknown
    || !(@.verdict == $verdicts[*]) || (@.verdict == $verdicts[*]) is unknown
    || (@.details.type() != "array" && @.details.type() != "null")
    || (@.blocked_by.type() != "string" && @.blocked_by.type() != "null")
    || (@.required_only.type() != "boolean" && @.required_only.type() != "null")
  )', jsonb_build_object('verdicts', enum_range(null::public.test_verdict)));
$$;

create function private.check_results(p_results jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(jsonb_array_length(p_results), 1000, 'results');
  perform private.check_result(suspect) from private.find_suspects(p_results) as suspect;
  perform private.require_at_most(
    (select sum(size::bigint) from jsonb_path_query(p_results, '$[*].details.size() ? (@ > 0)') as size)::bigint, 20000, 'details');
  perform private.check_unique(private.texts_at(p_results, '$[*].test'), 'the result of');
end;
$$;

create function private.check_events(p_events jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_suspect jsonb;
begin
  perform private.require_at_most(jsonb_array_length(p_events), 5000, 'events');
  for v_suspect in
    select jsonb_path_query(p_events, 'strict $[*] ? (!(@.type.type() == "string") || (@.type.type() == "string") is unknown)')
  loop
    perform private.require_type(v_suspect, 'object', 'an event');
    perform private.require_type(v_suspect -> 'type', 'string', 'an event''s type');
  end loop;
end;
$$;

create function private.check_later_details(p_details jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(jsonb_array_length(p_details), 20000, 'later details');
  if jsonb_array_length(p_details) <> jsonb_array_length(jsonb_path_query_array(p_details, '$[*].test ? (@.type() == "string")')) then
    perform private.refuse(422, 'the evidence of a batch names its tests', 'Each of "details" is {"test": full name, "kind": …}.');
  end if;
end;
$$;

create function private.check_artifacts(p_artifacts jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(jsonb_array_length(p_artifacts), 1000, 'artifacts');
  if jsonb_array_length(p_artifacts) <> jsonb_array_length(jsonb_path_query_array(p_artifacts,
    '$[*] ? (@.test.type() == "string" && @.category.type() == "string" && @.media_type.type() == "string" && @.content.type() == "string")'
  )) then
    perform private.refuse(422, 'the artifacts of a batch say whose and what they are',
      'Each of "artifacts" is {"test": full name, "category": "image", "video" or "log", "media_type": …, "content": base64}.');
  end if;
end;
$$;

create function private.texts_at(p_value jsonb, p_path jsonpath)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array(select jsonb_array_elements_text(jsonb_path_query_array(p_value, p_path)));
$$;

-- Refuses what is wrong; gives {name: id} of all tests that the batch mentions.
create function private.check_batch(p_run_id uuid, p_batch jsonb, p_results jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_batch, '{
    "lease_seconds": "number", "status": "string", "total": "number", "plan": "object", "started": "array", "context": "object",
    "secrets": "object", "events": "array", "details": "array", "artifacts": "array"
  }', 'a batch');
  perform private.check_lease_seconds(coalesce((p_batch ->> 'lease_seconds')::integer, 60));
  if p_batch ->> 'status' not in ('preparing', 'running') then
    perform private.refuse(422, format('a batch cannot make a run "%s"', p_batch ->> 'status'),
      'It says "preparing" or "running"; a run is ended with finish_run.');
  end if;
  perform private.require_type(p_results, 'array', 'a batch.results');
  perform private.check_results(p_results);
  perform private.check_events(private.items(p_batch -> 'events'));
  perform private.require_at_most(jsonb_array_length(private.items(p_batch -> 'started')), 20000, 'started tests');
  perform private.check_later_details(private.items(p_batch -> 'details'));
  perform private.check_artifacts(private.items(p_batch -> 'artifacts'));
  return private.require_run_tests(p_run_id, private.texts_at(p_results, '$[*].test')
    || private.texts_at(p_results, '$[*].blocked_by ? (@ != null)')
    || private.texts_at(private.items(p_batch -> 'details'), '$[*].test')
    || private.texts_at(private.items(p_batch -> 'artifacts'), '$[*].test')
    || private.require_texts(p_batch -> 'started', 'started'));
end;
$$;
