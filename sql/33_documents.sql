-- Documents: a suite's rows as the file that says the same. It is JSON, which every reader of suite files reads.
-- Functions: compose_suite, and the compose_… family that it is made of.
-- A test takes part once it has a request. Left out: whether a test is enabled, and quarantine; runs look those up.

-- Functions --------------------------------------------------------------------

create function private.hash_text(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(extensions.digest(convert_to(p_text, 'UTF8'), 'sha256'), 'hex');
$$;

-- What tells the rows of a suite from others: the file that they make, and the contents of the files that it names.
create function private.hash_rows(p_source text, p_files jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select private.hash_text(p_source || case when p_files = '{}' then '' else p_files::text end);
$$;

-- {p_word: p_value}, or nothing where there is nothing to say.
create function private.say(p_word text, p_value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when p_value is null or p_value in ('null', '""', '{}', '[]') then '{}'
    else jsonb_build_object(p_word, p_value)
  end;
$$;

create function private.compose_request(p_request public.test_request_configs)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_request.settings
    || case
      when p_request.method = 'STEPS' then '{}'
      when p_request.method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')
        then jsonb_build_object(p_request.method, p_request.path)
      else jsonb_build_object('request', jsonb_build_object('method', p_request.method, 'url', p_request.path))
    end
    || private.say('query', p_request.query)
    || private.say('headers', p_request.headers)
    || private.fields(p_request.body)
    || private.say('auth', p_request.auth);
$$;

-- What people declared, under "needs" and "after". What is inferred is not said: the templates say it.
create function private.compose_needs(p_test public.test_cases)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with needed as (
    select edge.dependency_type,
      case when required.suite_id = p_test.suite_id then required.key else suite.key || '/' || required.key end as name
    from public.test_dependencies as edge
    join public.test_cases as required on required.id = edge.required_test_id
    join public.test_suites as suite on suite.id = required.suite_id
    where edge.dependent_test_id = p_test.id
      and edge.declared
      and required.deleted_at is null
      and exists (select from public.test_request_configs as request where request.test_case_id = required.id)
  )
  select private.say('needs', (
      select jsonb_agg(name order by name collate "C") from needed where dependency_type <> 'order'
    )) || private.say('after', (
      select jsonb_agg(name order by name collate "C") from needed where dependency_type = 'order'
    ));
$$;

-- A word of which the column has one value and the file may say more: the count of retries, and when they are made. More
-- is said in p_said, or in the defaults of the suite; where the column agrees with what holds anyway nothing is said.
create function private.compose_word(p_word text, p_part text, p_value jsonb, p_said jsonb, p_default jsonb, p_otherwise jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when jsonb_typeof(p_said) = 'object' then jsonb_build_object(p_word, p_said || private.say(p_part, p_value))
    when jsonb_typeof(p_default) = 'object' and p_default -> p_part is distinct from p_value and p_value <> 'null'
      then jsonb_build_object(p_word, p_default || jsonb_build_object(p_part, p_value))
    when p_value = coalesce(p_default -> p_part, p_default, p_otherwise) then '{}'
    else private.say(p_word, p_value)
  end;
$$;

-- What the row says goes before the defaults of the suite: it is said, unless it is what holds when nobody says anything.
create function private.compose_settings(p_test public.test_cases, p_settings jsonb, p_defaults jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select private.say('title', to_jsonb(nullif(p_test.name, p_test.key)))
    || private.say('description', to_jsonb(p_test.description))
    || private.say('tags', to_jsonb(p_test.tags))
    || private.compose_word('timeout', 'total', to_jsonb(p_test.timeout_seconds), p_settings -> 'timeout', p_defaults -> 'timeout', null)
    || private.say('skip', to_jsonb(p_test.skip_reason))
    || case when p_test.priority = 'medium' and not p_defaults ? 'priority' then '{}'
      else jsonb_build_object('priority', p_test.priority) end
    || private.compose_word('retries', 'count', to_jsonb(p_test.retries), p_settings -> 'retries', p_defaults -> 'retries', '0')
    || case when p_test.idempotent then '{}' else '{"idempotent": false}'::jsonb end;
$$;

-- The tests as members of a JSON object, in the order of their positions. Null where no test can run.
create function private.compose_tests(p_suite public.test_suites)
returns text
language sql
stable
set search_path = ''
as $$
  select string_agg(
    to_json(test.key) || ': ' || jsonb_pretty(
      private.compose_request(request)
      || private.compose_settings(test, request.settings, private.fields(p_suite.config -> 'defaults'))
      || private.compose_needs(test)
      || private.say('expect', response.expectations)
      || private.say('capture', response.captures)
    ),
    E',\n' order by test.position, test.key collate "C"
  )
  from public.test_cases as test
  join public.test_request_configs as request
    on request.test_case_id = test.id and request.organization_id = test.organization_id and request.step_index = 0
  left join public.test_response_specs as response
    on response.test_case_id = test.id and response.organization_id = test.organization_id and response.step_index = 0
  where test.suite_id = p_suite.id
    and test.deleted_at is null;
$$;

-- A fixture in the file's words. Only what does not follow from the other words is said.
create function private.compose_fixture(p_fixture public.test_data_fixtures)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_fixture.settings
    || case p_fixture.kind
      when 'literal' then jsonb_build_object('data', p_fixture.content)
      when 'generated' then jsonb_build_object('generate', p_fixture.content)
      when 'file' then jsonb_build_object('file', coalesce(p_fixture.path, p_fixture.storage_path), 'format', p_fixture.format)
      when 'snapshot' then jsonb_build_object('snapshot', p_fixture.content, 'cleanup', p_fixture.cleanup)
        || case when p_fixture.cleanup = 'manual' then '{}' else private.say('ttl', to_jsonb(p_fixture.ttl_seconds || 's')) end
    end
    || case when p_fixture.is_immutable and p_fixture.kind in ('file', 'snapshot') then '{"immutable": true}' else '{}'::jsonb end;
$$;

create function private.compose_fixtures(p_suite public.test_suites)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(fixture.key, private.compose_fixture(fixture))
  from public.test_data_fixtures as fixture
  where fixture.suite_id = p_suite.id and fixture.deleted_at is null;
$$;

-- The file that these rows make; null where there is nothing to run. The order of tests is kept, that of other keys is not.
create function private.compose_suite(p_suite public.test_suites)
returns text
language sql
stable
set search_path = ''
as $$
  -- A line feed inside a text is written \n, so that each real one begins a line of the file.
  select left(jsonb_pretty(
      p_suite.config
      || jsonb_build_object('suite', p_suite.name, 'key', p_suite.key)
      || private.say('description', to_jsonb(p_suite.description))
      || private.say('tags', to_jsonb(p_suite.tags))
      || private.say('fixtures', private.compose_fixtures(p_suite))
    ), -2)
    || E',\n    "tests": {\n        ' || replace(private.compose_tests(p_suite), E'\n', E'\n        ') || E'\n    }\n}\n';
$$;

-- Triggers ---------------------------------------------------------------------

-- Rows of which no file can be made are refused. What the words mean is checked where files are read: by the worker.

-- Refuses words that p_object must not hold, or a list of words, because they have a column or a table of their own.
create function private.refuse_words(p_object jsonb, p_words text[], p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_word text := (select word from unnest(p_words) as word where p_object ? word order by word limit 1);
begin
  if v_word is not null then
    perform private.refuse(422, format('"%s" has no place in %s', v_word, p_where), 'It has a column, or a table, of its own: write it there.');
  end if;
end;
$$;

create function private.tg_test_suites__check_words()
returns trigger
language plpgsql
security definer  -- editors do not call the checks
set search_path = ''
as $$
begin
  perform private.require_type(new.config, 'object', 'config');
  perform private.refuse_words(new.config, '{suite,key,description,tags,tests,fixtures}', 'config');
  return new;
end;
$$;

create trigger test_suites_check_words
before insert or update of config on public.test_suites
for each row execute function private.tg_test_suites__check_words();

create function private.tg_test_request_configs__check_words()
returns trigger
language plpgsql
security definer  -- editors do not call the checks
set search_path = ''
as $$
declare
  v_bodies constant text[] := '{json,text,form,multipart,xml,file,graphql}';
begin
  perform private.require_types(to_jsonb(new), '{"query": "object", "headers": "object", "body": "object", "settings": "object"}', 'a request');
  if jsonb_array_length(jsonb_path_query_array(new.body, '$.keyvalue()')) <> 1 or not new.body ?| v_bodies then
    perform private.refuse(422, 'a body is said by one word: json, text, form, multipart, xml, file or graphql',
      'Write {"json": …} or {"text": "…"}, or null for no body.');
  end if;
  perform private.refuse_words(new.settings, '{GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS,request,query,headers,auth,expect,capture,
    needs,after,title,description,tags,priority,idempotent,skip}' || v_bodies, 'settings');
  -- As mappings they say more than their columns can.
  perform private.refuse_words(jsonb_path_query_array(new.settings, '$.keyvalue() ? (@.value.type() != "object").key'),
    '{timeout,retries}', 'settings');
  return new;
end;
$$;

create trigger test_request_configs_check_words
before insert or update of query, headers, body, settings on public.test_request_configs
for each row execute function private.tg_test_request_configs__check_words();

create function private.tg_test_response_specs__check_words()
returns trigger
language plpgsql
security definer  -- editors do not call the checks
set search_path = ''
as $$
begin
  perform private.require_type(new.expectations, 'object', 'expectations');
  perform private.require_type(new.captures, 'object', 'captures');
  return new;
end;
$$;

create trigger test_response_specs_check_words
before insert or update of expectations, captures on public.test_response_specs
for each row execute function private.tg_test_response_specs__check_words();
