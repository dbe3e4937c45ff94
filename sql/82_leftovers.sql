-- Leftovers: what nobody asks for again once some time has passed, and would grow for ever. It needs no file.
-- Functions: private.remove_leftovers.  Called by the clean-up: 83_archived_rows.sql.
--
-- Left alone: versions of suites and the files they name (a run that is taken back refers to them), the list of archives, the
-- audit log, and what people removed but may want back.

-- Functions --------------------------------------------------------------------

-- Messages of runs that are over. pgmq keeps them beside the queue; 30 days are enough to look into what went wrong.
create function private.remove_queue_archives()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_table text;
  v_gone integer;
  v_removed integer := 0;
begin
  foreach v_table in array array['a_runs_critical', 'a_runs_high', 'a_runs_medium', 'a_runs_low', 'a_runs_dead'] loop
    execute format('delete from pgmq.%I where archived_at < now() - interval ''30 days''', v_table);
    get diagnostics v_gone = row_count;
    v_removed := v_removed + v_gone;
  end loop;
  return v_removed;
end;
$$;

-- Dead letters stay as long as their run does.
create function private.remove_dead_letters()
returns integer
language sql
set search_path = ''
as $$
  with gone as (
    delete from pgmq.q_runs_dead as letter
    where not exists (select from public.test_runs as run where run.id::text = letter.message ->> 'run_id')
    returning 1
  )
  select count(*)::integer from gone;
$$;

-- A key holds as long as one run of its batch is there. One whose request is under way has none yet.
create function private.remove_request_keys()
returns integer
language sql
set search_path = ''
as $$
  with gone as (
    delete from private.run_requests as request
    where created_at < now() - interval '1 day'
      and not exists (select from public.test_runs as run where run.batch_id = request.batch_id)
    returning 1
  )
  select count(*)::integer from gone;
$$;

-- What pg_cron notes of each time that it did something for us; it never removes any of it.
create function private.remove_clock_notes()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_gone integer := 0;
begin
  if pg_catalog.to_regclass('cron.job_run_details') is not null then
    execute $query$
      delete from cron.job_run_details
      where end_time < now() - interval '7 days'
        and jobid in (select jobid from cron.job where jobname like 'baton-%')
    $query$;
    get diagnostics v_gone = row_count;
  end if;
  return v_gone;
exception
  -- The operator keeps them to himself; then he removes them, too.
  when insufficient_privilege then
    return 0;
end;
$$;

create function private.remove_leftovers()
returns integer
language sql
set search_path = ''
as $$
  select private.remove_queue_archives() + private.remove_dead_letters() + private.remove_request_keys() + private.remove_clock_notes();
$$;
