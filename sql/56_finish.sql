-- Finish: the end of a run, as its worker says it.
-- Functions: finish_run.

-- Functions --------------------------------------------------------------------

create function private.check_outcome(p_outcome jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_at_most(pg_column_size(p_outcome), 33554432, 'bytes in an outcome');
  perform private.require_types(p_outcome,
    '{"reason": "string", "message": "string", "summary": "object", "report": "object"}', 'an outcome');
  perform private.require_type(p_outcome -> 'status', 'string', 'an outcome''s status');
  perform private.require_word(p_outcome ->> 'status', 'public.run_status', 'status');
  perform private.require_word(p_outcome ->> 'reason', 'public.run_failure_reason', 'reason');
  if not private.is_over((p_outcome ->> 'status')::public.run_status) then
    perform private.refuse(422, format('a run does not end as "%s"', p_outcome ->> 'status'), 'One of: completed, failed, cancelled.');
  end if;
  if (p_outcome ->> 'status' = 'failed') <> (p_outcome ->> 'reason' is not null) then
    perform private.refuse(422, 'a failed run has a reason, and no other has', 'One of: tests, environment, timeout, interrupted.');
  end if;
end;
$$;

create function private.describe_end(p_run public.test_runs)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', p_run.id, 'status', p_run.status, 'reason', p_run.reason) || private.count_tests(p_run);
$$;

create function private.finish_run(p_run_id uuid, p_lease_number integer, p_outcome jsonb)
returns jsonb
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  -- Asked before the row is locked: a stranger must not hold up anybody's run.
  perform private.check_holder(p_run_id);
  select * into v_run from public.test_runs where id = p_run_id for no key update;
  if private.is_over(v_run.status) and v_run.lease_number = p_lease_number then
    return private.describe_end(v_run);
  end if;
  perform private.hold_run(p_run_id, p_lease_number);
  perform private.check_outcome(p_outcome);
  return private.describe_end(private.close_run(
    p_run_id,
    (p_outcome ->> 'status')::public.run_status,
    (p_outcome ->> 'reason')::public.run_failure_reason,
    p_outcome ->> 'message',
    private.fields(p_outcome -> 'summary'),
    nullif(p_outcome -> 'report', 'null')
  ));
exception
  when data_exception or integrity_constraint_violation or program_limit_exceeded then
    perform private.refuse_value('outcome', sqlerrm);
end;
$$;
grant execute on function private.finish_run(uuid, integer, jsonb) to service_role, authenticated;

-- Writes the verdict of a run, once: the same lease may say it again, and gets the first answer again.
create function public.finish_run(p_run_id uuid, p_lease_number integer, p_outcome jsonb)
returns jsonb
language sql
set search_path = ''
as $$
  select private.finish_run(p_run_id, p_lease_number, p_outcome);
$$;
grant execute on function public.finish_run(uuid, integer, jsonb) to service_role, authenticated;
