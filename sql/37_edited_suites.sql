-- Edited suites: rows that are edited in place make a version of their suite, one for a transaction however many they are.
-- Tables: private.edited_suites.
-- Which version that is: 37_edited_versions.sql. The next push of the suite's own file makes that the version again, and says so.

-- Tables -----------------------------------------------------------------------

create unlogged table private.edited_suites (
  suite_id   uuid primary key,
  edited_by  uuid default auth.uid()
);
comment on table private.edited_suites is 'Suites whose rows were written in a transaction that is not over. Its end makes their versions, and empties this.';

-- Who may ----------------------------------------------------------------------

alter table private.edited_suites enable row level security;

create policy "Editors make suites"
on public.test_suites for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change suites"
on public.test_suites for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors make tests"
on public.test_cases for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change tests"
on public.test_cases for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors say what new tests send"
on public.test_request_configs for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change what tests send"
on public.test_request_configs for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors say what new tests expect"
on public.test_response_specs for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change what tests expect"
on public.test_response_specs for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

-- Keys stay, because histories and files go by them; versions and quarantine have functions of their own.
grant insert (organization_id, project_id, key, name, description, tags, config, metadata),
  update (name, description, tags, config, metadata, deleted_at)
on public.test_suites to authenticated;

grant insert (organization_id, project_id, suite_id, key, name, description, position, priority, tags, timeout_seconds, retries,
    skip_reason, enabled, idempotent, metadata),
  update (name, description, position, priority, tags, timeout_seconds, retries, skip_reason, enabled, idempotent, metadata,
    deleted_at)
on public.test_cases to authenticated;

grant insert (organization_id, test_case_id, method, path, query, headers, body, auth, settings, endpoint_id, metadata),
  update (method, path, query, headers, body, auth, settings, endpoint_id, metadata)
on public.test_request_configs to authenticated;

grant insert (organization_id, test_case_id, expectations, captures, metadata),
  update (expectations, captures, metadata)
on public.test_response_specs to authenticated;

-- Functions --------------------------------------------------------------------

-- Members who edit at the same time wait for each other before (37_edit_gates.sql). Whoever comes without a gate waits here.
create function private.mark_edited_suites(p_suite_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into private.edited_suites (suite_id)
  select distinct id from unnest(p_suite_ids) as id where id is not null order by id
  on conflict do nothing;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_edited_suites__make_version()
returns trigger
language plpgsql
security definer  -- versions are out of everybody's reach
set search_path = ''
as $$
declare
  v_suite public.test_suites;
begin
  delete from private.edited_suites where suite_id = new.suite_id;
  if not found then
    return null;  -- a push wrote these rows, and made the version of its file
  end if;
  select * into v_suite from public.test_suites where id = new.suite_id for update;
  if found then
    perform private.settle_removals(v_suite);
    perform private.version_edited_suite(v_suite, private.files_of(v_suite), new.edited_by,
      private.named_credentials(v_suite));
  end if;
  return null;
end;
$$;

create constraint trigger edited_suites_make_versions
after insert on private.edited_suites
deferrable initially deferred
for each row execute function private.tg_edited_suites__make_version();

create function private.tg_test_suites__mark_edited()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select changed.id from changed join before on before.id = changed.id
    where (changed.name, changed.description, changed.tags, changed.config, changed.deleted_at)
      is distinct from (before.name, before.description, before.tags, before.config, before.deleted_at)
  ));
  return null;
end;
$$;

-- For what belongs to a suite.
create function private.tg_suite_parts__mark_suites()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(select suite_id from changed));
  return null;
end;
$$;

-- For what belongs to a test.
create function private.tg_test_parts__mark_suites()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select test.suite_id from changed join public.test_cases as test on test.id = changed.test_case_id
  ));
  return null;
end;
$$;

create function private.tg_test_dependencies__mark_suites()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select test.suite_id from changed join public.test_cases as test on test.id = changed.dependent_test_id
  ));
  return null;
end;
$$;

-- Which endpoint a request calls is no part of a version.
create function private.tg_test_request_configs__mark_edited()
returns trigger
language plpgsql
security definer  -- nobody writes marks by hand
set search_path = ''
as $$
begin
  perform private.mark_edited_suites(array(
    select test.suite_id
    from changed
    join before on before.id = changed.id
    join public.test_cases as test on test.id = changed.test_case_id
    where (changed.method, changed.path, changed.query, changed.headers, changed.body, changed.auth, changed.settings)
      is distinct from (before.method, before.path, before.query, before.headers, before.body, before.auth, before.settings)
  ));
  return null;
end;
$$;

-- A new suite, or a new test, is nothing that runs until it has a request: that marks it.
create trigger test_suites_mark_edited
after update on public.test_suites
referencing new table as changed old table as before
for each statement execute function private.tg_test_suites__mark_edited();

create trigger test_cases_mark_edited
after update on public.test_cases
referencing new table as changed
for each statement execute function private.tg_suite_parts__mark_suites();

create trigger test_request_configs_mark_new
after insert on public.test_request_configs
referencing new table as changed
for each statement execute function private.tg_test_parts__mark_suites();

create trigger test_request_configs_mark_edited
after update on public.test_request_configs
referencing new table as changed old table as before
for each statement execute function private.tg_test_request_configs__mark_edited();

create trigger test_response_specs_mark_new
after insert on public.test_response_specs
referencing new table as changed
for each statement execute function private.tg_test_parts__mark_suites();

create trigger test_response_specs_mark_edited
after update on public.test_response_specs
referencing new table as changed
for each statement execute function private.tg_test_parts__mark_suites();

create trigger test_data_fixtures_mark_new
after insert on public.test_data_fixtures
referencing new table as changed
for each statement execute function private.tg_suite_parts__mark_suites();

create trigger test_data_fixtures_mark_edited
after update on public.test_data_fixtures
referencing new table as changed
for each statement execute function private.tg_suite_parts__mark_suites();

create trigger test_dependencies_mark_new
after insert on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__mark_suites();

create trigger test_dependencies_mark_edited
after update on public.test_dependencies
referencing new table as changed
for each statement execute function private.tg_test_dependencies__mark_suites();

create trigger test_dependencies_mark_gone
after delete on public.test_dependencies
referencing old table as changed
for each statement execute function private.tg_test_dependencies__mark_suites();
