-- Archived rows: what was written and read back is deleted, in small steps; and what needs no file is condensed.
-- Functions: delete_archived_rows, condense_expired.

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
  -- Another one is at it: each would only wait for what the other does.
  if not pg_try_advisory_xact_lock(hashtextextended('baton/condense', 0)) then
    return '{"metrics": 0, "history": 0, "contexts": 0, "leftovers": 0, "partitions": 0}';
  end if;
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
    'contexts', private.cleanup_expired_contexts(), 'leftovers', private.remove_leftovers(),
    'partitions', private.drop_empty_partitions()
  );
end;
$$;
grant execute on function private.condense_expired() to service_role;

-- What is too old and needs no file: days become months, runs' history becomes days; contexts, leftovers and empty partitions
-- go. Says how many of each: {"metrics", "history", "contexts", "leftovers", "partitions"}; all 0 while another one is at it.
create function public.condense_expired()
returns jsonb
language sql
set search_path = ''
as $$
  select private.condense_expired();
$$;
grant execute on function public.condense_expired() to service_role;
