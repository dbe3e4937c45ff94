-- Organizations: who works together, and what each of them may do.
-- Tables: users, organizations, organization_members.  How an organization begins: 12_ownership.sql; how people
-- come into it: 13_invitations.sql.
-- Everything else in sql/ hangs off organization_id and asks private.organization_ids().

-- Types ------------------------------------------------------------------------

create type public.member_role as enum (
  'viewer',  -- reads everything but secrets
  'editor',  -- viewer, and changes suites, requests and cancels runs
  'admin',   -- editor, and manages projects, environments, secrets and members
  'owner'    -- admin, and may delete the organization
);

-- Tables -----------------------------------------------------------------------

create table public.users (
  id           uuid primary key references auth.users on delete cascade,
  name         text not null default '',
  picture_url  text,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),

  constraint users_name_is_short check (char_length(name) <= 200),
  constraint users_picture_is_a_web_address check (picture_url ~ '^https?://' and char_length(picture_url) <= 2000)
);
comment on table public.users is 'What people who work together see of one another. Made by a trigger at sign-up; e-mail and password stay in auth.users.';

-- For how many days what is kept: what an organization says, and for the rest the rule.
create function private.kept_days(p_retention jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"passed_results": 90, "failed_results": 180, "runs": 90, "failed_runs": 180, "production_runs": 365,
    "metrics": 730, "history": 365, "images": 7, "videos": 14, "logs": 30, "contexts": 1}'::jsonb || coalesce(p_retention, '{}');
$$;
grant execute on function private.kept_days(jsonb) to authenticated;

-- Whether this says for how many days things are kept, each from one day to a hundred years. What a run knew has its secrets
-- with it: a month at most.
create function private.is_retention(p_retention jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case when jsonb_typeof(p_retention) = 'object' then not exists (
    select from jsonb_each(p_retention)
    where not private.kept_days('{}') ? key
      or case
        when jsonb_typeof(value) = 'number' then
          value::numeric not between 1 and case key when 'contexts' then 30 else 36500 end or value::numeric % 1 <> 0
        else true
      end
  ) else false end;
$$;
grant execute on function private.is_retention(jsonb) to authenticated;

create table public.organizations (
  id           uuid primary key default gen_random_uuid(),
  slug         text not null,
  name         text not null,
  description  text not null default '',
  retention    jsonb not null default '{}',
  metadata     jsonb not null default '{}',
  created_by   uuid references public.users on delete set null,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),

  constraint organizations_retention_is_in_days check (private.is_retention(retention)),
  constraint organizations_slug_is_lower_case_and_plain check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  constraint organizations_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint organizations_description_is_short check (char_length(description) <= 20000),
  constraint organizations_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.organizations is 'A tenant: a group of people and everything they share. Nothing crosses its border.';

comment on column public.organizations.retention is 'For how many days what is kept, where it differs from the rule: {"passed_results": 90}.';

-- Serves the look-up by slug. Not unique: a refusal would tell strangers that an organization exists.
create index idx_organizations_slug on public.organizations (slug);
-- Serves the removal of an account.
create index idx_organizations_created_by on public.organizations (created_by);
-- Serves searches by what people noted down.
create index idx_organizations_metadata on public.organizations using gin (metadata jsonb_path_ops);

create table public.organization_members (
  organization_id  uuid not null references public.organizations on delete cascade,
  user_id          uuid not null references public.users on delete cascade,
  role             public.member_role not null default 'viewer',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  primary key (organization_id, user_id)
);
comment on table public.organization_members is 'Who belongs to an organization, and as what.';

-- Serves private.organization_ids(), which every policy asks.
create index idx_organization_members_user_id on public.organization_members (user_id, role, organization_id);

-- Who may ----------------------------------------------------------------------

-- Organizations the caller belongs to, as p_at_least or more.
-- Write policies as  organization_id = any (array (select private.organization_ids('editor'))):
-- that form is asked once for a query and uses the index.
create function private.organization_ids(p_at_least public.member_role default 'viewer')
returns setof uuid
language sql
stable
security definer  -- the policy on organization_members calls it, and would otherwise call itself
set search_path = ''
as $$
  select organization_id
  from public.organization_members
  where user_id = (select auth.uid())
    and role >= p_at_least;
$$;
grant execute on function private.organization_ids(public.member_role) to authenticated;

-- The caller's role; null for a stranger.
create function private.role_in(p_organization_id uuid)
returns public.member_role
language sql
stable
security definer  -- see private.organization_ids()
set search_path = ''
as $$
  select role
  from public.organization_members
  where organization_id = p_organization_id
    and user_id = (select auth.uid());
$$;
grant execute on function private.role_in(uuid) to authenticated;

-- The people the caller works with, himself included.
create function private.colleague_ids()
returns setof uuid
language sql
stable
security definer  -- see private.organization_ids()
set search_path = ''
as $$
  select user_id
  from public.organization_members
  where organization_id in (select private.organization_ids())
  union
  select auth.uid();
$$;
grant execute on function private.colleague_ids() to authenticated;

-- Refuses strangers as if the thing did not exist, and members whose role is too low.
create function private.require_role(p_organization_id uuid, p_at_least public.member_role, p_thing text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_role public.member_role := private.role_in(p_organization_id);
begin
  if v_role is null then
    perform private.refuse(404, format('there is no such %s', p_thing),
      'Check the id, and that you are signed in as a member of its organization.');
  elsif v_role < p_at_least then
    perform private.refuse(403, format('this needs the role %s; you are %s here', p_at_least, v_role),
      'Ask an admin of the organization.');
  end if;
end;
$$;

alter table public.users enable row level security;
alter table public.organizations enable row level security;
alter table public.organization_members enable row level security;

create policy "People see themselves and those they work with"
on public.users for select to authenticated
using (id = any (array (select private.colleague_ids())));

create policy "People change their own profile"
on public.users for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

create policy "Members see their organizations"
on public.organizations for select to authenticated
using (id = any (array (select private.organization_ids())));

create policy "Admins change their organizations"
on public.organizations for update to authenticated
using (id = any (array (select private.organization_ids('admin'))))
with check (id = any (array (select private.organization_ids('admin'))));

create policy "Owners delete their organizations"
on public.organizations for delete to authenticated
using (id = any (array (select private.organization_ids('owner'))));

create policy "Members see who else is a member"
on public.organization_members for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins change the roles of others, at most to their own"
on public.organization_members for update to authenticated
using (
  organization_id = any (array (select private.organization_ids('admin')))
  and user_id <> (select auth.uid())
  and role <= private.role_in(organization_id)
)
with check (role <= private.role_in(organization_id));

create policy "Owners remove members, and everybody may leave"
on public.organization_members for delete to authenticated
using (
  organization_id = any (array (select private.organization_ids('owner')))
  or user_id = (select auth.uid())
);

grant select, update (name, picture_url) on public.users to authenticated;
grant select, update (name, slug, description, retention, metadata), delete on public.organizations to authenticated;
-- Nobody is let in who was not asked: 13_invitations.sql.
grant select, update (role), delete on public.organization_members to authenticated;

-- Triggers ---------------------------------------------------------------------

create function private.tg_auth_users__make_profile()
returns trigger
language plpgsql
security definer  -- the Auth server may not write our tables
set search_path = ''
as $$
begin
  insert into public.users (id, name)
  values (new.id, left(coalesce(
    new.raw_user_meta_data ->> 'full_name',
    new.raw_user_meta_data ->> 'name',
    split_part(new.email, '@', 1),
    ''
  ), 200))
  on conflict do nothing;
  return null;
end;
$$;

create trigger make_baton_profile
after insert on auth.users
for each row
execute function private.tg_auth_users__make_profile();

create trigger users_touch_updated_at
before update on public.users
for each row execute function private.tg_touch_updated_at();

create trigger organizations_touch_updated_at
before update on public.organizations
for each row execute function private.tg_touch_updated_at();

create trigger organization_members_touch_updated_at
before update on public.organization_members
for each row execute function private.tg_touch_updated_at();

-- Accounts made before this schema get their profile now, where the migrating role may read them.
do $$
begin
  if has_table_privilege('auth.users', 'select') then
    insert into public.users (id, name)
    select id, left(coalesce(raw_user_meta_data ->> 'full_name', split_part(email, '@', 1), ''), 200)
    from auth.users
    on conflict do nothing;
  end if;
end
$$;
