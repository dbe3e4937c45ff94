-- Generated from sql/*.sql by `make migration`. Do not edit: change the file in sql/ and generate again.


-- From sql/00_schema.sql ==========================================================================

-- The ground: schemas, extensions, and the rule that nothing is open unless a file says so.
-- Functions: private.refuse, and the require_… family that functions use on what they are given.

-- Schemas ----------------------------------------------------------------------

create schema if not exists private;
comment on schema private is 'What the API must not show: helpers, leases, versions, ciphertexts. Never exposed.';

create schema if not exists partitions;
comment on schema partitions is 'Monthly parts of the large tables, reached through their parents only. Never exposed.';

create schema if not exists extensions;
create extension if not exists pgcrypto with schema extensions;

-- A hosted project has pgmq as an extension; the stack for one machine loads it as plain SQL beforehand.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pgmq') then
    create extension if not exists pgmq;
  elsif pg_catalog.to_regprocedure('pgmq.create(text)') is null then
    raise exception 'the queue extension pgmq is missing'
      using hint = 'Switch on Queues in the Supabase project, or load pgmq as plain SQL.';
  end if;
end
$$;

-- Who may ----------------------------------------------------------------------

alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;

-- Policies and the thin functions of the API call helpers in here.
grant usage on schema private to authenticated, service_role;

-- Functions --------------------------------------------------------------------

-- Ends the call with an HTTP status; everything the call wrote is undone.
create function private.refuse(p_status integer, p_message text, p_hint text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'PT' || p_status,
    message = p_message,
    hint = p_hint;
end;
$$;

-- Turns what Postgres itself refused (a text that is no number, a broken rule) into a refusal of ours.
create function private.refuse_value(p_what text, p_error text)
returns void
language sql
set search_path = ''
as $$
  select private.refuse(422, format('%s: %s', p_what, p_error), 'Nothing was written; correct the value and call again.');
$$;

create function private.require_type(p_value jsonb, p_type text, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_found text := coalesce(jsonb_typeof(p_value), 'missing');
begin
  if v_found <> p_type then
    perform private.refuse(422, format('%s must be of type %s, but is %s', p_where, p_type, v_found),
      'Nothing was written; correct the value and call again.');
  end if;
end;
$$;

-- Checks those fields of p_object that are there: p_types says {"field": "type"}. Null counts as absent.
create function private.require_types(p_object jsonb, p_types jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_field text;
  v_type text;
begin
  perform private.require_type(p_object, 'object', p_where);
  select key, value into v_field, v_type
  from jsonb_each_text(p_types)
  where coalesce(jsonb_typeof(p_object -> key), 'null') not in ('null', value)
  limit 1;
  if found then
    perform private.require_type(p_object -> v_field, v_type, p_where || '.' || v_field);
  end if;
end;
$$;

-- Refuses a field that nobody reads: mostly one that was mistyped.
create function private.require_known(p_object jsonb, p_fields text[], p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text := (select key from jsonb_object_keys(p_object) as key where key <> all (p_fields) order by key limit 1);
begin
  if v_unknown is not null then
    perform private.refuse(422, format('%s has no field "%s"', p_where, v_unknown),
      format('It may have: %s.', array_to_string(p_fields, ', ')));
  end if;
end;
$$;

create function private.require_at_most(p_count bigint, p_limit bigint, p_what text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_count > p_limit then
    perform private.refuse(413, format('%s %s are too many; the limit is %s', p_count, p_what, p_limit),
      'Nothing was written; split the call.');
  end if;
end;
$$;

-- A member of an enum, as text. Null passes: absent fields have defaults.
create function private.require_word(p_value text, p_enum regtype, p_where text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_value is not null and not exists (
    select from pg_catalog.pg_enum where enumtypid = p_enum and enumlabel = p_value
  ) then
    perform private.refuse(422, format('%s cannot be "%s"', p_where, p_value), (
      select 'One of: ' || string_agg(enumlabel, ', ' order by enumsortorder) || '.'
      from pg_catalog.pg_enum
      where enumtypid = p_enum
    ));
  end if;
end;
$$;

-- A JSON array, where an absent one counts as empty.
create function private.items(p_value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when coalesce(jsonb_typeof(p_value), 'null') = 'null' then '[]' else p_value end;
$$;

-- A JSON object, where an absent one counts as empty.
create function private.fields(p_value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when coalesce(jsonb_typeof(p_value), 'null') = 'null' then '{}' else p_value end;
$$;

-- The strings of a JSON array, in order; empty for null. Anything else in it is refused.
create function private.require_texts(p_value jsonb, p_where text)
returns text[]
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(jsonb_typeof(p_value), 'null') = 'null' then
    return '{}';
  end if;
  perform private.require_type(p_value, 'array', p_where);
  perform private.require_type(item, 'string', 'each of ' || p_where)
  from jsonb_array_elements(p_value) as item
  where jsonb_typeof(item) <> 'string';
  return array(select value from jsonb_array_elements_text(p_value) with ordinality order by ordinality);
end;
$$;

-- What is kept of a secret of 256 random bits: to stretch it would only cost time.
create function private.hash_token(p_token text)
returns bytea
language sql
immutable
set search_path = ''
as $$
  select extensions.digest(convert_to(p_token, 'UTF8'), 'sha256');
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

-- What is deleted softly is deleted now, whatever was written; said again, it stays as it was.
create function private.tg_delete_now()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.deleted_at := coalesce(old.deleted_at, now());
  return new;
end;
$$;

-- Puts a secret into the Vault: over the one with this id, or as a new one where there is none yet. Says which it is.
create function private.keep_in_vault(p_vault_id uuid, p_secret text, p_name text, p_description text)
returns uuid
language plpgsql  -- bound late: the Vault need not exist when this is created
set search_path = ''
as $$
begin
  if p_vault_id is null then
    return vault.create_secret(p_secret, p_name, p_description);
  end if;
  perform vault.update_secret(p_vault_id, p_secret);
  return p_vault_id;
end;
$$;

-- For tables that name a Vault secret in vault_id: it goes with its row.
create function private.tg_forget_vault_secret()
returns trigger
language plpgsql  -- bound late: the Vault need not exist when this is created
security definer  -- nobody else may touch the Vault
set search_path = ''
as $$
begin
  delete from vault.secrets
  where id = old.vault_id;
  return null;
end;
$$;


-- From sql/10_organizations.sql ===================================================================

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


-- From sql/12_ownership.sql =======================================================================

-- Ownership: how an organization gets its first owner, and that it keeps one.
-- Functions: create_organization.

-- Functions --------------------------------------------------------------------

-- Nobody has two organizations of one name to choose from; what others have is not looked at.
create function private.require_new_slug(p_slug text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Locked, so that two calls of one person come one after the other.
  perform from public.users where id = auth.uid() for no key update;
  if exists (
    select from public.organizations
    where slug = p_slug and id in (select private.organization_ids())
  ) then
    perform private.refuse(409, format('you are in an organization "%s" already', p_slug), 'Use it, or choose another slug.');
  end if;
end;
$$;

create function private.create_organization(p_name text, p_slug text)
returns public.organizations
language plpgsql
security definer  -- the first member of an organization cannot be let in by a member
set search_path = ''
as $$
declare
  v_organization public.organizations;
begin
  if auth.uid() is null then
    perform private.refuse(401, 'nobody is signed in', 'Sign in, then create the organization.');
  end if;
  -- Accounts that are older than this schema have no profile yet.
  insert into public.users (id) values (auth.uid()) on conflict do nothing;
  perform private.require_new_slug(p_slug);
  insert into public.organizations (name, slug, created_by)
  values (p_name, p_slug, auth.uid())
  returning * into v_organization;
  insert into public.organization_members (organization_id, user_id, role)
  values (v_organization.id, auth.uid(), 'owner');
  return v_organization;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('organization', sqlerrm);
end;
$$;
grant execute on function private.create_organization(text, text) to authenticated;

-- A new organization whose owner is the caller.
create function public.create_organization(p_name text, p_slug text)
returns public.organizations
language sql
set search_path = ''
as $$
  select private.create_organization(p_name, p_slug);
$$;
grant execute on function public.create_organization(text, text) to authenticated;

-- Triggers ---------------------------------------------------------------------

-- The last owner neither leaves nor steps down, unless the organization goes altogether.
-- The organization is locked, so that two owners cannot leave at the same time.
create function private.tg_organization_members__keep_an_owner()
returns trigger
language plpgsql
security definer  -- counts members whom the caller need not see
set search_path = ''
as $$
begin
  perform from public.organizations where id = old.organization_id for no key update;
  if found and not exists (
    select from public.organization_members
    where organization_id = old.organization_id and role = 'owner'
  ) then
    perform private.refuse(409, 'an organization keeps at least one owner',
      'Make somebody else an owner first, or delete the organization.');
  end if;
  return null;
end;
$$;

create trigger organization_members_keep_an_owner_on_delete
after delete on public.organization_members
for each row
when (old.role = 'owner')
execute function private.tg_organization_members__keep_an_owner();

create trigger organization_members_keep_an_owner_on_update
after update of role on public.organization_members
for each row
when (old.role = 'owner' and new.role <> 'owner')
execute function private.tg_organization_members__keep_an_owner();


-- From sql/13_invitations.sql =====================================================================

-- Invitations: how people come into an organization. They are asked, and nobody is a member who did not say yes.
-- Tables: organization_invitations; private.organization_invitation_hashes.
-- Functions: invite_member, list_invitations, revoke_invitation.  How they are answered: 13_invited.sql.
-- Baton sends no mail: whoever invites passes on a secret, which is shown once and kept as its SHA-256.

-- Types ------------------------------------------------------------------------

create type public.invitation_state as enum (
  'pending',   -- nobody answered yet
  'accepted',  -- pending -> accepted: somebody came in by it
  'declined',  -- pending -> declined: whoever was invited said no
  'revoked',   -- pending -> revoked: an admin took it back, or invited the same address anew
  'expired',   -- pending -> expired: its time is over
  'lapsed'     -- pending -> lapsed: whoever invited has left, or may not give this role any more
);

-- Tables -----------------------------------------------------------------------

create table public.organization_invitations (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  email            text,
  role             public.member_role not null,
  invited_by       uuid,
  expires_at       timestamptz not null,
  accepted_at      timestamptz,
  accepted_by      uuid references public.users on delete set null,
  declined_at      timestamptz,
  revoked_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint organization_invitations_are_made_by_a_member
    foreign key (organization_id, invited_by)
    references public.organization_members (organization_id, user_id) on delete set null (invited_by),
  constraint organization_invitations_are_of_one_organization unique (id, organization_id),
  constraint organization_invitations_email_is_an_address_in_lower_case
    check (email ~ '^[^@\s]+@[^@\s]+$' and email = lower(email) and char_length(email) <= 320),
  constraint organization_invitations_end_after_they_began check (expires_at > created_at and isfinite(expires_at)),
  constraint organization_invitations_end_once check (num_nonnulls(accepted_at, declined_at, revoked_at) <= 1),
  constraint organization_invitations_are_accepted_before_they_have_somebody check (accepted_by is null or accepted_at is not null)
);
comment on table public.organization_invitations is 'Who was asked to join an organization, as what, and what became of it. Never the secret of the link.';
comment on column public.organization_invitations.email is 'Only whoever has this address may answer; null: whoever has the link.';
comment on column public.organization_invitations.invited_by is 'Null once that member has left: then the invitation is good for nothing.';

-- Serves list_invitations(): an organization's invitations, latest first.
create index idx_organization_invitations_organization_id on public.organization_invitations (organization_id, created_at desc);
-- Keeps open invitations of an address to one in each organization, and serves list_my_invitations() and invite_member().
create unique index idx_organization_invitations_open on public.organization_invitations (email, organization_id)
where accepted_at is null and declined_at is null and revoked_at is null;
-- Serves the leaving of a member.
create index idx_organization_invitations_invited_by on public.organization_invitations (organization_id, invited_by);
-- Serves the removal of an account.
create index idx_organization_invitations_accepted_by on public.organization_invitations (accepted_by);

create table private.organization_invitation_hashes (
  invitation_id    uuid primary key,
  organization_id  uuid not null,
  hash             bytea not null,

  constraint organization_invitation_hashes_belong_to_an_invitation
    foreign key (invitation_id, organization_id)
    references public.organization_invitations (id, organization_id) on delete cascade,
  -- Serves find_invitation(), too.
  constraint organization_invitation_hashes_differ unique (hash)
);
comment on table private.organization_invitation_hashes is 'SHA-256 of the links'' secrets, which are 256 random bits.';

-- Who may ----------------------------------------------------------------------

alter table public.organization_invitations enable row level security;
alter table private.organization_invitation_hashes enable row level security;

create policy "Admins see whom their organizations invited"
on public.organization_invitations for select to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

-- Written through the functions below, and by nobody.
grant select on public.organization_invitations to authenticated;

-- Functions: what holds of an invitation ---------------------------------------

-- What it is good for now. Asked each time: the one who invited may have become less than he was.
create function private.invitation_state(p_invitation public.organization_invitations)
returns public.invitation_state
language sql
stable
set search_path = ''
as $$
  select (case
    when p_invitation.accepted_at is not null then 'accepted'
    when p_invitation.declined_at is not null then 'declined'
    when p_invitation.revoked_at is not null then 'revoked'
    when p_invitation.expires_at <= clock_timestamp() then 'expired'
    when not exists (
      select from public.organization_members
      where organization_id = p_invitation.organization_id
        and user_id = p_invitation.invited_by
        and role >= greatest('admin', p_invitation.role)
    ) then 'lapsed'
    else 'pending'
  end)::public.invitation_state;
$$;

create function private.require_pending(p_invitation public.organization_invitations)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_state public.invitation_state := private.invitation_state(p_invitation);
begin
  if v_state <> 'pending' then
    perform private.refuse(409, case v_state
      when 'accepted' then 'this invitation was accepted already'
      when 'declined' then 'this invitation was declined'
      when 'revoked' then 'this invitation was taken back'
      when 'expired' then 'this invitation has expired'
      else 'this invitation is not valid any more: whoever invited may not do so now'
    end, 'Ask an admin of the organization for a new one.');
  end if;
end;
$$;

-- Functions: inviting ----------------------------------------------------------

create function private.check_invitation(p_organization_id uuid, p_role public.member_role, p_email text, p_days integer)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_own public.member_role := private.role_in(p_organization_id);
begin
  if p_role > v_own then
    perform private.refuse(403, format('you are %s here and cannot invite an %s', v_own, p_role), 'Ask an owner of the organization.');
  elsif p_days is null or p_days not between 1 and 30 then
    perform private.refuse(422, 'an invitation is good for 1 to 30 days', 'Nothing was written; give another number of days.');
  elsif p_email !~ '^[^@\s]+@[^@\s]+$' then
    perform private.refuse(422, format('"%s" is no e-mail address', p_email), 'Nothing was written; correct it, or leave it out.');
  elsif exists (
    select from public.organization_members as member
    join auth.users as person on person.id = member.user_id
    where member.organization_id = p_organization_id and lower(person.email) = p_email
  ) then
    perform private.refuse(409, format('%s is a member already', p_email), 'An admin changes what a member''s role is.');
  end if;
end;
$$;

-- Makes room for a new one: one address has one open invitation, what is long over goes, and the rest has a limit.
create function private.clear_invitations(p_organization_id uuid, p_email text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.organization_invitations
  set revoked_at = clock_timestamp()
  where organization_id = p_organization_id
    and email = p_email
    and accepted_at is null and declined_at is null and revoked_at is null
    and role <= private.role_in(p_organization_id);
  if exists (
    select from public.organization_invitations
    where organization_id = p_organization_id
      and email = p_email
      and accepted_at is null and declined_at is null and revoked_at is null
  ) then
    perform private.refuse(409, format('an owner has invited %s already', p_email), 'Ask an owner to take that invitation back.');
  end if;
  delete from public.organization_invitations
  where organization_id = p_organization_id and created_at < now() - interval '120 days';
  perform private.require_at_most(count(*) + 1, 500, 'invitations in 120 days')
  from public.organization_invitations
  where organization_id = p_organization_id;
end;
$$;

create function private.invite_member(p_organization_id uuid, p_role public.member_role, p_email text, p_days integer)
returns jsonb
language plpgsql
security definer  -- nobody may write invitations, or the hashes
set search_path = ''
as $$
declare
  v_email text := nullif(lower(btrim(p_email)), '');
  v_token text := encode(extensions.gen_random_bytes(32), 'hex');
  v_row public.organization_invitations;
begin
  perform private.require_role(p_organization_id, 'admin', 'organization');
  -- Locked, so that two admins who invite one address come one after the other.
  perform from public.organizations where id = p_organization_id for no key update;
  perform private.check_invitation(p_organization_id, p_role, v_email, p_days);
  perform private.clear_invitations(p_organization_id, v_email);
  insert into public.organization_invitations (organization_id, email, role, invited_by, expires_at)
  values (p_organization_id, v_email, p_role, auth.uid(), now() + make_interval(days => p_days))
  returning * into v_row;
  insert into private.organization_invitation_hashes (invitation_id, organization_id, hash)
  values (v_row.id, v_row.organization_id, private.hash_token(v_token));
  return to_jsonb(v_row) || jsonb_build_object('token', v_token);
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('invitation', sqlerrm);
end;
$$;
grant execute on function private.invite_member(uuid, public.member_role, text, integer) to authenticated;

-- Invites somebody, at most as what one is oneself: the invitation, and under "token" the secret of its link, which is shown
-- here and never again. With an address only its owner may answer, and an earlier invitation of it is taken back.
create function public.invite_member(p_organization_id uuid, p_role public.member_role, p_email text default null, p_days integer default 7)
returns jsonb
language sql
set search_path = ''
as $$
  select private.invite_member(p_organization_id, p_role, p_email, p_days);
$$;
grant execute on function public.invite_member(uuid, public.member_role, text, integer) to authenticated;

create function private.list_invitations(p_organization_id uuid)
returns table (
  id uuid, email text, role public.member_role, state public.invitation_state, inviter text, expires_at timestamptz, created_at timestamptz
)
language plpgsql
stable
security definer  -- refuses in words, where the policy would show nothing
set search_path = ''
as $$
begin
  perform private.require_role(p_organization_id, 'admin', 'organization');
  return query
  select invitation.id, invitation.email, invitation.role, private.invitation_state(invitation), person.name,
    invitation.expires_at, invitation.created_at
  from public.organization_invitations as invitation
  left join public.users as person on person.id = invitation.invited_by
  where invitation.organization_id = p_organization_id
  order by invitation.created_at desc, invitation.id;
end;
$$;
grant execute on function private.list_invitations(uuid) to authenticated;

-- The invitations of an organization in 120 days, latest first, and what each is good for now. For its admins.
create function public.list_invitations(p_organization_id uuid)
returns table (
  id uuid, email text, role public.member_role, state public.invitation_state, inviter text, expires_at timestamptz, created_at timestamptz
)
language sql
stable
set search_path = ''
as $$
  select * from private.list_invitations(p_organization_id);
$$;
grant execute on function public.list_invitations(uuid) to authenticated;

create function private.revoke_invitation(p_invitation_id uuid)
returns public.organization_invitations
language plpgsql
security definer  -- nobody may write invitations
set search_path = ''
as $$
declare
  v_row public.organization_invitations;
begin
  select * into v_row from public.organization_invitations where id = p_invitation_id for no key update;
  perform private.require_role(v_row.organization_id, 'admin', 'invitation');
  if v_row.role > private.role_in(v_row.organization_id) then
    perform private.refuse(403, 'an owner has invited an owner', 'Ask an owner of the organization.');
  end if;
  update public.organization_invitations
  set revoked_at = clock_timestamp()
  where id = p_invitation_id
    and accepted_at is null and declined_at is null and revoked_at is null
  returning * into v_row;
  if not found then
    perform private.refuse(409, 'this invitation was answered or taken back already', 'Read the list of invitations anew.');
  end if;
  return v_row;
end;
$$;
grant execute on function private.revoke_invitation(uuid) to authenticated;

-- Takes an invitation back that nobody has answered. By admins; one for an owner by owners.
create function public.revoke_invitation(p_invitation_id uuid)
returns public.organization_invitations
language sql
set search_path = ''
as $$
  select private.revoke_invitation(p_invitation_id);
$$;
grant execute on function public.revoke_invitation(uuid) to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger organization_invitations_touch_updated_at
before update on public.organization_invitations
for each row execute function private.tg_touch_updated_at();


-- From sql/13_invited.sql =========================================================================

-- Invited: what those are told who are asked to join an organization, and how they say yes or no.
-- Functions: find_invitation, list_my_invitations, answer_invitation.
-- They come with the secret of a link; or have proved to the Auth server that the invited address is theirs.

-- Functions: whose address -----------------------------------------------------

-- The caller's address as the Auth server has it, whether it was proved or not.
create function private.own_email()
returns text
language sql
stable
set search_path = ''
as $$
  select lower(email) from auth.users where id = auth.uid();
$$;

-- The same if he has proved that it is his: by a message that was sent to it, or through another service that says so.
-- Where the Auth server takes addresses unseen, anybody could sign up with the one of somebody who is invited.
create function private.proven_email()
returns text
language sql
stable
set search_path = ''
as $$
  select lower(person.email)
  from auth.users as person
  where person.id = auth.uid()
    and person.email_confirmed_at is not null
    and (person.confirmation_sent_at is not null or exists (
      select from auth.identities as identity
      where identity.user_id = person.id
        and identity.provider <> 'email'
        and lower(identity.identity_data ->> 'email') = lower(person.email)
        and identity.identity_data ->> 'email_verified' = 'true'
    ));
$$;

-- Enough to know which of one's own addresses is meant; too little to write to it.
create function private.masked_email(p_email text)
returns text
language sql
immutable
set search_path = ''
as $$
  select left(p_email, 1) || '…' || substring(p_email from '@.*$');
$$;

-- Functions: being invited -----------------------------------------------------

create function private.find_invitation(p_token text)
returns table (id uuid, organization text, role public.member_role, inviter text, email text, expires_at timestamptz)
language plpgsql
stable
security definer  -- who is invited is no member yet
set search_path = ''
as $$
declare
  v_row public.organization_invitations;
begin
  select invitation.* into v_row
  from private.organization_invitation_hashes as kept
  join public.organization_invitations as invitation on invitation.id = kept.invitation_id
  where kept.hash = private.hash_token(p_token);
  if not found then
    perform private.refuse(404, 'there is no such invitation', 'Is the link complete? Or ask for a new one.');
  end if;
  perform private.require_pending(v_row);
  return query
  select v_row.id, organization.name, v_row.role, person.name, private.masked_email(v_row.email), v_row.expires_at
  from public.organizations as organization
  join public.users as person on person.id = v_row.invited_by
  where organization.id = v_row.organization_id;
end;
$$;
grant execute on function private.find_invitation(text) to anon, authenticated;

-- What a link is about: for whoever has it, signed in or not. An address in it is not told whole.
create function public.find_invitation(p_token text)
returns table (id uuid, organization text, role public.member_role, inviter text, email text, expires_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select * from private.find_invitation(p_token);
$$;
grant execute on function public.find_invitation(text) to anon, authenticated;

create function private.list_my_invitations()
returns table (id uuid, organization text, role public.member_role, inviter text, email text, expires_at timestamptz)
language sql
stable
security definer  -- who is invited is no member yet
set search_path = ''
as $$
  select invitation.id, organization.name, invitation.role, person.name, invitation.email, invitation.expires_at
  from public.organization_invitations as invitation
  join public.organizations as organization on organization.id = invitation.organization_id
  join public.users as person on person.id = invitation.invited_by
  where invitation.email = (select private.proven_email())
    and invitation.accepted_at is null and invitation.declined_at is null and invitation.revoked_at is null
    and private.invitation_state(invitation) = 'pending'
  order by invitation.created_at;
$$;
grant execute on function private.list_my_invitations() to authenticated;

-- The open invitations of one's own address, if one has proved that it is one's own.
create function public.list_my_invitations()
returns table (id uuid, organization text, role public.member_role, inviter text, email text, expires_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select * from private.list_my_invitations();
$$;
grant execute on function public.list_my_invitations() to authenticated;

-- Functions: answering ---------------------------------------------------------

-- The invitation, locked, if the caller may answer it: he has the link, or it is for his proven address.
create function private.open_invitation(p_invitation_id uuid, p_token text)
returns public.organization_invitations
language plpgsql
set search_path = ''
as $$
declare
  v_row public.organization_invitations;
begin
  select * into v_row
  from public.organization_invitations as invitation
  where id = p_invitation_id
    and (email = private.proven_email() or exists (
      select from private.organization_invitation_hashes
      where invitation_id = invitation.id and hash = private.hash_token(p_token)
    ))
  for no key update;
  if not found then
    perform private.refuse(404, 'there is no such invitation', 'Is the link complete? Or ask for a new one.');
  elsif v_row.email <> private.own_email() then
    perform private.refuse(403, format('this invitation is for %s', private.masked_email(v_row.email)),
      'Sign in with that address, or ask an admin of the organization for another invitation.');
  end if;
  perform private.require_pending(v_row);
  return v_row;
end;
$$;

create function private.let_in(p_invitation public.organization_invitations)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Accounts that are older than this schema have no profile yet.
  insert into public.users (id) values (auth.uid()) on conflict do nothing;
  insert into public.organization_members (organization_id, user_id, role)
  values (p_invitation.organization_id, auth.uid(), p_invitation.role)
  on conflict do nothing;
  if not found then
    -- Whoever is in already is raised by those who may, and by no invitation.
    perform private.refuse(409, 'you are a member already', 'An admin changes what a member''s role is.');
  end if;
end;
$$;

create function private.answer_invitation(p_invitation_id uuid, p_accept boolean, p_token text)
returns public.organization_invitations
language plpgsql
security definer  -- nobody may let himself in but by an invitation
set search_path = ''
as $$
declare
  v_row public.organization_invitations;
begin
  if auth.uid() is null then
    perform private.refuse(401, 'nobody is signed in', 'Sign in, then answer the invitation.');
  elsif p_accept is null then
    perform private.refuse(422, 'the answer is yes or no', 'Nothing was written; say p_accept.');
  end if;
  v_row := private.open_invitation(p_invitation_id, p_token);
  if p_accept then
    perform private.let_in(v_row);
  end if;
  update public.organization_invitations
  set accepted_at = case when p_accept then clock_timestamp() end,
    accepted_by = case when p_accept then auth.uid() end,
    declined_at = case when not p_accept then clock_timestamp() end
  where id = v_row.id
  returning * into v_row;
  return v_row;
end;
$$;
grant execute on function private.answer_invitation(uuid, boolean, text) to authenticated;

-- Says yes or no to an invitation: with its link's secret, or without where it is for one's own proven address. Once.
create function public.answer_invitation(p_invitation_id uuid, p_accept boolean, p_token text default null)
returns public.organization_invitations
language sql
set search_path = ''
as $$
  select private.answer_invitation(p_invitation_id, p_accept, p_token);
$$;
grant execute on function public.answer_invitation(uuid, boolean, text) to authenticated;


-- From sql/14_credentials.sql =====================================================================

-- Credentials: what a person uses to sign in at an API under test. His own: nobody else sees them, no admin either.
-- Tables: api_credentials; private.credential_secrets.  Functions: set_api_credential_secret.
-- The secret goes into the Vault and only comes out with the claim of a run that its owner asked for.

-- Types ------------------------------------------------------------------------

create type public.credential_type as enum (
  'basic',                      -- secret: username, password
  'bearer',                     -- secret: token
  'api_key',                    -- secret: value; settings say where it goes: header, query or cookie, and its name
  'oauth2_client_credentials',  -- secret: client_id, client_secret
  'oauth2_password',            -- secret: username, password, perhaps client_id, client_secret
  'oauth2_refresh',             -- secret: refresh_token, perhaps client_id, client_secret
  'digest',                     -- secret: username, password
  'aws_sigv4',                  -- secret: access_key_id, secret_access_key, perhaps session_token
  'custom_header'               -- secret: value; settings say the header's name
);

-- Tables -----------------------------------------------------------------------

create table public.api_credentials (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  user_id          uuid not null default auth.uid(),
  name             text not null,
  type             public.credential_type not null,
  settings         jsonb not null default '{}',
  has_secret       boolean not null default false,
  expires_at       timestamptz,
  rotated_at       timestamptz,
  last_used_at     timestamptz,
  description      text not null default '',
  metadata         jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint api_credentials_belong_to_a_member
    foreign key (organization_id, user_id)
    references public.organization_members (organization_id, user_id) on delete cascade,
  constraint api_credentials_are_of_one_organization unique (id, organization_id),
  constraint api_credentials_name_is_taken_once unique (organization_id, user_id, name),
  constraint api_credentials_name_can_be_used_in_a_template check (name ~ '^[A-Za-z_][A-Za-z0-9_-]{0,99}$'),
  constraint api_credentials_settings_are_a_small_object
    check (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536),
  constraint api_credentials_expire_at_a_time check (isfinite(expires_at)),
  constraint api_credentials_description_is_short check (char_length(description) <= 20000),
  constraint api_credentials_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.api_credentials is 'What a person uses to sign in at an API under test. Personal; the secret lies in the Vault.';
comment on column public.api_credentials.settings is 'What is no secret: header name, token URL, scopes, region.';
comment on column public.api_credentials.expires_at is 'When it stops to be given to runs; null is never.';
comment on column public.api_credentials.last_used_at is 'When a worker last got it, with a run of its owner.';

-- Serves "my credentials".
create index idx_api_credentials_user_id on public.api_credentials (user_id);
-- Serves searches by what people noted down.
create index idx_api_credentials_metadata on public.api_credentials using gin (metadata jsonb_path_ops);

create table private.credential_secrets (
  credential_id    uuid primary key,
  organization_id  uuid not null,
  vault_id         uuid not null,

  constraint credential_secrets_belong_to_a_credential
    foreign key (credential_id, organization_id)
    references public.api_credentials (id, organization_id) on delete cascade
);
comment on table private.credential_secrets is 'Which Vault secret holds the secret of a credential.';

-- Who may ----------------------------------------------------------------------

alter table public.api_credentials enable row level security;
alter table private.credential_secrets enable row level security;

create policy "People see their own credentials"
on public.api_credentials for select to authenticated
using (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())));

create policy "People keep credentials of their own where they are members"
on public.api_credentials for insert to authenticated
with check (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())));

create policy "People change their own credentials"
on public.api_credentials for update to authenticated
using (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())))
with check (user_id = (select auth.uid()));

create policy "People delete their own credentials"
on public.api_credentials for delete to authenticated
using (user_id = (select auth.uid()) and organization_id = any (array (select private.organization_ids())));

-- The secret goes through set_api_credential_secret(): it must never pass through this table.
grant select,
  insert (organization_id, name, type, settings, expires_at, description, metadata),
  update (name, settings, expires_at, description, metadata),
  delete
on public.api_credentials to authenticated;

-- Functions --------------------------------------------------------------------

-- What a secret of this type must have.
create function private.parts_of_credential(p_type public.credential_type)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select case
    when p_type in ('basic', 'digest', 'oauth2_password') then array['username', 'password']
    when p_type = 'bearer' then array['token']
    when p_type in ('api_key', 'custom_header') then array['value']
    when p_type = 'oauth2_client_credentials' then array['client_id', 'client_secret']
    when p_type = 'oauth2_refresh' then array['refresh_token']
    when p_type = 'aws_sigv4' then array['access_key_id', 'secret_access_key']
  end;
$$;

-- Said here, in words that do not show the secret.
create function private.check_credential_secret(p_type public.credential_type, p_secret jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_missing text := (
    select part from unnest(private.parts_of_credential(p_type)) as part
    where coalesce(jsonb_typeof(p_secret -> part), 'missing') <> 'string'
    limit 1
  );
begin
  if v_missing is not null then
    perform private.refuse(422, format('a secret of type %s has a text "%s"', p_type, v_missing),
      format('Give an object with: %s.', array_to_string(private.parts_of_credential(p_type), ', ')));
  end if;
  if exists (select from jsonb_each(p_secret) where jsonb_typeof(value) <> 'string') then
    perform private.refuse(422, 'every part of a secret is a text', 'Nothing was written; correct the value and call again.');
  end if;
  perform private.require_at_most(octet_length(p_secret::text), 65536, 'bytes in a secret');
end;
$$;

-- Whoever calls it holds the credential's row: of two at once, the second replaces the first's.
create function private.keep_credential_secret(p_credential public.api_credentials, p_secret jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into private.credential_secrets (credential_id, organization_id, vault_id)
  values (p_credential.id, p_credential.organization_id, private.keep_in_vault(
    (select vault_id from private.credential_secrets where credential_id = p_credential.id),
    p_secret::text, 'api_credential/' || p_credential.id, 'A personal credential of a Baton user.'
  ))
  on conflict (credential_id) do update set vault_id = excluded.vault_id;
$$;

create function private.set_api_credential_secret(p_credential_id uuid, p_secret jsonb)
returns public.api_credentials
language plpgsql
security definer  -- nobody but the owner of this schema writes into the Vault
set search_path = ''
as $$
declare
  v_credential public.api_credentials;
begin
  select * into v_credential
  from public.api_credentials
  where id = p_credential_id and user_id = (select auth.uid())
  for no key update;
  if not found then
    perform private.refuse(404, 'there is no such credential', 'Check the id; credentials of others are out of reach.');
  end if;
  perform private.require_type(p_secret, 'object', 'a secret');
  perform private.check_credential_secret(v_credential.type, p_secret);
  perform private.keep_credential_secret(v_credential, p_secret);
  update public.api_credentials
  set has_secret = true, rotated_at = now()
  where id = p_credential_id
  returning * into v_credential;
  return v_credential;
end;
$$;
grant execute on function private.set_api_credential_secret(uuid, jsonb) to authenticated;

-- Sets or rotates the secret of one's own credential, an object of texts. It can be replaced, and never be read back.
create function public.set_api_credential_secret(p_credential_id uuid, p_secret jsonb)
returns public.api_credentials
language sql
set search_path = ''
as $$
  select private.set_api_credential_secret(p_credential_id, p_secret);
$$;
grant execute on function public.set_api_credential_secret(uuid, jsonb) to authenticated;

-- Why a credential is not given to a run; null for one that is.
create function private.credential_refusal(p_credential public.api_credentials)
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when not p_credential.has_secret then 'it has no secret yet'
    when p_credential.expires_at <= clock_timestamp()
      then 'it expired on ' || to_char(p_credential.expires_at at time zone 'utc', 'YYYY-MM-DD "at" HH24:MI "UTC"')
  end;
$$;

create function private.open_credential(p_credential_id uuid)
returns jsonb
language plpgsql  -- bound late: the Vault need not exist when this is created
stable
set search_path = ''
as $$
begin
  return (
    select opened.decrypted_secret::jsonb
    from private.credential_secrets as secret
    join vault.decrypted_secrets as opened on opened.id = secret.vault_id
    where secret.credential_id = p_credential_id
  );
end;
$$;

-- {name: {type, settings, secret}} of one person in one organization, or {type, refused: why}. Only the worker's claim
-- calls it, for the one who asked for the run, and for the names that its suites say.
create function private.read_credentials(p_organization_id uuid, p_user_id uuid, p_names text[])
returns jsonb
language sql
set search_path = ''
as $$
  update public.api_credentials as credential
  set last_used_at = clock_timestamp()
  where organization_id = p_organization_id and user_id = p_user_id and name = any (p_names)
    and private.credential_refusal(credential) is null;

  select coalesce(jsonb_object_agg(credential.name, jsonb_build_object('type', credential.type) || case
    when refusal is null
      then jsonb_build_object('settings', credential.settings, 'secret', private.open_credential(credential.id))
    else jsonb_build_object('refused', refusal)
  end), '{}')
  from public.api_credentials as credential
  cross join private.credential_refusal(credential) as refusal
  where credential.organization_id = p_organization_id
    and credential.user_id = p_user_id
    and credential.name = any (p_names);
$$;

-- Triggers ---------------------------------------------------------------------

create trigger credential_secrets_forget_vault_secret
after delete on private.credential_secrets
for each row execute function private.tg_forget_vault_secret();

create trigger api_credentials_touch_updated_at
before update on public.api_credentials
for each row execute function private.tg_touch_updated_at();


-- From sql/20_projects.sql ========================================================================

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


-- From sql/22_endpoints.sql =======================================================================

-- Endpoints: what the API under test offers, and how it is called unless a suite or a test says otherwise.
-- Tables: api_endpoints.  Functions: record_health_check.

-- Types ------------------------------------------------------------------------

create type public.endpoint_protocol as enum (
  'rest',    -- a method and a path
  'graphql'  -- an operation; many share a path
);

create type public.endpoint_auth as enum (
  'none',
  'basic',
  'bearer',
  'api_key',
  'oauth2',
  'digest',
  'aws_sigv4',
  'custom_header'
);

-- Tables -----------------------------------------------------------------------

create table public.api_endpoints (
  id                      uuid primary key default gen_random_uuid(),
  organization_id         uuid not null,
  project_id              uuid not null,
  method                  text not null default 'GET',
  path                    text not null,
  protocol                public.endpoint_protocol not null default 'rest',
  operation_id            text,
  name                    text not null default '',
  description             text not null default '',
  openapi                 jsonb not null default '{}',
  auth_type               public.endpoint_auth not null default 'none',
  tags                    text[] not null default '{}',
  default_headers         jsonb not null default '{}',
  timeout_seconds         double precision not null default 30,
  retries                 integer not null default 3,
  retry_delay_seconds     double precision not null default 1,
  last_health_check_at    timestamptz,
  last_health_check_ok    boolean,
  last_health_check_note  text,
  metadata                jsonb not null default '{}',
  created_by              uuid default auth.uid() references public.users on delete set null,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  deleted_at              timestamptz,

  constraint api_endpoints_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint api_endpoints_are_of_one_organization unique (id, organization_id),
  constraint api_endpoints_are_of_one_project unique (id, project_id, organization_id),
  constraint api_endpoints_method_is_a_token check (method ~ '^[A-Z][A-Z-]{0,31}$'),
  constraint api_endpoints_path_begins_with_a_slash check (path ~ '^/' and char_length(path) <= 2000),
  constraint api_endpoints_operation_id_is_neither_blank_nor_long
    check (btrim(operation_id) <> '' and char_length(operation_id) <= 300),
  constraint api_endpoints_name_is_short check (char_length(name) <= 300),
  constraint api_endpoints_openapi_is_an_object
    check (jsonb_typeof(openapi) = 'object' and octet_length(openapi::text) <= 1048576),
  constraint api_endpoints_default_headers_are_a_small_object
    check (jsonb_typeof(default_headers) = 'object' and octet_length(default_headers::text) <= 65536),
  constraint api_endpoints_timeout_is_at_most_a_day check (timeout_seconds > 0 and timeout_seconds <= 86400),
  constraint api_endpoints_retries_are_counted_from_zero check (retries between 0 and 100),
  constraint api_endpoints_retry_within_a_day check (retry_delay_seconds between 0 and 86400),
  constraint api_endpoints_tags_are_few_and_short
    check (cardinality(tags) <= 100 and octet_length(array_to_string(tags, '')) <= 10000),
  constraint api_endpoints_description_is_short check (char_length(description) <= 20000),
  constraint api_endpoints_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.api_endpoints is 'What the API under test offers. What a test or its suite says goes before what stands here; this goes before the environment.';
comment on column public.api_endpoints.openapi is 'The part of the OpenAPI document that is about this operation.';
comment on column public.api_endpoints.last_health_check_ok is 'Null while nobody has asked.';

-- Serves the look-up by method and path, and keeps an operation unique among what is not deleted.
create unique index idx_api_endpoints_path
on public.api_endpoints (project_id, organization_id, path, method, coalesce(operation_id, '')) where deleted_at is null;
-- Serves lists by tag.
create index idx_api_endpoints_tags on public.api_endpoints using gin (tags);
-- Serves the removal of an account.
create index idx_api_endpoints_created_by on public.api_endpoints (created_by);
-- Serves searches by what people noted down.
create index idx_api_endpoints_metadata on public.api_endpoints using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.api_endpoints enable row level security;

create policy "Members see the endpoints of their organizations"
on public.api_endpoints for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors make endpoints"
on public.api_endpoints for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change endpoints"
on public.api_endpoints for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

grant select,
  insert (organization_id, project_id, method, path, protocol, operation_id, name, description, openapi, auth_type, tags,
    default_headers, timeout_seconds, retries, retry_delay_seconds, metadata),
  update (method, path, protocol, operation_id, name, description, openapi, auth_type, tags, default_headers,
    timeout_seconds, retries, retry_delay_seconds, metadata, deleted_at)
on public.api_endpoints to authenticated;

-- Functions --------------------------------------------------------------------

create function private.record_health_check(p_endpoint_id uuid, p_ok boolean, p_note text)
returns void
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  if p_ok is null then
    perform private.refuse(422, 'a health check has an outcome', 'Say true or false.');
  end if;
  update public.api_endpoints
  set last_health_check_at = clock_timestamp(), last_health_check_ok = p_ok, last_health_check_note = left(p_note, 1000)
  where id = p_endpoint_id and deleted_at is null;
  if not found then
    perform private.refuse(404, 'there is no such endpoint', 'It was deleted, or the id is wrong.');
  end if;
end;
$$;
grant execute on function private.record_health_check(uuid, boolean, text) to service_role;

-- What came of asking an endpoint whether it is there.
create function public.record_health_check(p_endpoint_id uuid, p_ok boolean, p_note text default null)
returns void
language sql
set search_path = ''
as $$
  select private.record_health_check(p_endpoint_id, p_ok, p_note);
$$;
grant execute on function public.record_health_check(uuid, boolean, text) to service_role;

-- Triggers ---------------------------------------------------------------------

create trigger api_endpoints_delete_now
before update of deleted_at on public.api_endpoints
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger api_endpoints_touch_updated_at
before update on public.api_endpoints
for each row execute function private.tg_touch_updated_at();


-- From sql/25_environments.sql ====================================================================

-- Environments: where to run, and with which values. Values of secrets lie in the Vault.
-- Tables: environments, environment_variables; private.environment_secrets.  Functions: set_environment_variable.

-- Types ------------------------------------------------------------------------

create type public.environment_kind as enum (
  'local',       -- one person's machine
  'ci',          -- made for a pipeline, thrown away after it
  'staging',     -- shared, like production
  'production'   -- the real one: tests may ask not to run here
);

-- Tables -----------------------------------------------------------------------

create table public.environments (
  id                     uuid primary key default gen_random_uuid(),
  organization_id        uuid not null,
  project_id             uuid not null,
  name                   text not null,
  kind                   public.environment_kind not null default 'staging',
  base_url               text not null default '',
  services               jsonb not null default '{}',
  max_parallel           integer,
  rate_limit_per_second  double precision,
  timeout_seconds        double precision,
  connection             jsonb not null default '{}',
  description            text not null default '',
  metadata               jsonb not null default '{}',
  created_by             uuid default auth.uid() references public.users on delete set null,
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  deleted_at             timestamptz,

  constraint environments_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint environments_are_of_one_organization unique (id, organization_id),
  constraint environments_are_of_one_project unique (id, project_id, organization_id),
  constraint environments_name_is_plain check (name ~ '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$'),
  constraint environments_base_url_is_a_web_address check (base_url = '' or (base_url ~ '^https?://' and char_length(base_url) <= 2000)),
  constraint environments_services_are_a_small_object
    check (jsonb_typeof(services) = 'object' and octet_length(services::text) <= 65536),
  constraint environments_services_have_a_base_url check (not services @? 'strict $.* ? (
    @.type() != "object" || !(@.base_url.type() == "string") || (@.base_url.type() == "string") is unknown
  )'),
  constraint environments_run_at_least_one_request_at_a_time check (max_parallel >= 1),
  constraint environments_rate_limit_lets_something_through
    check (rate_limit_per_second > 0 and rate_limit_per_second <= 1000000),
  constraint environments_timeout_is_at_most_a_day check (timeout_seconds > 0 and timeout_seconds <= 86400),
  constraint environments_connection_is_a_small_object
    check (jsonb_typeof(connection) = 'object' and octet_length(connection::text) <= 8192),
  constraint environments_connection_has_a_proxy_and_tls check (
    connection - '{proxy,tls}'::text[] = '{}'
    and (connection -> 'proxy' is null or jsonb_typeof(connection -> 'proxy') = 'string')
    and (connection -> 'tls' is null or (
      jsonb_typeof(connection -> 'tls') = 'object'
      and (connection -> 'tls') - '{verify,ca,certificate,key,password}'::text[] = '{}'
      and not connection @? '$.tls.keyvalue() ? ((@.key == "verify" && @.value.type() != "boolean") || (@.key != "verify" && @.value.type() != "string"))'
    ))
  ),
  constraint environments_description_is_short check (char_length(description) <= 20000),
  constraint environments_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.environments is 'Where to run: base URL, limits, further services.';
comment on column public.environments.services is 'Further services by name: {"mail": {"base_url": …, "auth": …, "health": …}}.';
comment on column public.environments.connection is 'How its servers are reached, in the words of a suite file: {"proxy": …, "tls": {"verify", "ca", "certificate", "key", "password"}}. Secrets in it are templates, {{ secrets.NAME }}; files are names of its secrets or variables that hold PEM.';
comment on column public.environments.max_parallel is 'Requests at the same time, over all runs and workers; null is no limit.';

-- Serves the look-up by name, and keeps names unique among what is not deleted.
create unique index idx_environments_name on public.environments (project_id, organization_id, name) where deleted_at is null;
-- Serves the removal of an account.
create index idx_environments_created_by on public.environments (created_by);
-- Serves searches by what people noted down.
create index idx_environments_metadata on public.environments using gin (metadata jsonb_path_ops);

create table public.environment_variables (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  environment_id   uuid not null,
  name             text not null,
  is_secret        boolean not null default false,
  value            text,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint environment_variables_belong_to_an_environment
    foreign key (environment_id, organization_id)
    references public.environments (id, organization_id) on delete cascade,
  constraint environment_variables_are_of_one_organization unique (id, organization_id),
  constraint environment_variables_name_is_taken_once unique (environment_id, organization_id, name),
  constraint environment_variables_name_can_be_used_in_a_template check (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,99}$'),
  constraint environment_variables_show_no_secret check (is_secret = (value is null)),
  constraint environment_variables_value_is_short check (octet_length(value) <= 65536)
);
comment on table public.environment_variables is 'Values that a suite reads as env.NAME or secrets.NAME. A secret''s value lies in the Vault and only workers get it.';
comment on column public.environment_variables.value is 'Null for a secret.';

create table private.environment_secrets (
  variable_id      uuid primary key,
  organization_id  uuid not null,
  vault_id         uuid not null,

  constraint environment_secrets_belong_to_a_variable
    foreign key (variable_id, organization_id)
    references public.environment_variables (id, organization_id) on delete cascade
);
comment on table private.environment_secrets is 'Which Vault secret holds the value of a secret variable.';

-- Who may ----------------------------------------------------------------------

alter table public.environments enable row level security;
alter table public.environment_variables enable row level security;
alter table private.environment_secrets enable row level security;

create policy "Members see the environments of their organizations"
on public.environments for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins make environments"
on public.environments for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins change environments"
on public.environments for update to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))))
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Members see variables, and of secrets the names"
on public.environment_variables for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins remove variables"
on public.environment_variables for delete to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

grant select,
  insert (organization_id, project_id, name, kind, base_url, services, max_parallel, rate_limit_per_second, timeout_seconds, connection,
    description, metadata),
  update (name, kind, base_url, services, max_parallel, rate_limit_per_second, timeout_seconds, connection, description, metadata,
    deleted_at)
on public.environments to authenticated;

-- Written through set_environment_variable(): a secret's value must never pass through this table.
grant select, delete on public.environment_variables to authenticated;

-- Functions --------------------------------------------------------------------

-- Whoever calls it holds the variable's row: of two at once, the second replaces the first's.
create function private.keep_secret(p_variable public.environment_variables, p_value text)
returns void
language sql
set search_path = ''
as $$
  insert into private.environment_secrets (variable_id, organization_id, vault_id)
  values (p_variable.id, p_variable.organization_id, private.keep_in_vault(
    (select vault_id from private.environment_secrets where variable_id = p_variable.id),
    p_value, 'environment_variable/' || p_variable.id, 'A secret of a Baton environment.'
  ))
  on conflict (variable_id) do update set vault_id = excluded.vault_id;
$$;

create function private.write_variable(p_environment public.environments, p_name text, p_value text, p_is_secret boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_variable public.environment_variables;
begin
  insert into public.environment_variables (organization_id, environment_id, name, is_secret, value)
  values (p_environment.organization_id, p_environment.id, p_name, p_is_secret, case when not p_is_secret then p_value end)
  on conflict (environment_id, organization_id, name)
  do update set is_secret = excluded.is_secret, value = excluded.value
  returning * into v_variable;

  if p_is_secret then
    perform private.keep_secret(v_variable, p_value);
  else
    delete from private.environment_secrets where variable_id = v_variable.id;
  end if;
end;
$$;

create function private.set_environment_variable(p_environment_id uuid, p_name text, p_value text, p_is_secret boolean)
returns void
language plpgsql
security definer  -- nobody but the owner of this schema writes into the Vault
set search_path = ''
as $$
declare
  v_environment public.environments;
begin
  select * into v_environment
  from public.environments
  where id = p_environment_id
    and deleted_at is null;
  perform private.require_role(v_environment.organization_id, 'admin', 'environment');
  if p_value is null or octet_length(p_value) > 65536 then
    -- Said here and not by the constraint: its message would show the value.
    perform private.refuse(422, 'a value is a text of at most 64 KiB', 'To remove a variable, delete its row.');
  end if;
  perform private.write_variable(v_environment, p_name, p_value, coalesce(p_is_secret, false));
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('variable', sqlerrm);
end;
$$;
grant execute on function private.set_environment_variable(uuid, text, text, boolean) to authenticated;

-- Sets or replaces a variable. A secret can be replaced, and never be read back.
create function public.set_environment_variable(p_environment_id uuid, p_name text, p_value text, p_is_secret boolean)
returns void
language sql
set search_path = ''
as $$
  select private.set_environment_variable(p_environment_id, p_name, p_value, p_is_secret);
$$;
grant execute on function public.set_environment_variable(uuid, text, text, boolean) to authenticated;

-- {name: value} of an environment's secrets. Only the worker's claim calls it.
create function private.read_secrets(p_environment_id uuid)
returns jsonb
language plpgsql  -- bound late: the Vault need not exist when this is created
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(variable.name, opened.decrypted_secret), '{}')
    from public.environment_variables as variable
    join private.environment_secrets as secret on secret.variable_id = variable.id
    join vault.decrypted_secrets as opened on opened.id = secret.vault_id
    where variable.environment_id = p_environment_id
  );
end;
$$;

-- Triggers ---------------------------------------------------------------------

create trigger environment_secrets_forget_vault_secret
after delete on private.environment_secrets
for each row execute function private.tg_forget_vault_secret();

create trigger environments_delete_now
before update of deleted_at on public.environments
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger environments_touch_updated_at
before update on public.environments
for each row execute function private.tg_touch_updated_at();

create trigger environment_variables_touch_updated_at
before update on public.environment_variables
for each row execute function private.tg_touch_updated_at();


-- From sql/30_suites.sql ==========================================================================

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


-- From sql/30_test_requests.sql ===================================================================

-- Requests of tests: what a test, or a step of it, sends, and what it expects of the answer.
-- Tables: test_request_configs, test_response_specs.
-- In the file's own words, as all that 30_suites.sql has.

-- Tables -----------------------------------------------------------------------

create table public.test_request_configs (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  test_case_id     uuid not null,
  step_index       integer not null default 0,
  method           text not null,
  path             text not null,
  query            jsonb not null default '{}',
  headers          jsonb not null default '{}',
  body             jsonb,
  auth             jsonb,
  settings         jsonb not null default '{}',
  endpoint_id      uuid,
  names_endpoint   boolean not null default false,
  metadata         jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint test_request_configs_belong_to_a_test
    foreign key (test_case_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint test_request_configs_call_an_endpoint_of_their_project
    foreign key (endpoint_id, project_id, organization_id)
    references public.api_endpoints (id, project_id, organization_id) on delete set null (endpoint_id),
  constraint test_request_configs_are_one_for_a_step unique (test_case_id, organization_id, step_index),
  constraint test_request_configs_steps_are_counted_from_zero check (step_index >= 0),
  constraint test_request_configs_method_is_a_token check (method ~ '^[A-Z][A-Z0-9_-]{0,31}$'),
  constraint test_request_configs_path_is_at_most_64_kib check (octet_length(path) <= 65536),
  constraint test_request_configs_are_objects
    check (jsonb_typeof(query) = 'object' and jsonb_typeof(headers) = 'object' and jsonb_typeof(settings) = 'object'),
  constraint test_request_configs_body_is_an_object check (jsonb_typeof(body) = 'object'),
  constraint test_request_configs_are_at_most_2_mib check (
    octet_length(query::text) + octet_length(headers::text) + octet_length(settings::text)
    + coalesce(octet_length(body::text), 0) + coalesce(octet_length(auth::text), 0) <= 2097152
  ),
  constraint test_request_configs_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_request_configs is 'What a test, or a step of it, sends: templates, as the file says them.';
comment on column public.test_request_configs.method is 'STEPS for a test whose requests are in its steps: those are in the settings.';
comment on column public.test_request_configs.settings is 'All other words that the test has in its file: steps, rows, retry_delay, follow_redirects.';
comment on column public.test_request_configs.body is 'The word that says the body, with its value: {"json": …}, {"form": …}. Null for none.';
comment on column public.test_request_configs.path is 'A path below the base URL, or a whole URL.';
comment on column public.test_request_configs.project_id is 'That of the test; may be left out.';
comment on column public.test_request_configs.endpoint_id is 'What it calls: named by an editor, else found by method and path (31_endpoint_links.sql). Null: none, or not exactly one.';
comment on column public.test_request_configs.names_endpoint is 'True: an editor named the endpoint, and it is not looked for. Writing null for the endpoint ends that.';

-- Serves "which tests call this endpoint?", and the coverage of a project.
create index idx_test_request_configs_endpoint_id on public.test_request_configs (endpoint_id);
-- Serves the search for what a project's requests call, when its endpoints change.
create index idx_test_request_configs_project_id on public.test_request_configs (project_id, method);
-- Serves searches by what people noted down.
create index idx_test_request_configs_metadata on public.test_request_configs using gin (metadata jsonb_path_ops);

create table public.test_response_specs (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  test_case_id     uuid not null,
  step_index       integer not null default 0,
  expectations     jsonb not null default '{}',
  captures         jsonb not null default '{}',
  metadata         jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint test_response_specs_belong_to_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint test_response_specs_are_one_for_a_step unique (test_case_id, organization_id, step_index),
  constraint test_response_specs_steps_are_counted_from_zero check (step_index >= 0),
  constraint test_response_specs_are_objects check (jsonb_typeof(expectations) = 'object' and jsonb_typeof(captures) = 'object'),
  constraint test_response_specs_are_at_most_2_mib
    check (octet_length(expectations::text) + octet_length(captures::text) <= 2097152),
  constraint test_response_specs_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_response_specs is 'What a test, or a step of it, expects of the answer and takes from it.';
comment on column public.test_response_specs.expectations is 'What the file says under "expect".';
comment on column public.test_response_specs.captures is 'What the file says under "capture".';

-- Serves searches by what people noted down.
create index idx_test_response_specs_metadata on public.test_response_specs using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.test_request_configs enable row level security;
alter table public.test_response_specs enable row level security;

create policy "Members see what the tests of their organizations send"
on public.test_request_configs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Members see what the tests of their organizations expect"
on public.test_response_specs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_request_configs, public.test_response_specs to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger test_request_configs_touch_updated_at
before update on public.test_request_configs
for each row execute function private.tg_touch_updated_at();

create trigger test_response_specs_touch_updated_at
before update on public.test_response_specs
for each row execute function private.tg_touch_updated_at();


-- From sql/31_endpoint_links.sql ==================================================================

-- Endpoint links: which endpoint a test's request calls, what that gives the test, and which endpoints no test calls.
-- Views: endpoint_coverage.  Functions: private.link_requests, private.describe_endpoints.
--
-- A request calls an endpoint with its method and path. {id} in an endpoint's path is any one part: /users/{id} is called
-- by /users/42 and by /users/{{ user_id }}. What is written in letters goes before {…}: /users/me calls /users/me, where
-- there is one. A whole URL counts when it begins with the base URL of one of the project's environments. An operation of
-- GraphQL is called by its name. Where two are equally good, none is meant: an editor may name it (endpoint_id).
-- Links are no part of a version: like enabled and quarantined, they are looked up when a run is claimed.

-- Tables -----------------------------------------------------------------------

create view public.endpoint_coverage with (security_invoker = true) as
select endpoint.organization_id, endpoint.project_id, endpoint.id as endpoint_id, endpoint.method, endpoint.path,
  endpoint.operation_id, endpoint.name, endpoint.tags,
  (
    select count(distinct test.id)::integer
    from public.test_request_configs as request
    join public.test_cases as test on test.id = request.test_case_id
    where request.endpoint_id = endpoint.id
      and test.deleted_at is null
  ) as tests
from public.api_endpoints as endpoint
where endpoint.deleted_at is null;
comment on view public.endpoint_coverage is 'How many tests call each endpoint of a project; 0 is one that no test calls.';

-- Who may ----------------------------------------------------------------------

grant select on public.endpoint_coverage to authenticated;

-- Functions: which endpoint ----------------------------------------------------

-- What these requests call below the base URL, with a sign (no path has it) where a template will put a value; null for
-- another server. Of GraphQL also the operation.
create function private.called_paths(p_project_id uuid, p_request_ids uuid[])
returns table (request_id uuid, method text, path text, depth integer, operation text)
language sql
stable
set search_path = ''
as $$
  select request.id, request.method, called.path, length(called.path) - length(replace(called.path, '/', '')), coalesce(
    body -> 'json' ->> 'operationName', body -> 'graphql' ->> 'operation', query ->> 'operationName',
    substring(coalesce(body -> 'json', body -> 'graphql') ->> 'query'
      from '^\s*(?:query|mutation|subscription)\s+([A-Za-z_][A-Za-z0-9_]*)'))
  from unnest(p_request_ids) as asked (id)
  join public.test_request_configs as request on request.id = asked.id
  cross join lateral (
    select case
      when request.path ~ '^https?://' then (
        select substr(request.path, length(rtrim(base_url, '/')) + 1)
        from public.environments
        where project_id = p_project_id and deleted_at is null and base_url <> ''
          and starts_with(request.path, rtrim(base_url, '/') || '/')
        order by length(base_url) desc
        limit 1
      )
      else regexp_replace(request.path, '^\{\{\s*base_url\s*\}\}', '')
    end as below
  ) as server
  cross join lateral (
    -- Templates first: a question mark inside one begins no query.
    select regexp_replace(regexp_replace(server.below, '\{[{%].*?[}%]\}', E'\x01', 'g'), '[?#].*', '') as path
  ) as called;
$$;

-- The endpoints of a project as patterns for "like". Compared among paths with equally many slashes, % never spans one.
create function private.endpoint_patterns(p_project_id uuid)
returns table (endpoint_id uuid, method text, pattern text, depth integer, places integer, protocol public.endpoint_protocol, operation text)
language sql
stable
set search_path = ''
as $$
  select id, method, regexp_replace(regexp_replace(path, '([\\%_])', '\\\1', 'g'), '\{[^{}/]*\}', '_%', 'g'),
    length(path) - length(replace(path, '/', '')), regexp_count(path, '\{[^{}/]*\}'), protocol, operation_id
  from public.api_endpoints
  where project_id = p_project_id and deleted_at is null;
$$;

-- The best endpoint for each of these requests, where one is better than all others.
create function private.find_endpoints(p_project_id uuid, p_request_ids uuid[])
returns table (request_id uuid, endpoint_id uuid)
language sql
stable
set search_path = ''
as $$
  select request_id, (array_agg(endpoint_id))[1]
  from (
    select called.request_id, endpoint.endpoint_id,
      rank() over (partition by called.request_id order by endpoint.places, endpoint.protocol = 'graphql' and endpoint.operation is null) as rank
    from private.called_paths(p_project_id, p_request_ids) as called
    join private.endpoint_patterns(p_project_id) as endpoint
      on endpoint.method = called.method and endpoint.depth = called.depth and called.path like endpoint.pattern
    where endpoint.protocol = 'rest' or endpoint.operation is null or endpoint.operation = called.operation
  ) as found
  where rank = 1
  group by request_id
  having count(*) = 1;
$$;

-- Links these requests of a project anew, but for those where somebody named the endpoint.
create function private.link_requests(p_project_id uuid, p_request_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  update public.test_request_configs as request
  set endpoint_id = found.endpoint_id
  from unnest(p_request_ids) as asked (id)
  left join private.find_endpoints(p_project_id, p_request_ids) as found on found.request_id = asked.id
  where request.id = asked.id
    and not request.names_endpoint
    and request.endpoint_id is distinct from found.endpoint_id;
$$;

-- Functions: what it gives -----------------------------------------------------

-- What the endpoints say of a suite's tests, for the worker: what a test or its suite says itself goes before it.
create function private.describe_endpoints(p_suite_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'method', endpoint.method, 'path', endpoint.path, 'auth_type', endpoint.auth_type,
    'default_headers', endpoint.default_headers, 'timeout_seconds', endpoint.timeout_seconds,
    'retries', endpoint.retries, 'retry_delay_seconds', endpoint.retry_delay_seconds, 'tests', calling.tests
  ) order by endpoint.path, endpoint.method, endpoint.id), '[]')
  from (
    select request.endpoint_id, jsonb_agg(test.key order by test.key) as tests
    from public.test_cases as test
    join public.test_request_configs as request
      on request.test_case_id = test.id and request.organization_id = test.organization_id and request.step_index = 0
    where test.suite_id = p_suite_id
      and test.deleted_at is null
      and request.endpoint_id is not null
    group by request.endpoint_id
  ) as calling
  join public.api_endpoints as endpoint on endpoint.id = calling.endpoint_id and endpoint.deleted_at is null;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_test_request_configs__take_project()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.project_id := (
    select project_id from public.test_cases where id = new.test_case_id and organization_id = new.organization_id
  );
  return new;
end;
$$;

create trigger test_request_configs_take_project
before insert on public.test_request_configs
for each row
when (new.project_id is null)
execute function private.tg_test_request_configs__take_project();

-- Whoever writes the endpoint by hand names it; null is "look for it".
create function private.tg_test_request_configs__name_endpoint()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.names_endpoint := new.endpoint_id is not null;
  return new;
end;
$$;

create trigger test_request_configs_name_endpoint
before insert or update of endpoint_id on public.test_request_configs
for each row
when (current_user = 'authenticated')
execute function private.tg_test_request_configs__name_endpoint();

create function private.tg_test_request_configs__link_new()
returns trigger
language plpgsql
security definer  -- links are found among all endpoints of the project
set search_path = ''
as $$
begin
  perform private.link_requests(project_id, array_agg(id)) from changed where not names_endpoint group by project_id order by project_id;
  return null;
end;
$$;

create function private.tg_test_request_configs__link_changed()
returns trigger
language plpgsql
security definer  -- links are found among all endpoints of the project
set search_path = ''
as $$
begin
  perform private.link_requests(changed.project_id, array_agg(changed.id))
  from changed
  join before on before.id = changed.id
  where not changed.names_endpoint
    and ((changed.method, changed.path, changed.body, changed.query, changed.names_endpoint)
        is distinct from (before.method, before.path, before.body, before.query, before.names_endpoint)
      or (changed.endpoint_id is null and before.endpoint_id is not null))
  group by changed.project_id
  order by changed.project_id;
  return null;
end;
$$;

create function private.link_project(p_project_id uuid, p_methods text[])
returns void
language sql
set search_path = ''
as $$
  select private.link_requests(p_project_id, array(
    select id from public.test_request_configs where project_id = p_project_id and method = any (p_methods)
  ));
$$;

create function private.tg_api_endpoints__link_new()
returns trigger
language plpgsql
security definer  -- rows of tests are written
set search_path = ''
as $$
begin
  perform private.link_project(project_id, array_agg(distinct method)) from changed group by project_id order by project_id;
  return null;
end;
$$;

create function private.tg_api_endpoints__link_changed()
returns trigger
language plpgsql
security definer  -- rows of tests are written
set search_path = ''
as $$
begin
  perform private.link_project(changed.project_id, array_agg(changed.method) || array_agg(before.method))
  from changed
  join before on before.id = changed.id
  where (changed.method, changed.path, changed.protocol, changed.operation_id, changed.deleted_at is null)
    is distinct from (before.method, before.path, before.protocol, before.operation_id, before.deleted_at is null)
  group by changed.project_id
  order by changed.project_id;
  return null;
end;
$$;

create trigger test_request_configs_link_new
after insert on public.test_request_configs
referencing new table as changed
for each statement execute function private.tg_test_request_configs__link_new();

create trigger test_request_configs_link_changed
after update on public.test_request_configs
referencing new table as changed old table as before
for each statement execute function private.tg_test_request_configs__link_changed();

create trigger api_endpoints_link_new
after insert on public.api_endpoints
referencing new table as changed
for each statement execute function private.tg_api_endpoints__link_new();

create trigger api_endpoints_link_changed
after update on public.api_endpoints
referencing new table as changed old table as before
for each statement execute function private.tg_api_endpoints__link_changed();


-- From sql/31_fixtures.sql ========================================================================

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


-- From sql/31_test_names.sql ======================================================================

-- Test names: <suite key>/<test key>, by which people, files and workers call a test of a project.
-- Functions: private.find_tests, private.name_test.

-- Functions --------------------------------------------------------------------

-- The ids of tests by their full names, among what is not deleted. Names that are no test are left out.
create function private.find_tests(p_project_id uuid, p_names text[])
returns table (name text, id uuid)
language sql
stable
set search_path = ''
as $$
  select wanted.name, test.id
  from (select distinct unnest(p_names) as name) as wanted
  join public.test_suites as suite
    on suite.project_id = p_project_id
    and suite.key = split_part(wanted.name, '/', 1)
    and suite.deleted_at is null
  join public.test_cases as test
    on test.suite_id = suite.id
    and test.key = substr(wanted.name, length(suite.key) + 2)
    and test.deleted_at is null
  where wanted.name like '%/%';
$$;

create function private.name_test(p_test_case_id uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select suite.key || '/' || test.key
  from public.test_cases as test
  join public.test_suites as suite on suite.id = test.suite_id
  where test.id = p_test_case_id;
$$;


-- From sql/32_dependencies.sql ====================================================================

-- Dependencies: which test waits for which, and that none waits for itself.
-- Tables: test_dependencies.  Written by push_suites() (36_push.sql), and by editors.
-- Declared edges are part of a version; inferred ones follow from the templates, and every run infers them anew.

-- Types ------------------------------------------------------------------------

create type public.dependency_type as enum (  -- the order of strength: a pair has its strongest
  'order',  -- starts after the other has finished, whatever came of it
  'data',   -- uses something captured from the other, which must have passed
  'token'   -- uses an authentication token that the other produced
);

-- Tables -----------------------------------------------------------------------

create table public.test_dependencies (
  id                 uuid primary key default gen_random_uuid(),
  organization_id    uuid not null,
  project_id         uuid not null,
  dependent_test_id  uuid not null,
  required_test_id   uuid not null,
  dependency_type    public.dependency_type not null,
  declared           boolean not null default true,
  reasons            text[] not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  constraint test_dependencies_have_a_dependent_test
    foreign key (dependent_test_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint test_dependencies_have_a_required_test
    foreign key (required_test_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint test_dependencies_are_one_for_a_pair unique (dependent_test_id, required_test_id),
  constraint test_dependencies_reasons_are_few_and_short
    check (cardinality(reasons) <= 1000 and octet_length(array_to_string(reasons, '')) <= 100000),
  constraint test_dependencies_do_not_point_at_themselves check (dependent_test_id <> required_test_id)
);
comment on table public.test_dependencies is 'An edge of the graph: the dependent test waits for the required one. Deleted tests have none.';
comment on column public.test_dependencies.declared is 'True: the file says it (needs, after), or an editor does. False: inferred at the last push, from the templates.';
comment on column public.test_dependencies.reasons is 'Why, in words: declared, or which name in which field mentions what the other captures.';

-- Serves "what does this test need?".
create index idx_test_dependencies_dependent_test_id on public.test_dependencies (dependent_test_id);
-- Serves "what needs this test?".
create index idx_test_dependencies_required_test_id on public.test_dependencies (required_test_id);
-- Serves the check for circles, which reads a project's whole graph.
create index idx_test_dependencies_project_id on public.test_dependencies (project_id);

-- Who may ----------------------------------------------------------------------

alter table public.test_dependencies enable row level security;

create policy "Members see the dependencies of their organizations"
on public.test_dependencies for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors declare dependencies"
on public.test_dependencies for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change dependencies"
on public.test_dependencies for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors take dependencies out"
on public.test_dependencies for delete to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))));

grant select,
  insert (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, reasons),
  update (dependency_type, declared, reasons),
  delete
on public.test_dependencies to authenticated;

-- Functions --------------------------------------------------------------------

-- One at a time changes a project's graph: two edges that are harmless alone can close a circle together.
create function private.lock_graph(p_project_id uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('baton/graph/' || p_project_id, 0));
$$;

-- A project's graph with its tests numbered from 1, as arrays indexed by that number:
-- how many tests each one waits for, and who waits for it, from first_dependent[n] to first_dependent[n + 1] - 1.
create function private.number_graph(
  p_project_id uuid,
  out tests uuid[],
  out waits_for integer[],
  out first_dependent integer[],
  out dependents integer[]
)
language sql
stable
set search_path = ''
as $$
  with edge as (
    select required_test_id, dependent_test_id
    from public.test_dependencies
    where project_id = p_project_id
  ),
  test as (
    select id, row_number() over (order by id)::integer as number
    from (select required_test_id from edge union select dependent_test_id from edge) as named (id)
  ),
  numbered as (
    select required.number as required, dependent.number as dependent
    from edge
    join test as required on required.id = edge.required_test_id
    join test as dependent on dependent.id = edge.dependent_test_id
  ),
  counted as (
    select test.id, test.number,
      coalesce(needs.count, 0)::integer as needs,
      (1 + coalesce(sum(users.count) over (order by test.number rows between unbounded preceding and 1 preceding), 0))::integer as first
    from test
    left join (select dependent, count(*) from numbered group by dependent) as needs on needs.dependent = test.number
    left join (select required, count(*) from numbered group by required) as users on users.required = test.number
  )
  select
    (select coalesce(array_agg(id order by number), '{}') from counted),
    (select coalesce(array_agg(needs order by number), '{}') from counted),
    (select coalesce(array_agg(first order by number), '{}') || (select count(*)::integer + 1 from numbered) from counted),
    (select coalesce(array_agg(dependent order by required, dependent), '{}') from numbered);
$$;

-- The tests that wait in a circle, or for one: empty in a healthy graph.
-- Kahn's algorithm (1962): take away what waits for nothing until nothing more can be taken away. On arrays,
-- because asking the table at each step takes seconds where tests stand in a long row.
create function private.tests_in_circles(p_project_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_graph record;
  v_waits_for integer[];
  v_free integer[];
  v_taken integer := 0;
  v_dependent integer;
begin
  select * into v_graph from private.number_graph(p_project_id);
  v_waits_for := v_graph.waits_for;
  v_free := array(select number from unnest(v_waits_for) with ordinality as test (needs, number) where needs = 0);

  while v_taken < cardinality(v_free) loop
    v_taken := v_taken + 1;
    foreach v_dependent in array
      v_graph.dependents[v_graph.first_dependent[v_free[v_taken]] : v_graph.first_dependent[v_free[v_taken] + 1] - 1]
    loop
      v_waits_for[v_dependent] := v_waits_for[v_dependent] - 1;
      if v_waits_for[v_dependent] = 0 then
        v_free := array_append(v_free, v_dependent);
      end if;
    end loop;
  end loop;

  return array(
    select v_graph.tests[number] from unnest(v_waits_for) with ordinality as test (needs, number) where needs > 0
  );
end;
$$;

-- One circle among these tests, from a test to what it needs, without coming round. p_tests as tests_in_circles() gives
-- them: each of them needs another of them, so that the walk cannot end.
create function private.find_circle(p_tests uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_walk uuid[] := '{}';
  v_test uuid := p_tests[1];
begin
  while v_test <> all (v_walk) loop
    v_walk := array_append(v_walk, v_test);
    select required_test_id into v_test
    from public.test_dependencies
    where dependent_test_id = v_test and required_test_id = any (p_tests)
    order by required_test_id
    limit 1;
  end loop;
  return v_walk[array_position(v_walk, v_test):];
end;
$$;

-- "a/x -> a/y -> a/x", from the name that sorts first, so that the same circle always reads the same.
create function private.describe_circle(p_circle uuid[])
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_names text[] := array(select private.name_test(id) from unnest(p_circle) with ordinality as test (id, number) order by number);
  v_first integer := array_position(v_names, (select min(name) from unnest(v_names) as name));
begin
  return array_to_string(v_names[v_first:] || v_names[:v_first], ' -> ');
end;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_test_dependencies__refuse_circles()
returns trigger
language plpgsql
security definer  -- the whole graph is looked at
set search_path = ''
as $$
declare
  v_project_id uuid;
  v_tests uuid[];
begin
  for v_project_id in select distinct project_id from changed order by project_id loop
    perform private.lock_graph(v_project_id);
    v_tests := private.tests_in_circles(v_project_id);
    if v_tests <> '{}' then
      perform private.refuse(422, 'these tests need one another in a circle: ' || private.describe_circle(private.find_circle(v_tests)),
        'Nothing was written; take one of these dependencies out.');
    end if;
  end loop;
  return null;
end;
$$;

create trigger test_dependencies_refuse_circles_on_insert
after insert on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__refuse_circles();

create trigger test_dependencies_refuse_circles_on_update
after update on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__refuse_circles();

-- Whoever changes the type of an inferred edge by hand declares it.
create function private.tg_test_dependencies__declare()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.declared := true;
  return new;
end;
$$;

create trigger test_dependencies_declare
before update of dependency_type on public.test_dependencies
for each row
when (current_user = 'authenticated' and new.dependency_type is distinct from old.dependency_type)
execute function private.tg_test_dependencies__declare();

create trigger test_dependencies_touch_updated_at
before update on public.test_dependencies
for each row execute function private.tg_touch_updated_at();


-- From sql/33_documents.sql =======================================================================

-- Documents: a suite's rows as the file that says the same. It is JSON, which every reader of suite files reads.
-- Functions: compose_suite, and the compose_… family that it is made of.
-- A test takes part once it has a request. Left out: whether a test is enabled, and quarantine; runs look those up.

-- Functions --------------------------------------------------------------------

create function private.hash_text(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(extensions.digest(convert_to(p_text, 'UTF8'), 'sha256'), 'hex');
$$;

-- What tells the rows of a suite from others: the file that they make, and the contents of the files that it names.
create function private.hash_rows(p_source text, p_files jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select private.hash_text(p_source || case when p_files = '{}' then '' else p_files::text end);
$$;

-- {p_word: p_value}, or nothing where there is nothing to say.
create function private.say(p_word text, p_value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when p_value is null or p_value in ('null', '""', '{}', '[]') then '{}'
    else jsonb_build_object(p_word, p_value)
  end;
$$;

create function private.compose_request(p_request public.test_request_configs)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_request.settings
    || case
      when p_request.method = 'STEPS' then '{}'
      when p_request.method in ('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')
        then jsonb_build_object(p_request.method, p_request.path)
      else jsonb_build_object('request', jsonb_build_object('method', p_request.method, 'url', p_request.path))
    end
    || private.say('query', p_request.query)
    || private.say('headers', p_request.headers)
    || private.fields(p_request.body)
    || private.say('auth', p_request.auth);
$$;

-- What people declared, under "needs" and "after". What is inferred is not said: the templates say it.
create function private.compose_needs(p_test public.test_cases)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with needed as (
    select edge.dependency_type,
      case when required.suite_id = p_test.suite_id then required.key else suite.key || '/' || required.key end as name
    from public.test_dependencies as edge
    join public.test_cases as required on required.id = edge.required_test_id
    join public.test_suites as suite on suite.id = required.suite_id
    where edge.dependent_test_id = p_test.id
      and edge.declared
      and required.deleted_at is null
      and exists (select from public.test_request_configs as request where request.test_case_id = required.id)
  )
  select private.say('needs', (
      select jsonb_agg(name order by name collate "C") from needed where dependency_type <> 'order'
    )) || private.say('after', (
      select jsonb_agg(name order by name collate "C") from needed where dependency_type = 'order'
    ));
$$;

-- A word of which the column has one value and the file may say more: the count of retries, and when they are made. More
-- is said in p_said, or in the defaults of the suite; where the column agrees with what holds anyway nothing is said.
create function private.compose_word(p_word text, p_part text, p_value jsonb, p_said jsonb, p_default jsonb, p_otherwise jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when jsonb_typeof(p_said) = 'object' then jsonb_build_object(p_word, p_said || private.say(p_part, p_value))
    when jsonb_typeof(p_default) = 'object' and p_default -> p_part is distinct from p_value and p_value <> 'null'
      then jsonb_build_object(p_word, p_default || jsonb_build_object(p_part, p_value))
    when p_value = coalesce(p_default -> p_part, p_default, p_otherwise) then '{}'
    else private.say(p_word, p_value)
  end;
$$;

-- What the row says goes before the defaults of the suite: it is said, unless it is what holds when nobody says anything.
create function private.compose_settings(p_test public.test_cases, p_settings jsonb, p_defaults jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select private.say('title', to_jsonb(nullif(p_test.name, p_test.key)))
    || private.say('description', to_jsonb(p_test.description))
    || private.say('tags', to_jsonb(p_test.tags))
    || private.compose_word('timeout', 'total', to_jsonb(p_test.timeout_seconds), p_settings -> 'timeout', p_defaults -> 'timeout', null)
    || private.say('skip', to_jsonb(p_test.skip_reason))
    || case when p_test.priority = 'medium' and not p_defaults ? 'priority' then '{}'
      else jsonb_build_object('priority', p_test.priority) end
    || private.compose_word('retries', 'count', to_jsonb(p_test.retries), p_settings -> 'retries', p_defaults -> 'retries', '0')
    || case when p_test.idempotent then '{}' else '{"idempotent": false}'::jsonb end;
$$;

-- The tests as members of a JSON object, in the order of their positions. Null where no test can run.
create function private.compose_tests(p_suite public.test_suites)
returns text
language sql
stable
set search_path = ''
as $$
  select string_agg(
    to_json(test.key) || ': ' || jsonb_pretty(
      private.compose_request(request)
      || private.compose_settings(test, request.settings, private.fields(p_suite.config -> 'defaults'))
      || private.compose_needs(test)
      || private.say('expect', response.expectations)
      || private.say('capture', response.captures)
    ),
    E',\n' order by test.position, test.key collate "C"
  )
  from public.test_cases as test
  join public.test_request_configs as request
    on request.test_case_id = test.id and request.organization_id = test.organization_id and request.step_index = 0
  left join public.test_response_specs as response
    on response.test_case_id = test.id and response.organization_id = test.organization_id and response.step_index = 0
  where test.suite_id = p_suite.id
    and test.deleted_at is null;
$$;

-- A fixture in the file's words. Only what does not follow from the other words is said.
create function private.compose_fixture(p_fixture public.test_data_fixtures)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_fixture.settings
    || case p_fixture.kind
      when 'literal' then jsonb_build_object('data', p_fixture.content)
      when 'generated' then jsonb_build_object('generate', p_fixture.content)
      when 'file' then jsonb_build_object('file', coalesce(p_fixture.path, p_fixture.storage_path), 'format', p_fixture.format)
      when 'snapshot' then jsonb_build_object('snapshot', p_fixture.content, 'cleanup', p_fixture.cleanup)
        || case when p_fixture.cleanup = 'manual' then '{}' else private.say('ttl', to_jsonb(p_fixture.ttl_seconds || 's')) end
    end
    || case when p_fixture.is_immutable and p_fixture.kind in ('file', 'snapshot') then '{"immutable": true}' else '{}'::jsonb end;
$$;

create function private.compose_fixtures(p_suite public.test_suites)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(fixture.key, private.compose_fixture(fixture))
  from public.test_data_fixtures as fixture
  where fixture.suite_id = p_suite.id and fixture.deleted_at is null;
$$;

-- The file that these rows make; null where there is nothing to run. The order of tests is kept, that of other keys is not.
create function private.compose_suite(p_suite public.test_suites)
returns text
language sql
stable
set search_path = ''
as $$
  -- A line feed inside a text is written \n, so that each real one begins a line of the file.
  select left(jsonb_pretty(
      p_suite.config
      || jsonb_build_object('suite', p_suite.name, 'key', p_suite.key)
      || private.say('description', to_jsonb(p_suite.description))
      || private.say('tags', to_jsonb(p_suite.tags))
      || private.say('fixtures', private.compose_fixtures(p_suite))
    ), -2)
    || E',\n    "tests": {\n        ' || replace(private.compose_tests(p_suite), E'\n', E'\n        ') || E'\n    }\n}\n';
$$;

-- Triggers ---------------------------------------------------------------------

-- Rows of which no file can be made are refused. What the words mean is checked where files are read: by the worker.

-- Refuses words that p_object must not hold, or a list of words, because they have a column or a table of their own.
create function private.refuse_words(p_object jsonb, p_words text[], p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_word text := (select word from unnest(p_words) as word where p_object ? word order by word limit 1);
begin
  if v_word is not null then
    perform private.refuse(422, format('"%s" has no place in %s', v_word, p_where), 'It has a column, or a table, of its own: write it there.');
  end if;
end;
$$;

create function private.tg_test_suites__check_words()
returns trigger
language plpgsql
security definer  -- editors do not call the checks
set search_path = ''
as $$
begin
  perform private.require_type(new.config, 'object', 'config');
  perform private.refuse_words(new.config, '{suite,key,description,tags,tests,fixtures}', 'config');
  return new;
end;
$$;

create trigger test_suites_check_words
before insert or update of config on public.test_suites
for each row execute function private.tg_test_suites__check_words();

create function private.tg_test_request_configs__check_words()
returns trigger
language plpgsql
security definer  -- editors do not call the checks
set search_path = ''
as $$
declare
  v_bodies constant text[] := '{json,text,form,multipart,xml,file,graphql}';
begin
  perform private.require_types(to_jsonb(new), '{"query": "object", "headers": "object", "body": "object", "settings": "object"}', 'a request');
  if jsonb_array_length(jsonb_path_query_array(new.body, '$.keyvalue()')) <> 1 or not new.body ?| v_bodies then
    perform private.refuse(422, 'a body is said by one word: json, text, form, multipart, xml, file or graphql',
      'Write {"json": …} or {"text": "…"}, or null for no body.');
  end if;
  perform private.refuse_words(new.settings, '{GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS,request,query,headers,auth,expect,capture,
    needs,after,title,description,tags,priority,idempotent,skip}' || v_bodies, 'settings');
  -- As mappings they say more than their columns can.
  perform private.refuse_words(jsonb_path_query_array(new.settings, '$.keyvalue() ? (@.value.type() != "object").key'),
    '{timeout,retries}', 'settings');
  return new;
end;
$$;

create trigger test_request_configs_check_words
before insert or update of query, headers, body, settings on public.test_request_configs
for each row execute function private.tg_test_request_configs__check_words();

create function private.tg_test_response_specs__check_words()
returns trigger
language plpgsql
security definer  -- editors do not call the checks
set search_path = ''
as $$
begin
  perform private.require_type(new.expectations, 'object', 'expectations');
  perform private.require_type(new.captures, 'object', 'captures');
  return new;
end;
$$;

create trigger test_response_specs_check_words
before insert or update of expectations, captures on public.test_response_specs
for each row execute function private.tg_test_response_specs__check_words();


-- From sql/34_push_checks.sql =====================================================================

-- Push checks: is what was pushed well-formed, before anything is written?
-- Functions: the check_… family of push_suites() (36_push.sql).
--
-- p_push is {"suites": […], "dependencies": […], "prune": boolean, "contents": {hash: base64}}. A suite has key, name, path, source, content_hash,
-- description, tags, config, files ({path: hash}), credentials (names of those that its tests name), fixtures
-- ({key: {"kind", "format", "compression", "content", "path", "ttl_seconds", "immutable", "cleanup", "settings"}}) and tests; a test has key, name, position, description, priority, tags, timeout_seconds,
-- retries, skip_reason, idempotent, request and response; a dependency has dependent, required (full names), type, reasons.
-- request has method, path, query, headers, body, auth, settings; response has expectations, captures: in the words of the
-- file, as 30_suites.sql tells. An edge is declared unless it says "declared": false.
-- At most 1,000 suites, 20,000 tests and 100,000 dependencies; a file has at most 2 MiB.

-- Functions --------------------------------------------------------------------

create function private.check_pushed_test(p_test jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_test, '{
    "name": "string", "position": "number", "description": "string", "priority": "string", "tags": "array",
    "timeout_seconds": "number", "retries": "number", "skip_reason": "string", "idempotent": "boolean", "only": "boolean",
    "request": "object", "response": "object", "metadata": "object"
  }', p_where);
  perform private.require_type(p_test -> 'key', 'string', p_where || '.key');
  perform private.require_word(p_test ->> 'priority', 'public.test_priority', p_where || '.priority');
  perform private.require_texts(p_test -> 'tags', p_where || '.tags');
  perform private.require_types(private.fields(p_test -> 'request'),
    '{"method": "string", "path": "string", "query": "object", "headers": "object", "body": "object", "settings": "object"}',
    p_where || '.request');
  perform private.require_types(private.fields(p_test -> 'response'), '{"expectations": "object", "captures": "object"}',
    p_where || '.response');
end;
$$;

create function private.check_content_hash(p_suite jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_content text := (p_suite ->> 'path') || E'\n' || (p_suite ->> 'source');
begin
  perform private.require_at_most(octet_length(p_suite ->> 'source'), 2097152, 'bytes in ' || (p_suite ->> 'path'));
  if p_suite ->> 'content_hash' <> encode(extensions.digest(convert_to(v_content, 'UTF8'), 'sha256'), 'hex') then
    perform private.refuse(422, format('the content_hash of suite "%s" is not that of its path and source', p_suite ->> 'key'),
      'It is the sha256, in hex, of path, a line feed, and source. Was the file changed on its way?');
  end if;
end;
$$;

create function private.check_pushed_suite(p_suite jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_field text;
  v_test jsonb;
begin
  perform private.require_types(p_suite, '{
    "name": "string", "description": "string", "tags": "array", "config": "object", "selectors": "object",
    "hooks": "object", "metadata": "object", "tests": "array", "credentials": "array",
    "fixtures": "object"
  }', p_where);
  perform private.require_texts(p_suite -> 'credentials', p_where || '.credentials');
  perform private.require_at_most(jsonb_array_length(private.items(p_suite -> 'credentials')), 1000, 'credentials of ' || p_where);
  foreach v_field in array array['key', 'path', 'source', 'content_hash'] loop
    perform private.require_type(p_suite -> v_field, 'string', p_where || '.' || v_field);
  end loop;
  perform private.require_texts(p_suite -> 'tags', p_where || '.tags');
  perform private.check_content_hash(p_suite);
  for v_test in select value from jsonb_array_elements(private.items(p_suite -> 'tests')) loop
    perform private.check_pushed_test(v_test, format('test "%s" of suite "%s"', v_test ->> 'key', p_suite ->> 'key'));
  end loop;
  perform private.check_pushed_fixtures(p_suite);
end;
$$;

create function private.check_pushed_dependency(p_dependency jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_type(p_dependency, 'object', 'each of dependencies');
  perform private.require_type(p_dependency -> 'dependent', 'string', 'dependent');
  perform private.require_type(p_dependency -> 'required', 'string', 'required');
  perform private.require_type(p_dependency -> 'type', 'string', 'type');
  perform private.require_word(p_dependency ->> 'type', 'public.dependency_type', 'type');
  perform private.require_types(p_dependency, '{"declared": "boolean"}', 'each of dependencies');
  perform private.require_texts(p_dependency -> 'reasons', 'reasons');
end;
$$;

create function private.check_unique(p_names text[], p_what text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_twice text := (select name from unnest(p_names) as name group by name having count(*) > 1 order by name limit 1);
begin
  if v_twice is not null then
    perform private.refuse(422, format('%s "%s" is there twice', p_what, v_twice), 'Nothing was written; take one of them out.');
  end if;
end;
$$;

create function private.check_push(p_push jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_item jsonb;
begin
  perform private.require_types(p_push, '{"suites": "array", "dependencies": "array", "prune": "boolean"}', 'a push');
  perform private.require_at_most(jsonb_array_length(private.items(p_push -> 'suites')), 1000, 'suites');
  perform private.require_at_most(jsonb_array_length(private.items(p_push -> 'dependencies')), 100000, 'dependencies');
  for v_item in select value from jsonb_array_elements(private.items(p_push -> 'suites')) loop
    perform private.check_pushed_suite(v_item, format('suite "%s"', v_item ->> 'key'));
  end loop;
  for v_item in select value from jsonb_array_elements(private.items(p_push -> 'dependencies')) loop
    perform private.check_pushed_dependency(v_item);
  end loop;
end;
$$;

create function private.check_pushed_keys(p_suites jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_tests text[] := array(
    select (suite ->> 'key') || '/' || (test ->> 'key')
    from jsonb_array_elements(p_suites) as suite,
      jsonb_array_elements(private.items(suite -> 'tests')) as test
  );
begin
  perform private.require_at_most(cardinality(v_tests), 20000, 'tests');
  perform private.check_unique(array(select suite ->> 'key' from jsonb_array_elements(p_suites) as suite), 'suite');
  perform private.check_unique(v_tests, 'test');
end;
$$;

create function private.check_dependency_names(p_suites jsonb, p_dependencies jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_edge record;
begin
  select edge ->> 'dependent' as dependent, edge ->> 'required' as required into v_edge
  from jsonb_array_elements(p_dependencies) as edge
  where not exists (
    select from jsonb_array_elements(p_suites) as suite
    where suite ->> 'key' = split_part(edge ->> 'dependent', '/', 1)
  )
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" needs "%s", but its suite is not in this push', v_edge.dependent, v_edge.required),
      'Push the suite together with its dependencies.');
  end if;

  select edge ->> 'dependent' as dependent, edge ->> 'required' as required into v_edge
  from jsonb_array_elements(p_dependencies) as edge
  where edge ->> 'dependent' = edge ->> 'required';
  if found then
    perform private.refuse(422, format('"%s" needs itself', v_edge.dependent), 'Nothing was written; take this dependency out.');
  end if;
end;
$$;


-- From sql/34_suite_contents.sql ==================================================================

-- Suite contents: files that suites name beside their own, such as rows and schemas, by the hash of what is in them.
-- A version says which it means, {path: hash}; what is there already is not sent again.
-- Tables: private.suite_contents.  Functions: find_missing_contents; the save_… and check_… that push_suites() calls.

-- Tables -----------------------------------------------------------------------

create table private.suite_contents (
  project_id       uuid not null,
  organization_id  uuid not null,
  hash             text not null,
  content          bytea not null,
  created_at       timestamptz not null default now(),

  primary key (project_id, hash),
  constraint suite_contents_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint suite_contents_hash_is_that_of_the_content check (hash = encode(sha256(content), 'hex')),
  constraint suite_contents_are_at_most_8_mib check (octet_length(content) <= 8388608)
);
comment on table private.suite_contents is 'What is in the files that suites name, by its sha256 in hex. Workers read them; never private keys.';

-- Who may ----------------------------------------------------------------------

alter table private.suite_contents enable row level security;

-- Functions: what is wrong -----------------------------------------------------

-- {path: hash} of each suite, and {hash: base64} of what is sent along.
create function private.check_pushed_files(p_push jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_suite jsonb;
begin
  perform private.require_types(p_push, '{"contents": "object"}', 'a push');
  perform private.require_at_most(octet_length((p_push -> 'contents')::text), 50331648, 'bytes of files in one push');
  for v_suite in select value from jsonb_array_elements(private.items(p_push -> 'suites')) loop
    perform private.require_types(v_suite, '{"files": "object"}', format('suite "%s"', v_suite ->> 'key'));
    perform private.require_at_most(
      (select count(*) from jsonb_object_keys(private.fields(v_suite -> 'files'))), 1000, format('files of suite "%s"', v_suite ->> 'key'));
    if private.fields(v_suite -> 'files') @? '$.keyvalue() ? (@.value.type() != "string" || !(@.value like_regex "^[0-9a-f]{64}$"))' then
      perform private.refuse(422, format('the files of suite "%s" are not {path: sha256 in hex}', v_suite ->> 'key'),
        'Nothing was written; push with a client of this version.');
    end if;
  end loop;
end;
$$;

create function private.check_contents_are_there(p_project_id uuid, p_suites jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_missing record;
begin
  select suite ->> 'key' as suite, file.key as path into v_missing
  from jsonb_array_elements(p_suites) as suite
  cross join jsonb_each_text(private.fields(suite -> 'files')) as file
  where not exists (
    select from private.suite_contents as content where content.project_id = p_project_id and content.hash = file.value
  )
  limit 1;
  if found then
    perform private.refuse(422, format('suite "%s" names the file %s, and its content is not there', v_missing.suite, v_missing.path),
      'Send it in "contents"; find_missing_contents says which are needed.');
  end if;
end;
$$;

-- Functions: for the push ------------------------------------------------------

create function private.save_contents(p_project public.projects, p_contents jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_hash text;
  v_content text;
begin
  for v_hash, v_content in select key, value from jsonb_each_text(private.fields(p_contents)) order by key loop
    insert into private.suite_contents (project_id, organization_id, hash, content)
    values (p_project.id, p_project.organization_id, v_hash, decode(v_content, 'base64'))
    on conflict do nothing;
  end loop;
end;
$$;

-- Functions: for members -------------------------------------------------------

create function private.find_missing_contents(p_project_id uuid, p_hashes text[])
returns text[]
language plpgsql
stable
security definer  -- nobody reads this table
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'editor', 'suites:push');
begin
  perform private.require_at_most(cardinality(p_hashes), 100000, 'hashes');
  return array(
    select distinct hash from unnest(p_hashes) as hash
    where hash not in (select content.hash from private.suite_contents as content where content.project_id = v_project.id)
    order by hash
  );
end;
$$;
grant execute on function private.find_missing_contents(uuid, text[]) to authenticated;

-- Which of these contents the project does not have yet: only they need to go along with a push.
create function public.find_missing_contents(p_project_id uuid, p_hashes text[])
returns text[]
language sql
stable
set search_path = ''
as $$
  select private.find_missing_contents(p_project_id, p_hashes);
$$;
grant execute on function public.find_missing_contents(uuid, text[]) to authenticated;


-- From sql/35_pushed_fixtures.sql =================================================================

-- Pushed fixtures: what a push writes into the fixtures of its suites.
-- Functions: check_pushed_fixtures, save_fixtures, remove_gone_fixtures; for push_suites() (36_push.sql).

-- Functions --------------------------------------------------------------------

create function private.check_pushed_fixtures(p_suite jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_key text;
  v_fixture jsonb;
  v_where text;
begin
  perform private.require_at_most((select count(*) from jsonb_object_keys(private.fields(p_suite -> 'fixtures'))), 1000,
    format('fixtures of suite "%s"', p_suite ->> 'key'));
  for v_key, v_fixture in select key, value from jsonb_each(private.fields(p_suite -> 'fixtures')) loop
    v_where := format('fixture "%s" of suite "%s"', v_key, p_suite ->> 'key');
    perform private.require_type(v_fixture, 'object', v_where);
    perform private.require_types(v_fixture, '{
      "kind": "string", "format": "string", "compression": "string", "path": "string", "ttl_seconds": "number",
      "immutable": "boolean", "cleanup": "string", "settings": "object"
    }', v_where);
    perform private.require_word(v_fixture ->> 'kind', 'public.fixture_kind', v_where || '.kind');
    perform private.require_word(v_fixture ->> 'cleanup', 'public.fixture_cleanup', v_where || '.cleanup');
  end loop;
end;
$$;

-- Size and checksum of a file are those of the content that came along.
create function private.pushed_fixtures(p_project public.projects, p_suites jsonb)
returns table (suite_id uuid, key text, fixture jsonb, checksum text, size_bytes bigint)
language sql
stable
set search_path = ''
as $$
  select owner.id, fixture.key, fixture.value, content.hash, octet_length(content.content)
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as owner on owner.project_id = p_project.id and owner.key = suite ->> 'key'
  cross join jsonb_each(private.fields(suite -> 'fixtures')) as fixture
  left join private.suite_contents as content
    on content.project_id = p_project.id and content.hash = fixture.value ->> 'checksum';
$$;

create function private.save_fixtures(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_data_fixtures as saved
    (organization_id, project_id, suite_id, key, name, kind, format, compression, content, path, settings, checksum, size_bytes,
     ttl_seconds, is_immutable, cleanup, cleanup_after_seconds)
  select p_project.organization_id, p_project.id, suite_id, key, key, coalesce((fixture ->> 'kind')::public.fixture_kind, 'literal'),
    coalesce(fixture ->> 'format', 'json'), fixture ->> 'compression', fixture -> 'content', fixture ->> 'path',
    private.fields(fixture -> 'settings'), checksum, size_bytes, ceil((fixture ->> 'ttl_seconds')::numeric)::integer,
    coalesce((fixture ->> 'immutable')::boolean, false), coalesce((fixture ->> 'cleanup')::public.fixture_cleanup, 'immediate'),
    case when fixture ->> 'cleanup' = 'delayed' then ceil((fixture ->> 'ttl_seconds')::numeric)::integer end
  from private.pushed_fixtures(p_project, p_suites)
  on conflict (project_id, organization_id, suite_id, key) where deleted_at is null do update set
    kind = excluded.kind,
    format = excluded.format,
    compression = excluded.compression,
    content = excluded.content,
    path = excluded.path,
    storage_path = null,
    settings = excluded.settings,
    checksum = excluded.checksum,
    size_bytes = excluded.size_bytes,
    ttl_seconds = excluded.ttl_seconds,
    is_immutable = excluded.is_immutable,
    cleanup = excluded.cleanup,
    cleanup_after_seconds = excluded.cleanup_after_seconds
  where (saved.kind, saved.format, saved.compression, saved.content, saved.path, saved.storage_path, saved.settings, saved.checksum,
      saved.ttl_seconds, saved.is_immutable, saved.cleanup, saved.cleanup_after_seconds)
    is distinct from (excluded.kind, excluded.format, excluded.compression, excluded.content, excluded.path, null::text,
      excluded.settings, excluded.checksum, excluded.ttl_seconds, excluded.is_immutable, excluded.cleanup,
      excluded.cleanup_after_seconds);
$$;

-- Fixtures that are no longer in their file, and those of suites that are gone. Which runs used them stays.
create function private.remove_gone_fixtures(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_data_fixtures as saved
  set deleted_at = now()
  from public.test_suites as owner
  left join jsonb_array_elements(p_suites) as suite on suite ->> 'key' = owner.key
  where saved.suite_id = owner.id
    and saved.project_id = p_project.id
    and saved.deleted_at is null
    and (owner.deleted_at is not null or (suite is not null and not private.fields(suite -> 'fixtures') ? saved.key));
$$;


-- From sql/35_pushed_suites.sql ===================================================================

-- Pushed suites: what a push writes into suites, versions and tests.
-- Functions: the save_… family of push_suites() (36_push.sql). Rows that say what they said before are left alone.

-- Functions: suites and versions -----------------------------------------------

create function private.save_suites(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_suites as saved
    (organization_id, project_id, key, name, description, path, tags, config, selectors, hooks, metadata)
  select p_project.organization_id, p_project.id, suite ->> 'key', coalesce(suite ->> 'name', suite ->> 'key'),
    coalesce(suite ->> 'description', ''), suite ->> 'path', private.require_texts(suite -> 'tags', 'tags'),
    private.fields(suite -> 'config'), private.fields(suite -> 'selectors'),
    private.fields(suite -> 'hooks'), private.fields(suite -> 'metadata')
  from jsonb_array_elements(p_suites) as suite
  on conflict (project_id, organization_id, key) do update set
    name = excluded.name,
    description = excluded.description,
    path = excluded.path,
    tags = excluded.tags,
    config = excluded.config,
    selectors = excluded.selectors,
    hooks = excluded.hooks,
    metadata = excluded.metadata,
    deleted_at = null
  where (saved.name, saved.description, saved.path, saved.tags, saved.config, saved.selectors, saved.hooks, saved.metadata, saved.deleted_at)
    is distinct from
    (excluded.name, excluded.description, excluded.path, excluded.tags, excluded.config, excluded.selectors, excluded.hooks, excluded.metadata, null::timestamptz);
$$;

-- Content that is there already keeps its version and its number.
create function private.add_versions(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into private.suite_versions
    (organization_id, suite_id, number, content_hash, path, source, files, rows_hash, credentials, created_by)
  select saved.organization_id, saved.id,
    (select coalesce(max(number), 0) + 1 from private.suite_versions as earlier where earlier.suite_id = saved.id),
    suite ->> 'content_hash', suite ->> 'path', suite ->> 'source', private.fields(suite -> 'files'),
    private.hash_rows(private.compose_suite(saved), private.fields(suite -> 'files')),
    private.require_texts(suite -> 'credentials', 'credentials'),
    (select auth.uid())
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as saved on saved.project_id = p_project.id and saved.key = suite ->> 'key'
  where not exists (
    select from private.suite_versions as same
    where same.suite_id = saved.id and same.content_hash = suite ->> 'content_hash' and same.files = private.fields(suite -> 'files')
  );
$$;

-- Points each suite at the version of its content, and says which suites that changed, and whether what was edited in
-- place since the push before is gone with it.
create function private.choose_versions(p_project public.projects, p_suites jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  with pushed as (
    select saved.id, saved.key, saved.version as previous, version.number, position,
      coalesce(replaced.origin = 'edited', false) as replaced_edits
    from jsonb_array_elements(p_suites) with ordinality as suite (value, position)
    join public.test_suites as saved on saved.project_id = p_project.id and saved.key = suite.value ->> 'key'
    join private.suite_versions as version on version.suite_id = saved.id
      and version.content_hash = suite.value ->> 'content_hash' and version.files = private.fields(suite.value -> 'files')
    left join private.suite_versions as replaced on replaced.suite_id = saved.id and replaced.number = saved.version
  ),
  moved as (
    update public.test_suites as suite
    set version = pushed.number
    from pushed
    where suite.id = pushed.id and pushed.previous <> pushed.number
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'key', key, 'id', id, 'version', number, 'changed', previous <> number, 'replaced_edits', replaced_edits
  ) order by position), '[]')
  from pushed;
$$;

-- Functions: tests -------------------------------------------------------------

create function private.pushed_tests(p_project_id uuid, p_suites jsonb)
returns table (suite_id uuid, test jsonb, number bigint)
language sql
stable
set search_path = ''
as $$
  select saved.id, test.value, test.ordinality
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as saved on saved.project_id = p_project_id and saved.key = suite ->> 'key'
  cross join jsonb_array_elements(private.items(suite -> 'tests')) with ordinality as test;
$$;

create function private.save_tests(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_cases as saved
    (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
     skip_reason, "only", idempotent, metadata)
  select p_project.organization_id, p_project.id, suite_id, test ->> 'key', coalesce(test ->> 'name', test ->> 'key'),
    coalesce(test ->> 'description', ''), coalesce((test ->> 'position')::integer, number::integer - 1),
    coalesce((test ->> 'priority')::public.test_priority, 'medium'), private.require_texts(test -> 'tags', 'tags'),
    (test ->> 'timeout_seconds')::double precision, coalesce((test ->> 'retries')::integer, 0), test ->> 'skip_reason',
    coalesce((test ->> 'only')::boolean, false), coalesce((test ->> 'idempotent')::boolean, true),
    private.fields(test -> 'metadata')
  from private.pushed_tests(p_project.id, p_suites)
  on conflict (suite_id, key) do update set
    name = excluded.name,
    description = excluded.description,
    position = excluded.position,
    priority = excluded.priority,
    tags = excluded.tags,
    timeout_seconds = excluded.timeout_seconds,
    retries = excluded.retries,
    skip_reason = excluded.skip_reason,
    "only" = excluded."only",
    idempotent = excluded.idempotent,
    metadata = excluded.metadata,
    deleted_at = null
  where (saved.name, saved.description, saved.position, saved.priority, saved.tags, saved.timeout_seconds, saved.retries,
      saved.skip_reason, saved."only", saved.idempotent, saved.metadata, saved.deleted_at)
    is distinct from
    (excluded.name, excluded.description, excluded.position, excluded.priority, excluded.tags, excluded.timeout_seconds, excluded.retries,
      excluded.skip_reason, excluded."only", excluded.idempotent, excluded.metadata, null::timestamptz);
$$;

-- Tests that are no longer in their file. Their history stays.
create function private.remove_gone_tests(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_cases as saved
  set deleted_at = now()
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as owner on owner.project_id = p_project.id and owner.key = suite ->> 'key'
  where saved.suite_id = owner.id
    and saved.deleted_at is null
    and saved.key not in (select test ->> 'key' from jsonb_array_elements(private.items(suite -> 'tests')) as test);
$$;

create function private.save_requests(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_request_configs as saved
    (organization_id, test_case_id, method, path, query, headers, body, auth, settings)
  select p_project.organization_id, owner.id, upper(coalesce(request ->> 'method', 'GET')), coalesce(request ->> 'path', ''),
    private.fields(request -> 'query'), private.fields(request -> 'headers'), nullif(private.fields(request -> 'body'), '{}'),
    nullif(request -> 'auth', 'null'), private.fields(request -> 'settings')
  from private.pushed_tests(p_project.id, p_suites) as pushed
  join public.test_cases as owner on owner.suite_id = pushed.suite_id and owner.key = pushed.test ->> 'key'
  cross join private.fields(pushed.test -> 'request') as request
  where request <> '{}'
  on conflict (test_case_id, organization_id, step_index) do update set
    method = excluded.method,
    path = excluded.path,
    query = excluded.query,
    headers = excluded.headers,
    body = excluded.body,
    auth = excluded.auth,
    settings = excluded.settings
  where (saved.method, saved.path, saved.query, saved.headers, saved.body, saved.auth, saved.settings)
    is distinct from
    (excluded.method, excluded.path, excluded.query, excluded.headers, excluded.body, excluded.auth, excluded.settings);
$$;

create function private.save_responses(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_response_specs as saved (organization_id, test_case_id, expectations, captures)
  select p_project.organization_id, owner.id,
    private.fields(response -> 'expectations'), private.fields(response -> 'captures')
  from private.pushed_tests(p_project.id, p_suites) as pushed
  join public.test_cases as owner on owner.suite_id = pushed.suite_id and owner.key = pushed.test ->> 'key'
  cross join private.fields(pushed.test -> 'response') as response
  on conflict (test_case_id, organization_id, step_index) do update set
    expectations = excluded.expectations,
    captures = excluded.captures
  where (saved.expectations, saved.captures) is distinct from (excluded.expectations, excluded.captures);
$$;

-- Soft-deletes the suites that are not in the push, with their tests. Version 0: whoever brings one back has changed it.
create function private.prune_suites(p_project public.projects, p_suites jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  with gone as (
    update public.test_suites
    set deleted_at = now(), version = 0
    where project_id = p_project.id
      and deleted_at is null
      and key not in (select suite ->> 'key' from jsonb_array_elements(p_suites) as suite)
    returning id, key
  ),
  gone_tests as (
    update public.test_cases
    set deleted_at = now()
    where deleted_at is null and suite_id in (select id from gone)
  )
  select coalesce(jsonb_agg(key order by key), '[]') from gone;
$$;


-- From sql/36_push.sql ============================================================================

-- Push: files become suites, tests, edges and versions, in one transaction.
-- Functions: push_suites.  The shape of a push is told in 34_push_checks.sql.

-- Functions: dependencies ------------------------------------------------------

-- One row for a pair: the strongest type, all reasons.
create function private.pushed_dependencies(p_project_id uuid, p_dependencies jsonb)
returns table (
  dependent_test_id uuid, required_test_id uuid, dependency_type public.dependency_type, declared boolean, reasons text[]
)
language sql
stable
set search_path = ''
as $$
  with pushed as (
    select value ->> 'dependent' as dependent, value ->> 'required' as required,
      (value ->> 'type')::public.dependency_type as type, coalesce((value ->> 'declared')::boolean, true) as declared,
      private.require_texts(value -> 'reasons', 'reasons') as reasons
    from jsonb_array_elements(p_dependencies)
  ),
  test as (
    select * from private.find_tests(p_project_id, array(select dependent from pushed union select required from pushed))
  )
  select dependent.id, required.id, max(pushed.type), bool_or(pushed.declared),
    array_remove(array_agg(distinct reason order by reason), null)
  from pushed
  join test as dependent on dependent.name = pushed.dependent
  join test as required on required.name = pushed.required
  left join unnest(pushed.reasons) as reason on true
  group by dependent.id, required.id;
$$;

create function private.check_dependency_ends(p_project public.projects, p_dependencies jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_names text[] := array(
    select value ->> 'dependent' from jsonb_array_elements(p_dependencies)
    union
    select value ->> 'required' from jsonb_array_elements(p_dependencies)
  );
  v_unknown text := (
    select name from unnest(v_names) as name
    where name not in (select known.name from private.find_tests(p_project.id, v_names) as known)
    order by name
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('a dependency names "%s", which is not a test of this project', v_unknown),
      'Names are <suite key>/<test key>. Push the suite that has the test, too.');
  end if;
end;
$$;

-- A test that another suite still needs cannot go.
create function private.check_nobody_needs_removed_tests(p_project_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_edge public.test_dependencies;
begin
  select edge.* into v_edge
  from public.test_dependencies as edge
  join public.test_cases as required on required.id = edge.required_test_id
  where edge.project_id = p_project_id
    and required.deleted_at is not null
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" needs "%s", which would be removed',
      private.name_test(v_edge.dependent_test_id), private.name_test(v_edge.required_test_id)),
      'Change both together, or first take the dependency out.');
  end if;
end;
$$;

-- Edges of the pushed suites that are no longer there, and all edges of removed tests.
create function private.remove_gone_dependencies(p_project public.projects, p_suites jsonb, p_dependencies jsonb)
returns void
language sql
set search_path = ''
as $$
  delete from public.test_dependencies as edge
  using public.test_cases as dependent
  join public.test_suites as suite on suite.id = dependent.suite_id
  where edge.project_id = p_project.id
    and dependent.id = edge.dependent_test_id
    and (
      dependent.deleted_at is not null
      or (
        suite.key in (select pushed ->> 'key' from jsonb_array_elements(p_suites) as pushed)
        and (edge.dependent_test_id, edge.required_test_id) not in (
          select dependent_test_id, required_test_id from private.pushed_dependencies(p_project.id, p_dependencies)
        )
      )
    );
$$;

create function private.add_dependencies(p_project public.projects, p_dependencies jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_dependencies as saved
    (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select p_project.organization_id, p_project.id, dependent_test_id, required_test_id, dependency_type, declared, reasons
  from private.pushed_dependencies(p_project.id, p_dependencies)
  on conflict (dependent_test_id, required_test_id) do update set
    dependency_type = excluded.dependency_type,
    declared = excluded.declared,
    reasons = excluded.reasons
  where (saved.dependency_type, saved.declared, saved.reasons)
    is distinct from (excluded.dependency_type, excluded.declared, excluded.reasons);
$$;

-- Functions: the push ----------------------------------------------------------

create function private.save_push(p_project public.projects, p_suites jsonb, p_dependencies jsonb, p_prune boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_suites jsonb;
  v_removed jsonb := '[]';
begin
  perform private.save_suites(p_project, p_suites);
  perform private.save_tests(p_project, p_suites);
  perform private.remove_gone_tests(p_project, p_suites);
  if p_prune then
    v_removed := private.prune_suites(p_project, p_suites);
  end if;
  perform private.remove_gone_fixtures(p_project, p_suites);
  perform private.save_fixtures(p_project, p_suites);
  perform private.save_requests(p_project, p_suites);
  perform private.save_responses(p_project, p_suites);
  perform private.check_dependency_ends(p_project, p_dependencies);
  perform private.remove_gone_dependencies(p_project, p_suites, p_dependencies);
  perform private.check_nobody_needs_removed_tests(p_project.id);
  perform private.add_dependencies(p_project, p_dependencies);
  perform private.add_versions(p_project, p_suites);
  v_suites := private.choose_versions(p_project, p_suites);
  -- Nothing was edited in place: the versions are those of the files.
  delete from private.edited_suites
  where suite_id in (select id from public.test_suites where project_id = p_project.id);
  return jsonb_build_object('suites', v_suites, 'removed', v_removed);
end;
$$;

create function private.push_suites(p_project_id uuid, p_push jsonb)
returns jsonb
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'editor', 'suites:push');
  v_suites jsonb;
  v_dependencies jsonb;
begin
  perform private.check_push(p_push);
  perform private.check_pushed_files(p_push);
  v_suites := private.items(p_push -> 'suites');
  v_dependencies := private.items(p_push -> 'dependencies');
  perform private.check_pushed_keys(v_suites);
  perform private.check_dependency_names(v_suites, v_dependencies);
  -- After the checks, which take time, and before anything that is written.
  perform private.enter_gate(v_project.organization_id);
  -- Also the numbers of versions are given by one push at a time.
  perform private.lock_graph(v_project.id);
  perform private.save_contents(v_project, p_push -> 'contents');
  perform private.check_contents_are_there(v_project.id, v_suites);
  return private.save_push(v_project, v_suites, v_dependencies, coalesce((p_push ->> 'prune')::boolean, false));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('push', sqlerrm);
end;
$$;
grant execute on function private.push_suites(uuid, jsonb) to authenticated;

-- Makes the project's suites what the files say. All or nothing; the same files again change nothing.
create function public.push_suites(p_project_id uuid, p_push jsonb)
returns jsonb
language sql
set search_path = ''
set statement_timeout = '60s'  -- the API applies it to the call; ten thousand tests take some seconds
as $$
  select private.push_suites(p_project_id, p_push);
$$;
grant execute on function public.push_suites(uuid, jsonb) to authenticated;


-- From sql/37_edit_gates.sql ======================================================================

-- Edit gates: whoever writes what runs are made of takes turns with the others of his organization, before he touches a row.
-- Functions: private.enter_gate, private.share_gate.  What becomes of edits: 37_edited_suites.sql.
-- Without it two could wait for each other: an edit has its row before it marks its suite, and a push the other way round.
-- Edits take milliseconds, and a push of a thousand tests a second. One order for all: gates by organization, the graph
-- of the project (32_dependencies.sql), rows.

-- Functions --------------------------------------------------------------------

create function private.gate_of(p_organization_id uuid)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select hashtextextended('baton/edits/' || p_organization_id, 0);
$$;

-- Until the end of the transaction nobody else edits in this organization.
create function private.enter_gate(p_organization_id uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(private.gate_of(p_organization_id));
$$;

-- For whoever only reads, and wants to see all of an edit or nothing of it. Any number may do so at the same time.
create function private.share_gate(p_organization_id uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock_shared(private.gate_of(p_organization_id));
$$;

-- For the organizations of these tests, in the order of their ids.
create function private.enter_gates_of_tests(p_test_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.enter_gate(organization_id)
  from (select distinct organization_id from public.test_cases where id in (select unnest(p_test_ids)) order by organization_id) as touched;
end;
$$;

-- Triggers ---------------------------------------------------------------------

-- Before a statement nobody knows which rows it will find: so the gates of all organizations where the caller is an editor.
create function private.tg_edited__enter_gates()
returns trigger
language plpgsql
security definer  -- editors do not call the gates
set search_path = ''
as $$
begin
  perform private.enter_gate(id)
  from (select private.organization_ids('editor') as id order by id) as own;
  return null;
end;
$$;

-- Functions that write these tables enter by themselves, for the one organization they are about.
create trigger api_endpoints_enter_gates
before insert or update or delete on public.api_endpoints
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_suites_enter_gates
before insert or update or delete on public.test_suites
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_data_fixtures_enter_gates
before insert or update or delete on public.test_data_fixtures
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_cases_enter_gates
before insert or update or delete on public.test_cases
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_request_configs_enter_gates
before insert or update or delete on public.test_request_configs
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_response_specs_enter_gates
before insert or update or delete on public.test_response_specs
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_dependencies_enter_gates
before insert or update or delete on public.test_dependencies
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();


-- From sql/37_edited_suites.sql ===================================================================

-- Edited suites: rows that are edited in place make a version of their suite, one for a transaction however many they are.
-- Tables: private.edited_suites.
-- Which version that is: 37_edited_versions.sql. The next push of the suite's own file makes that the version again, and says so.

-- Tables -----------------------------------------------------------------------

create unlogged table private.edited_suites (
  suite_id   uuid primary key,
  edited_by  uuid default auth.uid()
);
comment on table private.edited_suites is 'Suites whose rows were written in a transaction that is not over. Its end makes their versions, and empties this.';

-- Who may ----------------------------------------------------------------------

alter table private.edited_suites enable row level security;

create policy "Editors make suites"
on public.test_suites for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change suites"
on public.test_suites for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors make tests"
on public.test_cases for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change tests"
on public.test_cases for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors say what new tests send"
on public.test_request_configs for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change what tests send"
on public.test_request_configs for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors say what new tests expect"
on public.test_response_specs for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change what tests expect"
on public.test_response_specs for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

-- Keys stay, because histories and files go by them; versions and quarantine have functions of their own.
grant insert (organization_id, project_id, key, name, description, tags, config, metadata),
  update (name, description, tags, config, metadata, deleted_at)
on public.test_suites to authenticated;

grant insert (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
    skip_reason, enabled, idempotent, metadata),
  update (name, description, position, priority, tags, timeout_seconds, retries, skip_reason, enabled, idempotent, metadata,
    deleted_at)
on public.test_cases to authenticated;

grant insert (organization_id, test_case_id, method, path, query, headers, body, auth, settings, endpoint_id, metadata),
  update (method, path, query, headers, body, auth, settings, endpoint_id, metadata)
on public.test_request_configs to authenticated;

grant insert (organization_id, test_case_id, expectations, captures, metadata),
  update (expectations, captures, metadata)
on public.test_response_specs to authenticated;

-- Functions --------------------------------------------------------------------

-- Members who edit at the same time wait for each other before (37_edit_gates.sql). Whoever comes without a gate waits here.
create function private.mark_edited_suites(p_suite_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into private.edited_suites (suite_id)
  select distinct id from unnest(p_suite_ids) as id where id is not null order by id
  on conflict do nothing;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_edited_suites__make_version()
returns trigger
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_suite public.test_suites;
begin
  delete from private.edited_suites where suite_id = new.suite_id;
  if not found then
    return null;  -- a push wrote these rows, and made the version of its file
  end if;
  select * into v_suite from public.test_suites where id = new.suite_id for update;
  if found then
    perform private.settle_removals(v_suite);
    perform private.version_edited_suite(v_suite, private.files_of(v_suite), new.edited_by,
      private.named_credentials(v_suite));
  end if;
  return null;
end;
$$;

create constraint trigger edited_suites_make_versions
after insert on private.edited_suites
deferrable initially deferred
for each row execute function private.tg_edited_suites__make_version();

create function private.tg_test_suites__mark_edited()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select changed.id from changed join before on before.id = changed.id
    where (changed.name, changed.description, changed.tags, changed.config, changed.deleted_at)
      is distinct from (before.name, before.description, before.tags, before.config, before.deleted_at)
  ));
  return null;
end;
$$;

-- For what belongs to a suite.
create function private.tg_suite_parts__mark_suites()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(select suite_id from changed));
  return null;
end;
$$;

-- For what belongs to a test.
create function private.tg_test_parts__mark_suites()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select test.suite_id from changed join public.test_cases as test on test.id = changed.test_case_id
  ));
  return null;
end;
$$;

create function private.tg_test_dependencies__mark_suites()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select test.suite_id from changed join public.test_cases as test on test.id = changed.dependent_test_id
  ));
  return null;
end;
$$;

-- Which endpoint a request calls is no part of a version.
create function private.tg_test_request_configs__mark_edited()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select test.suite_id
    from changed
    join before on before.id = changed.id
    join public.test_cases as test on test.id = changed.test_case_id
    where (changed.method, changed.path, changed.query, changed.headers, changed.body, changed.auth, changed.settings)
      is distinct from (before.method, before.path, before.query, before.headers, before.body, before.auth, before.settings)
  ));
  return null;
end;
$$;

-- A new suite, or a new test, is nothing that runs until it has a request: that marks it.
create trigger test_suites_mark_edited
after update on public.test_suites
referencing new table as changed old table as before
for each statement execute function private.tg_test_suites__mark_edited();

create trigger test_cases_mark_edited
after update on public.test_cases
referencing new table as changed
for each statement execute function private.tg_suite_parts__mark_suites();

create trigger test_request_configs_mark_new
after insert on public.test_request_configs
referencing new table as changed
for each statement execute function private.tg_test_parts__mark_suites();

create trigger test_request_configs_mark_edited
after update on public.test_request_configs
referencing new table as changed old table as before
for each statement execute function private.tg_test_request_configs__mark_edited();

create trigger test_response_specs_mark_new
after insert on public.test_response_specs
referencing new table as changed
for each statement execute function private.tg_test_parts__mark_suites();

create trigger test_response_specs_mark_edited
after update on public.test_response_specs
referencing new table as changed
for each statement execute function private.tg_test_parts__mark_suites();

create trigger test_data_fixtures_mark_new
after insert on public.test_data_fixtures
referencing new table as changed
for each statement execute function private.tg_suite_parts__mark_suites();

create trigger test_data_fixtures_mark_edited
after update on public.test_data_fixtures
referencing new table as changed
for each statement execute function private.tg_suite_parts__mark_suites();

create trigger test_dependencies_mark_new
after insert on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__mark_suites();

create trigger test_dependencies_mark_edited
after update on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__mark_suites();

create trigger test_dependencies_mark_gone
after delete on public.test_dependencies
referencing old table as changed
for each statement execute function private.tg_test_dependencies__mark_suites();


-- From sql/37_edited_versions.sql =================================================================

-- Edited versions: what suite rows that were edited in place make. The triggers are in 37_edited_suites.sql.
-- Functions: private.settle_removals, private.version_edited_suite.
-- The version is the file that the rows make (33_documents.sql), or an earlier version that they make again.

-- Functions --------------------------------------------------------------------

-- With a suite its tests and fixtures go, and with a test what it needs. What others need cannot go.
create function private.settle_removals(p_suite public.test_suites)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.test_cases
  set deleted_at = p_suite.deleted_at
  where suite_id = p_suite.id and deleted_at is null and p_suite.deleted_at is not null;

  update public.test_data_fixtures
  set deleted_at = p_suite.deleted_at
  where suite_id = p_suite.id and deleted_at is null and p_suite.deleted_at is not null;

  delete from public.test_dependencies as edge
  using public.test_cases as dependent
  where edge.project_id = p_suite.project_id
    and dependent.id = edge.dependent_test_id
    and dependent.deleted_at is not null;

  perform private.check_nobody_needs_removed_tests(p_suite.project_id);
end;
$$;

-- What a suite's last push brought beside its file: editing brings no files.
create function private.files_of(p_suite public.test_suites)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce((
    select files from private.suite_versions
    where suite_id = p_suite.id
    order by number = p_suite.version desc, number desc
    limit 1
  ), '{}');
$$;

-- The credentials that the tests of a suite name now.
create function private.named_credentials(p_suite public.test_suites)
returns text[]
language sql
stable
set search_path = ''
as $$
  select coalesce((select credentials from private.suite_versions where suite_id = p_suite.id and number = p_suite.version), '{}');
$$;

-- Those that the tests of such a file name; templates in other files name those that they named before.
create function private.credentials_of(p_source text, p_before text[])
returns text[]
language sql
immutable
set search_path = ''
as $$
  select coalesce(array_agg(name order by name), '{}')
  from (
    select value #>> '{}' as name
    from jsonb_path_query(p_source::jsonb, '$.**.auth ? (@.type() == "object").credential ? (@.type() == "string")') as value
    union
    select unnest(p_before)
  ) as named;
$$;

-- The number of the version that is this file, made if there is none.
create function private.keep_edited_version(
  p_suite public.test_suites,
  p_source text,
  p_files jsonb,
  p_edited_by uuid,
  p_credentials text[]
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  -- In the folder of its file, where the paths in it begin.
  v_path text := coalesce(substring(p_suite.path from '^.*/'), '') || p_suite.key || '.json';
  v_number integer := (
    select number from private.suite_versions
    where suite_id = p_suite.id and rows_hash = private.hash_rows(p_source, p_files)
    order by number = p_suite.version desc, number desc
    limit 1
  );
begin
  if v_number is null then
    perform private.require_at_most(octet_length(p_source), 16777216, format('bytes in suite "%s"', p_suite.key));
    insert into private.suite_versions
      (organization_id, suite_id, number, content_hash, path, source, files, origin, rows_hash, credentials, created_by)
    select p_suite.organization_id, p_suite.id, coalesce(max(number), 0) + 1, private.hash_text(v_path || E'\n' || p_source),
      v_path, p_source, p_files, 'edited', private.hash_rows(p_source, p_files), p_credentials, p_edited_by
    from private.suite_versions
    where suite_id = p_suite.id
    returning number into v_number;
  end if;
  return v_number;
end;
$$;

-- Points a suite at the version that its rows make; at none where they make nothing that runs.
create function private.version_edited_suite(
  p_suite public.test_suites,
  p_files jsonb,
  p_edited_by uuid,
  p_credentials text[]
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_source text := private.compose_suite(p_suite);
  v_number integer := 0;
begin
  if v_source is not null and p_suite.deleted_at is null then
    v_number := private.keep_edited_version(p_suite, v_source, p_files, p_edited_by,
      private.credentials_of(v_source, p_credentials));
  end if;
  update public.test_suites
  set version = v_number
  where id = p_suite.id and version <> v_number;
end;
$$;


-- From sql/37_quarantine.sql ======================================================================

-- Quarantine: tests that run without failing their run, until somebody has mended them.
-- Functions: quarantine_tests, end_quarantine.

-- Functions --------------------------------------------------------------------

create function private.is_quarantined(p_test public.test_cases)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_test.quarantined_at is not null and (p_test.quarantine_until is null or p_test.quarantine_until > now());
$$;
grant execute on function private.is_quarantined(public.test_cases) to authenticated;


create function private.quarantine_tests(p_test_ids uuid[], p_reason text, p_until timestamptz, p_owner uuid)
returns setof public.test_cases
language plpgsql
security definer  -- who answers for it is looked up among the members
set search_path = ''
as $$
begin
  perform private.check_tests(p_test_ids);
  perform private.enter_gates_of_tests(p_test_ids);
  if coalesce(btrim(p_reason), '') = '' or char_length(p_reason) > 2000 then
    perform private.refuse(422, 'a quarantine has a reason of at most 2000 characters', 'Say why, perhaps with the number of the issue.');
  elsif p_until is null or p_until <= now() or p_until > now() + interval '1 year' then
    perform private.refuse(422, 'a quarantine ends within a year', 'Say when: it can be made longer.');
  end if;
  if exists (
    select from public.test_cases as test
    where test.id = any (p_test_ids) and not exists (
      select from public.organization_members as member
      where member.organization_id = test.organization_id and member.user_id = p_owner
    )
  ) then
    perform private.refuse(422, 'who answers for a quarantine is a member of the organization', 'Name a member, or nobody for yourself.');
  end if;
  update public.test_cases
  set quarantined_at = now(), quarantine_owner = p_owner, quarantine_reason = p_reason, quarantine_until = p_until
  where id = any (p_test_ids);
  return query select * from public.test_cases where id = any (p_test_ids) order by suite_id, position, key;
end;
$$;
grant execute on function private.quarantine_tests(uuid[], text, timestamptz, uuid) to authenticated;

-- From now until p_until these tests run without failing their run. p_owner answers for it: the caller, if nobody is named.
create function public.quarantine_tests(p_test_ids uuid[], p_reason text, p_until timestamptz, p_owner uuid default auth.uid())
returns setof public.test_cases
language sql
set search_path = ''
as $$
  select * from private.quarantine_tests(p_test_ids, p_reason, p_until, p_owner);
$$;
grant execute on function public.quarantine_tests(uuid[], text, timestamptz, uuid) to authenticated;

create function private.end_quarantine(p_test_ids uuid[])
returns setof public.test_cases
language plpgsql
security definer  -- editors do not write these columns
set search_path = ''
as $$
begin
  perform private.check_tests(p_test_ids);
  perform private.enter_gates_of_tests(p_test_ids);
  update public.test_cases
  set quarantined_at = null, quarantine_owner = null, quarantine_reason = null, quarantine_until = null
  where id = any (p_test_ids) and quarantined_at is not null;
  return query select * from public.test_cases where id = any (p_test_ids) order by suite_id, position, key;
end;
$$;
grant execute on function private.end_quarantine(uuid[]) to authenticated;

-- These tests count again.
create function public.end_quarantine(p_test_ids uuid[])
returns setof public.test_cases
language sql
set search_path = ''
as $$
  select * from private.end_quarantine(p_test_ids);
$$;
grant execute on function public.end_quarantine(uuid[]) to authenticated;


-- From sql/38_suite_files.sql =====================================================================

-- Suite files: what members pull out of a project.
-- Functions: get_suite_files, get_suite_content.

-- Functions --------------------------------------------------------------------

-- The file of each suite's current version, and what it names beside itself, {path: hash}; with the addresses of its latest
-- 200 versions, and the hashes of what these name. Only what a member may see.
create function private.get_suite_files(p_project_id uuid)
returns table (
  key text, version integer, path text, source text, origin public.version_origin, known_hashes text[], files jsonb, known_files text[]
)
language plpgsql
stable
security definer  -- versions lie in a schema that members do not see
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'viewer', null);
begin
  return query
    select suite.key, suite.version, current.path, current.source, current.origin,
      array(
        select known.content_hash
        from private.suite_versions as known
        where known.suite_id = suite.id
        order by known.number desc
        limit 200
      ),
      current.files,
      array(
        select distinct file.value
        from (
          select known.files
          from private.suite_versions as known
          where known.suite_id = suite.id
          order by known.number desc
          limit 200
        ) as latest
        cross join jsonb_each_text(latest.files) as file
        order by 1
      )
    from public.test_suites as suite
    join private.suite_versions as current on current.suite_id = suite.id and current.number = suite.version
    where suite.project_id = v_project.id
      and suite.deleted_at is null
    order by suite.key collate "C";
end;
$$;
grant execute on function private.get_suite_files(uuid) to authenticated;

create function public.get_suite_files(p_project_id uuid)
returns table (
  key text, version integer, path text, source text, origin public.version_origin, known_hashes text[], files jsonb, known_files text[]
)
language sql
stable
set search_path = ''
as $$
  select * from private.get_suite_files(p_project_id);
$$;
grant execute on function public.get_suite_files(uuid) to authenticated;

create function private.get_suite_content(p_project_id uuid, p_hash text)
returns text
language plpgsql
stable
security definer  -- nobody reads this table
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'viewer', null);
  v_content text := (
    select encode(content.content, 'base64')
    from private.suite_contents as content
    where content.project_id = v_project.id and content.hash = p_hash
  );
begin
  if v_content is null then
    perform private.refuse(404, 'no suite of this project names such a file', 'get_suite_files says which files there are, and their hashes.');
  end if;
  return v_content;
end;
$$;
grant execute on function private.get_suite_content(uuid, text) to authenticated;

-- A file that a suite of the project names, by its hash, as base64.
create function public.get_suite_content(p_project_id uuid, p_hash text)
returns text
language sql
stable
set search_path = ''
as $$
  select private.get_suite_content(p_project_id, p_hash);
$$;
grant execute on function public.get_suite_content(uuid, text) to authenticated;


-- From sql/39_duplicates.sql ======================================================================

-- Duplicates: a suite, once more, under another key.
-- Functions: duplicate_suite.  Of a test alone: 39_test_copies.sql.
-- A copy has no file: its version is what its rows make. A push with "prune" removes it.

-- What a copy captures as a token or a variable, nobody else may begin to mean: two producers of one name would leave it open
-- whose is meant, and no test that uses it could run.

-- Functions: captures ----------------------------------------------------------

-- {name: rule} -> the same rules as secrets.
create function private.as_secret_captures(p_rules jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, case jsonb_typeof(value)
    when 'object' then value || '{"secret": true}'
    when 'string' then jsonb_build_object('jsonpath', value, 'secret', true)
    else value
  end), '{}')
  from jsonb_each(p_rules);
$$;

-- Tokens and variables become data of the copy, captured_data.<copy>.<name>, tokens as secrets.
create function private.captures_of_copy(p_captures jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select p_captures - '{tokens,variables,data}'::text[] || private.say('data', private.fields(p_captures -> 'data')
    || private.fields(p_captures -> 'variables')
    || private.as_secret_captures(private.fields(p_captures -> 'tokens')));
$$;

-- Whether tests of other suites use what this one captures without naming it. Its copy must not capture the same then; and
-- the copies of the tests beside it get it from where those do.
create function private.is_used_elsewhere(p_test_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_dependencies as edge
    join public.test_cases as dependent on dependent.id = edge.dependent_test_id
    join public.test_cases as required on required.id = edge.required_test_id
    where edge.required_test_id = p_test_id
      and not edge.declared
      and dependent.suite_id <> required.suite_id
      and dependent.deleted_at is null
  );
$$;

-- Functions: a suite -----------------------------------------------------------

create function private.copy_suite(p_suite public.test_suites, p_key text, p_name text)
returns public.test_suites
language sql
set search_path = ''
as $$
  -- The paths in it begin at the folder of the original's file.
  insert into public.test_suites
    (organization_id, project_id, key, name, path, description, tags, config, selectors, hooks, metadata)
  values (p_suite.organization_id, p_suite.project_id, p_key, coalesce(p_name, p_suite.name),
    coalesce(substring(p_suite.path from '^.*/') || p_key || '.json', ''), p_suite.description,
    p_suite.tags, p_suite.config, p_suite.selectors, p_suite.hooks, p_suite.metadata)
  returning *;
$$;

-- Quarantine stays behind: it is about what happened to the other.
create function private.copy_tests(p_suite public.test_suites, p_copy public.test_suites)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_cases
    (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
     skip_reason, "only", enabled, idempotent, metadata)
  select organization_id, project_id, p_copy.id, key, name, description, position, priority, tags, timeout_seconds, retries,
    skip_reason, "only", enabled, idempotent, metadata
  from public.test_cases
  where suite_id = p_suite.id and deleted_at is null;

  insert into public.test_request_configs
    (organization_id, test_case_id, step_index, method, path, query, headers, body, auth, settings, endpoint_id, names_endpoint,
     metadata)
  select old.organization_id, copy.id, old.step_index, old.method, old.path, old.query, old.headers, old.body, old.auth,
    old.settings, old.endpoint_id, old.names_endpoint, old.metadata
  from public.test_request_configs as old
  join public.test_cases as test on test.id = old.test_case_id and test.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = test.key;

  insert into public.test_response_specs (organization_id, test_case_id, step_index, expectations, captures, metadata)
  select old.organization_id, copy.id, old.step_index, old.expectations,
    case when private.is_used_elsewhere(test.id) then private.captures_of_copy(old.captures) else old.captures end, old.metadata
  from public.test_response_specs as old
  join public.test_cases as test on test.id = old.test_case_id and test.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = test.key;

  insert into public.test_data_fixtures
    (organization_id, project_id, suite_id, key, name, description, kind, format, compression, content, path, storage_path, settings,
     checksum, size_bytes, ttl_seconds, is_immutable, is_shared, cleanup, cleanup_after_seconds, tags, metadata)
  select organization_id, project_id, p_copy.id, key, name, description, kind, format, compression, content, path, storage_path,
    settings, checksum, size_bytes, ttl_seconds, is_immutable, is_shared, cleanup, cleanup_after_seconds, tags, metadata
  from public.test_data_fixtures
  where suite_id = p_suite.id and deleted_at is null;
$$;

-- Inside the suite the copies need one another; what they need of other suites stays the same, and so does what others need.
create function private.copy_dependencies(p_suite public.test_suites, p_copy public.test_suites)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select edge.organization_id, edge.project_id, copy.id, coalesce(required_copy.id, required.id), edge.dependency_type, edge.declared,
    edge.reasons
  from public.test_dependencies as edge
  join public.test_cases as dependent on dependent.id = edge.dependent_test_id and dependent.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = dependent.key
  join public.test_cases as required on required.id = edge.required_test_id
  left join public.test_cases as required_copy
    on required.suite_id = p_suite.id and required_copy.suite_id = p_copy.id and required_copy.key = required.key;

  -- Tokens and variables that stay with the original.
  insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select edge.organization_id, edge.project_id, copy.id, required.id, edge.dependency_type, false, edge.reasons
  from public.test_dependencies as edge
  join public.test_cases as dependent on dependent.id = edge.dependent_test_id and dependent.suite_id = p_suite.id
  join public.test_cases as copy on copy.suite_id = p_copy.id and copy.key = dependent.key
  join public.test_cases as required on required.id = edge.required_test_id and required.suite_id = p_suite.id
  where edge.dependency_type <> 'order' and private.is_used_elsewhere(required.id);
$$;

create function private.duplicate_suite(p_suite_id uuid, p_key text, p_name text)
returns public.test_suites
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_suite public.test_suites;
  v_copy public.test_suites;
begin
  select * into v_suite from public.test_suites where id = p_suite_id and deleted_at is null;
  perform private.require_role(v_suite.organization_id, 'editor', 'suite');
  perform private.enter_gate(v_suite.organization_id);
  -- Once more: it may have been changed, or removed, while we waited.
  select * into v_suite from public.test_suites where id = p_suite_id and deleted_at is null;
  perform private.require_role(v_suite.organization_id, 'editor', 'suite');
  if v_suite.version = 0 then
    perform private.refuse(409, 'this suite has no version that could be copied', 'Push its file first.');
  end if;
  if exists (select from public.test_suites where project_id = v_suite.project_id and key = p_key) then
    perform private.refuse(409, format('there is a suite "%s" in this project, or was', p_key), 'Choose another key.');
  end if;
  perform private.lock_graph(v_suite.project_id);
  v_copy := private.copy_suite(v_suite, p_key, p_name);
  perform private.copy_tests(v_suite, v_copy);
  perform private.copy_dependencies(v_suite, v_copy);
  -- At once instead of at the end, so that the answer has it.
  delete from private.edited_suites where suite_id = v_copy.id;
  perform private.version_edited_suite(v_copy, private.files_of(v_suite), (select auth.uid()), private.named_credentials(v_suite));
  select * into v_copy from public.test_suites where id = v_copy.id;
  return v_copy;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('suite', sqlerrm);
end;
$$;
grant execute on function private.duplicate_suite(uuid, text, text) to authenticated;

-- Makes a suite once more in its project, with its tests, fixtures, edges and version, under a new key. What tests of other
-- suites use of it as a token or a variable they still get from the first, and so do the copies.
create function public.duplicate_suite(p_suite_id uuid, p_key text, p_name text default null)
returns public.test_suites
language sql
set search_path = ''
as $$
  select private.duplicate_suite(p_suite_id, p_key, p_name);
$$;
grant execute on function public.duplicate_suite(uuid, text, text) to authenticated;


-- From sql/39_test_copies.sql =====================================================================

-- Test copies: a test once more in its suite, under another key.
-- Functions: duplicate_test.
-- A copy stands in no file: a push of its suite's file removes it. What it captures is its own, as in 39_duplicates.sql.

-- Functions --------------------------------------------------------------------

-- Counts the positions of a suite anew, and leaves the one after this test free; gives it.
create function private.make_room_after(p_test public.test_cases)
returns integer
language sql
set search_path = ''
as $$
  with counted as (
    select id, row_number() over (order by position, key collate "C")::integer - 1 as number
    from public.test_cases
    where suite_id = p_test.suite_id and deleted_at is null
  ),
  original as (
    select number from counted where id = p_test.id
  ),
  moved as (
    update public.test_cases as test
    set position = counted.number + (counted.number > original.number)::integer
    from counted, original
    where test.id = counted.id
      and test.position <> counted.number + (counted.number > original.number)::integer
  )
  select number + 1 from original;
$$;

-- Nobody needs the copy; it needs what the original needs. Quarantine stays behind.
create function private.copy_test(p_test public.test_cases, p_key text, p_name text, p_position integer)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid;
begin
  insert into public.test_cases
    (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
     skip_reason, "only", enabled, idempotent, metadata)
  values (p_test.organization_id, p_test.project_id, p_test.suite_id, p_key,
    coalesce(p_name, case when p_test.name = p_test.key then p_key else p_test.name end), p_test.description, p_position,
    p_test.priority, p_test.tags, p_test.timeout_seconds, p_test.retries, p_test.skip_reason, p_test."only", p_test.enabled,
    p_test.idempotent, p_test.metadata)
  returning id into v_id;

  insert into public.test_request_configs
    (organization_id, test_case_id, step_index, method, path, query, headers, body, auth, settings, endpoint_id, names_endpoint, metadata)
  select organization_id, v_id, step_index, method, path, query, headers, body, auth, settings, endpoint_id, names_endpoint, metadata
  from public.test_request_configs
  where test_case_id = p_test.id;

  insert into public.test_response_specs (organization_id, test_case_id, step_index, expectations, captures, metadata)
  select organization_id, v_id, step_index, expectations, private.captures_of_copy(captures), metadata
  from public.test_response_specs
  where test_case_id = p_test.id;

  insert into public.test_dependencies (organization_id, project_id, dependent_test_id, required_test_id, dependency_type, declared, reasons)
  select organization_id, project_id, v_id, required_test_id, dependency_type, declared, reasons
  from public.test_dependencies
  where dependent_test_id = p_test.id;
  return v_id;
end;
$$;

-- A test that may be copied under this key; refuses what may not.
create function private.check_test_copy(p_test public.test_cases, p_key text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if (select version from public.test_suites where id = p_test.suite_id) = 0 then
    perform private.refuse(409, 'the suite of this test has no version that could be copied from', 'Push its file first.');
  elsif exists (select from public.test_cases where suite_id = p_test.suite_id and key = p_key) then
    perform private.refuse(409, format('there is a test "%s" in this suite, or was', p_key), 'Choose another key.');
  end if;
end;
$$;

create function private.duplicate_test(p_test_id uuid, p_key text, p_name text)
returns public.test_cases
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_test public.test_cases;
  v_id uuid;
  v_copy public.test_cases;
begin
  select * into v_test from public.test_cases where id = p_test_id and deleted_at is null;
  perform private.require_role(v_test.organization_id, 'editor', 'test');
  perform private.enter_gate(v_test.organization_id);
  -- Once more: it may have been changed, or removed, while we waited.
  select * into v_test from public.test_cases where id = p_test_id and deleted_at is null;
  perform private.require_role(v_test.organization_id, 'editor', 'test');
  perform private.check_test_copy(v_test, p_key);
  perform private.lock_graph(v_test.project_id);
  v_id := private.copy_test(v_test, p_key, p_name, private.make_room_after(v_test));
  select * into v_copy from public.test_cases where id = v_id;
  return v_copy;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('test', sqlerrm);
end;
$$;
grant execute on function private.duplicate_test(uuid, text, text) to authenticated;

-- Makes a test once more in its suite, right after the first, under a new key: what it sends, expects and needs. Nobody
-- needs the copy, and what it captures as a token or a variable it captures as data of its own, so that whoever uses these
-- still gets them from the first. The suite gets a new version.
create function public.duplicate_test(p_test_id uuid, p_key text, p_name text default null)
returns public.test_cases
language sql
set search_path = ''
as $$
  select private.duplicate_test(p_test_id, p_key, p_name);
$$;
grant execute on function public.duplicate_test(uuid, text, text) to authenticated;


-- From sql/39_test_updates.sql ====================================================================

-- Test updates: many tests are changed alike, in one call.
-- Functions: update_tests.  What becomes of it: 37_edited_suites.sql.

-- Functions --------------------------------------------------------------------

-- Refuses unless the caller may edit all of these tests; to strangers they do not exist.
create function private.check_tests(p_test_ids uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select distinct unnest(p_test_ids));
begin
  if v_ids = '{}' then
    perform private.refuse(422, 'no test is named', 'Name at least one.');
  end if;
  perform private.require_at_most(cardinality(v_ids), 10000, 'tests in one call');
  if (select count(*) from public.test_cases where id = any (v_ids) and deleted_at is null) < cardinality(v_ids) then
    perform private.require_role(null, 'editor', 'test');
  end if;
  perform private.require_role(organization_id, 'editor', 'test')
  from (select distinct organization_id from public.test_cases where id = any (v_ids)) as touched;
end;
$$;

create function private.check_changes(p_changes jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_types jsonb := '{"name": "string", "description": "string", "priority": "string", "tags": "array", "timeout_seconds": "number",
    "retries": "number", "skip_reason": "string", "idempotent": "boolean", "enabled": "boolean"}';
  v_unknown text;
begin
  perform private.require_types(p_changes, v_types, 'p_changes');
  select key into v_unknown from jsonb_object_keys(p_changes) as key where not v_types ? key limit 1;
  if v_unknown is not null then
    perform private.refuse(422, format('"%s" of a test is not changed in place', v_unknown),
      'Change it in the file and push that. In place: ' || (select string_agg(key, ', ') from jsonb_object_keys(v_types) as key) || '.');
  end if;
  perform private.require_word(p_changes ->> 'priority', 'public.test_priority', 'priority');
  perform private.require_texts(p_changes -> 'tags', 'tags');
end;
$$;

create function private.write_changes(p_test_ids uuid[], p_changes jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_cases as test
  set name = coalesce(p_changes ->> 'name', name),
    description = coalesce(p_changes ->> 'description', description),
    priority = coalesce((p_changes ->> 'priority')::public.test_priority, priority),
    tags = case when p_changes ? 'tags' then private.require_texts(p_changes -> 'tags', 'tags') else tags end,
    timeout_seconds = case when p_changes ? 'timeout_seconds' then (p_changes ->> 'timeout_seconds')::double precision else timeout_seconds end,
    retries = coalesce((p_changes ->> 'retries')::integer, retries),
    skip_reason = case when p_changes ? 'skip_reason' then p_changes ->> 'skip_reason' else skip_reason end,
    idempotent = coalesce((p_changes ->> 'idempotent')::boolean, idempotent),
    enabled = coalesce((p_changes ->> 'enabled')::boolean, enabled)
  where id = any (p_test_ids);
$$;

create function private.update_tests(p_test_ids uuid[], p_changes jsonb)
returns setof public.test_cases
language plpgsql
security definer  -- what people may change is checked here
set search_path = ''
as $$
begin
  perform private.check_tests(p_test_ids);
  perform private.check_changes(p_changes);
  perform private.enter_gates_of_tests(p_test_ids);
  perform private.write_changes(p_test_ids, p_changes);
  return query select * from public.test_cases where id = any (p_test_ids) order by suite_id, position, key;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('test', sqlerrm);
end;
$$;
grant execute on function private.update_tests(uuid[], jsonb) to authenticated;

-- Changes many tests alike, all or none: name, description, priority, tags, timeout_seconds, retries, skip_reason,
-- idempotent, enabled. Each suite that this changes gets one new version.
create function public.update_tests(p_test_ids uuid[], p_changes jsonb)
returns setof public.test_cases
language sql
set search_path = ''
as $$
  select * from private.update_tests(p_test_ids, p_changes);
$$;
grant execute on function public.update_tests(uuid[], jsonb) to authenticated;


-- From sql/40_runs.sql ============================================================================

-- Runs: one execution of a selection of tests in one environment, from the request to the verdict.
-- Tables: test_runs; private.test_run_versions.  Functions: cancel_run.  How a run comes to be: 46_requests.sql.

-- Types ------------------------------------------------------------------------

create type public.run_status as enum (
  'queued',     -- nobody has it; also: released -> queued
  'preparing',  -- queued, running -> preparing: a worker claimed it
  'running',    -- preparing -> running: tests are under way
  'completed',  -- running -> completed: no test outside quarantine failed, broke or was blocked
  'failed',     -- any -> failed: otherwise; the reason says why
  'cancelled'   -- any -> cancelled: somebody asked
);

create type public.run_failure_reason as enum (
  'tests',        -- tests failed, broke or were blocked
  'environment',  -- the environment did not answer
  'timeout',      -- the run took longer than it may
  'interrupted'   -- no worker could bring it to an end
);

create type public.run_trigger as enum (
  'manual',     -- a person asked
  'scheduled',  -- a schedule was due
  'ci',         -- a pipeline asked
  'webhook'     -- another service asked
);

create type public.run_priority as enum (
  'critical',  -- taken before all others
  'high',
  'medium',    -- what a run is unless it says so
  'low'        -- taken when nothing else waits
);

create type public.run_executor as enum (
  'worker',  -- goes through the queue
  'local'    -- is executed by the one who asked, with his own secrets
);

-- Tables -----------------------------------------------------------------------

create table public.test_runs (
  id                   uuid primary key default gen_random_uuid(),
  organization_id      uuid not null,
  project_id           uuid not null,
  environment_id       uuid not null,
  batch_id             uuid not null default gen_random_uuid(),
  batch_position       integer not null default 1,
  suites               text[] not null default '{}',
  selection            jsonb not null default '{}',
  config               jsonb not null default '{}',
  priority             public.run_priority not null default 'medium',
  executor             public.run_executor not null default 'worker',
  trigger              public.run_trigger not null default 'manual',
  source               jsonb not null default '{}',
  git_branch           text,
  git_commit           text,
  requested_by         uuid references public.users on delete set null,
  status               public.run_status not null default 'queued',
  reason               public.run_failure_reason,
  message              text,
  total                integer not null default 0,
  passed               integer not null default 0,
  failed               integer not null default 0,
  broken               integer not null default 0,
  blocked              integer not null default 0,
  skipped              integer not null default 0,
  completed            integer not null generated always as (passed + failed + broken + blocked + skipped) stored,
  pending              integer not null generated always as (greatest(total - passed - failed - broken - blocked - skipped, 0)) stored,
  sequence             integer not null default 0,
  lease_number         integer not null default 0,
  lease_expires_at     timestamptz,
  cancel_requested_at  timestamptz,
  cancel_requested_by  uuid references public.users on delete set null,
  started_at           timestamptz,
  finished_at          timestamptz,
  duration_ms          double precision generated always as (extract(epoch from finished_at - started_at) * 1000) stored,
  summary              jsonb not null default '{}',
  report               jsonb,
  kept_until           timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now(),

  constraint test_runs_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint test_runs_happen_in_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id),
  constraint test_runs_are_of_one_organization unique (id, organization_id),
  constraint test_runs_can_be_found_by_their_partition unique (id, created_at, organization_id),
  constraint test_runs_have_an_end_when_they_are_over
    check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
  constraint test_runs_fail_for_a_reason check ((status = 'failed') = (reason is not null)),
  constraint test_runs_cannot_finish_before_they_start check (finished_at >= started_at),
  constraint test_runs_count_from_zero check (least(total, passed, failed, broken, blocked, skipped) >= 0),
  constraint test_runs_selection_is_an_object check (jsonb_typeof(selection) = 'object'),
  constraint test_runs_config_is_an_object check (jsonb_typeof(config) = 'object'),
  constraint test_runs_source_is_an_object check (jsonb_typeof(source) = 'object'),
  constraint test_runs_message_is_short check (char_length(message) <= 20000),
  constraint test_runs_git_names_are_short check (char_length(git_branch) <= 300 and char_length(git_commit) <= 100)
) with (fillfactor = 80);  -- rows change at every record; room on the page keeps that cheap
comment on table public.test_runs is 'One execution of a selection of tests in one environment.';
comment on column public.test_runs.kept_until is 'Of a run that was taken back from an archive: when it goes again.';
comment on column public.test_runs.batch_id is 'Runs that were requested in one call share it.';
comment on column public.test_runs.suites is 'Keys of the suites that were asked for; empty is all of the project.';
comment on column public.test_runs.completed is 'Tests that have a verdict.';
comment on column public.test_runs.sequence is 'Number of the last message on the topic run:<id>; whoever read this row may drop those up to it.';
comment on column public.test_runs.lease_number is 'Rises at each claim. Whoever writes says the number he was given: an older one is refused.';

-- Serves a project's list of runs, by status, latest first.
create index idx_test_runs_lookup on public.test_runs (project_id, status, created_at desc);
-- Serves a project's list of all runs, page by page. Under row-level security an enum is compared after the rows are
-- found, so members' lists by status walk this one, or the next.
create index idx_test_runs_created_at on public.test_runs (project_id, created_at desc, id desc);
-- Serves "what waits or runs now".
create index idx_test_runs_active on public.test_runs (project_id, created_at desc) where status in ('queued', 'preparing', 'running');
-- Serves request_runs() and whoever follows a batch.
create index idx_test_runs_batch_id on public.test_runs (batch_id, batch_position);
-- Serves an environment's list of runs.
create index idx_test_runs_environment_id on public.test_runs (environment_id, created_at desc);
-- Serve "my runs", and the removal of an account.
create index idx_test_runs_requested_by on public.test_runs (requested_by, created_at desc);
create index idx_test_runs_cancel_requested_by on public.test_runs (cancel_requested_by) where cancel_requested_by is not null;

-- Serves the clean-up of what was taken back from archives.
create index idx_test_runs_kept_until on public.test_runs (kept_until) where kept_until is not null;

create table private.test_run_versions (
  run_id            uuid not null,
  organization_id   uuid not null,
  position          integer not null,
  suite_version_id  uuid not null,
  selected          boolean not null,

  primary key (run_id, position),
  constraint test_run_versions_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint test_run_versions_name_a_version
    foreign key (suite_version_id, organization_id)
    references private.suite_versions (id, organization_id) on delete cascade,
  constraint test_run_versions_are_there_once unique (run_id, suite_version_id)
);
comment on table private.test_run_versions is 'The versions a run executes. What was asked for is selected; the others are there because something needs them.';

-- Serves the removal of a project.
create index idx_test_run_versions_suite_version_id on private.test_run_versions (suite_version_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table public.test_runs enable row level security;
alter table private.test_run_versions enable row level security;

create policy "Members see the runs of their organizations"
on public.test_runs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_runs to authenticated;

-- Functions --------------------------------------------------------------------

create function private.is_over(p_status public.run_status)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_status in ('completed', 'failed', 'cancelled');
$$;

create function private.count_tests(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'total', p_run.total, 'completed', p_run.completed, 'passed', p_run.passed, 'failed', p_run.failed,
    'broken', p_run.broken, 'blocked', p_run.blocked, 'skipped', p_run.skipped, 'pending', p_run.pending
  );
$$;

-- Brings a run to its end: verdict, message out of the queue, context on its way out, watchers told.
create function private.close_run(
  p_run_id uuid,
  p_status public.run_status,
  p_reason public.run_failure_reason default null,
  p_message text default null,
  p_summary jsonb default '{}',
  p_report jsonb default null
)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  update public.test_runs
  set status = p_status,
    reason = p_reason,
    message = p_message,
    summary = p_summary,
    report = p_report,
    -- By the clock: started_at is, too, and must not be later.
    finished_at = clock_timestamp(),
    lease_expires_at = null
  where id = p_run_id;
  perform private.leave_queue(p_run_id);
  perform private.expire_context(p_run_id);
  perform private.tell_run(p_run_id, 'run_completed', private.tell_findings(p_run_id));
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.tell_project(v_run, 'run_completed');
  return v_run;
end;
$$;

create function private.cancel_run(p_run_id uuid)
returns public.test_runs
language plpgsql
security definer  -- nobody changes runs directly
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  -- Asked before the row is locked: a stranger must not hold up anybody's run.
  perform private.require_canceller(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  if private.is_over(v_run.status) then
    perform private.refuse(409, format('this run is already %s', v_run.status), 'There is nothing left to cancel.');
  end if;

  update public.test_runs
  set cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
    cancel_requested_by = coalesce(cancel_requested_by, auth.uid())
  where id = p_run_id
  returning * into v_run;
  -- No worker has it, or the one that had it is gone: nobody is left to stop.
  if v_run.status = 'queued' or v_run.lease_expires_at < clock_timestamp() then
    return private.close_run(p_run_id, 'cancelled');
  end if;
  perform private.tell_workers('run_cancelled', jsonb_build_object('run_id', p_run_id));
  return v_run;
end;
$$;
grant execute on function private.cancel_run(uuid) to authenticated;

-- Cancels a run: at once while it waits; else its worker is told, and stops within a second or so.
create function public.cancel_run(p_run_id uuid)
returns public.test_runs
language sql
set search_path = ''
as $$
  select private.cancel_run(p_run_id);
$$;
grant execute on function public.cancel_run(uuid) to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger test_runs_touch_updated_at
before update on public.test_runs
for each row execute function private.tg_touch_updated_at();


-- From sql/41_partitions.sql ======================================================================

-- Partitions: the monthly parts of the large tables, made ahead.
-- Functions: private.make_partitions, private.keep_partitions_ahead.
-- The tables are test_results and test_result_details (42_results.sql) and audit_log (85_audit.sql).

-- Functions --------------------------------------------------------------------

-- The tables that are partitioned by month, and by which column.
create function private.partitioned_tables()
returns table (name text, key text)
language sql
immutable
set search_path = ''
as $$
  values ('test_results', 'run_created_at'), ('test_result_details', 'run_created_at'), ('audit_log', 'created_at');
$$;

create function private.name_partition(p_table text, p_month timestamptz)
returns text
language sql
immutable
set search_path = ''
as $$
  select p_table || '_' || to_char(p_month at time zone 'UTC', 'YYYY_MM');
$$;

create function private.has_partition(p_table text, p_month timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select to_regclass('partitions.' || private.name_partition(p_table, p_month)) is not null;
$$;

-- One partition: closed like its parent, which does not pass its row-level security on.
create function private.make_partition(p_table text, p_month timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_name text := private.name_partition(p_table, p_month);
begin
  if private.has_partition(p_table, p_month) then
    return;
  end if;
  execute format(
    'create table partitions.%I partition of public.%I for values from (%L) to (%L)',
    v_name, p_table, p_month, p_month + interval '1 month'
  );
  execute format('alter table partitions.%I enable row level security', v_name);
  -- Why: 88_estimates.sql.
  execute format('alter table partitions.%I alter column organization_id set (n_distinct = 1)', v_name);
  execute format('comment on table partitions.%I is %L', v_name,
    format('The part of %s for %s.', p_table, to_char(p_month at time zone 'UTC', 'YYYY-MM')));
end;
$$;

-- True when a month's rows already lie in the default partition: then they stay there.
create function private.month_was_missed(p_table text, p_key text, p_month timestamptz)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  v_missed boolean;
begin
  execute format('select exists (select from partitions.%I where %I >= $1 and %I < $2)', p_table || '_default', p_key, p_key)
  using p_month, p_month + interval '1 month'
  into v_missed;
  return v_missed;
end;
$$;

-- Makes the partitions of this month and those after it, where they are missing. Months are those of UTC.
create function private.make_partitions(p_months_ahead integer default 3)
returns void
language plpgsql
set search_path = ''
set timezone = 'UTC'
set lock_timeout = '2s'  -- whoever waits for the table's lock makes everybody else wait behind him
as $$
declare
  v_part record;
begin
  perform pg_advisory_xact_lock(hashtextextended('baton/partitions', 0));
  for v_part in
    select name, key, date_trunc('month', now()) + make_interval(months => ahead) as month
    from private.partitioned_tables(), generate_series(0, p_months_ahead) as ahead
  loop
    if not private.has_partition(v_part.name, v_part.month)
      and not private.month_was_missed(v_part.name, v_part.key, v_part.month)
    then
      perform private.make_partition(v_part.name, v_part.month);
    end if;
  end loop;
end;
$$;

-- Called by each claim, so that partitions are there without anybody's care; when they are, it is one look.
create function private.keep_partitions_ahead()
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select from private.partitioned_tables() as parent
    where not private.has_partition(parent.name, now() + interval '1 month')
  ) then
    perform private.make_partitions();
  end if;
exception
  -- The table was busy. There are months left, and the default partition after them: the next claim tries again.
  when lock_not_available then null;
end;
$$;


-- From sql/42_results.sql =========================================================================

-- Results: what came of each test of a run, and the evidence for it.
-- Partitioned by the month in which the run was created, so that one run lies in one partition.
-- Tables: test_results, test_result_details.  Their partitions: 41_partitions.sql.

-- Types ------------------------------------------------------------------------

create type public.test_verdict as enum (  -- a test without a result is pending
  'passed',   -- every expectation held
  'failed',   -- at least one did not
  'broken',   -- we could not find out: no answer, bad template, capture missing
  'blocked',  -- a test it needs did not pass
  'skipped'   -- by choice, with the reason
);

create type public.detail_kind as enum (
  'request',     -- what was sent, masked
  'response',    -- what came back, masked
  'assertion',   -- one expectation: expected, actual
  'capture',     -- one value taken, masked when it is a secret
  'log',         -- one line, with its level
  'attempt',     -- one try of the test
  'artifact',    -- a file that was answered: what it is, and by which checksum 43_artifacts.sql has it
  'context',     -- what the run knew after the test, without secrets
  'cleanup',     -- how its undo went, after its result
  'renewal'      -- how it was run once more for a token of its, after its result
);

-- Tables -----------------------------------------------------------------------

create table public.test_results (
  id                  uuid not null default gen_random_uuid(),
  organization_id     uuid not null,
  run_id              uuid not null,
  run_created_at      timestamptz not null,
  test_case_id        uuid not null,
  verdict             public.test_verdict not null,
  reason              text,
  error_category      text,
  fingerprint         text,
  blocked_by_test_id  uuid,
  required_only       boolean not null default false,
  attempts            integer not null default 1,
  started_at          timestamptz,
  finished_at         timestamptz,
  setup_ms            double precision,
  execution_ms        double precision,
  teardown_ms         double precision,
  total_ms            double precision,
  status_code         integer,
  request_bytes       bigint,
  response_bytes      bigint,
  created_at          timestamptz not null default now(),

  primary key (id, run_created_at),
  constraint test_results_belong_to_a_run
    foreign key (run_id, run_created_at, organization_id)
    references public.test_runs (id, created_at, organization_id) on delete cascade,
  constraint test_results_are_of_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint test_results_blame_a_test
    foreign key (blocked_by_test_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint test_results_blame_only_when_blocked check (blocked_by_test_id is null or verdict = 'blocked'),
  constraint test_results_cannot_finish_before_they_start check (finished_at >= started_at),
  constraint test_results_last_no_negative_time check (least(setup_ms, execution_ms, teardown_ms, total_ms) >= 0),
  -- Also refuses what is endless, or no number: both sort last.
  constraint test_results_last_at_most_a_week check (greatest(setup_ms, execution_ms, teardown_ms, total_ms) <= 604800000),
  -- By a clock that goes wrong they would stand at the wrong place for ever.
  constraint test_results_do_not_begin_before_their_run check (started_at >= run_created_at - interval '1 day'),
  constraint test_results_do_not_lie_in_the_future
    check (started_at <= created_at + interval '1 day' and finished_at <= created_at + interval '1 day'),
  constraint test_results_count_from_zero check (least(attempts, request_bytes, response_bytes) >= 0),
  constraint test_results_status_code_has_three_digits check (status_code between 100 and 999),
  constraint test_results_reason_is_short check (char_length(reason) <= 20000),
  constraint test_results_category_and_fingerprint_are_short
    check (char_length(error_category) <= 100 and char_length(fingerprint) <= 200)
) partition by range (run_created_at);
comment on table public.test_results is 'What came of one test in one run. Written by workers, never changed.';
comment on column public.test_results.reason is 'Why it did not pass, for people, without secrets.';
comment on column public.test_results.fingerprint is 'The same for failures that differ in ids, times, hosts and tokens only.';
comment on column public.test_results.blocked_by_test_id is 'The test at the root of it.';
comment on column public.test_results.required_only is 'True: nobody chose it, a chosen test needs it.';

-- Serves "the results of a run", and keeps one result for a test.
create unique index idx_test_results_run_id on public.test_results (run_id, run_created_at, test_case_id);
-- Serves the latest results over all runs, and retention.
create index idx_test_results_created_at on public.test_results (created_at desc);
-- Serves a test's history, latest first.
create index idx_test_results_test_case_id on public.test_results (test_case_id, run_created_at desc);
-- Serves groups of equal failures.
create index idx_test_results_fingerprint on public.test_results (organization_id, fingerprint) where fingerprint is not null;
-- Serves the removal of a test.
create index idx_test_results_blocked_by_test_id on public.test_results (blocked_by_test_id, organization_id) where blocked_by_test_id is not null;

create table public.test_result_details (
  id               uuid not null default gen_random_uuid(),
  organization_id  uuid not null,
  run_id           uuid not null,
  run_created_at   timestamptz not null,
  test_case_id     uuid,
  kind             public.detail_kind not null,
  attempt          integer not null default 1,
  step             integer,
  iteration        integer,
  position         integer not null default 0,
  level            text,
  correlation_id   text,
  content          jsonb not null default '{}',
  created_at       timestamptz not null default now(),

  primary key (id, run_created_at),
  constraint test_result_details_belong_to_a_run
    foreign key (run_id, run_created_at, organization_id)
    references public.test_runs (id, created_at, organization_id) on delete cascade,
  constraint test_result_details_count_from_zero check (least(attempt, step, iteration, position) >= 0),
  constraint test_result_details_level_is_short check (char_length(level) <= 20)
) partition by range (run_created_at);
comment on table public.test_result_details is 'The evidence: requests, responses, assertions, captures, log lines, attempts. Masked.';
comment on column public.test_result_details.test_case_id is 'Null for what belongs to the run as a whole.';
comment on column public.test_result_details.position is 'Where it stands among those of its test.';

-- Serves a result's page: its evidence in order.
create index idx_test_result_details_run_id on public.test_result_details (run_id, run_created_at, test_case_id, position);

-- Evidence is written far more often than read. Postgres' own compression of a large answer takes several times as long as
-- writing it down, lz4 hardly any: it is taken where the server has it, as hosted ones do. Partitions get it from here.
do $$
begin
  if exists (select from pg_catalog.pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    alter table public.test_result_details alter column content set compression lz4;
  end if;
end;
$$;

-- Where rows of months without a partition go. Row-level security is not passed on: each partition has its own switch.
create table partitions.test_results_default partition of public.test_results default;
comment on table partitions.test_results_default is 'Results of months that have no partition.';
alter table partitions.test_results_default enable row level security;

create table partitions.test_result_details_default partition of public.test_result_details default;
comment on table partitions.test_result_details_default is 'Evidence of months that have no partition.';
alter table partitions.test_result_details_default enable row level security;

-- Who may ----------------------------------------------------------------------

alter table public.test_results enable row level security;
alter table public.test_result_details enable row level security;

create policy "Members see the results of their organizations"
on public.test_results for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Members see the evidence of their organizations"
on public.test_result_details for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_results, public.test_result_details to authenticated;

-- Triggers ---------------------------------------------------------------------

-- By statement: a batch of a thousand results moves the counters once.
create function private.tg_test_results__count()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update public.test_runs as run
  set passed = run.passed + added.passed,
    failed = run.failed + added.failed,
    broken = run.broken + added.broken,
    blocked = run.blocked + added.blocked,
    skipped = run.skipped + added.skipped
  from (
    select run_id,
      count(*) filter (where verdict = 'passed') as passed,
      count(*) filter (where verdict = 'failed') as failed,
      count(*) filter (where verdict = 'broken') as broken,
      count(*) filter (where verdict = 'blocked') as blocked,
      count(*) filter (where verdict = 'skipped') as skipped
    from inserted
    group by run_id
  ) as added
  where run.id = added.run_id;
  return null;
end;
$$;

create trigger test_results_count
after insert on public.test_results
referencing new table as inserted
for each statement
-- Those that come back from an archive were counted before.
when (current_setting('baton.is_restoring', true) is distinct from 'on')
execute function private.tg_test_results__count();

-- Evidence and results belong together like by a foreign key, but that would look for each row of evidence through all
-- partitions of the results: most of the time that recording takes. A statement is looked at as a whole.
create function private.tg_test_result_details__have_results()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select
    from (
      select distinct run_id, run_created_at, test_case_id
      from inserted
      where test_case_id is not null
    ) as evidence
    -- Lateral, so that the results are found by their index, however many others there are.
    left join lateral (
      select result.id
      from public.test_results as result
      where result.run_id = evidence.run_id
        and result.run_created_at = evidence.run_created_at
        and result.test_case_id = evidence.test_case_id
      limit 1
    ) as result on true
    where result.id is null
  ) then
    raise foreign_key_violation using message = 'there is evidence for a test that has no result in its run';
  end if;
  return null;
end;
$$;

create trigger test_result_details_have_results
after insert on public.test_result_details
referencing new table as inserted
for each statement execute function private.tg_test_result_details__have_results();

-- Run by run, so that each is found by its index.
create function private.tg_test_results__take_details_along()
returns trigger
language plpgsql
security definer  -- whoever removes a test has no rights on its evidence
set search_path = ''
as $$
declare
  v_run record;
begin
  for v_run in
    select run_id, run_created_at, array_agg(test_case_id) as test_case_ids from removed group by run_id, run_created_at
  loop
    delete from public.test_result_details
    where run_id = v_run.run_id
      and run_created_at = v_run.run_created_at
      and test_case_id = any (v_run.test_case_ids);
    delete from private.artifacts
    where run_id = v_run.run_id
      and test_case_id = any (v_run.test_case_ids);
  end loop;
  return null;
end;
$$;

create trigger test_results_take_details_along
after delete on public.test_results
referencing old table as removed
for each statement execute function private.tg_test_results__take_details_along();


-- From sql/43_artifacts.sql =======================================================================

-- Artifacts: what is in the files that APIs have answered, such as pictures.
-- That there was one is evidence, of kind artifact (42_results.sql), and stays; what is in it is here for a shorter time.
-- Tables: private.artifacts.  Functions: get_artifact.  Who writes: 54_recording.sql; who removes: 81_expired_artifacts.sql, and
-- whatever removes the result.

-- Types ------------------------------------------------------------------------

-- Each kind has its own days, see private.kept_days().
create type private.artifact_category as enum (
  'image',  -- pictures
  'video',  -- videos and sounds
  'log'     -- logs, and every other file
);

-- Tables -----------------------------------------------------------------------

create table private.artifacts (
  run_id           uuid not null,
  test_case_id     uuid not null,
  checksum         text not null,
  organization_id  uuid not null,
  run_created_at   timestamptz not null,
  category         private.artifact_category not null,
  media_type       text not null,
  content          bytea not null,
  size_bytes       integer not null generated always as (octet_length(content)) stored,
  created_at       timestamptz not null default now(),

  primary key (run_id, test_case_id, checksum),
  constraint artifacts_belong_to_a_run
    foreign key (run_id, run_created_at, organization_id)
    references public.test_runs (id, created_at, organization_id) on delete cascade,
  constraint artifacts_are_of_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint artifacts_have_a_media_type check (media_type ~ '^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$'),
  constraint artifacts_have_at_most_a_mebibyte check (octet_length(content) between 1 and 1048576),
  constraint artifacts_checksum_is_theirs check (checksum = encode(sha256(content), 'hex'))
);
comment on table private.artifacts is 'What is in the files that APIs have answered, once for each test of a run. Kept for days, by category.';
comment on column private.artifacts.checksum is 'SHA-256 in hex, by which evidence of kind artifact names the file.';

-- Files are packed already: Postgres would try in vain, and reading a part would mean reading all.
alter table private.artifacts alter column content set storage external;

-- Serves the clean-up: the oldest of an organization and a category.
create index idx_artifacts_expiry on private.artifacts (organization_id, category, run_created_at);
-- Serves the removal of a test.
create index idx_artifacts_test_case_id on private.artifacts (test_case_id, organization_id);

-- Who may ----------------------------------------------------------------------

-- No policy and no grant: members, and tokens, go through the function below.
alter table private.artifacts enable row level security;

-- Functions --------------------------------------------------------------------

create function private.get_artifact(p_run_id uuid, p_test_case_id uuid, p_checksum text)
returns jsonb
language plpgsql
stable
security definer  -- nobody has rights on the table
set search_path = ''
as $$
declare
  v_artifact private.artifacts;
begin
  if private.is_token() then
    perform private.current_token();  -- one that has ended hears so, here as elsewhere
  end if;
  select * into v_artifact
  from private.artifacts
  where run_id = p_run_id
    and test_case_id = p_test_case_id
    and checksum = p_checksum
    and (organization_id = any (array (select private.organization_ids())) or private.was_requested_by_token(p_run_id));
  if not found then
    perform private.refuse(404, 'this file is not kept',
      'Its days may be over: the run says what there was, and docs/retention.md for how long what is kept.');
  end if;
  return jsonb_build_object(
    'media_type', v_artifact.media_type, 'category', v_artifact.category, 'bytes', v_artifact.size_bytes,
    'content', translate(encode(v_artifact.content, 'base64'), E'\n', '')
  );
end;
$$;
grant execute on function private.get_artifact(uuid, uuid, text) to authenticated;

-- What is in a file that an API has answered: {"media_type", "category", "bytes", "content"}, the last as base64. For members, and
-- for the token that requested the run, whose reports show it. The checksum is what the evidence of the test says. Refused alike
-- when there is none and when it is somebody else's.
create function public.get_artifact(p_run_id uuid, p_test_case_id uuid, p_checksum text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_artifact(p_run_id, p_test_case_id, p_checksum);
$$;
grant execute on function public.get_artifact(uuid, uuid, text) to authenticated;


-- From sql/43_local_runs.sql ======================================================================

-- Local runs: executed on the machine of the editor who asks, with his own secrets, and recorded as any other.
-- Functions: begin_local_run.  Batches, used fixtures and the end are told with record_run, record_fixture_usage and
-- finish_run, with his own session.
-- Nobody takes such a run up: when its lease is over it has ended.

-- Functions: whose run it is ---------------------------------------------------

-- Workers hold what they claimed. A member holds his own local runs, as long as he is an editor; of others he learns nothing.
create function private.check_holder(p_run_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if auth.uid() is not null and not exists (
    select from public.test_runs as run
    where run.id = p_run_id
      and run.executor = 'local'
      and run.requested_by = auth.uid()
      and run.organization_id = any (array (select private.organization_ids('editor')))
  ) then
    perform private.refuse(404, 'there is no such run', 'Begin your own: baton run --record.');
  end if;
end;
$$;

-- Functions: the beginning -----------------------------------------------------

create function private.begin_local_run(p_project_id uuid, p_request jsonb, p_lease_seconds integer)
returns jsonb
language plpgsql
security definer  -- editors may write these tables only as a whole request
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project(p_project_id, 'editor');
  v_batch_id uuid := gen_random_uuid();
  v_run public.test_runs;
begin
  perform private.check_lease_seconds(p_lease_seconds);
  perform private.check_request(p_request - 'executor');
  perform private.share_gate(v_project.organization_id);
  perform private.keep_partitions_ahead();
  perform private.insert_run(v_project, p_request || '{"executor": "local"}', v_batch_id, 1);
  select * into v_run from public.test_runs where batch_id = v_batch_id;
  insert into private.run_leases (run_id, organization_id) values (v_run.id, v_run.organization_id);
  v_run := private.begin_lease(v_run.id, 'local', p_lease_seconds);
  -- No values of the environment, and no credentials: whoever runs it has his own.
  return jsonb_build_object('run', private.describe_run(v_run.id), 'context_version', 1, 'next_batch_number', 1);
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('request', sqlerrm);
end;
$$;
grant execute on function private.begin_local_run(uuid, jsonb, integer) to authenticated;

-- Requests one run and gives it to the caller at once. The request is one of those of request_runs().
create function public.begin_local_run(p_project_id uuid, p_request jsonb, p_lease_seconds integer default 60)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_local_run(p_project_id, p_request, p_lease_seconds);
$$;
grant execute on function public.begin_local_run(uuid, jsonb, integer) to authenticated;

-- Functions: the end -----------------------------------------------------------

-- Ends local runs of which nothing was heard any more. One whose environment is being counted is left for the next time.
create function private.end_lost_local_runs()
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  for v_run in
    select * from public.test_runs
    where executor = 'local'
      and status in ('preparing', 'running')
      and lease_expires_at < clock_timestamp() - interval '1 minute'
    order by id
    for no key update skip locked
  loop
    if pg_try_advisory_xact_lock(private.metrics_lock(v_run.environment_id)) then
      perform private.close_run(v_run.id, 'failed', 'interrupted', 'the machine that ran it was not heard of again');
    end if;
  end loop;
end;
$$;


-- From sql/43_run_secrets.sql =====================================================================

-- Run secrets: tokens and other secret values of a run, as one ciphertext with a key of its own.
-- Tables: private.run_secrets.  Read and written for the worker by 44_context.sql and 44_saved_context.sql.

-- Tables -----------------------------------------------------------------------

create table private.run_secrets (
  run_id           uuid primary key,
  organization_id  uuid not null,
  vault_id         uuid not null,
  ciphertext       bytea not null,
  updated_at       timestamptz not null default now(),

  constraint run_secrets_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
);
comment on table private.run_secrets is 'Tokens and other secret values of a run, as one ciphertext. Its key is a Vault secret; both go with the context.';

-- Who may ----------------------------------------------------------------------

alter table private.run_secrets enable row level security;

-- Functions --------------------------------------------------------------------

-- {test: {name: value}}: the new names are added to those their test has, and win.
create function private.merge_captures(p_old jsonb, p_new jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select private.fields(p_old) || coalesce(jsonb_object_agg(key, private.fields(private.fields(p_old) -> key) || value), '{}')
  from jsonb_each(private.fields(p_new));
$$;

create function private.without_names(p_object jsonb, p_names jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select private.fields(p_object) - array(select jsonb_object_keys(private.fields(p_names)));
$$;

-- {test: {name: value}} without the names that p_names has of the same test.
create function private.without_captures(p_captures jsonb, p_names jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, private.without_names(value, private.fields(p_names) -> key)), '{}')
  from jsonb_each(private.fields(p_captures));
$$;

create function private.read_vault_key(p_vault_id uuid)
returns text
language plpgsql  -- bound late: the Vault need not exist when this is created
stable
set search_path = ''
as $$
begin
  return (select decrypted_secret from vault.decrypted_secrets where id = p_vault_id);
end;
$$;

-- A run's secret values; {} when it has none.
create function private.read_run_secrets(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce((
    select extensions.pgp_sym_decrypt(ciphertext, private.read_vault_key(vault_id))::jsonb
    from private.run_secrets
    where run_id = p_run_id
  ), '{}');
$$;

-- The run's key in the Vault, made at the first secret.
create function private.take_vault_id(p_run_id uuid)
returns uuid
language plpgsql  -- bound late: the Vault need not exist when this is created
set search_path = ''
as $$
begin
  return coalesce(
    (select vault_id from private.run_secrets where run_id = p_run_id),
    vault.create_secret(encode(extensions.gen_random_bytes(32), 'hex'), 'test_run/' || p_run_id, 'The key to the secrets of a Baton run.')
  );
end;
$$;

create function private.write_run_secrets(p_run_id uuid, p_organization_id uuid, p_secrets jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_vault_id uuid := private.take_vault_id(p_run_id);
  v_ciphertext bytea := extensions.pgp_sym_encrypt(p_secrets::text, private.read_vault_key(v_vault_id), 'cipher-algo=aes256');
begin
  insert into private.run_secrets as saved (run_id, organization_id, vault_id, ciphertext)
  values (p_run_id, p_organization_id, v_vault_id, v_ciphertext)
  on conflict (run_id) do update set ciphertext = excluded.ciphertext, updated_at = now();
end;
$$;

-- Old secrets, less the names that were written again, plus the new ones: a value that is no secret any more is none.
create function private.merge_secrets(p_old jsonb, p_context jsonb, p_new jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'tokens', private.fields(p_old -> 'tokens') || private.fields(p_new -> 'tokens'),
    'variables', private.without_names(p_old -> 'variables', p_context -> 'variables') || private.fields(p_new -> 'variables'),
    'captured_data', private.merge_captures(
      private.without_captures(p_old -> 'captured_data', p_context -> 'captured_data'), p_new -> 'captured_data'
    )
  );
$$;

create function private.keep_run_secrets(p_run_id uuid, p_organization_id uuid, p_context jsonb, p_secrets jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- A run without secrets gets no key.
  if private.fields(p_secrets) = '{}' and not exists (select from private.run_secrets where run_id = p_run_id) then
    return;
  end if;
  perform private.write_run_secrets(p_run_id, p_organization_id,
    private.merge_secrets(private.read_run_secrets(p_run_id), private.fields(p_context), private.fields(p_secrets)));
end;
$$;

-- Triggers ---------------------------------------------------------------------

create trigger run_secrets_forget_vault_secret
after delete on private.run_secrets
for each row execute function private.tg_forget_vault_secret();


-- From sql/44_context.sql =========================================================================

-- Context: what a run knows, as people may see it. The values behind the masks are in 43_run_secrets.sql.
-- Tables: test_execution_context.  Written by 44_saved_context.sql.
-- Functions: get_execution_context, cleanup_expired_contexts.

-- Tables -----------------------------------------------------------------------

create table public.test_execution_context (
  id                  uuid primary key default gen_random_uuid(),
  organization_id     uuid not null,
  run_id              uuid not null,
  shared_auth_tokens  jsonb not null default '{}',
  shared_variables    jsonb not null default '{}',
  captured_data       jsonb not null default '{}',
  provenance          jsonb not null default '[]',
  test_order          text[] not null default '{}',
  version             integer not null default 1,
  expires_at          timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),

  constraint test_execution_context_belongs_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
);
comment on table public.test_execution_context is 'What a run knows, as people may see it: tokens are names only, secret values are masked.';
comment on column public.test_execution_context.shared_auth_tokens is '{"name": "***"}: never a token.';
comment on column public.test_execution_context.provenance is 'For each value which test and which capture produced it.';
comment on column public.test_execution_context.version is 'Rises with each write. A writer that knows an older one is refused.';
comment on column public.test_execution_context.expires_at is '24 hours after the run, unless the organization says otherwise; null while it is not over.';

-- Serves every look at a run's context, and keeps one for a run.
create unique index idx_test_execution_context_run_id on public.test_execution_context (run_id, organization_id);
-- Serves cleanup_expired_contexts().
create index idx_test_execution_context_expires_at on public.test_execution_context (expires_at) where expires_at is not null;

-- Who may ----------------------------------------------------------------------

alter table public.test_execution_context enable row level security;

create policy "Members see what the runs of their organizations know"
on public.test_execution_context for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_execution_context to authenticated;

-- Functions: the context -------------------------------------------------------

create function private.begin_context(p_run_id uuid)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_execution_context (run_id, organization_id)
  select id, organization_id
  from public.test_runs
  where id = p_run_id
  on conflict do nothing;
$$;

create function private.expire_context(p_run_id uuid)
returns void
language sql
set search_path = ''
as $$
  update public.test_execution_context as context
  set expires_at = now() + make_interval(days => (private.kept_days(organization.retention) ->> 'contexts')::integer)
  from public.organizations as organization
  where context.run_id = p_run_id
    and organization.id = context.organization_id;
$$;

-- The context as the worker needs it, with its secret values; null when there is none.
create function private.describe_context(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'version', context.version,
    'tokens', context.shared_auth_tokens || private.fields(secrets -> 'tokens'),
    'variables', context.shared_variables || private.fields(secrets -> 'variables'),
    'captured_data', private.merge_captures(context.captured_data, secrets -> 'captured_data'),
    'provenance', context.provenance,
    'test_order', to_jsonb(context.test_order)
  )
  from public.test_execution_context as context
  cross join private.read_run_secrets(p_run_id) as secrets
  where context.run_id = p_run_id;
$$;

-- Functions: for the worker ----------------------------------------------------

create function private.get_execution_context(p_run_id uuid)
returns jsonb
language plpgsql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_context jsonb := private.describe_context(p_run_id);
begin
  if v_context is null then
    perform private.refuse(404, 'this run has no context', 'It is not claimed yet, or its context has expired.');
  end if;
  return v_context;
end;
$$;
grant execute on function private.get_execution_context(uuid) to service_role;

-- What a run knows, secret values included.
create function public.get_execution_context(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_execution_context(p_run_id);
$$;
grant execute on function public.get_execution_context(uuid) to service_role;

create function private.cleanup_expired_contexts()
returns integer
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select private.end_lost_local_runs();
  with gone as (
    delete from public.test_execution_context
    where expires_at < now()
    returning run_id
  ),
  gone_secrets as (
    delete from private.run_secrets
    where run_id in (select run_id from gone)
  )
  select count(*)::integer from gone;
$$;
grant execute on function private.cleanup_expired_contexts() to service_role;

-- Removes contexts that have expired, with their secrets and keys; says how many. Ends local runs that are lost.
create function public.cleanup_expired_contexts()
returns integer
language sql
set search_path = ''
as $$
  select private.cleanup_expired_contexts();
$$;
grant execute on function public.cleanup_expired_contexts() to service_role;

-- Triggers ---------------------------------------------------------------------

create trigger test_execution_context_touch_updated_at
before update on public.test_execution_context
for each row execute function private.tg_touch_updated_at();


-- From sql/44_saved_context.sql ===================================================================

-- Saved context: what is new of what a run knows, masked and put beside what was known.
-- Functions: save_execution_context, private.merge_context.
--
-- p_context is {"token_names": [names], "variables": {name: value}, "captured_data": {test: {name: value}},
-- "provenance": [{"name", "kind", "test", "capture"}], "test_order": [tests]}: what is new, masked.
-- p_secrets is {"tokens": {name: value}, "variables": {name: value}, "captured_data": {test: {name: value}}}: what was masked.

-- Functions: masks and checks --------------------------------------------------

-- {"a": anything} -> {"a": "***"}
create function private.mask_values(p_object jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, '***'), '{}') from jsonb_each(private.fields(p_object));
$$;

create function private.mask_names(p_names text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(name, '***'), '{}') from unnest(p_names) as name;
$$;

-- {test: {name: anything}} -> {test: {name: "***"}}
create function private.mask_captures(p_captures jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, private.mask_values(value)), '{}') from jsonb_each(private.fields(p_captures));
$$;

create function private.check_captures(p_captures jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_test text;
  v_values jsonb;
begin
  for v_test, v_values in select key, value from jsonb_each(private.fields(p_captures)) loop
    perform private.require_type(v_values, 'object', format('%s of "%s"', p_where, v_test));
  end loop;
end;
$$;

create function private.check_context(p_context jsonb, p_secrets jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(private.fields(p_context), '{
    "token_names": "array", "variables": "object", "captured_data": "object", "provenance": "array", "test_order": "array"
  }', 'context');
  perform private.require_types(private.fields(p_secrets), '{
    "tokens": "object", "variables": "object", "captured_data": "object"
  }', 'secrets');
  perform private.check_captures(p_context -> 'captured_data', 'context.captured_data');
  perform private.check_captures(p_secrets -> 'captured_data', 'secrets.captured_data');
end;
$$;

-- Functions: put together ------------------------------------------------------

-- What a test captured again replaces what it had captured.
create function private.merge_provenance(p_old jsonb, p_new jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(value order by ordinality), '[]') || private.items(p_new)
  from jsonb_array_elements(p_old) with ordinality
  where jsonb_build_array(value -> 'kind', value -> 'test', value -> 'name') not in (
    select jsonb_build_array(new -> 'kind', new -> 'test', new -> 'name')
    from jsonb_array_elements(private.items(p_new)) as new
  );
$$;

-- Names that are among the secrets are masked here, whatever p_context says.
create function private.write_context(p_run_id uuid, p_context jsonb, p_secrets jsonb)
returns integer
language sql
set search_path = ''
as $$
  update public.test_execution_context
  set shared_auth_tokens = shared_auth_tokens
      || private.mask_names(private.require_texts(p_context -> 'token_names', 'context.token_names'))
      || private.mask_values(p_secrets -> 'tokens'),
    shared_variables = shared_variables
      || private.fields(p_context -> 'variables')
      || private.mask_values(p_secrets -> 'variables'),
    captured_data = private.merge_captures(
      private.merge_captures(captured_data, p_context -> 'captured_data'),
      private.mask_captures(p_secrets -> 'captured_data')
    ),
    provenance = private.merge_provenance(provenance, p_context -> 'provenance'),
    test_order = test_order || private.require_texts(p_context -> 'test_order', 'context.test_order'),
    version = version + 1
  where run_id = p_run_id
  returning version;
$$;

-- Adds what is new to a run's context, if p_version is still its version; gives the version it has then.
-- Nothing new: the version is only compared.
create function private.merge_context(p_run public.test_runs, p_version integer, p_context jsonb, p_secrets jsonb)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_version integer := (select version from public.test_execution_context where run_id = p_run.id for no key update);
begin
  if v_version is distinct from p_version then
    perform private.refuse(409, format('this run''s context has version %s, not %s', v_version, p_version),
      'Somebody else wrote to it: read it again with get_execution_context, and add what you have to that.');
  end if;
  if private.fields(p_context) = '{}' and private.fields(p_secrets) = '{}' then
    return v_version;
  end if;
  perform private.require_at_most(coalesce(pg_column_size(p_context), 0) + coalesce(pg_column_size(p_secrets), 0), 16777216,
    'bytes in one step of a context');
  perform private.check_context(p_context, p_secrets);
  perform private.keep_run_secrets(p_run.id, p_run.organization_id, p_context, p_secrets);
  return private.write_context(p_run.id, p_context, p_secrets);
end;
$$;

-- Functions: for the worker ----------------------------------------------------

create function private.save_execution_context(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_context jsonb,
  p_secrets jsonb
)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
begin
  return private.merge_context(v_run, p_version, p_context, p_secrets);
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('context', sqlerrm);
end;
$$;
grant execute on function private.save_execution_context(uuid, integer, integer, jsonb, jsonb) to service_role;

-- Adds to what a run knows; gives the new version. record_run() does the same beside results.
create function public.save_execution_context(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_context jsonb,
  p_secrets jsonb default '{}'
)
returns integer
language sql
set search_path = ''
as $$
  select private.save_execution_context(p_run_id, p_lease_number, p_version, p_context, p_secrets);
$$;
grant execute on function public.save_execution_context(uuid, integer, integer, jsonb, jsonb) to service_role;


-- From sql/45_run_plans.sql =======================================================================

-- Run plans: what a run set out to do, as its worker said when it began. Suites change; the graph of an old run does not.
-- Tables: private.run_plans.  Functions: get_run_plan.
-- A plan is {"tests": [{"id", "test", "required_only"}], "edges": [{"dependent", "required", "type", "reasons"}]}, in the
-- order of the run; tests and edges go by full names as they were then. Workers send it without the ids, in a batch
-- (53_batch_checks.sql).

-- Tables -----------------------------------------------------------------------

create table private.run_plans (
  run_id           uuid primary key,
  organization_id  uuid not null,
  plan             jsonb not null,
  created_at       timestamptz not null default now(),

  constraint run_plans_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint run_plans_are_objects check (jsonb_typeof(plan) = 'object')
);
comment on table private.run_plans is 'The tests of a run and who waited for whom, as it was then. Apart from the run, whose row changes with every batch.';

-- Who may ----------------------------------------------------------------------

alter table private.run_plans enable row level security;

-- Functions: writing -----------------------------------------------------------

-- Edges that are not what they must be: of a known type, between two tests of the plan, with reasons in words.
create function private.find_suspect_edges(p_edges jsonb, p_ids jsonb)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select edge
  from jsonb_array_elements(p_edges) as edge
  where jsonb_typeof(edge) <> 'object'
    or not p_ids ? coalesce(edge ->> 'dependent', '')
    or not p_ids ? coalesce(edge ->> 'required', '')
    or coalesce(edge ->> 'type', '') not in ('order', 'data', 'token')
    or coalesce(jsonb_typeof(edge -> 'reasons'), 'array') <> 'array'
    or jsonb_path_exists(edge, '$.reasons[*] ? (@.type() != "string")');
$$;

create function private.check_plan(p_plan jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_type(p_plan, 'object', 'a plan');
  perform private.require_types(p_plan, '{"tests": "array", "edges": "array"}', 'a plan');
  perform private.require_at_most(pg_column_size(p_plan), 8388608, 'bytes in a plan');
  perform private.require_at_most(jsonb_array_length(private.items(p_plan -> 'tests')), 20000, 'tests in a plan');
  if exists (
    select from jsonb_array_elements(private.items(p_plan -> 'tests'))
    where jsonb_typeof(value) <> 'object' or coalesce(jsonb_typeof(value -> 'test'), '') <> 'string'
  ) then
    perform private.refuse(422, 'a plan names its tests', 'Each of "tests" is {"test": full name, "required_only": true or false}.');
  end if;
end;
$$;

-- What the run's worker is about to do. A worker that takes the run up says it again.
create function private.save_plan(p_run public.test_runs, p_plan jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_ids jsonb;
begin
  perform private.check_plan(p_plan);
  v_ids := private.require_run_tests(p_run.id, private.texts_at(p_plan, '$.tests[*].test'));
  if exists (select from private.find_suspect_edges(private.items(p_plan -> 'edges'), v_ids)) then
    perform private.refuse(422, 'an edge of a plan is between two of its tests',
      'Each of "edges" is {"dependent": full name, "required": full name, "type": "order", "data" or "token", "reasons": [texts]}.');
  end if;
  insert into private.run_plans (run_id, organization_id, plan)
  values (p_run.id, p_run.organization_id, jsonb_build_object(
    'tests', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', v_ids -> (value ->> 'test'), 'test', value -> 'test',
        'required_only', coalesce((value ->> 'required_only')::boolean, false)
      ) order by ordinality), '[]')
      from jsonb_array_elements(private.items(p_plan -> 'tests')) with ordinality
    ),
    'edges', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'dependent', value -> 'dependent', 'required', value -> 'required', 'type', value -> 'type',
        'reasons', private.items(value -> 'reasons')
      ) order by ordinality), '[]')
      from jsonb_array_elements(private.items(p_plan -> 'edges')) with ordinality
    )
  ))
  on conflict (run_id) do update set plan = excluded.plan;
end;
$$;

-- Functions: reading -----------------------------------------------------------

create function private.get_run_plan(p_run_id uuid)
returns jsonb
language plpgsql
stable
security definer  -- plans are out of everybody's reach
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  if private.is_token() then
    perform private.open_token_project(v_run.project_id, 'results:read');
  else
    perform private.require_role(v_run.organization_id, 'viewer', 'run');
  end if;
  return (select plan from private.run_plans where run_id = p_run_id);
end;
$$;
grant execute on function private.get_run_plan(uuid) to authenticated;

-- The tests of a run and who waited for whom, as it was when it began; null for one that has not begun.
create function public.get_run_plan(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_run_plan(p_run_id);
$$;
grant execute on function public.get_run_plan(uuid) to authenticated;


-- From sql/46_requests.sql ========================================================================

-- Requests: how runs come to be. One call makes a batch, all or nothing, and the same call makes it once.
-- Tables: private.run_requests.  Functions: request_runs.

-- Tables -----------------------------------------------------------------------

create table private.run_requests (
  project_id       uuid not null,
  organization_id  uuid not null,
  idempotency_key  text not null,
  body_hash        text not null,
  batch_id         uuid not null default gen_random_uuid(),
  created_at       timestamptz not null default now(),

  primary key (project_id, idempotency_key),
  constraint run_requests_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint run_requests_key_is_short check (char_length(idempotency_key) between 1 and 200)
);
comment on table private.run_requests is 'Which batch an idempotency key has made, so that a request that is repeated makes no second one.';

-- Serves the removal of a project.
create index idx_run_requests_project_id on private.run_requests (project_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table private.run_requests enable row level security;

-- Functions: what a run consists of --------------------------------------------

-- The suites of a project by key; all of them for null. Refuses a key that is none.
create function private.choose_suites(p_project_id uuid, p_keys text[])
returns setof public.test_suites
language plpgsql
stable
set search_path = ''
as $$
declare
  v_unknown text := (
    select key from unnest(p_keys) as key
    where key not in (
      select suite.key from public.test_suites as suite
      where suite.project_id = p_project_id and suite.deleted_at is null and suite.version > 0
    )
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('there is no suite "%s" in this project', v_unknown), 'Push it first: baton push.');
  end if;
  return query
    select suite.*
    from public.test_suites as suite
    where suite.project_id = p_project_id
      and suite.deleted_at is null
      and suite.version > 0
      and (p_keys is null or suite.key = any (p_keys))
    order by array_position(p_keys, suite.key), suite.key;
end;
$$;

-- These suites and every suite that their tests need, and theirs, and so on.
create function private.needed_suite_ids(p_suite_ids uuid[])
returns setof uuid
language sql
stable
set search_path = ''
as $$
  with recursive needed (suite_id) as (
    select unnest(p_suite_ids)
    union
    select required.suite_id
    from needed
    join public.test_cases as dependent on dependent.suite_id = needed.suite_id and dependent.deleted_at is null
    join public.test_dependencies as edge on edge.dependent_test_id = dependent.id
    join public.test_cases as required on required.id = edge.required_test_id and required.deleted_at is null
  )
  select suite_id from needed;
$$;

create function private.add_run_versions(p_run public.test_runs, p_suite_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into private.test_run_versions (run_id, organization_id, position, suite_version_id, selected)
  select p_run.id, p_run.organization_id,
    row_number() over (order by array_position(p_suite_ids, suite.id), suite.key),
    version.id, suite.id = any (p_suite_ids)
  from private.needed_suite_ids(p_suite_ids) as needed (id)
  join public.test_suites as suite on suite.id = needed.id
  join private.suite_versions as version on version.suite_id = suite.id and version.number = suite.version;
$$;

create function private.find_environment(p_project_id uuid, p_name text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id uuid := (
    select id from public.environments
    where project_id = p_project_id and name = p_name and deleted_at is null
  );
begin
  if v_id is null then
    perform private.refuse(422, format('there is no environment "%s" in this project', p_name), coalesce(
      'It has: ' || (
        select string_agg(name, ', ' order by name) from public.environments
        where project_id = p_project_id and deleted_at is null
      ) || '.',
      'It has none yet; an admin makes them.'
    ));
  end if;
  return v_id;
end;
$$;

-- Functions: the request -------------------------------------------------------

create function private.check_request(p_request jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_request, '{
    "suites": "array", "selection": "object", "config": "object", "source": "object",
    "priority": "string", "trigger": "string", "executor": "string", "git_branch": "string", "git_commit": "string"
  }', 'a request');
  perform private.require_known(p_request,
    '{suites,environment,selection,config,priority,trigger,source,executor,git_branch,git_commit}', 'a request');
  perform private.require_type(p_request -> 'environment', 'string', 'environment');
  perform private.require_texts(p_request -> 'suites', 'suites');
  perform private.require_texts(p_request -> 'selection' -> 'only', 'selection.only');
  perform private.require_texts(p_request -> 'selection' -> 'tags', 'selection.tags');
  perform private.require_word(p_request ->> 'priority', 'public.run_priority', 'priority');
  perform private.require_word(p_request ->> 'trigger', 'public.run_trigger', 'trigger');
  perform private.require_word(p_request ->> 'executor', 'public.run_executor', 'executor');
  perform private.require_at_most(octet_length(p_request::text), 262144, 'bytes in a request');
  if p_request ->> 'executor' = 'local' then
    perform private.refuse(422, 'a run that is executed locally is not requested here', 'Leave "executor" out, or say "worker".');
  end if;
end;
$$;

create function private.check_selection(p_project_id uuid, p_selection jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_only text[] := private.require_texts(p_selection -> 'only', 'selection.only');
  v_unknown text := (
    select name from unnest(v_only) as name
    where name not in (select known.name from private.find_tests(p_project_id, v_only) as known)
    limit 1
  );
begin
  if v_unknown is not null then
    perform private.refuse(422, format('there is no test "%s" in this project', v_unknown), 'Names are <suite key>/<test key>.');
  end if;
end;
$$;

create function private.insert_run(p_project public.projects, p_request jsonb, p_batch_id uuid, p_position integer)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_keys text[] := nullif(private.require_texts(p_request -> 'suites', 'suites'), '{}');
  v_suite_ids uuid[] := array(select id from private.choose_suites(p_project.id, v_keys));
  v_run public.test_runs;
begin
  if v_suite_ids = '{}' then
    perform private.refuse(422, 'this project has no suites to run', 'Push them first: baton push.');
  end if;
  perform private.check_selection(p_project.id, p_request -> 'selection');
  insert into public.test_runs
    (organization_id, project_id, environment_id, batch_id, batch_position, suites, selection, config, priority, executor,
     trigger, source, git_branch, git_commit, requested_by)
  values (
    p_project.organization_id, p_project.id, private.find_environment(p_project.id, p_request ->> 'environment'),
    p_batch_id, p_position, coalesce(v_keys, '{}'), private.fields(p_request -> 'selection'),
    private.fields(p_request -> 'config'), coalesce((p_request ->> 'priority')::public.run_priority, 'medium'),
    coalesce((p_request ->> 'executor')::public.run_executor, 'worker'),
    coalesce((p_request ->> 'trigger')::public.run_trigger, 'manual'), private.fields(p_request -> 'source'),
    p_request ->> 'git_branch', p_request ->> 'git_commit', auth.uid()
  )
  returning * into v_run;
  perform private.add_run_versions(v_run, v_suite_ids);
end;
$$;

-- The batch that this key has already made; null when it is new, or when there is no key. Two jobs that ask for the same say
-- different things of themselves, which makes no other request of it.
-- The row is written first: a second call with the same key waits here until the first is through.
create function private.find_batch(p_project public.projects, p_requests jsonb, p_key text)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_asked jsonb := (
    select jsonb_agg(private.fields(value) - 'source' - 'trigger' order by ordinality) from jsonb_array_elements(p_requests) with ordinality
  );
  v_hash text := encode(extensions.digest(convert_to(v_asked::text, 'UTF8'), 'sha256'), 'hex');
  v_request private.run_requests;
begin
  insert into private.run_requests (project_id, organization_id, idempotency_key, body_hash)
  select p_project.id, p_project.organization_id, p_key, v_hash
  where p_key is not null
  on conflict do nothing;
  if found or p_key is null then
    return null;
  end if;

  select * into v_request from private.run_requests where project_id = p_project.id and idempotency_key = p_key;
  if v_request.body_hash <> v_hash then
    perform private.refuse(409, 'this idempotency key was used for another request', 'Use a new key for a new request.');
  end if;
  return v_request.batch_id;
end;
$$;

create function private.insert_batch(p_project public.projects, p_requests jsonb, p_key text)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_batch_id uuid := coalesce(
    (select batch_id from private.run_requests where project_id = p_project.id and idempotency_key = p_key),
    gen_random_uuid()
  );
  v_request jsonb;
  v_position integer;
begin
  for v_request, v_position in select value, ordinality from jsonb_array_elements(p_requests) with ordinality loop
    perform private.check_request(v_request);
    perform private.insert_run(p_project, private.sign_request(v_request), v_batch_id, v_position);
  end loop;
  perform private.tell_requested(p_project.id, v_batch_id);
  return v_batch_id;
end;
$$;

create function private.request_runs(p_project_id uuid, p_requests jsonb, p_idempotency_key text)
returns setof public.test_runs
language plpgsql
security definer  -- editors may write these tables only as a whole request
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'editor', 'runs:request');
  v_batch_id uuid;
begin
  perform private.require_type(p_requests, 'array', 'p_requests');
  perform private.require_at_most(jsonb_array_length(p_requests), 500, 'runs in one request');
  if p_requests = '[]' then
    perform private.refuse(422, 'no run is requested', 'Name at least one.');
  end if;
  -- A push is seen whole or not at all: what it removes is not asked for, and half of it is not run.
  perform private.share_gate(v_project.organization_id);
  v_batch_id := coalesce(
    private.find_batch(v_project, p_requests, p_idempotency_key),
    private.insert_batch(v_project, p_requests, p_idempotency_key)
  );
  return query select * from public.test_runs where batch_id = v_batch_id order by batch_position;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('request', sqlerrm);
end;
$$;
grant execute on function private.request_runs(uuid, jsonb, text) to authenticated;

-- Requests runs: all or none. The same call with the same key gives the same runs.
-- At most 500 runs, such as 100 suites in five environments; each is {"suites", "environment", "selection", "config", "priority", "trigger", "source",
-- "git_branch", "git_commit"}, of which only the environment must be there. No suites means all of the project.
create function public.request_runs(p_project_id uuid, p_requests jsonb, p_idempotency_key text default null)
returns setof public.test_runs
language sql
set search_path = ''
as $$
  select * from private.request_runs(p_project_id, p_requests, p_idempotency_key);
$$;
grant execute on function public.request_runs(uuid, jsonb, text) to authenticated;


-- From sql/50_queue.sql ===========================================================================

-- Queue: the order in which runs are handed out, and the leases on those that are.
-- Tables: private.run_leases.  Claim and release: 52_claims.sql.
-- Only functions of pgmq that both 1.4.4 and 1.5.1 have: hosted projects run either.

-- Queues -----------------------------------------------------------------------

-- One for each priority, and one where runs end up that nobody could bring to an end.
select pgmq.create('runs_critical');
select pgmq.create('runs_high');
select pgmq.create('runs_medium');
select pgmq.create('runs_low');
select pgmq.create('runs_dead');

-- Tables -----------------------------------------------------------------------

create table private.run_leases (
  run_id             uuid primary key,
  organization_id    uuid not null,
  queue              text,
  message_id         bigint,
  worker             text,
  deliveries         integer not null default 0,
  last_batch_number  integer not null default 0,
  last_answer        jsonb,
  in_flight          text[] not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  constraint run_leases_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
) with (fillfactor = 80);  -- rows change at every record
comment on table private.run_leases is 'Where a run is in the queue, who has it, and what he was last answered.';
comment on column private.run_leases.message_id is 'Null, as the queue, for a run that waits for nobody: a local one.';
comment on column private.run_leases.deliveries is 'How often a worker got it and did not bring it to an end.';
comment on column private.run_leases.last_answer is 'The answer to the last batch: whoever sends that batch again gets it again.';
comment on column private.run_leases.in_flight is 'Full names of tests that began and have no result yet.';

-- Who may ----------------------------------------------------------------------

alter table private.run_leases enable row level security;
alter table pgmq.q_runs_critical enable row level security;
alter table pgmq.a_runs_critical enable row level security;
alter table pgmq.q_runs_high enable row level security;
alter table pgmq.a_runs_high enable row level security;
alter table pgmq.q_runs_medium enable row level security;
alter table pgmq.a_runs_medium enable row level security;
alter table pgmq.q_runs_low enable row level security;
alter table pgmq.a_runs_low enable row level security;
alter table pgmq.q_runs_dead enable row level security;
alter table pgmq.a_runs_dead enable row level security;

-- Functions: in and out of the queue -------------------------------------------

create function private.enter_queue(p_run public.test_runs)
returns void
language sql
set search_path = ''
as $$
  insert into private.run_leases (run_id, organization_id, queue, message_id)
  select p_run.id, p_run.organization_id, 'runs_' || p_run.priority, message_id
  from pgmq.send('runs_' || p_run.priority, jsonb_build_object('run_id', p_run.id)) as message_id;
$$;

-- Nobody gets the run again.
create function private.leave_queue(p_run_id uuid)
returns void
language sql
set search_path = ''
as $$
  with lease as (
    update private.run_leases
    set in_flight = '{}'
    where run_id = p_run_id
    returning queue, message_id
  )
  select pgmq.archive(queue, message_id) from lease where message_id is not null;
$$;

-- Functions: the lease ---------------------------------------------------------

-- The run, locked, if this lease still holds it: the fence in front of everything a worker writes.
create function private.hold_run(p_run_id uuid, p_lease_number integer)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  perform private.check_holder(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  if not found then
    perform private.refuse(404, 'there is no such run', 'Drop what you have of it, and claim another.');
  elsif v_run.lease_number is distinct from p_lease_number then
    perform private.refuse(409, 'lease lost: another worker has this run now', 'Drop what you have of it, and claim another.');
  elsif v_run.status not in ('preparing', 'running') then
    perform private.refuse(409, format('lease lost: this run is %s', v_run.status), 'Drop what you have of it, and claim another.');
  end if;
  return v_run;
end;
$$;

-- From now. Message and run agree on when the lease ends.
create function private.extend_lease(p_run_id uuid, p_lease_seconds integer)
returns timestamptz
language plpgsql
set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + make_interval(secs => p_lease_seconds);
begin
  perform pgmq.set_vt(queue, message_id, p_lease_seconds)
  from private.run_leases
  where run_id = p_run_id and message_id is not null;
  update public.test_runs set lease_expires_at = v_expires_at where id = p_run_id;
  return v_expires_at;
end;
$$;

create function private.check_lease_seconds(p_lease_seconds integer)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_lease_seconds is null or p_lease_seconds not between 5 and 3600 then
    perform private.refuse(422, 'a lease lasts between 5 and 3600 seconds', 'Three heartbeats should fit into it.');
  end if;
end;
$$;

create function private.check_worker_name(p_worker text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(btrim(p_worker), '') = '' or char_length(p_worker) > 200 then
    perform private.refuse(422, 'a worker has a name of at most 200 characters', 'Any name that tells people which machine it is on.');
  end if;
end;
$$;

-- Triggers ---------------------------------------------------------------------

-- In the transaction of the request: there is no run without its message, and no message without its run.
create function private.tg_test_runs__enqueue()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.enter_queue(new);
  return null;
end;
$$;

create trigger test_runs_enqueue
after insert on public.test_runs
for each row
when (new.executor = 'worker' and new.status = 'queued')
execute function private.tg_test_runs__enqueue();


-- From sql/51_dead_letters.sql ====================================================================

-- Dead letters: runs that a claim finds and nobody brings to an end any more.
-- Functions: private.bury_run, private.end_or_put_back.  Called by claim_run() (52_claims.sql).

-- Functions --------------------------------------------------------------------

-- How often a run is handed out before it is given up: a run that takes its worker down with it must not do so for ever.
create function private.most_deliveries()
returns integer
language sql
immutable
set search_path = ''
as $$
  select 5;
$$;

create function private.bury_run(p_run_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pgmq.send('runs_dead', jsonb_build_object('run_id', p_run_id, 'queue', queue, 'deliveries', deliveries))
  from private.run_leases
  where run_id = p_run_id;
  perform private.close_run(p_run_id, 'failed', 'interrupted',
    format('given up: %s workers took this run and none brought it to an end', private.most_deliveries()));
end;
$$;

create function private.was_given_up(p_run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select deliveries >= private.most_deliveries() from private.run_leases where run_id = p_run_id;
$$;

-- The number of the lock under which an environment is counted, see private.lock_metrics() (71_recounting.sql).
create function private.metrics_lock(p_environment_id uuid)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select hashtextextended('baton/metrics/' || p_environment_id, 0);
$$;

-- The end of a run counts its environment's day, one at a time. A claim may come by several runs of several environments:
-- two that waited for each other's would wait for ever, so the message of one that has to wait comes back soon.
create function private.end_or_put_back(p_run public.test_runs, p_queue text, p_message_id bigint)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(private.metrics_lock(p_run.environment_id)) then
    perform pgmq.set_vt(p_queue, p_message_id, 2);
  elsif p_run.cancel_requested_at is not null then
    perform private.close_run(p_run.id, 'cancelled');
  else
    perform private.bury_run(p_run.id);
  end if;
end;
$$;


-- From sql/51_handing_down.sql ====================================================================

-- Handing down: a retry goes on with what the run before knew, as long as that is kept.
-- Tables: private.run_retries.  Functions: private.hand_down, for the first claim of a retry (52_claims.sql).
-- A test that passed, and that tests need which did not, is not sent again: what it captured is taken over, and its result
-- in the retry is skipped, with the reason.

-- Tables -----------------------------------------------------------------------

create table private.run_retries (
  run_id           uuid primary key,
  organization_id  uuid not null,
  of_run_id        uuid not null,
  handed_down      uuid[] not null default '{}',

  constraint run_retries_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint run_retries_are_of_a_run
    foreign key (of_run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
);
comment on table private.run_retries is 'Which run a retry is of. test_runs.source says so too, and anybody can write that.';
comment on column private.run_retries.handed_down is 'Tests that are not sent again, because what they captured is still known.';

-- Serves the removal of a run.
create index idx_run_retries_of_run_id on private.run_retries (of_run_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table private.run_retries enable row level security;

-- Functions: what can be handed down -------------------------------------------

create function private.has_living_context(p_run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_execution_context
    where run_id = p_run_id and (expires_at is null or expires_at > clock_timestamp())
  );
$$;

-- Whether an environment is what it was: another base URL knows nothing of the tokens of the old one.
create function private.is_unchanged_since(p_environment_id uuid, p_moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (select from public.environments where id = p_environment_id and updated_at > p_moment)
    and not exists (select from public.environment_variables where environment_id = p_environment_id and updated_at > p_moment);
$$;

-- Whether all that a test made is still there after its run: no undo has taken it away, of its own or of its suite. What is
-- said elsewhere, in a template, is not known here; what rows make has no request of its own.
create function private.outlives_its_run(p_test_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select test.enabled
    and test.deleted_at is null
    and not request.settings ?| '{use,rows}'
    and not request.settings @? '$.**.cleanup'
    and not suite.config ? 'hooks'
    and not private.fields(suite.config -> 'defaults') ?| '{cleanup,use}'
  from public.test_cases as test
  join public.test_suites as suite on suite.id = test.suite_id
  join public.test_request_configs as request on request.test_case_id = test.id and request.step_index = 0
  where test.id = p_test_id;
$$;

-- Tests of an earlier run that passed, or were handed down to it, in the versions that this run executes.
create function private.settled_tests(p_run public.test_runs, p_old public.test_runs)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select test.id
  from private.test_run_versions as part
  join private.test_run_versions as old on old.run_id = p_old.id and old.suite_version_id = part.suite_version_id
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_cases as test on test.suite_id = version.suite_id
  join public.test_results as result
    on result.run_id = p_old.id
    and result.run_created_at = p_old.created_at
    and result.test_case_id = test.id
  where part.run_id = p_run.id
    and (result.verdict = 'passed'
      or test.id = any (array (select unnest(handed_down) from private.run_retries where run_id = p_old.id)));
$$;

-- What was got with a person's own credentials is for runs that he asks for.
create function private.may_take_over(p_run public.test_runs, p_old public.test_runs)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_run.requested_by is not distinct from p_old.requested_by
    or p_old.trigger <> 'manual'
    or not exists (
      select from private.test_run_versions as part
      join private.suite_versions as version on version.id = part.suite_version_id
      where part.run_id = p_old.id and version.credentials <> '{}'
    );
$$;

-- What the chosen tests need, and what that needs: without what has to be sent again, and what depends on it.
create function private.tests_to_hand_down(p_run public.test_runs, p_old public.test_runs)
returns uuid[]
language plpgsql  -- bound late: the tests of a run are found further down
stable
set search_path = ''
as $$
begin
  return (
    with recursive needed (id) as (
      select id from private.find_run_tests(p_run.id, private.require_texts(p_run.selection -> 'only', 'selection.only'))
      union
      select edge.required_test_id
      from needed
      join public.test_dependencies as edge on edge.dependent_test_id = needed.id
    ),
    kept (id) as materialized (
      select id from private.settled_tests(p_run, p_old) as id
      where id in (select id from needed) and private.outlives_its_run(id)
    ),
    lost (id) as (
      select id from needed where id not in (select id from kept)
      union
      select edge.dependent_test_id
      from lost
      join public.test_dependencies as edge on edge.required_test_id = lost.id
    )
    select coalesce(array_agg(id order by id), '{}') from kept where id not in (select id from lost)
  );
end;
$$;

-- Functions: handing down ------------------------------------------------------

-- What the old run got from these tests, as people may see it and as it is, becomes what the new one begins with.
create function private.take_over_context(p_run public.test_runs, p_old public.test_runs, p_tests text[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old public.test_execution_context;
  v_seen jsonb;
  v_secrets jsonb;
begin
  select * into v_old from public.test_execution_context where run_id = p_old.id;
  v_seen := private.values_from_tests(jsonb_build_object('tokens', v_old.shared_auth_tokens, 'variables', v_old.shared_variables,
    'captured_data', v_old.captured_data, 'provenance', v_old.provenance), p_tests);
  v_seen := (v_seen - 'tokens') || jsonb_build_object(
    'token_names', (select coalesce(jsonb_agg(name), '[]') from jsonb_object_keys(v_seen -> 'tokens') as name),
    'provenance', jsonb_path_query_array(v_old.provenance, '$[*] ? (@.test == $tests[*])', jsonb_build_object('tests', p_tests))
  );
  v_secrets := private.values_from_tests(
    private.read_run_secrets(p_old.id) || jsonb_build_object('provenance', v_old.provenance), p_tests);
  if v_secrets <> '{"tokens": {}, "variables": {}, "captured_data": {}}' then
    perform private.keep_run_secrets(p_run.id, p_run.organization_id, v_seen, v_secrets);
  end if;
  perform private.write_context(p_run.id, v_seen, v_secrets);
end;
$$;

create function private.skip_handed_down(p_run public.test_runs, p_old public.test_runs, p_test_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into public.test_results (organization_id, run_id, run_created_at, test_case_id, verdict, reason, required_only, attempts)
  select p_run.organization_id, p_run.id, p_run.created_at, id, 'skipped',
    format('not sent again: it passed in run %s, and what it captured is still known', p_old.id), true, 0
  from unnest(p_test_ids) as id;
$$;

-- Gives a retry, at its first claim, what the run before has left. Nothing when that is gone: then all is sent again.
create function private.hand_down(p_run public.test_runs)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old public.test_runs;
  v_test_ids uuid[];
begin
  select run.* into v_old
  from private.run_retries as retry
  join public.test_runs as run on run.id = retry.of_run_id
  where retry.run_id = p_run.id;
  if not found or not private.has_living_context(v_old.id)
    or not private.is_unchanged_since(p_run.environment_id, v_old.created_at)
    or not private.may_take_over(p_run, v_old) then
    return;
  end if;
  v_test_ids := private.tests_to_hand_down(p_run, v_old);
  if v_test_ids <> '{}' then
    update private.run_retries set handed_down = v_test_ids where run_id = p_run.id;
    perform private.take_over_context(p_run, v_old, array(select private.name_test(id) from unnest(v_test_ids) as id));
    perform private.skip_handed_down(p_run, v_old, v_test_ids);
  end if;
end;
$$;


-- From sql/52_claim_answers.sql ===================================================================

-- Answers to claims: all that a worker needs to execute a run, or to take it up where another stopped.
-- Functions: private.describe_claim, private.give_credentials.  Asked by 52_claims.sql.

-- Functions: what the worker is told -------------------------------------------

create function private.describe_run(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', run.id, 'organization_id', run.organization_id, 'project_id', run.project_id, 'project_key', project.key,
    'created_at', run.created_at, 'status', run.status, 'priority', run.priority, 'selection', run.selection,
    'config', run.config, 'lease_number', run.lease_number, 'lease_expires_at', run.lease_expires_at,
    'trigger', run.trigger, 'source', run.source, 'executor', run.executor, 'git_branch', run.git_branch,
    'git_commit', run.git_commit, 'requested_by', run.requested_by
  )
  from public.test_runs as run
  join public.projects as project on project.id = run.project_id
  where run.id = p_run_id;
$$;

create function private.describe_environment(p_environment_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', id, 'name', name, 'kind', kind, 'base_url', base_url, 'services', services, 'max_parallel', max_parallel,
    'rate_limit_per_second', rate_limit_per_second, 'timeout_seconds', timeout_seconds, 'connection', connection,
    'variables', (
      select coalesce(jsonb_object_agg(variable.name, variable.value), '{}')
      from public.environment_variables as variable
      where variable.environment_id = p_environment_id and not variable.is_secret
    ),
    'secrets', private.read_secrets(p_environment_id)
  )
  from public.environments
  where id = p_environment_id;
$$;

create function private.describe_suites(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'key', suite.key, 'name', suite.name, 'version_id', version.id, 'version', version.number,
    'path', version.path, 'source', version.source, 'files', version.files, 'selected', part.selected,
    'disabled', (
      select coalesce(jsonb_agg(test.key order by test.key), '[]') from public.test_cases as test
      where test.suite_id = suite.id and test.deleted_at is null and not test.enabled
    ),
    'quarantined', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'key', test.key, 'owner', nullif(owner.name, ''), 'reason', test.quarantine_reason, 'until', test.quarantine_until
      ) order by test.key), '[]')
      from public.test_cases as test
      left join public.users as owner on owner.id = test.quarantine_owner
      -- The first condition spares most tests the call of the second.
      where test.suite_id = suite.id and test.quarantined_at is not null and test.deleted_at is null and private.is_quarantined(test)
    ),
    'endpoints', private.describe_endpoints(suite.id)
  ) order by part.position), '[]')
  from private.test_run_versions as part
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id
  where part.run_id = p_run_id;
$$;

-- What earlier leases have brought to an end, or the run that this one is a retry of: it is not run again.
create function private.describe_finished(p_run_id uuid, p_run_created_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'test', suite.key || '/' || test.key,
    'verdict', case when test.id = any (retry.handed_down) then 'passed' else result.verdict end,
    'blocked_by', root_suite.key || '/' || root.key, 'reason', result.reason
  ) order by result.created_at, result.id), '[]')
  from public.test_results as result
  join public.test_cases as test on test.id = result.test_case_id
  join public.test_suites as suite on suite.id = test.suite_id
  left join public.test_cases as root on root.id = result.blocked_by_test_id
  left join public.test_suites as root_suite on root_suite.id = root.suite_id
  left join private.run_retries as retry on retry.run_id = result.run_id
  where result.run_id = p_run_id
    and result.run_created_at = p_run_created_at;
$$;

-- {full name: seconds}: what each test usually takes there, by its last two weeks. Long ones are begun early.
create function private.describe_medians(p_run public.test_runs)
returns jsonb
language plpgsql  -- bound late: the metrics are made further down
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(suite.key || '/' || test.key, round(usual.seconds::numeric, 3)), '{}')
    from private.test_run_versions as part
    join private.suite_versions as version on version.id = part.suite_version_id
    join public.test_suites as suite on suite.id = version.suite_id
    join public.test_cases as test on test.suite_id = suite.id and test.deleted_at is null
    cross join lateral (
      select avg(day.p50_response_time_ms) / 1000 as seconds
      from public.performance_metrics as day
      where day.test_case_id = test.id
        and day.environment_id = p_run.environment_id
        and day.date > p_run.created_at::date - 14
        and day.granularity = 'day'
    ) as usual
    where part.run_id = p_run.id
      and usual.seconds is not null
  );
end;
$$;

create function private.describe_claim(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'run', private.describe_run(p_run.id),
    'environment', private.describe_environment(p_run.environment_id),
    'suites', private.describe_suites(p_run.id),
    'context', private.describe_context(p_run.id),
    'finished', private.describe_finished(p_run.id, p_run.created_at),
    'medians', private.describe_medians(p_run),
    'in_flight', (select to_jsonb(in_flight) from private.run_leases where run_id = p_run.id),
    'next_batch_number', 1
  );
$$;

-- Those of the person who asked, as far as the suites name them. What the clock or a pipeline asked for gets nobody's.
create function private.give_credentials(p_run public.test_runs)
returns jsonb
language sql
set search_path = ''
as $$
  select case
    when p_run.requested_by is null or p_run.trigger <> 'manual' then '{}'
    else private.read_credentials(p_run.organization_id, p_run.requested_by, array(
      select distinct unnest(version.credentials)
      from private.test_run_versions as part
      join private.suite_versions as version on version.id = part.suite_version_id
      where part.run_id = p_run.id
    ))
  end;
$$;


-- From sql/52_claims.sql ==========================================================================

-- Claims: a worker takes a run, or hands it back. What it is told of it is in 52_claim_answers.sql.
-- Functions: claim_run, release_run.

-- Functions: claim -------------------------------------------------------------

create function private.begin_lease(p_run_id uuid, p_worker text, p_lease_seconds integer)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  update private.run_leases
  set worker = p_worker, deliveries = deliveries + 1, last_batch_number = 0, last_answer = null, updated_at = clock_timestamp()
  where run_id = p_run_id;
  update public.test_runs
  set status = 'preparing', lease_number = lease_number + 1, started_at = coalesce(started_at, clock_timestamp())
  where id = p_run_id;
  perform private.extend_lease(p_run_id, p_lease_seconds);
  perform private.begin_context(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id;
  if v_run.lease_number = 1 then
    perform private.hand_down(v_run);
  end if;
  perform private.tell_run(p_run_id, 'run_progress');
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.tell_project(v_run, 'run_status');
  return v_run;
end;
$$;

-- The run of a message, locked. No row when somebody is writing to it this moment, or when the message is not its own.
create function private.lock_claimed_run(p_queue text, p_message_id bigint)
returns setof public.test_runs
language sql
set search_path = ''
as $$
  select run.*
  from private.run_leases as lease
  join public.test_runs as run on run.id = lease.run_id
  where lease.queue = p_queue
    and lease.message_id = p_message_id
  -- Whoever records or cancels locks the run and then the message; we have the message, so waiting could go round.
  for no key update of run skip locked;
$$;

-- What to do with a message out of the queue. Null when it brought no run: then look for the next one.
create function private.take_message(p_queue text, p_message_id bigint, p_worker text, p_lease_seconds integer)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from private.lock_claimed_run(p_queue, p_message_id);
  if not found then
    perform private.put_back_or_archive(p_queue, p_message_id);
  elsif private.is_over(v_run.status) then
    perform pgmq.archive(p_queue, p_message_id);
  elsif v_run.cancel_requested_at is not null or private.was_given_up(v_run.id) then
    perform private.end_or_put_back(v_run, p_queue, p_message_id);
  else
    v_run := private.begin_lease(v_run.id, p_worker, p_lease_seconds);
    return jsonb_set(private.describe_claim(v_run), '{environment,credentials}', private.give_credentials(v_run));
  end if;
  return null;
end;
$$;

-- A message whose run is busy comes back soon; one whose run is gone does not.
create function private.put_back_or_archive(p_queue text, p_message_id bigint)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (select from private.run_leases where queue = p_queue and message_id = p_message_id) then
    perform pgmq.set_vt(p_queue, p_message_id, 2);
  else
    perform pgmq.archive(p_queue, p_message_id);
  end if;
end;
$$;

create function private.claim_run(p_worker text, p_lease_seconds integer)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_queue text;
  v_message_id bigint;
  v_claim jsonb;
begin
  perform private.check_worker_name(p_worker);
  perform private.check_lease_seconds(p_lease_seconds);
  perform private.keep_partitions_ahead();
  foreach v_queue in array array['runs_critical', 'runs_high', 'runs_medium', 'runs_low'] loop
    loop
      select msg_id into v_message_id from pgmq.read(v_queue, p_lease_seconds, 1);
      exit when not found;
      v_claim := private.take_message(v_queue, v_message_id, p_worker, p_lease_seconds);
      if v_claim is not null then
        return v_claim;
      end if;
    end loop;
  end loop;
  return null;
end;
$$;
grant execute on function private.claim_run(text, integer) to service_role;

-- The next run, leased to this worker, with all it needs to execute it; null when nothing waits.
-- The lease is kept by recording (54_recording.sql), if only an empty batch.
create function public.claim_run(p_worker text, p_lease_seconds integer default 60)
returns jsonb
language sql
set search_path = ''
as $$
  select private.claim_run(p_worker, p_lease_seconds);
$$;
grant execute on function public.claim_run(text, integer) to service_role;

-- Functions: release -----------------------------------------------------------

create function private.return_to_queue(p_run_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  -- Handed back in good order: it does not count as a delivery that failed.
  update private.run_leases set deliveries = greatest(deliveries - 1, 0), worker = null where run_id = p_run_id;
  perform private.extend_lease(p_run_id, 0);
  update public.test_runs set status = 'queued', lease_expires_at = null where id = p_run_id;
  perform private.tell_run(p_run_id, 'run_progress');
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.tell_project(v_run, 'run_status');
  perform private.tell_workers('runs_waiting', jsonb_build_object('count', 1));
end;
$$;

create function private.release_run(p_run_id uuid, p_lease_number integer)
returns void
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
begin
  if v_run.cancel_requested_at is not null then
    perform private.close_run(p_run_id, 'cancelled');
  else
    perform private.return_to_queue(p_run_id);
  end if;
end;
$$;
grant execute on function private.release_run(uuid, integer) to service_role;

-- A worker that has to stop hands its run back. What was recorded stays; another worker goes on at once.
create function public.release_run(p_run_id uuid, p_lease_number integer)
returns void
language sql
set search_path = ''
as $$
  select private.release_run(p_run_id, p_lease_number);
$$;
grant execute on function public.release_run(uuid, integer) to service_role;


-- From sql/52_run_files.sql =======================================================================

-- Run files: what is in the files that the suites of a run name, for the worker that has the run.
-- Functions: get_run_content.

-- Functions --------------------------------------------------------------------

create function private.get_run_content(p_run_id uuid, p_lease_number integer, p_hash text)
returns text
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
  v_content text := (
    select encode(content.content, 'base64')
    from private.suite_contents as content
    where content.project_id = v_run.project_id
      and content.hash = p_hash
      and exists (
        select from private.test_run_versions as part
        join private.suite_versions as version on version.id = part.suite_version_id
        cross join jsonb_each_text(version.files) as file
        where part.run_id = v_run.id and file.value = p_hash
      )
  );
begin
  if v_content is null then
    perform private.refuse(404, 'no suite of this run names such a file', 'The claim says which files there are, and their hashes.');
  end if;
  return v_content;
end;
$$;
grant execute on function private.get_run_content(uuid, integer, text) to service_role;

-- A file of a claimed run, by the hash that the claim says, as base64.
create function public.get_run_content(p_run_id uuid, p_lease_number integer, p_hash text)
returns text
language sql
set search_path = ''
as $$
  select private.get_run_content(p_run_id, p_lease_number, p_hash);
$$;
grant execute on function public.get_run_content(uuid, integer, text) to service_role;


-- From sql/53_batch_checks.sql ====================================================================

-- Batch checks: is what a worker sends well-formed, before anything is written?
-- Functions: the check_… family of record_run() (54_recording.sql).
--
-- A batch has any of: lease_seconds, status ("running"), total, plan (45_run_plans.sql), started [names], results, context,
-- secrets (both as in 44_saved_context.sql), events, details, artifacts. A result has test, verdict, reason, error_category,
-- fingerprint, blocked_by, required_only, attempts, started_at, finished_at, setup_ms, execution_ms, teardown_ms, total_ms,
-- status_code, request_bytes, response_bytes and details; a detail has kind, attempt, step, iteration, position, level,
-- correlation_id, content. What is among the details of the batch itself is of a test that has its result already, which
-- it names: {"test", "kind", …}.
-- Artifacts are the files that evidence of kind artifact names: {"test", "category", "media_type", "content" as base64}.
-- At most 1,000 results, 20,000 details, 5,000 events, 20,000 started tests and 1,000 artifacts.

-- Functions --------------------------------------------------------------------

-- A batch may be megabytes of evidence. So nothing here goes through it row by row: a JSON path points at what looks
-- wrong, and only that is looked at again, to say what it is. The results are also handed around apart: taking them out
-- of the batch copies them all.

-- The tests of a run by full name: those of the suites it executes, also when they were removed after the request.
create function private.find_run_tests(p_run_id uuid, p_names text[])
returns table (name text, id uuid)
language sql
stable
set search_path = ''
as $$
  with suite as materialized (
    select suite.id, suite.key
    from private.test_run_versions as part
    join private.suite_versions as version on version.id = part.suite_version_id
    join public.test_suites as suite on suite.id = version.suite_id
    where part.run_id = p_run_id
  )
  select wanted.name, test.id
  from (select distinct unnest(p_names) as name) as wanted
  join suite on suite.key = split_part(wanted.name, '/', 1)
  -- One look into the unique index for each name, whatever the planner thinks of the size of suites.
  cross join lateral (
    select id from public.test_cases where suite_id = suite.id and key = substr(wanted.name, length(suite.key) + 2) limit 1
  ) as test
  where wanted.name like '%/%';
$$;

-- Tests that a file makes without naming them: those of rows, key[row], and of hooks. A push brings them; where rows or hooks
-- were edited in place, the first run that meets them does. Whether there were any.
create function private.add_made_tests(p_run_id uuid, p_names text[])
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  insert into public.test_cases (organization_id, project_id, suite_id, key, name, position, priority, retries, idempotent)
  select suite.organization_id, suite.project_id, suite.id, made.key, made.key, coalesce(base.position, 0),
    coalesce(base.priority, 'medium'), coalesce(base.retries, 0), coalesce(base.idempotent, true)
  from (
    select distinct split_part(name, '/', 1) as suite_key, substr(name, position('/' in name) + 1) as key from unnest(p_names) as name
  ) as made
  join private.test_run_versions as part on part.run_id = p_run_id
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id and suite.key = made.suite_key
  left join public.test_cases as base on base.suite_id = suite.id and base.key = split_part(made.key, '[', 1) and made.key like '%[%]'
  where base.id is not null
    or made.key in ('before-all', 'after-all')
  order by suite.id, made.key
  on conflict do nothing;
  return found;
end;
$$;

-- {name: id} of tests of a run. Names that are none are refused.
create function private.require_run_tests(p_run_id uuid, p_names text[])
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_ids jsonb := (select coalesce(jsonb_object_agg(name, id), '{}') from private.find_run_tests(p_run_id, p_names));
  v_unknown text := (select name from unnest(p_names) as name where not v_ids ? name limit 1);
begin
  if v_unknown is not null and private.add_made_tests(p_run_id, array(select name from unnest(p_names) as name where not v_ids ? name)) then
    return private.require_run_tests(p_run_id, p_names);
  elsif v_unknown is not null then
    perform private.refuse(422, format('"%s" is not a test of this run', v_unknown), 'Names are <suite key>/<test key>.');
  end if;
  return v_ids;
end;
$$;

create function private.check_detail(p_detail jsonb, p_where text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_type(p_detail, 'object', 'a detail of ' || p_where);
  perform private.require_type(p_detail -> 'kind', 'string', p_where || '.kind');
  perform private.require_word(p_detail ->> 'kind', 'public.detail_kind', p_where || '.kind');
end;
$$;

create function private.check_result(p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_where text := format('the result of "%s"', p_result ->> 'test');
begin
  perform private.require_types(p_result, '{"details": "array", "blocked_by": "string", "required_only": "boolean"}', v_where);
  perform private.require_type(p_result -> 'test', 'string', v_where || '.test');
  perform private.require_type(p_result -> 'verdict', 'string', v_where || '.verdict');
  perform private.require_word(p_result ->> 'verdict', 'public.test_verdict', v_where || '.verdict');
end;
$$;

-- For a batch that could not be written.
create function private.check_details(p_batch jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.check_detail(detail, format('the later evidence for "%s"', detail ->> 'test'))
  from jsonb_path_query(p_batch, '$.details[*]') as detail;
  perform private.check_detail(detail, format('the result of "%s"', result ->> 'test'))
  from jsonb_path_query(p_batch, '$.results[*]') as result
  cross join jsonb_path_query(result, '$.details[*]') as detail;
end;
$$;

-- Results that check_result() has something to say about. A strict path takes what is not there for unknown. Writing it
-- down finds out about a wrong kind of evidence, and then check_details() says what it is.
create function private.find_suspects(p_results jsonb)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_path_query(p_results, 'strict $[*] ? (
    @.type() != "object"
    || !(@.test.type() == "string") || (@.test.type() == "string") is unknown
    || !(@.verdict == $verdicts[*]) || (@.verdict == $verdicts[*]) is unknown
    || (@.details.type() != "array" && @.details.type() != "null")
    || (@.blocked_by.type() != "string" && @.blocked_by.type() != "null")
    || (@.required_only.type() != "boolean" && @.required_only.type() != "null")
  )', jsonb_build_object('verdicts', enum_range(null::public.test_verdict)));
$$;

create function private.check_results(p_results jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(jsonb_array_length(p_results), 1000, 'results');
  perform private.check_result(suspect) from private.find_suspects(p_results) as suspect;
  perform private.require_at_most(
    (select sum(size::bigint) from jsonb_path_query(p_results, '$[*].details.size() ? (@ > 0)') as size)::bigint, 20000, 'details');
  perform private.check_unique(private.texts_at(p_results, '$[*].test'), 'the result of');
end;
$$;

create function private.check_events(p_events jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_suspect jsonb;
begin
  perform private.require_at_most(jsonb_array_length(p_events), 5000, 'events');
  for v_suspect in
    select jsonb_path_query(p_events, 'strict $[*] ? (!(@.type.type() == "string") || (@.type.type() == "string") is unknown)')
  loop
    perform private.require_type(v_suspect, 'object', 'an event');
    perform private.require_type(v_suspect -> 'type', 'string', 'an event''s type');
  end loop;
end;
$$;

create function private.check_later_details(p_details jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(jsonb_array_length(p_details), 20000, 'later details');
  if jsonb_array_length(p_details) <> jsonb_array_length(jsonb_path_query_array(p_details, '$[*].test ? (@.type() == "string")')) then
    perform private.refuse(422, 'the evidence of a batch names its tests', 'Each of "details" is {"test": full name, "kind": …}.');
  end if;
end;
$$;

create function private.check_artifacts(p_artifacts jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(jsonb_array_length(p_artifacts), 1000, 'artifacts');
  if jsonb_array_length(p_artifacts) <> jsonb_array_length(jsonb_path_query_array(p_artifacts,
    '$[*] ? (@.test.type() == "string" && @.category.type() == "string" && @.media_type.type() == "string" && @.content.type() == "string")'
  )) then
    perform private.refuse(422, 'the artifacts of a batch say whose and what they are',
      'Each of "artifacts" is {"test": full name, "category": "image", "video" or "log", "media_type": …, "content": base64}.');
  end if;
end;
$$;

create function private.texts_at(p_value jsonb, p_path jsonpath)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array(select jsonb_array_elements_text(jsonb_path_query_array(p_value, p_path)));
$$;

-- Refuses what is wrong; gives {name: id} of all tests that the batch mentions.
create function private.check_batch(p_run_id uuid, p_batch jsonb, p_results jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_batch, '{
    "lease_seconds": "number", "status": "string", "total": "number", "plan": "object", "started": "array", "context": "object",
    "secrets": "object", "events": "array", "details": "array", "artifacts": "array"
  }', 'a batch');
  perform private.check_lease_seconds(coalesce((p_batch ->> 'lease_seconds')::integer, 60));
  if p_batch ->> 'status' not in ('preparing', 'running') then
    perform private.refuse(422, format('a batch cannot make a run "%s"', p_batch ->> 'status'),
      'It says "preparing" or "running"; a run is ended with finish_run.');
  end if;
  perform private.require_type(p_results, 'array', 'a batch.results');
  perform private.check_results(p_results);
  perform private.check_events(private.items(p_batch -> 'events'));
  perform private.require_at_most(jsonb_array_length(private.items(p_batch -> 'started')), 20000, 'started tests');
  perform private.check_later_details(private.items(p_batch -> 'details'));
  perform private.check_artifacts(private.items(p_batch -> 'artifacts'));
  return private.require_run_tests(p_run_id, private.texts_at(p_results, '$[*].test')
    || private.texts_at(p_results, '$[*].blocked_by ? (@ != null)')
    || private.texts_at(private.items(p_batch -> 'details'), '$[*].test')
    || private.texts_at(private.items(p_batch -> 'artifacts'), '$[*].test')
    || private.require_texts(p_batch -> 'started', 'started'));
end;
$$;


-- From sql/54_recording.sql =======================================================================

-- Recording: what a worker tells about its run, batch by batch.
-- Functions: record_run.  The shape of a batch is told in 53_batch_checks.sql.

-- Functions: results -----------------------------------------------------------

-- The beginning of ids that follow each other in time (UUIDs of version 7, with a counter of eight digits for an end): what
-- is written now lies side by side in the index of a primary key, and not all over it, where each row would touch, and
-- log, a page of its own. One draw serves a statement: a thousand draws take longer than what they are drawn for.
create function private.begin_ids()
returns text
language sql
volatile
set search_path = ''
as $$
  select overlay(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') placing '-' from 9 for 0)
    || '-7' || substr(gen_random_uuid()::text, 16, 13);
$$;

-- A test that has its result already keeps it, with its evidence. One statement, so that the results, with megabytes of
-- evidence in them, are taken apart once.
create function private.record_results(p_run public.test_runs, p_results jsonb, p_ids jsonb)
returns void
language sql
set search_path = ''
as $$
  with result as materialized (
    select result.*, (p_ids ->> result.test)::uuid as test_case_id
    from rows from (jsonb_to_recordset(p_results) as (
      test text, verdict public.test_verdict, reason text, error_category text, fingerprint text, blocked_by text,
      required_only boolean, attempts integer, started_at timestamptz, finished_at timestamptz,
      setup_ms double precision, execution_ms double precision, teardown_ms double precision, total_ms double precision,
      status_code integer, request_bytes bigint, response_bytes bigint, details jsonb
    )) with ordinality as result (
      test, verdict, reason, error_category, fingerprint, blocked_by, required_only, attempts, started_at, finished_at,
      setup_ms, execution_ms, teardown_ms, total_ms, status_code, request_bytes, response_bytes, details, number
    )
  ),
  inserted as (
    insert into public.test_results
      (id, organization_id, run_id, run_created_at, test_case_id, verdict, reason, error_category, fingerprint, blocked_by_test_id,
       required_only, attempts, started_at, finished_at, setup_ms, execution_ms, teardown_ms, total_ms, status_code,
       request_bytes, response_bytes)
    select (ids.beginning || lpad(to_hex(result.number), 8, '0'))::uuid,
      p_run.organization_id, p_run.id, p_run.created_at, result.test_case_id, result.verdict,
      result.reason, result.error_category, result.fingerprint, (p_ids ->> result.blocked_by)::uuid,
      coalesce(result.required_only, false), coalesce(result.attempts, 1), result.started_at, result.finished_at,
      result.setup_ms, result.execution_ms, result.teardown_ms, result.total_ms, result.status_code,
      result.request_bytes, result.response_bytes
    from result
    cross join private.begin_ids() as ids (beginning)
    on conflict (run_id, run_created_at, test_case_id) do nothing
    returning test_case_id
  )
  insert into public.test_result_details
    (id, organization_id, run_id, run_created_at, test_case_id, kind, attempt, step, iteration, position, level, correlation_id, content)
  select (ids.beginning || lpad(to_hex(result.number * 32768 + detail.number), 8, '0'))::uuid,
    p_run.organization_id, p_run.id, p_run.created_at, result.test_case_id, detail.kind,
    coalesce(detail.attempt, 1), detail.step, detail.iteration, coalesce(detail.position, detail.number::integer - 1),
    detail.level, detail.correlation_id, coalesce(nullif(detail.content, 'null'), '{}')
  from result
  join inserted on inserted.test_case_id = result.test_case_id
  cross join rows from (jsonb_to_recordset(nullif(result.details, 'null')) as (
    kind public.detail_kind, attempt integer, step integer, iteration integer, position integer, level text,
    correlation_id text, content jsonb
  )) with ordinality as detail (kind, attempt, step, iteration, position, level, correlation_id, content, number)
  cross join private.begin_ids() as ids (beginning);
$$;

-- Evidence for tests that have their result: what their undo did, and what was done once more for a token of theirs.
create function private.record_details(p_run public.test_runs, p_details jsonb, p_ids jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_result_details
    (id, organization_id, run_id, run_created_at, test_case_id, kind, attempt, step, iteration, position, level, correlation_id, content)
  select (ids.beginning || lpad(to_hex(detail.number), 8, '0'))::uuid, p_run.organization_id, p_run.id, p_run.created_at,
    (p_ids ->> detail.test)::uuid, detail.kind, coalesce(detail.attempt, 1), detail.step, detail.iteration,
    coalesce(detail.position, detail.number::integer - 1), detail.level, detail.correlation_id,
    coalesce(nullif(detail.content, 'null'), '{}')
  from rows from (jsonb_to_recordset(p_details) as (
    test text, kind public.detail_kind, attempt integer, step integer, iteration integer, position integer, level text,
    correlation_id text, content jsonb
  )) with ordinality as detail (test, kind, attempt, step, iteration, position, level, correlation_id, content, number)
  cross join private.begin_ids() as ids (beginning);
$$;

-- Files that were answered, {"test", "category", "media_type", "content" as base64}. Only what evidence names is kept: that of a
-- test which had its result already is not there either.
create function private.record_artifacts(p_run public.test_runs, p_artifacts jsonb, p_ids jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into private.artifacts (run_id, test_case_id, checksum, organization_id, run_created_at, category, media_type, content)
  select p_run.id, file.test_case_id, file.checksum, p_run.organization_id, p_run.created_at, file.category, file.media_type, file.content
  from (
    select (p_ids ->> said.test)::uuid as test_case_id, encode(sha256(decoded.content), 'hex') as checksum,
      said.category, said.media_type, decoded.content
    from jsonb_to_recordset(p_artifacts) as said (test text, category private.artifact_category, media_type text, content text)
    cross join lateral (select decode(said.content, 'base64') as content) as decoded
  ) as file
  where exists (
    select from public.test_result_details as detail
    where detail.run_id = p_run.id
      and detail.run_created_at = p_run.created_at
      and detail.test_case_id = file.test_case_id
      and detail.kind = 'artifact'
      and detail.content ->> 'sha256' = file.checksum
  )
  on conflict do nothing;
  perform private.require_at_most(
    (select coalesce(sum(size_bytes), 0) from private.artifacts where run_id = p_run.id)::bigint, 67108864, 'bytes of files in a run'
  );
end;
$$;

-- Functions: record ------------------------------------------------------------

-- The fence between batches: each follows the one before it.
create function private.require_next_batch(p_lease private.run_leases, p_batch_number integer)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_batch_number is distinct from p_lease.last_batch_number + 1 then
    perform private.refuse(409, format('batch %s does not follow batch %s', p_batch_number, p_lease.last_batch_number),
      'Send the batches one after the other; repeat only the last one.');
  end if;
end;
$$;

create function private.update_in_flight(p_run_id uuid, p_batch jsonb, p_results jsonb)
returns void
language sql
set search_path = ''
as $$
  update private.run_leases
  set in_flight = array(
    select unnest(in_flight || private.require_texts(p_batch -> 'started', 'started'))
    except
    select unnest(private.texts_at(p_results, '$[*].test'))
    order by 1
  )
  where run_id = p_run_id
    and (p_batch ? 'started' or p_results <> '[]');
$$;

create function private.update_progress(p_run_id uuid, p_batch jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_runs
  set status = coalesce((p_batch ->> 'status')::public.run_status, status),
    total = coalesce((p_batch ->> 'total')::integer, total)
  where id = p_run_id
    and (p_batch ? 'status' or p_batch ? 'total');
$$;

-- Watchers are told about every batch that brings something.
create function private.tell_progress(p_run public.test_runs, p_batch jsonb, p_context_version integer)
returns integer
language plpgsql
set search_path = ''
as $$
begin
  if not p_batch ?| array['status', 'total', 'started', 'results', 'context', 'events', 'details'] then
    return p_run.sequence;
  end if;
  return private.tell_run(p_run.id, 'run_progress',
    private.fit_events(private.items(p_batch -> 'events')) || jsonb_build_object('context_version', p_context_version));
end;
$$;

create function private.write_batch(p_run public.test_runs, p_batch_number integer, p_context_version integer, p_batch jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_results jsonb := coalesce(nullif(p_batch -> 'results', 'null'), '[]');
  v_version integer := private.merge_context(p_run, p_context_version, p_batch -> 'context', p_batch -> 'secrets');
  v_ids jsonb := private.check_batch(p_run.id, p_batch, v_results);
  v_answer jsonb;
begin
  perform private.record_results(p_run, v_results, v_ids);
  if p_batch ? 'details' then
    perform private.record_details(p_run, private.items(p_batch -> 'details'), v_ids);
  end if;
  if p_batch ? 'artifacts' then
    perform private.record_artifacts(p_run, private.items(p_batch -> 'artifacts'), v_ids);
  end if;
  if jsonb_typeof(p_batch -> 'plan') = 'object' then
    perform private.save_plan(p_run, p_batch -> 'plan');
  end if;
  perform private.update_in_flight(p_run.id, p_batch, v_results);
  perform private.update_progress(p_run.id, p_batch);
  v_answer := jsonb_build_object(
    'continue', p_run.cancel_requested_at is null,
    'reason', case when p_run.cancel_requested_at is not null then 'cancelled' end,
    'lease_expires_at', private.extend_lease(p_run.id, coalesce((p_batch ->> 'lease_seconds')::integer, 60)),
    'context_version', v_version,
    'batch_number', p_batch_number,
    'sequence', private.tell_progress(p_run, p_batch, v_version)
  );
  update private.run_leases
  set last_batch_number = p_batch_number, last_answer = v_answer, updated_at = clock_timestamp()
  where run_id = p_run.id;
  return v_answer;
end;
$$;

create function private.record_run(
  p_run_id uuid,
  p_lease_number integer,
  p_batch_number integer,
  p_context_version integer,
  p_batch jsonb
)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
-- A foreign key to a partitioned table is else planned anew for each row, for its partition: most of the time it takes.
set plan_cache_mode = force_generic_plan
-- A batch goes through a few intermediate results. In the usual 4 MB they would be written to files.
set work_mem = '64MB'
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
  v_lease private.run_leases;
begin
  select * into v_lease from private.run_leases where run_id = p_run_id;
  if p_batch_number = v_lease.last_batch_number and v_lease.last_answer is not null then
    return v_lease.last_answer;
  end if;
  perform private.require_next_batch(v_lease, p_batch_number);
  perform private.require_at_most(pg_column_size(p_batch), 33554432, 'bytes in a batch');
  return private.write_batch(v_run, p_batch_number, p_context_version, coalesce(p_batch, '{}'));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.check_details(p_batch);
    perform private.refuse_value('batch', sqlerrm);
end;
$$;
grant execute on function private.record_run(uuid, integer, integer, integer, jsonb) to service_role, authenticated;

-- Writes a batch of what happened in a run: all of it, or nothing. The last batch may be sent again, and gets its first
-- answer again. The answer says whether to go on. An empty batch keeps the lease.
create function public.record_run(
  p_run_id uuid,
  p_lease_number integer,
  p_batch_number integer,
  p_context_version integer,
  p_batch jsonb
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.record_run(p_run_id, p_lease_number, p_batch_number, p_context_version, p_batch);
$$;
grant execute on function public.record_run(uuid, integer, integer, integer, jsonb) to service_role, authenticated;


-- From sql/55_fixture_usage.sql ===================================================================

-- Fixture usage: which test of which run used which fixture, and whether what it made was cleaned up.
-- Tables: fixture_usage.  Functions: record_fixture_usage.

-- Tables -----------------------------------------------------------------------

create table public.fixture_usage (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  fixture_id       uuid not null,
  run_id           uuid not null,
  test_case_id     uuid not null,
  checksum         text,
  used_at          timestamptz not null default now(),
  cleaned_up_at    timestamptz,

  constraint fixture_usage_is_of_a_fixture
    foreign key (fixture_id, organization_id)
    references public.test_data_fixtures (id, organization_id) on delete cascade,
  constraint fixture_usage_is_by_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint fixture_usage_is_by_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint fixture_usage_is_told_once unique (run_id, test_case_id, fixture_id),
  constraint fixture_usage_is_cleaned_up_after_it_began check (cleaned_up_at >= used_at)
);
comment on table public.fixture_usage is 'Which test of which run used which fixture. Written by whoever executes the run.';
comment on column public.fixture_usage.checksum is 'Of the content that was used: the fixture may have changed since.';

-- Serves "who uses this fixture?", latest first.
create index idx_fixture_usage_fixture_id on public.fixture_usage (fixture_id, used_at desc);
-- Serves the removal of a test.
create index idx_fixture_usage_test_case_id on public.fixture_usage (test_case_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table public.fixture_usage enable row level security;

create policy "Members see what the runs of their organizations used"
on public.fixture_usage for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.fixture_usage to authenticated;

-- Functions --------------------------------------------------------------------

create function private.check_usage(p_usage jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_usage, '{"cleaned_up": "boolean"}', 'each of p_usage');
  perform private.require_type(p_usage -> 'test', 'string', 'test');
  perform private.require_type(p_usage -> 'fixture', 'string', 'fixture');
end;
$$;

-- The fixture that a test means by a key: its suite's, then the project's, then one that others of the organization share.
create function private.find_fixture(p_run public.test_runs, p_test_case_id uuid, p_key text)
returns table (id uuid, checksum text)
language sql
stable
set search_path = ''
as $$
  select fixture.id, fixture.checksum
  from public.test_cases as test
  join public.test_data_fixtures as fixture on fixture.organization_id = test.organization_id
  where test.id = p_test_case_id
    and fixture.organization_id = p_run.organization_id
    and fixture.key = p_key
    and fixture.deleted_at is null
    and coalesce(fixture.suite_id = test.suite_id, fixture.project_id = p_run.project_id or fixture.is_shared)
  order by fixture.suite_id is null, fixture.project_id = p_run.project_id desc, fixture.created_at
  limit 1;
$$;

create function private.insert_usage(p_run public.test_runs, p_usage jsonb)
returns integer
language sql
set search_path = ''
as $$
  with told as (
    select value ->> 'test' as test, value ->> 'fixture' as fixture, bool_or(coalesce((value ->> 'cleaned_up')::boolean, false)) as cleaned_up
    from jsonb_array_elements(p_usage)
    group by 1, 2
  ),
  written as (
    insert into public.fixture_usage as saved (organization_id, fixture_id, run_id, test_case_id, checksum, cleaned_up_at)
    select p_run.organization_id, fixture.id, p_run.id, test.id, fixture.checksum, case when told.cleaned_up then now() end
    from told
    join private.find_run_tests(p_run.id, array(select test from told)) as test on test.name = told.test
    cross join lateral private.find_fixture(p_run, test.id, told.fixture) as fixture
    on conflict (run_id, test_case_id, fixture_id) do update set
      cleaned_up_at = coalesce(saved.cleaned_up_at, excluded.cleaned_up_at)
    returning id
  )
  select count(*)::integer from written;
$$;

create function private.record_fixture_usage(p_run_id uuid, p_lease_number integer, p_usage jsonb)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
  v_pairs integer;
begin
  perform private.require_type(p_usage, 'array', 'p_usage');
  perform private.require_at_most(jsonb_array_length(p_usage), 10000, 'usages in one call');
  perform private.check_usage(value) from jsonb_array_elements(p_usage);
  v_pairs := (select count(distinct (value ->> 'test', value ->> 'fixture')) from jsonb_array_elements(p_usage));
  if private.insert_usage(v_run, p_usage) < v_pairs then
    perform private.refuse(422, 'a usage names a test or a fixture that this run does not have',
      'Tests are <suite key>/<test key> of the run; fixtures are keys of its project, or shared ones.');
  end if;
  return v_pairs;
end;
$$;
grant execute on function private.record_fixture_usage(uuid, integer, jsonb) to service_role, authenticated;

-- Notes which tests used which fixtures: [{"test", "fixture", "cleaned_up"}]. Said twice it is there once.
create function public.record_fixture_usage(p_run_id uuid, p_lease_number integer, p_usage jsonb)
returns integer
language sql
set search_path = ''
as $$
  select private.record_fixture_usage(p_run_id, p_lease_number, p_usage);
$$;
grant execute on function public.record_fixture_usage(uuid, integer, jsonb) to service_role, authenticated;


-- From sql/56_finish.sql ==========================================================================

-- Finish: the end of a run, as its worker says it.
-- Functions: finish_run.

-- Functions --------------------------------------------------------------------

create function private.check_outcome(p_outcome jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(pg_column_size(p_outcome), 33554432, 'bytes in an outcome');
  perform private.require_types(p_outcome,
    '{"reason": "string", "message": "string", "summary": "object", "report": "object"}', 'an outcome');
  perform private.require_type(p_outcome -> 'status', 'string', 'an outcome''s status');
  perform private.require_word(p_outcome ->> 'status', 'public.run_status', 'status');
  perform private.require_word(p_outcome ->> 'reason', 'public.run_failure_reason', 'reason');
  if not private.is_over((p_outcome ->> 'status')::public.run_status) then
    perform private.refuse(422, format('a run does not end as "%s"', p_outcome ->> 'status'), 'One of: completed, failed, cancelled.');
  end if;
  if (p_outcome ->> 'status' = 'failed') <> (p_outcome ->> 'reason' is not null) then
    perform private.refuse(422, 'a failed run has a reason, and no other has', 'One of: tests, environment, timeout, interrupted.');
  end if;
end;
$$;

create function private.describe_end(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_run.id, 'status', p_run.status, 'reason', p_run.reason) || private.count_tests(p_run);
$$;

create function private.finish_run(p_run_id uuid, p_lease_number integer, p_outcome jsonb)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  -- Asked before the row is locked: a stranger must not hold up anybody's run.
  perform private.check_holder(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  if private.is_over(v_run.status) and v_run.lease_number = p_lease_number then
    return private.describe_end(v_run);
  end if;
  perform private.hold_run(p_run_id, p_lease_number);
  perform private.check_outcome(p_outcome);
  return private.describe_end(private.close_run(
    p_run_id,
    (p_outcome ->> 'status')::public.run_status,
    (p_outcome ->> 'reason')::public.run_failure_reason,
    p_outcome ->> 'message',
    private.fields(p_outcome -> 'summary'),
    nullif(p_outcome -> 'report', 'null')
  ));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('outcome', sqlerrm);
end;
$$;
grant execute on function private.finish_run(uuid, integer, jsonb) to service_role, authenticated;

-- Writes the verdict of a run, once: the same lease may say it again, and gets the first answer again.
create function public.finish_run(p_run_id uuid, p_lease_number integer, p_outcome jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.finish_run(p_run_id, p_lease_number, p_outcome);
$$;
grant execute on function public.finish_run(uuid, integer, jsonb) to service_role, authenticated;


-- From sql/57_context_steps.sql ===================================================================

-- Context steps: a run's context, one step at a time, for whoever does not record batches.
-- Functions: initialise_execution_context, update_shared_tokens, capture_variables, resolve_test_dependencies.
-- Each write is guarded like a batch: by the lease, and by the version of the context. Captures are values that were
-- already extracted: [{"name", "as": "token" | "variable" | "data", "value", "capture", "secret"}].

-- Functions: begin -------------------------------------------------------------

create function private.initialise_execution_context(p_run_id uuid, p_lease_number integer)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.hold_run(p_run_id, p_lease_number);
  perform private.begin_context(p_run_id);
  return private.get_execution_context(p_run_id);
end;
$$;
grant execute on function private.initialise_execution_context(uuid, integer) to service_role;

-- The context of a run, made if there is none yet. Claim does this, too.
create function public.initialise_execution_context(p_run_id uuid, p_lease_number integer)
returns jsonb
language sql
set search_path = ''
as $$
  select private.initialise_execution_context(p_run_id, p_lease_number);
$$;
grant execute on function public.initialise_execution_context(uuid, integer) to service_role;

-- Functions: tokens ------------------------------------------------------------

create function private.update_shared_tokens(p_run_id uuid, p_lease_number integer, p_version integer, p_tokens jsonb)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.require_type(p_tokens, 'object', 'p_tokens');
  if exists (select from jsonb_each(p_tokens) where jsonb_typeof(value) <> 'string') then
    perform private.refuse(422, 'every token is a text', 'Nothing was written; correct the value and call again.');
  end if;
  return private.save_execution_context(p_run_id, p_lease_number, p_version, '{}',
    case when p_tokens = '{}' then '{}' else jsonb_build_object('tokens', p_tokens) end);
end;
$$;
grant execute on function private.update_shared_tokens(uuid, integer, integer, jsonb) to service_role;

-- Sets tokens of a run: {"name": "token"}. The others stay. Gives the new version.
create function public.update_shared_tokens(p_run_id uuid, p_lease_number integer, p_version integer, p_tokens jsonb)
returns integer
language sql
set search_path = ''
as $$
  select private.update_shared_tokens(p_run_id, p_lease_number, p_version, p_tokens);
$$;
grant execute on function public.update_shared_tokens(uuid, integer, integer, jsonb) to service_role;

-- Functions: captures ----------------------------------------------------------

create function private.check_capture(p_capture jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_types(p_capture, '{"capture": "string", "secret": "boolean"}', 'each of p_captures');
  perform private.require_type(p_capture -> 'name', 'string', 'name');
  if coalesce(p_capture ->> 'as', 'data') not in ('token', 'variable', 'data') then
    perform private.refuse(422, format('a capture cannot be "%s"', p_capture ->> 'as'), 'One of: token, variable, data.');
  elsif not p_capture ? 'value' then
    perform private.refuse(422, format('the capture "%s" has no value', p_capture ->> 'name'),
      'Send what was extracted; leave out what was not found.');
  elsif p_capture ->> 'as' = 'token' and jsonb_typeof(p_capture -> 'value') <> 'string' then
    perform private.refuse(422, format('the token "%s" is not a text', p_capture ->> 'name'),
      'Nothing was written; correct the value and call again.');
  end if;
end;
$$;

create function private.is_secret_capture(p_capture jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_capture ->> 'as' = 'token' or coalesce((p_capture ->> 'secret')::boolean, false);
$$;

-- The captures of a test that p_as names (null for all), as {name: value}; of secrets, or of the others.
create function private.captured_values(p_captures jsonb, p_as text, p_secret boolean)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(value ->> 'name', value -> 'value'), '{}')
  from jsonb_array_elements(p_captures)
  where (p_as is null or coalesce(value ->> 'as', 'data') = p_as)
    and coalesce(private.is_secret_capture(value), false) = p_secret;
$$;

create function private.describe_provenance(p_test text, p_captures jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('name', value ->> 'name', 'kind', coalesce(value ->> 'as', 'data'),
    'test', p_test, 'capture', coalesce(value ->> 'capture', value ->> 'name')))
  from jsonb_array_elements(p_captures);
$$;

create function private.capture_variables(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_test text,
  p_captures jsonb
)
returns integer
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  perform private.require_type(p_captures, 'array', 'p_captures');
  perform private.check_capture(value) from jsonb_array_elements(p_captures);
  perform private.check_unique(array(select value ->> 'name' from jsonb_array_elements(p_captures)), 'capture');
  perform private.hold_run(p_run_id, p_lease_number);
  if not exists (select from private.find_run_tests(p_run_id, array[p_test])) then
    perform private.refuse(422, format('there is no test "%s" in this run', p_test), 'Names are <suite key>/<test key>.');
  end if;
  return private.save_execution_context(p_run_id, p_lease_number, p_version,
    jsonb_build_object(
      'variables', private.captured_values(p_captures, 'variable', false),
      'captured_data', jsonb_build_object(p_test, private.captured_values(p_captures, null, false)),
      'provenance', private.items(private.describe_provenance(p_test, p_captures))
    ),
    jsonb_build_object(
      'tokens', private.captured_values(p_captures, 'token', true),
      'variables', private.captured_values(p_captures, 'variable', true),
      'captured_data', jsonb_build_object(p_test, private.captured_values(p_captures, null, true))
    ));
end;
$$;
grant execute on function private.capture_variables(uuid, integer, integer, text, jsonb) to service_role;

-- Writes what a test captured: under its name, and as tokens and variables; secrets masked, with their provenance.
-- Gives the new version.
create function public.capture_variables(
  p_run_id uuid,
  p_lease_number integer,
  p_version integer,
  p_test text,
  p_captures jsonb
)
returns integer
language sql
set search_path = ''
as $$
  select private.capture_variables(p_run_id, p_lease_number, p_version, p_test, p_captures);
$$;
grant execute on function public.capture_variables(uuid, integer, integer, text, jsonb) to service_role;

-- Functions: dependencies ------------------------------------------------------

-- What a test needs, and how far that is: verdict is null while there is no result. Fulfilled: an order wants a result,
-- data and tokens want one that is passed, here or in the run that this one is a retry of.
create function private.needs_of_test(p_run public.test_runs, p_test_case_id uuid)
returns table (test text, type public.dependency_type, verdict public.test_verdict, is_fulfilled boolean)
language sql
stable
set search_path = ''
as $$
  select private.name_test(edge.required_test_id), edge.dependency_type, result.verdict,
    coalesce(case when edge.dependency_type = 'order' then result.verdict is not null else result.verdict = 'passed' end, false)
      or edge.required_test_id = any (array (select unnest(handed_down) from private.run_retries where run_id = p_run.id))
  from public.test_dependencies as edge
  left join public.test_results as result
    on result.run_id = p_run.id
    and result.run_created_at = p_run.created_at
    and result.test_case_id = edge.required_test_id
  where edge.dependent_test_id = p_test_case_id;
$$;

-- What the context holds of these tests: tokens and variables by their provenance, captures under their test.
create function private.values_from_tests(p_context jsonb, p_tests text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  with origin as (
    select value ->> 'kind' as kind, value ->> 'name' as name
    from jsonb_array_elements(private.items(p_context -> 'provenance'))
    where value ->> 'test' = any (p_tests)
  )
  select jsonb_build_object(
    'tokens', (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(private.fields(p_context -> 'tokens'))
      where key in (select name from origin where kind = 'token')
    ),
    'variables', (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(private.fields(p_context -> 'variables'))
      where key in (select name from origin where kind = 'variable')
    ),
    'captured_data', (
      select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(private.fields(p_context -> 'captured_data'))
      where key = any (p_tests)
    )
  );
$$;

create function private.resolve_test_dependencies(p_run_id uuid, p_test text)
returns jsonb
language plpgsql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_test_case_id uuid;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  select id into v_test_case_id from private.find_run_tests(p_run_id, array[p_test]);
  if not found then
    perform private.refuse(404, format('there is no test "%s" in this run', p_test), 'Names are <suite key>/<test key>.');
  end if;
  return (
    select jsonb_build_object(
      'test', p_test,
      'ready', coalesce(bool_and(is_fulfilled), true),
      'missing', coalesce(jsonb_agg(jsonb_build_object('test', test, 'type', type, 'verdict', verdict) order by test)
        filter (where not is_fulfilled), '[]'),
      'receives', private.values_from_tests(private.describe_context(p_run_id),
        coalesce(array_agg(test) filter (where is_fulfilled and type <> 'order'), '{}'))
    )
    from private.needs_of_test(v_run, v_test_case_id)
  );
end;
$$;
grant execute on function private.resolve_test_dependencies(uuid, text) to service_role;

-- Whether a test of a run can start: {"ready", "missing": [{"test", "type", "verdict"}], "receives": {"tokens", "variables",
-- "captured_data"}}, with secret values.
create function public.resolve_test_dependencies(p_run_id uuid, p_test text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.resolve_test_dependencies(p_run_id, p_test);
$$;
grant execute on function public.resolve_test_dependencies(uuid, text) to service_role;


-- From sql/58_retries.sql =========================================================================

-- Retries: a run that is over is taken up again, with the tests that did not pass and what they need.
-- Functions: retry_run.

-- Functions --------------------------------------------------------------------

-- Whether the selection of a run takes a test; null and absent mean all.
create function private.was_chosen(p_run public.test_runs, p_name text, p_tags text[])
returns boolean
language sql
stable
set search_path = ''
as $$
  select (coalesce(jsonb_typeof(p_run.selection -> 'only'), 'null') = 'null' or p_run.selection -> 'only' ? p_name)
    and (coalesce(jsonb_typeof(p_run.selection -> 'tags'), 'null') = 'null'
      or p_run.selection -> 'tags' = '[]'
      or exists (select from unnest(p_tags) as tag where p_run.selection -> 'tags' ? tag));
$$;

-- The tests of a run that failed, broke, were blocked, or have no result; by full name, if they still exist.
create function private.unsettled_tests(p_run public.test_runs)
returns text[]
language sql
stable
set search_path = ''
as $$
  select coalesce(array_agg(suite.key || '/' || test.key order by suite.key, test.position, test.key), '{}')
  from private.test_run_versions as part
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id and suite.deleted_at is null
  join public.test_cases as test on test.suite_id = suite.id and test.deleted_at is null
  left join public.test_results as result
    on result.run_id = p_run.id
    and result.run_created_at = p_run.created_at
    and result.test_case_id = test.id
  where part.run_id = p_run.id
    -- A run that was cut short has tests without a result; one that came to its end did not choose them.
    and (result.verdict in ('failed', 'broken', 'blocked')
      or (result.verdict is null and part.selected and (p_run.status = 'cancelled' or p_run.reason <> 'tests')
        and private.was_chosen(p_run, suite.key || '/' || test.key, test.tags || suite.tags)));
$$;

-- The request that runs these tests again, the way they were run.
create function private.describe_retry(p_run public.test_runs, p_tests text[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'environment', (select name from public.environments where id = p_run.environment_id),
    'suites', (select jsonb_agg(distinct split_part(name, '/', 1)) from unnest(p_tests) as name),
    'selection', (p_run.selection - 'tags') || jsonb_build_object('only', to_jsonb(p_tests)),
    'config', p_run.config,
    'priority', p_run.priority,
    'source', jsonb_build_object('retry_of', p_run.id),
    'git_branch', p_run.git_branch,
    'git_commit', p_run.git_commit
  ));
$$;

create function private.retry_run(p_run_id uuid, p_idempotency_key text)
returns public.test_runs
language plpgsql
security definer  -- nobody writes runs directly
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_tests text[];
  v_retry public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.require_requester(v_run);
  if not private.is_over(v_run.status) then
    perform private.refuse(409, format('this run is %s', v_run.status), 'Wait until it is over, or cancel it first.');
  end if;
  v_tests := private.unsettled_tests(v_run);
  if v_tests = '{}' then
    perform private.refuse(409, 'this run has no test to retry', 'All passed or were skipped, or are no longer there; request a new run.');
  end if;
  select * into v_retry
  from private.request_runs(v_run.project_id, jsonb_build_array(private.describe_retry(v_run, v_tests)), p_idempotency_key);
  insert into private.run_retries (run_id, organization_id, of_run_id)
  values (v_retry.id, v_retry.organization_id, v_run.id)
  on conflict do nothing;
  return v_retry;
end;
$$;
grant execute on function private.retry_run(uuid, text) to authenticated;

-- Requests a run of the tests that did not pass in p_run_id; what they need runs with them, unless its captures are still
-- known (51_handing_down.sql). The same key gives the same run.
create function public.retry_run(p_run_id uuid, p_idempotency_key text default null)
returns public.test_runs
language sql
set search_path = ''
as $$
  select private.retry_run(p_run_id, p_idempotency_key);
$$;
grant execute on function public.retry_run(uuid, text) to authenticated;


-- From sql/60_realtime.sql ========================================================================

-- Realtime: who is told live, and who may listen. Only the database sends, in the transaction of what it tells.
-- Topics, all private: run:<id> and project:<id> for members, workers for workers.
-- Events on run:<id>: run_progress, run_completed.  On project:<id>: run_requested, run_status, run_completed.
-- Also on project:<id>: flaky_test_detected, performance_degradation; run:<id> has them as events of run_completed (76_rules.sql).
-- On workers: runs_waiting, run_cancelled.

-- Who may ----------------------------------------------------------------------

-- The id in a topic 'run:<id>'; null when the topic is not of that kind.
create function private.id_in_topic(p_topic text, p_kind text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case
    when p_topic ~ ('^' || p_kind || ':[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')
    then split_part(p_topic, ':', 2)::uuid
  end;
$$;

create function private.may_follow(p_topic text)
returns boolean
language sql
stable
security definer  -- see private.organization_ids()
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where id = private.id_in_topic(p_topic, 'run')
      and organization_id = any (array (select private.organization_ids()))
  ) or exists (
    select from public.projects
    where id = private.id_in_topic(p_topic, 'project')
      and organization_id = any (array (select private.organization_ids()))
  );
$$;
grant execute on function private.may_follow(text) to authenticated;

create policy "Members follow the runs and projects of their organizations"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_follow((select realtime.topic()))));

-- Functions --------------------------------------------------------------------

create function private.tell(p_topic text, p_event text, p_payload jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform realtime.send(p_payload, p_event, p_topic, true);
end;
$$;

-- Tells those who follow a run, with the next number and the counters; gives the number.
-- Whoever missed messages is right again after the next one.
create function private.tell_run(p_run_id uuid, p_event text, p_more jsonb default '{}')
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  update public.test_runs set sequence = sequence + 1 where id = p_run_id returning * into v_run;
  perform private.tell('run:' || p_run_id, p_event, p_more || jsonb_build_object(
    'run_id', p_run_id, 'sequence', v_run.sequence, 'status', v_run.status, 'reason', v_run.reason,
    'counters', private.count_tests(v_run)
  ));
  return v_run.sequence;
end;
$$;

-- Tells those who look at a project's list of runs.
create function private.tell_project(p_run public.test_runs, p_event text)
returns void
language sql
set search_path = ''
as $$
  select private.tell('project:' || p_run.project_id, p_event, jsonb_build_object(
    'run_id', p_run.id, 'sequence', p_run.sequence, 'status', p_run.status, 'reason', p_run.reason,
    'counters', private.count_tests(p_run)
  ));
$$;

-- Wakes workers that wait, or tells one of them to stop. Says nothing about whose run it is.
create function private.tell_workers(p_event text, p_payload jsonb)
returns void
language sql
set search_path = ''
as $$
  select private.tell('workers', p_event, p_payload);
$$;

create function private.tell_requested(p_project_id uuid, p_batch_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_runs jsonb := (
    select jsonb_agg(jsonb_build_object('run_id', id, 'environment_id', environment_id, 'priority', priority, 'status', status) order by batch_position)
    from public.test_runs
    where batch_id = p_batch_id
  );
begin
  perform private.tell('project:' || p_project_id, 'run_requested', jsonb_build_object('batch_id', p_batch_id, 'runs', v_runs));
  perform private.tell_workers('runs_waiting', jsonb_build_object('count', jsonb_array_length(v_runs)));
end;
$$;

-- As many events, from the first, as a message may carry. Hosted projects allow 64 KB for all of it.
create function private.fit_events(p_events jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'events', coalesce(jsonb_agg(value order by ordinality) filter (where size <= 58000), '[]'),
    'truncated', coalesce(bool_or(size > 58000), false)
  )
  from (
    select value, ordinality, sum(octet_length(value::text) + 2) over (order by ordinality) as size
    from jsonb_array_elements(p_events) with ordinality
  ) as event;
$$;


-- From sql/63_cron.sql ============================================================================

-- Cron expressions: what may stand in one, and when its time comes next.
-- Functions: private.check_cron, private.next_cron_time.
-- Five fields as in crontab(5): minute, hour, day of month, month, day of week. Where both days say something, either will do.

-- Functions: what a field says -------------------------------------------------

-- What the fields are called, and what may stand in them.
create function private.cron_fields()
returns table (number integer, name text, lowest integer, highest integer, names text[])
language sql
immutable
set search_path = ''
as $$
  values
    (1, 'minute', 0, 59, array[]::text[]),
    (2, 'hour', 0, 23, '{}'),
    (3, 'day of the month', 1, 31, '{}'),
    (4, 'month', 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}'),
    (5, 'day of the week', 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
$$;

-- A number or a name as the number that it is; null for anything else. p_lowest is what the first name counts as.
create function private.cron_number(p_word text, p_lowest integer, p_names text[])
returns integer
language sql
immutable
set search_path = ''
as $$
  select case when p_word ~ '^\d{1,2}$' then p_word::integer else array_position(p_names, lower(p_word)) - 1 + p_lowest end;
$$;

-- First, last and step of one part between commas; null where it is none. */5, 7, 1-5, mon-fri, 10-30/5, 8/2 (from 8 on).
create function private.cron_range(p_part text, p_lowest integer, p_highest integer, p_names text[])
returns integer[]
language sql
immutable
set search_path = ''
as $$
  select array[first, last, step]
  from (select split_part(p_part, '/', 1) as span, split_part(p_part, '/', 2) as every) as part
  cross join lateral (
    select
      case when span = '*' then p_lowest else private.cron_number(split_part(span, '-', 1), p_lowest, p_names) end as first,
      case
        when span = '*' or (every <> '' and span !~ '-') then p_highest
        when span ~ '-' then private.cron_number(split_part(span, '-', 2), p_lowest, p_names)
        else private.cron_number(span, p_lowest, p_names)
      end as last,
      case when every = '' then 1 when every ~ '^[1-9]\d?$' then every::integer end as step
  ) as said
  where p_part ~ '^[^-/]+(-[^-/]+)?(/[^-/]+)?$'
    and first >= p_lowest and last <= p_highest and first <= last and step is not null;
$$;

-- The numbers that a whole field means.
create function private.cron_numbers(p_field text, p_lowest integer, p_highest integer, p_names text[])
returns integer[]
language sql
immutable
set search_path = ''
as $$
  select array_agg(distinct number order by number)
  from unnest(string_to_array(p_field, ',')) as part
  cross join lateral private.cron_range(part, p_lowest, p_highest, p_names) as span
  cross join lateral generate_series(span[1], span[2], span[3]) as number;
$$;

-- Five fields are what a constraint wants; here, what stands in them.
create function private.check_cron(p_cron text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_wrong record;
begin
  if p_cron !~ '^\S+( \S+){4}$' then
    return;
  end if;
  select field.name, field.lowest, field.highest, part into v_wrong
  from private.cron_fields() as field
  cross join lateral unnest(string_to_array(split_part(p_cron, ' ', field.number), ',')) as part
  where private.cron_range(part, field.lowest, field.highest, field.names) is null
  order by field.number
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" is no %s', left(v_wrong.part, 100), v_wrong.name),
      format('From %s to %s: *, a number, a range such as 1-5, several with commas, or a step such as */2.', v_wrong.lowest, v_wrong.highest));
  end if;
end;
$$;

-- Functions: when --------------------------------------------------------------

-- The days that an expression means, from this one on, for nine years: that far apart can two 29ths of February be.
create function private.cron_days(p_fields text[], p_from date)
returns setof date
language sql
immutable
set search_path = ''
rows 100
as $$
  -- Once, not for each day.
  with said as materialized (
    select
      private.cron_numbers(p_fields[3], 1, 31, '{}') as days,
      private.cron_numbers(p_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}') as months,
      private.cron_numbers(p_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}') as weekdays,
      p_fields[3] like '*%' or p_fields[5] like '*%' as both_must
  )
  select day::date
  from said, generate_series(p_from::timestamp, (p_from + 9 * 366)::timestamp, interval '1 day') as day
  cross join lateral (
    select
      extract(day from day) = any (days) as is_day,
      -- 7 is Sunday as well.
      extract(dow from day) = any (weekdays) or extract(isodow from day) = any (weekdays) as is_weekday
  ) as found
  where extract(month from day) = any (months)
    and case when both_must then is_day and is_weekday else is_day or is_weekday end
  order by day;
$$;

-- The moments of one day, by the clock on the wall of p_timezone. Where the clock is put forward, a time that is left out
-- comes an hour later; where it is put back, a time comes once, at the later of the two, unless it is said for all hours.
create function private.cron_moments(p_fields text[], p_day date, p_timezone text)
returns setof timestamptz
language sql
stable
set search_path = ''
as $$
  with times as (
    select p_day + make_time(hour, minute, 0) as on_the_wall
    from unnest(private.cron_numbers(p_fields[2], 0, 23, '{}')) as hour,
      unnest(private.cron_numbers(p_fields[1], 0, 59, '{}')) as minute
  )
  select on_the_wall at time zone p_timezone from times
  union
  select (on_the_wall at time zone p_timezone) - interval '1 hour'
  from times
  where p_fields[2] like '*%'
    and ((on_the_wall at time zone p_timezone) - interval '1 hour') at time zone p_timezone = on_the_wall;
$$;

-- The first moment after p_after that the expression means; null when there is none, as on the 30th of February.
create function private.next_cron_time(p_cron text, p_timezone text, p_after timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fields text[] := string_to_array(p_cron, ' ');
  v_day date;
  v_next timestamptz;
begin
  -- From the day before: a clock that was put forward at midnight has moved its last times to today.
  for v_day in select private.cron_days(v_fields, (p_after at time zone p_timezone)::date - 1) loop
    select min(moment) into v_next
    from private.cron_moments(v_fields, v_day, p_timezone) as moment
    where moment > p_after;
    exit when v_next is not null;
  end loop;
  return v_next;
end;
$$;


-- From sql/64_schedules.sql =======================================================================

-- Schedules: runs that are requested by the clock.
-- Tables: schedules.  Functions: preview_schedule, request_due_schedules.  When a time comes: 63_cron.sql.  Who asks: a worker, or 90_clock.sql.

-- Tables -----------------------------------------------------------------------

create table public.schedules (
  id                 uuid primary key default gen_random_uuid(),
  organization_id    uuid not null,
  project_id         uuid not null,
  environment_id     uuid not null,
  name               text not null,
  description        text not null default '',
  cron               text not null,
  timezone           text not null default 'UTC',
  suites             text[] not null default '{}',
  selection          jsonb not null default '{}',
  config             jsonb not null default '{}',
  priority           public.run_priority not null default 'medium',
  enabled            boolean not null default true,
  next_run_at        timestamptz,
  last_run_at        timestamptz,
  last_batch_id      uuid,
  last_problem       text,
  metadata           jsonb not null default '{}',
  created_by         uuid default auth.uid() references public.users on delete set null,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  constraint schedules_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint schedules_run_in_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint schedules_are_of_one_organization unique (id, organization_id),
  constraint schedules_name_is_taken_once unique (project_id, organization_id, name),
  constraint schedules_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint schedules_cron_has_five_fields
    check (cron ~ '^[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}$' and char_length(cron) <= 200),
  constraint schedules_timezone_is_short check (char_length(timezone) <= 100),
  constraint schedules_suites_are_at_most_1000
    check (cardinality(suites) <= 1000 and octet_length(array_to_string(suites, '')) <= 100000),
  constraint schedules_selection_is_a_small_object
    check (jsonb_typeof(selection) = 'object' and octet_length(selection::text) <= 262144),
  constraint schedules_config_is_a_small_object
    check (jsonb_typeof(config) = 'object' and octet_length(config::text) <= 65536),
  constraint schedules_description_is_short check (char_length(description) <= 20000),
  constraint schedules_problem_is_short check (char_length(last_problem) <= 2000),
  constraint schedules_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.schedules is 'Runs that are requested by the clock. They use the environment''s secrets, never a person''s credentials.';
comment on column public.schedules.cron is 'Minute, hour, day of month, month, day of week, in its time zone.';
comment on column public.schedules.next_run_at is 'When it is due next; null while it is switched off.';
comment on column public.schedules.last_run_at is 'When it was last due and its runs were requested.';
comment on column public.schedules.last_problem is 'Why nothing was requested when it was last due; null when all went well.';

-- Serves the search for schedules that are due.
create index idx_schedules_next_run_at on public.schedules (next_run_at) where enabled;
-- Serves the removal of an environment.
create index idx_schedules_environment_id on public.schedules (environment_id);
-- Serves the removal of an account.
create index idx_schedules_created_by on public.schedules (created_by);
-- Serves searches by what people noted down.
create index idx_schedules_metadata on public.schedules using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.schedules enable row level security;

create policy "Members see the schedules of their organizations"
on public.schedules for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins make schedules"
on public.schedules for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins change schedules"
on public.schedules for update to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))))
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins delete schedules"
on public.schedules for delete to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

grant select,
  insert (organization_id, project_id, environment_id, name, description, cron, timezone, suites, selection, config, priority, enabled, metadata),
  update (environment_id, name, description, cron, timezone, suites, selection, config, priority, enabled, metadata),
  delete
on public.schedules to authenticated;

-- Functions: when it comes -----------------------------------------------------

create function private.has_five_fields(p_cron text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce(p_cron ~ '^\S+( \S+){4}$' and char_length(p_cron) <= 200, false);
$$;

-- The first time after a moment. Refuses what is no time, what never comes, and zones that nobody knows.
create function private.require_cron_time(p_cron text, p_timezone text, p_after timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_next timestamptz;
begin
  perform private.check_cron(p_cron);
  v_next := private.next_cron_time(p_cron, p_timezone, p_after);
  if v_next is null then
    perform private.refuse(422, format('"%s" never comes', left(p_cron, 100)), 'No month has such a day.');
  end if;
  return v_next;
exception
  when invalid_parameter_value then
    perform private.refuse(422, format('there is no time zone "%s"', left(p_timezone, 100)),
      'Use a name such as UTC or Europe/Berlin.');
end;
$$;

create function private.preview_schedule(p_cron text, p_timezone text, p_count integer)
returns timestamptz[]
language plpgsql
stable
security definer  -- who asks may not call the refusal
set search_path = ''
as $$
declare
  v_times timestamptz[] := '{}';
begin
  if not private.has_five_fields(p_cron) then
    perform private.refuse(422, format('"%s" has not the five fields of a time', left(p_cron, 100)),
      'Minute, hour, day of the month, month, day of the week, with one space between: 0 3 * * *.');
  end if;
  for v_number in 1 .. least(p_count, 10) loop
    v_times := v_times || private.require_cron_time(p_cron, coalesce(p_timezone, 'UTC'), coalesce(v_times[v_number - 1], now()));
  end loop;
  return v_times;
end;
$$;
grant execute on function private.preview_schedule(text, text, integer) to authenticated;

-- When a schedule with this expression would come next, so often (ten times at most). Nothing is made.
create function public.preview_schedule(p_cron text, p_timezone text default 'UTC', p_count integer default 5)
returns timestamptz[]
language sql
stable
set search_path = ''
as $$
  select private.preview_schedule(p_cron, p_timezone, p_count);
$$;
grant execute on function public.preview_schedule(text, text, integer) to authenticated;

-- Functions: requesting --------------------------------------------------------

-- Whether runs that it has requested are still under way: then more would only pile up.
create function private.is_still_running(p_schedule public.schedules)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where batch_id = p_schedule.last_batch_id and status in ('queued', 'preparing', 'running')
  );
$$;

create function private.request_of(p_schedule public.schedules)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_array(jsonb_build_object(
    'environment', (select name from public.environments where id = p_schedule.environment_id),
    'suites', to_jsonb(p_schedule.suites), 'selection', p_schedule.selection, 'config', p_schedule.config,
    'priority', p_schedule.priority, 'trigger', 'scheduled',
    'source', jsonb_build_object('schedule', p_schedule.name, 'schedule_id', p_schedule.id, 'due_at', p_schedule.next_run_at)
  ));
$$;

-- Requests what a schedule asks for. Says why not, where it cannot be; null when all went well.
create function private.request_scheduled(p_schedule public.schedules)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_project public.projects;
  v_hint text;
begin
  if p_schedule.next_run_at < now() - interval '1 hour' then
    return format('nobody was there at %s: neither a worker nor the database''s own clock', p_schedule.next_run_at);
  elsif private.is_still_running(p_schedule) then
    return 'the runs of the time before were still under way';
  end if;
  select * into v_project from public.projects where id = p_schedule.project_id and deleted_at is null;
  if not found then
    return 'its project is deleted';
  end if;
  update public.schedules
  set last_run_at = p_schedule.next_run_at, last_batch_id = private.insert_batch(v_project, private.request_of(p_schedule), null)
  where id = p_schedule.id;
  return null;
exception
  -- One that cannot be carried out is not to keep the others from it.
  when others then
    get stacked diagnostics v_hint = pg_exception_hint;
    return left(concat_ws('. ', sqlerrm, v_hint), 2000);
end;
$$;

-- Whoever has the row requests, and nobody else. The gate comes before the row, as for everybody who writes runs.
create function private.request_if_due(p_schedule_id uuid, p_organization_id uuid)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_schedule public.schedules;
  v_problem text;
begin
  perform private.share_gate(p_organization_id);
  select * into v_schedule
  from public.schedules
  where id = p_schedule_id and enabled and next_run_at <= now()
  for no key update skip locked;
  if not found then
    return false;
  end if;
  v_problem := private.request_scheduled(v_schedule);
  update public.schedules
  set last_problem = v_problem, next_run_at = private.next_cron_time(cron, timezone, now())
  where id = p_schedule_id;
  return v_problem is null;
end;
$$;

create function private.request_due_schedules()
returns integer
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select count(*) filter (where private.request_if_due(id, organization_id))::integer
  from (
    select id, organization_id from public.schedules where enabled and next_run_at <= now() order by next_run_at, id limit 100
  ) as due;
$$;
grant execute on function private.request_due_schedules() to service_role;

-- Requests the runs of all schedules whose time has come; says of how many. Any number may call it at any time: a time that
-- has come is used once. One that came more than an hour ago, while nobody called, is left out, and the schedule says so.
create function public.request_due_schedules()
returns integer
language sql
set search_path = ''
as $$
  select private.request_due_schedules();
$$;
grant execute on function public.request_due_schedules() to service_role;

-- Triggers ---------------------------------------------------------------------

create function private.tg_schedules__plan()
returns trigger
language plpgsql
security definer  -- who writes may not call the refusal
set search_path = ''
as $$
begin
  -- Five fields are what a constraint wants.
  if private.has_five_fields(new.cron) then
    new.next_run_at := private.require_cron_time(new.cron, new.timezone, now());
  end if;
  if not new.enabled then
    new.next_run_at := null;
  end if;
  return new;
end;
$$;

create trigger schedules_plan
before insert or update of cron, timezone, enabled on public.schedules
for each row execute function private.tg_schedules__plan();

create trigger schedules_touch_updated_at
before update on public.schedules
for each row execute function private.tg_touch_updated_at();


-- From sql/65_notification_channels.sql ===========================================================

-- Notification channels: where people are told what came of runs. Addresses often are secrets, and lie in the Vault.
-- Tables: notification_channels; private.channel_addresses.
-- Functions: set_notification_address, get_notification_channels.

-- Types ------------------------------------------------------------------------

create type public.channel_kind as enum (
  'slack',
  'email',
  'teams',
  'webhook',
  'apprise'  -- anything else, as an Apprise URL
);

create type public.channel_event as enum (
  'completed',       -- a run was completed
  'failed',          -- a run failed
  'recovered',       -- a run was completed after one that failed
  'flaky_detected',  -- a test began to be flaky
  'slower'           -- a test became slower
);

-- Tables -----------------------------------------------------------------------

create table public.notification_channels (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  project_id       uuid,
  name             text not null,
  description      text not null default '',
  kind             public.channel_kind not null,
  events           public.channel_event[] not null default '{failed,recovered}',
  settings         jsonb not null default '{}',
  enabled          boolean not null default true,
  has_address      boolean not null default false,
  metadata         jsonb not null default '{}',
  created_by       uuid default auth.uid() references public.users on delete set null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint notification_channels_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint notification_channels_are_of_one_organization unique (id, organization_id),
  constraint notification_channels_name_is_taken_once unique (organization_id, name),
  constraint notification_channels_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint notification_channels_events_are_few check (cardinality(events) <= 20),
  constraint notification_channels_settings_are_a_small_object
    check (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536),
  constraint notification_channels_description_is_short check (char_length(description) <= 20000),
  constraint notification_channels_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.notification_channels is 'Where people are told what came of runs. The address lies in the Vault.';
comment on column public.notification_channels.project_id is 'Null: all projects of the organization.';
comment on column public.notification_channels.settings is 'Quiet hours, grouping, words of the message; nothing secret.';

-- Serves "who is told about this project?".
create index idx_notification_channels_project_id on public.notification_channels (project_id);
-- Serves the removal of an account.
create index idx_notification_channels_created_by on public.notification_channels (created_by);
-- Serves searches by what people noted down.
create index idx_notification_channels_metadata on public.notification_channels using gin (metadata jsonb_path_ops);

create table private.channel_addresses (
  channel_id       uuid primary key,
  organization_id  uuid not null,
  vault_id         uuid not null,

  constraint channel_addresses_belong_to_a_channel
    foreign key (channel_id, organization_id)
    references public.notification_channels (id, organization_id) on delete cascade
);
comment on table private.channel_addresses is 'Which Vault secret holds the address of a channel.';

-- Who may ----------------------------------------------------------------------

alter table public.notification_channels enable row level security;
alter table private.channel_addresses enable row level security;

create policy "Members see the channels of their organizations, without addresses"
on public.notification_channels for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins make channels"
on public.notification_channels for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins change channels"
on public.notification_channels for update to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))))
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins delete channels"
on public.notification_channels for delete to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

grant select,
  insert (organization_id, project_id, name, description, kind, events, settings, enabled, metadata),
  update (project_id, name, description, kind, events, settings, enabled, metadata),
  delete
on public.notification_channels to authenticated;

-- Functions --------------------------------------------------------------------

-- Whoever calls it holds the channel's row: of two at once, the second replaces the first's.
create function private.keep_address(p_channel public.notification_channels, p_address text)
returns void
language sql
set search_path = ''
as $$
  insert into private.channel_addresses (channel_id, organization_id, vault_id)
  values (p_channel.id, p_channel.organization_id, private.keep_in_vault(
    (select vault_id from private.channel_addresses where channel_id = p_channel.id),
    p_address, 'notification_channel/' || p_channel.id, 'The address of a Baton notification channel.'
  ))
  on conflict (channel_id) do update set vault_id = excluded.vault_id;
$$;

create function private.set_notification_address(p_channel_id uuid, p_address text)
returns public.notification_channels
language plpgsql
security definer  -- nobody but the owner of this schema writes into the Vault
set search_path = ''
as $$
declare
  v_channel public.notification_channels;
begin
  select * into v_channel from public.notification_channels where id = p_channel_id;
  perform private.require_role(v_channel.organization_id, 'admin', 'notification channel');
  if coalesce(btrim(p_address), '') = '' or octet_length(p_address) > 4096 then
    perform private.refuse(422, 'an address is a text of at most 4 KiB', 'To stop messages, switch the channel off or delete it.');
  end if;
  update public.notification_channels set has_address = true where id = p_channel_id returning * into v_channel;
  perform private.keep_address(v_channel, p_address);
  return v_channel;
end;
$$;
grant execute on function private.set_notification_address(uuid, text) to authenticated;

-- Sets or replaces where a channel leads to. It can be replaced, and never be read back.
create function public.set_notification_address(p_channel_id uuid, p_address text)
returns public.notification_channels
language sql
set search_path = ''
as $$
  select private.set_notification_address(p_channel_id, p_address);
$$;
grant execute on function public.set_notification_address(uuid, text) to authenticated;

create function private.get_notification_channels(p_run_id uuid)
returns jsonb
language plpgsql  -- bound late: the Vault need not exist when this is created
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  if not found then
    perform private.refuse(404, 'there is no such run', 'Check the id.');
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', channel.id, 'name', channel.name, 'kind', channel.kind, 'events', channel.events,
      'settings', channel.settings, 'address', opened.decrypted_secret
    ) order by channel.name), '[]')
    from public.notification_channels as channel
    join private.channel_addresses as address on address.channel_id = channel.id
    join vault.decrypted_secrets as opened on opened.id = address.vault_id
    where channel.organization_id = v_run.organization_id
      and (channel.project_id is null or channel.project_id = v_run.project_id)
      and channel.enabled
  );
end;
$$;
grant execute on function private.get_notification_channels(uuid) to service_role;

-- Who is to be told about a run, with the addresses.
create function public.get_notification_channels(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_notification_channels(p_run_id);
$$;
grant execute on function public.get_notification_channels(uuid) to service_role;

-- Triggers ---------------------------------------------------------------------

create trigger channel_addresses_forget_vault_secret
after delete on private.channel_addresses
for each row execute function private.tg_forget_vault_secret();

create trigger notification_channels_touch_updated_at
before update on public.notification_channels
for each row execute function private.tg_touch_updated_at();


-- From sql/66_archives.sql ========================================================================

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


-- From sql/67_workers.sql =========================================================================

-- Workers: who executes runs, and when each of them was last heard of. They belong to the operator, not to a tenant.
-- Tables: workers.  Functions: register_worker, heartbeat_worker, remove_worker, list_workers.

-- Types ------------------------------------------------------------------------

create type public.worker_state as enum (
  'idle',      -- waits for runs
  'busy',      -- has one or more
  'draining'   -- finishes what it has and takes no more
);

-- Tables -----------------------------------------------------------------------

create table public.workers (
  id            uuid primary key default gen_random_uuid(),
  name          text not null,
  version       text not null default '',
  state         public.worker_state not null default 'idle',
  capabilities  jsonb not null default '{}',
  started_at    timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),

  constraint workers_name_is_taken_once unique (name),
  constraint workers_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint workers_version_is_short check (char_length(version) <= 100),
  constraint workers_capabilities_are_a_small_object
    check (jsonb_typeof(capabilities) = 'object' and octet_length(capabilities::text) <= 65536)
) with (fillfactor = 80);  -- rows change at every heartbeat
comment on table public.workers is 'Who executes runs. Of the operator, and out of everybody''s reach: admins ask list_workers().';
comment on column public.workers.name is 'As in claim_run(): a run''s lease names its worker.';

-- Serves the removal of workers that were not heard of for long.
create index idx_workers_last_seen_at on public.workers (last_seen_at);

-- Who may ----------------------------------------------------------------------

-- No policy and no grant: workers and admins go through the functions below.
alter table public.workers enable row level security;

-- Functions: for workers -------------------------------------------------------

create function private.register_worker(p_name text, p_version text, p_capabilities jsonb)
returns public.workers
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_worker public.workers;
begin
  perform private.require_type(p_capabilities, 'object', 'p_capabilities');
  -- Those that died without a word.
  delete from public.workers where last_seen_at < clock_timestamp() - interval '1 day';
  insert into public.workers (name, version, capabilities, started_at, last_seen_at)
  values (p_name, p_version, p_capabilities, clock_timestamp(), clock_timestamp())
  on conflict (name) do update set
    version = excluded.version, capabilities = excluded.capabilities, state = 'idle',
    started_at = excluded.started_at, last_seen_at = excluded.last_seen_at
  returning * into v_worker;
  return v_worker;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('worker', sqlerrm);
end;
$$;
grant execute on function private.register_worker(text, text, jsonb) to service_role;

-- A worker says that it is there. The same name again is the same worker, started anew.
create function public.register_worker(p_name text, p_version text default '', p_capabilities jsonb default '{}')
returns public.workers
language sql
set search_path = ''
as $$
  select private.register_worker(p_name, p_version, p_capabilities);
$$;
grant execute on function public.register_worker(text, text, jsonb) to service_role;

create function private.heartbeat_worker(p_worker_id uuid, p_state text)
returns timestamptz
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_seen_at timestamptz;
begin
  perform private.require_word(p_state, 'public.worker_state', 'p_state');
  update public.workers
  set last_seen_at = clock_timestamp(), state = coalesce(p_state::public.worker_state, state)
  where id = p_worker_id
  returning last_seen_at into v_seen_at;
  if not found then
    perform private.refuse(404, 'there is no such worker', 'It was not heard of for long: register again.');
  end if;
  return v_seen_at;
end;
$$;
grant execute on function private.heartbeat_worker(uuid, text) to service_role;

-- A worker is still there, and says what it does: idle, busy or draining.
create function public.heartbeat_worker(p_worker_id uuid, p_state text default null)
returns timestamptz
language sql
set search_path = ''
as $$
  select private.heartbeat_worker(p_worker_id, p_state);
$$;
grant execute on function public.heartbeat_worker(uuid, text) to service_role;

create function private.remove_worker(p_worker_id uuid)
returns boolean
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  with gone as (
    delete from public.workers where id = p_worker_id returning id
  )
  select exists (select from gone);
$$;
grant execute on function private.remove_worker(uuid) to service_role;

-- A worker has stopped. Says whether it was known.
create function public.remove_worker(p_worker_id uuid)
returns boolean
language sql
set search_path = ''
as $$
  select private.remove_worker(p_worker_id);
$$;
grant execute on function public.remove_worker(uuid) to service_role;

-- Functions: for admins --------------------------------------------------------

-- What a worker does for other tenants is not told, and so its state is not, either.
create function private.list_workers(p_organization_id uuid)
returns table (name text, version text, started_at timestamptz, last_seen_at timestamptz, is_alive boolean, run_ids uuid[])
language plpgsql
stable
security definer  -- nobody may read the table
set search_path = ''
as $$
begin
  perform private.require_role(p_organization_id, 'admin', 'organization');
  return query
    select worker.name, worker.version, worker.started_at, worker.last_seen_at,
      worker.last_seen_at > clock_timestamp() - interval '2 minutes',
      array(
        select lease.run_id
        from private.run_leases as lease
        join public.test_runs as run on run.id = lease.run_id
        where run.organization_id = p_organization_id
          and lease.worker = worker.name
          and run.status in ('preparing', 'running')
        order by run.created_at
      )
    from public.workers as worker
    order by worker.name;
end;
$$;
grant execute on function private.list_workers(uuid) to authenticated;

-- Which workers there are, and which runs of this organization each of them has. For its admins.
create function public.list_workers(p_organization_id uuid)
returns table (name text, version text, started_at timestamptz, last_seen_at timestamptz, is_alive boolean, run_ids uuid[])
language sql
stable
set search_path = ''
as $$
  select * from private.list_workers(p_organization_id);
$$;
grant execute on function public.list_workers(uuid) to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger workers_touch_updated_at
before update on public.workers
for each row execute function private.tg_touch_updated_at();


-- From sql/68_project_tokens.sql ==================================================================

-- Project tokens: how a pipeline says who it is. A token is shown once; kept is its SHA-256.
-- Tables: project_tokens; private.project_token_hashes.  Functions: create_project_token.
-- What they may do, and how one becomes a session: 69_token_access.sql.

-- Types ------------------------------------------------------------------------

create type public.token_scope as enum (
  'runs:request',  -- request runs, read those of the project, cancel those it requested
  'suites:push',   -- push suites
  'results:read'   -- read the runs of the project and their results
);

-- Tables -----------------------------------------------------------------------

create table public.project_tokens (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  name             text not null,
  description      text not null default '',
  hint             text not null,
  scopes           public.token_scope[] not null,
  account_id       uuid references public.users on delete set null,
  expires_at       timestamptz,
  last_used_at     timestamptz,
  revoked_at       timestamptz,
  created_by       uuid references public.users on delete set null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint project_tokens_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint project_tokens_are_of_one_organization unique (id, organization_id),
  -- Serves every policy for tokens, too.
  constraint project_tokens_have_accounts_of_their_own unique (account_id),
  constraint project_tokens_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint project_tokens_may_do_something check (cardinality(scopes) between 1 and 10),
  constraint project_tokens_description_is_short check (char_length(description) <= 20000),
  constraint project_tokens_expire_after_they_began check (expires_at > created_at and isfinite(expires_at))
);
comment on table public.project_tokens is 'How a pipeline says who it is. Never the token itself.';
comment on column public.project_tokens.account_id is 'As whom it signs in: an account of the Auth server that is no person, and a member of nothing.';
comment on column public.project_tokens.hint is 'How the token begins, to tell one from another.';

-- Serves a project's list of tokens.
create index idx_project_tokens_project_id on public.project_tokens (project_id, created_at desc);
-- Serves the removal of an account.
create index idx_project_tokens_created_by on public.project_tokens (created_by);

create table private.project_token_hashes (
  token_id         uuid primary key,
  organization_id  uuid not null,
  hash             bytea not null,

  constraint project_token_hashes_belong_to_a_token
    foreign key (token_id, organization_id)
    references public.project_tokens (id, organization_id) on delete cascade,
  -- Serves exchange_project_token(), too.
  constraint project_token_hashes_differ unique (hash)
);
comment on table private.project_token_hashes is 'SHA-256 of the tokens. They are 256 random bits, so that stretching would only cost time.';

-- Who may ----------------------------------------------------------------------

alter table public.project_tokens enable row level security;
alter table private.project_token_hashes enable row level security;

create policy "Admins see the tokens of their projects, but not what they are"
on public.project_tokens for select to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins rename and revoke tokens"
on public.project_tokens for update to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))))
with check (organization_id = any (array (select private.organization_ids('admin'))));

-- Made through create_project_token(), and never deleted: what a token did stays explained.
grant select, update (name, description, revoked_at) on public.project_tokens to authenticated;

-- Functions: making ------------------------------------------------------------

create function private.check_scopes(p_scopes text[])
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if coalesce(cardinality(p_scopes), 0) = 0 or array_position(p_scopes, null) is not null then
    perform private.refuse(422, 'a token may do something', 'Give scopes: runs:request, suites:push, results:read.');
  end if;
  perform private.require_word(scope, 'public.token_scope', 'a scope') from unnest(p_scopes) as scope;
end;
$$;

create function private.create_project_token(p_project_id uuid, p_name text, p_scopes text[], p_expires_at timestamptz)
returns jsonb
language plpgsql
security definer  -- nobody may write the hashes
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project(p_project_id, 'admin');
  v_token text := 'baton_' || encode(extensions.gen_random_bytes(32), 'hex');
  v_row public.project_tokens;
begin
  perform private.check_scopes(p_scopes);
  insert into public.project_tokens (organization_id, project_id, name, hint, scopes, expires_at, created_by)
  values (
    v_project.organization_id, v_project.id, p_name, left(v_token, 12),
    array(select distinct unnest(p_scopes)::public.token_scope order by 1), p_expires_at, (select auth.uid())
  )
  returning * into v_row;
  insert into private.project_token_hashes (token_id, organization_id, hash)
  values (v_row.id, v_row.organization_id, private.hash_token(v_token));
  v_row := private.keep_token_account(v_row, v_token);
  return to_jsonb(v_row) || jsonb_build_object('token', v_token);
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('token', sqlerrm);
end;
$$;
grant execute on function private.create_project_token(uuid, text, text[], timestamptz) to authenticated;

-- Makes a token: its row, and under "token" what to give to the pipeline. It is shown here and never again.
create function public.create_project_token(p_project_id uuid, p_name text, p_scopes text[], p_expires_at timestamptz default null)
returns jsonb
language sql
set search_path = ''
as $$
  select private.create_project_token(p_project_id, p_name, p_scopes, p_expires_at);
$$;
grant execute on function public.create_project_token(uuid, text, text[], timestamptz) to authenticated;

-- Triggers ---------------------------------------------------------------------

create function private.tg_project_tokens__stay_revoked()
returns trigger
language plpgsql
security definer  -- who writes may not call the refusal
set search_path = ''
as $$
begin
  perform private.refuse(409, 'a revoked token stays revoked', 'Make a new one.');
end;
$$;

create trigger project_tokens_stay_revoked
before update of revoked_at on public.project_tokens
for each row
when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)
execute function private.tg_project_tokens__stay_revoked();

-- When it was revoked is now, whatever was written.
create function private.tg_project_tokens__revoke_now()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.revoked_at := clock_timestamp();
  return new;
end;
$$;

create trigger project_tokens_revoke_now
before update of revoked_at on public.project_tokens
for each row
when (old.revoked_at is null and new.revoked_at is not null)
execute function private.tg_project_tokens__revoke_now();

-- Who is revoked signs in no more; what his sessions may is asked of the token's row each time.
create function private.tg_project_tokens__close_account()
returns trigger
language plpgsql
security definer  -- nobody else may touch accounts
set search_path = ''
as $$
begin
  update auth.users set encrypted_password = '' where id = new.account_id;
  return null;
end;
$$;

create trigger project_tokens_close_account
after update of revoked_at on public.project_tokens
for each row
when (old.revoked_at is null and new.revoked_at is not null)
execute function private.tg_project_tokens__close_account();

create function private.tg_project_tokens__remove_account()
returns trigger
language plpgsql
security definer  -- nobody else may touch accounts
set search_path = ''
as $$
begin
  delete from auth.users where id = old.account_id;
  return null;
end;
$$;

create trigger project_tokens_remove_account
after delete on public.project_tokens
for each row
execute function private.tg_project_tokens__remove_account();

-- An admin of an organization must not make a pipeline a member of it, with more than its scopes.
create function private.tg_organization_members__be_people()
returns trigger
language plpgsql
security definer  -- looks at tokens that the caller need not see
set search_path = ''
as $$
begin
  if exists (select from public.project_tokens where account_id = new.user_id) then
    perform private.refuse(422, 'this is the account of a project token, and no person', 'Give the token the scopes it needs.');
  end if;
  return new;
end;
$$;

create trigger organization_members_be_people
before insert on public.organization_members
for each row execute function private.tg_organization_members__be_people();

create trigger project_tokens_touch_updated_at
before update on public.project_tokens
for each row execute function private.tg_touch_updated_at();


-- From sql/69_token_access.sql ====================================================================

-- Token access: whose a session of a project token is, and what functions ask of it.
-- Roles: baton_token.  How a token becomes a session: 69_token_exchange.sql.  All that it may: 69_token_rights.sql.
-- A token has an account at the Auth server, which signs its sessions as it signs everybody's: nothing else can, on a hosted
-- project. The account's role is baton_token. Each of its rights asks the token's row, so that who is revoked may nothing
-- from that moment on, whatever his session says.

-- Roles ------------------------------------------------------------------------

-- Roles belong to the whole server: another database of it may have made this one.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'baton_token') then
    create role baton_token nologin;
  end if;
end
$$;

-- What everybody may who comes through the API: see schemas, and read what policies of Realtime show him.
grant anon to baton_token;
grant baton_token to authenticator;

-- Functions: whose session -----------------------------------------------------

create function private.is_token()
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(auth.role() = 'baton_token', false);
$$;

create function private.is_live(p_token public.project_tokens)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_token.revoked_at is null
    and (p_token.expires_at is null or p_token.expires_at > clock_timestamp())
    and exists (select from public.projects where id = p_token.project_id and deleted_at is null);
$$;

-- For whoever shows none that there is: whoever tries tokens learns nothing. One that was good: 69_token_exchange.sql.
create function private.refuse_token()
returns void
language sql
set search_path = ''
as $$
  select private.refuse(401, 'this token is not valid',
    'It is unknown, revoked or expired; an admin of the project makes a new one: baton token create.');
$$;

-- The token whose session asks; refused when it is not valid any more.
create function private.current_token()
returns public.project_tokens
language plpgsql
stable
set search_path = ''
as $$
declare
  v_token public.project_tokens;
begin
  select * into v_token from public.project_tokens where account_id = auth.uid();
  if not found or not private.is_live(v_token) then
    perform private.refuse_token();
  end if;
  return v_token;
end;
$$;

-- The project of the token that asks, if it may one of these things; none when it is not valid any more.
create function private.token_project_ids(p_scopes public.token_scope[])
returns setof uuid
language sql
stable
security definer  -- the token's row is not shown to it
set search_path = ''
as $$
  select token.project_id
  from public.project_tokens as token
  where token.account_id = auth.uid()
    and token.scopes && p_scopes
    and private.is_live(token);
$$;
grant execute on function private.token_project_ids(public.token_scope[]) to baton_token;

create function private.token_may_follow(p_topic text)
returns boolean
language sql
stable
security definer  -- see private.token_project_ids()
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where id = private.id_in_topic(p_topic, 'run')
      and project_id in (select private.token_project_ids('{runs:request,results:read}'))
  );
$$;
grant execute on function private.token_may_follow(text) to baton_token;

-- Whether the token that asks requested the run. Files may hold what no mask can see: a token gets those of its own runs, and
-- no others of its project.
create function private.was_requested_by_token(p_run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where id = p_run_id
      and requested_by = auth.uid()
      and project_id in (select private.token_project_ids('{runs:request,results:read}'))
  );
$$;

-- Functions: what functions ask ------------------------------------------------

create function private.open_token_project(p_project_id uuid, p_scope public.token_scope)
returns public.projects
language plpgsql
stable
set search_path = ''
as $$
declare
  v_token public.project_tokens := private.current_token();
  v_project public.projects;
begin
  select * into v_project from public.projects where id = p_project_id and id = v_token.project_id;
  if not found then
    perform private.refuse(404, 'there is no such project', 'A token knows the project it was made for, and no other.');
  elsif p_scope <> all (v_token.scopes) then
    perform private.refuse(403, format('this token has no scope %s', p_scope), format(
      'It has: %s. An admin makes another one: baton token create.', array_to_string(v_token.scopes, ', ')
    ));
  end if;
  return v_project;
end;
$$;

-- The project for a member with this role, or for a token with this scope; for any token where it is null.
create function private.open_project_for(p_project_id uuid, p_at_least public.member_role, p_scope public.token_scope)
returns public.projects
language plpgsql
stable
set search_path = ''
as $$
begin
  if private.is_token() then
    return private.open_token_project(p_project_id, p_scope);
  end if;
  return private.open_project(p_project_id, p_at_least);
end;
$$;

-- Who may ask for something about a run: an editor, and a token of its project that may request runs.
create function private.require_requester(p_run public.test_runs)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_token() then
    perform private.require_role(p_run.organization_id, 'editor', 'run');
  elsif (private.current_token()).project_id is distinct from p_run.project_id then
    perform private.refuse(404, 'there is no such run', 'A token knows the runs of its project.');
  else
    perform private.open_token_project(p_run.project_id, 'runs:request');
  end if;
end;
$$;

-- Who may cancel it: an editor, and the token that requested it.
create function private.require_canceller(p_run_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.require_requester(v_run);
  if private.is_token() and v_run.requested_by is distinct from auth.uid() then
    perform private.refuse(403, 'this token did not request the run', 'An editor may cancel it: baton login.');
  end if;
end;
$$;

-- A request with what is not for the caller to say: a token's is by a pipeline, and says which token it was.
create function private.sign_request(p_request jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_source jsonb := private.fields(p_request -> 'source') - 'token';
  v_token public.project_tokens;
begin
  if not private.is_token() then
    return p_request || jsonb_build_object('source', v_source);
  end if;
  v_token := private.current_token();
  return p_request || jsonb_build_object(
    'trigger', 'ci',
    'source', v_source || jsonb_build_object('token', jsonb_build_object('id', v_token.id, 'name', v_token.name))
  );
end;
$$;


-- From sql/69_token_exchange.sql ==================================================================

-- Token exchange: how a project token becomes a session.
-- Functions: exchange_project_token.

-- Who may ----------------------------------------------------------------------

-- Who is not signed in calls one function: this one.
grant usage on schema private to anon;

-- Functions: the account -------------------------------------------------------

create function private.make_token_account(p_token public.project_tokens, p_email text)
returns uuid
language plpgsql  -- bound late: hosted projects have more columns than the stack for one machine
set search_path = ''
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  -- The Auth server reads texts that are null as errors.
  insert into auth.users
    (id, aud, role, email, email_confirmed_at, confirmation_token, recovery_token, email_change, email_change_token_new,
     raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
  values (
    v_id, 'authenticated', 'baton_token', p_email, now(), '', '', '', '',
    '{"provider": "email", "providers": ["email"]}', jsonb_build_object('name', p_token.name), now(), now()
  );
  if exists (
    select from pg_catalog.pg_attribute where attrelid = 'auth.users'::regclass and attname = 'instance_id' and not attisdropped
  ) then
    execute 'update auth.users set instance_id = $1 where id = $2' using '00000000-0000-0000-0000-000000000000'::uuid, v_id;
  end if;
  insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
  values (gen_random_uuid(), 'email', v_id::text, v_id, jsonb_build_object('sub', v_id, 'email', p_email), now(), now());
  return v_id;
end;
$$;

-- Sees to it that the token can sign in: makes its account, or sets right what somebody changed in it with a session of his.
create function private.keep_token_account(p_token public.project_tokens, p_secret text)
returns public.project_tokens
language plpgsql
set search_path = ''
as $$
declare
  v_email text := format('token-%s@tokens.baton.invalid', p_token.id);
begin
  if p_token.account_id is null then
    update public.project_tokens set account_id = private.make_token_account(p_token, v_email)
    where id = p_token.id
    returning * into p_token;
  end if;
  -- Of 256 random bits: to stretch them would only cost time.
  update auth.users
  set email = v_email, encrypted_password = extensions.crypt(p_secret, extensions.gen_salt('bf', 4))
  where id = p_token.account_id
    and (email is distinct from v_email or coalesce(encrypted_password, '') !~ '^\$2'
      or encrypted_password <> extensions.crypt(p_secret, encrypted_password));
  return p_token;
end;
$$;

-- Functions: the exchange ------------------------------------------------------

-- Whoever has a token may know what became of it; a stranger has none.
create function private.refuse_ended_token(p_token public.project_tokens)
returns void
language sql
set search_path = ''
as $$
  select private.refuse(401, case
    when p_token.revoked_at is not null then format('this token was revoked on %s', (p_token.revoked_at at time zone 'UTC')::date)
    when p_token.expires_at <= clock_timestamp() then format('this token expired on %s', (p_token.expires_at at time zone 'UTC')::date)
    else 'the project of this token is deleted'
  end, 'An admin of the project makes a new one: baton token create.');
$$;

create function private.exchange_project_token(p_token text)
returns jsonb
language plpgsql
security definer  -- nobody may read the hashes
set search_path = ''
as $$
declare
  v_token public.project_tokens;
  v_project public.projects;
begin
  select token.* into v_token
  from private.project_token_hashes as kept
  join public.project_tokens as token on token.id = kept.token_id
  where kept.hash = private.hash_token(p_token);
  if not found then
    perform private.refuse_token();
  elsif not private.is_live(v_token) then
    perform private.refuse_ended_token(v_token);
  end if;
  v_token := private.keep_token_account(v_token, p_token);
  -- To the minute is enough, and spares a write for each call.
  update public.project_tokens
  set last_used_at = clock_timestamp()
  where id = v_token.id and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');
  -- Nobody signs out of a job that is killed.
  delete from auth.sessions where user_id = v_token.account_id and created_at < now() - interval '1 day';
  select * into v_project from public.projects where id = v_token.project_id;
  return jsonb_build_object('token_id', v_token.id, 'organization_id', v_token.organization_id, 'project_id', v_token.project_id,
    'project', v_project.key, 'name', v_token.name, 'scopes', v_token.scopes, 'expires_at', v_token.expires_at,
    'email', (select email from auth.users where id = v_token.account_id));
end;
$$;
grant execute on function private.exchange_project_token(text) to anon;

-- Whose token this is and what it may do, and the address with which it signs in, for an hour or as long as the project's
-- sessions last: the token is the password. Refuses one that is unknown, revoked or expired, and says which.
create function public.exchange_project_token(p_token text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.exchange_project_token(p_token);
$$;
grant execute on function public.exchange_project_token(text) to anon;


-- From sql/69_token_rights.sql ====================================================================

-- Token rights: all that a session of a project token may.
-- Whatever is not here is closed to it: it belongs to no organization, and its role is nobody's but its own.

-- Who may: functions -----------------------------------------------------------

grant execute on function
  public.request_runs(uuid, jsonb, text), private.request_runs(uuid, jsonb, text),
  public.cancel_run(uuid), private.cancel_run(uuid),
  public.retry_run(uuid, text), private.retry_run(uuid, text),
  public.find_missing_contents(uuid, text[]), private.find_missing_contents(uuid, text[]),
  public.push_suites(uuid, jsonb), private.push_suites(uuid, jsonb),
  public.get_suite_files(uuid), private.get_suite_files(uuid),
  public.get_suite_content(uuid, text), private.get_suite_content(uuid, text),
  public.get_run_plan(uuid), private.get_run_plan(uuid),
  public.get_artifact(uuid, uuid, text), private.get_artifact(uuid, uuid, text)
to baton_token;

-- Who may: tables --------------------------------------------------------------

create policy "Tokens see their project"
on public.projects for select to baton_token
using (id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the environments of their project"
on public.environments for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the suites of their project"
on public.test_suites for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the tests of their project"
on public.test_cases for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the dependencies of their project"
on public.test_dependencies for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the runs of their project"
on public.test_runs for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,results:read}'))));

-- These three are of a run that the policy on runs shows.
create policy "Tokens see the results of their project"
on public.test_results for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens see the evidence of their project"
on public.test_result_details for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens see what the runs of their project know"
on public.test_execution_context for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens follow the runs of their project"
on realtime.messages for select to baton_token
using (extension = 'broadcast' and (select private.token_may_follow((select realtime.topic()))));

grant select (id, organization_id, key, name, deleted_at) on public.projects to baton_token;
grant select (id, organization_id, project_id, name, kind, deleted_at) on public.environments to baton_token;
grant select on
  public.test_suites, public.test_cases, public.test_dependencies, public.test_runs, public.test_results,
  public.test_result_details, public.test_execution_context
to baton_token;


-- From sql/70_metrics.sql =========================================================================

-- Metrics: how a test did in an environment, day by day. A day is one of UTC, and is that of the run's creation.
-- Tables: performance_metrics.  Counted by 71_counting.sql and 71_recounting.sql.  After their time: 78_condensing.sql.
-- What counts is told by private.categories_without_evidence(). Judged by 76_rules.sql.

-- Types ------------------------------------------------------------------------

create type public.metric_granularity as enum (
  'day',   -- counted from results
  'month'  -- day -> month: after its time; the date is the first of the month, percentiles are weighted means
);

-- Tables -----------------------------------------------------------------------

create table public.performance_metrics (
  id                        uuid primary key default gen_random_uuid(),
  organization_id           uuid not null,
  project_id                uuid not null,
  environment_id            uuid not null,
  test_case_id              uuid not null,
  date                      date not null,
  granularity               public.metric_granularity not null default 'day',
  total_runs                integer not null,
  successful_runs           integer not null,
  measured_runs             integer not null,
  success_rate              numeric(5, 2) not null generated always as (round(100.0 * successful_runs / nullif(total_runs, 0), 2)) stored,
  average_response_time_ms  double precision,
  p50_response_time_ms      double precision,
  p95_response_time_ms      double precision,
  p99_response_time_ms      double precision,
  min_response_time_ms      double precision,
  max_response_time_ms      double precision,
  is_slower                 boolean not null default false,
  baseline_ms               double precision,
  slower_run_id             uuid,
  created_at                timestamptz not null default now(),
  updated_at                timestamptz not null default now(),

  constraint performance_metrics_are_of_a_test
    foreign key (test_case_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint performance_metrics_are_of_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint performance_metrics_count_something check (total_runs > 0),
  constraint performance_metrics_succeed_at_most_always check (successful_runs between 0 and total_runs),
  constraint performance_metrics_measure_what_was_counted check (measured_runs between 0 and total_runs),
  constraint performance_metrics_have_times_when_measured check ((measured_runs > 0) = (average_response_time_ms is not null)),
  constraint performance_metrics_are_slower_than_something check (not is_slower or baseline_ms is not null)
) with (fillfactor = 80);  -- a day's rows change with each of its runs
comment on table public.performance_metrics is 'How a test did in an environment on a day. Written by triggers: whatever arrives late or twice, it is what a recount would give.';
comment on column public.performance_metrics.total_runs is 'Results that are evidence: passed, failed or broken, and not for what the environment or the runner did.';
comment on column public.performance_metrics.measured_runs is 'Those of them that got an answer, so that it took a time.';
comment on column public.performance_metrics.success_rate is 'In percent of total_runs.';
comment on column public.performance_metrics.average_response_time_ms is 'Of the attempt that decided; waiting in the runner is no part of it.';
comment on column public.performance_metrics.is_slower is 'More than a fifth above the baseline; see private.judge_speed().';
comment on column public.performance_metrics.baseline_ms is 'What it was compared with: the weighted mean of the medians of the days before.';
comment on column public.performance_metrics.slower_run_id is 'The run after which it was found to be slower. The run itself may be gone.';

-- Serves a test's trend in one environment, latest first, and keeps one row for a day.
create unique index idx_performance_metrics_lookup on public.performance_metrics (test_case_id, environment_id, date desc);
-- Serves a test's trend over all environments.
create index idx_performance_metrics_test_case_id on public.performance_metrics (test_case_id, date desc);
-- Serves what is condensed after its time.
create index idx_performance_metrics_date on public.performance_metrics (date desc);
-- Serves a project's trend.
create index idx_performance_metrics_project_id on public.performance_metrics (project_id, date desc);
-- Serves an environment's trend, and what a run found to be slower.
create index idx_performance_metrics_environment_id on public.performance_metrics (environment_id, date desc);

-- Who may ----------------------------------------------------------------------

alter table public.performance_metrics enable row level security;

create policy "Members see the metrics of their organizations"
on public.performance_metrics for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.performance_metrics to authenticated;

-- Functions: what counts -------------------------------------------------------

-- Failures that say nothing about the test: the environment was down, or Baton itself stopped or stumbled.
create function private.categories_without_evidence()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'dns', 'connect_refused', 'connect_timeout', 'tls', 'proxy', 'gateway_502_503_504', 'environment_outage',
    'dependency_blocked', 'runner_error', 'cancelled', 'interrupted'
  ];
$$;

create function private.day_of(p_moment timestamptz)
returns date
language sql
immutable
set search_path = ''
as $$
  select (p_moment at time zone 'UTC')::date;
$$;

create function private.begin_of(p_date date)
returns timestamptz
language sql
immutable
set search_path = ''
as $$
  select p_date::timestamp at time zone 'UTC';
$$;

-- A day's runs in an environment that count: those that are over, but for those that failed for the environment.
create function private.runs_that_count(p_environment_id uuid, p_date date)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select array(
    select id
    from public.test_runs
    where environment_id = p_environment_id
      and created_at >= private.begin_of(p_date)
      and created_at < private.begin_of(p_date + 1)
      and status in ('completed', 'failed', 'cancelled')
      and reason is distinct from 'environment'
  );
$$;


-- From sql/71_counting.sql ========================================================================

-- Counting: what runs make of their days, alone or added to what is known of them.
-- Tables: private.day_times.  Functions: private.sum_up_days, private.write_metrics.  When it is done: 71_recounting.sql.

-- Tables -----------------------------------------------------------------------

create table private.day_times (
  organization_id  uuid not null,
  environment_id   uuid not null,
  test_case_id     uuid not null,
  date             date not null,
  times            double precision[] not null,

  primary key (environment_id, date, test_case_id),
  constraint day_times_are_of_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint day_times_are_of_an_environment
    foreign key (environment_id, organization_id)
    references public.environments (id, organization_id) on delete cascade
-- A day's rows change with each of its runs; up to a thousand times are in the row itself.
) with (fillfactor = 50, toast_tuple_target = 8160);
comment on table private.day_times is 'All that a test took on a day, in order: so that a run that ends adds its own times, and reads no other run.';
comment on column private.day_times.times is 'Of a day with more than two of them: the least and the most are in the metrics. Of today and yesterday only: what comes later counts its day again.';

-- Sorted already, and hard to compress.
alter table private.day_times alter column times set storage external;

-- Serves the removal of a test.
create index idx_day_times_test_case_id on private.day_times (test_case_id);

-- Who may ----------------------------------------------------------------------

-- Nobody.
alter table private.day_times enable row level security;

-- Functions: count -------------------------------------------------------------

-- What these runs say of each test, by environment and day: how often it ran and passed, and its times in order.
create function private.evidence_of(p_run_ids uuid[], p_test_case_ids uuid[] default null)
returns table (environment_id uuid, date date, test_case_id uuid, total bigint, successful bigint, sum double precision, times double precision[])
language sql
stable
set search_path = ''
as $$
  select run.environment_id, run.date, result.test_case_id, count(*), count(*) filter (where verdict = 'passed'),
    sum(ms), coalesce(array_agg(ms order by ms) filter (where ms is not null), '{}')
  from (
    select id, created_at, environment_id, private.day_of(created_at) as date
    from public.test_runs
    where id = any (p_run_ids)
    offset 0  -- asks for the day once a run, not once a result
  ) as run
  cross join lateral (
    select test_case_id, verdict, case when verdict <> 'broken' then coalesce(execution_ms, total_ms) end as ms
    from public.test_results
    where run_id = run.id
      and run_created_at = run.created_at
      -- "is true" keeps it a hashed look-up, and the runs the way to the results; as a join it would be by test.
      and (p_test_case_ids is null or (test_case_id in (select unnest(p_test_case_ids))) is true)
      and verdict in ('passed', 'failed', 'broken')
      and coalesce(error_category, '') <> all (private.categories_without_evidence())
    offset 0  -- looks each run's results up by their index, however many runs there are
  ) as result
  group by run.environment_id, run.date, result.test_case_id;
$$;

-- What these runs make of their days: what is known of a day added to what they say, or what they say alone. There are no
-- times where they cannot be added to, because those of the day are not at hand.
create function private.sum_up_days(p_run_ids uuid[], p_test_case_ids uuid[], p_adding boolean)
returns table (environment_id uuid, date date, test_case_id uuid, total bigint, successful bigint, sum double precision, times double precision[])
language sql
stable
set search_path = ''
as $$
  select fresh.environment_id, fresh.date, fresh.test_case_id,
    fresh.total + coalesce(known.total_runs, 0),
    fresh.successful + coalesce(known.successful_runs, 0),
    coalesce(known.average_response_time_ms * known.measured_runs, 0) + coalesce(fresh.sum, 0),
    case
      when coalesce(known.measured_runs, 0) = 0 then fresh.times
      when known.times is null or cardinality(fresh.times) = 0 then known.times
      when cardinality(fresh.times) = 1 then
        known.times[:width_bucket(fresh.times[1], known.times)] || fresh.times
          || known.times[width_bucket(fresh.times[1], known.times) + 1:]
      else array(select ms from unnest(known.times || fresh.times) as ms order by ms)
    end
  from private.evidence_of(p_run_ids, p_test_case_ids) as fresh
  left join lateral (
    select metric.total_runs, metric.successful_runs, metric.measured_runs, metric.average_response_time_ms,
      case metric.measured_runs
        when 1 then array[metric.min_response_time_ms]
        when 2 then array[metric.min_response_time_ms, metric.max_response_time_ms]
        else day.times
      end as times
    from public.performance_metrics as metric
    left join private.day_times as day
      on day.environment_id = metric.environment_id and day.date = metric.date and day.test_case_id = metric.test_case_id
      and cardinality(day.times) = metric.measured_runs
    where p_adding
      and metric.test_case_id = fresh.test_case_id
      and metric.date = fresh.date
      -- "is true" keeps the test the way to the row; by environment and day there are as many rows as tests.
      and (metric.environment_id = fresh.environment_id) is true
    limit 1  -- and looks each of them up
  ) as known on true;
$$;

-- The median, the 95th and the 99th percentile of numbers in order, as percentile_cont() has them. By plain arithmetic,
-- because it is asked for each of a thousand tests.
create function private.percentiles_of(p_numbers double precision[])
returns double precision[]
language sql
immutable
set search_path = ''
as $$
  select array_agg(
    p_numbers[floor(place)::integer + 1]
      + (place - floor(place)) * (p_numbers[ceil(place)::integer + 1] - p_numbers[floor(place)::integer + 1])
    order by place)
  from unnest(array[0.5, 0.95, 0.99]::double precision[]) as fraction
  cross join lateral (select fraction * (cardinality(p_numbers) - 1) as place) as places;
$$;

-- Writes what these runs make of their days. Gives the tests that are to be counted again, because they cannot be added to.
-- When results are gone after their time, what was counted before stays.
create function private.write_metrics(p_run_ids uuid[], p_test_case_ids uuid[], p_adding boolean)
returns table (environment_id uuid, date date, test_case_ids uuid[])
language sql
set search_path = ''
as $$
  with counted as materialized (
    select *, cardinality(times) as measured, private.percentiles_of(times) as percentiles
    from private.sum_up_days(p_run_ids, p_test_case_ids, p_adding)
  ),
  written as (
    insert into public.performance_metrics as metric
      (id, organization_id, project_id, environment_id, test_case_id, date, total_runs, successful_runs, measured_runs,
       average_response_time_ms, p50_response_time_ms, p95_response_time_ms, p99_response_time_ms,
       min_response_time_ms, max_response_time_ms)
    select (ids.beginning || lpad(to_hex(row_number() over ()), 8, '0'))::uuid,
      environment.organization_id, environment.project_id, environment.id, test_case_id, date, total, successful, measured,
      sum / nullif(measured, 0), percentiles[1], percentiles[2], percentiles[3], times[1], times[measured]
    from counted
    join public.environments as environment on environment.id = environment_id
    cross join private.begin_ids() as ids (beginning)
    where times is not null
    order by test_case_id, environment_id, date
    on conflict (test_case_id, environment_id, date) do update
    set (total_runs, successful_runs, measured_runs, average_response_time_ms, p50_response_time_ms, p95_response_time_ms,
        p99_response_time_ms, min_response_time_ms, max_response_time_ms, updated_at)
      = (excluded.total_runs, excluded.successful_runs, excluded.measured_runs, excluded.average_response_time_ms,
        excluded.p50_response_time_ms, excluded.p95_response_time_ms, excluded.p99_response_time_ms,
        excluded.min_response_time_ms, excluded.max_response_time_ms, now())
    where metric.granularity = 'day' and excluded.total_runs >= metric.total_runs
    returning metric.organization_id, metric.environment_id, metric.test_case_id, metric.date
  ),
  kept as (
    insert into private.day_times as day (organization_id, environment_id, test_case_id, date, times)
    select written.organization_id, environment_id, test_case_id, date, times
    from counted join written using (environment_id, test_case_id, date)
    where measured > 2 and date >= (select private.day_of(now()) - 1)
    order by test_case_id, environment_id, date
    on conflict (environment_id, date, test_case_id) do update set times = excluded.times
  )
  select environment_id, date, array_agg(test_case_id) from counted where times is null
  group by environment_id, date order by environment_id, date;
$$;


-- From sql/71_recounting.sql ======================================================================

-- Recounting: what a run that has ended adds to its day, and what has a day counted again.
-- Functions: private.add_runs, private.recount_runs, private.discount_runs.

-- Functions --------------------------------------------------------------------

create function private.recount_day(p_environment_id uuid, p_date date, p_test_case_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.write_metrics(private.runs_that_count(p_environment_id, p_date), p_test_case_ids, false);
end;
$$;

-- One at a time counts an environment: two that count at once would not see each other's run. Locked before anything is
-- read, in the order of ids; whoever waits reads what the other has written.
create function private.lock_metrics(p_run_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(private.metrics_lock(environment_id))
  from (select distinct environment_id from public.test_runs where id = any (p_run_ids) order by environment_id) as environment;
$$;

-- The tests of these runs that have evidence, by environment and day.
create function private.days_of(p_run_ids uuid[])
returns table (environment_id uuid, date date, test_case_ids uuid[])
language sql
stable
set search_path = ''
as $$
  select run.environment_id, run.date, array_agg(distinct result.test_case_id)
  from (
    select id, created_at, environment_id, private.day_of(created_at) as date
    from public.test_runs
    where id = any (p_run_ids)
    offset 0  -- asks for the day once a run, not once a result
  ) as run
  join public.test_results as result on result.run_id = run.id and result.run_created_at = run.created_at
  where result.verdict in ('passed', 'failed', 'broken')
  group by run.environment_id, run.date
  order by 1, 2;
$$;

-- Days before yesterday hardly get another run: what comes for them counts them again.
create function private.forget_times(p_run_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  delete from private.day_times
  where environment_id in (select environment_id from public.test_runs where id = any (p_run_ids))
    and date < (select private.day_of(now()) - 1);
$$;

-- Runs that have just ended: each adds what it brought, whatever else that day has.
create function private.add_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.recount_day(day.environment_id, day.date, day.test_case_ids)
  from private.write_metrics(p_run_ids, null, true) as day;
  perform private.forget_times(p_run_ids);
end;
$$;

-- Runs that had ended and got more results.
create function private.recount_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.recount_day(day.environment_id, day.date, day.test_case_ids)
  from private.days_of(p_run_ids) as day;
end;
$$;

-- Runs that had ended and say nothing any more. Less than was counted is else taken for results that are gone.
create function private.discount_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.performance_metrics as metric
  using private.days_of(p_run_ids) as day
  where metric.environment_id = day.environment_id
    and metric.date = day.date
    and metric.test_case_id = any (day.test_case_ids)
    and metric.granularity = 'day';
  perform private.recount_runs(p_run_ids);
end;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.has_evidence(p_run public.test_runs)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_run.status in ('completed', 'failed', 'cancelled')
    and p_run.reason is distinct from 'environment'
    and p_run.passed + p_run.failed + p_run.broken > 0;
$$;

-- Runs among those that were changed whose evidence is new, more, or none any more. By the counters: they move with
-- every result. In this order: who counts a day again counts the runs that have just ended, too.
create function private.tg_test_runs__count_day()
returns trigger
language plpgsql
security definer  -- nobody writes metrics directly
set search_path = ''
as $$
declare
  v_ended uuid[];
  v_late uuid[];
  v_gone uuid[];
begin
  select coalesce(array_agg(id) filter (where counts and not counted), '{}'),
    coalesce(array_agg(id) filter (where counts and counted and completed <> completed_before), '{}'),
    coalesce(array_agg(id) filter (where counted and not counts), '{}')
  into v_ended, v_late, v_gone
  from (
    select run.id, run.completed, before.completed as completed_before,
      private.has_evidence(run::public.test_runs) as counts, private.has_evidence(before::public.test_runs) as counted
    from changed as run
    join before on before.id = run.id
  ) as run;
  if v_ended || v_late || v_gone <> '{}' then
    perform private.lock_metrics(v_ended || v_late || v_gone);
    perform private.add_runs(v_ended);
    perform private.recount_runs(v_late);
    perform private.discount_runs(v_gone);
    perform private.judge_runs(v_ended || v_late);
  end if;
  return null;
end;
$$;

create trigger test_runs_count_day
after update on public.test_runs
referencing old table as before new table as changed
for each statement execute function private.tg_test_runs__count_day();


-- From sql/72_history.sql =========================================================================

-- History: how runs ended, long after the runs themselves are gone.
-- Tables: test_run_history.  Functions: private.keep_history.  After their time: 78_condensing.sql.

-- Tables -----------------------------------------------------------------------

create table public.test_run_history (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  environment_id   uuid not null,
  run_id           uuid,
  date             date not null,
  status           public.run_status,
  reason           public.run_failure_reason,
  trigger          public.run_trigger,
  git_branch       text,
  git_commit       text,
  runs             integer not null default 1,
  completed_runs   integer not null,
  failed_runs      integer not null,
  cancelled_runs   integer not null,
  total            bigint not null,
  passed           bigint not null,
  failed           bigint not null,
  broken           bigint not null,
  blocked          bigint not null,
  skipped          bigint not null,
  success_rate     numeric(5, 2) generated always as (round(100.0 * passed / nullif(passed + failed + broken, 0), 2)) stored,
  waited_ms        double precision,
  duration_ms      double precision,
  run_created_at   timestamptz not null,
  finished_at      timestamptz not null,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint test_run_history_is_of_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint test_run_history_has_one_row_for_a_run unique (run_id),
  constraint test_run_history_is_of_a_run_or_of_a_day check ((run_id is not null) = (status is not null)),
  constraint test_run_history_has_one_run_or_a_days_runs check (runs >= 1 and (run_id is null or runs = 1)),
  constraint test_run_history_adds_up check (completed_runs + failed_runs + cancelled_runs = runs)
);
comment on table public.test_run_history is 'How a run ended: one row a run, written by a trigger; after its time one row for all runs of a day in an environment.';
comment on column public.test_run_history.run_id is 'Null for a day. No reference: the run itself is deleted long before.';
comment on column public.test_run_history.date is 'The day of UTC on which the run was created.';
comment on column public.test_run_history.success_rate is 'In percent of the tests that passed, failed or broke; null when there are none.';
comment on column public.test_run_history.waited_ms is 'From the request to the first claim; the mean, for a day.';
comment on column public.test_run_history.duration_ms is 'From the first claim to the end; the mean, for a day.';

-- Serves condense_history(), and keeps one row for a day's runs.
create unique index idx_test_run_history_day on public.test_run_history (environment_id, date) where run_id is null;
-- Serves a project's trend, latest first. It has what the trend shows, and what row-level security asks: a month may be ten
-- thousand runs, and reading so many rows of the table takes longer than a page should.
create index idx_test_run_history_project_id on public.test_run_history (project_id, run_created_at desc)
include (organization_id, date, runs, failed_runs, duration_ms);
-- Serves an environment's trend, in the same way.
create index idx_test_run_history_environment_id on public.test_run_history (environment_id, run_created_at desc)
include (organization_id, date, status, duration_ms);
-- Serves what is condensed after its time.
create index idx_test_run_history_date on public.test_run_history (date) where run_id is not null;

-- Who may ----------------------------------------------------------------------

alter table public.test_run_history enable row level security;

create policy "Members see how the runs of their organizations ended"
on public.test_run_history for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_run_history to authenticated;

-- Functions --------------------------------------------------------------------

-- Writes the rows of runs that are over, or brings them up to date.
create function private.keep_history(p_run_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into public.test_run_history
    (organization_id, project_id, environment_id, run_id, date, status, reason, trigger, git_branch, git_commit,
     completed_runs, failed_runs, cancelled_runs, total, passed, failed, broken, blocked, skipped,
     waited_ms, duration_ms, run_created_at, finished_at)
  select organization_id, project_id, environment_id, id, private.day_of(created_at), status, reason, trigger, git_branch, git_commit,
    (status = 'completed')::integer, (status = 'failed')::integer, (status = 'cancelled')::integer,
    greatest(total, completed), passed, failed, broken, blocked, skipped,
    greatest(extract(epoch from started_at - created_at), 0) * 1000, duration_ms, created_at, finished_at
  from public.test_runs
  where id = any (p_run_ids)
  order by id
  on conflict (run_id) do update
  set status = excluded.status,
    reason = excluded.reason,
    completed_runs = excluded.completed_runs,
    failed_runs = excluded.failed_runs,
    cancelled_runs = excluded.cancelled_runs,
    total = excluded.total,
    passed = excluded.passed,
    failed = excluded.failed,
    broken = excluded.broken,
    blocked = excluded.blocked,
    skipped = excluded.skipped,
    waited_ms = excluded.waited_ms,
    duration_ms = excluded.duration_ms,
    finished_at = excluded.finished_at;
$$;

-- Triggers ---------------------------------------------------------------------

-- Runs among those that were changed that have ended, or whose counters moved after their end.
create function private.tg_test_runs__keep_history()
returns trigger
language plpgsql
security definer  -- nobody writes history directly
set search_path = ''
as $$
declare
  v_run_ids uuid[] := array(
    select run.id
    from changed as run
    join before on before.id = run.id
    where private.is_over(run.status)
      and (not private.is_over(before.status)
        or (run.total, run.passed, run.failed, run.broken, run.blocked, run.skipped)
          <> (before.total, before.passed, before.failed, before.broken, before.blocked, before.skipped))
  );
begin
  if v_run_ids <> '{}' then
    perform private.keep_history(v_run_ids);
  end if;
  return null;
end;
$$;

create trigger test_runs_keep_history
after update on public.test_runs
referencing old table as before new table as changed
for each statement execute function private.tg_test_runs__keep_history();

-- Runs that come with their end, from a seed.
create function private.tg_test_runs__keep_history_of_new()
returns trigger
language plpgsql
security definer  -- nobody writes history directly
set search_path = ''
as $$
begin
  perform private.keep_history(array(select id from added where private.is_over(status)));
  return null;
end;
$$;

create trigger test_runs_keep_history_of_new
after insert on public.test_runs
referencing new table as added
for each statement
-- One that comes back from an archive has its row, or is counted in its day's.
when (current_setting('baton.is_restoring', true) is distinct from 'on')
execute function private.tg_test_runs__keep_history_of_new();

create trigger test_run_history_touch_updated_at
before update on public.test_run_history
for each row execute function private.tg_touch_updated_at();


-- From sql/74_failures.sql ========================================================================

-- Failures: a thousand of them as a handful of groups, each with its cause, and with what people say about it.
-- Tables: failure_analysis.  Views: failure_groups.  Fingerprints are made by workers, see worker/recording/fingerprint.py.

-- Types ------------------------------------------------------------------------

create type public.failure_group as enum (
  'environment',  -- no answer could be had
  'auth',         -- not signed in, or not allowed
  'limits',       -- too many requests, or too slow
  'server',       -- the API broke
  'contract',     -- another status, header or shape than agreed
  'value',        -- a value is different
  'data_flow',    -- something handed from test to test is missing
  'test'          -- the test itself, or the runner
);

create type public.triage_state as enum (
  'open',          -- nobody looked; also: resolved -> open, when it is seen again
  'acknowledged',  -- somebody is at it
  'ignored',       -- known, and not worth the while
  'resolved'       -- mended
);

-- Tables -----------------------------------------------------------------------

create table public.failure_analysis (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  environment_id   uuid not null,
  test_case_id     uuid not null,
  fingerprint      text not null,
  category         text not null,
  category_group   public.failure_group,
  root_cause       text not null default '',
  occurrences      bigint not null default 1,
  first_seen_at    timestamptz not null,
  last_seen_at     timestamptz not null,
  first_run_id     uuid not null,
  last_run_id      uuid not null,
  is_flaky         boolean not null default false,
  flaky_reason     text,
  flaky_since      timestamptz,
  flaky_run_id     uuid,
  triage           public.triage_state not null default 'open',
  triage_note      text not null default '',
  triaged_by       uuid references public.users on delete set null,
  triaged_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint failure_analysis_is_of_a_test
    foreign key (test_case_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint failure_analysis_is_of_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint failure_analysis_is_one_row_for_a_failure unique (test_case_id, environment_id, fingerprint),
  constraint failure_analysis_counts_from_one check (occurrences >= 1),
  constraint failure_analysis_was_first_seen_before_last check (first_seen_at <= last_seen_at),
  constraint failure_analysis_says_why_it_is_flaky check (is_flaky = (flaky_reason is not null) and is_flaky = (flaky_since is not null)),
  constraint failure_analysis_triage_note_is_short check (char_length(triage_note) <= 4000)
) with (fillfactor = 80);  -- rows change whenever the failure is seen again
comment on table public.failure_analysis is 'One failure of one test in one environment, however often it was seen. Equal fingerprints are one group.';
comment on column public.failure_analysis.fingerprint is 'The same for failures that differ in ids, times, hosts and tokens only.';
comment on column public.failure_analysis.root_cause is 'The reason as it was last given, without secrets.';
comment on column public.failure_analysis.first_run_id is 'The run that saw it first. The run itself may be gone.';
comment on column public.failure_analysis.is_flaky is 'The test fails and passes without a reason to be seen; see private.judge_flakiness().';
comment on column public.failure_analysis.flaky_run_id is 'The run after which it was found to be flaky. The run itself may be gone.';
comment on column public.failure_analysis.triage is 'What people think of it. Editors set it; a failure that was resolved and comes back is open again.';

-- Serves a project's failures, those seen last first.
create index idx_failure_analysis_project_id on public.failure_analysis (project_id, last_seen_at desc);
-- Serves a group: all tests with one fingerprint.
create index idx_failure_analysis_fingerprint on public.failure_analysis (project_id, fingerprint);
-- Serves an environment's failures.
create index idx_failure_analysis_environment_id on public.failure_analysis (environment_id, last_seen_at desc);
-- Serves "which tests are flaky?", and the rule that says so.
create index idx_failure_analysis_flaky on public.failure_analysis (environment_id, test_case_id) where is_flaky;
-- Serves the removal of an account.
create index idx_failure_analysis_triaged_by on public.failure_analysis (triaged_by) where triaged_by is not null;

create view public.failure_groups with (security_invoker = true) as
select organization_id, project_id, fingerprint,
  min(category) as category,
  min(category_group) as category_group,
  (array_agg(root_cause order by last_seen_at desc))[1] as root_cause,
  sum(occurrences)::bigint as occurrences,
  count(distinct test_case_id) as tests,
  count(distinct environment_id) as environments,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at,
  bool_or(is_flaky) as is_flaky,
  min(triage) as triage,
  (array_agg(triage_note order by triaged_at desc nulls last))[1] as triage_note,
  (array_agg(triaged_by order by triaged_at desc nulls last))[1] as triaged_by,
  max(triaged_at) as triaged_at
from public.failure_analysis
group by organization_id, project_id, fingerprint;
comment on view public.failure_groups is 'Failures by fingerprint. A group is as open as the most open failure in it, and has the note that was written last.';

-- Who may ----------------------------------------------------------------------

alter table public.failure_analysis enable row level security;

create policy "Members see the failures of their organizations"
on public.failure_analysis for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors say what they think of failures"
on public.failure_analysis for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

grant select, update (triage, triage_note) on public.failure_analysis to authenticated;
grant select on public.failure_groups to authenticated;

-- Functions --------------------------------------------------------------------

-- The group of a failure category; null for one that is not ours.
create function private.group_of_category(p_category text)
returns public.failure_group
language sql
immutable
set search_path = ''
as $$
  select case
    when p_category in ('dns', 'connect_refused', 'connect_timeout', 'tls', 'proxy', 'gateway_502_503_504', 'environment_outage') then 'environment'
    when p_category in ('login_failed', 'token_refused', 'unauthorized_401', 'forbidden_403') then 'auth'
    when p_category in ('rate_limited_429', 'read_timeout', 'test_timeout', 'poll_timeout') then 'limits'
    when p_category in ('server_5xx', 'malformed_body', 'protocol') then 'server'
    when p_category in ('status', 'header', 'schema', 'openapi_mismatch', 'snapshot_diff') then 'contract'
    when p_category in ('assertion_value', 'assertion_time') then 'value'
    when p_category in ('capture_failed', 'undefined_variable', 'dependency_blocked') then 'data_flow'
    when p_category in ('test_definition_error', 'runner_error', 'cancelled', 'interrupted') then 'test'
  end::public.failure_group;
$$;

-- Triggers ---------------------------------------------------------------------

-- By statement, and in the order of the key, so that batches of different runs never wait for each other in a circle.
-- A repeated batch inserts no result, so that nothing is counted twice. What was not even sent is no failure.
create function private.tg_test_results__group_failures()
returns trigger
language plpgsql
security definer  -- nobody writes failures directly
set search_path = ''
as $$
begin
  if not exists (select from added where verdict in ('failed', 'broken')) then
    return null;
  end if;
  insert into public.failure_analysis as known
    (organization_id, project_id, environment_id, test_case_id, fingerprint, category, category_group, root_cause, occurrences,
     first_seen_at, last_seen_at, first_run_id, last_run_id)
  select run.organization_id, run.project_id, run.environment_id, seen.test_case_id, seen.fingerprint,
    min(seen.category), private.group_of_category(min(seen.category)),
    (array_agg(seen.reason order by seen.created_at desc))[1],
    count(*), min(seen.created_at), max(seen.created_at),
    (array_agg(seen.run_id order by seen.created_at))[1], (array_agg(seen.run_id order by seen.created_at desc))[1]
  from (
    select run_id, test_case_id, created_at, coalesce(left(reason, 2000), '') as reason,
      coalesce(error_category, 'unknown') as category,
      coalesce(fingerprint, error_category, 'unknown') as fingerprint
    from added
    where verdict in ('failed', 'broken')
      and coalesce(error_category, '') not in ('cancelled', 'environment_outage')
  ) as seen
  join public.test_runs as run on run.id = seen.run_id
  group by run.organization_id, run.project_id, run.environment_id, seen.test_case_id, seen.fingerprint
  order by seen.test_case_id, run.environment_id, seen.fingerprint
  on conflict (test_case_id, environment_id, fingerprint) do update
  set occurrences = known.occurrences + excluded.occurrences,
    first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
    first_run_id = case when excluded.first_seen_at < known.first_seen_at then excluded.first_run_id else known.first_run_id end,
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
    last_run_id = case when excluded.last_seen_at >= known.last_seen_at then excluded.last_run_id else known.last_run_id end,
    root_cause = case when excluded.last_seen_at >= known.last_seen_at then excluded.root_cause else known.root_cause end,
    triage = case when known.triage = 'resolved' and excluded.last_seen_at > known.triaged_at then 'open' else known.triage end;
  return null;
end;
$$;

create trigger test_results_group_failures
after insert on public.test_results
referencing new table as added
for each statement
when (current_setting('baton.is_restoring', true) is distinct from 'on')
execute function private.tg_test_results__group_failures();

create function private.tg_failure_analysis__sign_triage()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.triaged_by := auth.uid();
  new.triaged_at := clock_timestamp();
  return new;
end;
$$;

-- Signed when a person writes it; not when a failure that comes back opens it again.
create trigger failure_analysis_sign_triage
before update of triage, triage_note on public.failure_analysis
for each row
when (current_user = 'authenticated')
execute function private.tg_failure_analysis__sign_triage();

create trigger failure_analysis_touch_updated_at
before update on public.failure_analysis
for each row execute function private.tg_touch_updated_at();


-- From sql/76_rules.sql ===========================================================================

-- Rules: which tests are flaky and which got slower, by the plain rules; and that people are told once.
-- Functions: private.judge_runs, private.tell_findings.  Both stand on the metrics of 70_metrics.sql.

-- Functions: flaky -------------------------------------------------------------

-- A test is flaky in an environment when more than a tenth of its runs of the last 7 days did not pass, and others did.
-- No row for a test without runs. Each test's days are walked from the latest back, by idx_performance_metrics_lookup, and
-- looked at afterwards: of the last days, which come after its statistics, the planner believes that there are none, and
-- would go through all tests of a day, for each test again.
create function private.flakiness_of(p_environment_id uuid, p_test_case_ids uuid[])
returns table (test_case_id uuid, runs bigint, failures bigint, is_flaky boolean)
language sql
stable
set search_path = ''
as $$
  select touched.test_case_id, sum(day.total_runs), sum(day.total_runs - day.successful_runs),
    sum(day.total_runs - day.successful_runs) > 0.1 * sum(day.total_runs) and sum(day.successful_runs) > 0
  from unnest(p_test_case_ids) as touched (test_case_id)
  cross join lateral (
    select date, granularity, total_runs, successful_runs
    from public.performance_metrics as metric
    where metric.test_case_id = touched.test_case_id
      and metric.environment_id = p_environment_id
    order by metric.date desc
    limit 7
  ) as day
  where day.date > (now() at time zone 'UTC')::date - 7  -- written out: asked a thousand times
    and day.granularity = 'day'
  group by touched.test_case_id;
$$;

-- Marks what these tests failed with in the last 7 days as flaky or not. Who was flaky before stays so since then.
-- Rows are locked in the order of their key, as everywhere.
create function private.judge_flakiness(p_run_id uuid, p_environment_id uuid, p_test_case_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  with before as (
    select test_case_id, min(flaky_since) as since, (array_agg(flaky_run_id order by flaky_since))[1] as run_id
    from public.failure_analysis
    where environment_id = p_environment_id
      and is_flaky
    group by test_case_id
  ),
  judged as (
    select known.id, test.is_flaky and known.last_seen_at > now() - interval '7 days' as is_flaky,
      format('%s of %s runs in 7 days did not pass', test.failures, test.runs) as why
    from private.flakiness_of(p_environment_id, p_test_case_ids) as test
    join public.failure_analysis as known on known.test_case_id = test.test_case_id and known.environment_id = p_environment_id
    where test.is_flaky or known.is_flaky
    order by known.test_case_id, known.environment_id, known.fingerprint
    for no key update of known
  )
  update public.failure_analysis as known
  set is_flaky = judged.is_flaky,
    flaky_reason = case when judged.is_flaky then judged.why end,
    flaky_since = case when judged.is_flaky then coalesce((select since from before where before.test_case_id = known.test_case_id), now()) end,
    flaky_run_id = case when judged.is_flaky then coalesce((select run_id from before where before.test_case_id = known.test_case_id), p_run_id) end
  from judged
  where known.id = judged.id
    and (known.is_flaky, known.flaky_reason) is distinct from (judged.is_flaky, case when judged.is_flaky then judged.why end);
$$;

-- Functions: slower ------------------------------------------------------------

-- How fast tests are now and were before. Now: the latest days that together have 5 measured runs; before: the rest of
-- 15 days. Of each day its median, by how many runs it stands for: a single slow answer moves neither.
-- Each test's days are walked back, as above.
create function private.speed_of(p_environment_id uuid, p_date date, p_test_case_ids uuid[])
returns table (metric_id uuid, is_marked boolean, was_slower boolean, now_runs bigint, now_ms double precision, before_runs bigint, before_ms double precision)
language sql
stable
set search_path = ''
as $$
  select (array_agg(id) filter (where date = p_date))[1], coalesce(bool_or(is_slower) filter (where date = p_date), false),
    coalesce((array_agg(is_slower order by date desc) filter (where date < p_date))[1], false),
    sum(measured_runs) filter (where newer < 5),
    sum(p50_response_time_ms * measured_runs) filter (where newer < 5) / sum(measured_runs) filter (where newer < 5),
    sum(measured_runs) filter (where newer >= 5),
    sum(p50_response_time_ms * measured_runs) filter (where newer >= 5) / sum(measured_runs) filter (where newer >= 5)
  from unnest(p_test_case_ids) as touched (test_case_id)
  cross join lateral (
    select id, date, is_slower, measured_runs, p50_response_time_ms,
      coalesce(sum(measured_runs) over (order by date desc rows between unbounded preceding and 1 preceding), 0) as newer
    from (
      select *
      from public.performance_metrics as metric
      where metric.test_case_id = touched.test_case_id
        and metric.environment_id = p_environment_id
      order by metric.date desc
      limit 15 + greatest((now() at time zone 'UTC')::date - p_date, 0)
    ) as latest
    where date between p_date - 14 and p_date
      and granularity = 'day'
      and measured_runs > 0
  ) as day
  group by touched.test_case_id;
$$;

-- A test got slower when it takes more than a fifth longer than before, and at least 5 ms; with at least 5 runs now and
-- 10 before. The day's row says so, and after which run, unless the last day with runs said it already.
create function private.judge_speed(p_run_id uuid, p_environment_id uuid, p_date date, p_test_case_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  with judged as (
    select *
    from (
      select metric_id, before_ms, is_marked, was_slower,
        coalesce(now_runs >= 5 and before_runs >= 10 and now_ms > 1.2 * before_ms and now_ms >= before_ms + 5, false) as is_slower
      from private.speed_of(p_environment_id, p_date, p_test_case_ids)
    ) as test
    where is_slower or is_marked
  )
  update public.performance_metrics as metric
  set is_slower = judged.is_slower,
    baseline_ms = judged.before_ms,
    updated_at = now(),
    slower_run_id = coalesce(metric.slower_run_id, case when judged.is_slower and not judged.was_slower then p_run_id end)
  from judged
  where metric.id = judged.metric_id
    and metric.id = any (array(select metric_id from judged));  -- looked up, however few rows there are beside them
$$;

-- Functions: both --------------------------------------------------------------

-- After the metrics of these runs were counted. What is older than the rules look back says nothing about now.
create function private.judge_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run record;
begin
  for v_run in
    select run.id, day.environment_id, day.date, day.test_case_ids
    from public.test_runs as run
    cross join lateral private.days_of(array[run.id]) as day
    where run.id = any (p_run_ids)
      and run.created_at >= private.begin_of(private.day_of(now()) - 6)
    order by run.environment_id, run.created_at, run.id
  loop
    perform private.judge_flakiness(v_run.id, v_run.environment_id, v_run.test_case_ids);
    perform private.judge_speed(v_run.id, v_run.environment_id, v_run.date, v_run.test_case_ids);
  end loop;
end;
$$;

-- What was found after a run, as events. Each has type, test and environment_id, and the figures.
create function private.flaky_events(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(event order by event ->> 'test'), '[]')
  from (
    select distinct jsonb_build_object(
      'type', 'flaky_test_detected', 'test', private.name_test(test_case_id), 'environment_id', environment_id,
      'reason', flaky_reason
    ) as event
    from public.failure_analysis
    where environment_id = p_run.environment_id
      and is_flaky
      and flaky_run_id = p_run.id
  ) as found;
$$;

create function private.slower_events(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'type', 'performance_degradation', 'test', private.name_test(test_case_id), 'environment_id', environment_id,
    'baseline_ms', baseline_ms, 'p50_response_time_ms', p50_response_time_ms
  ) order by private.name_test(test_case_id)), '[]')
  from public.performance_metrics
  where environment_id = p_run.environment_id
    and date = private.day_of(p_run.created_at)
    and is_slower
    and slower_run_id = p_run.id;
$$;

create function private.tell_finding(p_run public.test_runs, p_event text, p_events jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_events <> '[]' then
    perform private.tell('project:' || p_run.project_id, p_event,
      private.fit_events(p_events) || jsonb_build_object('run_id', p_run.id));
  end if;
end;
$$;

-- Called when a run is closed: tells those who look at its project what it brought to light. Gives what its last message
-- says of it to those who follow the run: nothing, or events. One message, so that nobody is gone before the second.
create function private.tell_findings(p_run_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_flaky jsonb;
  v_slower jsonb;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  v_flaky := private.flaky_events(v_run);
  v_slower := private.slower_events(v_run);
  perform private.tell_finding(v_run, 'flaky_test_detected', v_flaky);
  perform private.tell_finding(v_run, 'performance_degradation', v_slower);
  return case when v_flaky || v_slower = '[]' then '{}' else private.fit_events(v_flaky || v_slower) end;
end;
$$;


-- From sql/78_condensing.sql ======================================================================

-- Condensing: what many runs said stays long after its time, in fewer rows.
-- Functions: private.condense_metrics, private.condense_history, private.count_condensable.  For the clean-up; running them again is harmless.

-- Functions: metrics -----------------------------------------------------------

create function private.month_of(p_date date)
returns date
language sql
immutable
set search_path = ''
as $$
  select date_trunc('month', p_date::timestamp)::date;
$$;

-- Days before this month become months, of an organization or of all; gives how many days went. Their times are forgotten. For the clean-up.
create function private.condense_metrics(p_before date, p_organization_id uuid default null)
returns bigint
language sql
set search_path = ''
as $$
  -- Of environments that had no run since.
  delete from private.day_times
  where date < (select private.day_of(now()) - 1);

  with gone as (
    delete from public.performance_metrics
    where date < private.month_of(p_before)
      and (p_organization_id is null or organization_id = p_organization_id)
      -- A month that was made before goes too, when a day of it came late.
      and (test_case_id, environment_id, private.month_of(date)) in (
        select test_case_id, environment_id, private.month_of(date)
        from public.performance_metrics
        where granularity = 'day'
          and date < private.month_of(p_before)
      )
    returning *
  ),
  month as (
    insert into public.performance_metrics
      (organization_id, project_id, environment_id, test_case_id, date, granularity, total_runs, successful_runs, measured_runs,
       average_response_time_ms, p50_response_time_ms, p95_response_time_ms, p99_response_time_ms,
       min_response_time_ms, max_response_time_ms)
    select organization_id, project_id, environment_id, test_case_id, private.month_of(date), 'month',
      sum(total_runs), sum(successful_runs), sum(measured_runs),
      sum(average_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      sum(p50_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      sum(p95_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      sum(p99_response_time_ms * measured_runs) / nullif(sum(measured_runs), 0),
      min(min_response_time_ms), max(max_response_time_ms)
    from gone
    group by organization_id, project_id, environment_id, test_case_id, private.month_of(date)
  )
  select count(*) from gone where granularity = 'day';
$$;

-- Functions: history -----------------------------------------------------------

-- The mean of two means, by how many runs each stands for.
create function private.merge_means(p_mean double precision, p_runs bigint, p_other double precision, p_other_runs bigint)
returns double precision
language sql
immutable
set search_path = ''
as $$
  select coalesce((p_mean * p_runs + p_other * p_other_runs) / (p_runs + p_other_runs), p_mean, p_other);
$$;

-- Runs of days before this one become one row a day, of an organization or of all; gives how many runs went. For the clean-up.
create function private.condense_history(p_before date, p_organization_id uuid default null)
returns bigint
language sql
set search_path = ''
as $$
  with gone as (
    delete from public.test_run_history
    where run_id is not null
      and date < p_before
      and (p_organization_id is null or organization_id = p_organization_id)
    returning *
  ),
  day as (
    insert into public.test_run_history as history
      (organization_id, project_id, environment_id, date, runs, completed_runs, failed_runs, cancelled_runs,
       total, passed, failed, broken, blocked, skipped, waited_ms, duration_ms, run_created_at, finished_at)
    select organization_id, project_id, environment_id, date, count(*), sum(completed_runs), sum(failed_runs), sum(cancelled_runs),
      sum(total), sum(passed), sum(failed), sum(broken), sum(blocked), sum(skipped), avg(waited_ms), avg(duration_ms),
      private.begin_of(date), max(finished_at)
    from gone
    group by organization_id, project_id, environment_id, date
    -- A run that ended long after its day was condensed.
    on conflict (environment_id, date) where run_id is null do update
    set runs = history.runs + excluded.runs,
      completed_runs = history.completed_runs + excluded.completed_runs,
      failed_runs = history.failed_runs + excluded.failed_runs,
      cancelled_runs = history.cancelled_runs + excluded.cancelled_runs,
      total = history.total + excluded.total,
      passed = history.passed + excluded.passed,
      failed = history.failed + excluded.failed,
      broken = history.broken + excluded.broken,
      blocked = history.blocked + excluded.blocked,
      skipped = history.skipped + excluded.skipped,
      waited_ms = private.merge_means(history.waited_ms, history.runs, excluded.waited_ms, excluded.runs),
      duration_ms = private.merge_means(history.duration_ms, history.runs, excluded.duration_ms, excluded.runs),
      finished_at = greatest(history.finished_at, excluded.finished_at)
  )
  select count(*) from gone;
$$;

-- Functions: what is to be done ------------------------------------------------

-- How many days of metrics would become months, and how many runs' history days: {"metrics", "history"}.
create function private.count_condensable(p_project_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'metrics', (
      select count(*) from public.performance_metrics as metrics
      where metrics.project_id = project.id
        and metrics.granularity = 'day'
        and metrics.date < private.month_of(private.day_of(now()) - (kept.days ->> 'metrics')::integer)
    ),
    'history', (
      select count(*) from public.test_run_history as history
      where history.project_id = project.id
        and history.run_id is not null
        and history.date < private.day_of(now()) - (kept.days ->> 'history')::integer
    )
  )
  from public.projects as project
  join public.organizations as organization on organization.id = project.organization_id
  cross join lateral (select private.kept_days(organization.retention) as days) as kept
  where project.id = p_project_id;
$$;


-- From sql/79_retention.sql =======================================================================

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


-- From sql/80_reporting.sql =======================================================================

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


-- From sql/81_expired_artifacts.sql ===============================================================

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


-- From sql/81_expired_rows.sql ====================================================================

-- Expired rows: what is too old, page by page, as it goes into files. How long what is kept: 79_retention.sql.
-- Functions: plan_retention, get_expired_runs, get_expired_rows.

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

-- Whether a project has a run that is old enough for anything of it to go: most have none, and need no further question.
create function private.has_old_runs(p_project_id uuid, p_kept jsonb)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where project_id = p_project_id
      and status in ('completed', 'failed', 'cancelled')
      and kept_until is null
      and created_at < now() - make_interval(days => (
        select min((p_kept ->> kind)::integer)
        from unnest(array['passed_results', 'failed_results', 'runs', 'failed_runs', 'production_runs']) as kind
      ))
  );
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
    'runs', private.count_expired(project.id, 'runs'),
    'following_runs', private.count_following(project.id),
    'artifacts', private.count_expired_artifacts(project.id),
    'condensable', private.count_condensable(project.id)
  ) else '{}' end order by organization.slug, project.key, project.id), '[]')
  from public.projects as project
  join public.organizations as organization on organization.id = project.organization_id
  where p_counted
    or private.has_old_runs(project.id, private.kept_days(organization.retention));
$$;
grant execute on function private.plan_retention(boolean) to service_role;

-- All projects, deleted ones too, and what of them is too old: counts of runs and rows of each kind, of runs that follow their
-- results, of files, and of what would be condensed, which takes its time. Without counts, those projects that have runs which are old enough.
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

-- A run as it goes into a file: with its plan, and the versions that it has executed.
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
  ), 'plan', (select plan from private.run_plans where run_id = p_run.id));
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


-- From sql/82_leftovers.sql =======================================================================

-- Leftovers: what nobody asks for again once some time has passed, and would grow for ever. It needs no file.
-- Functions: private.remove_leftovers.  Called by the clean-up: 83_archived_rows.sql.
--
-- Left alone: versions of suites and the files they name (a run that is taken back refers to them), the list of archives, the
-- audit log, and what people removed but may want back.

-- Functions --------------------------------------------------------------------

-- Messages of runs that are over. pgmq keeps them beside the queue; 30 days are enough to look into what went wrong.
create function private.remove_queue_archives()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_table text;
  v_gone integer;
  v_removed integer := 0;
begin
  foreach v_table in array array['a_runs_critical', 'a_runs_high', 'a_runs_medium', 'a_runs_low', 'a_runs_dead'] loop
    execute format('delete from pgmq.%I where archived_at < now() - interval ''30 days''', v_table);
    get diagnostics v_gone = row_count;
    v_removed := v_removed + v_gone;
  end loop;
  return v_removed;
end;
$$;

-- Dead letters stay as long as their run does.
create function private.remove_dead_letters()
returns integer
language sql
set search_path = ''
as $$
  with gone as (
    delete from pgmq.q_runs_dead as letter
    where not exists (select from public.test_runs as run where run.id::text = letter.message ->> 'run_id')
    returning 1
  )
  select count(*)::integer from gone;
$$;

-- A key holds as long as one run of its batch is there. One whose request is under way has none yet.
create function private.remove_request_keys()
returns integer
language sql
set search_path = ''
as $$
  with gone as (
    delete from private.run_requests as request
    where created_at < now() - interval '1 day'
      and not exists (select from public.test_runs as run where run.batch_id = request.batch_id)
    returning 1
  )
  select count(*)::integer from gone;
$$;

-- What pg_cron notes of each time that it did something for us; it never removes any of it.
create function private.remove_clock_notes()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer := 0;
begin
  if pg_catalog.to_regclass('cron.job_run_details') is not null then
    execute $query$
      delete from cron.job_run_details
      where end_time < now() - interval '7 days'
        and jobid in (select jobid from cron.job where jobname like 'baton-%')
    $query$;
    get diagnostics v_gone = row_count;
  end if;
  return v_gone;
exception
  -- The operator keeps them to himself; then he removes them, too.
  when insufficient_privilege then
    return 0;
end;
$$;

create function private.remove_leftovers()
returns integer
language sql
set search_path = ''
as $$
  select private.remove_queue_archives() + private.remove_dead_letters() + private.remove_request_keys() + private.remove_clock_notes();
$$;


-- From sql/82_views.sql ===========================================================================

-- Views: what people ask of a suite and of a test, in one select. They show what the caller may see, and no more.
-- Views: suite_statistics, test_history.

-- Views ------------------------------------------------------------------------

create view public.suite_statistics
with (security_invoker = true)
as
select
  suite.id as suite_id,
  suite.organization_id,
  suite.project_id,
  suite.key,
  suite.name,
  suite.version,
  tests.total,
  tests.enabled,
  tests.skipped,
  tests.quarantined,
  recent.runs as runs_30_days,
  recent.results as results_30_days,
  recent.passed as passed_30_days,
  recent.failed as failed_30_days,
  round(100.0 * recent.passed / nullif(recent.passed + recent.failed, 0), 2) as success_rate_30_days,
  recent.average_ms as average_ms_30_days,
  last.run_at as last_run_at
from public.test_suites as suite
cross join lateral (
  select
    count(*) as total,
    count(*) filter (where test.enabled) as enabled,
    count(*) filter (where test.skip_reason is not null) as skipped,
    -- Most are in none: the function is only asked of those that may be.
    count(*) filter (where test.quarantined_at is not null and private.is_quarantined(test)) as quarantined
  from public.test_cases as test
  where test.suite_id = suite.id
    and test.deleted_at is null
) as tests
cross join lateral (
  select
    coalesce(max(counted.runs), 0) as runs,
    coalesce(sum(counted.runs), 0)::bigint as results,
    coalesce(sum(counted.passed), 0)::bigint as passed,
    coalesce(sum(counted.runs - counted.passed), 0)::bigint as failed,
    sum(counted.ms) / nullif(sum(counted.measured), 0) as average_ms
  from (
    -- From the days' metrics, not from the results: a busy suite has a hundred thousand of those.
    select
      sum(metric.total_runs) as runs,
      sum(metric.successful_runs) as passed,
      sum(metric.measured_runs) as measured,
      sum(metric.average_response_time_ms * metric.measured_runs) as ms
    from public.test_cases as test
    join public.performance_metrics as metric
      on metric.test_case_id = test.id
      and metric.date > (now() at time zone 'UTC')::date - 30
    where test.suite_id = suite.id
    group by test.id
  ) as counted
) as recent
cross join lateral (
  select max(result.run_created_at) as run_at
  from public.test_cases as test
  cross join lateral (
    select newest.run_created_at
    from public.test_results as newest
    where newest.test_case_id = test.id
    order by newest.run_created_at desc
    limit 1
  ) as result
  where test.suite_id = suite.id
) as last
where suite.deleted_at is null;
comment on view public.suite_statistics is 'How many tests a suite has, and what came of them in the last 30 days, as performance_metrics counts it; runs are those of the test that ran most. Ask for one suite, or those of one project.';

create view public.test_history
with (security_invoker = true)
as
select
  result.test_case_id,
  result.organization_id,
  run.project_id,
  result.run_id,
  result.run_created_at,
  run.environment_id,
  run.git_branch,
  run.git_commit,
  result.id as result_id,
  result.verdict,
  result.reason,
  result.error_category,
  result.fingerprint,
  result.blocked_by_test_id,
  result.attempts,
  result.status_code,
  result.execution_ms,
  result.total_ms,
  result.started_at
from public.test_results as result
join public.test_runs as run on run.id = result.run_id;
comment on view public.test_history is 'What came of a test, run by run. Ask for one test_case_id, latest run_created_at first, page by run_created_at.';

-- Who may ----------------------------------------------------------------------

grant select on public.suite_statistics, public.test_history to authenticated;


-- From sql/83_archived_rows.sql ===================================================================

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


-- From sql/84_restored_rows.sql ===================================================================

-- Restored rows: what an archive gives back, for 30 days, without counting it a second time.
-- Functions: restore_rows, remove_restored.

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

-- A run comes back with its plan and the versions that it executed, and is over: nobody is to execute it.
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
  insert into private.run_plans (run_id, organization_id, plan)
  select (row ->> 'id')::uuid, (row ->> 'organization_id')::uuid, row -> 'plan'
  from jsonb_array_elements(p_rows) as row
  where jsonb_typeof(row -> 'plan') = 'object'
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


-- From sql/84_retention_overview.sql ==============================================================

-- Retention overview: what members see of it. The rules are in 79_retention.sql, the files in public.archives.
-- Functions: get_retention.

-- Functions --------------------------------------------------------------------

-- What the next clean-up would take, by project and kind. It stops at a thousand runs of each: that says enough, and counting
-- on would take as long as the clean-up's own search.
create function private.due_for_retention(p_organization_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'project_id', project.id, 'project', project.key, 'what', due.kind, 'runs', least(due.runs, 1000), 'is_more', due.runs > 1000,
    'from', due.first
  ) order by project.key, due.kind), '[]')
  from public.projects as project
  cross join lateral (
    select kind, count(*) as runs, min(run.created_at) as first
    from unnest('{passed_results,failed_results,runs}'::text[]) as kind
    cross join lateral private.expired_runs(project.id, kind, 1001) as run
    group by kind
    union all
    select key, (value ->> 'files')::bigint, (value ->> 'from')::timestamptz
    from jsonb_each(private.count_expired_artifacts(project.id))
    where (value ->> 'files')::bigint > 0
  ) as due
  where project.organization_id = p_organization_id;
$$;

create function private.get_retention(p_organization_id uuid, p_counted boolean)
returns jsonb
language plpgsql
stable
security definer  -- whose turn it is stands in a table that nobody may read
set search_path = ''
as $$
begin
  perform private.require_role(p_organization_id, 'viewer', 'organization');
  return jsonb_build_object(
    'rule', private.kept_days('{}'),
    'kept', private.kept_days((select retention from public.organizations where id = p_organization_id)),
    'cleaned_up_at', (select finished_at from private.retention_turns),
    'due', case when p_counted then private.due_for_retention(p_organization_id) end
  );
end;
$$;
grant execute on function private.get_retention(uuid, boolean) to authenticated;

-- For how many days what is kept: by the rule, and in this organization; when a clean-up was done last; and, if it is to be
-- counted, what the next one would take of each project: how many runs, a thousand of each kind at most, and files.
create function public.get_retention(p_organization_id uuid, p_counted boolean default false)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_retention(p_organization_id, p_counted);
$$;
grant execute on function public.get_retention(uuid, boolean) to authenticated;


-- From sql/85_audit.sql ===========================================================================

-- Audit: who changed what, when, and how it was before. Written by triggers, in the transaction of the change.
-- Partitioned by the month of the change.
-- Tables: audit_log.  Functions: private.tg_audit.

-- Types ------------------------------------------------------------------------

create type public.audit_action as enum (
  'insert',
  'update',
  'delete'
);

-- Tables -----------------------------------------------------------------------

create table public.audit_log (
  id               uuid not null default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  table_name       text not null,
  record_id        uuid not null,
  record_name      text not null default '',
  action           public.audit_action not null,
  changed_by       uuid references public.users on delete set null,
  changed_as       text not null,
  before           jsonb,
  after            jsonb,
  created_at       timestamptz not null default now(),

  primary key (id, created_at)
) partition by range (created_at);
comment on table public.audit_log is 'Who changed what, when, and how it was before. Never a secret.';
comment on column public.audit_log.record_id is 'Of a member: the person.';
comment on column public.audit_log.changed_by is 'Null: the server did it, or the account is gone.';
comment on column public.audit_log.before is 'What was changed, as it was; the whole row when it was deleted. A hidden value is ***.';
comment on column public.audit_log.after is 'What was changed, as it became; the whole row when it was new. A hidden value is ***.';

-- Serves an organization's log, latest first, page by page.
create index idx_audit_log_organization_id on public.audit_log (organization_id, created_at desc, id desc);
-- Serves "what happened to this?".
create index idx_audit_log_record_id on public.audit_log (record_id, created_at desc);
-- Serves "what did this person do?", and the removal of an account.
create index idx_audit_log_changed_by on public.audit_log (changed_by, created_at desc);

create table partitions.audit_log_default partition of public.audit_log default;
comment on table partitions.audit_log_default is 'Changes in months that have no partition.';
alter table partitions.audit_log_default enable row level security;

-- The first partitions of all tables that have them.
select private.make_partitions();

-- Who may ----------------------------------------------------------------------

alter table public.audit_log enable row level security;

create policy "Admins see who changed what in their organizations"
on public.audit_log for select to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

grant select on public.audit_log to authenticated;

-- Functions --------------------------------------------------------------------

-- A row as the log may show it: hidden columns as ***, and without what changes at each write.
create function private.as_audited(p_row jsonb, p_hidden text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_object_agg(key, case when key = any (p_hidden) and value <> 'null' then '"***"' else value end)
  from jsonb_each(p_row)
  where key not in ('created_at', 'updated_at');
$$;

-- What p_row has otherwise than p_other.
create function private.what_differs(p_row jsonb, p_other jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, value), '{}')
  from jsonb_each(p_row)
  where p_other -> key is distinct from value;
$$;

create function private.write_audit(p_table text, p_action text, p_row jsonb, p_before jsonb, p_after jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.audit_log (organization_id, table_name, record_id, record_name, action, changed_by, changed_as, before, after)
  select organization.id, p_table, coalesce(p_row ->> 'id', p_row ->> 'user_id')::uuid,
    coalesce(p_row ->> 'name', p_row ->> 'key', ''), p_action::public.audit_action,
    -- Whose account is older than this schema, or was just deleted, has no profile.
    (select id from public.users where id = auth.uid()), coalesce(auth.role(), session_user), p_before, p_after
  from public.organizations as organization
  -- An organization that goes takes its log along.
  where organization.id = coalesce(p_row ->> 'organization_id', p_row ->> 'id')::uuid;
$$;

-- Triggers ---------------------------------------------------------------------

-- Arguments are the columns whose values are hidden. A change of these alone is told, too.
create function private.tg_audit()
returns trigger
language plpgsql
security definer  -- nobody may write the log
set search_path = ''
as $$
declare
  v_hidden text[] := tg_argv;
  v_before jsonb := private.as_audited(to_jsonb(old), v_hidden);
  v_after jsonb := private.as_audited(to_jsonb(new), v_hidden);
begin
  if tg_op <> 'UPDATE' then
    perform private.write_audit(tg_table_name, lower(tg_op), coalesce(to_jsonb(new), to_jsonb(old)), v_before, v_after);
  elsif v_before is distinct from v_after or cardinality(v_hidden) > 0 then
    perform private.write_audit(tg_table_name, 'update', to_jsonb(new),
      private.what_differs(v_before, v_after), private.what_differs(v_after, v_before));
  end if;
  return null;
end;
$$;

create trigger organizations_audit
after insert or update or delete on public.organizations
for each row execute function private.tg_audit();

create trigger organization_members_audit
after insert or update or delete on public.organization_members
for each row execute function private.tg_audit();

-- What is deleted of them was over for months.
create trigger organization_invitations_audit
after insert or update on public.organization_invitations
for each row execute function private.tg_audit();

create trigger projects_audit
after insert or update or delete on public.projects
for each row execute function private.tg_audit();

create trigger environments_audit
after insert or update or delete on public.environments
for each row execute function private.tg_audit();

-- Of a variable its name: the value may become a secret later.
create trigger environment_variables_audit
after insert or update or delete on public.environment_variables
for each row execute function private.tg_audit('value');

create trigger test_suites_audit
after insert or update or delete on public.test_suites
for each row execute function private.tg_audit();

-- Of tests what is no part of a suite's version: those are many at each push.
create trigger test_cases_audit
after update of enabled, quarantined_at, quarantine_owner, quarantine_reason, quarantine_until on public.test_cases
for each row execute function private.tg_audit();

create trigger api_endpoints_audit
after insert or delete or update of method, path, protocol, operation_id, name, description, openapi, auth_type, tags,
  default_headers, timeout_seconds, retries, retry_delay_seconds, metadata, deleted_at
on public.api_endpoints
for each row execute function private.tg_audit('default_headers');

create trigger test_data_fixtures_audit
after insert or update or delete on public.test_data_fixtures
for each row execute function private.tg_audit('content');

create trigger schedules_audit
after insert or delete or update of environment_id, name, description, cron, timezone, suites, selection, config, priority,
  enabled, metadata
on public.schedules
for each row execute function private.tg_audit();

create trigger notification_channels_audit
after insert or update or delete on public.notification_channels
for each row execute function private.tg_audit();

create trigger report_templates_audit
after insert or update or delete on public.report_templates
for each row execute function private.tg_audit();

-- Of failures what people say about them.
create trigger failure_analysis_audit
after update of triage, triage_note on public.failure_analysis
for each row
when (current_user = 'authenticated')
execute function private.tg_audit();

create trigger project_tokens_audit
after insert or delete or update of name, description, revoked_at on public.project_tokens
for each row execute function private.tg_audit();


-- From sql/88_estimates.sql =======================================================================

-- Estimates: what the planner must not conclude from row-level security.
-- Policies compare organization_id with a list that is not known when a query is planned: Postgres then guesses that ten
-- of all organizations pass. Where there are a thousand, it expects one row in a hundred, and sorts a busy project's
-- runs instead of walking the index that has them in order. Told that there is one organization, it takes the policy for
-- what it is to nearly every caller: a fence that all rows pass which the query asks for. New partitions: 41_partitions.sql.

-- What the planner is told -----------------------------------------------------

do $$
declare
  v_table record;
begin
  for v_table in
    select table_name.oid::regclass as name,
      case when table_name.relkind = 'p' then 'n_distinct_inherited' else 'n_distinct' end as option
    from pg_catalog.pg_class as table_name
    join pg_catalog.pg_attribute as organization
      on organization.attrelid = table_name.oid and organization.attname = 'organization_id'
    where table_name.relnamespace in ('public'::regnamespace, 'partitions'::regnamespace)
      and table_name.relkind in ('r', 'p')
    order by table_name.relname
  loop
    execute format('alter table %s alter column organization_id set (%s = 1)', v_table.name, v_table.option);
  end loop;
end
$$;


-- From sql/90_clock.sql ===========================================================================

-- The clock: what comes by itself, where the database has one.
-- That is pg_cron. Where it is missing, workers do the same; where both do, each thing is done once all the same.

do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron with schema pg_catalog;
  end if;
  -- The same name again replaces the job.
  if pg_catalog.to_regprocedure('cron.schedule(text,text,text)') is not null then
    perform cron.schedule('baton-schedules', '* * * * *', 'select private.request_due_schedules()');
    perform cron.schedule('baton-retention', '41 2 * * *', 'select private.request_retention()');
    perform cron.schedule('baton-contexts', '17 * * * *', 'select private.cleanup_expired_contexts()');
  end if;
end
$$;
