-- Edited versions: what suite rows that were edited in place make. The triggers are in 37_edited_suites.sql.
-- Functions: private.settle_removals, private.version_edited_suite.
-- The version is the file that the rows make (33_documents.sql), or an earlier version that they make again.

-- Functions --------------------------------------------------------------------

-- With a suite its tests and fixtures go, and with a test what it needs. What others need cannot go.
create function private.settle_removals(p_suite public.test_suites)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.test_cases
  set deleted_at = p_suite.deleted_at
  where suite_id = p_suite.id and deleted_at is null and p_suite.deleted_at is not null;

  update public.test_data_fixtures
  set deleted_at = p_suite.deleted_at
  where suite_id = p_suite.id and deleted_at is null and p_suite.deleted_at is not null;

  delete from public.test_dependencies as edge
  using public.test_cases as dependent
  where edge.project_id = p_suite.project_id
    and dependent.id = edge.dependent_test_id
    and dependent.deleted_at is not null;

  perform private.check_nobody_needs_removed_tests(p_suite.project_id);
end;
$$;

-- What a suite's last push brought beside its file: editing brings no files.
create function private.files_of(p_suite public.test_suites)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce((
    select files from private.suite_versions
    where suite_id = p_suite.id
    order by number = p_suite.version desc, number desc
    limit 1
  ), '{}');
$$;

-- The credentials that the tests of a suite name now.
create function private.named_credentials(p_suite public.test_suites)
returns text[]
language sql
stable
set search_path = ''
as $$
  select coalesce((select credentials from private.suite_versions where suite_id = p_suite.id and number = p_suite.version), '{}');
$$;

-- Those that the tests of such a file name; templates in other files name those that they named before.
create function private.credentials_of(p_source text, p_before text[])
returns text[]
language sql
immutable
set search_path = ''
as $$
  select coalesce(array_agg(name order by name), '{}')
  from (
    select value #>> '{}' as name
    from jsonb_path_query(p_source::jsonb, '$.**.auth ? (@.type() == "object").credential ? (@.type() == "string")') as value
    union
    select unnest(p_before)
  ) as named;
$$;

-- The number of the version that is this file, made if there is none.
create function private.keep_edited_version(
  p_suite public.test_suites,
  p_source text,
  p_files jsonb,
  p_edited_by uuid,
  p_credentials text[]
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  -- In the folder of its file, where the paths in it begin.
  v_path text := coalesce(substring(p_suite.path from '^.*/'), '') || p_suite.key || '.json';
  v_number integer := (
    select number from private.suite_versions
    where suite_id = p_suite.id and rows_hash = private.hash_rows(p_source, p_files)
    order by number = p_suite.version desc, number desc
    limit 1
  );
begin
  if v_number is null then
    perform private.require_at_most(octet_length(p_source), 16777216, format('bytes in suite "%s"', p_suite.key));
    insert into private.suite_versions
      (organization_id, suite_id, number, content_hash, path, source, files, origin, rows_hash, credentials, created_by)
    select p_suite.organization_id, p_suite.id, coalesce(max(number), 0) + 1, private.hash_text(v_path || E'\n' || p_source),
      v_path, p_source, p_files, 'edited', private.hash_rows(p_source, p_files), p_credentials, p_edited_by
    from private.suite_versions
    where suite_id = p_suite.id
    returning number into v_number;
  end if;
  return v_number;
end;
$$;

-- Points a suite at the version that its rows make; at none where they make nothing that runs.
create function private.version_edited_suite(
  p_suite public.test_suites,
  p_files jsonb,
  p_edited_by uuid,
  p_credentials text[]
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_source text := private.compose_suite(p_suite);
  v_number integer := 0;
begin
  if v_source is not null and p_suite.deleted_at is null then
    v_number := private.keep_edited_version(p_suite, v_source, p_files, p_edited_by,
      private.credentials_of(v_source, p_credentials));
  end if;
  update public.test_suites
  set version = v_number
  where id = p_suite.id and version <> v_number;
end;
$$;
