-- Retries: a run that is over is taken up again, with the tests that did not pass and what they need.
-- Functions: retry_run.

-- Functions --------------------------------------------------------------------

-- Whether the selection of a run takes a test; null and absent mean all.
create function private.was_chosen(p_run public.test_runs, p_name text, p_tags text[])
returns boolean
language sql
stable
set search_path = ''
as $$
  select (coalesce(jsonb_typeof(p_run.selection -> 'only'), 'null') = 'null' or p_run.selection -> 'only' ? p_name)
    and (coalesce(jsonb_typeof(p_run.selection -> 'tags'), 'null') = 'null'
      or p_run.selection -> 'tags' = '[]'
      or exists (select from unnest(p_tags) as tag where p_run.selection -> 'tags' ? tag));
$$;

-- The tests of a run that failed, broke, were blocked, or have no result; by full name, if they still exist.
create function private.unsettled_tests(p_run public.test_runs)
returns text[]
language sql
stable
set search_path = ''
as $$
  select coalesce(array_agg(suite.key || '/' || test.key order by suite.key, test.position, test.key), '{}')
  from private.test_run_versions as part
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_suites as suite on suite.id = version.suite_id and suite.deleted_at is null
  join public.test_cases as test on test.suite_id = suite.id and test.deleted_at is null
  left join public.test_results as result
    on result.run_id = p_run.id
    and result.run_created_at = p_run.created_at
    and result.test_case_id = test.id
  where part.run_id = p_run.id
    -- A run that was cut short has tests without a result; one that came to its end did not choose them.
    and (result.verdict in ('failed', 'broken', 'blocked')
      or (result.verdict is null and part.selected and (p_run.status = 'cancelled' or p_run.reason <> 'tests')
        and private.was_chosen(p_run, suite.key || '/' || test.key, test.tags || suite.tags)));
$$;

-- The request that runs these tests again, the way they were run.
create function private.describe_retry(p_run public.test_runs, p_tests text[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'environment', (select name from public.environments where id = p_run.environment_id),
    'suites', (select jsonb_agg(distinct split_part(name, '/', 1)) from unnest(p_tests) as name),
    'selection', (p_run.selection - 'tags') || jsonb_build_object('only', to_jsonb(p_tests)),
    'config', p_run.config,
    'priority', p_run.priority,
    'source', jsonb_build_object('retry_of', p_run.id),
    'git_branch', p_run.git_branch,
    'git_commit', p_run.git_commit
  ));
$$;

create function private.retry_run(p_run_id uuid, p_idempotency_key text)
returns public.test_runs
language plpgsql
security definer  -- nobody writes runs directly
set search_path = ''
as $$
declare
  v_run public.test_runs;
  v_tests text[];
  v_retry public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  perform private.require_requester(v_run);
  if not private.is_over(v_run.status) then
    perform private.refuse(409, format('this run is %s', v_run.status), 'Wait until it is over, or cancel it first.');
  end if;
  v_tests := private.unsettled_tests(v_run);
  if v_tests = '{}' then
    perform private.refuse(409, 'this run has no test to retry', 'All passed or were skipped, or are no longer there; request a new run.');
  end if;
  select * into v_retry
  from private.request_runs(v_run.project_id, jsonb_build_array(private.describe_retry(v_run, v_tests)), p_idempotency_key);
  insert into private.run_retries (run_id, organization_id, of_run_id)
  values (v_retry.id, v_retry.organization_id, v_run.id)
  on conflict do nothing;
  return v_retry;
end;
$$;
grant execute on function private.retry_run(uuid, text) to authenticated;

-- Requests a run of the tests that did not pass in p_run_id; what they need runs with them, unless its captures are still
-- known (51_handing_down.sql). The same key gives the same run.
create function public.retry_run(p_run_id uuid, p_idempotency_key text default null)
returns public.test_runs
language sql
set search_path = ''
as $$
  select private.retry_run(p_run_id, p_idempotency_key);
$$;
grant execute on function public.retry_run(uuid, text) to authenticated;
