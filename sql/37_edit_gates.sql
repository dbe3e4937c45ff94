-- Edit gates: whoever writes what runs are made of takes turns with the others of his organization, before he touches a row.
-- Functions: private.enter_gate, private.share_gate.  What becomes of edits: 37_edited_suites.sql.
-- Without it two could wait for each other: an edit has its row before it marks its suite, and a push the other way round.
-- Edits take milliseconds, and a push of a thousand tests a second. One order for all: gates by organization, the graph
-- of the project (32_dependencies.sql), rows.

-- Functions --------------------------------------------------------------------

create function private.gate_of(p_organization_id uuid)
returns bigint
language sql
immutable
set search_path = ''
as $$
  select hashtextextended('baton/edits/' || p_organization_id, 0);
$$;

-- Until the end of the transaction nobody else edits in this organization.
create function private.enter_gate(p_organization_id uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(private.gate_of(p_organization_id));
$$;

-- For whoever only reads, and wants to see all of an edit or nothing of it. Any number may do so at the same time.
create function private.share_gate(p_organization_id uuid)
returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock_shared(private.gate_of(p_organization_id));
$$;

-- For the organizations of these tests, in the order of their ids.
create function private.enter_gates_of_tests(p_test_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.enter_gate(organization_id)
  from (select distinct organization_id from public.test_cases where id in (select unnest(p_test_ids)) order by organization_id) as touched;
end;
$$;

-- Triggers ---------------------------------------------------------------------

-- Before a statement nobody knows which rows it will find: so the gates of all organizations where the caller is an editor.
create function private.tg_edited__enter_gates()
returns trigger
language plpgsql
security definer  -- editors do not call the gates
set search_path = ''
as $$
begin
  perform private.enter_gate(id)
  from (select private.organization_ids('editor') as id order by id) as own;
  return null;
end;
$$;

-- Functions that write these tables enter by themselves, for the one organization they are about.
create trigger api_endpoints_enter_gates
before insert or update or delete on public.api_endpoints
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_suites_enter_gates
before insert or update or delete on public.test_suites
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_data_fixtures_enter_gates
before insert or update or delete on public.test_data_fixtures
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_cases_enter_gates
before insert or update or delete on public.test_cases
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_request_configs_enter_gates
before insert or update or delete on public.test_request_configs
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_response_specs_enter_gates
before insert or update or delete on public.test_response_specs
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();

create trigger test_dependencies_enter_gates
before insert or update or delete on public.test_dependencies
for each statement
when (current_user = 'authenticated')
execute function private.tg_edited__enter_gates();
