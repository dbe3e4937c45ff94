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
