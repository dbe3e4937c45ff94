-- Dependencies: which test waits for which, and that none waits for itself.
-- Tables: test_dependencies.  Written by push_suites() (36_push.sql), and by editors.
-- Declared edges are part of a version; inferred ones follow from the templates, and every run infers them anew.

-- Types ------------------------------------------------------------------------

create type public.dependency_type as enum (  -- the order of strength: a pair has its strongest
  'order',  -- starts after the other has finished, whatever came of it
  'data',   -- uses something captured from the other, which must have passed
  'token'   -- uses an authentication token that the other produced
);

-- Tables -----------------------------------------------------------------------

create table public.test_dependencies (
  id                 uuid primary key default gen_random_uuid(),
  organization_id    uuid not null,
  project_id         uuid not null,
  dependent_test_id  uuid not null,
  required_test_id   uuid not null,
  dependency_type    public.dependency_type not null,
  declared           boolean not null default true,
  reasons            text[] not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  constraint test_dependencies_have_a_dependent_test
    foreign key (dependent_test_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint test_dependencies_have_a_required_test
    foreign key (required_test_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint test_dependencies_are_one_for_a_pair unique (dependent_test_id, required_test_id),
  constraint test_dependencies_reasons_are_few_and_short
    check (cardinality(reasons) <= 1000 and octet_length(array_to_string(reasons, '')) <= 100000),
  constraint test_dependencies_do_not_point_at_themselves check (dependent_test_id <> required_test_id)
);
comment on table public.test_dependencies is 'An edge of the graph: the dependent test waits for the required one. Deleted tests have none.';
comment on column public.test_dependencies.declared is 'True: the file says it (needs, after), or an editor does. False: inferred at the last push, from the templates.';
comment on column public.test_dependencies.reasons is 'Why, in words: declared, or which name in which field mentions what the other captures.';

-- Serves "what does this test need?".
create index idx_test_dependencies_dependent_test_id on public.test_dependencies (dependent_test_id);
-- Serves "what needs this test?".
create index idx_test_dependencies_required_test_id on public.test_dependencies (required_test_id);
-- Serves the check for circles, which reads a project's whole graph.
create index idx_test_dependencies_project_id on public.test_dependencies (project_id);

-- Who may ----------------------------------------------------------------------

alter table public.test_dependencies enable row level security;

create policy "Members see the dependencies of their organizations"
on public.test_dependencies for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors declare dependencies"
on public.test_dependencies for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change dependencies"
on public.test_dependencies for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors take dependencies out"
on public.test_dependencies for delete to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))));

grant select,
  insert (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, reasons),
  update (dependency_type, declared, reasons),
  delete
on public.test_dependencies to authenticated;

-- Functions --------------------------------------------------------------------

-- One at a time changes a project's graph: two edges that are harmless alone can close a circle together.
create function private.lock_graph(p_project_id uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('baton/graph/' || p_project_id, 0));
$$;

-- A project's graph with its tests numbered from 1, as arrays indexed by that number:
-- how many tests each one waits for, and who waits for it, from first_dependent[n] to first_dependent[n + 1] - 1.
create function private.number_graph(
  p_project_id uuid,
  out tests uuid[],
  out waits_for integer[],
  out first_dependent integer[],
  out dependents integer[]
)
language sql
stable
set search_path = ''
as $$
  with edge as (
    select required_test_id, dependent_test_id
    from public.test_dependencies
    where project_id = p_project_id
  ),
  test as (
    select id, row_number() over (order by id)::integer as number
    from (select required_test_id from edge union select dependent_test_id from edge) as named (id)
  ),
  numbered as (
    select required.number as required, dependent.number as dependent
    from edge
    join test as required on required.id = edge.required_test_id
    join test as dependent on dependent.id = edge.dependent_test_id
  ),
  counted as (
    select test.id, test.number,
      coalesce(needs.count, 0)::integer as needs,
      (1 + coalesce(sum(users.count) over (order by test.number rows between unbounded preceding and 1 preceding), 0))::integer as first
    from test
    left join (select dependent, count(*) from numbered group by dependent) as needs on needs.dependent = test.number
    left join (select required, count(*) from numbered group by required) as users on users.required = test.number
  )
  select
    (select coalesce(array_agg(id order by number), '{}') from counted),
    (select coalesce(array_agg(needs order by number), '{}') from counted),
    (select coalesce(array_agg(first order by number), '{}') || (select count(*)::integer + 1 from numbered) from counted),
    (select coalesce(array_agg(dependent order by required, dependent), '{}') from numbered);
$$;

-- The tests that wait in a circle, or for one: empty in a healthy graph.
-- Kahn's algorithm (1962): take away what waits for nothing until nothing more can be taken away. On arrays,
-- because asking the table at each step takes seconds where tests stand in a long row.
create function private.tests_in_circles(p_project_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_graph record;
  v_waits_for integer[];
  v_free integer[];
  v_taken integer := 0;
  v_dependent integer;
begin
  select * into v_graph from private.number_graph(p_project_id);
  v_waits_for := v_graph.waits_for;
  v_free := array(select number from unnest(v_waits_for) with ordinality as test (needs, number) where needs = 0);

  while v_taken < cardinality(v_free) loop
    v_taken := v_taken + 1;
    foreach v_dependent in array
      v_graph.dependents[v_graph.first_dependent[v_free[v_taken]] : v_graph.first_dependent[v_free[v_taken] + 1] - 1]
    loop
      v_waits_for[v_dependent] := v_waits_for[v_dependent] - 1;
      if v_waits_for[v_dependent] = 0 then
        v_free := array_append(v_free, v_dependent);
      end if;
    end loop;
  end loop;

  return array(
    select v_graph.tests[number] from unnest(v_waits_for) with ordinality as test (needs, number) where needs > 0
  );
end;
$$;

-- One circle among these tests, from a test to what it needs, without coming round. p_tests as tests_in_circles() gives
-- them: each of them needs another of them, so that the walk cannot end.
create function private.find_circle(p_tests uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_walk uuid[] := '{}';
  v_test uuid := p_tests[1];
begin
  while v_test <> all (v_walk) loop
    v_walk := array_append(v_walk, v_test);
    select required_test_id into v_test
    from public.test_dependencies
    where dependent_test_id = v_test and required_test_id = any (p_tests)
    order by required_test_id
    limit 1;
  end loop;
  return v_walk[array_position(v_walk, v_test):];
end;
$$;

-- "a/x -> a/y -> a/x", from the name that sorts first, so that the same circle always reads the same.
create function private.describe_circle(p_circle uuid[])
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_names text[] := array(select private.name_test(id) from unnest(p_circle) with ordinality as test (id, number) order by number);
  v_first integer := array_position(v_names, (select min(name) from unnest(v_names) as name));
begin
  return array_to_string(v_names[v_first:] || v_names[:v_first], ' -> ');
end;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_test_dependencies__refuse_circles()
returns trigger
language plpgsql
security definer  -- the whole graph is looked at
set search_path = ''
as $$
declare
  v_project_id uuid;
  v_tests uuid[];
begin
  for v_project_id in select distinct project_id from changed order by project_id loop
    perform private.lock_graph(v_project_id);
    v_tests := private.tests_in_circles(v_project_id);
    if v_tests <> '{}' then
      perform private.refuse(422, 'these tests need one another in a circle: ' || private.describe_circle(private.find_circle(v_tests)),
        'Nothing was written; take one of these dependencies out.');
    end if;
  end loop;
  return null;
end;
$$;

create trigger test_dependencies_refuse_circles_on_insert
after insert on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__refuse_circles();

create trigger test_dependencies_refuse_circles_on_update
after update on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__refuse_circles();

-- Whoever changes the type of an inferred edge by hand declares it.
create function private.tg_test_dependencies__declare()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.declared := true;
  return new;
end;
$$;

create trigger test_dependencies_declare
before update of dependency_type on public.test_dependencies
for each row
when (current_user = 'authenticated' and new.dependency_type is distinct from old.dependency_type)
execute function private.tg_test_dependencies__declare();

create trigger test_dependencies_touch_updated_at
before update on public.test_dependencies
for each row execute function private.tg_touch_updated_at();
