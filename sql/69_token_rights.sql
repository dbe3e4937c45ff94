-- Token rights: all that a session of a project token may.
-- Whatever is not here is closed to it: it belongs to no organization, and its role is nobody's but its own.

-- Who may: functions -----------------------------------------------------------

grant execute on function
  public.request_runs(uuid, jsonb, text), private.request_runs(uuid, jsonb, text),
  public.cancel_run(uuid), private.cancel_run(uuid),
  public.retry_run(uuid, text), private.retry_run(uuid, text),
  public.find_missing_contents(uuid, text[]), private.find_missing_contents(uuid, text[]),
  public.push_suites(uuid, jsonb), private.push_suites(uuid, jsonb),
  public.get_suite_files(uuid), private.get_suite_files(uuid),
  public.get_suite_content(uuid, text), private.get_suite_content(uuid, text),
  public.get_run_plan(uuid), private.get_run_plan(uuid),
  public.get_artifact(uuid, uuid, text), private.get_artifact(uuid, uuid, text)
to baton_token;

-- Who may: tables --------------------------------------------------------------

create policy "Tokens see their project"
on public.projects for select to baton_token
using (id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the environments of their project"
on public.environments for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the suites of their project"
on public.test_suites for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the tests of their project"
on public.test_cases for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the dependencies of their project"
on public.test_dependencies for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the runs of their project"
on public.test_runs for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,results:read}'))));

-- These three are of a run that the policy on runs shows.
create policy "Tokens see the results of their project"
on public.test_results for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens see the evidence of their project"
on public.test_result_details for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens see what the runs of their project know"
on public.test_execution_context for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens follow the runs of their project"
on realtime.messages for select to baton_token
using (extension = 'broadcast' and (select private.token_may_follow((select realtime.topic()))));

grant select (id, organization_id, key, name, deleted_at) on public.projects to baton_token;
grant select (id, organization_id, project_id, name, kind, deleted_at) on public.environments to baton_token;
grant select on
  public.test_suites, public.test_cases, public.test_dependencies, public.test_runs, public.test_results,
  public.test_result_details, public.test_execution_context
to baton_token;
