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
