-- Workers: who executes runs, and when each of them was last heard of. They belong to the operator, not to a tenant.
-- Tables: workers.  Functions: register_worker, heartbeat_worker, remove_worker, list_workers.

-- Types ------------------------------------------------------------------------

create type public.worker_state as enum (
  'idle',      -- waits for runs
  'busy',      -- has one or more
  'draining'   -- finishes what it has and takes no more
);

-- Tables -----------------------------------------------------------------------

create table public.workers (
  id            uuid primary key default gen_random_uuid(),
  name          text not null,
  version       text not null default '',
  state         public.worker_state not null default 'idle',
  capabilities  jsonb not null default '{}',
  started_at    timestamptz not null default now(),
  last_seen_at  timestamptz not null default now(),
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),

  constraint workers_name_is_taken_once unique (name),
  constraint workers_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint workers_version_is_short check (char_length(version) <= 100),
  constraint workers_capabilities_are_a_small_object
    check (jsonb_typeof(capabilities) = 'object' and octet_length(capabilities::text) <= 65536)
) with (fillfactor = 80);  -- rows change at every heartbeat
comment on table public.workers is 'Who executes runs. Of the operator, and out of everybody''s reach: admins ask list_workers().';
comment on column public.workers.name is 'As in claim_run(): a run''s lease names its worker.';

-- Serves the removal of workers that were not heard of for long.
create index idx_workers_last_seen_at on public.workers (last_seen_at);

-- Who may ----------------------------------------------------------------------

-- No policy and no grant: workers and admins go through the functions below.
alter table public.workers enable row level security;

-- Functions: for workers -------------------------------------------------------

create function private.register_worker(p_name text, p_version text, p_capabilities jsonb)
returns public.workers
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_worker public.workers;
begin
  perform private.require_type(p_capabilities, 'object', 'p_capabilities');
  -- Those that died without a word.
  delete from public.workers where last_seen_at < clock_timestamp() - interval '1 day';
  insert into public.workers (name, version, capabilities, started_at, last_seen_at)
  values (p_name, p_version, p_capabilities, clock_timestamp(), clock_timestamp())
  on conflict (name) do update set
    version = excluded.version, capabilities = excluded.capabilities, state = 'idle',
    started_at = excluded.started_at, last_seen_at = excluded.last_seen_at
  returning * into v_worker;
  return v_worker;
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('worker', sqlerrm);
end;
$$;
grant execute on function private.register_worker(text, text, jsonb) to service_role;

-- A worker says that it is there. The same name again is the same worker, started anew.
create function public.register_worker(p_name text, p_version text default '', p_capabilities jsonb default '{}')
returns public.workers
language sql
set search_path = ''
as $$
  select private.register_worker(p_name, p_version, p_capabilities);
$$;
grant execute on function public.register_worker(text, text, jsonb) to service_role;

create function private.heartbeat_worker(p_worker_id uuid, p_state text)
returns timestamptz
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_seen_at timestamptz;
begin
  perform private.require_word(p_state, 'public.worker_state', 'p_state');
  update public.workers
  set last_seen_at = clock_timestamp(), state = coalesce(p_state::public.worker_state, state)
  where id = p_worker_id
  returning last_seen_at into v_seen_at;
  if not found then
    perform private.refuse(404, 'there is no such worker', 'It was not heard of for long: register again.');
  end if;
  return v_seen_at;
end;
$$;
grant execute on function private.heartbeat_worker(uuid, text) to service_role;

-- A worker is still there, and says what it does: idle, busy or draining.
create function public.heartbeat_worker(p_worker_id uuid, p_state text default null)
returns timestamptz
language sql
set search_path = ''
as $$
  select private.heartbeat_worker(p_worker_id, p_state);
$$;
grant execute on function public.heartbeat_worker(uuid, text) to service_role;

create function private.remove_worker(p_worker_id uuid)
returns boolean
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  with gone as (
    delete from public.workers where id = p_worker_id returning id
  )
  select exists (select from gone);
$$;
grant execute on function private.remove_worker(uuid) to service_role;

-- A worker has stopped. Says whether it was known.
create function public.remove_worker(p_worker_id uuid)
returns boolean
language sql
set search_path = ''
as $$
  select private.remove_worker(p_worker_id);
$$;
grant execute on function public.remove_worker(uuid) to service_role;

-- Functions: for admins --------------------------------------------------------

-- What a worker does for other tenants is not told, and so its state is not, either.
create function private.list_workers(p_organization_id uuid)
returns table (name text, version text, started_at timestamptz, last_seen_at timestamptz, is_alive boolean, run_ids uuid[])
language plpgsql
stable
security definer  -- nobody may read the table
set search_path = ''
as $$
begin
  perform private.require_role(p_organization_id, 'admin', 'organization');
  return query
    select worker.name, worker.version, worker.started_at, worker.last_seen_at,
      worker.last_seen_at > clock_timestamp() - interval '2 minutes',
      array(
        select lease.run_id
        from private.run_leases as lease
        join public.test_runs as run on run.id = lease.run_id
        where run.organization_id = p_organization_id
          and lease.worker = worker.name
          and run.status in ('preparing', 'running')
        order by run.created_at
      )
    from public.workers as worker
    order by worker.name;
end;
$$;
grant execute on function private.list_workers(uuid) to authenticated;

-- Which workers there are, and which runs of this organization each of them has. For its admins.
create function public.list_workers(p_organization_id uuid)
returns table (name text, version text, started_at timestamptz, last_seen_at timestamptz, is_alive boolean, run_ids uuid[])
language sql
stable
set search_path = ''
as $$
  select * from private.list_workers(p_organization_id);
$$;
grant execute on function public.list_workers(uuid) to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger workers_touch_updated_at
before update on public.workers
for each row execute function private.tg_touch_updated_at();
