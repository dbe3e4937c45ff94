-- Claims: a worker takes a run, or hands it back. What it is told of it is in 52_claim_answers.sql.
-- Functions: claim_run, release_run.

-- Functions: claim -------------------------------------------------------------

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
  select * into v_run from public.test_runs where id = p_run_id;
  if v_run.lease_number = 1 then
    perform private.hand_down(v_run);
  end if;
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
  elsif v_run.cancel_requested_at is not null or private.was_given_up(v_run.id) then
    perform private.end_or_put_back(v_run, p_queue, p_message_id);
  else
    v_run := private.begin_lease(v_run.id, p_worker, p_lease_seconds);
    return jsonb_set(private.describe_claim(v_run), '{environment,credentials}', private.give_credentials(v_run));
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
  perform private.check_worker_name(p_worker);
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

-- Functions: release -----------------------------------------------------------

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
