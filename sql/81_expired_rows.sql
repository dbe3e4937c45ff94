-- Expired rows: what is too old, page by page, as it goes into files. How long what is kept: 79_retention.sql.
-- Functions: plan_retention, get_expired_runs, get_expired_rows.

-- Functions: what is too old ---------------------------------------------------

create function private.require_kind(p_what text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(p_what not in ('passed_results', 'failed_results', 'runs'), true) then
    perform private.refuse(422, format('"%s" is no kind of rows', left(p_what, 100)), 'passed_results, failed_results, or runs.');
  end if;
end;
$$;

-- Whether a project has a run that is old enough for anything of it to go: most have none, and need no further question.
create function private.has_old_runs(p_project_id uuid, p_kept jsonb)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where project_id = p_project_id
      and status in ('completed', 'failed', 'cancelled')
      and kept_until is null
      and created_at < now() - make_interval(days => (
        select min((p_kept ->> kind)::integer)
        from unnest(array['passed_results', 'failed_results', 'runs', 'failed_runs', 'production_runs']) as kind
      ))
  );
$$;

create function private.plan_retention(p_counted boolean)
returns jsonb
language sql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'project_id', project.id, 'project', project.key, 'organization_id', organization.id, 'organization', organization.slug
  ) || case when p_counted then jsonb_build_object(
    'passed_results', private.count_expired(project.id, 'passed_results'),
    'failed_results', private.count_expired(project.id, 'failed_results'),
    'runs', private.count_expired(project.id, 'runs'),
    'following_runs', private.count_following(project.id),
    'artifacts', private.count_expired_artifacts(project.id),
    'condensable', private.count_condensable(project.id)
  ) else '{}' end order by organization.slug, project.key, project.id), '[]')
  from public.projects as project
  join public.organizations as organization on organization.id = project.organization_id
  where p_counted
    or private.has_old_runs(project.id, private.kept_days(organization.retention));
$$;
grant execute on function private.plan_retention(boolean) to service_role;

-- All projects, deleted ones too, and what of them is too old: counts of runs and rows of each kind, of runs that follow their
-- results, of files, and of what would be condensed, which takes its time. Without counts, those projects that have runs which are old enough.
-- Nothing is changed.
create function public.plan_retention(p_counted boolean default true)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.plan_retention(p_counted);
$$;
grant execute on function public.plan_retention(boolean) to service_role;

create function private.get_expired_runs(p_project_id uuid, p_what text, p_rows integer)
returns jsonb
language plpgsql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.require_kind(p_what);
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', id, 'created_at', created_at) order by created_at, id), '[]')
    from (
      select run.id, run.created_at, sum(greatest(run.total, 1)) over (order by run.created_at, run.id) - greatest(run.total, 1) as before
      from private.expired_runs(p_project_id, p_what, 500) as run
    ) as counted
    where before < p_rows
  );
end;
$$;
grant execute on function private.get_expired_runs(uuid, text, integer) to service_role;

-- The oldest runs of a project with rows of this kind that are too old: as many as have some p_rows tests, at most 500.
create function public.get_expired_runs(p_project_id uuid, p_what text, p_rows integer default 50000)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_expired_runs(p_project_id, p_what, p_rows);
$$;
grant execute on function public.get_expired_runs(uuid, text, integer) to service_role;

-- A run as it goes into a file: with its plan, and the versions that it has executed.
create function private.run_as_row(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(p_run) || jsonb_build_object('versions', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'position', position, 'suite_version_id', suite_version_id, 'selected', selected
    ) order by position), '[]')
    from private.test_run_versions
    where run_id = p_run.id
  ), 'plan', (select plan from private.run_plans where run_id = p_run.id));
$$;

create type private.expired_row as (
  test_id  uuid,
  id       uuid,
  content  jsonb
);

-- The results of a run that are of this kind, after a test, in the order of tests.
create function private.expired_results(p_run public.test_runs, p_what text, p_after_test uuid, p_limit integer)
returns setof private.expired_row
language sql
stable
set search_path = ''
as $$
  select test_case_id, id, to_jsonb(result)
  from public.test_results as result
  where run_id = p_run.id
    and run_created_at = p_run.created_at
    and verdict = any (private.verdicts_of(p_what))
    and (p_after_test is null or test_case_id > p_after_test)
  order by test_case_id
  limit p_limit;
$$;

-- Their evidence; with runs, what belongs to no test. In the order of tests, and of ids.
create function private.expired_details(p_run public.test_runs, p_what text, p_after_test uuid, p_after_id uuid, p_limit integer)
returns setof private.expired_row
language sql
stable
set search_path = ''
as $$
  select detail.test_case_id, detail.id, to_jsonb(detail)
  from public.test_result_details as detail
  where detail.run_id = p_run.id
    and detail.run_created_at = p_run.created_at
    and case when p_what = 'runs' then detail.test_case_id is null else exists (
      select from public.test_results as result
      where result.run_id = p_run.id
        and result.run_created_at = p_run.created_at
        and result.test_case_id = detail.test_case_id
        and result.verdict = any (private.verdicts_of(p_what))
    ) end
    and (p_after_test is null or detail.test_case_id >= p_after_test)
    and (p_after_id is null or detail.test_case_id > p_after_test or detail.id > p_after_id)
  order by detail.test_case_id, detail.id
  limit p_limit;
$$;

-- What goes into one file from one run, after a row: {"test": id, "id": id}, or null for its first.
create function private.expired_rows(p_table text, p_what text, p_run public.test_runs, p_after jsonb, p_limit integer)
returns setof private.expired_row
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_table = 'test_results' then
    return query select * from private.expired_results(p_run, p_what, (p_after ->> 'test')::uuid, p_limit);
  elsif p_table = 'test_result_details' then
    return query
      select * from private.expired_details(p_run, p_what, (p_after ->> 'test')::uuid, (p_after ->> 'id')::uuid, p_limit);
  elsif p_table = 'test_runs' and p_after is null then
    return query select null::uuid, p_run.id, private.run_as_row(p_run);
  end if;
end;
$$;

create function private.get_expired_rows(p_what text, p_table text, p_run_ids uuid[], p_after jsonb, p_limit integer)
returns jsonb
language plpgsql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_rows jsonb[] := '{}';
  v_bytes bigint := 0;
  v_run public.test_runs;
  v_row private.expired_row;
begin
  perform private.require_kind(p_what);
  for v_run in
    select run.*
    from unnest(p_run_ids) with ordinality as given (id, position)
    join public.test_runs as run on run.id = given.id
    where given.position >= coalesce(array_position(p_run_ids, (p_after ->> 'run')::uuid), 1)
    order by given.position
  loop
    for v_row in
      select * from private.expired_rows(
        p_table, p_what, v_run, case when v_run.id = (p_after ->> 'run')::uuid then p_after end, p_limit - cardinality(v_rows)
      )
    loop
      v_rows := v_rows || v_row.content;
      v_bytes := v_bytes + pg_column_size(v_row.content);
      -- A page is read into memory as a whole.
      if cardinality(v_rows) >= p_limit or v_bytes > 4000000 then
        return jsonb_build_object('rows', to_jsonb(v_rows), 'after', jsonb_build_object('run', v_run.id, 'test', v_row.test_id, 'id', v_row.id));
      end if;
    end loop;
  end loop;
  return jsonb_build_object('rows', to_jsonb(v_rows), 'after', null);
end;
$$;
grant execute on function private.get_expired_rows(text, text, uuid[], jsonb, integer) to service_role;

-- A page of what goes into a file, from these runs: {"rows": [row as JSON], "after": key of the last}. The key asks for the
-- next page; it is null when there is none. Ends early when a page has some 4 MB.
create function public.get_expired_rows(
  p_what text, p_table text, p_run_ids uuid[], p_after jsonb default null, p_limit integer default 1000
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_expired_rows(p_what, p_table, p_run_ids, p_after, p_limit);
$$;
grant execute on function public.get_expired_rows(text, text, uuid[], jsonb, integer) to service_role;
