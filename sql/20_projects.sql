-- Projects: an API under test, with all that belongs to it.
-- Tables: projects.

-- Tables -----------------------------------------------------------------------

create table public.projects (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  key              text not null,
  name             text not null,
  description      text not null default '',
  metadata         jsonb not null default '{}',
  created_by       uuid default auth.uid() references public.users on delete set null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  deleted_at       timestamptz,

  constraint projects_are_of_one_organization unique (id, organization_id),
  constraint projects_key_is_lower_case_and_plain check (key ~ '^[a-z0-9][a-z0-9_-]{0,99}$'),
  constraint projects_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint projects_description_is_short check (char_length(description) <= 20000),
  constraint projects_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.projects is 'An API under test, with its suites and environments.';
comment on column public.projects.deleted_at is 'When somebody deleted it; its history stays.';

-- Serves the look-up by key, and keeps keys unique among what is not deleted.
create unique index idx_projects_key on public.projects (organization_id, key) where deleted_at is null;
-- Serves the removal of an account.
create index idx_projects_created_by on public.projects (created_by);
-- Serves searches by what people noted down.
create index idx_projects_metadata on public.projects using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.projects enable row level security;
create policy "Members see the projects of their organizations"
on public.projects for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins make projects"
on public.projects for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins change projects"
on public.projects for update to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))))
with check (organization_id = any (array (select private.organization_ids('admin'))));

grant select,
  insert (organization_id, key, name, description, metadata),
  update (key, name, description, metadata, deleted_at)
on public.projects to authenticated;

-- Functions --------------------------------------------------------------------

-- The project, if the caller may; to strangers it does not exist.
create function private.open_project(p_project_id uuid, p_at_least public.member_role)
returns public.projects
language plpgsql
stable
set search_path = ''
as $$
declare
  v_project public.projects;
begin
  select * into v_project
  from public.projects
  where id = p_project_id
    and deleted_at is null;
  perform private.require_role(v_project.organization_id, p_at_least, 'project');
  return v_project;
end;
$$;

-- Triggers ---------------------------------------------------------------------

create trigger projects_delete_now
before update of deleted_at on public.projects
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger projects_touch_updated_at
before update on public.projects
for each row execute function private.tg_touch_updated_at();
