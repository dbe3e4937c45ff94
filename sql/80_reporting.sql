-- Reporting: how people like to see things.
-- Tables: report_templates, user_preferences, saved_searches.

-- Types ------------------------------------------------------------------------

create type public.search_subject as enum (
  'tests',
  'runs',
  'results',
  'failures'
);

-- Tables -----------------------------------------------------------------------

create table public.report_templates (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  project_id       uuid,
  key              text not null,
  name             text not null,
  description      text not null default '',
  format           text not null default 'html',
  source           text not null,
  metadata         jsonb not null default '{}',
  created_by       uuid default auth.uid() references public.users on delete set null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint report_templates_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint report_templates_key_is_taken_once unique nulls not distinct (organization_id, project_id, key),
  constraint report_templates_key_is_lower_case_and_plain check (key ~ '^[a-z0-9][a-z0-9_-]{0,99}$'),
  constraint report_templates_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint report_templates_format_is_a_file_ending check (format ~ '^[a-z0-9]{1,20}$'),
  constraint report_templates_source_is_at_most_one_mebibyte check (octet_length(source) <= 1048576),
  constraint report_templates_description_is_short check (char_length(description) <= 20000),
  constraint report_templates_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.report_templates is 'Jinja2 templates that people wrote for their own reports. Rendered in a sandbox.';
comment on column public.report_templates.project_id is 'Null: for all projects of the organization.';
comment on column public.report_templates.format is 'What comes out: html, md, txt, csv, …';

-- Serves a project's list of templates.
create index idx_report_templates_project_id on public.report_templates (project_id);
-- Serves the removal of an account.
create index idx_report_templates_created_by on public.report_templates (created_by);
-- Serves searches by what people noted down.
create index idx_report_templates_metadata on public.report_templates using gin (metadata jsonb_path_ops);

create table public.user_preferences (
  user_id      uuid primary key default auth.uid() references public.users on delete cascade,
  preferences  jsonb not null default '{}',
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),

  constraint user_preferences_are_a_small_object
    check (jsonb_typeof(preferences) = 'object' and octet_length(preferences::text) <= 65536)
);
comment on table public.user_preferences is 'How a person likes to see things: theme, language, columns, which messages. Of the person, in all organizations.';

create table public.saved_searches (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  user_id          uuid not null default auth.uid(),
  project_id       uuid,
  name             text not null,
  description      text not null default '',
  subject          public.search_subject not null default 'results',
  query            jsonb not null default '{}',
  is_shared        boolean not null default false,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint saved_searches_belong_to_a_member
    foreign key (organization_id, user_id)
    references public.organization_members (organization_id, user_id) on delete cascade,
  constraint saved_searches_are_about_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint saved_searches_name_is_taken_once unique (organization_id, user_id, name),
  constraint saved_searches_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint saved_searches_description_is_short check (char_length(description) <= 20000),
  constraint saved_searches_query_is_a_small_object
    check (jsonb_typeof(query) = 'object' and octet_length(query::text) <= 65536)
);
comment on table public.saved_searches is 'Searches that a person keeps, for himself or for all of the organization.';

-- Serves the list of searches that others share.
create index idx_saved_searches_shared on public.saved_searches (organization_id, name) where is_shared;
-- Serves the removal of a project.
create index idx_saved_searches_project_id on public.saved_searches (project_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table public.report_templates enable row level security;
alter table public.user_preferences enable row level security;
alter table public.saved_searches enable row level security;

create policy "Members see the report templates of their organizations"
on public.report_templates for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors make report templates"
on public.report_templates for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change report templates"
on public.report_templates for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors delete report templates"
on public.report_templates for delete to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))));

create policy "People see their own preferences"
on public.user_preferences for select to authenticated
using (user_id = (select auth.uid()));

create policy "People write down their own preferences"
on public.user_preferences for insert to authenticated
with check (user_id = (select auth.uid()));

create policy "People change their own preferences"
on public.user_preferences for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

create policy "People delete their own preferences"
on public.user_preferences for delete to authenticated
using (user_id = (select auth.uid()));

create policy "People see their own searches, and those that members share"
on public.saved_searches for select to authenticated
using (
  organization_id = any (array (select private.organization_ids()))
  and (user_id = (select auth.uid()) or is_shared)
);

create policy "People keep searches of their own where they are members"
on public.saved_searches for insert to authenticated
with check (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())));

create policy "People change their own searches"
on public.saved_searches for update to authenticated
using (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())))
with check (user_id = (select auth.uid()));

create policy "People delete their own searches"
on public.saved_searches for delete to authenticated
using (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())));

grant select,
  insert (organization_id, project_id, key, name, description, format, source, metadata),
  update (project_id, key, name, description, format, source, metadata),
  delete
on public.report_templates to authenticated;

grant select, insert (preferences), update (preferences), delete on public.user_preferences to authenticated;

grant select,
  insert (organization_id, project_id, name, description, subject, query, is_shared),
  update (project_id, name, description, subject, query, is_shared),
  delete
on public.saved_searches to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger report_templates_touch_updated_at
before update on public.report_templates
for each row execute function private.tg_touch_updated_at();

create trigger user_preferences_touch_updated_at
before update on public.user_preferences
for each row execute function private.tg_touch_updated_at();

create trigger saved_searches_touch_updated_at
before update on public.saved_searches
for each row execute function private.tg_touch_updated_at();
