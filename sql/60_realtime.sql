-- Realtime: who is told live, and who may listen. Only the database sends, in the transaction of what it tells.
-- Topics, all private: run:<id> and project:<id> for members, workers for workers.
-- Events on run:<id>: run_progress, run_completed.  On project:<id>: run_requested, run_status, run_completed.
-- Also on project:<id>: flaky_test_detected, performance_degradation; run:<id> has them as events of run_completed (76_rules.sql).
-- On workers: runs_waiting, run_cancelled.

-- Who may ----------------------------------------------------------------------

-- The id in a topic 'run:<id>'; null when the topic is not of that kind.
create function private.id_in_topic(p_topic text, p_kind text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case
    when p_topic ~ ('^' || p_kind || ':[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')
    then split_part(p_topic, ':', 2)::uuid
  end;
$$;

create function private.may_follow(p_topic text)
returns boolean
language sql
stable
security definer  -- see private.organization_ids()
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where id = private.id_in_topic(p_topic, 'run')
      and organization_id = any (array (select private.organization_ids()))
  ) or exists (
    select from public.projects
    where id = private.id_in_topic(p_topic, 'project')
      and organization_id = any (array (select private.organization_ids()))
  );
$$;
grant execute on function private.may_follow(text) to authenticated;

create policy "Members follow the runs and projects of their organizations"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_follow((select realtime.topic()))));

-- Functions --------------------------------------------------------------------

create function private.tell(p_topic text, p_event text, p_payload jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform realtime.send(p_payload, p_event, p_topic, true);
end;
$$;

-- Tells those who follow a run, with the next number and the counters; gives the number.
-- Whoever missed messages is right again after the next one.
create function private.tell_run(p_run_id uuid, p_event text, p_more jsonb default '{}')
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  update public.test_runs set sequence = sequence + 1 where id = p_run_id returning * into v_run;
  perform private.tell('run:' || p_run_id, p_event, p_more || jsonb_build_object(
    'run_id', p_run_id, 'sequence', v_run.sequence, 'status', v_run.status, 'reason', v_run.reason,
    'counters', private.count_tests(v_run)
  ));
  return v_run.sequence;
end;
$$;

-- Tells those who look at a project's list of runs.
create function private.tell_project(p_run public.test_runs, p_event text)
returns void
language sql
set search_path = ''
as $$
  select private.tell('project:' || p_run.project_id, p_event, jsonb_build_object(
    'run_id', p_run.id, 'sequence', p_run.sequence, 'status', p_run.status, 'reason', p_run.reason,
    'counters', private.count_tests(p_run)
  ));
$$;

-- Wakes workers that wait, or tells one of them to stop. Says nothing about whose run it is.
create function private.tell_workers(p_event text, p_payload jsonb)
returns void
language sql
set search_path = ''
as $$
  select private.tell('workers', p_event, p_payload);
$$;

create function private.tell_requested(p_project_id uuid, p_batch_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_runs jsonb := (
    select jsonb_agg(jsonb_build_object('run_id', id, 'environment_id', environment_id, 'priority', priority, 'status', status) order by batch_position)
    from public.test_runs
    where batch_id = p_batch_id
  );
begin
  perform private.tell('project:' || p_project_id, 'run_requested', jsonb_build_object('batch_id', p_batch_id, 'runs', v_runs));
  perform private.tell_workers('runs_waiting', jsonb_build_object('count', jsonb_array_length(v_runs)));
end;
$$;

-- As many events, from the first, as a message may carry. Hosted projects allow 64 KB for all of it.
create function private.fit_events(p_events jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'events', coalesce(jsonb_agg(value order by ordinality) filter (where size <= 58000), '[]'),
    'truncated', coalesce(bool_or(size > 58000), false)
  )
  from (
    select value, ordinality, sum(octet_length(value::text) + 2) over (order by ordinality) as size
    from jsonb_array_elements(p_events) with ordinality
  ) as event;
$$;
