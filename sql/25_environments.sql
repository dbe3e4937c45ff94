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
