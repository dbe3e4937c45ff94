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
