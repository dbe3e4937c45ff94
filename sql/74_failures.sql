-- Failures: a thousand of them as a handful of groups, each with its cause, and with what people say about it.
-- Tables: failure_analysis.  Views: failure_groups.  Fingerprints are made by workers, see worker/recording/fingerprint.py.

-- Types ------------------------------------------------------------------------

create type public.failure_group as enum (
  'environment',  -- no answer could be had
  'auth',         -- not signed in, or not allowed
  'limits',       -- too many requests, or too slow
  'server',       -- the API broke
  'contract',     -- another status, header or shape than agreed
  'value',        -- a value is different
  'data_flow',    -- something handed from test to test is missing
  'test'          -- the test itself, or the runner
);

create type public.triage_state as enum (
  'open',          -- nobody looked; also: resolved -> open, when it is seen again
  'acknowledged',  -- somebody is at it
  'ignored',       -- known, and not worth the while
  'resolved'       -- mended
);

-- Tables -----------------------------------------------------------------------

create table public.failure_analysis (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  environment_id   uuid not null,
  test_case_id     uuid not null,
  fingerprint      text not null,
  category         text not null,
  category_group   public.failure_group,
  root_cause       text not null default '',
  occurrences      bigint not null default 1,
  first_seen_at    timestamptz not null,
  last_seen_at     timestamptz not null,
  first_run_id     uuid not null,
  last_run_id      uuid not null,
  is_flaky         boolean not null default false,
  flaky_reason     text,
  flaky_since      timestamptz,
  flaky_run_id     uuid,
  triage           public.triage_state not null default 'open',
  triage_note      text not null default '',
  triaged_by       uuid references public.users on delete set null,
  triaged_at       timestamptz,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint failure_analysis_is_of_a_test
    foreign key (test_case_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint failure_analysis_is_of_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint failure_analysis_is_one_row_for_a_failure unique (test_case_id, environment_id, fingerprint),
  constraint failure_analysis_counts_from_one check (occurrences >= 1),
  constraint failure_analysis_was_first_seen_before_last check (first_seen_at <= last_seen_at),
  constraint failure_analysis_says_why_it_is_flaky check (is_flaky = (flaky_reason is not null) and is_flaky = (flaky_since is not null)),
  constraint failure_analysis_triage_note_is_short check (char_length(triage_note) <= 4000)
) with (fillfactor = 80);  -- rows change whenever the failure is seen again
comment on table public.failure_analysis is 'One failure of one test in one environment, however often it was seen. Equal fingerprints are one group.';
comment on column public.failure_analysis.fingerprint is 'The same for failures that differ in ids, times, hosts and tokens only.';
comment on column public.failure_analysis.root_cause is 'The reason as it was last given, without secrets.';
comment on column public.failure_analysis.first_run_id is 'The run that saw it first. The run itself may be gone.';
comment on column public.failure_analysis.is_flaky is 'The test fails and passes without a reason to be seen; see private.judge_flakiness().';
comment on column public.failure_analysis.flaky_run_id is 'The run after which it was found to be flaky. The run itself may be gone.';
comment on column public.failure_analysis.triage is 'What people think of it. Editors set it; a failure that was resolved and comes back is open again.';

-- Serves a project's failures, those seen last first.
create index idx_failure_analysis_project_id on public.failure_analysis (project_id, last_seen_at desc);
-- Serves a group: all tests with one fingerprint.
create index idx_failure_analysis_fingerprint on public.failure_analysis (project_id, fingerprint);
-- Serves an environment's failures.
create index idx_failure_analysis_environment_id on public.failure_analysis (environment_id, last_seen_at desc);
-- Serves "which tests are flaky?", and the rule that says so.
create index idx_failure_analysis_flaky on public.failure_analysis (environment_id, test_case_id) where is_flaky;
-- Serves the removal of an account.
create index idx_failure_analysis_triaged_by on public.failure_analysis (triaged_by) where triaged_by is not null;

create view public.failure_groups with (security_invoker = true) as
select organization_id, project_id, fingerprint,
  min(category) as category,
  min(category_group) as category_group,
  (array_agg(root_cause order by last_seen_at desc))[1] as root_cause,
  sum(occurrences)::bigint as occurrences,
  count(distinct test_case_id) as tests,
  count(distinct environment_id) as environments,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at,
  bool_or(is_flaky) as is_flaky,
  min(triage) as triage,
  (array_agg(triage_note order by triaged_at desc nulls last))[1] as triage_note,
  (array_agg(triaged_by order by triaged_at desc nulls last))[1] as triaged_by,
  max(triaged_at) as triaged_at
from public.failure_analysis
group by organization_id, project_id, fingerprint;
comment on view public.failure_groups is 'Failures by fingerprint. A group is as open as the most open failure in it, and has the note that was written last.';

-- Who may ----------------------------------------------------------------------

alter table public.failure_analysis enable row level security;

create policy "Members see the failures of their organizations"
on public.failure_analysis for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors say what they think of failures"
on public.failure_analysis for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

grant select, update (triage, triage_note) on public.failure_analysis to authenticated;
grant select on public.failure_groups to authenticated;

-- Functions --------------------------------------------------------------------

-- The group of a failure category; null for one that is not ours.
create function private.group_of_category(p_category text)
returns public.failure_group
language sql
immutable
set search_path = ''
as $$
  select case
    when p_category in ('dns', 'connect_refused', 'connect_timeout', 'tls', 'proxy', 'gateway_502_503_504', 'environment_outage') then 'environment'
    when p_category in ('login_failed', 'token_refused', 'unauthorized_401', 'forbidden_403') then 'auth'
    when p_category in ('rate_limited_429', 'read_timeout', 'test_timeout', 'poll_timeout') then 'limits'
    when p_category in ('server_5xx', 'malformed_body', 'protocol') then 'server'
    when p_category in ('status', 'header', 'schema', 'openapi_mismatch', 'snapshot_diff') then 'contract'
    when p_category in ('assertion_value', 'assertion_time') then 'value'
    when p_category in ('capture_failed', 'undefined_variable', 'dependency_blocked') then 'data_flow'
    when p_category in ('test_definition_error', 'runner_error', 'cancelled', 'interrupted') then 'test'
  end::public.failure_group;
$$;

-- Triggers ---------------------------------------------------------------------

-- By statement, and in the order of the key, so that batches of different runs never wait for each other in a circle.
-- A repeated batch inserts no result, so that nothing is counted twice. What was not even sent is no failure.
create function private.tg_test_results__group_failures()
returns trigger
language plpgsql
security definer  -- nobody writes failures directly
set search_path = ''
as $$
begin
  if not exists (select from added where verdict in ('failed', 'broken')) then
    return null;
  end if;
  insert into public.failure_analysis as known
    (organization_id, project_id, environment_id, test_case_id, fingerprint, category, category_group, root_cause, occurrences,
     first_seen_at, last_seen_at, first_run_id, last_run_id)
  select run.organization_id, run.project_id, run.environment_id, seen.test_case_id, seen.fingerprint,
    min(seen.category), private.group_of_category(min(seen.category)),
    (array_agg(seen.reason order by seen.created_at desc))[1],
    count(*), min(seen.created_at), max(seen.created_at),
    (array_agg(seen.run_id order by seen.created_at))[1], (array_agg(seen.run_id order by seen.created_at desc))[1]
  from (
    select run_id, test_case_id, created_at, coalesce(left(reason, 2000), '') as reason,
      coalesce(error_category, 'unknown') as category,
      coalesce(fingerprint, error_category, 'unknown') as fingerprint
    from added
    where verdict in ('failed', 'broken')
      and coalesce(error_category, '') not in ('cancelled', 'environment_outage')
  ) as seen
  join public.test_runs as run on run.id = seen.run_id
  group by run.organization_id, run.project_id, run.environment_id, seen.test_case_id, seen.fingerprint
  order by seen.test_case_id, run.environment_id, seen.fingerprint
  on conflict (test_case_id, environment_id, fingerprint) do update
  set occurrences = known.occurrences + excluded.occurrences,
    first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
    first_run_id = case when excluded.first_seen_at < known.first_seen_at then excluded.first_run_id else known.first_run_id end,
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
    last_run_id = case when excluded.last_seen_at >= known.last_seen_at then excluded.last_run_id else known.last_run_id end,
    root_cause = case when excluded.last_seen_at >= known.last_seen_at then excluded.root_cause else known.root_cause end,
    triage = case when known.triage = 'resolved' and excluded.last_seen_at > known.triaged_at then 'open' else known.triage end;
  return null;
end;
$$;

create trigger test_results_group_failures
after insert on public.test_results
referencing new table as added
for each statement
when (current_setting('baton.is_restoring', true) is distinct from 'on')
execute function private.tg_test_results__group_failures();

create function private.tg_failure_analysis__sign_triage()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.triaged_by := auth.uid();
  new.triaged_at := clock_timestamp();
  return new;
end;
$$;

-- Signed when a person writes it; not when a failure that comes back opens it again.
create trigger failure_analysis_sign_triage
before update of triage, triage_note on public.failure_analysis
for each row
when (current_user = 'authenticated')
execute function private.tg_failure_analysis__sign_triage();

create trigger failure_analysis_touch_updated_at
before update on public.failure_analysis
for each row execute function private.tg_touch_updated_at();
