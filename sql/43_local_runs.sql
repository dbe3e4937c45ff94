-- Local runs: executed on the machine of the editor who asks, with his own secrets, and recorded as any other.
-- Functions: begin_local_run.  Batches, used fixtures and the end are told with record_run, record_fixture_usage and
-- finish_run, with his own session.
-- Nobody takes such a run up: when its lease is over it has ended.

-- Functions: whose run it is ---------------------------------------------------

-- Workers hold what they claimed. A member holds his own local runs, as long as he is an editor; of others he learns nothing.
create function private.check_holder(p_run_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if auth.uid() is not null and not exists (
    select from public.test_runs as run
    where run.id = p_run_id
      and run.executor = 'local'
      and run.requested_by = auth.uid()
      and run.organization_id = any (array (select private.organization_ids('editor')))
  ) then
    perform private.refuse(404, 'there is no such run', 'Begin your own: baton run --record.');
  end if;
end;
$$;

-- Functions: the beginning -----------------------------------------------------

create function private.begin_local_run(p_project_id uuid, p_request jsonb, p_lease_seconds integer)
returns jsonb
language plpgsql
security definer  -- editors may write these tables only as a whole request
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project(p_project_id, 'editor');
  v_batch_id uuid := gen_random_uuid();
  v_run public.test_runs;
begin
  perform private.check_lease_seconds(p_lease_seconds);
  perform private.check_request(p_request - 'executor');
  perform private.share_gate(v_project.organization_id);
  perform private.keep_partitions_ahead();
  perform private.insert_run(v_project, p_request || '{"executor": "local"}', v_batch_id, 1);
  select * into v_run from public.test_runs where batch_id = v_batch_id;
  insert into private.run_leases (run_id, organization_id) values (v_run.id, v_run.organization_id);
  v_run := private.begin_lease(v_run.id, 'local', p_lease_seconds);
  -- No values of the environment, and no credentials: whoever runs it has his own.
  return jsonb_build_object('run', private.describe_run(v_run.id), 'context_version', 1, 'next_batch_number', 1);
exception
  when data_exception or integrity_constraint_violation then
    perform private.refuse_value('request', sqlerrm);
end;
$$;
grant execute on function private.begin_local_run(uuid, jsonb, integer) to authenticated;

-- Requests one run and gives it to the caller at once. The request is one of those of request_runs().
create function public.begin_local_run(p_project_id uuid, p_request jsonb, p_lease_seconds integer default 60)
returns jsonb
language sql
set search_path = ''
as $$
  select private.begin_local_run(p_project_id, p_request, p_lease_seconds);
$$;
grant execute on function public.begin_local_run(uuid, jsonb, integer) to authenticated;

-- Functions: the end -----------------------------------------------------------

-- Ends local runs of which nothing was heard any more. One whose environment is being counted is left for the next time.
create function private.end_lost_local_runs()
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  for v_run in
    select * from public.test_runs
    where executor = 'local'
      and status in ('preparing', 'running')
      and lease_expires_at < clock_timestamp() - interval '1 minute'
    order by id
    for no key update skip locked
  loop
    if pg_try_advisory_xact_lock(private.metrics_lock(v_run.environment_id)) then
      perform private.close_run(v_run.id, 'failed', 'interrupted', 'the machine that ran it was not heard of again');
    end if;
  end loop;
end;
$$;
