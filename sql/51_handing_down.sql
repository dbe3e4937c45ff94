-- Handing down: a retry goes on with what the run before knew, as long as that is kept.
-- Tables: private.run_retries.  Functions: private.hand_down, for the first claim of a retry (52_claims.sql).
-- A test that passed, and that tests need which did not, is not sent again: what it captured is taken over, and its result
-- in the retry is skipped, with the reason.

-- Tables -----------------------------------------------------------------------

create table private.run_retries (
  run_id           uuid primary key,
  organization_id  uuid not null,
  of_run_id        uuid not null,
  handed_down      uuid[] not null default '{}',

  constraint run_retries_belong_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade,
  constraint run_retries_are_of_a_run
    foreign key (of_run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
);
comment on table private.run_retries is 'Which run a retry is of. test_runs.source says so too, and anybody can write that.';
comment on column private.run_retries.handed_down is 'Tests that are not sent again, because what they captured is still known.';

-- Serves the removal of a run.
create index idx_run_retries_of_run_id on private.run_retries (of_run_id, organization_id);

-- Who may ----------------------------------------------------------------------

alter table private.run_retries enable row level security;

-- Functions: what can be handed down -------------------------------------------

create function private.has_living_context(p_run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_execution_context
    where run_id = p_run_id and (expires_at is null or expires_at > clock_timestamp())
  );
$$;

-- Whether an environment is what it was: another base URL knows nothing of the tokens of the old one.
create function private.is_unchanged_since(p_environment_id uuid, p_moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (select from public.environments where id = p_environment_id and updated_at > p_moment)
    and not exists (select from public.environment_variables where environment_id = p_environment_id and updated_at > p_moment);
$$;

-- Whether all that a test made is still there after its run: no undo has taken it away, of its own or of its suite. What is
-- said elsewhere, in a template, is not known here; what rows make has no request of its own.
create function private.outlives_its_run(p_test_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select test.enabled
    and test.deleted_at is null
    and not request.settings ?| '{use,rows}'
    and not request.settings @? '$.**.cleanup'
    and not suite.config ? 'hooks'
    and not private.fields(suite.config -> 'defaults') ?| '{cleanup,use}'
  from public.test_cases as test
  join public.test_suites as suite on suite.id = test.suite_id
  join public.test_request_configs as request on request.test_case_id = test.id and request.step_index = 0
  where test.id = p_test_id;
$$;

-- Tests of an earlier run that passed, or were handed down to it, in the versions that this run executes.
create function private.settled_tests(p_run public.test_runs, p_old public.test_runs)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select test.id
  from private.test_run_versions as part
  join private.test_run_versions as old on old.run_id = p_old.id and old.suite_version_id = part.suite_version_id
  join private.suite_versions as version on version.id = part.suite_version_id
  join public.test_cases as test on test.suite_id = version.suite_id
  join public.test_results as result
    on result.run_id = p_old.id
    and result.run_created_at = p_old.created_at
    and result.test_case_id = test.id
  where part.run_id = p_run.id
    and (result.verdict = 'passed'
      or test.id = any (array (select unnest(handed_down) from private.run_retries where run_id = p_old.id)));
$$;

-- What was got with a person's own credentials is for runs that he asks for.
create function private.may_take_over(p_run public.test_runs, p_old public.test_runs)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_run.requested_by is not distinct from p_old.requested_by
    or p_old.trigger <> 'manual'
    or not exists (
      select from private.test_run_versions as part
      join private.suite_versions as version on version.id = part.suite_version_id
      where part.run_id = p_old.id and version.credentials <> '{}'
    );
$$;

-- What the chosen tests need, and what that needs: without what has to be sent again, and what depends on it.
create function private.tests_to_hand_down(p_run public.test_runs, p_old public.test_runs)
returns uuid[]
language plpgsql  -- bound late: the tests of a run are found further down
stable
set search_path = ''
as $$
begin
  return (
    with recursive needed (id) as (
      select id from private.find_run_tests(p_run.id, private.require_texts(p_run.selection -> 'only', 'selection.only'))
      union
      select edge.required_test_id
      from needed
      join public.test_dependencies as edge on edge.dependent_test_id = needed.id
    ),
    kept (id) as materialized (
      select id from private.settled_tests(p_run, p_old) as id
      where id in (select id from needed) and private.outlives_its_run(id)
    ),
    lost (id) as (
      select id from needed where id not in (select id from kept)
      union
      select edge.dependent_test_id
      from lost
      join public.test_dependencies as edge on edge.required_test_id = lost.id
    )
    select coalesce(array_agg(id order by id), '{}') from kept where id not in (select id from lost)
  );
end;
$$;

-- Functions: handing down ------------------------------------------------------

-- What the old run got from these tests, as people may see it and as it is, becomes what the new one begins with.
create function private.take_over_context(p_run public.test_runs, p_old public.test_runs, p_tests text[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old public.test_execution_context;
  v_seen jsonb;
  v_secrets jsonb;
begin
  select * into v_old from public.test_execution_context where run_id = p_old.id;
  v_seen := private.values_from_tests(jsonb_build_object('tokens', v_old.shared_auth_tokens, 'variables', v_old.shared_variables,
    'captured_data', v_old.captured_data, 'provenance', v_old.provenance), p_tests);
  v_seen := (v_seen - 'tokens') || jsonb_build_object(
    'token_names', (select coalesce(jsonb_agg(name), '[]') from jsonb_object_keys(v_seen -> 'tokens') as name),
    'provenance', jsonb_path_query_array(v_old.provenance, '$[*] ? (@.test == $tests[*])', jsonb_build_object('tests', p_tests))
  );
  v_secrets := private.values_from_tests(
    private.read_run_secrets(p_old.id) || jsonb_build_object('provenance', v_old.provenance), p_tests);
  if v_secrets <> '{"tokens": {}, "variables": {}, "captured_data": {}}' then
    perform private.keep_run_secrets(p_run.id, p_run.organization_id, v_seen, v_secrets);
  end if;
  perform private.write_context(p_run.id, v_seen, v_secrets);
end;
$$;

create function private.skip_handed_down(p_run public.test_runs, p_old public.test_runs, p_test_ids uuid[])
returns void
language sql
set search_path = ''
as $$
  insert into public.test_results (organization_id, run_id, run_created_at, test_case_id, verdict, reason, required_only, attempts)
  select p_run.organization_id, p_run.id, p_run.created_at, id, 'skipped',
    format('not sent again: it passed in run %s, and what it captured is still known', p_old.id), true, 0
  from unnest(p_test_ids) as id;
$$;

-- Gives a retry, at its first claim, what the run before has left. Nothing when that is gone: then all is sent again.
create function private.hand_down(p_run public.test_runs)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old public.test_runs;
  v_test_ids uuid[];
begin
  select run.* into v_old
  from private.run_retries as retry
  join public.test_runs as run on run.id = retry.of_run_id
  where retry.run_id = p_run.id;
  if not found or not private.has_living_context(v_old.id)
    or not private.is_unchanged_since(p_run.environment_id, v_old.created_at)
    or not private.may_take_over(p_run, v_old) then
    return;
  end if;
  v_test_ids := private.tests_to_hand_down(p_run, v_old);
  if v_test_ids <> '{}' then
    update private.run_retries set handed_down = v_test_ids where run_id = p_run.id;
    perform private.take_over_context(p_run, v_old, array(select private.name_test(id) from unnest(v_test_ids) as id));
    perform private.skip_handed_down(p_run, v_old, v_test_ids);
  end if;
end;
$$;
