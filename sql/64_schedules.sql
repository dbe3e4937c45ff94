-- Schedules: runs that are requested by the clock.
-- Tables: schedules.  Functions: preview_schedule, request_due_schedules.  When a time comes: 63_cron.sql.  Who asks: a worker, or 90_clock.sql.

-- Tables -----------------------------------------------------------------------

create table public.schedules (
  id                 uuid primary key default gen_random_uuid(),
  organization_id    uuid not null,
  project_id         uuid not null,
  environment_id     uuid not null,
  name               text not null,
  description        text not null default '',
  cron               text not null,
  timezone           text not null default 'UTC',
  suites             text[] not null default '{}',
  selection          jsonb not null default '{}',
  config             jsonb not null default '{}',
  priority           public.run_priority not null default 'medium',
  enabled            boolean not null default true,
  next_run_at        timestamptz,
  last_run_at        timestamptz,
  last_batch_id      uuid,
  last_problem       text,
  metadata           jsonb not null default '{}',
  created_by         uuid default auth.uid() references public.users on delete set null,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),

  constraint schedules_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint schedules_run_in_an_environment
    foreign key (environment_id, project_id, organization_id)
    references public.environments (id, project_id, organization_id) on delete cascade,
  constraint schedules_are_of_one_organization unique (id, organization_id),
  constraint schedules_name_is_taken_once unique (project_id, organization_id, name),
  constraint schedules_name_is_neither_blank_nor_long check (btrim(name) <> '' and char_length(name) <= 200),
  constraint schedules_cron_has_five_fields
    check (cron ~ '^[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}$' and char_length(cron) <= 200),
  constraint schedules_timezone_is_short check (char_length(timezone) <= 100),
  constraint schedules_suites_are_at_most_1000
    check (cardinality(suites) <= 1000 and octet_length(array_to_string(suites, '')) <= 100000),
  constraint schedules_selection_is_a_small_object
    check (jsonb_typeof(selection) = 'object' and octet_length(selection::text) <= 262144),
  constraint schedules_config_is_a_small_object
    check (jsonb_typeof(config) = 'object' and octet_length(config::text) <= 65536),
  constraint schedules_description_is_short check (char_length(description) <= 20000),
  constraint schedules_problem_is_short check (char_length(last_problem) <= 2000),
  constraint schedules_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.schedules is 'Runs that are requested by the clock. They use the environment''s secrets, never a person''s credentials.';
comment on column public.schedules.cron is 'Minute, hour, day of month, month, day of week, in its time zone.';
comment on column public.schedules.next_run_at is 'When it is due next; null while it is switched off.';
comment on column public.schedules.last_run_at is 'When it was last due and its runs were requested.';
comment on column public.schedules.last_problem is 'Why nothing was requested when it was last due; null when all went well.';

-- Serves the search for schedules that are due.
create index idx_schedules_next_run_at on public.schedules (next_run_at) where enabled;
-- Serves the removal of an environment.
create index idx_schedules_environment_id on public.schedules (environment_id);
-- Serves the removal of an account.
create index idx_schedules_created_by on public.schedules (created_by);
-- Serves searches by what people noted down.
create index idx_schedules_metadata on public.schedules using gin (metadata jsonb_path_ops);

-- Who may ----------------------------------------------------------------------

alter table public.schedules enable row level security;

create policy "Members see the schedules of their organizations"
on public.schedules for select to authenticated
using (organization_id = any (array (select private.organization_ids())));

create policy "Admins make schedules"
on public.schedules for insert to authenticated
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins change schedules"
on public.schedules for update to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))))
with check (organization_id = any (array (select private.organization_ids('admin'))));

create policy "Admins delete schedules"
on public.schedules for delete to authenticated
using (organization_id = any (array (select private.organization_ids('admin'))));

grant select,
  insert (organization_id, project_id, environment_id, name, description, cron, timezone, suites, selection, config, priority, enabled, metadata),
  update (environment_id, name, description, cron, timezone, suites, selection, config, priority, enabled, metadata),
  delete
on public.schedules to authenticated;

-- Functions: when it comes -----------------------------------------------------

create function private.has_five_fields(p_cron text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce(p_cron ~ '^\S+( \S+){4}$' and char_length(p_cron) <= 200, false);
$$;

-- The first time after a moment. Refuses what is no time, what never comes, and zones that nobody knows.
create function private.require_cron_time(p_cron text, p_timezone text, p_after timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_next timestamptz;
begin
  perform private.check_cron(p_cron);
  v_next := private.next_cron_time(p_cron, p_timezone, p_after);
  if v_next is null then
    perform private.refuse(422, format('"%s" never comes', left(p_cron, 100)), 'No month has such a day.');
  end if;
  return v_next;
exception
  when invalid_parameter_value then
    perform private.refuse(422, format('there is no time zone "%s"', left(p_timezone, 100)),
      'Use a name such as UTC or Europe/Berlin.');
end;
$$;

create function private.preview_schedule(p_cron text, p_timezone text, p_count integer)
returns timestamptz[]
language plpgsql
stable
security definer  -- who asks may not call the refusal
set search_path = ''
as $$
declare
  v_times timestamptz[] := '{}';
begin
  if not private.has_five_fields(p_cron) then
    perform private.refuse(422, format('"%s" has not the five fields of a time', left(p_cron, 100)),
      'Minute, hour, day of the month, month, day of the week, with one space between: 0 3 * * *.');
  end if;
  for v_number in 1 .. least(p_count, 10) loop
    v_times := v_times || private.require_cron_time(p_cron, coalesce(p_timezone, 'UTC'), coalesce(v_times[v_number - 1], now()));
  end loop;
  return v_times;
end;
$$;
grant execute on function private.preview_schedule(text, text, integer) to authenticated;

-- When a schedule with this expression would come next, so often (ten times at most). Nothing is made.
create function public.preview_schedule(p_cron text, p_timezone text default 'UTC', p_count integer default 5)
returns timestamptz[]
language sql
stable
set search_path = ''
as $$
  select private.preview_schedule(p_cron, p_timezone, p_count);
$$;
grant execute on function public.preview_schedule(text, text, integer) to authenticated;

-- Functions: requesting --------------------------------------------------------

-- Whether runs that it has requested are still under way: then more would only pile up.
create function private.is_still_running(p_schedule public.schedules)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where batch_id = p_schedule.last_batch_id and status in ('queued', 'preparing', 'running')
  );
$$;

create function private.request_of(p_schedule public.schedules)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_array(jsonb_build_object(
    'environment', (select name from public.environments where id = p_schedule.environment_id),
    'suites', to_jsonb(p_schedule.suites), 'selection', p_schedule.selection, 'config', p_schedule.config,
    'priority', p_schedule.priority, 'trigger', 'scheduled',
    'source', jsonb_build_object('schedule', p_schedule.name, 'schedule_id', p_schedule.id, 'due_at', p_schedule.next_run_at)
  ));
$$;

-- Requests what a schedule asks for. Says why not, where it cannot be; null when all went well.
create function private.request_scheduled(p_schedule public.schedules)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_project public.projects;
  v_hint text;
begin
  if p_schedule.next_run_at < now() - interval '1 hour' then
    return format('nobody was there at %s: neither a worker nor the database''s own clock', p_schedule.next_run_at);
  elsif private.is_still_running(p_schedule) then
    return 'the runs of the time before were still under way';
  end if;
  select * into v_project from public.projects where id = p_schedule.project_id and deleted_at is null;
  if not found then
    return 'its project is deleted';
  end if;
  update public.schedules
  set last_run_at = p_schedule.next_run_at, last_batch_id = private.insert_batch(v_project, private.request_of(p_schedule), null)
  where id = p_schedule.id;
  return null;
exception
  -- One that cannot be carried out is not to keep the others from it.
  when others then
    get stacked diagnostics v_hint = pg_exception_hint;
    return left(concat_ws('. ', sqlerrm, v_hint), 2000);
end;
$$;

-- Whoever has the row requests, and nobody else. The gate comes before the row, as for everybody who writes runs.
create function private.request_if_due(p_schedule_id uuid, p_organization_id uuid)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_schedule public.schedules;
  v_problem text;
begin
  perform private.share_gate(p_organization_id);
  select * into v_schedule
  from public.schedules
  where id = p_schedule_id and enabled and next_run_at <= now()
  for no key update skip locked;
  if not found then
    return false;
  end if;
  v_problem := private.request_scheduled(v_schedule);
  update public.schedules
  set last_problem = v_problem, next_run_at = private.next_cron_time(cron, timezone, now())
  where id = p_schedule_id;
  return v_problem is null;
end;
$$;

create function private.request_due_schedules()
returns integer
language sql
security definer  -- workers have no rights on tables
set search_path = ''
as $$
  select count(*) filter (where private.request_if_due(id, organization_id))::integer
  from (
    select id, organization_id from public.schedules where enabled and next_run_at <= now() order by next_run_at, id limit 100
  ) as due;
$$;
grant execute on function private.request_due_schedules() to service_role;

-- Requests the runs of all schedules whose time has come; says of how many. Any number may call it at any time: a time that
-- has come is used once. One that came more than an hour ago, while nobody called, is left out, and the schedule says so.
create function public.request_due_schedules()
returns integer
language sql
set search_path = ''
as $$
  select private.request_due_schedules();
$$;
grant execute on function public.request_due_schedules() to service_role;

-- Triggers ---------------------------------------------------------------------

create function private.tg_schedules__plan()
returns trigger
language plpgsql
security definer  -- who writes may not call the refusal
set search_path = ''
as $$
begin
  -- Five fields are what a constraint wants.
  if private.has_five_fields(new.cron) then
    new.next_run_at := private.require_cron_time(new.cron, new.timezone, now());
  end if;
  if not new.enabled then
    new.next_run_at := null;
  end if;
  return new;
end;
$$;

create trigger schedules_plan
before insert or update of cron, timezone, enabled on public.schedules
for each row execute function private.tg_schedules__plan();

create trigger schedules_touch_updated_at
before update on public.schedules
for each row execute function private.tg_touch_updated_at();
