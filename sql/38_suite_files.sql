-- Suite files: what members pull out of a project.
-- Functions: get_suite_files, get_suite_content.

-- Functions --------------------------------------------------------------------

-- The file of each suite's current version, and what it names beside itself, {path: hash}; with the addresses of its latest
-- 200 versions, and the hashes of what these name. Only what a member may see.
create function private.get_suite_files(p_project_id uuid)
returns table (
  key text, version integer, path text, source text, origin public.version_origin, known_hashes text[], files jsonb, known_files text[]
)
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
      ),
      current.files,
      array(
        select distinct file.value
        from (
          select known.files
          from private.suite_versions as known
          where known.suite_id = suite.id
          order by known.number desc
          limit 200
        ) as latest
        cross join jsonb_each_text(latest.files) as file
        order by 1
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
returns table (
  key text, version integer, path text, source text, origin public.version_origin, known_hashes text[], files jsonb, known_files text[]
)
language sql
stable
set search_path = ''
as $$
  select * from private.get_suite_files(p_project_id);
$$;
grant execute on function public.get_suite_files(uuid) to authenticated;

create function private.get_suite_content(p_project_id uuid, p_hash text)
returns text
language plpgsql
stable
security definer  -- nobody reads this table
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'viewer', null);
  v_content text := (
    select encode(content.content, 'base64')
    from private.suite_contents as content
    where content.project_id = v_project.id and content.hash = p_hash
  );
begin
  if v_content is null then
    perform private.refuse(404, 'no suite of this project names such a file', 'get_suite_files says which files there are, and their hashes.');
  end if;
  return v_content;
end;
$$;
grant execute on function private.get_suite_content(uuid, text) to authenticated;

-- A file that a suite of the project names, by its hash, as base64.
create function public.get_suite_content(p_project_id uuid, p_hash text)
returns text
language sql
stable
set search_path = ''
as $$
  select private.get_suite_content(p_project_id, p_hash);
$$;
grant execute on function public.get_suite_content(uuid, text) to authenticated;
