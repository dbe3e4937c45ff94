-- Recording: what a worker tells about its run, batch by batch.
-- Functions: record_run.  The shape of a batch is told in 53_batch_checks.sql.

-- Functions: results -----------------------------------------------------------

-- The beginning of ids that follow each other in time (UUIDs of version 7, with a counter of eight digits for an end): what
-- is written now lies side by side in the index of a primary key, and not all over it, where each row would touch, and
-- log, a page of its own. One draw serves a statement: a thousand draws take longer than what they are drawn for.
create function private.begin_ids()
returns text
language sql
volatile
set search_path = ''
as $$
  select overlay(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') placing '-' from 9 for 0)
    || '-7' || substr(gen_random_uuid()::text, 16, 13);
$$;

-- A test that has its result already keeps it, with its evidence. One statement, so that the results, with megabytes of
-- evidence in them, are taken apart once.
create function private.record_results(p_run public.test_runs, p_results jsonb, p_ids jsonb)
returns void
language sql
set search_path = ''
as $$
  with result as materialized (
    select result.*, (p_ids ->> result.test)::uuid as test_case_id
    from rows from (jsonb_to_recordset(p_results) as (
      test text, verdict public.test_verdict, reason text, error_category text, fingerprint text, blocked_by text,
      required_only boolean, attempts integer, started_at timestamptz, finished_at timestamptz,
      setup_ms double precision, execution_ms double precision, teardown_ms double precision, total_ms double precision,
      status_code integer, request_bytes bigint, response_bytes bigint, details jsonb
    )) with ordinality as result (
      test, verdict, reason, error_category, fingerprint, blocked_by, required_only, attempts, started_at, finished_at,
      setup_ms, execution_ms, teardown_ms, total_ms, status_code, request_bytes, response_bytes, details, number
    )
  ),
  inserted as (
    insert into public.test_results
      (id, organization_id, run_id, run_created_at, test_case_id, verdict, reason, error_category, fingerprint, blocked_by_test_id,
       required_only, attempts, started_at, finished_at, setup_ms, execution_ms, teardown_ms, total_ms, status_code,
       request_bytes, response_bytes)
    select (ids.beginning || lpad(to_hex(result.number), 8, '0'))::uuid,
      p_run.organization_id, p_run.id, p_run.created_at, result.test_case_id, result.verdict,
      result.reason, result.error_category, result.fingerprint, (p_ids ->> result.blocked_by)::uuid,
      coalesce(result.required_only, false), coalesce(result.attempts, 1), result.started_at, result.finished_at,
      result.setup_ms, result.execution_ms, result.teardown_ms, result.total_ms, result.status_code,
      result.request_bytes, result.response_bytes
    from result
    cross join private.begin_ids() as ids (beginning)
    on conflict (run_id, run_created_at, test_case_id) do nothing
    returning test_case_id
  )
  insert into public.test_result_details
    (id, organization_id, run_id, run_created_at, test_case_id, kind, attempt, step, iteration, position, level, correlation_id, content)
  select (ids.beginning || lpad(to_hex(result.number * 32768 + detail.number), 8, '0'))::uuid,
    p_run.organization_id, p_run.id, p_run.created_at, result.test_case_id, detail.kind,
    coalesce(detail.attempt, 1), detail.step, detail.iteration, coalesce(detail.position, detail.number::integer - 1),
    detail.level, detail.correlation_id, coalesce(nullif(detail.content, 'null'), '{}')
  from result
  join inserted on inserted.test_case_id = result.test_case_id
  cross join rows from (jsonb_to_recordset(nullif(result.details, 'null')) as (
    kind public.detail_kind, attempt integer, step integer, iteration integer, position integer, level text,
    correlation_id text, content jsonb
  )) with ordinality as detail (kind, attempt, step, iteration, position, level, correlation_id, content, number)
  cross join private.begin_ids() as ids (beginning);
$$;

-- Evidence for tests that have their result: what their undo did, and what was done once more for a token of theirs.
create function private.record_details(p_run public.test_runs, p_details jsonb, p_ids jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_result_details
    (id, organization_id, run_id, run_created_at, test_case_id, kind, attempt, step, iteration, position, level, correlation_id, content)
  select (ids.beginning || lpad(to_hex(detail.number), 8, '0'))::uuid, p_run.organization_id, p_run.id, p_run.created_at,
    (p_ids ->> detail.test)::uuid, detail.kind, coalesce(detail.attempt, 1), detail.step, detail.iteration,
    coalesce(detail.position, detail.number::integer - 1), detail.level, detail.correlation_id,
    coalesce(nullif(detail.content, 'null'), '{}')
  from rows from (jsonb_to_recordset(p_details) as (
    test text, kind public.detail_kind, attempt integer, step integer, iteration integer, position integer, level text,
    correlation_id text, content jsonb
  )) with ordinality as detail (test, kind, attempt, step, iteration, position, level, correlation_id, content, number)
  cross join private.begin_ids() as ids (beginning);
$$;

-- Files that were answered, {"test", "category", "media_type", "content" as base64}. Only what evidence names is kept: that of a
-- test which had its result already is not there either.
create function private.record_artifacts(p_run public.test_runs, p_artifacts jsonb, p_ids jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into private.artifacts (run_id, test_case_id, checksum, organization_id, run_created_at, category, media_type, content)
  select p_run.id, file.test_case_id, file.checksum, p_run.organization_id, p_run.created_at, file.category, file.media_type, file.content
  from (
    select (p_ids ->> said.test)::uuid as test_case_id, encode(sha256(decoded.content), 'hex') as checksum,
      said.category, said.media_type, decoded.content
    from jsonb_to_recordset(p_artifacts) as said (test text, category private.artifact_category, media_type text, content text)
    cross join lateral (select decode(said.content, 'base64') as content) as decoded
  ) as file
  where exists (
    select from public.test_result_details as detail
    where detail.run_id = p_run.id
      and detail.run_created_at = p_run.created_at
      and detail.test_case_id = file.test_case_id
      and detail.kind = 'artifact'
      and detail.content ->> 'sha256' = file.checksum
  )
  on conflict do nothing;
  perform private.require_at_most(
    (select coalesce(sum(size_bytes), 0) from private.artifacts where run_id = p_run.id)::bigint, 67108864, 'bytes of files in a run'
  );
end;
$$;

-- Functions: record ------------------------------------------------------------

-- The fence between batches: each follows the one before it.
create function private.require_next_batch(p_lease private.run_leases, p_batch_number integer)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_batch_number is distinct from p_lease.last_batch_number + 1 then
    perform private.refuse(409, format('batch %s does not follow batch %s', p_batch_number, p_lease.last_batch_number),
      'Send the batches one after the other; repeat only the last one.');
  end if;
end;
$$;

create function private.update_in_flight(p_run_id uuid, p_batch jsonb, p_results jsonb)
returns void
language sql
set search_path = ''
as $$
  update private.run_leases
  set in_flight = array(
    select unnest(in_flight || private.require_texts(p_batch -> 'started', 'started'))
    except
    select unnest(private.texts_at(p_results, '$[*].test'))
    order by 1
  )
  where run_id = p_run_id
    and (p_batch ? 'started' or p_results <> '[]');
$$;

create function private.update_progress(p_run_id uuid, p_batch jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_runs
  set status = coalesce((p_batch ->> 'status')::public.run_status, status),
    total = coalesce((p_batch ->> 'total')::integer, total)
  where id = p_run_id
    and (p_batch ? 'status' or p_batch ? 'total');
$$;

-- Watchers are told about every batch that brings something.
create function private.tell_progress(p_run public.test_runs, p_batch jsonb, p_context_version integer)
returns integer
language plpgsql
set search_path = ''
as $$
begin
  if not p_batch ?| array['status', 'total', 'started', 'results', 'context', 'events', 'details'] then
    return p_run.sequence;
  end if;
  return private.tell_run(p_run.id, 'run_progress',
    private.fit_events(private.items(p_batch -> 'events')) || jsonb_build_object('context_version', p_context_version));
end;
$$;

create function private.write_batch(p_run public.test_runs, p_batch_number integer, p_context_version integer, p_batch jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_results jsonb := coalesce(nullif(p_batch -> 'results', 'null'), '[]');
  v_version integer := private.merge_context(p_run, p_context_version, p_batch -> 'context', p_batch -> 'secrets');
  v_ids jsonb := private.check_batch(p_run.id, p_batch, v_results);
  v_answer jsonb;
begin
  perform private.record_results(p_run, v_results, v_ids);
  if p_batch ? 'details' then
    perform private.record_details(p_run, private.items(p_batch -> 'details'), v_ids);
  end if;
  if p_batch ? 'artifacts' then
    perform private.record_artifacts(p_run, private.items(p_batch -> 'artifacts'), v_ids);
  end if;
  if jsonb_typeof(p_batch -> 'plan') = 'object' then
    perform private.save_plan(p_run, p_batch -> 'plan');
  end if;
  perform private.update_in_flight(p_run.id, p_batch, v_results);
  perform private.update_progress(p_run.id, p_batch);
  v_answer := jsonb_build_object(
    'continue', p_run.cancel_requested_at is null,
    'reason', case when p_run.cancel_requested_at is not null then 'cancelled' end,
    'lease_expires_at', private.extend_lease(p_run.id, coalesce((p_batch ->> 'lease_seconds')::integer, 60)),
    'context_version', v_version,
    'batch_number', p_batch_number,
    'sequence', private.tell_progress(p_run, p_batch, v_version)
  );
  update private.run_leases
  set last_batch_number = p_batch_number, last_answer = v_answer, updated_at = clock_timestamp()
  where run_id = p_run.id;
  return v_answer;
end;
$$;

create function private.record_run(
  p_run_id uuid,
  p_lease_number integer,
  p_batch_number integer,
  p_context_version integer,
  p_batch jsonb
)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
-- A foreign key to a partitioned table is else planned anew for each row, for its partition: most of the time it takes.
set plan_cache_mode = force_generic_plan
-- A batch goes through a few intermediate results. In the usual 4 MB they would be written to files.
set work_mem = '64MB'
as $$
declare
  v_run public.test_runs := private.hold_run(p_run_id, p_lease_number);
  v_lease private.run_leases;
begin
  select * into v_lease from private.run_leases where run_id = p_run_id;
  if p_batch_number = v_lease.last_batch_number and v_lease.last_answer is not null then
    return v_lease.last_answer;
  end if;
  perform private.require_next_batch(v_lease, p_batch_number);
  perform private.require_at_most(pg_column_size(p_batch), 33554432, 'bytes in a batch');
  return private.write_batch(v_run, p_batch_number, p_context_version, coalesce(p_batch, '{}'));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.check_details(p_batch);
    perform private.refuse_value('batch', sqlerrm);
end;
$$;
grant execute on function private.record_run(uuid, integer, integer, integer, jsonb) to service_role, authenticated;

-- Writes a batch of what happened in a run: all of it, or nothing. The last batch may be sent again, and gets its first
-- answer again. The answer says whether to go on. An empty batch keeps the lease.
create function public.record_run(
  p_run_id uuid,
  p_lease_number integer,
  p_batch_number integer,
  p_context_version integer,
  p_batch jsonb
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.record_run(p_run_id, p_lease_number, p_batch_number, p_context_version, p_batch);
$$;
grant execute on function public.record_run(uuid, integer, integer, integer, jsonb) to service_role, authenticated;
