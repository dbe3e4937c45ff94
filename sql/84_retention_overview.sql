-- Retention overview: what members see of it. The rules are in 79_retention.sql, the files in public.archives.
-- Functions: get_retention.

-- Functions --------------------------------------------------------------------

-- What the next clean-up would take, by project and kind. It stops at a thousand runs of each: that says enough, and counting
-- on would take as long as the clean-up's own search.
create function private.due_for_retention(p_organization_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'project_id', project.id, 'project', project.key, 'what', due.kind, 'runs', least(due.runs, 1000), 'is_more', due.runs > 1000,
    'from', due.first
  ) order by project.key, due.kind), '[]')
  from public.projects as project
  cross join lateral (
    select kind, count(*) as runs, min(run.created_at) as first
    from unnest('{passed_results,failed_results,runs}'::text[]) as kind
    cross join lateral private.expired_runs(project.id, kind, 1001) as run
    group by kind
    union all
    select key, (value ->> 'files')::bigint, (value ->> 'from')::timestamptz
    from jsonb_each(private.count_expired_artifacts(project.id))
    where (value ->> 'files')::bigint > 0
  ) as due
  where project.organization_id = p_organization_id;
$$;

create function private.get_retention(p_organization_id uuid, p_counted boolean)
returns jsonb
language plpgsql
stable
security definer  -- whose turn it is stands in a table that nobody may read
set search_path = ''
as $$
begin
  perform private.require_role(p_organization_id, 'viewer', 'organization');
  return jsonb_build_object(
    'rule', private.kept_days('{}'),
    'kept', private.kept_days((select retention from public.organizations where id = p_organization_id)),
    'cleaned_up_at', (select finished_at from private.retention_turns),
    'due', case when p_counted then private.due_for_retention(p_organization_id) end
  );
end;
$$;
grant execute on function private.get_retention(uuid, boolean) to authenticated;

-- For how many days what is kept: by the rule, and in this organization; when a clean-up was done last; and, if it is to be
-- counted, what the next one would take of each project: how many runs, a thousand of each kind at most, and files.
create function public.get_retention(p_organization_id uuid, p_counted boolean default false)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_retention(p_organization_id, p_counted);
$$;
grant execute on function public.get_retention(uuid, boolean) to authenticated;
