-- Dead letters: runs that a claim finds and nobody brings to an end any more.
-- Functions: private.bury_run, private.end_or_put_back.  Called by claim_run() (52_claims.sql).

-- Functions --------------------------------------------------------------------

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

create function private.was_given_up(p_run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select deliveries >= private.most_deliveries() from private.run_leases where run_id = p_run_id;
$$;

-- The number of the lock under which an environment is counted, see private.lock_metrics() (71_recounting.sql).
create function private.metrics_lock(p_environment_id uuid)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select hashtextextended('baton/metrics/' || p_environment_id, 0);
$$;

-- The end of a run counts its environment's day, one at a time. A claim may come by several runs of several environments:
-- two that waited for each other's would wait for ever, so the message of one that has to wait comes back soon.
create function private.end_or_put_back(p_run public.test_runs, p_queue text, p_message_id bigint)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(private.metrics_lock(p_run.environment_id)) then
    perform pgmq.set_vt(p_queue, p_message_id, 2);
  elsif p_run.cancel_requested_at is not null then
    perform private.close_run(p_run.id, 'cancelled');
  else
    perform private.bury_run(p_run.id);
  end if;
end;
$$;
