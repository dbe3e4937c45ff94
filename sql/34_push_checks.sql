-- Push checks: is what was pushed well-formed, before anything is written?
-- Functions: the check_… family of push_suites() (36_push.sql).
--
-- p_push is {"suites": […], "dependencies": […], "prune": boolean, "contents": {hash: base64}}. A suite has key, name, path, source, content_hash,
-- description, tags, config, files ({path: hash}), credentials (names of those that its tests name), fixtures
-- ({key: {"kind", "format", "compression", "content", "path", "ttl_seconds", "immutable", "cleanup", "settings"}}) and tests; a test has key, name, position, description, priority, tags, timeout_seconds,
-- retries, skip_reason, idempotent, request and response; a dependency has dependent, required (full names), type, reasons.
-- request has method, path, query, headers, body, auth, settings; response has expectations, captures: in the words of the
-- file, as 30_suites.sql tells. An edge is declared unless it says "declared": false.
-- At most 1,000 suites, 20,000 tests and 100,000 dependencies; a file has at most 2 MiB.

-- Functions --------------------------------------------------------------------

create function private.check_pushed_test(p_test jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_test, '{
    "name": "string", "position": "number", "description": "string", "priority": "string", "tags": "array",
    "timeout_seconds": "number", "retries": "number", "skip_reason": "string", "idempotent": "boolean", "only": "boolean",
    "request": "object", "response": "object", "metadata": "object"
  }', p_where);
  perform private.require_type(p_test -> 'key', 'string', p_where || '.key');
  perform private.require_word(p_test ->> 'priority', 'public.test_priority', p_where || '.priority');
  perform private.require_texts(p_test -> 'tags', p_where || '.tags');
  perform private.require_types(private.fields(p_test -> 'request'),
    '{"method": "string", "path": "string", "query": "object", "headers": "object", "body": "object", "settings": "object"}',
    p_where || '.request');
  perform private.require_types(private.fields(p_test -> 'response'), '{"expectations": "object", "captures": "object"}',
    p_where || '.response');
end;
$$;

create function private.check_content_hash(p_suite jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_content text := (p_suite ->> 'path') || E'\n' || (p_suite ->> 'source');
begin
  perform private.require_at_most(octet_length(p_suite ->> 'source'), 2097152, 'bytes in ' || (p_suite ->> 'path'));
  if p_suite ->> 'content_hash' <> encode(extensions.digest(convert_to(v_content, 'UTF8'), 'sha256'), 'hex') then
    perform private.refuse(422, format('the content_hash of suite "%s" is not that of its path and source', p_suite ->> 'key'),
      'It is the sha256, in hex, of path, a line feed, and source. Was the file changed on its way?');
  end if;
end;
$$;

create function private.check_pushed_suite(p_suite jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_field text;
  v_test jsonb;
begin
  perform private.require_types(p_suite, '{
    "name": "string", "description": "string", "tags": "array", "config": "object", "selectors": "object",
    "hooks": "object", "metadata": "object", "tests": "array", "credentials": "array",
    "fixtures": "object"
  }', p_where);
  perform private.require_texts(p_suite -> 'credentials', p_where || '.credentials');
  perform private.require_at_most(jsonb_array_length(private.items(p_suite -> 'credentials')), 1000, 'credentials of ' || p_where);
  foreach v_field in array array['key', 'path', 'source', 'content_hash'] loop
    perform private.require_type(p_suite -> v_field, 'string', p_where || '.' || v_field);
  end loop;
  perform private.require_texts(p_suite -> 'tags', p_where || '.tags');
  perform private.check_content_hash(p_suite);
  for v_test in select value from jsonb_array_elements(private.items(p_suite -> 'tests')) loop
    perform private.check_pushed_test(v_test, format('test "%s" of suite "%s"', v_test ->> 'key', p_suite ->> 'key'));
  end loop;
  perform private.check_pushed_fixtures(p_suite);
end;
$$;

create function private.check_pushed_dependency(p_dependency jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_type(p_dependency, 'object', 'each of dependencies');
  perform private.require_type(p_dependency -> 'dependent', 'string', 'dependent');
  perform private.require_type(p_dependency -> 'required', 'string', 'required');
  perform private.require_type(p_dependency -> 'type', 'string', 'type');
  perform private.require_word(p_dependency ->> 'type', 'public.dependency_type', 'type');
  perform private.require_types(p_dependency, '{"declared": "boolean"}', 'each of dependencies');
  perform private.require_texts(p_dependency -> 'reasons', 'reasons');
end;
$$;

create function private.check_unique(p_names text[], p_what text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_twice text := (select name from unnest(p_names) as name group by name having count(*) > 1 order by name limit 1);
begin
  if v_twice is not null then
    perform private.refuse(422, format('%s "%s" is there twice', p_what, v_twice), 'Nothing was written; take one of them out.');
  end if;
end;
$$;

create function private.check_push(p_push jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_item jsonb;
begin
  perform private.require_types(p_push, '{"suites": "array", "dependencies": "array", "prune": "boolean"}', 'a push');
  perform private.require_at_most(jsonb_array_length(private.items(p_push -> 'suites')), 1000, 'suites');
  perform private.require_at_most(jsonb_array_length(private.items(p_push -> 'dependencies')), 100000, 'dependencies');
  for v_item in select value from jsonb_array_elements(private.items(p_push -> 'suites')) loop
    perform private.check_pushed_suite(v_item, format('suite "%s"', v_item ->> 'key'));
  end loop;
  for v_item in select value from jsonb_array_elements(private.items(p_push -> 'dependencies')) loop
    perform private.check_pushed_dependency(v_item);
  end loop;
end;
$$;

create function private.check_pushed_keys(p_suites jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_tests text[] := array(
    select (suite ->> 'key') || '/' || (test ->> 'key')
    from jsonb_array_elements(p_suites) as suite,
      jsonb_array_elements(private.items(suite -> 'tests')) as test
  );
begin
  perform private.require_at_most(cardinality(v_tests), 20000, 'tests');
  perform private.check_unique(array(select suite ->> 'key' from jsonb_array_elements(p_suites) as suite), 'suite');
  perform private.check_unique(v_tests, 'test');
end;
$$;

create function private.check_dependency_names(p_suites jsonb, p_dependencies jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_edge record;
begin
  select edge ->> 'dependent' as dependent, edge ->> 'required' as required into v_edge
  from jsonb_array_elements(p_dependencies) as edge
  where not exists (
    select from jsonb_array_elements(p_suites) as suite
    where suite ->> 'key' = split_part(edge ->> 'dependent', '/', 1)
  )
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" needs "%s", but its suite is not in this push', v_edge.dependent, v_edge.required),
      'Push the suite together with its dependencies.');
  end if;

  select edge ->> 'dependent' as dependent, edge ->> 'required' as required into v_edge
  from jsonb_array_elements(p_dependencies) as edge
  where edge ->> 'dependent' = edge ->> 'required';
  if found then
    perform private.refuse(422, format('"%s" needs itself', v_edge.dependent), 'Nothing was written; take this dependency out.');
  end if;
end;
$$;
