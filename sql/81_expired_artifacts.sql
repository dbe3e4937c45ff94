-- Expired artifacts: files that were kept for their days. They need no archive: what there was stays with the evidence.
-- Functions: delete_expired_artifacts, private.count_expired_artifacts.  For how long what is kept: 79_retention.sql.

-- Functions --------------------------------------------------------------------

-- Where an organization's days begin, by category: what is of a run before that is too old.
create function private.artifacts_begin()
returns table (organization_id uuid, category private.artifact_category, what text, since timestamptz)
language sql
stable
set search_path = ''
as $$
  select organization.id, kind.category, kind.what,
    now() - make_interval(days => (private.kept_days(organization.retention) ->> kind.what)::integer)
  from public.organizations as organization
  cross join (
    values ('image'::private.artifact_category, 'images'), ('video', 'videos'), ('log', 'logs')
  ) as kind (category, what);
$$;

-- How many of a project's are too old, by kind: {"images": {"files", "bytes", "from", "to"}, …}.
create function private.count_expired_artifacts(p_project_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(what, counted)
  from (
    select kept.what, jsonb_build_object(
      'files', count(artifact.run_id), 'bytes', coalesce(sum(artifact.size_bytes), 0),
      'from', min(artifact.run_created_at), 'to', max(artifact.run_created_at)
    ) as counted
    from public.projects as project
    join private.artifacts_begin() as kept on kept.organization_id = project.organization_id
    left join (
      private.artifacts as artifact
      join public.test_runs as run on run.id = artifact.run_id and run.project_id = p_project_id
    ) on artifact.organization_id = kept.organization_id
      and artifact.category = kept.category
      and artifact.run_created_at < kept.since
    where project.id = p_project_id
    group by kept.what
  ) as each;
$$;

create function private.delete_expired_artifacts(p_limit integer)
returns jsonb
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  with old as materialized (
    select artifact.run_id, artifact.test_case_id, artifact.checksum
    from private.artifacts_begin() as kept
    -- Lateral, so that each kind's oldest are found by the index.
    cross join lateral (
      select run_id, test_case_id, checksum
      from private.artifacts
      where organization_id = kept.organization_id
        and category = kept.category
        and run_created_at < kept.since
      order by run_created_at
      limit p_limit
      -- What another one deletes at this moment is his.
      for update skip locked
    ) as artifact
    limit p_limit
  ),
  gone as (
    delete from private.artifacts as artifact
    using old
    where (artifact.run_id, artifact.test_case_id, artifact.checksum) = (old.run_id, old.test_case_id, old.checksum)
    returning artifact.category, artifact.size_bytes
  )
  select jsonb_build_object(
    'images', count(*) filter (where category = 'image'),
    'videos', count(*) filter (where category = 'video'),
    'logs', count(*) filter (where category = 'log'),
    'bytes', coalesce(sum(size_bytes), 0)
  )
  from gone;
$$;
grant execute on function private.delete_expired_artifacts(integer) to service_role;

-- Deletes some of the files whose days are over; says how many of each kind, {"images", "videos", "logs", "bytes"}: all 0 when
-- none is left. Small steps, so that nobody waits for long; several may do it at once.
create function public.delete_expired_artifacts(p_limit integer default 200)
returns jsonb
language sql
set search_path = ''
as $$
  select private.delete_expired_artifacts(p_limit);
$$;
grant execute on function public.delete_expired_artifacts(integer) to service_role;
