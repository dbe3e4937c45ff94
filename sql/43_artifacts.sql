-- Artifacts: what is in the files that APIs have answered, such as pictures.
-- That there was one is evidence, of kind artifact (42_results.sql), and stays; what is in it is here for a shorter time.
-- Tables: private.artifacts.  Functions: get_artifact.  Who writes: 54_recording.sql; who removes: 81_expired_artifacts.sql, and
-- whatever removes the result.

-- Types ------------------------------------------------------------------------

-- Each kind has its own days, see private.kept_days().
create type private.artifact_category as enum (
  'image',  -- pictures
  'video',  -- videos and sounds
  'log'     -- logs, and every other file
);

-- Tables -----------------------------------------------------------------------

create table private.artifacts (
  run_id           uuid not null,
  test_case_id     uuid not null,
  checksum         text not null,
  organization_id  uuid not null,
  run_created_at   timestamptz not null,
  category         private.artifact_category not null,
  media_type       text not null,
  content          bytea not null,
  size_bytes       integer not null generated always as (octet_length(content)) stored,
  created_at       timestamptz not null default now(),

  primary key (run_id, test_case_id, checksum),
  constraint artifacts_belong_to_a_run
    foreign key (run_id, run_created_at, organization_id)
    references public.test_runs (id, created_at, organization_id) on delete cascade,
  constraint artifacts_are_of_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint artifacts_have_a_media_type check (media_type ~ '^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$'),
  constraint artifacts_have_at_most_a_mebibyte check (octet_length(content) between 1 and 1048576),
  constraint artifacts_checksum_is_theirs check (checksum = encode(sha256(content), 'hex'))
);
comment on table private.artifacts is 'What is in the files that APIs have answered, once for each test of a run. Kept for days, by category.';
comment on column private.artifacts.checksum is 'SHA-256 in hex, by which evidence of kind artifact names the file.';

-- Files are packed already: Postgres would try in vain, and reading a part would mean reading all.
alter table private.artifacts alter column content set storage external;

-- Serves the clean-up: the oldest of an organization and a category.
create index idx_artifacts_expiry on private.artifacts (organization_id, category, run_created_at);
-- Serves the removal of a test.
create index idx_artifacts_test_case_id on private.artifacts (test_case_id, organization_id);

-- Who may ----------------------------------------------------------------------

-- No policy and no grant: members, and tokens, go through the function below.
alter table private.artifacts enable row level security;

-- Functions --------------------------------------------------------------------

create function private.get_artifact(p_run_id uuid, p_test_case_id uuid, p_checksum text)
returns jsonb
language plpgsql
stable
security definer  -- nobody has rights on the table
set search_path = ''
as $$
declare
  v_artifact private.artifacts;
begin
  if private.is_token() then
    perform private.current_token();  -- one that has ended hears so, here as elsewhere
  end if;
  select * into v_artifact
  from private.artifacts
  where run_id = p_run_id
    and test_case_id = p_test_case_id
    and checksum = p_checksum
    and (organization_id = any (array (select private.organization_ids())) or private.was_requested_by_token(p_run_id));
  if not found then
    perform private.refuse(404, 'this file is not kept',
      'Its days may be over: the run says what there was, and docs/retention.md for how long what is kept.');
  end if;
  return jsonb_build_object(
    'media_type', v_artifact.media_type, 'category', v_artifact.category, 'bytes', v_artifact.size_bytes,
    'content', translate(encode(v_artifact.content, 'base64'), E'\n', '')
  );
end;
$$;
grant execute on function private.get_artifact(uuid, uuid, text) to authenticated;

-- What is in a file that an API has answered: {"media_type", "category", "bytes", "content"}, the last as base64. For members, and
-- for the token that requested the run, whose reports show it. The checksum is what the evidence of the test says. Refused alike
-- when there is none and when it is somebody else's.
create function public.get_artifact(p_run_id uuid, p_test_case_id uuid, p_checksum text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_artifact(p_run_id, p_test_case_id, p_checksum);
$$;
grant execute on function public.get_artifact(uuid, uuid, text) to authenticated;
