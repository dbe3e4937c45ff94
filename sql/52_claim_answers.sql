-- Answers to claims: all that a worker needs to execute a run, or to take it up where another stopped.
-- Functions: private.describe_claim, private.give_credentials.  Asked by 52_claims.sql.

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
