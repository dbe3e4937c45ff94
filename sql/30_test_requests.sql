-- Requests of tests: what a test, or a step of it, sends, and what it expects of the answer.
-- Tables: test_request_configs, test_response_specs.
-- In the file's own words, as all that 30_suites.sql has.

-- Tables -----------------------------------------------------------------------

create table public.test_request_configs (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  project_id       uuid not null,
  test_case_id     uuid not null,
  step_index       integer not null default 0,
  method           text not null,
  path             text not null,
  query            jsonb not null default '{}',
  headers          jsonb not null default '{}',
  body             jsonb,
  auth             jsonb,
  settings         jsonb not null default '{}',
  endpoint_id      uuid,
  names_endpoint   boolean not null default false,
  metadata         jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint test_request_configs_belong_to_a_test
    foreign key (test_case_id, project_id, organization_id)
    references public.test_cases (id, project_id, organization_id) on delete cascade,
  constraint test_request_configs_call_an_endpoint_of_their_project
    foreign key (endpoint_id, project_id, organization_id)
    references public.api_endpoints (id, project_id, organization_id) on delete set null (endpoint_id),
  constraint test_request_configs_are_one_for_a_step unique (test_case_id, organization_id, step_index),
  constraint test_request_configs_steps_are_counted_from_zero check (step_index >= 0),
  constraint test_request_configs_method_is_a_token check (method ~ '^[A-Z][A-Z0-9_-]{0,31}$'),
  constraint test_request_configs_path_is_at_most_64_kib check (octet_length(path) <= 65536),
  constraint test_request_configs_are_objects
    check (jsonb_typeof(query) = 'object' and jsonb_typeof(headers) = 'object' and jsonb_typeof(settings) = 'object'),
  constraint test_request_configs_body_is_an_object check (jsonb_typeof(body) = 'object'),
  constraint test_request_configs_are_at_most_2_mib check (
    octet_length(query::text) + octet_length(headers::text) + octet_length(settings::text)
    + coalesce(octet_length(body::text), 0) + coalesce(octet_length(auth::text), 0) <= 2097152
  ),
  constraint test_request_configs_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_request_configs is 'What a test, or a step of it, sends: templates, as the file says them.';
comment on column public.test_request_configs.method is 'STEPS for a test whose requests are in its steps: those are in the settings.';
comment on column public.test_request_configs.settings is 'All other words that the test has in its file: steps, rows, retry_delay, follow_redirects.';
comment on column public.test_request_configs.body is 'The word that says the body, with its value: {"json": …}, {"form": …}. Null for none.';
comment on column public.test_request_configs.path is 'A path below the base URL, or a whole URL.';
comment on column public.test_request_configs.project_id is 'That of the test; may be left out.';
comment on column public.test_request_configs.endpoint_id is 'What it calls: named by an editor, else found by method and path (31_endpoint_links.sql). Null: none, or not exactly one.';
comment on column public.test_request_configs.names_endpoint is 'True: an editor named the endpoint, and it is not looked for. Writing null for the endpoint ends that.';

-- Serves "which tests call this endpoint?", and the coverage of a project.
create index idx_test_request_configs_endpoint_id on public.test_request_configs (endpoint_id);
-- Serves the search for what a project's requests call, when its endpoints change.
create index idx_test_request_configs_project_id on public.test_request_configs (project_id, method);
-- Serves searches by what people noted down.
create index idx_test_request_configs_metadata on public.test_request_configs using gin (metadata jsonb_path_ops);

create table public.test_response_specs (
  id               uuid primary key default gen_random_uuid(),
  organization_id  uuid not null,
  test_case_id     uuid not null,
  step_index       integer not null default 0,
  expectations     jsonb not null default '{}',
  captures         jsonb not null default '{}',
  metadata         jsonb not null default '{}',
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),

  constraint test_response_specs_belong_to_a_test
    foreign key (test_case_id, organization_id)
    references public.test_cases (id, organization_id) on delete cascade,
  constraint test_response_specs_are_one_for_a_step unique (test_case_id, organization_id, step_index),
  constraint test_response_specs_steps_are_counted_from_zero check (step_index >= 0),
  constraint test_response_specs_are_objects check (jsonb_typeof(expectations) = 'object' and jsonb_typeof(captures) = 'object'),
  constraint test_response_specs_are_at_most_2_mib
    check (octet_length(expectations::text) + octet_length(captures::text) <= 2097152),
  constraint test_response_specs_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.test_response_specs is 'What a test, or a step of it, expects of the answer and takes from it.';
comment on column public.test_response_specs.expectations is 'What the file says under "expect".';
comment on column public.test_response_specs.captures is 'What the file says under "capture".';

-- Serves searches by what people noted down.
create index idx_test_response_specs_metadata on public.test_response_specs using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.test_request_configs enable row level security;
alter table public.test_response_specs enable row level security;

create policy "Members see what the tests of their organizations send"
on public.test_request_configs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Members see what the tests of their organizations expect"
on public.test_response_specs for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_request_configs, public.test_response_specs to authenticated;

-- Triggers ---------------------------------------------------------------------

create trigger test_request_configs_touch_updated_at
before update on public.test_request_configs
for each row execute function private.tg_touch_updated_at();

create trigger test_response_specs_touch_updated_at
before update on public.test_response_specs
for each row execute function private.tg_touch_updated_at();
