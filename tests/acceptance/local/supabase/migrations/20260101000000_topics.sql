-- A project as small as Realtime needs it: who may listen to which topic, and a table with secrets.

create table public.listeners (
  topic    text not null,
  user_id  uuid not null,
  primary key (topic, user_id)
);
alter table public.listeners enable row level security;
grant select on public.listeners to authenticated;
grant select, insert, delete on public.listeners to service_role;

create policy "People see where they may listen"
on public.listeners for select to authenticated
using (user_id = (select auth.uid()));

create policy "Listeners hear their topics"
on realtime.messages for select to authenticated
using (
  extension = 'broadcast'
  and exists (
    select
    from public.listeners
    where listeners.topic = (select realtime.topic())
      and listeners.user_id = (select auth.uid())
  )
);

-- A message in the same transaction as a row: what is announced is what was stored.
create table public.notes (
  id     uuid primary key default gen_random_uuid(),
  topic  text not null,
  note   text not null
);
alter table public.notes enable row level security;
grant insert, select on public.notes to service_role;

create function public.announce_note()
returns trigger
language plpgsql
security definer  -- sends for everybody who may insert
set search_path = ''
as $$
begin
  perform realtime.send(jsonb_build_object('note', new.note), 'note', new.topic, true);
  return null;
end
$$;

create trigger announce_note
after insert on public.notes
for each row
execute function public.announce_note();

-- Left without a grant on purpose: the API server must not make up for it.
create table public.closed (id int primary key);
alter table public.closed enable row level security;

create function public.echo(p_value jsonb)
returns jsonb
language sql
as $$ select p_value; $$;

create function public.moment()
returns timestamptz
language sql
as $$ select now(); $$;
