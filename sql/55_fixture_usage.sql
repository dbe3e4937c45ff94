-- Fixture usage: which test of which run used which fixture, and whether what it made was cleaned up.
-- Tables: fixture_usage.  Functions: record_fixture_usage.

-- Tables -----------------------------------------------------------------------

create table public.fixture_usage (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  fixture_id       uuid not null,
  run_id           uuid not null,
  test_case_id     uuid not null,
  checksum         text,
  used_at          timestamptz not null default now(),
  cleaned_up_at    timestamptz,

  constraint fixture_usage_is_of_a_fixture
    foreign key (fixture_id, organization_id)
    references public.test_data_fixtures (id, organization_id) on delete cascade,
  constraint fixture_usage_is_by_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint fixture_usage_is_by_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint fixture_usage_is_told_once unique (run_id, test_case_id, fixture_id),
  constraint fixture_usage_is_cleaned_up_after_it_began check (cleaned_up_at >= used_at)
);
comment on table public.fixture_usage is 'Which test of which run used which fixture. Written by whoever executes the run.';
comment on column public.fixture_usage.checksum is 'Of the content that was used: the fixture may have changed since.';

-- Serves "who uses this fixture?", latest first.
create index idx_fixture_usage_fixture_id on public.fixture_usage (fixture_id, used_at desc);
-- Serves the removal of a test.
create index idx_fixture_usage_test_case_id on public.fixture_usage (test_case_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table public.fixture_usage enable row level security;

create policy "Members see what the runs of their organizations used"
on public.fixture_usage for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.fixture_usage to authenticated;

-- Functions --------------------------------------------------------------------

create function private.check_usage(p_usage jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_usage, '{"cleaned_up": "boolean"}', 'each of p_usage');
  perform private.require_type(p_usage -> 'test', 'string', 'test');
  perform private.require_type(p_usage -> 'fixture', 'string', 'fixture');
end;
$$;

-- The fixture that a test means by a key: its suite's, then the project's, then one that others of the organization share.
create function private.find_fixture(p_run public.test_runs, p_test_case_id uuid, p_key text)
returns table (id uuid, checksum text)
language sql
stable
set search_path = ''
as $$
  select fixture.id, fixture.checksum
  from public.test_cases as test
  join public.test_data_fixtures as fixture on fixture.organization_id = test.organization_id
  where test.id = p_test_case_id
    and fixture.organization_id = p_run.organization_id
    and fixture.key = p_key
    and fixture.deleted_at is null
    and coalesce(fixture.suite_id = test.suite_id, fixture.project_id = p_run.project_id or fixture.is_shared)
  order by fixture.suite_id is null, fixture.project_id = p_run.project_id desc, fixture.created_at
  limit 1;
$$;

create function private.insert_usage(p_run public.test_runs, p_usage jsonb)
returns integer
language sql
set search_path = ''
as $$
  with told as (
    select value ->> 'test' as test, value ->> 'fixture' as fixture, bool_or(coalesce((value ->> 'cleaned_up')::boolean, false)) as cleaned_up
    from jsonb_array_elements(p_usage)
    group by 1, 2
  ),
  written as (
    insert into public.fixture_usage as saved (organization_id, fixture_id, run_id, test_case_id, checksum, cleaned_up_at)
    select p_run.organization_id, fixture.id, p_run.id, test.id, fixture.checksum, case when told.cleaned_up then now() end
    from told
    join private.find_run_tests(p_run.id, array(select test from told)) as test on test.name = told.test
    cross join lateral private.find_fixture(p_run, test.id, told.fixture) as fixture
    on conflict (run_id, test_case_id, fixture_id) do update set
      cleaned_up_at = coalesce(saved.cleaned_up_at, excluded.cleaned_up_at)
    returning id
  )
  select count(*)::integer from written;
$$;

create function private.record_fixture_usage(p_run_id uuid, p_lease_number integer, p_usage jsonb)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
  v_pairs integer;
begin
  perform private.require_type(p_usage, 'array', 'p_usage');
  perform private.require_at_most(jsonb_array_length(p_usage), 10000, 'usages in one call');
  perform private.check_usage(value) from jsonb_array_elements(p_usage);
  v_pairs := (select count(distinct (value ->> 'test', value ->> 'fixture')) from jsonb_array_elements(p_usage));
  if private.insert_usage(v_run, p_usage) < v_pairs then
    perform private.refuse(422, 'a usage names a test or a fixture that this run does not have',
      'Tests are <suite key>/<test key> of the run; fixtures are keys of its project, or shared ones.');
  end if;
  return v_pairs;
end;
$$;
grant execute on function private.record_fixture_usage(uuid, integer, jsonb) to service_role, authenticated;

-- Notes which tests used which fixtures: [{"test", "fixture", "cleaned_up"}]. Said twice it is there once.
create function public.record_fixture_usage(p_run_id uuid, p_lease_number integer, p_usage jsonb)
returns integer
language sql
set search_path = ''
as $$
  select private.record_fixture_usage(p_run_id, p_lease_number, p_usage);
$$;
grant execute on function public.record_fixture_usage(uuid, integer, jsonb) to service_role, authenticated;
