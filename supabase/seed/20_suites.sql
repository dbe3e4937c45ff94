-- Suites: projects of the organizations seed.from to seed.to, with their environments, suites, tests and edges.
-- Ten tests a suite. The first test of a project signs in, and all others need its token; the first of a suite makes
-- what the others of it use.

create temporary table if not exists seed_projects (
  number               integer primary key,
  id                   uuid not null,
  organization_id      uuid not null,
  organization_number  integer not null,
  owner_id             uuid not null,
  share                double precision
);

insert into seed_projects
select (organization.number - 1) * projects + place, pg_temp.make_id('project', organization.number || '/' || place),
  organization.id, organization.number, person.id
from seed_organizations as organization
join seed_people as person on person.organization_number = organization.number and person.role = 'owner'
cross join (select current_setting('seed.projects')::integer as projects) as parameter
cross join generate_series(1, projects) as place
where organization.number between current_setting('seed.from')::integer and current_setting('seed.to')::integer;

create temporary view seed_new_projects as
select *
from seed_projects
where organization_number between current_setting('seed.from')::integer and current_setting('seed.to')::integer;

insert into public.projects (id, organization_id, key, name, description, metadata, created_by)
select id, organization_id, key || case when place > 12 then '-' || place else '' end,
  initcap(replace(key, '-', ' ')) || case when place > 12 then ' ' || place else '' end,
  'What the tests of this project talk to.', jsonb_build_object('team', pg_temp.pick(array['core', 'growth', 'platform', 'mobile'], number, 1)),
  owner_id
from (
  select *, 1 + (number - 1) % current_setting('seed.projects')::integer as place from seed_new_projects
) as project
cross join lateral (
  select (array['shop-api', 'billing-api', 'identity-api', 'search-api', 'partner-api', 'mobile-gateway', 'admin-api', 'events-api',
    'media-api', 'reports-api', 'support-api', 'legacy-api'])[1 + (place - 1) % 12] as key
) as named;

create temporary table if not exists seed_environments (
  project_number  integer not null,
  place           integer not null,
  id              uuid not null,
  primary key (project_number, place)
);

insert into seed_environments
select number, place, pg_temp.make_id('environment', number || '/' || place)
from seed_new_projects
cross join generate_series(1, 3) as place;

insert into public.environments (id, organization_id, project_id, name, kind, base_url, max_parallel, created_by)
select environment.id, project.organization_id, project.id, kind, kind::public.environment_kind,
  'https://' || case when kind = 'production' then '' else kind || '.' end || 'api.' || organization.slug || '.example.com', 16, owner_id
from seed_new_projects as project
join seed_organizations as organization on organization.number = project.organization_number
join seed_environments as environment on environment.project_number = project.number
cross join lateral (select (array['staging', 'production', 'ci'])[place] as kind) as named;

-- Suites and tests -------------------------------------------------------------

create temporary table if not exists seed_tests (
  project_number  integer not null,
  position        integer not null,
  id              uuid not null,
  suite           text not null,
  key             text not null,
  -- What happens to it: 'steady', 'flaky', 'broken' (for a while, after its turn), 'slower' (since its turn).
  character       text not null,
  turns           double precision not null,  -- when, as a part of the seed's days
  usual_ms        double precision not null,
  primary key (project_number, position)
);

insert into seed_tests
select project.number, position, pg_temp.make_id('test', project.number || '/' || position),
  resource || case when suite > 24 then '-' || 1 + (suite - 1) / 24 else '' end,
  case when position = 1 then 'login'
    else (array['create', 'read', 'list', 'change', 'filter', 'sort', 'page', 'refuse-strangers', 'refuse-nonsense', 'delete'])[1 + (position - 1) % 10]
  end,
  case
    when position = 1 or throw < 0.93 then 'steady'
    when throw < 0.95 then 'flaky'
    when throw < 0.97 then 'slower'
    else 'broken'
  end,
  0.6 + 0.35 * pg_temp.chance(project.number * 100000::bigint + position, 12),
  25 + 400 * power(pg_temp.chance(project.number * 100000::bigint + position, 13), 3)
from seed_new_projects as project
cross join generate_series(1, current_setting('seed.tests')::integer) as position
cross join lateral (
  select pg_temp.chance(project.number * 100000::bigint + position, 11) as throw, 1 + (position - 1) / 10 as suite
) as thrown
cross join lateral (
  select (array['accounts', 'products', 'carts', 'orders', 'payments', 'shipments', 'refunds', 'invoices', 'customers', 'addresses',
    'reviews', 'coupons', 'wishlists', 'stock', 'suppliers', 'categories', 'prices', 'taxes', 'subscriptions', 'webhooks',
    'messages', 'reports', 'exports', 'devices'])[1 + (suite - 1) % 24] as resource
) as named;

create temporary view seed_new_tests as
select test.*, project.id as project_id, project.organization_id, project.owner_id,
  pg_temp.make_id('suite', test.project_number || '/' || suite) as suite_id,
  case key
    when 'login' then 'Sign in'
    when 'create' then 'Create one of the ' || suite
    when 'read' then 'Read one of the ' || suite
    when 'list' then 'List ' || suite
    when 'change' then 'Change one of the ' || suite
    when 'filter' then 'Find ' || suite || ' by what they are'
    when 'sort' then 'Sort ' || suite || ' by date'
    when 'page' then 'Go through ' || suite || ' page by page'
    when 'refuse-strangers' then 'Show no ' || suite || ' to strangers'
    when 'refuse-nonsense' then 'Refuse ' || suite || ' that make no sense'
    else 'Delete one of the ' || suite
  end as name,
  case key when 'login' then 'POST' when 'create' then 'POST' when 'refuse-nonsense' then 'POST' when 'change' then 'PATCH'
    when 'delete' then 'DELETE' else 'GET' end as method,
  case key when 'login' then '/login' when 'create' then '/' || suite when 'refuse-nonsense' then '/' || suite
    when 'list' then '/' || suite when 'filter' then '/' || suite || '?state=open' when 'sort' then '/' || suite || '?sort=-created_at'
    when 'page' then '/' || suite || '?page=2' else '/' || suite || '/1' end as path,
  case key when 'login' then 200 when 'create' then 201 when 'refuse-nonsense' then 422 when 'refuse-strangers' then 401
    when 'delete' then 204 else 200 end as status
from seed_tests as test
join seed_new_projects as project on project.number = test.project_number;

insert into public.test_suites (id, organization_id, project_id, key, name, path, tags, version, created_by)
select suite_id, organization_id, project_id, suite, initcap(replace(suite, '-', ' ')), 'suites/' || suite || '.yaml',
  array['seed', case when min(position) <= 30 then 'smoke' else 'full' end], 1, owner_id
from seed_new_tests
group by suite_id, organization_id, project_id, suite, owner_id;

insert into public.test_cases (id, organization_id, project_id, suite_id, key, name, position, priority, tags)
select id, organization_id, project_id, suite_id, key, name, (position - 1) % 10,
  case when key = 'login' then 'critical' when key = 'create' then 'high' else 'medium' end::public.test_priority,
  case when key like 'refuse%' then array['negative'] else array['happy'] end
from seed_new_tests;

-- What the requests call, which is linked to them by the trigger, and one that no test calls.
insert into public.api_endpoints (id, organization_id, project_id, method, path, name, tags, created_by)
select pg_temp.make_id('endpoint', project_id || ' ' || method || ' ' || path), organization_id, project_id, method, path, name, tags, owner_id
from (
  select organization_id, project_id, owner_id, method, case when path like '%/1' then '/' || suite || '/{id}' else split_part(path, '?', 1) end as path,
    min(name) as name, array[suite] as tags
  from seed_new_tests
  group by 1, 2, 3, 4, 5, suite
  union all
  select organization_id, id, owner_id, 'GET', '/health', 'Say whether it works', '{}'
  from seed_new_projects
) as called;

insert into public.test_request_configs (organization_id, test_case_id, method, path, headers)
select organization_id, id, method, path, '{"Accept": "application/json"}'
from seed_new_tests;

insert into public.test_response_specs (organization_id, test_case_id, expectations)
select organization_id, id, jsonb_build_object('status', status)
from seed_new_tests;

insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, reasons)
select test.organization_id, test.project_id, test.id, login.id, 'token'::public.dependency_type, array['auth: uses tokens.access_token']
from seed_new_tests as test
join seed_tests as login on login.project_number = test.project_number and login.position = 1
where test.position > 1
union all
select test.organization_id, test.project_id, test.id, maker.id, 'data', array['path: uses captures.id']
from seed_new_tests as test
join seed_tests as maker on maker.project_number = test.project_number and maker.position = test.position - (test.position - 1) % 10
where (test.position - 1) % 10 > 0 and maker.position > 1;

insert into private.suite_versions (id, organization_id, suite_id, number, content_hash, path, source, created_by)
select pg_temp.make_id('version', suite_id::text), organization_id, suite_id, 1,
  encode(sha256(convert_to(path || e'\n' || source, 'UTF8')), 'hex'), path, source, owner_id
from (
  select organization_id, suite_id, owner_id, 'suites/' || suite || '.yaml' as path,
    format(e'suite: %s\n\ntests:\n', suite) || string_agg(
      format(e'  %s:\n    title: %s\n    %s: %s\n', key, name, method, path)
        || case when position > 1 then e'    needs: [' || case when (position - 1) % 10 = 0 or position <= 10 then 'accounts/login' else 'create' end || e']\n' else '' end
        || format(e'    expect: { status: %s }\n', status),
      '' order by position
    ) as source
  from seed_new_tests
  group by organization_id, suite_id, owner_id, suite
) as written;

create temporary table if not exists seed_suites (
  project_number  integer not null,
  place           integer not null,
  version_id      uuid not null,
  primary key (project_number, place)
);

insert into seed_suites
select project_number, row_number() over (partition by project_number order by min(position)), pg_temp.make_id('version', suite_id::text)
from seed_new_tests
group by project_number, suite_id;

-- The versions are made above: nothing was edited in place.
delete from private.edited_suites;

drop view seed_new_tests;
drop view seed_new_projects;
