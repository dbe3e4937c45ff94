-- Retention: what is old leaves, in an order that loses nothing: written to a file, read back, recorded, then deleted.
-- Tables: private.retention_turns.
-- Functions: begin_retention, end_retention, get_retention_turn.  What is too old: 81_expired_rows.sql; deleting it: 83_archived_rows.sql; taking it
-- back: 84_restored_rows.sql.  The files: 66_archives.sql.
--
-- The unit is a chunk: up to some hundred runs that are over, of one project, and one kind of row of theirs. Nothing is added
-- to a run that is over, so what was read is what will be deleted. A chunk has a file for each table that it takes rows from;
-- all of them say so in their metadata: {"chunk": text, "what": kind, "runs": [ids]}.
-- Kinds: passed_results (passed, blocked, skipped; with their evidence), failed_results (failed, broken), runs. Files that APIs
-- have answered need no chunk: 81_expired_artifacts.sql.

-- Tables -----------------------------------------------------------------------

create table private.retention_turns (
  only_one      boolean primary key default true,
  worker        text,
  lease_until   timestamptz,
  requested_at  timestamptz,
  finished_at   timestamptz,

  constraint retention_turns_are_one check (only_one),
  constraint retention_turns_worker_is_short check (char_length(worker) <= 200)
);
comment on table private.retention_turns is 'Whose turn it is to clean up, so that no two do at once; when it was asked for, and when it was done last.';
insert into private.retention_turns default values;

alter table private.retention_turns enable row level security;

-- Functions: what is too old ---------------------------------------------------

-- Whether a run is too old for this kind of row; one that was taken back from an archive goes by remove_restored().
create function private.is_expired(p_run public.test_runs, p_what text, p_kept jsonb, p_environment public.environment_kind)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_run.kept_until is null
    and p_run.created_at < now() - make_interval(days => (p_kept ->> case
      when p_what <> 'runs' then p_what
      when p_environment = 'production' then 'production_runs'
      when p_run.status <> 'completed' then 'failed_runs'
      else 'runs'
    end)::integer);
$$;

create function private.verdicts_of(p_what text)
returns public.test_verdict[]
language sql
immutable
set search_path = ''
as $$
  select case p_what
    when 'passed_results' then '{passed,blocked,skipped}'
    when 'failed_results' then '{failed,broken}'
    else '{}'
  end::public.test_verdict[];
$$;

-- The runs of a project that have rows of this kind which are too old, oldest first. A run goes after its results.
create function private.expired_runs(p_project_id uuid, p_what text, p_limit integer)
returns setof public.test_runs
language sql
stable
set search_path = ''
as $$
  select run.*
  from public.test_runs as run
  join public.organizations as organization on organization.id = run.organization_id
  join public.environments as environment on environment.id = run.environment_id
  where run.project_id = p_project_id
    and run.status in ('completed', 'failed', 'cancelled')
    and private.is_expired(run, p_what, private.kept_days(organization.retention), environment.kind)
    and exists (
      select from public.test_results as result
      where result.run_id = run.id
        and result.run_created_at = run.created_at
        and (p_what = 'runs' or result.verdict = any (private.verdicts_of(p_what)))
    ) = (p_what <> 'runs')
  order by run.created_at, run.id
  limit p_limit;
$$;

-- How many of them and how many rows they have, with the first and the last: {"runs", "rows", "from", "to"}.
create function private.count_expired(p_project_id uuid, p_what text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'runs', count(*), 'from', min(run.created_at), 'to', max(run.created_at),
    'rows', case when p_what = 'runs' then count(*) else coalesce(sum(result.rows), 0) end
  )
  from private.expired_runs(p_project_id, p_what, null) as run
  cross join lateral (
    select count(*) as rows
    from public.test_results
    where run_id = run.id and run_created_at = run.created_at and verdict = any (private.verdicts_of(p_what))
  ) as result;
$$;

-- The runs that go once their last results have, in the same clean-up: all that they still have is too old. {"runs", "from", "to"}
create function private.count_following(p_project_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('runs', count(*), 'from', min(run.created_at), 'to', max(run.created_at))
  from public.test_runs as run
  join public.organizations as organization on organization.id = run.organization_id
  join public.environments as environment on environment.id = run.environment_id
  cross join lateral (select private.kept_days(organization.retention) as days offset 0) as kept
  cross join lateral (
    select
      private.is_expired(run, 'passed_results', kept.days, environment.kind) as passed,
      private.is_expired(run, 'failed_results', kept.days, environment.kind) as failed
    offset 0
  ) as gone
  where run.project_id = p_project_id
    and run.status in ('completed', 'failed', 'cancelled')
    and private.is_expired(run, 'runs', kept.days, environment.kind)
    and exists (select from public.test_results where run_id = run.id and run_created_at = run.created_at)
    and not exists (
      select from public.test_results
      where run_id = run.id
        and run_created_at = run.created_at
        and not (
          (gone.passed and verdict = any (private.verdicts_of('passed_results')))
          or (gone.failed and verdict = any (private.verdicts_of('failed_results')))
        )
    );
$$;

-- Functions: whose turn it is --------------------------------------------------

create function private.request_retention()
returns void
language sql
set search_path = ''
as $$
  update private.retention_turns set requested_at = clock_timestamp();
$$;

create function private.begin_retention(p_worker text, p_lease_seconds integer, p_now boolean)
returns boolean
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  with taken as (
    update private.retention_turns
    set worker = p_worker, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
    where (worker = p_worker or lease_until is null or lease_until < clock_timestamp())
      and (
        p_now
        or (worker = p_worker and lease_until >= clock_timestamp())
        or coalesce(requested_at > finished_at, requested_at is not null)
        or coalesce(finished_at < clock_timestamp() - interval '24 hours', true)
      )
    returning true
  )
  select exists (select from taken);
$$;
grant execute on function private.begin_retention(text, integer, boolean) to service_role;

-- Takes the turn to clean up, or keeps it for as long again; false when it is somebody else's, or when nothing is to be
-- done yet: it was asked for, or a day has passed. p_now does not ask whether it is time.
create function public.begin_retention(p_worker text, p_lease_seconds integer default 300, p_now boolean default false)
returns boolean
language sql
set search_path = ''
as $$
  select private.begin_retention(p_worker, p_lease_seconds, p_now);
$$;
grant execute on function public.begin_retention(text, integer, boolean) to service_role;

create function private.end_retention(p_worker text, p_done boolean)
returns boolean
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  with ended as (
    update private.retention_turns
    set worker = null, lease_until = null, finished_at = case when p_done then clock_timestamp() else finished_at end
    where worker = p_worker
    returning true
  )
  select exists (select from ended);
$$;
grant execute on function private.end_retention(text, boolean) to service_role;

-- Gives the turn back, all done or not. False when it was no longer this worker's.
create function public.end_retention(p_worker text, p_done boolean)
returns boolean
language sql
set search_path = ''
as $$
  select private.end_retention(p_worker, p_done);
$$;
grant execute on function public.end_retention(text, boolean) to service_role;

create function private.get_retention_turn()
returns jsonb
language sql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select jsonb_build_object(
    'worker', case when lease_until >= clock_timestamp() then worker end,
    'lease_until', case when lease_until >= clock_timestamp() then lease_until end,
    'requested_at', requested_at,
    'finished_at', finished_at
  )
  from private.retention_turns;
$$;
grant execute on function private.get_retention_turn() to service_role;

-- Who cleans up at this moment and until when at least, when it was asked for, and when it was done last; null where nobody,
-- and never: {"worker", "lease_until", "requested_at", "finished_at"}.
create function public.get_retention_turn()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_retention_turn();
$$;
grant execute on function public.get_retention_turn() to service_role;
