-- Queue: the order in which runs are handed out, and the leases on those that are.
-- Tables: private.run_leases.  Claim and release: 52_claims.sql.
-- Only functions of pgmq that both 1.4.4 and 1.5.1 have: hosted projects run either.

-- Queues -----------------------------------------------------------------------

-- One for each priority, and one where runs end up that nobody could bring to an end.
select pgmq.create('runs_critical');
select pgmq.create('runs_high');
select pgmq.create('runs_medium');
select pgmq.create('runs_low');
select pgmq.create('runs_dead');

-- Tables -----------------------------------------------------------------------

create table private.run_leases (
  run_id             uuid primary key,
  organization_id    uuid not null,
  queue              text,
  message_id         bigint,
  worker             text,
  deliveries         integer not null default 0,
  last_batch_number  integer not null default 0,
  last_answer        jsonb,
  in_flight          text[] not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  constraint run_leases_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
) with (fillfactor = 80);  -- rows change at every record
comment on table private.run_leases is 'Where a run is in the queue, who has it, and what he was last answered.';
comment on column private.run_leases.message_id is 'Null, as the queue, for a run that waits for nobody: a local one.';
comment on column private.run_leases.deliveries is 'How often a worker got it and did not bring it to an end.';
comment on column private.run_leases.last_answer is 'The answer to the last batch: whoever sends that batch again gets it again.';
comment on column private.run_leases.in_flight is 'Full names of tests that began and have no result yet.';

-- Who may ----------------------------------------------------------------------

alter table private.run_leases enable row level security;
alter table pgmq.q_runs_critical enable row level security;
alter table pgmq.a_runs_critical enable row level security;
alter table pgmq.q_runs_high enable row level security;
alter table pgmq.a_runs_high enable row level security;
alter table pgmq.q_runs_medium enable row level security;
alter table pgmq.a_runs_medium enable row level security;
alter table pgmq.q_runs_low enable row level security;
alter table pgmq.a_runs_low enable row level security;
alter table pgmq.q_runs_dead enable row level security;
alter table pgmq.a_runs_dead enable row level security;

-- Functions: in and out of the queue -------------------------------------------

create function private.enter_queue(p_run public.test_runs)
returns void
language sql
set search_path = ''
as $$
  insert into private.run_leases (run_id, organization_id, queue, message_id)
  select p_run.id, p_run.organization_id, 'runs_' || p_run.priority, message_id
  from pgmq.send('runs_' || p_run.priority, jsonb_build_object('run_id', p_run.id)) as message_id;
$$;

-- Nobody gets the run again.
create function private.leave_queue(p_run_id uuid)
returns void
language sql
set search_path = ''
as $$
  with lease as (
    update private.run_leases
    set in_flight = '{}'
    where run_id = p_run_id
    returning queue, message_id
  )
  select pgmq.archive(queue, message_id) from lease where message_id is not null;
$$;

-- Functions: the lease ---------------------------------------------------------

-- The run, locked, if this lease still holds it: the fence in front of everything a worker writes.
create function private.hold_run(p_run_id uuid, p_lease_number integer)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  perform private.check_holder(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  if not found then
    perform private.refuse(404, 'there is no such run', 'Drop what you have of it, and claim another.');
  elsif v_run.lease_number is distinct from p_lease_number then
    perform private.refuse(409, 'lease lost: another worker has this run now', 'Drop what you have of it, and claim another.');
  elsif v_run.status not in ('preparing', 'running') then
    perform private.refuse(409, format('lease lost: this run is %s', v_run.status), 'Drop what you have of it, and claim another.');
  end if;
  return v_run;
end;
$$;

-- From now. Message and run agree on when the lease ends.
create function private.extend_lease(p_run_id uuid, p_lease_seconds integer)
returns timestamptz
language plpgsql
set search_path = ''
as $$
declare
  v_expires_at timestamptz := clock_timestamp() + make_interval(secs => p_lease_seconds);
begin
  perform pgmq.set_vt(queue, message_id, p_lease_seconds)
  from private.run_leases
  where run_id = p_run_id and message_id is not null;
  update public.test_runs set lease_expires_at = v_expires_at where id = p_run_id;
  return v_expires_at;
end;
$$;

create function private.check_lease_seconds(p_lease_seconds integer)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_lease_seconds is null or p_lease_seconds not between 5 and 3600 then
    perform private.refuse(422, 'a lease lasts between 5 and 3600 seconds', 'Three heartbeats should fit into it.');
  end if;
end;
$$;

create function private.check_worker_name(p_worker text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(btrim(p_worker), '') = '' or char_length(p_worker) > 200 then
    perform private.refuse(422, 'a worker has a name of at most 200 characters', 'Any name that tells people which machine it is on.');
  end if;
end;
$$;

-- Triggers ---------------------------------------------------------------------

-- In the transaction of the request: there is no run without its message, and no message without its run.
create function private.tg_test_runs__enqueue()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.enter_queue(new);
  return null;
end;
$$;

create trigger test_runs_enqueue
after insert on public.test_runs
for each row
when (new.executor = 'worker' and new.status = 'queued')
execute function private.tg_test_runs__enqueue();
