-- Vault: secrets at rest, with the functions that supabase_vault has, made of pgcrypto.
-- Tables: vault.secrets.  Views: vault.decrypted_secrets.
-- Functions: vault.create_secret, vault.update_secret.
--
-- The key is not in the database. It is a file of mode 0600 beside the data folder, random per stack,
-- and only functions that the superuser owns can read it.

create schema if not exists vault;

create table if not exists vault.secrets (
  id           uuid primary key default gen_random_uuid(),
  name         text,
  description  text not null default '',
  secret       text not null,
  key_id       uuid,
  nonce        bytea,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
comment on table vault.secrets is 'Encrypted secrets; secret is base64 of an OpenPGP message.';

create unique index if not exists secrets_name_idx
on vault.secrets (name)
where name is not null;

-- The file is named from the data folder, so that a stack can be moved.
create or replace function vault._key()
returns text
language sql
stable
security definer  -- only a superuser may read files
set search_path = ''
as $$
  select trim(trailing e'\n' from pg_catalog.pg_read_file('../vault.key'));
$$;

-- The key is 256 random bits, so stretching it would only cost time.
create or replace function vault._encrypt(p_secret text)
returns text
language sql
volatile
security definer  -- reads the key
set search_path = ''
as $$
  select encode(
    extensions.pgp_sym_encrypt(p_secret, vault._key(), 'cipher-algo=aes256, s2k-mode=1, compress-algo=0'),
    'base64'
  );
$$;

create or replace function vault._decrypt(p_secret text)
returns text
language sql
stable
security definer  -- reads the key
set search_path = ''
as $$
  select extensions.pgp_sym_decrypt(decode(p_secret, 'base64'), vault._key());
$$;

create or replace view vault.decrypted_secrets as
select
  id,
  name,
  description,
  secret,
  vault._decrypt(secret) as decrypted_secret,
  key_id,
  nonce,
  created_at,
  updated_at
from vault.secrets;

-- Keeps a secret and returns its id. Names are unique.
create or replace function vault.create_secret(
  new_secret text,
  new_name text default null,
  new_description text default '',
  new_key_id uuid default null
)
returns uuid
language sql
volatile
security definer  -- nobody writes the table directly
set search_path = ''
as $$
  insert into vault.secrets (secret, name, description, key_id)
  values (vault._encrypt(new_secret), new_name, new_description, new_key_id)
  returning id;
$$;

-- Changes what is given; null leaves a part as it is.
create or replace function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
)
returns void
language sql
volatile
security definer  -- nobody writes the table directly
set search_path = ''
as $$
  update vault.secrets
  set
    secret = case when new_secret is null then secret else vault._encrypt(new_secret) end,
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    key_id = coalesce(new_key_id, key_id),
    updated_at = now()
  where id = secret_id;
$$;

-- Who may: the owner of migrations, in whose functions the rules are. Nobody else, no key either.
revoke all on schema vault from public;
revoke all on all functions in schema vault from public;
grant usage on schema vault to postgres;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres;
grant execute on function vault.create_secret(text, text, text, uuid) to postgres;
grant execute on function vault.update_secret(uuid, text, text, text, uuid) to postgres;
grant execute on function vault._decrypt(text) to postgres;
