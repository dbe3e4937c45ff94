-- Quarantine: tests that run without failing their run, until somebody has mended them.
-- Functions: quarantine_tests, end_quarantine.

-- Functions --------------------------------------------------------------------

create function private.is_quarantined(p_test public.test_cases)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_test.quarantined_at is not null and (p_test.quarantine_until is null or p_test.quarantine_until > now());
$$;
grant execute on function private.is_quarantined(public.test_cases) to authenticated;


create function private.quarantine_tests(p_test_ids uuid[], p_reason text, p_until timestamptz, p_owner uuid)
returns setof public.test_cases
language plpgsql
security definer  -- who answers for it is looked up among the members
set search_path = ''
as $$
begin
  perform private.check_tests(p_test_ids);
  perform private.enter_gates_of_tests(p_test_ids);
  if coalesce(btrim(p_reason), '') = '' or char_length(p_reason) > 2000 then
    perform private.refuse(422, 'a quarantine has a reason of at most 2000 characters', 'Say why, perhaps with the number of the issue.');
  elsif p_until is null or p_until <= now() or p_until > now() + interval '1 year' then
    perform private.refuse(422, 'a quarantine ends within a year', 'Say when: it can be made longer.');
  end if;
  if exists (
    select from public.test_cases as test
    where test.id = any (p_test_ids) and not exists (
      select from public.organization_members as member
      where member.organization_id = test.organization_id and member.user_id = p_owner
    )
  ) then
    perform private.refuse(422, 'who answers for a quarantine is a member of the organization', 'Name a member, or nobody for yourself.');
  end if;
  update public.test_cases
  set quarantined_at = now(), quarantine_owner = p_owner, quarantine_reason = p_reason, quarantine_until = p_until
  where id = any (p_test_ids);
  return query select * from public.test_cases where id = any (p_test_ids) order by suite_id, position, key;
end;
$$;
grant execute on function private.quarantine_tests(uuid[], text, timestamptz, uuid) to authenticated;

-- From now until p_until these tests run without failing their run. p_owner answers for it: the caller, if nobody is named.
create function public.quarantine_tests(p_test_ids uuid[], p_reason text, p_until timestamptz, p_owner uuid default auth.uid())
returns setof public.test_cases
language sql
set search_path = ''
as $$
  select * from private.quarantine_tests(p_test_ids, p_reason, p_until, p_owner);
$$;
grant execute on function public.quarantine_tests(uuid[], text, timestamptz, uuid) to authenticated;

create function private.end_quarantine(p_test_ids uuid[])
returns setof public.test_cases
language plpgsql
security definer  -- editors do not write these columns
set search_path = ''
as $$
begin
  perform private.check_tests(p_test_ids);
  perform private.enter_gates_of_tests(p_test_ids);
  update public.test_cases
  set quarantined_at = null, quarantine_owner = null, quarantine_reason = null, quarantine_until = null
  where id = any (p_test_ids) and quarantined_at is not null;
  return query select * from public.test_cases where id = any (p_test_ids) order by suite_id, position, key;
end;
$$;
grant execute on function private.end_quarantine(uuid[]) to authenticated;

-- These tests count again.
create function public.end_quarantine(p_test_ids uuid[])
returns setof public.test_cases
language sql
set search_path = ''
as $$
  select * from private.end_quarantine(p_test_ids);
$$;
grant execute on function public.end_quarantine(uuid[]) to authenticated;
