-- Fixtures: data that tests begin with.
-- Tables: test_data_fixtures.  Which run used what: 55_fixture_usage.sql.
-- Those of a suite are what its file says under "fixtures": a push writes them (35_pushed_fixtures.sql), an edit makes a
-- version of the suite (37_edited_suites.sql), and runs read the versions. Those of no suite are the project's.

-- Types ------------------------------------------------------------------------

create type public.fixture_kind as enum (
  'literal',    -- content is the data
  'file',       -- content is null; the data is a file of the suite, or lies in the storage
  'generated',  -- content is the rules: fields, counts, relationships, seed, locale
  'snapshot'    -- content is the capture that it is made of, "test.name"; of no suite: what an API once answered
);

create type public.fixture_cleanup as enum (
  'immediate',  -- at the end of the run; of a snapshot, of the first run that used it
  'delayed',    -- when its time to live is over
  'manual'      -- by people
);

-- Tables -----------------------------------------------------------------------

create table public.test_data_fixtures (
  id                     uuid primary key default gen_random_uuid(),
  organization_id        uuid not null,
  project_id             uuid not null,
  suite_id               uuid,
  key                    text not null,
  name                   text not null,
  description            text not null default '',
  kind                   public.fixture_kind not null default 'literal',
  format                 text not null default 'json',
  compression            text,
  content                jsonb,
  path                   text,
  storage_path           text,
  settings               jsonb not null default '{}',
  checksum               text,
  size_bytes             bigint,
  ttl_seconds            integer,
  expires_at             timestamptz,
  is_immutable           boolean not null default false,
  is_shared              boolean not null default false,
  cleanup                public.fixture_cleanup not null default 'immediate',
  cleanup_after_seconds  integer,
  tags                   text[] not null default '{}',
  metadata               jsonb not null default '{}',
  created_by             uuid default auth.uid() references public.users on delete set null,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  deleted_at             timestamptz,

  constraint test_data_fixtures_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint test_data_fixtures_belong_to_a_suite
    foreign key (suite_id, project_id, organization_id)
    references public.test_suites (id, project_id, organization_id) on delete cascade,
  constraint test_data_fixtures_are_of_one_organization unique (id, organization_id),
  constraint test_data_fixtures_key_can_be_used_in_a_template check (key ~ '^[A-Za-z_][A-Za-z0-9_-]{0,99}$'),
  constraint test_data_fixtures_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 300),
  constraint test_data_fixtures_format_is_known check (format in ('json', 'csv', 'sql', 'parquet', 'text', 'binary')),
  constraint test_data_fixtures_compression_is_known check (compression in ('gzip', 'zstd')),
  constraint test_data_fixtures_content_is_at_most_two_mebibytes check (octet_length(content::text) <= 2097152),
  constraint test_data_fixtures_have_their_data_in_one_place check (
    case when kind = 'file' then content is null and num_nonnulls(path, storage_path) = 1 else content is not null and path is null end
  ),
  constraint test_data_fixtures_with_a_path_are_of_a_suite check (path is null or suite_id is not null),
  constraint test_data_fixtures_path_is_short check (char_length(path) <= 2000),
  constraint test_data_fixtures_settings_are_a_small_object
    check (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536),
  constraint test_data_fixtures_file_lies_in_the_folder_of_its_organization
    check (storage_path like organization_id || '/%' and storage_path !~ '(^|/)\.\.(/|$)' and char_length(storage_path) <= 1000),
  constraint test_data_fixtures_checksum_is_sha256_in_hex check (checksum ~ '^[0-9a-f]{64}$'),
  constraint test_data_fixtures_count_from_zero check (least(size_bytes, cleanup_after_seconds) >= 0),
  constraint test_data_fixtures_live_for_some_time check (ttl_seconds > 0),
  constraint test_data_fixtures_tags_are_few_and_short
    check (cardinality(tags) <= 100 and octet_length(array_to_string(tags, '')) <= 10000),
  constraint test_data_fixtures_description_is_short check (char_length(description) <= 20000),
  constraint test_data_fixtures_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_data_fixtures is 'Data that tests begin with, read as fixture.KEY.';
comment on column public.test_data_fixtures.suite_id is 'The suite whose file has it; null for one of the whole project.';
comment on column public.test_data_fixtures.path is 'The file that holds the data, as the suite names it: beside the suite''s own.';
comment on column public.test_data_fixtures.settings is 'Other words that it has in its file: types, sha256, and shared, which there means between tests.';
comment on column public.test_data_fixtures.checksum is 'sha256 of the data, in hex; of content it is made here.';
comment on column public.test_data_fixtures.ttl_seconds is 'How long it is good; of a snapshot of a suite: what is kept of it.';
comment on column public.test_data_fixtures.expires_at is 'ttl_seconds after the content was last written; null is never, as for those of a suite, which last as long as their file says.';
comment on column public.test_data_fixtures.is_immutable is 'True: its content cannot be changed in place any more, and neither can this.';
comment on column public.test_data_fixtures.is_shared is 'True: other projects of the organization may use it.';

-- Serves the look-up by key, and keeps keys unique among what is not deleted.
create unique index idx_test_data_fixtures_key
on public.test_data_fixtures (project_id, organization_id, suite_id, key) nulls not distinct where deleted_at is null;
-- Serves a suite's page, and the composition of its file.
create index idx_test_data_fixtures_suite_id on public.test_data_fixtures (suite_id);
-- Serves lists by tag.
create index idx_test_data_fixtures_tags on public.test_data_fixtures using gin (tags);
-- Serves the clean-up of fixtures that have lived their time.
create index idx_test_data_fixtures_expires_at on public.test_data_fixtures (expires_at) where expires_at is not null;
-- Serves the removal of an account.
create index idx_test_data_fixtures_created_by on public.test_data_fixtures (created_by);
-- Serves searches by what people noted down.
create index idx_test_data_fixtures_metadata on public.test_data_fixtures using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.test_data_fixtures enable row level security;

create policy "Members see the fixtures of their organizations"
on public.test_data_fixtures for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors make fixtures"
on public.test_data_fixtures for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change fixtures"
on public.test_data_fixtures for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

grant select,
  insert (organization_id, project_id, suite_id, key, name, description, kind, format, compression, content, path, storage_path,
    settings, checksum, size_bytes, ttl_seconds, is_immutable, is_shared, cleanup, cleanup_after_seconds, tags, metadata),
  update (key, name, description, kind, format, compression, content, path, storage_path, settings, checksum, size_bytes,
    ttl_seconds, is_immutable, is_shared, cleanup, cleanup_after_seconds, tags, metadata, deleted_at)
on public.test_data_fixtures to authenticated;

-- Triggers ---------------------------------------------------------------------

-- Who uses an immutable fixture may rely on it. Only the file of its suite says something else: it is the truth.
create function private.tg_test_data_fixtures__stay()
returns trigger
language plpgsql
security definer  -- who writes may not call the refusal
set search_path = ''
as $$
begin
  perform private.refuse(409, format('the fixture "%s" is immutable', old.key), 'Make a new one under another key.');
end;
$$;

create trigger test_data_fixtures_stay
before update of key, kind, format, compression, content, path, storage_path, checksum, size_bytes, is_immutable on public.test_data_fixtures
for each row
when (old.is_immutable and (old.suite_id is null or current_user = 'authenticated') and
  (old.key, old.kind, old.format, old.compression, old.content, old.path, old.storage_path, old.checksum, old.size_bytes, true)
  is distinct from
  (new.key, new.kind, new.format, new.compression, new.content, new.path, new.storage_path, new.checksum, new.size_bytes, new.is_immutable))
execute function private.tg_test_data_fixtures__stay();

-- Checksum and size of what lies here are made here; its time to live begins again.
create function private.tg_test_data_fixtures__measure()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.content is not null then
    new.checksum := encode(extensions.digest(convert_to(new.content::text, 'UTF8'), 'sha256'), 'hex');
    new.size_bytes := octet_length(new.content::text);
  end if;
  new.expires_at := case when new.suite_id is null then now() + make_interval(secs => new.ttl_seconds) end;
  return new;
end;
$$;

create trigger test_data_fixtures_measure
before insert or update of content, storage_path, checksum, ttl_seconds on public.test_data_fixtures
for each row execute function private.tg_test_data_fixtures__measure();

create trigger test_data_fixtures_delete_now
before update of deleted_at on public.test_data_fixtures
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger test_data_fixtures_touch_updated_at
before update on public.test_data_fixtures
for each row execute function private.tg_touch_updated_at();
