-- Queue: hands runs to workers, and takes them back from workers that died.
-- Tables: private.run_leases.  Functions: claim_run, release_run.
-- Only functions of pgmq that both 1.4.4 and 1.5.1 have: hosted projects run either.

-- Queues -----------------------------------------------------------------------

-- One for each priority, and one where runs end up that nobody could bring to an end.
select pgmq.create('runs_critical');
select pgmq.create('runs_high');
select pgmq.create('runs_medium');
select pgmq.create('runs_low');
select pgmq.create('runs_dead');

-- Tables ---------------------------------------------------------------------

create table private.run_leases (
  run_id             uuid primary key,
  organization_id    uuid not null,
  queue              text not null,
  message_id         bigint not null,
  worker             text,
  deliveries         integer not null default 0,
  last_batch_number  integer not null default 0,
  last_answer        jsonb,
  in_flight          text[] not null default '{}',
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  foreign key (run_id, organization_id) references public.test_runs (id, organization_id) on delete cascade
) with (fillfactor = 80);  -- rows change at every record
comment on table private.run_leases is 'Where a run is in the queue, who has it, and what he was last answered.';
comment on column private.run_leases.deliveries is 'How often a worker got it and did not bring it to an end.';
comment on column private.run_leases.last_answer is 'The answer to the last batch: whoever sends that batch again gets it again.';
comment on column private.run_leases.in_flight is 'Full names of tests that began and have no result yet.';

-- Who may ---------------------------------------------------------------------

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

-- Functions: in and out of the queue -------------------------------------------------

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
  select pgmq.archive(queue, message_id) from lease;
$$;

-- Functions: the lease ---------------------------------------------------------------

-- The run, locked, if this lease still holds it: the fence in front of everything a worker writes.
create function private.hold_run(p_run_id uuid, p_lease_number integer)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
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
  where run_id = p_run_id;
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

-- Functions: what the worker is told --------------------------------------------------

create function private.describe_run(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', run.id, 'organization_id', run.organization_id, 'project_id', run.project_id, 'project_key', project.key,
    'created_at', run.created_at, 'status', run.status, 'priority', run.priority, 'selection', run.selection,
    'config', run.config, 'lease_number', run.lease_number, 'lease_expires_at', run.lease_expires_at,
    'trigger', run.trigger, 'source', run.source, 'executor', run.executor, 'git_branch', run.git_branch,
    'git_commit', run.git_commit, 'requested_by', run.requested_by
  )
  from public.test_runs as run
  join public.projects as project on project.id = run.project_id
  where run.id = p_run_id;
$$;

create function private.describe_environment(p_environment_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', id, 'name', name, 'kind', kind, 'base_url', base_url, 'services', services, 'max_parallel', max_parallel,
    'rate_limit_per_second', rate_limit_per_second, 'timeout_seconds', timeout_seconds,
    'variables', (
      select coalesce(jsonb_object_agg(variable.name, variable.value), '{}')
      from public.environment_variables as variable
      where variable.environment_id = p_environment_id and not variable.is_secret
    ),
    'secrets', private.read_secrets(p_environment_id)
  )
  from public.environments
  where id = p_environment_id;
$$;

create function private.describe_suites(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'key', suite.key, 'name', suite.name, 'version_id', version.id, 'version', version.number,
    'path', version.path, 'source', version.source, 'selected', part.selected
  ) order by part.position), '[]')
  from private.test_run_versions as part
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id
  where part.run_id = p_run_id;
$$;

-- What earlier leases have brought to an end: it is not run again.
create function private.describe_finished(p_run_id uuid, p_run_created_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'test', private.name_test(test_case_id), 'verdict', verdict,
    'blocked_by', private.name_test(blocked_by_test_id), 'reason', reason
  ) order by created_at, id), '[]')
  from public.test_results
  where run_id = p_run_id and run_created_at = p_run_created_at;
$$;

create function private.describe_claim(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'run', private.describe_run(p_run.id),
    'environment', private.describe_environment(p_run.environment_id),
    'suites', private.describe_suites(p_run.id),
    'context', private.describe_context(p_run.id),
    'finished', private.describe_finished(p_run.id, p_run.created_at),
    'in_flight', (select to_jsonb(in_flight) from private.run_leases where run_id = p_run.id),
    'next_batch_number', 1
  );
$$;

-- Functions: claim --------------------------------------------------------------------

-- How often a run is handed out before it is given up: a run that takes its worker down with it must not do so for ever.
create function private.most_deliveries()
returns integer
language sql
immutable
set search_path = ''
as $$
  select 5;
$$;

create function private.bury_run(p_run_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pgmq.send('runs_dead', jsonb_build_object('run_id', p_run_id, 'queue', queue, 'deliveries', deliveries))
  from private.run_leases
  where run_id = p_run_id;
  perform private.close_run(p_run_id, 'failed', 'interrupted',
    format('given up: %s workers took this run and none brought it to an end', private.most_deliveries()));
end;
$$;

create function private.begin_lease(p_run_id uuid, p_worker text, p_lease_seconds integer)
returns public.test_runs
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  update private.run_leases
  set worker = p_worker, deliveries = deliveries + 1, last_batch_number = 0, last_answer = null, updated_at = clock_timestamp()
  where run_id = p_run_id;
  update public.test_runs
  set status = 'preparing', lease_number = lease_number + 1, started_at = coalesce(started_at, clock_timestamp())
  where id = p_run_id;
  perform private.extend_lease(p_run_id, p_lease_seconds);
  perform private.begin_context(p_run_id);
  perform private.tell_run(p_run_id, 'run_progress');
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.tell_project(v_run, 'run_status');
  return v_run;
end;
$$;

-- The run of a message, locked. No row when somebody is writing to it this moment, or when the message is not its own.
create function private.lock_claimed_run(p_queue text, p_message_id bigint)
returns setof public.test_runs
language sql
set search_path = ''
as $$
  select run.*
  from private.run_leases as lease
  join public.test_runs as run on run.id = lease.run_id
  where lease.queue = p_queue
    and lease.message_id = p_message_id
  -- Whoever records or cancels locks the run and then the message; we have the message, so waiting could go round.
  for no key update of run skip locked;
$$;

-- What to do with a message out of the queue. Null when it brought no run: then look for the next one.
create function private.take_message(p_queue text, p_message_id bigint, p_worker text, p_lease_seconds integer)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from private.lock_claimed_run(p_queue, p_message_id);
  if not found then
    perform private.put_back_or_archive(p_queue, p_message_id);
  elsif private.is_over(v_run.status) then
    perform pgmq.archive(p_queue, p_message_id);
  elsif v_run.cancel_requested_at is not null then
    perform private.close_run(v_run.id, 'cancelled');
  elsif (select deliveries >= private.most_deliveries() from private.run_leases where run_id = v_run.id) then
    perform private.bury_run(v_run.id);
  else
    v_run := private.begin_lease(v_run.id, p_worker, p_lease_seconds);
    return private.describe_claim(v_run);
  end if;
  return null;
end;
$$;

-- A message whose run is busy comes back soon; one whose run is gone does not.
create function private.put_back_or_archive(p_queue text, p_message_id bigint)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (select from private.run_leases where queue = p_queue and message_id = p_message_id) then
    perform pgmq.set_vt(p_queue, p_message_id, 2);
  else
    perform pgmq.archive(p_queue, p_message_id);
  end if;
end;
$$;

create function private.claim_run(p_worker text, p_lease_seconds integer)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_queue text;
  v_message_id bigint;
  v_claim jsonb;
begin
  perform private.check_lease_seconds(p_lease_seconds);
  perform private.keep_partitions_ahead();
  foreach v_queue in array array['runs_critical', 'runs_high', 'runs_medium', 'runs_low'] loop
    loop
      select msg_id into v_message_id from pgmq.read(v_queue, p_lease_seconds, 1);
      exit when not found;
      v_claim := private.take_message(v_queue, v_message_id, p_worker, p_lease_seconds);
      if v_claim is not null then
        return v_claim;
      end if;
    end loop;
  end loop;
  return null;
end;
$$;
grant execute on function private.claim_run(text, integer) to service_role;

-- The next run, leased to this worker, with all it needs to execute it; null when nothing waits.
-- The lease is kept by recording (54_recording.sql), if only an empty batch.
create function public.claim_run(p_worker text, p_lease_seconds integer default 60)
returns jsonb
language sql
set search_path = ''
as $$
  select private.claim_run(p_worker, p_lease_seconds);
$$;
grant execute on function public.claim_run(text, integer) to service_role;

-- Functions: release --------------------------------------------------------------------

create function private.return_to_queue(p_run_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  -- Handed back in good order: it does not count as a delivery that failed.
  update private.run_leases set deliveries = greatest(deliveries - 1, 0), worker = null where run_id = p_run_id;
  perform private.extend_lease(p_run_id, 0);
  update public.test_runs set status = 'queued', lease_expires_at = null where id = p_run_id;
  perform private.tell_run(p_run_id, 'run_progress');
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.tell_project(v_run, 'run_status');
  perform private.tell_workers('runs_waiting', jsonb_build_object('count', 1));
end;
$$;

create function private.release_run(p_run_id uuid, p_lease_number integer)
returns void
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
begin
  if v_run.cancel_requested_at is not null then
    perform private.close_run(p_run_id, 'cancelled');
  else
    perform private.return_to_queue(p_run_id);
  end if;
end;
$$;
grant execute on function private.release_run(uuid, integer) to service_role;

-- A worker that has to stop hands its run back. What was recorded stays; another worker goes on at once.
create function public.release_run(p_run_id uuid, p_lease_number integer)
returns void
language sql
set search_path = ''
as $$
  select private.release_run(p_run_id, p_lease_number);
$$;
grant execute on function public.release_run(uuid, integer) to service_role;

-- Triggers -------------------------------------------------------------------

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
when (new.executor = 'worker')
execute function private.tg_test_runs__enqueue();
