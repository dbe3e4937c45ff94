-- Results: what came of each test of a run, and the evidence for it.
-- Partitioned by the month in which the run was created, so that one run lies in one partition.
-- Tables: test_results, test_result_details.  Their partitions: 41_partitions.sql.

-- Types ------------------------------------------------------------------------

create type public.test_verdict as enum (  -- a test without a result is pending
  'passed',   -- every expectation held
  'failed',   -- at least one did not
  'broken',   -- we could not find out: no answer, bad template, capture missing
  'blocked',  -- a test it needs did not pass
  'skipped'   -- by choice, with the reason
);

create type public.detail_kind as enum (
  'request',     -- what was sent, masked
  'response',    -- what came back, masked
  'assertion',   -- one expectation: expected, actual
  'capture',     -- one value taken, masked when it is a secret
  'log',         -- one line, with its level
  'attempt',     -- one try of the test
  'artifact',    -- a file that was answered: what it is, and by which checksum 43_artifacts.sql has it
  'context',     -- what the run knew after the test, without secrets
  'cleanup',     -- how its undo went, after its result
  'renewal'      -- how it was run once more for a token of its, after its result
);

-- Tables -----------------------------------------------------------------------

create table public.test_results (
  id                  uuid not null default gen_random_uuid(),
  organization_id     uuid not null,
  run_id              uuid not null,
  run_created_at      timestamptz not null,
  test_case_id        uuid not null,
  verdict             public.test_verdict not null,
  reason              text,
  error_category      text,
  fingerprint         text,
  blocked_by_test_id  uuid,
  required_only       boolean not null default false,
  attempts            integer not null default 1,
  started_at          timestamptz,
  finished_at         timestamptz,
  setup_ms            double precision,
  execution_ms        double precision,
  teardown_ms         double precision,
  total_ms            double precision,
  status_code         integer,
  request_bytes       bigint,
  response_bytes      bigint,
  created_at          timestamptz not null default now(),

  primary key (id, run_created_at),
  constraint test_results_belong_to_a_run
    foreign key (run_id, run_created_at, organization_id)
    references public.test_runs (id, created_at, organization_id) on delete cascade,
  constraint test_results_are_of_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint test_results_blame_a_test
    foreign key (blocked_by_test_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint test_results_blame_only_when_blocked check (blocked_by_test_id is null or verdict = 'blocked'),
  constraint test_results_cannot_finish_before_they_start check (finished_at >= started_at),
  constraint test_results_last_no_negative_time check (least(setup_ms, execution_ms, teardown_ms, total_ms) >= 0),
  -- Also refuses what is endless, or no number: both sort last.
  constraint test_results_last_at_most_a_week check (greatest(setup_ms, execution_ms, teardown_ms, total_ms) <= 604800000),
  -- By a clock that goes wrong they would stand at the wrong place for ever.
  constraint test_results_do_not_begin_before_their_run check (started_at >= run_created_at - interval '1 day'),
  constraint test_results_do_not_lie_in_the_future
    check (started_at <= created_at + interval '1 day' and finished_at <= created_at + interval '1 day'),
  constraint test_results_count_from_zero check (least(attempts, request_bytes, response_bytes) >= 0),
  constraint test_results_status_code_has_three_digits check (status_code between 100 and 999),
  constraint test_results_reason_is_short check (char_length(reason) <= 20000),
  constraint test_results_category_and_fingerprint_are_short
    check (char_length(error_category) <= 100 and char_length(fingerprint) <= 200)
) partition by range (run_created_at);
comment on table public.test_results is 'What came of one test in one run. Written by workers, never changed.';
comment on column public.test_results.reason is 'Why it did not pass, for people, without secrets.';
comment on column public.test_results.fingerprint is 'The same for failures that differ in ids, times, hosts and tokens only.';
comment on column public.test_results.blocked_by_test_id is 'The test at the root of it.';
comment on column public.test_results.required_only is 'True: nobody chose it, a chosen test needs it.';

-- Serves "the results of a run", and keeps one result for a test.
create unique index idx_test_results_run_id on public.test_results (run_id, run_created_at, test_case_id);
-- Serves the latest results over all runs, and retention.
create index idx_test_results_created_at on public.test_results (created_at desc);
-- Serves a test's history, latest first.
create index idx_test_results_test_case_id on public.test_results (test_case_id, run_created_at desc);
-- Serves groups of equal failures.
create index idx_test_results_fingerprint on public.test_results (organization_id, fingerprint) where fingerprint is not null;
-- Serves the removal of a test.
create index idx_test_results_blocked_by_test_id on public.test_results (blocked_by_test_id, organization_id) where blocked_by_test_id is not null;

create table public.test_result_details (
  id               uuid not null default gen_random_uuid(),
  organization_id  uuid not null,
  run_id           uuid not null,
  run_created_at   timestamptz not null,
  test_case_id     uuid,
  kind             public.detail_kind not null,
  attempt          integer not null default 1,
  step             integer,
  iteration        integer,
  position         integer not null default 0,
  level            text,
  correlation_id   text,
  content          jsonb not null default '{}',
  created_at       timestamptz not null default now(),

  primary key (id, run_created_at),
  constraint test_result_details_belong_to_a_run
    foreign key (run_id, run_created_at, organization_id)
    references public.test_runs (id, created_at, organization_id) on delete cascade,
  constraint test_result_details_count_from_zero check (least(attempt, step, iteration, position) >= 0),
  constraint test_result_details_level_is_short check (char_length(level) <= 20)
) partition by range (run_created_at);
comment on table public.test_result_details is 'The evidence: requests, responses, assertions, captures, log lines, attempts. Masked.';
comment on column public.test_result_details.test_case_id is 'Null for what belongs to the run as a whole.';
comment on column public.test_result_details.position is 'Where it stands among those of its test.';

-- Serves a result's page: its evidence in order.
create index idx_test_result_details_run_id on public.test_result_details (run_id, run_created_at, test_case_id, position);

-- Evidence is written far more often than read. Postgres' own compression of a large answer takes several times as long as
-- writing it down, lz4 hardly any: it is taken where the server has it, as hosted ones do. Partitions get it from here.
do $$
begin
  if exists (select from pg_catalog.pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    alter table public.test_result_details alter column content set compression lz4;
  end if;
end;
$$;

-- Where rows of months without a partition go. Row-level security is not passed on: each partition has its own switch.
create table partitions.test_results_default partition of public.test_results default;
comment on table partitions.test_results_default is 'Results of months that have no partition.';
alter table partitions.test_results_default enable row level security;

create table partitions.test_result_details_default partition of public.test_result_details default;
comment on table partitions.test_result_details_default is 'Evidence of months that have no partition.';
alter table partitions.test_result_details_default enable row level security;

-- Who may ----------------------------------------------------------------------

alter table public.test_results enable row level security;
alter table public.test_result_details enable row level security;

create policy "Members see the results of their organizations"
on public.test_results for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Members see the evidence of their organizations"
on public.test_result_details for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_results, public.test_result_details to authenticated;

-- Triggers ---------------------------------------------------------------------

-- By statement: a batch of a thousand results moves the counters once.
create function private.tg_test_results__count()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update public.test_runs as run
  set passed = run.passed + added.passed,
    failed = run.failed + added.failed,
    broken = run.broken + added.broken,
    blocked = run.blocked + added.blocked,
    skipped = run.skipped + added.skipped
  from (
    select run_id,
      count(*) filter (where verdict = 'passed') as passed,
      count(*) filter (where verdict = 'failed') as failed,
      count(*) filter (where verdict = 'broken') as broken,
      count(*) filter (where verdict = 'blocked') as blocked,
      count(*) filter (where verdict = 'skipped') as skipped
    from inserted
    group by run_id
  ) as added
  where run.id = added.run_id;
  return null;
end;
$$;

create trigger test_results_count
after insert on public.test_results
referencing new table as inserted
for each statement
-- Those that come back from an archive were counted before.
when (current_setting('baton.is_restoring', true) is distinct from 'on')
execute function private.tg_test_results__count();

-- Evidence and results belong together like by a foreign key, but that would look for each row of evidence through all
-- partitions of the results: most of the time that recording takes. A statement is looked at as a whole.
create function private.tg_test_result_details__have_results()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select
    from (
      select distinct run_id, run_created_at, test_case_id
      from inserted
      where test_case_id is not null
    ) as evidence
    -- Lateral, so that the results are found by their index, however many others there are.
    left join lateral (
      select result.id
      from public.test_results as result
      where result.run_id = evidence.run_id
        and result.run_created_at = evidence.run_created_at
        and result.test_case_id = evidence.test_case_id
      limit 1
    ) as result on true
    where result.id is null
  ) then
    raise foreign_key_violation using message = 'there is evidence for a test that has no result in its run';
  end if;
  return null;
end;
$$;

create trigger test_result_details_have_results
after insert on public.test_result_details
referencing new table as inserted
for each statement execute function private.tg_test_result_details__have_results();

-- Run by run, so that each is found by its index.
create function private.tg_test_results__take_details_along()
returns trigger
language plpgsql
security definer  -- whoever removes a test has no rights on its evidence
set search_path = ''
as $$
declare
  v_run record;
begin
  for v_run in
    select run_id, run_created_at, array_agg(test_case_id) as test_case_ids from removed group by run_id, run_created_at
  loop
    delete from public.test_result_details
    where run_id = v_run.run_id
      and run_created_at = v_run.run_created_at
      and test_case_id = any (v_run.test_case_ids);
    delete from private.artifacts
    where run_id = v_run.run_id
      and test_case_id = any (v_run.test_case_ids);
  end loop;
  return null;
end;
$$;

create trigger test_results_take_details_along
after delete on public.test_results
referencing old table as removed
for each statement execute function private.tg_test_results__take_details_along();
