-- Endpoint links: which endpoint a test's request calls, what that gives the test, and which endpoints no test calls.
-- Views: endpoint_coverage.  Functions: private.link_requests, private.describe_endpoints.
--
-- A request calls an endpoint with its method and path. {id} in an endpoint's path is any one part: /users/{id} is called
-- by /users/42 and by /users/{{ user_id }}. What is written in letters goes before {…}: /users/me calls /users/me, where
-- there is one. A whole URL counts when it begins with the base URL of one of the project's environments. An operation of
-- GraphQL is called by its name. Where two are equally good, none is meant: an editor may name it (endpoint_id).
-- Links are no part of a version: like enabled and quarantined, they are looked up when a run is claimed.

-- Tables -----------------------------------------------------------------------

create view public.endpoint_coverage with (security_invoker = true) as
select endpoint.organization_id, endpoint.project_id, endpoint.id as endpoint_id, endpoint.method, endpoint.path,
  endpoint.operation_id, endpoint.name, endpoint.tags,
  (
    select count(distinct test.id)::integer
    from public.test_request_configs as request
    join public.test_cases as test on test.id = request.test_case_id
    where request.endpoint_id = endpoint.id
      and test.deleted_at is null
  ) as tests
from public.api_endpoints as endpoint
where endpoint.deleted_at is null;
comment on view public.endpoint_coverage is 'How many tests call each endpoint of a project; 0 is one that no test calls.';

-- Who may ----------------------------------------------------------------------

grant select on public.endpoint_coverage to authenticated;

-- Functions: which endpoint ----------------------------------------------------

-- What these requests call below the base URL, with a sign (no path has it) where a template will put a value; null for
-- another server. Of GraphQL also the operation.
create function private.called_paths(p_project_id uuid, p_request_ids uuid[])
returns table (request_id uuid, method text, path text, depth integer, operation text)
language sql
stable
set search_path = ''
as $$
  select request.id, request.method, called.path, length(called.path) - length(replace(called.path, '/', '')), coalesce(
    body -> 'json' ->> 'operationName', body -> 'graphql' ->> 'operation', query ->> 'operationName',
    substring(coalesce(body -> 'json', body -> 'graphql') ->> 'query'
      from '^\s*(?:query|mutation|subscription)\s+([A-Za-z_][A-Za-z0-9_]*)'))
  from unnest(p_request_ids) as asked (id)
  join public.test_request_configs as request on request.id = asked.id
  cross join lateral (
    select case
      when request.path ~ '^https?://' then (
        select substr(request.path, length(rtrim(base_url, '/')) + 1)
        from public.environments
        where project_id = p_project_id and deleted_at is null and base_url <> ''
          and starts_with(request.path, rtrim(base_url, '/') || '/')
        order by length(base_url) desc
        limit 1
      )
      else regexp_replace(request.path, '^\{\{\s*base_url\s*\}\}', '')
    end as below
  ) as server
  cross join lateral (
    -- Templates first: a question mark inside one begins no query.
    select regexp_replace(regexp_replace(server.below, '\{[{%].*?[}%]\}', E'\x01', 'g'), '[?#].*', '') as path
  ) as called;
$$;

-- The endpoints of a project as patterns for "like". Compared among paths with equally many slashes, % never spans one.
create function private.endpoint_patterns(p_project_id uuid)
returns table (endpoint_id uuid, method text, pattern text, depth integer, places integer, protocol public.endpoint_protocol, operation text)
language sql
stable
set search_path = ''
as $$
  select id, method, regexp_replace(regexp_replace(path, '([\\%_])', '\\\1', 'g'), '\{[^{}/]*\}', '_%', 'g'),
    length(path) - length(replace(path, '/', '')), regexp_count(path, '\{[^{}/]*\}'), protocol, operation_id
  from public.api_endpoints
  where project_id = p_project_id and deleted_at is null;
$$;

-- The best endpoint for each of these requests, where one is better than all others.
create function private.find_endpoints(p_project_id uuid, p_request_ids uuid[])
returns table (request_id uuid, endpoint_id uuid)
language sql
stable
set search_path = ''
as $$
  select request_id, (array_agg(endpoint_id))[1]
  from (
    select called.request_id, endpoint.endpoint_id,
      rank() over (partition by called.request_id order by endpoint.places, endpoint.protocol = 'graphql' and endpoint.operation is null) as rank
    from private.called_paths(p_project_id, p_request_ids) as called
    join private.endpoint_patterns(p_project_id) as endpoint
      on endpoint.method = called.method and endpoint.depth = called.depth and called.path like endpoint.pattern
    where endpoint.protocol = 'rest' or endpoint.operation is null or endpoint.operation = called.operation
  ) as found
  where rank = 1
  group by request_id
  having count(*) = 1;
$$;

-- Links these requests of a project anew, but for those where somebody named the endpoint.
create function private.link_requests(p_project_id uuid, p_request_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  update public.test_request_configs as request
  set endpoint_id = found.endpoint_id
  from unnest(p_request_ids) as asked (id)
  left join private.find_endpoints(p_project_id, p_request_ids) as found on found.request_id = asked.id
  where request.id = asked.id
    and not request.names_endpoint
    and request.endpoint_id is distinct from found.endpoint_id;
$$;

-- Functions: what it gives -----------------------------------------------------

-- What the endpoints say of a suite's tests, for the worker: what a test or its suite says itself goes before it.
create function private.describe_endpoints(p_suite_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'method', endpoint.method, 'path', endpoint.path, 'auth_type', endpoint.auth_type,
    'default_headers', endpoint.default_headers, 'timeout_seconds', endpoint.timeout_seconds,
    'retries', endpoint.retries, 'retry_delay_seconds', endpoint.retry_delay_seconds, 'tests', calling.tests
  ) order by endpoint.path, endpoint.method, endpoint.id), '[]')
  from (
    select request.endpoint_id, jsonb_agg(test.key order by test.key) as tests
    from public.test_cases as test
    join public.test_request_configs as request
      on request.test_case_id = test.id and request.organization_id = test.organization_id and request.step_index = 0
    where test.suite_id = p_suite_id
      and test.deleted_at is null
      and request.endpoint_id is not null
    group by request.endpoint_id
  ) as calling
  join public.api_endpoints as endpoint on endpoint.id = calling.endpoint_id and endpoint.deleted_at is null;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_test_request_configs__take_project()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.project_id := (
    select project_id from public.test_cases where id = new.test_case_id and organization_id = new.organization_id
  );
  return new;
end;
$$;

create trigger test_request_configs_take_project
before insert on public.test_request_configs
for each row
when (new.project_id is null)
execute function private.tg_test_request_configs__take_project();

-- Whoever writes the endpoint by hand names it; null is "look for it".
create function private.tg_test_request_configs__name_endpoint()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.names_endpoint := new.endpoint_id is not null;
  return new;
end;
$$;

create trigger test_request_configs_name_endpoint
before insert or update of endpoint_id on public.test_request_configs
for each row
when (current_user = 'authenticated')
execute function private.tg_test_request_configs__name_endpoint();

create function private.tg_test_request_configs__link_new()
returns trigger
language plpgsql
security definer  -- links are found among all endpoints of the project
set search_path = ''
as $$
begin
  perform private.link_requests(project_id, array_agg(id)) from changed where not names_endpoint group by project_id order by project_id;
  return null;
end;
$$;

create function private.tg_test_request_configs__link_changed()
returns trigger
language plpgsql
security definer  -- links are found among all endpoints of the project
set search_path = ''
as $$
begin
  perform private.link_requests(changed.project_id, array_agg(changed.id))
  from changed
  join before on before.id = changed.id
  where not changed.names_endpoint
    and ((changed.method, changed.path, changed.body, changed.query, changed.names_endpoint)
        is distinct from (before.method, before.path, before.body, before.query, before.names_endpoint)
      or (changed.endpoint_id is null and before.endpoint_id is not null))
  group by changed.project_id
  order by changed.project_id;
  return null;
end;
$$;

create function private.link_project(p_project_id uuid, p_methods text[])
returns void
language sql
set search_path = ''
as $$
  select private.link_requests(p_project_id, array(
    select id from public.test_request_configs where project_id = p_project_id and method = any (p_methods)
  ));
$$;

create function private.tg_api_endpoints__link_new()
returns trigger
language plpgsql
security definer  -- rows of tests are written
set search_path = ''
as $$
begin
  perform private.link_project(project_id, array_agg(distinct method)) from changed group by project_id order by project_id;
  return null;
end;
$$;

create function private.tg_api_endpoints__link_changed()
returns trigger
language plpgsql
security definer  -- rows of tests are written
set search_path = ''
as $$
begin
  perform private.link_project(changed.project_id, array_agg(changed.method) || array_agg(before.method))
  from changed
  join before on before.id = changed.id
  where (changed.method, changed.path, changed.protocol, changed.operation_id, changed.deleted_at is null)
    is distinct from (before.method, before.path, before.protocol, before.operation_id, before.deleted_at is null)
  group by changed.project_id
  order by changed.project_id;
  return null;
end;
$$;

create trigger test_request_configs_link_new
after insert on public.test_request_configs
referencing new table as changed
for each statement execute function private.tg_test_request_configs__link_new();

create trigger test_request_configs_link_changed
after update on public.test_request_configs
referencing new table as changed old table as before
for each statement execute function private.tg_test_request_configs__link_changed();

create trigger api_endpoints_link_new
after insert on public.api_endpoints
referencing new table as changed
for each statement execute function private.tg_api_endpoints__link_new();

create trigger api_endpoints_link_changed
after update on public.api_endpoints
referencing new table as changed old table as before
for each statement execute function private.tg_api_endpoints__link_changed();
