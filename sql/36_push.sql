-- Push: files become suites, tests, edges and versions, in one transaction.
-- Functions: push_suites.  The shape of a push is told in 34_push_checks.sql.

-- Functions: dependencies ------------------------------------------------------

-- One row for a pair: the strongest type, all reasons.
create function private.pushed_dependencies(p_project_id uuid, p_dependencies jsonb)
returns table (
  dependent_test_id uuid, required_test_id uuid, dependency_type public.dependency_type, declared boolean, reasons text[]
)
language sql
stable
set search_path = ''
as $$
  with pushed as (
    select value ->> 'dependent' as dependent, value ->> 'required' as required,
      (value ->> 'type')::public.dependency_type as type, coalesce((value ->> 'declared')::boolean, true) as declared,
      private.require_texts(value -> 'reasons', 'reasons') as reasons
    from jsonb_array_elements(p_dependencies)
  ),
  test as (
    select * from private.find_tests(p_project_id, array(select dependent from pushed union select required from pushed))
  )
  select dependent.id, required.id, max(pushed.type), bool_or(pushed.declared),
    array_remove(array_agg(distinct reason order by reason), null)
  from pushed
  join test as dependent on dependent.name = pushed.dependent
  join test as required on required.name = pushed.required
  left join unnest(pushed.reasons) as reason on true
  group by dependent.id, required.id;
$$;

create function private.check_dependency_ends(p_project public.projects, p_dependencies jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_names text[] := array(
    select value ->> 'dependent' from jsonb_array_elements(p_dependencies)
    union
    select value ->> 'required' from jsonb_array_elements(p_dependencies)
  );
  v_unknown text := (
    select name from unnest(v_names) as name
    where name not in (select known.name from private.find_tests(p_project.id, v_names) as known)
    order by name
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('a dependency names "%s", which is not a test of this project', v_unknown),
      'Names are <suite key>/<test key>. Push the suite that has the test, too.');
  end if;
end;
$$;

-- A test that another suite still needs cannot go.
create function private.check_nobody_needs_removed_tests(p_project_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_edge public.test_dependencies;
begin
  select edge.* into v_edge
  from public.test_dependencies as edge
  join public.test_cases as required on required.id = edge.required_test_id
  where edge.project_id = p_project_id
    and required.deleted_at is not null
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" needs "%s", which would be removed',
      private.name_test(v_edge.dependent_test_id), private.name_test(v_edge.required_test_id)),
      'Change both together, or first take the dependency out.');
  end if;
end;
$$;

-- Edges of the pushed suites that are no longer there, and all edges of removed tests.
create function private.remove_gone_dependencies(p_project public.projects, p_suites jsonb, p_dependencies jsonb)
returns void
language sql
set search_path = ''
as $$
  delete from public.test_dependencies as edge
  using public.test_cases as dependent
  join public.test_suites as suite on suite.id = dependent.suite_id
  where edge.project_id = p_project.id
    and dependent.id = edge.dependent_test_id
    and (
      dependent.deleted_at is not null
      or (
        suite.key in (select pushed ->> 'key' from jsonb_array_elements(p_suites) as pushed)
        and (edge.dependent_test_id, edge.required_test_id) not in (
          select dependent_test_id, required_test_id from private.pushed_dependencies(p_project.id, p_dependencies)
        )
      )
    );
$$;

create function private.add_dependencies(p_project public.projects, p_dependencies jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_dependencies as saved
    (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select p_project.organization_id, p_project.id, dependent_test_id, required_test_id, dependency_type, declared, reasons
  from private.pushed_dependencies(p_project.id, p_dependencies)
  on conflict (dependent_test_id, required_test_id) do update set
    dependency_type = excluded.dependency_type,
    declared = excluded.declared,
    reasons = excluded.reasons
  where (saved.dependency_type, saved.declared, saved.reasons)
    is distinct from (excluded.dependency_type, excluded.declared, excluded.reasons);
$$;

-- Functions: the push ----------------------------------------------------------

create function private.save_push(p_project public.projects, p_suites jsonb, p_dependencies jsonb, p_prune boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_suites jsonb;
  v_removed jsonb := '[]';
begin
  perform private.save_suites(p_project, p_suites);
  perform private.save_tests(p_project, p_suites);
  perform private.remove_gone_tests(p_project, p_suites);
  if p_prune then
    v_removed := private.prune_suites(p_project, p_suites);
  end if;
  perform private.remove_gone_fixtures(p_project, p_suites);
  perform private.save_fixtures(p_project, p_suites);
  perform private.save_requests(p_project, p_suites);
  perform private.save_responses(p_project, p_suites);
  perform private.check_dependency_ends(p_project, p_dependencies);
  perform private.remove_gone_dependencies(p_project, p_suites, p_dependencies);
  perform private.check_nobody_needs_removed_tests(p_project.id);
  perform private.add_dependencies(p_project, p_dependencies);
  perform private.add_versions(p_project, p_suites);
  v_suites := private.choose_versions(p_project, p_suites);
  -- Nothing was edited in place: the versions are those of the files.
  delete from private.edited_suites
  where suite_id in (select id from public.test_suites where project_id = p_project.id);
  return jsonb_build_object('suites', v_suites, 'removed', v_removed);
end;
$$;

create function private.push_suites(p_project_id uuid, p_push jsonb)
returns jsonb
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'editor', 'suites:push');
  v_suites jsonb;
  v_dependencies jsonb;
begin
  perform private.check_push(p_push);
  perform private.check_pushed_files(p_push);
  v_suites := private.items(p_push -> 'suites');
  v_dependencies := private.items(p_push -> 'dependencies');
  perform private.check_pushed_keys(v_suites);
  perform private.check_dependency_names(v_suites, v_dependencies);
  -- After the checks, which take time, and before anything that is written.
  perform private.enter_gate(v_project.organization_id);
  -- Also the numbers of versions are given by one push at a time.
  perform private.lock_graph(v_project.id);
  perform private.save_contents(v_project, p_push -> 'contents');
  perform private.check_contents_are_there(v_project.id, v_suites);
  return private.save_push(v_project, v_suites, v_dependencies, coalesce((p_push ->> 'prune')::boolean, false));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('push', sqlerrm);
end;
$$;
grant execute on function private.push_suites(uuid, jsonb) to authenticated;

-- Makes the project's suites what the files say. All or nothing; the same files again change nothing.
create function public.push_suites(p_project_id uuid, p_push jsonb)
returns jsonb
language sql
set search_path = ''
set statement_timeout = '60s'  -- the API applies it to the call; ten thousand tests take some seconds
as $$
  select private.push_suites(p_project_id, p_push);
$$;
grant execute on function public.push_suites(uuid, jsonb) to authenticated;
