-- Test names: <suite key>/<test key>, by which people, files and workers call a test of a project.
-- Functions: private.find_tests, private.name_test.

-- Functions --------------------------------------------------------------------

-- The ids of tests by their full names, among what is not deleted. Names that are no test are left out.
create function private.find_tests(p_project_id uuid, p_names text[])
returns table (name text, id uuid)
language sql
stable
set search_path = ''
as $$
  select wanted.name, test.id
  from (select distinct unnest(p_names) as name) as wanted
  join public.test_suites as suite
    on suite.project_id = p_project_id
    and suite.key = split_part(wanted.name, '/', 1)
    and suite.deleted_at is null
  join public.test_cases as test
    on test.suite_id = suite.id
    and test.key = substr(wanted.name, length(suite.key) + 2)
    and test.deleted_at is null
  where wanted.name like '%/%';
$$;

create function private.name_test(p_test_case_id uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select suite.key || '/' || test.key
  from public.test_cases as test
  join public.test_suites as suite on suite.id = test.suite_id
  where test.id = p_test_case_id;
$$;
