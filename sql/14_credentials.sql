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
