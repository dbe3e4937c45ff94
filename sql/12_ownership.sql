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
