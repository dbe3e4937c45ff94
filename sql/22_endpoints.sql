-- Endpoints: what the API under test offers, and how it is called unless a suite or a test says otherwise.
-- Tables: api_endpoints.  Functions: record_health_check.

-- Types ------------------------------------------------------------------------

create type public.endpoint_protocol as enum (
  'rest',    -- a method and a path
  'graphql'  -- an operation; many share a path
);

create type public.endpoint_auth as enum (
  'none',
  'basic',
  'bearer',
  'api_key',
  'oauth2',
  'digest',
  'aws_sigv4',
  'custom_header'
);

-- Tables -----------------------------------------------------------------------

create table public.api_endpoints (
  id                      uuid primary key default gen_random_uuid(),
  organization_id         uuid not null,
  project_id              uuid not null,
  method                  text not null default 'GET',
  path                    text not null,
  protocol                public.endpoint_protocol not null default 'rest',
  operation_id            text,
  name                    text not null default '',
  description             text not null default '',
  openapi                 jsonb not null default '{}',
  auth_type               public.endpoint_auth not null default 'none',
  tags                    text[] not null default '{}',
  default_headers         jsonb not null default '{}',
  timeout_seconds         double precision not null default 30,
  retries                 integer not null default 3,
  retry_delay_seconds     double precision not null default 1,
  last_health_check_at    timestamptz,
  last_health_check_ok    boolean,
  last_health_check_note  text,
  metadata                jsonb not null default '{}',
  created_by              uuid default auth.uid() references public.users on delete set null,
  created_at              timestamptz not null default now(),
  updated_at              timestamptz not null default now(),
  deleted_at              timestamptz,

  constraint api_endpoints_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint api_endpoints_are_of_one_organization unique (id, organization_id),
  constraint api_endpoints_are_of_one_project unique (id, project_id, organization_id),
  constraint api_endpoints_method_is_a_token check (method ~ '^[A-Z][A-Z-]{0,31}$'),
  constraint api_endpoints_path_begins_with_a_slash check (path ~ '^/' and char_length(path) <= 2000),
  constraint api_endpoints_operation_id_is_neither_blank_nor_long
    check (btrim(operation_id) <> '' and char_length(operation_id) <= 300),
  constraint api_endpoints_name_is_short check (char_length(name) <= 300),
  constraint api_endpoints_openapi_is_an_object
    check (jsonb_typeof(openapi) = 'object' and octet_length(openapi::text) <= 1048576),
  constraint api_endpoints_default_headers_are_a_small_object
    check (jsonb_typeof(default_headers) = 'object' and octet_length(default_headers::text) <= 65536),
  constraint api_endpoints_timeout_is_at_most_a_day check (timeout_seconds > 0 and timeout_seconds <= 86400),
  constraint api_endpoints_retries_are_counted_from_zero check (retries between 0 and 100),
  constraint api_endpoints_retry_within_a_day check (retry_delay_seconds between 0 and 86400),
  constraint api_endpoints_tags_are_few_and_short
    check (cardinality(tags) <= 100 and octet_length(array_to_string(tags, '')) <= 10000),
  constraint api_endpoints_description_is_short check (char_length(description) <= 20000),
  constraint api_endpoints_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.api_endpoints is 'What the API under test offers. What a test or its suite says goes before what stands here; this goes before the environment.';
comment on column public.api_endpoints.openapi is 'The part of the OpenAPI document that is about this operation.';
comment on column public.api_endpoints.last_health_check_ok is 'Null while nobody has asked.';

-- Serves the look-up by method and path, and keeps an operation unique among what is not deleted.
create unique index idx_api_endpoints_path
on public.api_endpoints (project_id, organization_id, path, method, coalesce(operation_id, '')) where deleted_at is null;
-- Serves lists by tag.
create index idx_api_endpoints_tags on public.api_endpoints using gin (tags);
-- Serves the removal of an account.
create index idx_api_endpoints_created_by on public.api_endpoints (created_by);
-- Serves searches by what people noted down.
create index idx_api_endpoints_metadata on public.api_endpoints using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.api_endpoints enable row level security;

create policy "Members see the endpoints of their organizations"
on public.api_endpoints for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Editors make endpoints"
on public.api_endpoints for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('editor'))));

create policy "Editors change endpoints"
on public.api_endpoints for update to authenticated
using (organization_id = any (array (select private.organization_ids('editor'))))
with check (organization_id = any (array (select private.organization_ids('editor'))));

grant select,
  insert (organization_id, project_id, method, path, protocol, operation_id, name, description, openapi, auth_type, tags,
    default_headers, timeout_seconds, retries, retry_delay_seconds, metadata),
  update (method, path, protocol, operation_id, name, description, openapi, auth_type, tags, default_headers,
    timeout_seconds, retries, retry_delay_seconds, metadata, deleted_at)
on public.api_endpoints to authenticated;

-- Functions --------------------------------------------------------------------

create function private.record_health_check(p_endpoint_id uuid, p_ok boolean, p_note text)
returns void
language plpgsql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
begin
  if p_ok is null then
    perform private.refuse(422, 'a health check has an outcome', 'Say true or false.');
  end if;
  update public.api_endpoints
  set last_health_check_at = clock_timestamp(), last_health_check_ok = p_ok, last_health_check_note = left(p_note, 1000)
  where id = p_endpoint_id and deleted_at is null;
  if not found then
    perform private.refuse(404, 'there is no such endpoint', 'It was deleted, or the id is wrong.');
  end if;
end;
$$;
grant execute on function private.record_health_check(uuid, boolean, text) to service_role;

-- What came of asking an endpoint whether it is there.
create function public.record_health_check(p_endpoint_id uuid, p_ok boolean, p_note text default null)
returns void
language sql
set search_path = ''
as $$
  select private.record_health_check(p_endpoint_id, p_ok, p_note);
$$;
grant execute on function public.record_health_check(uuid, boolean, text) to service_role;

-- Triggers ---------------------------------------------------------------------

create trigger api_endpoints_delete_now
before update of deleted_at on public.api_endpoints
for each row
when (new.deleted_at is not null and new.deleted_at is distinct from old.deleted_at)
execute function private.tg_delete_now();

create trigger api_endpoints_touch_updated_at
before update on public.api_endpoints
for each row execute function private.tg_touch_updated_at();
