-- Suites: what is tested. A file is a suite; the file is the truth where there is one.
-- Tables: test_suites, test_cases; private.suite_versions.  What a test sends and expects: 30_test_requests.sql.
-- The rows hold what the file says in the file's own words, so that a file can be made of them (33_documents.sql).
-- They are written by push_suites() (36_push.sql) and edited in place (37_edited_suites.sql); runs read the versions.

-- Types ------------------------------------------------------------------------

create type public.test_priority as enum (
  'critical',  -- first among the tests that are ready
  'high',
  'medium',    -- what a test is unless it says so
  'low'
);

create type public.version_origin as enum (
  'pushed',  -- a file, as it was
  'edited'   -- a file made of the rows after they were edited in place
);

-- Tables -----------------------------------------------------------------------

create table public.test_suites (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  key              text not null,
  name             text not null,
  description      text not null default '',
  path             text not null default '',
  tags             text[] not null default '{}',
  config           jsonb not null default '{}',
  selectors        jsonb not null default '{}',
  hooks            jsonb not null default '{}',
  version          integer not null default 0,
  metadata         jsonb not null default '{}',
  created_by       uuid default auth.uid() references public.users on delete set null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  deleted_at       timestamptz,

  constraint test_suites_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint test_suites_are_of_one_organization unique (id, organization_id),
  constraint test_suites_are_of_one_project unique (id, project_id, organization_id),
  constraint test_suites_key_is_taken_once unique (project_id, organization_id, key),
  constraint test_suites_key_is_lower_case_and_plain check (key ~ '^[a-z0-9][a-z0-9_-]*$' and char_length(key) <= 100),
  constraint test_suites_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 300),
  constraint test_suites_config_is_an_object check (jsonb_typeof(config) = 'object'),
  constraint test_suites_words_are_at_most_2_mib
    check (octet_length(config::text) + octet_length(selectors::text) + octet_length(hooks::text) <= 2097152),
  constraint test_suites_tags_are_few_and_short
    check (cardinality(tags) <= 100 and octet_length(array_to_string(tags, '')) <= 10000),
  constraint test_suites_path_is_short check (char_length(path) <= 2000),
  constraint test_suites_description_is_short check (char_length(description) <= 20000),
  constraint test_suites_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_suites is 'A file''s worth of tests.';
comment on column public.test_suites.config is 'What the file says at its top and no other column holds, in its words: variables, environments, defaults.';
comment on column public.test_suites.version is 'The number of the version that the next run uses; 0 while there is none.';
comment on column public.test_suites.deleted_at is 'When the file was gone from a push, or an editor removed it. A later push of the same key brings it back.';
comment on column public.test_suites.tags is 'Every test has them besides its own.';

-- Serves the removal of an account.
create index idx_test_suites_created_by on public.test_suites (created_by);
-- Serve lists by tag, and searches by what people noted down.
create index idx_test_suites_tags on public.test_suites using gin (tags);
create index idx_test_suites_metadata on public.test_suites using gin (metadata jsonb_path_ops);

create table private.suite_versions (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  suite_id         uuid not null,
  number           integer not null,
  content_hash     text not null,
  path             text not null,
  source           text not null,
  files            jsonb not null default '{}',
  files_hash       text not null generated always as (md5(files::text)) stored,
  origin           public.version_origin not null default 'pushed',
  rows_hash        text,
  credentials      text[] not null default '{}',
  created_by       uuid references public.users on delete set null,
  created_at       timestamptz not null default now(),

  constraint suite_versions_belong_to_a_suite
    foreign key (suite_id, organization_id)
    references public.test_suites (id, organization_id) on delete cascade,
  constraint suite_versions_are_of_one_organization unique (id, organization_id),
  constraint suite_versions_are_numbered unique (suite_id, organization_id, number),
  constraint suite_versions_have_different_content unique (suite_id, content_hash, files_hash)
);
comment on table private.suite_versions is 'A suite''s file, as it was pushed or as the edited rows make it, addressed by its content. Never changed: runs refer to it.';
comment on column private.suite_versions.content_hash is 'sha256, in hex, of path, a line feed, and source.';
comment on column private.suite_versions.files is '{path: hash}: the files that it names, and their contents in private.suite_contents.';
comment on column private.suite_versions.rows_hash is 'sha256, in hex, of the file that the rows made when this became a version: rows that make it again are this version again.';
comment on column private.suite_versions.credentials is 'Names of the personal credentials that its tests name: no others are given to its runs.';

-- Serves the removal of an account.
create index idx_suite_versions_created_by on private.suite_versions (created_by);

create table public.test_cases (
  id                 uuid primary key default gen_random_uuid(),
  organization_id    uuid not null,
  project_id         uuid not null,
  suite_id           uuid not null,
  key                text not null,
  name               text not null,
  description        text not null default '',
  position           integer not null default 0,
  priority           public.test_priority not null default 'medium',
  tags               text[] not null default '{}',
  timeout_seconds    double precision,
  retries            integer not null default 0,
  skip_reason        text,
  "only"             boolean not null default false,
  enabled            boolean not null default true,
  idempotent         boolean not null default true,
  quarantined_at     timestamptz,
  quarantine_owner   uuid references public.users on delete set null,
  quarantine_reason  text,
  quarantine_until   timestamptz,
  metadata           jsonb not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  deleted_at         timestamptz,

  constraint test_cases_belong_to_a_suite
    foreign key (suite_id, project_id, organization_id)
    references public.test_suites (id, project_id, organization_id) on delete cascade,
  constraint test_cases_are_of_one_organization unique (id, organization_id),
  constraint test_cases_are_of_one_project unique (id, project_id, organization_id),
  constraint test_cases_key_is_taken_once unique (suite_id, key),
  constraint test_cases_key_is_plain
    check (key ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\])?$'),
  constraint test_cases_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 300),
  constraint test_cases_timeout_is_at_most_a_day check (timeout_seconds > 0 and timeout_seconds <= 86400),
  constraint test_cases_positions_are_counted_from_zero check (position >= 0),
  constraint test_cases_retries_are_counted_from_zero check (retries between 0 and 100),
  constraint test_cases_quarantine_has_a_reason
    check ((quarantined_at is null or quarantine_reason is not null) and char_length(quarantine_reason) <= 2000),
  constraint test_cases_quarantine_ends_after_it_began check (quarantine_until > quarantined_at),
  constraint test_cases_tags_are_few_and_short
    check (cardinality(tags) <= 100 and octet_length(array_to_string(tags, '')) <= 10000),
  constraint test_cases_skip_reason_is_short check (char_length(skip_reason) <= 2000),
  constraint test_cases_description_is_short check (char_length(description) <= 20000),
  constraint test_cases_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_cases is 'One exchange with the API, or a few ordered steps. Its full name is <suite key>/<test key>.';
comment on column public.test_cases.key is 'A row of a test with rows is a test of its own, key[row]: it has results, and no request.';
comment on column public.test_cases.position is 'Where it stands in its file.';
comment on column public.test_cases.priority is 'With timeout_seconds and retries: what holds for this test, be it said by itself or by the defaults of its suite.';
comment on column public.test_cases.tags is 'Its own, besides those of its suite.';
comment on column public.test_cases.enabled is 'False: switched off here, whatever the file says. No part of a version.';
comment on column public.test_cases.skip_reason is 'Why it is not run; null when it is.';
comment on column public.test_cases.idempotent is 'False: when a worker died in the middle of it, it is broken and not run again.';
comment on column public.test_cases.quarantined_at is 'Since when it runs without failing the run.';

-- Serves a suite's page: its tests in the order of the file.
create index idx_test_cases_suite_id on public.test_cases (suite_id, position);
-- Serves the choice of what to run: a project's tests that take part.
create index idx_test_cases_enabled on public.test_cases (project_id, suite_id) where enabled and deleted_at is null;
-- Serves the removal of an account.
create index idx_test_cases_quarantine_owner on public.test_cases (quarantine_owner);
-- Serve lists by tag, and searches by what people noted down.
create index idx_test_cases_tags on public.test_cases using gin (tags);
create index idx_test_cases_metadata on public.test_cases using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.test_suites enable row level security;
alter table private.suite_versions enable row level security;
alter table public.test_cases enable row level security;

create policy "Members see the suites of their organizations"
on public.test_suites for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Members see the tests of their organizations"
on public.test_cases for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_suites, public.test_cases to authenticated;

-- Triggers ---------------------------------------------------------------------

create function private.tg_suite_versions__stay()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse(409, 'a version of a suite is never changed', 'Push the suite: that makes a new version.');
end;
$$;

create trigger suite_versions_stay
before update of number, content_hash, path, source, files, origin, rows_hash, credentials on private.suite_versions
for each row execute function private.tg_suite_versions__stay();

create trigger test_suites_delete_now
before update of deleted_at on public.test_suites
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger test_suites_touch_updated_at
before update on public.test_suites
for each row execute function private.tg_touch_updated_at();

create trigger test_cases_delete_now
before update of deleted_at on public.test_cases
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger test_cases_touch_updated_at
before update on public.test_cases
for each row execute function private.tg_touch_updated_at();
