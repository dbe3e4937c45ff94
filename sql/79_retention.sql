-- Retention: what is old leaves, in an order that loses nothing: written to a file, read back, recorded, then deleted.
-- Tables: private.retention_turns.
-- Functions: plan_retention, begin_retention, end_retention, get_expired_runs, get_expired_rows, delete_archived_rows,
-- condense_expired, restore_rows.  The files: 66_archives.sql.
--
-- The unit is a chunk: up to some hundred runs that are over, of one project, and one kind of row of theirs. Nothing is added
-- to a run that is over, so what was read is what will be deleted. A chunk has a file for each table that it takes rows from;
-- all of them say so in their metadata: {"chunk": text, "what": kind, "runs": [ids]}.
-- Kinds: passed_results (passed, blocked, skipped; with their evidence), failed_results (failed, broken), runs.

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

-- Functions: how long things are kept ------------------------------------------

-- What an organization says, and for the rest the rule. In days.
create function private.kept_days(p_retention jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"passed_results": 90, "failed_results": 180, "runs": 90, "failed_runs": 180, "production_runs": 365,
    "metrics": 730, "history": 365}'::jsonb || private.fields(p_retention);
$$;

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
    'runs', private.count_expired(project.id, 'runs')
  ) else '{}' end order by organization.slug, project.key, project.id), '[]')
  from public.projects as project
  join public.organizations as organization on organization.id = project.organization_id;
$$;
grant execute on function private.plan_retention(boolean) to service_role;

-- All projects, deleted ones too, and what of them is too old: counts of runs and rows of each kind, which takes its time.
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

-- A run as it goes into a file: with the versions that it has executed.
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
  ));
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

-- Functions: deleting ----------------------------------------------------------

-- The files of a chunk. Refuses unless each has been read back.
create function private.open_chunk(p_organization_id uuid, p_chunk text)
returns setof public.archives
language plpgsql
stable
set search_path = ''
as $$
declare
  v_files integer;
  v_unread integer;
begin
  select count(*), count(*) filter (where state = 'written') into v_files, v_unread
  from public.archives
  where organization_id = p_organization_id and metadata @> jsonb_build_object('chunk', p_chunk);
  if v_files < 2 then
    perform private.refuse(404, 'this chunk has not all of its files', 'Nothing may be deleted; write and record them first.');
  elsif v_unread > 0 then
    perform private.refuse(409, 'a file of this chunk was not read back yet', 'Nothing may be deleted; verify it first.');
  end if;
  return query
    select * from public.archives
    where organization_id = p_organization_id and metadata @> jsonb_build_object('chunk', p_chunk);
end;
$$;

create function private.delete_archived_rows(p_organization_id uuid, p_chunk text, p_limit integer)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_archive public.archives;
  v_run_ids uuid[];
  v_deleted integer;
begin
  select * into v_archive from private.open_chunk(p_organization_id, p_chunk) limit 1;
  v_run_ids := array(select jsonb_array_elements_text(v_archive.metadata -> 'runs'))::uuid[];
  if v_archive.metadata ->> 'what' = 'runs' then
    delete from public.test_runs
    where id in (select id from public.test_runs where id = any (v_run_ids) and organization_id = p_organization_id limit p_limit);
  else
    delete from public.test_results as result
    using (
      select found.id, found.run_created_at
      from public.test_runs as run
      join public.test_results as found on found.run_id = run.id and found.run_created_at = run.created_at
      where run.id = any (v_run_ids)
        and run.organization_id = p_organization_id
        and found.verdict = any (private.verdicts_of(v_archive.metadata ->> 'what'))
      limit p_limit
    ) as old
    where result.id = old.id and result.run_created_at = old.run_created_at;
  end if;
  get diagnostics v_deleted = row_count;
  return v_deleted;
end;
$$;
grant execute on function private.delete_archived_rows(uuid, text, integer) to service_role;

-- Deletes some of the rows that a chunk's files hold, evidence with its results; says how many, 0 when all are gone. Only
-- once each file was read back. Small steps, so that nobody waits for long.
create function public.delete_archived_rows(p_organization_id uuid, p_chunk text, p_limit integer default 2000)
returns integer
language sql
set search_path = ''
as $$
  select private.delete_archived_rows(p_organization_id, p_chunk, p_limit);
$$;
grant execute on function public.delete_archived_rows(uuid, text, integer) to service_role;

-- Partitions of months before the last that hold no row any more. An empty table costs every query a look.
create function private.drop_empty_partitions()
returns integer
language plpgsql
set search_path = ''
set timezone = 'UTC'
set lock_timeout = '2s'  -- whoever waits for the table's lock makes everybody else wait behind him
as $$
declare
  v_part record;
  v_is_empty boolean;
  v_dropped integer := 0;
begin
  for v_part in
    select inherits.inhrelid::regclass as partition
    from private.partitioned_tables() as parent
    join pg_catalog.pg_inherits as inherits on inherits.inhparent = ('public.' || parent.name)::regclass
    join pg_catalog.pg_class as class on class.oid = inherits.inhrelid
    where class.relname ~ '_\d{4}_\d\d$'
      -- One that somebody made by hand is his.
      and pg_has_role(class.relowner, 'usage')
      and class.relname < private.name_partition(parent.name, date_trunc('month', now()) - interval '1 month')
    order by class.relname
  loop
    execute format('select not exists (select from %s)', v_part.partition) into v_is_empty;
    if v_is_empty then
      execute format('drop table %s', v_part.partition);
      v_dropped := v_dropped + 1;
    end if;
  end loop;
  return v_dropped;
exception
  -- Somebody was at work: another day. What was dropped before comes back with it.
  when lock_not_available then
    return 0;
end;
$$;

-- Functions: what needs no file ------------------------------------------------

create function private.condense_expired()
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_organization record;
  v_metrics bigint := 0;
  v_history bigint := 0;
begin
  for v_organization in
    select id, private.kept_days(retention) as kept from public.organizations order by id
  loop
    v_metrics := v_metrics + private.condense_metrics(
      private.day_of(now()) - (v_organization.kept ->> 'metrics')::integer, v_organization.id
    );
    v_history := v_history + private.condense_history(
      private.day_of(now()) - (v_organization.kept ->> 'history')::integer, v_organization.id
    );
  end loop;
  return jsonb_build_object(
    'metrics', v_metrics, 'history', v_history,
    'contexts', private.cleanup_expired_contexts(), 'partitions', private.drop_empty_partitions()
  );
end;
$$;
grant execute on function private.condense_expired() to service_role;

-- What is too old and needs no file: days become months, runs' history becomes days, contexts and empty partitions go.
-- Says how many of each: {"metrics", "history", "contexts", "partitions"}.
create function public.condense_expired()
returns jsonb
language sql
set search_path = ''
as $$
  select private.condense_expired();
$$;
grant execute on function public.condense_expired() to service_role;

-- Functions: taking back -------------------------------------------------------

-- Names of the columns of a table into which rows may be written, and thus not those that are worked out.
create function private.written_columns(p_table text)
returns text
language sql
stable
set search_path = ''
as $$
  select string_agg(quote_ident(attname), ', ' order by attnum)
  from pg_catalog.pg_attribute
  where attrelid = ('public.' || quote_ident(p_table))::regclass
    and attnum > 0 and not attisdropped and attgenerated = '';
$$;

-- Rows as they were. What is there already stays as it is.
create function private.put_back(p_table text, p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_columns text := private.written_columns(p_table);
  v_put integer;
begin
  execute format(
    'insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict do nothing',
    p_table, v_columns
  ) using p_rows;
  get diagnostics v_put = row_count;
  return v_put;
end;
$$;

-- A run comes back with the versions that it executed, and is over: nobody is to execute it.
create function private.put_back_runs(p_rows jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_put integer;
begin
  v_put := private.put_back('test_runs', (
    select jsonb_agg(row || jsonb_build_object('kept_until', now() + interval '30 days')) from jsonb_array_elements(p_rows) as row
  ));
  insert into private.test_run_versions (run_id, organization_id, position, suite_version_id, selected)
  select (row ->> 'id')::uuid, (row ->> 'organization_id')::uuid, version.position, version.suite_version_id, version.selected
  from jsonb_array_elements(p_rows) as row
  cross join lateral jsonb_to_recordset(row -> 'versions')
    as version (position integer, suite_version_id uuid, selected boolean)
  where exists (select from private.suite_versions where id = version.suite_version_id)
  on conflict do nothing;
  return v_put;
end;
$$;

create function private.restore_rows(p_archive_id uuid, p_rows jsonb)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_archive public.archives := private.open_archive(p_archive_id);
begin
  perform private.require_type(p_rows, 'array', 'p_rows');
  if exists (
    select from jsonb_array_elements(p_rows) as row
    where row ->> 'organization_id' is distinct from v_archive.organization_id::text
      or not v_archive.metadata -> 'runs' ? coalesce(row ->> 'run_id', row ->> 'id')
  ) then
    perform private.refuse(422, 'a row is of none of this archive''s runs', 'Nothing was written; read the file again.');
  end if;
  -- They were counted when they were recorded.
  perform set_config('baton.is_restoring', 'on', true);
  if v_archive.source_table = 'test_runs' then
    return private.put_back_runs(p_rows);
  end if;
  update public.test_runs
  set kept_until = now() + interval '30 days'
  where id in (select (row ->> 'run_id')::uuid from jsonb_array_elements(p_rows) as row);
  return private.put_back(v_archive.source_table, p_rows);
exception
  when foreign_key_violation then
    perform private.refuse(409, 'what these rows belong to is not there: ' || sqlerrm,
      'A run comes before its results, and these before their evidence; of a deleted project nothing comes back.');
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('row of an archive', sqlerrm);
end;
$$;
grant execute on function private.restore_rows(uuid, jsonb) to service_role;

-- Puts rows of an archive back where they were, for 30 days; says how many were not there. Runs first, then results, then
-- evidence. Nothing is counted or announced a second time, and nothing is archived a second time when they go.
create function public.restore_rows(p_archive_id uuid, p_rows jsonb)
returns integer
language sql
set search_path = ''
as $$
  select private.restore_rows(p_archive_id, p_rows);
$$;
grant execute on function public.restore_rows(uuid, jsonb) to service_role;

-- What was taken back, once its 30 days are over: its files are still there.
create function private.remove_restored(p_limit integer)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_whats text[];
  v_removed integer := 0;
begin
  for v_run in
    select * from public.test_runs where kept_until < now() order by kept_until limit p_limit for no key update skip locked
  loop
    v_whats := array(
      select distinct metadata ->> 'what' from public.archives
      where state = 'done' and metadata @> jsonb_build_object('runs', jsonb_build_array(v_run.id))
    );
    if 'runs' = any (v_whats) then
      delete from public.test_runs where id = v_run.id;
    else
      delete from public.test_results
      where run_id = v_run.id and run_created_at = v_run.created_at
        and exists (select from unnest(v_whats) as what where verdict = any (private.verdicts_of(what)));
      update public.test_runs set kept_until = null where id = v_run.id;
    end if;
    v_removed := v_removed + 1;
  end loop;
  return v_removed;
end;
$$;
grant execute on function private.remove_restored(integer) to service_role;

-- Removes runs, or results of them, that were taken back more than 30 days ago; says of how many runs.
create function public.remove_restored(p_limit integer default 100)
returns integer
language sql
set search_path = ''
as $$
  select private.remove_restored(p_limit);
$$;
grant execute on function public.remove_restored(integer) to service_role;
