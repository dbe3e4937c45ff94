-- Archives: files in which rows live on after they were deleted. Nothing is deleted before its archive was read back.
-- Tables: archives.  Functions: record_archive, verify_archive, close_archive, get_archives, get_open_archives.  Who deletes: 83_archived_rows.sql.

-- Types ------------------------------------------------------------------------

create type public.archive_state as enum (
  'written',   -- the file lies in the storage
  'verified',  -- written -> verified: read back, with the same rows
  'done'       -- verified -> done: the rows it holds are deleted
);

-- Tables -----------------------------------------------------------------------

create table public.archives (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  source_table     text not null,
  period_start     timestamptz not null,
  period_end       timestamptz not null,
  location         text not null,
  format           text not null default 'parquet',
  row_count        bigint not null,
  size_bytes       bigint not null,
  checksum         text not null,
  state            public.archive_state not null default 'written',
  written_by       text,
  verified_at      timestamptz,
  done_at          timestamptz,
  deleted_rows     bigint,
  metadata         jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint archives_location_is_taken_once unique (organization_id, location),
  constraint archives_location_is_neither_blank_nor_long check (btrim(location) <> '' and char_length(location) <= 2000),
  constraint archives_format_and_writer_are_short check (char_length(format) <= 20 and char_length(written_by) <= 200),
  constraint archives_source_table_is_a_name check (source_table ~ '^[a-z_]{1,63}$'),
  constraint archives_period_ends_after_it_begins
    check (period_end > period_start and isfinite(period_start) and isfinite(period_end)),
  constraint archives_count_from_zero check (least(row_count, size_bytes, deleted_rows) >= 0),
  constraint archives_checksum_is_sha256_in_hex check (checksum ~ '^[0-9a-f]{64}$'),
  constraint archives_are_verified_before_rows_are_deleted
    check ((state <> 'written') = (verified_at is not null) and (state = 'done') = (done_at is not null)),
  constraint archives_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.archives is 'Files in which rows live on after they were deleted. Written by workers.';
comment on column public.archives.location is 'Where the file lies: a path in the storage, an s3:// address, or a file of the operator.';

-- Serves "what of this time is archived?", latest first.
create index idx_archives_period on public.archives (organization_id, source_table, period_start desc);
-- Serves "where is this run?", and the files of a chunk.
create index idx_archives_metadata on public.archives using gin (metadata jsonb_path_ops);
-- Serves a clean-up that was interrupted: what is not done yet.
create index idx_archives_open on public.archives (created_at) where state <> 'done';

-- Who may ----------------------------------------------------------------------

alter table public.archives enable row level security;

create policy "Members see the archives of their organizations"
on public.archives for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.archives to authenticated;

-- Functions --------------------------------------------------------------------

create function private.check_archive(p_archive jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_field text;
begin
  perform private.require_types(p_archive, '{"format": "string", "written_by": "string", "metadata": "object"}', 'an archive');
  foreach v_field in array array['source_table', 'period_start', 'period_end', 'location', 'checksum'] loop
    perform private.require_type(p_archive -> v_field, 'string', 'archive.' || v_field);
  end loop;
  perform private.require_type(p_archive -> 'row_count', 'number', 'archive.row_count');
  perform private.require_type(p_archive -> 'size_bytes', 'number', 'archive.size_bytes');
end;
$$;

create function private.record_archive(p_organization_id uuid, p_archive jsonb)
returns public.archives
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_archive public.archives;
begin
  perform private.check_archive(p_archive);
  -- Both would be read from one file, and one of them would be somebody else's.
  if exists (select from public.archives where location = p_archive ->> 'location' and organization_id <> p_organization_id) then
    perform private.refuse(409, 'this location holds the archive of another organization', 'Write to a location of its own.');
  end if;
  insert into public.archives as saved
    (organization_id, source_table, period_start, period_end, location, format, row_count, size_bytes, checksum, written_by, metadata)
  values (
    p_organization_id, p_archive ->> 'source_table', (p_archive ->> 'period_start')::timestamptz,
    (p_archive ->> 'period_end')::timestamptz, p_archive ->> 'location', coalesce(p_archive ->> 'format', 'parquet'),
    (p_archive ->> 'row_count')::bigint, (p_archive ->> 'size_bytes')::bigint, p_archive ->> 'checksum',
    p_archive ->> 'written_by', private.fields(p_archive -> 'metadata')
  )
  -- Written again, before anything was deleted: the new file counts, and is to be read back.
  on conflict (organization_id, location) do update set
    row_count = excluded.row_count, size_bytes = excluded.size_bytes, checksum = excluded.checksum,
    state = 'written', verified_at = null
  where saved.state <> 'done'
  returning * into v_archive;
  if not found then
    perform private.refuse(409, 'this archive is closed: its rows are deleted', 'Write a new file.');
  end if;
  return v_archive;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('archive', sqlerrm);
end;
$$;
grant execute on function private.record_archive(uuid, jsonb) to service_role;

-- Notes that a file was written: {"source_table", "period_start", "period_end", "location", "row_count", "size_bytes",
-- "checksum"}. The same location again replaces what was noted, until its rows are deleted.
create function public.record_archive(p_organization_id uuid, p_archive jsonb)
returns public.archives
language sql
set search_path = ''
as $$
  select private.record_archive(p_organization_id, p_archive);
$$;
grant execute on function public.record_archive(uuid, jsonb) to service_role;

create function private.open_archive(p_archive_id uuid)
returns public.archives
language plpgsql
set search_path = ''
as $$
declare
  v_archive public.archives;
begin
  select * into v_archive from public.archives where id = p_archive_id for no key update;
  if not found then
    perform private.refuse(404, 'there is no such archive', 'Check the id.');
  end if;
  return v_archive;
end;
$$;

create function private.verify_archive(p_archive_id uuid, p_row_count bigint, p_checksum text)
returns public.archives
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_archive public.archives := private.open_archive(p_archive_id);
begin
  if (v_archive.row_count, v_archive.checksum) is distinct from (p_row_count, p_checksum) then
    perform private.refuse(409, format('what was read back is not what was written: %s rows of %s', p_row_count, v_archive.row_count),
      'Nothing may be deleted; write the archive again.');
  end if;
  update public.archives
  set state = 'verified', verified_at = clock_timestamp()
  where id = p_archive_id and state = 'written';
  return private.open_archive(p_archive_id);
end;
$$;
grant execute on function private.verify_archive(uuid, bigint, text) to service_role;

-- Notes that a file was read back, if it holds what was written. Said twice it is the same.
create function public.verify_archive(p_archive_id uuid, p_row_count bigint, p_checksum text)
returns public.archives
language sql
set search_path = ''
as $$
  select private.verify_archive(p_archive_id, p_row_count, p_checksum);
$$;
grant execute on function public.verify_archive(uuid, bigint, text) to service_role;

create function private.close_archive(p_archive_id uuid, p_deleted_rows bigint)
returns public.archives
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_archive public.archives := private.open_archive(p_archive_id);
begin
  if v_archive.state = 'written' then
    perform private.refuse(409, 'this archive was not read back yet', 'Nothing may be deleted; verify it first.');
  end if;
  update public.archives
  set state = 'done', done_at = clock_timestamp(), deleted_rows = p_deleted_rows
  where id = p_archive_id and state = 'verified';
  return private.open_archive(p_archive_id);
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('archive', sqlerrm);
end;
$$;
grant execute on function private.close_archive(uuid, bigint) to service_role;

-- Notes that the rows of a file are deleted. Said twice it is the same.
create function public.close_archive(p_archive_id uuid, p_deleted_rows bigint)
returns public.archives
language sql
set search_path = ''
as $$
  select private.close_archive(p_archive_id, p_deleted_rows);
$$;
grant execute on function public.close_archive(uuid, bigint) to service_role;

create function private.get_archives(p_organization text, p_run_id uuid, p_after uuid)
returns jsonb
language sql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select coalesce(jsonb_agg(content order by id), '[]')
  from (
    select archive.id,
      to_jsonb(archive) || jsonb_build_object('organization', organization.slug, 'metadata', archive.metadata - 'runs') as content
    from public.archives as archive
    join public.organizations as organization on organization.id = archive.organization_id
    where (p_organization is null or organization.slug = p_organization)
      and (p_run_id is null or archive.metadata @> jsonb_build_object('runs', jsonb_build_array(p_run_id)))
      and (p_after is null or archive.id > p_after)
    order by archive.id
    limit 1000
  ) as found;
$$;
grant execute on function private.get_archives(text, uuid, uuid) to service_role;

-- Archives by id, at most 1000 after p_after: all, those of organizations with a slug, or those that hold rows of a run.
create function public.get_archives(p_organization text default null, p_run_id uuid default null, p_after uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_archives(p_organization, p_run_id, p_after);
$$;
grant execute on function public.get_archives(text, uuid, uuid) to service_role;

create function private.get_open_archives()
returns jsonb
language sql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(archive) order by created_at, id), '[]')
  from (select * from public.archives where state <> 'done' order by created_at, id limit 100) as archive;
$$;
grant execute on function private.get_open_archives() to service_role;

-- What an interrupted clean-up has left to do: the oldest 100 archives whose rows are not all deleted yet.
create function public.get_open_archives()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_open_archives();
$$;
grant execute on function public.get_open_archives() to service_role;

-- Triggers ---------------------------------------------------------------------

create trigger archives_touch_updated_at
before update on public.archives
for each row execute function private.tg_touch_updated_at();
