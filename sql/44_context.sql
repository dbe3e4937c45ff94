-- Context: what a run knows, as people may see it. The values behind the masks are in 43_run_secrets.sql.
-- Tables: test_execution_context.  Written by 44_saved_context.sql.
-- Functions: get_execution_context, cleanup_expired_contexts.

-- Tables -----------------------------------------------------------------------

create table public.test_execution_context (
  id                  uuid primary key default gen_random_uuid(),
  organization_id     uuid not null,
  run_id              uuid not null,
  shared_auth_tokens  jsonb not null default '{}',
  shared_variables    jsonb not null default '{}',
  captured_data       jsonb not null default '{}',
  provenance          jsonb not null default '[]',
  test_order          text[] not null default '{}',
  version             integer not null default 1,
  expires_at          timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),

  constraint test_execution_context_belongs_to_a_run
    foreign key (run_id, organization_id)
    references public.test_runs (id, organization_id) on delete cascade
);
comment on table public.test_execution_context is 'What a run knows, as people may see it: tokens are names only, secret values are masked.';
comment on column public.test_execution_context.shared_auth_tokens is '{"name": "***"}: never a token.';
comment on column public.test_execution_context.provenance is 'For each value which test and which capture produced it.';
comment on column public.test_execution_context.version is 'Rises with each write. A writer that knows an older one is refused.';
comment on column public.test_execution_context.expires_at is '24 hours after the run, unless the organization says otherwise; null while it is not over.';

-- Serves every look at a run's context, and keeps one for a run.
create unique index idx_test_execution_context_run_id on public.test_execution_context (run_id, organization_id);
-- Serves cleanup_expired_contexts().
create index idx_test_execution_context_expires_at on public.test_execution_context (expires_at) where expires_at is not null;

-- Who may ----------------------------------------------------------------------

alter table public.test_execution_context enable row level security;

create policy "Members see what the runs of their organizations know"
on public.test_execution_context for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

grant select on public.test_execution_context to authenticated;

-- Functions: the context -------------------------------------------------------

create function private.begin_context(p_run_id uuid)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_execution_context (run_id, organization_id)
  select id, organization_id
  from public.test_runs
  where id = p_run_id
  on conflict do nothing;
$$;

create function private.expire_context(p_run_id uuid)
returns void
language sql
set search_path = ''
as $$
  update public.test_execution_context as context
  set expires_at = now() + make_interval(days => (private.kept_days(organization.retention) ->> 'contexts')::integer)
  from public.organizations as organization
  where context.run_id = p_run_id
    and organization.id = context.organization_id;
$$;

-- The context as the worker needs it, with its secret values; null when there is none.
create function private.describe_context(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'version', context.version,
    'tokens', context.shared_auth_tokens || private.fields(secrets -> 'tokens'),
    'variables', context.shared_variables || private.fields(secrets -> 'variables'),
    'captured_data', private.merge_captures(context.captured_data, secrets -> 'captured_data'),
    'provenance', context.provenance,
    'test_order', to_jsonb(context.test_order)
  )
  from public.test_execution_context as context
  cross join private.read_run_secrets(p_run_id) as secrets
  where context.run_id = p_run_id;
$$;

-- Functions: for the worker ----------------------------------------------------

create function private.get_execution_context(p_run_id uuid)
returns jsonb
language plpgsql
stable
security definer  -- workers have no rights on tables
set search_path = ''
as $$
declare
  v_context jsonb := private.describe_context(p_run_id);
begin
  if v_context is null then
    perform private.refuse(404, 'this run has no context', 'It is not claimed yet, or its context has expired.');
  end if;
  return v_context;
end;
$$;
grant execute on function private.get_execution_context(uuid) to service_role;

-- What a run knows, secret values included.
create function public.get_execution_context(p_run_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.get_execution_context(p_run_id);
$$;
grant execute on function public.get_execution_context(uuid) to service_role;

create function private.cleanup_expired_contexts()
returns integer
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select private.end_lost_local_runs();
  with gone as (
    delete from public.test_execution_context
    where expires_at < now()
    returning run_id
  ),
  gone_secrets as (
    delete from private.run_secrets
    where run_id in (select run_id from gone)
  )
  select count(*)::integer from gone;
$$;
grant execute on function private.cleanup_expired_contexts() to service_role;

-- Removes contexts that have expired, with their secrets and keys; says how many. Ends local runs that are lost.
create function public.cleanup_expired_contexts()
returns integer
language sql
set search_path = ''
as $$
  select private.cleanup_expired_contexts();
$$;
grant execute on function public.cleanup_expired_contexts() to service_role;

-- Triggers ---------------------------------------------------------------------

create trigger test_execution_context_touch_updated_at
before update on public.test_execution_context
for each row execute function private.tg_touch_updated_at();
