-- Realtime: messages sent by the database, and the hook by which the local server hears of them.
-- Tables: realtime.messages.  Functions: realtime.topic, realtime.send.
-- Names, signatures and what can be observed are those of hosted projects.

create schema if not exists realtime;
grant usage on schema realtime to anon, authenticated, service_role, postgres, supabase_realtime_admin;

create table if not exists realtime.messages (
  topic           text not null,
  extension       text not null,
  payload         jsonb,
  event           text,
  private         boolean default false,
  updated_at      timestamp not null default now(),
  inserted_at     timestamp not null default now(),
  id              uuid not null default gen_random_uuid(),
  binary_payload  bytea,
  primary key (id, inserted_at)
) partition by range (inserted_at);
comment on table realtime.messages is 'Messages of the last days, and the table whose policies say who may join a topic.';

-- Hosted projects have a partition a day; here the server deletes what is old.
create table if not exists realtime.messages_default partition of realtime.messages default;

-- Serves replay: what was said on a private topic since then, newest first.
create index if not exists messages_inserted_at_topic_index
on realtime.messages (inserted_at desc, topic)
where extension = 'broadcast' and private is true;

alter table realtime.messages enable row level security;
alter table realtime.messages_default enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages_default owner to supabase_realtime_admin;
grant select, insert, update on realtime.messages to anon, authenticated, service_role, postgres;

-- The topic that is being joined or sent to; policies on realtime.messages ask for it.
create or replace function realtime.topic()
returns text
language sql
stable
as $$
  select nullif(current_setting('realtime.topic', true), '');
$$;

-- Sends a message to a topic, with the rights of the caller. Never fails: like its hosted twin
-- it turns every error into a warning, so that telling cannot undo what was done.
create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (
    v_id,
    case when payload ? 'id' then payload else payload || jsonb_build_object('id', v_id) end,
    event,
    topic,
    private,
    'broadcast'
  );
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

-- Only the key travels: a notification holds 8,000 bytes at most. Probe rows have no event and no echo.
create or replace function realtime.notify_local_server()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform pg_notify('realtime_messages', new.id::text);
  return null;
end
$$;

create or replace trigger notify_local_server
after insert on realtime.messages
for each row
when (new.extension = 'broadcast' and new.event is not null)
execute function realtime.notify_local_server();

do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;
alter publication supabase_realtime owner to postgres;
