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
