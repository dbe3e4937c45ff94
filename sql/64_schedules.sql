-- Schedules: runs that are requested by the clock.
-- Tables: schedules.  Functions: private.check_cron.

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
  constraint schedules_metadata_is_a_small_object
    check (jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 65536)
);
comment on table public.schedules is 'Runs that are requested by the clock. They use the environment''s secrets, never a person''s credentials.';
comment on column public.schedules.cron is 'Minute, hour, day of month, month, day of week, in its time zone.';
comment on column public.schedules.next_run_at is 'When it is due next; null while nobody has worked it out since it was changed.';

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

-- Functions --------------------------------------------------------------------

-- Whether a part between commas is *, a number, a range or a name, perhaps with a step, and within the bounds of its field.
create function private.is_cron_part(p_part text, p_least integer, p_most integer, p_names text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select lower(p_part) ~ ('^(' || p_names || ')(-(' || p_names || '))?$')
    or p_part ~ '^(\*|\d{1,2}(-\d{1,2})?)(/[1-9]\d?)?$' and (
      select coalesce(bool_and(number[1]::integer between p_least and p_most), true)
      from regexp_matches(split_part(p_part, '/', 1), '\d+', 'g') as number
    );
$$;

-- Five fields are what a constraint wants; here, what stands in them.
create function private.check_cron(p_cron text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_wrong record;
begin
  select field.name, field.least, field.most, field.part into v_wrong
  from (
    select name, least, most, names, unnest(string_to_array(split_part(p_cron, ' ', number), ',')) as part
    from (values
      (1, 'minute', 0, 59, 'none'), (2, 'hour', 0, 23, 'none'), (3, 'day of the month', 1, 31, 'none'),
      (4, 'month', 1, 12, 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'),
      (5, 'day of the week', 0, 7, 'sun|mon|tue|wed|thu|fri|sat')
    ) as known (number, name, least, most, names)
  ) as field
  where not private.is_cron_part(field.part, field.least, field.most, field.names)
  limit 1;
  if found and p_cron ~ '^\S+( \S+){4}$' then
    perform private.refuse(422, format('"%s" is no %s', left(v_wrong.part, 100), v_wrong.name),
      format('From %s to %s: *, a number, a range such as 1-5, several with commas, or a step such as */2.', v_wrong.least, v_wrong.most));
  end if;
end;
$$;

-- Triggers ---------------------------------------------------------------------

create function private.tg_schedules__check_times()
returns trigger
language plpgsql
security definer  -- who writes may not call the refusal
set search_path = ''
as $$
begin
  perform private.check_cron(new.cron);
  perform now() at time zone new.timezone;
  return new;
exception
  when invalid_parameter_value then
    perform private.refuse(422, format('there is no time zone "%s"', left(new.timezone, 100)),
      'Use a name such as UTC or Europe/Berlin.');
end;
$$;

create trigger schedules_check_times
before insert or update of cron, timezone on public.schedules
for each row execute function private.tg_schedules__check_times();

-- What was worked out for the old times holds no more.
create function private.tg_schedules__forget_next_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.next_run_at := null;
  return new;
end;
$$;

create trigger schedules_forget_next_run
before update of cron, timezone, enabled on public.schedules
for each row
when ((old.cron, old.timezone, old.enabled) is distinct from (new.cron, new.timezone, new.enabled))
execute function private.tg_schedules__forget_next_run();

create trigger schedules_touch_updated_at
before update on public.schedules
for each row execute function private.tg_touch_updated_at();
