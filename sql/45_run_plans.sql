-- Run plans: what a run set out to do, as its worker said when it began. Suites change; the graph of an old run does not.
-- Tables: private.run_plans.  Functions: get_run_plan.
-- A plan is {"tests": [{"id", "test", "required_only"}], "edges": [{"dependent", "required", "type", "reasons"}]}, in the
-- order of the run; tests and edges go by full names as they were then. Workers send it without the ids, in a batch
-- (53_batch_checks.sql).

-- Tables -----------------------------------------------------------------------

create table private.run_plans (
  run_id           uuid primary key,
  organization_id  uuid not null,
  plan             jsonb not null,
  created_at       timestamptz not null default now(),

  constraint run_plans_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint run_plans_are_objects check (jsonb_typeof(plan) = 'object')
);
comment on table private.run_plans is 'The tests of a run and who waited for whom, as it was then. Apart from the run, whose row changes with every batch.';

-- Who may ----------------------------------------------------------------------

alter table private.run_plans enable row level security;

-- Functions: writing -----------------------------------------------------------

-- Edges that are not what they must be: of a known type, between two tests of the plan, with reasons in words.
create function private.find_suspect_edges(p_edges jsonb, p_ids jsonb)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select edge
  from jsonb_array_elements(p_edges) as edge
  where jsonb_typeof(edge) <> 'object'
    or not p_ids ? coalesce(edge ->> 'dependent', '')
    or not p_ids ? coalesce(edge ->> 'required', '')
    or coalesce(edge ->> 'type', '') not in ('order', 'data', 'token')
    or coalesce(jsonb_typeof(edge -> 'reasons'), 'array') <> 'array'
    or jsonb_path_exists(edge, '$.reasons[*] ? (@.type() != "string")');
$$;

create function private.check_plan(p_plan jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_type(p_plan, 'object', 'a plan');
  perform private.require_types(p_plan, '{"tests": "array", "edges": "array"}', 'a plan');
  perform private.require_at_most(pg_column_size(p_plan), 8388608, 'bytes in a plan');
  perform private.require_at_most(jsonb_array_length(private.items(p_plan -> 'tests')), 20000, 'tests in a plan');
  if exists (
    select from jsonb_array_elements(private.items(p_plan -> 'tests'))
    where jsonb_typeof(value) <> 'object' or coalesce(jsonb_typeof(value -> 'test'), '') <> 'string'
  ) then
    perform private.refuse(422, 'a plan names its tests', 'Each of "tests" is {"test": full name, "required_only": true or false}.');
  end if;
end;
$$;

-- What the run's worker is about to do. A worker that takes the run up says it again.
create function private.save_plan(p_run public.test_runs, p_plan jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_ids jsonb;
begin
  perform private.check_plan(p_plan);
  v_ids := private.require_run_tests(p_run.id, private.texts_at(p_plan, '$.tests[*].test'));
  if exists (select from private.find_suspect_edges(private.items(p_plan -> 'edges'), v_ids)) then
    perform private.refuse(422, 'an edge of a plan is between two of its tests',
      'Each of "edges" is {"dependent": full name, "required": full name, "type": "order", "data" or "token", "reasons": [texts]}.');
  end if;
  insert into private.run_plans (run_id, organization_id, plan)
  values (p_run.id, p_run.organization_id, jsonb_build_object(
    'tests', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', v_ids -> (value ->> 'test'), 'test', value -> 'test',
        'required_only', coalesce((value ->> 'required_only')::boolean, false)
      ) order by ordinality), '[]')
      from jsonb_array_elements(private.items(p_plan -> 'tests')) with ordinality
    ),
    'edges', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'dependent', value -> 'dependent', 'required', value -> 'required', 'type', value -> 'type',
        'reasons', private.items(value -> 'reasons')
      ) order by ordinality), '[]')
      from jsonb_array_elements(private.items(p_plan -> 'edges')) with ordinality
    )
  ))
  on conflict (run_id) do update set plan = excluded.plan;
end;
$$;

-- Functions: reading -----------------------------------------------------------

create function private.get_run_plan(p_run_id uuid)
returns jsonb
language plpgsql
stable
security definer  -- plans are out of everybody's reach
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  if private.is_token() then
    perform private.open_token_project(v_run.project_id, 'results:read');
  else
    perform private.require_role(v_run.organization_id, 'viewer', 'run');
  end if;
  return (select plan from private.run_plans where run_id = p_run_id);
end;
$$;
grant execute on function private.get_run_plan(uuid) to authenticated;

-- The tests of a run and who waited for whom, as it was when it began; null for one that has not begun.
create function public.get_run_plan(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_run_plan(p_run_id);
$$;
grant execute on function public.get_run_plan(uuid) to authenticated;
