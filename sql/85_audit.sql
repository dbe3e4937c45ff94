-- Audit: who changed what, when, and how it was before. Written by triggers, in the transaction of the change.
-- Partitioned by the month of the change.
-- Tables: audit_log.  Functions: private.tg_audit.

-- Types ------------------------------------------------------------------------

create type public.audit_action as enum (
  'insert',
  'update',
  'delete'
);

-- Tables -----------------------------------------------------------------------

create table public.audit_log (
  id               uuid not null default gen_random_uuid(),
  organization_id  uuid not null references public.organizations on delete cascade,
  table_name       text not null,
  record_id        uuid not null,
  record_name      text not null default '',
  action           public.audit_action not null,
  changed_by       uuid references public.users on delete set null,
  changed_as       text not null,
  before           jsonb,
  after            jsonb,
  created_at       timestamptz not null default now(),

  primary key (id, created_at)
) partition by range (created_at);
comment on table public.audit_log is 'Who changed what, when, and how it was before. Never a secret.';
comment on column public.audit_log.record_id is 'Of a member: the person.';
comment on column public.audit_log.changed_by is 'Null: the server did it, or the account is gone.';
comment on column public.audit_log.before is 'What was changed, as it was; the whole row when it was deleted. A hidden value is ***.';
comment on column public.audit_log.after is 'What was changed, as it became; the whole row when it was new. A hidden value is ***.';

-- Serves an organization's log, latest first, page by page.
create index idx_audit_log_organization_id on public.audit_log (organization_id, created_at desc, id desc);
-- Serves "what happened to this?".
create index idx_audit_log_record_id on public.audit_log (record_id, created_at desc);
-- Serves "what did this person do?", and the removal of an account.
create index idx_audit_log_changed_by on public.audit_log (changed_by, created_at desc);

create table partitions.audit_log_default partition of public.audit_log default;
comment on table partitions.audit_log_default is 'Changes in months that have no partition.';
alter table partitions.audit_log_default enable row level security;

-- The first partitions of all tables that have them.
select private.make_partitions();

-- Who may ----------------------------------------------------------------------

alter table public.audit_log enable row level security;

create policy "Admins see who changed what in their organizations"
on public.audit_log for select to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

grant select on public.audit_log to authenticated;

-- Functions --------------------------------------------------------------------

-- A row as the log may show it: hidden columns as ***, and without what changes at each write.
create function private.as_audited(p_row jsonb, p_hidden text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_object_agg(key, case when key = any (p_hidden) and value <> 'null' then '"***"' else value end)
  from jsonb_each(p_row)
  where key not in ('created_at', 'updated_at');
$$;

-- What p_row has otherwise than p_other.
create function private.what_differs(p_row jsonb, p_other jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, value), '{}')
  from jsonb_each(p_row)
  where p_other -> key is distinct from value;
$$;

create function private.write_audit(p_table text, p_action text, p_row jsonb, p_before jsonb, p_after jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.audit_log (organization_id, table_name, record_id, record_name, action, changed_by, changed_as, before, after)
  select organization.id, p_table, coalesce(p_row ->> 'id', p_row ->> 'user_id')::uuid,
    coalesce(p_row ->> 'name', p_row ->> 'key', ''), p_action::public.audit_action,
    -- Whose account is older than this schema, or was just deleted, has no profile.
    (select id from public.users where id = auth.uid()), coalesce(auth.role(), session_user), p_before, p_after
  from public.organizations as organization
  -- An organization that goes takes its log along.
  where organization.id = coalesce(p_row ->> 'organization_id', p_row ->> 'id')::uuid;
$$;

-- Triggers ---------------------------------------------------------------------

-- Arguments are the columns whose values are hidden. A change of these alone is told, too.
create function private.tg_audit()
returns trigger
language plpgsql
security definer  -- nobody may write the log
set search_path = ''
as $$
declare
  v_hidden text[] := tg_argv;
  v_before jsonb := private.as_audited(to_jsonb(old), v_hidden);
  v_after jsonb := private.as_audited(to_jsonb(new), v_hidden);
begin
  if tg_op <> 'UPDATE' then
    perform private.write_audit(tg_table_name, lower(tg_op), coalesce(to_jsonb(new), to_jsonb(old)), v_before, v_after);
  elsif v_before is distinct from v_after or cardinality(v_hidden) > 0 then
    perform private.write_audit(tg_table_name, 'update', to_jsonb(new),
      private.what_differs(v_before, v_after), private.what_differs(v_after, v_before));
  end if;
  return null;
end;
$$;

create trigger organizations_audit
after insert or update or delete on public.organizations
for each row execute function private.tg_audit();

create trigger organization_members_audit
after insert or update or delete on public.organization_members
for each row execute function private.tg_audit();

-- What is deleted of them was over for months.
create trigger organization_invitations_audit
after insert or update on public.organization_invitations
for each row execute function private.tg_audit();

create trigger projects_audit
after insert or update or delete on public.projects
for each row execute function private.tg_audit();

create trigger environments_audit
after insert or update or delete on public.environments
for each row execute function private.tg_audit();

-- Of a variable its name: the value may become a secret later.
create trigger environment_variables_audit
after insert or update or delete on public.environment_variables
for each row execute function private.tg_audit('value');

create trigger test_suites_audit
after insert or update or delete on public.test_suites
for each row execute function private.tg_audit();

-- Of tests what is no part of a suite's version: those are many at each push.
create trigger test_cases_audit
after update of enabled, quarantined_at, quarantine_owner, quarantine_reason, quarantine_until on public.test_cases
for each row execute function private.tg_audit();

create trigger api_endpoints_audit
after insert or delete or update of method, path, protocol, operation_id, name, description, openapi, auth_type, tags,
  default_headers, timeout_seconds, retries, retry_delay_seconds, metadata, deleted_at
on public.api_endpoints
for each row execute function private.tg_audit('default_headers');

create trigger test_data_fixtures_audit
after insert or update or delete on public.test_data_fixtures
for each row execute function private.tg_audit('content');

create trigger schedules_audit
after insert or delete or update of environment_id, name, description, cron, timezone, suites, selection, config, priority,
  enabled, metadata
on public.schedules
for each row execute function private.tg_audit();

create trigger notification_channels_audit
after insert or update or delete on public.notification_channels
for each row execute function private.tg_audit();

create trigger report_templates_audit
after insert or update or delete on public.report_templates
for each row execute function private.tg_audit();

-- Of failures what people say about them.
create trigger failure_analysis_audit
after update of triage, triage_note on public.failure_analysis
for each row
when (current_user = 'authenticated')
execute function private.tg_audit();

create trigger project_tokens_audit
after insert or delete or update of name, description, revoked_at on public.project_tokens
for each row execute function private.tg_audit();
