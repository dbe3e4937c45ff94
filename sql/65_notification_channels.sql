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
