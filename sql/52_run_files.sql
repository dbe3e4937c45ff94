-- Run files: what is in the files that the suites of a run name, for the worker that has the run.
-- Functions: get_run_content.

-- Functions --------------------------------------------------------------------

create function private.get_run_content(p_run_id uuid, p_lease_number integer, p_hash text)
returns text
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
  v_content text := (
    select encode(content.content, 'base64')
    from private.suite_contents as content
    where content.project_id = v_run.project_id
      and content.hash = p_hash
      and exists (
        select from private.test_run_versions as part
        join private.suite_versions as version on version.id = part.suite_version_id
        cross join jsonb_each_text(version.files) as file
        where part.run_id = v_run.id and file.value = p_hash
      )
  );
begin
  if v_content is null then
    perform private.refuse(404, 'no suite of this run names such a file', 'The claim says which files there are, and their hashes.');
  end if;
  return v_content;
end;
$$;
grant execute on function private.get_run_content(uuid, integer, text) to service_role;

-- A file of a claimed run, by the hash that the claim says, as base64.
create function public.get_run_content(p_run_id uuid, p_lease_number integer, p_hash text)
returns text
language sql
set search_path = ''
as $$
  select private.get_run_content(p_run_id, p_lease_number, p_hash);
$$;
grant execute on function public.get_run_content(uuid, integer, text) to service_role;
