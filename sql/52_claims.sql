-- Claims: a worker takes a run, with all it needs to execute it, or hands it back.
-- Functions: claim_run, release_run.

-- Functions: what the worker is told -------------------------------------------

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
    'rate_limit_per_second', rate_limit_per_second, 'timeout_seconds', timeout_seconds, 'connection', connection,
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
    'path', version.path, 'source', version.source, 'files', version.files, 'selected', part.selected,
    'disabled', (
      select coalesce(jsonb_agg(test.key order by test.key), '[]') from public.test_cases as test
      where test.suite_id = suite.id and test.deleted_at is null and not test.enabled
    ),
    'quarantined', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'key', test.key, 'owner', nullif(owner.name, ''), 'reason', test.quarantine_reason, 'until', test.quarantine_until
      ) order by test.key), '[]')
      from public.test_cases as test
      left join public.users as owner on owner.id = test.quarantine_owner
      -- The first condition spares most tests the call of the second.
      where test.suite_id = suite.id and test.quarantined_at is not null and test.deleted_at is null and private.is_quarantined(test)
    ),
    'endpoints', private.describe_endpoints(suite.id)
  ) order by part.position), '[]')
  from private.test_run_versions as part
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id
  where part.run_id = p_run_id;
$$;

-- What earlier leases have brought to an end, or the run that this one is a retry of: it is not run again.
create function private.describe_finished(p_run_id uuid, p_run_created_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'test', suite.key || '/' || test.key,
    'verdict', case when test.id = any (retry.handed_down) then 'passed' else result.verdict end,
    'blocked_by', root_suite.key || '/' || root.key, 'reason', result.reason
  ) order by result.created_at, result.id), '[]')
  from public.test_results as result
  join public.test_cases as test on test.id = result.test_case_id
  join public.test_suites as suite on suite.id = test.suite_id
  left join public.test_cases as root on root.id = result.blocked_by_test_id
  left join public.test_suites as root_suite on root_suite.id = root.suite_id
  left join private.run_retries as retry on retry.run_id = result.run_id
  where result.run_id = p_run_id
    and result.run_created_at = p_run_created_at;
$$;

-- {full name: seconds}: what each test usually takes there, by its last two weeks. Long ones are begun early.
create function private.describe_medians(p_run public.test_runs)
returns jsonb
language plpgsql  -- bound late: the metrics are made further down
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(suite.key || '/' || test.key, round(usual.seconds::numeric, 3)), '{}')
    from private.test_run_versions as part
    join private.suite_versions as version on version.id = part.suite_version_id
    join public.test_suites as suite on suite.id = version.suite_id
    join public.test_cases as test on test.suite_id = suite.id and test.deleted_at is null
    cross join lateral (
      select avg(day.p50_response_time_ms) / 1000 as seconds
      from public.performance_metrics as day
      where day.test_case_id = test.id
        and day.environment_id = p_run.environment_id
        and day.date > p_run.created_at::date - 14
        and day.granularity = 'day'
    ) as usual
    where part.run_id = p_run.id
      and usual.seconds is not null
  );
end;
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
    'medians', private.describe_medians(p_run),
    'in_flight', (select to_jsonb(in_flight) from private.run_leases where run_id = p_run.id),
    'next_batch_number', 1
  );
$$;

-- Those of the person who asked, as far as the suites name them. What the clock or a pipeline asked for gets nobody's.
create function private.give_credentials(p_run public.test_runs)
returns jsonb
language sql
set search_path = ''
as $$
  select case
    when p_run.requested_by is null or p_run.trigger <> 'manual' then '{}'
    else private.read_credentials(p_run.organization_id, p_run.requested_by, array(
      select distinct unnest(version.credentials)
      from private.test_run_versions as part
      join private.suite_versions as version on version.id = part.suite_version_id
      where part.run_id = p_run.id
    ))
  end;
$$;

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
