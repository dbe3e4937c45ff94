-- Suite files: what members pull out of a project.
-- Functions: get_suite_files.

-- Functions --------------------------------------------------------------------

-- The file of each suite's current version, with the addresses of its latest 200 versions. Only what a member may see.
create function private.get_suite_files(p_project_id uuid)
returns table (key text, version integer, path text, source text, origin public.version_origin, known_hashes text[])
language plpgsql
stable
security definer  -- versions lie in a schema that members do not see
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'viewer', null);
begin
  return query
    select suite.key, suite.version, current.path, current.source, current.origin,
      array(
        select known.content_hash
        from private.suite_versions as known
        where known.suite_id = suite.id
        order by known.number desc
        limit 200
      )
    from public.test_suites as suite
    join private.suite_versions as current on current.suite_id = suite.id and current.number = suite.version
    where suite.project_id = v_project.id
      and suite.deleted_at is null
    order by suite.key collate "C";
end;
$$;
grant execute on function private.get_suite_files(uuid) to authenticated;

create function public.get_suite_files(p_project_id uuid)
returns table (key text, version integer, path text, source text, origin public.version_origin, known_hashes text[])
language sql
stable
set search_path = ''
as $$
  select * from private.get_suite_files(p_project_id);
$$;
grant execute on function public.get_suite_files(uuid) to authenticated;
