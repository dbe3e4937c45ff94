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
