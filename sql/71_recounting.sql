-- Recounting: what a run that has ended adds to its day, and what has a day counted again.
-- Functions: private.add_runs, private.recount_runs, private.discount_runs.

-- Functions --------------------------------------------------------------------

create function private.recount_day(p_environment_id uuid, p_date date, p_test_case_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.write_metrics(private.runs_that_count(p_environment_id, p_date), p_test_case_ids, false);
end;
$$;

-- One at a time counts an environment: two that count at once would not see each other's run. Locked before anything is
-- read, in the order of ids; whoever waits reads what the other has written.
create function private.lock_metrics(p_run_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(private.metrics_lock(environment_id))
  from (select distinct environment_id from public.test_runs where id = any (p_run_ids) order by environment_id) as environment;
$$;

-- The tests of these runs that have evidence, by environment and day.
create function private.days_of(p_run_ids uuid[])
returns table (environment_id uuid, date date, test_case_ids uuid[])
language sql
stable
set search_path = ''
as $$
  select run.environment_id, run.date, array_agg(distinct result.test_case_id)
  from (
    select id, created_at, environment_id, private.day_of(created_at) as date
    from public.test_runs
    where id = any (p_run_ids)
    offset 0  -- asks for the day once a run, not once a result
  ) as run
  join public.test_results as result on result.run_id = run.id and result.run_created_at = run.created_at
  where result.verdict in ('passed', 'failed', 'broken')
  group by run.environment_id, run.date
  order by 1, 2;
$$;

-- Days before yesterday hardly get another run: what comes for them counts them again.
create function private.forget_times(p_run_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  delete from private.day_times
  where environment_id in (select environment_id from public.test_runs where id = any (p_run_ids))
    and date < (select private.day_of(now()) - 1);
$$;

-- Runs that have just ended: each adds what it brought, whatever else that day has.
create function private.add_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.recount_day(day.environment_id, day.date, day.test_case_ids)
  from private.write_metrics(p_run_ids, null, true) as day;
  perform private.forget_times(p_run_ids);
end;
$$;

-- Runs that had ended and got more results.
create function private.recount_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.recount_day(day.environment_id, day.date, day.test_case_ids)
  from private.days_of(p_run_ids) as day;
end;
$$;

-- Runs that had ended and say nothing any more. Less than was counted is else taken for results that are gone.
create function private.discount_runs(p_run_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.performance_metrics as metric
  using private.days_of(p_run_ids) as day
  where metric.environment_id = day.environment_id
    and metric.date = day.date
    and metric.test_case_id = any (day.test_case_ids)
    and metric.granularity = 'day';
  perform private.recount_runs(p_run_ids);
end;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.has_evidence(p_run public.test_runs)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_run.status in ('completed', 'failed', 'cancelled')
    and p_run.reason is distinct from 'environment'
    and p_run.passed + p_run.failed + p_run.broken > 0;
$$;

-- Runs among those that were changed whose evidence is new, more, or none any more. By the counters: they move with
-- every result. In this order: who counts a day again counts the runs that have just ended, too.
create function private.tg_test_runs__count_day()
returns trigger
language plpgsql
security definer  -- nobody writes metrics directly
set search_path = ''
as $$
declare
  v_ended uuid[];
  v_late uuid[];
  v_gone uuid[];
begin
  select coalesce(array_agg(id) filter (where counts and not counted), '{}'),
    coalesce(array_agg(id) filter (where counts and counted and completed <> completed_before), '{}'),
    coalesce(array_agg(id) filter (where counted and not counts), '{}')
  into v_ended, v_late, v_gone
  from (
    select run.id, run.completed, before.completed as completed_before,
      private.has_evidence(run::public.test_runs) as counts, private.has_evidence(before::public.test_runs) as counted
    from changed as run
    join before on before.id = run.id
  ) as run;
  if v_ended || v_late || v_gone <> '{}' then
    perform private.lock_metrics(v_ended || v_late || v_gone);
    perform private.add_runs(v_ended);
    perform private.recount_runs(v_late);
    perform private.discount_runs(v_gone);
    perform private.judge_runs(v_ended || v_late);
  end if;
  return null;
end;
$$;

create trigger test_runs_count_day
after update on public.test_runs
referencing old table as before new table as changed
for each statement execute function private.tg_test_runs__count_day();
