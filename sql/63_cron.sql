-- Cron expressions: what may stand in one, and when its time comes next.
-- Functions: private.check_cron, private.next_cron_time.
-- Five fields as in crontab(5): minute, hour, day of month, month, day of week. Where both days say something, either will do.

-- Functions: what a field says -------------------------------------------------

-- What the fields are called, and what may stand in them.
create function private.cron_fields()
returns table (number integer, name text, lowest integer, highest integer, names text[])
language sql
immutable
set search_path = ''
as $$
  values
    (1, 'minute', 0, 59, array[]::text[]),
    (2, 'hour', 0, 23, '{}'),
    (3, 'day of the month', 1, 31, '{}'),
    (4, 'month', 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}'),
    (5, 'day of the week', 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
$$;

-- A number or a name as the number that it is; null for anything else. p_lowest is what the first name counts as.
create function private.cron_number(p_word text, p_lowest integer, p_names text[])
returns integer
language sql
immutable
set search_path = ''
as $$
  select case when p_word ~ '^\d{1,2}$' then p_word::integer else array_position(p_names, lower(p_word)) - 1 + p_lowest end;
$$;

-- First, last and step of one part between commas; null where it is none. */5, 7, 1-5, mon-fri, 10-30/5, 8/2 (from 8 on).
create function private.cron_range(p_part text, p_lowest integer, p_highest integer, p_names text[])
returns integer[]
language sql
immutable
set search_path = ''
as $$
  select array[first, last, step]
  from (select split_part(p_part, '/', 1) as span, split_part(p_part, '/', 2) as every) as part
  cross join lateral (
    select
      case when span = '*' then p_lowest else private.cron_number(split_part(span, '-', 1), p_lowest, p_names) end as first,
      case
        when span = '*' or (every <> '' and span !~ '-') then p_highest
        when span ~ '-' then private.cron_number(split_part(span, '-', 2), p_lowest, p_names)
        else private.cron_number(span, p_lowest, p_names)
      end as last,
      case when every = '' then 1 when every ~ '^[1-9]\d?$' then every::integer end as step
  ) as said
  where p_part ~ '^[^-/]+(-[^-/]+)?(/[^-/]+)?$'
    and first >= p_lowest and last <= p_highest and first <= last and step is not null;
$$;

-- The numbers that a whole field means.
create function private.cron_numbers(p_field text, p_lowest integer, p_highest integer, p_names text[])
returns integer[]
language sql
immutable
set search_path = ''
as $$
  select array_agg(distinct number order by number)
  from unnest(string_to_array(p_field, ',')) as part
  cross join lateral private.cron_range(part, p_lowest, p_highest, p_names) as span
  cross join lateral generate_series(span[1], span[2], span[3]) as number;
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
  if p_cron !~ '^\S+( \S+){4}$' then
    return;
  end if;
  select field.name, field.lowest, field.highest, part into v_wrong
  from private.cron_fields() as field
  cross join lateral unnest(string_to_array(split_part(p_cron, ' ', field.number), ',')) as part
  where private.cron_range(part, field.lowest, field.highest, field.names) is null
  order by field.number
  limit 1;
  if found then
    perform private.refuse(422, format('"%s" is no %s', left(v_wrong.part, 100), v_wrong.name),
      format('From %s to %s: *, a number, a range such as 1-5, several with commas, or a step such as */2.', v_wrong.lowest, v_wrong.highest));
  end if;
end;
$$;

-- Functions: when --------------------------------------------------------------

-- The days that an expression means, from this one on, for nine years: that far apart can two 29ths of February be.
create function private.cron_days(p_fields text[], p_from date)
returns setof date
language sql
immutable
set search_path = ''
rows 100
as $$
  -- Once, not for each day.
  with said as materialized (
    select
      private.cron_numbers(p_fields[3], 1, 31, '{}') as days,
      private.cron_numbers(p_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}') as months,
      private.cron_numbers(p_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}') as weekdays,
      p_fields[3] like '*%' or p_fields[5] like '*%' as both_must
  )
  select day::date
  from said, generate_series(p_from::timestamp, (p_from + 9 * 366)::timestamp, interval '1 day') as day
  cross join lateral (
    select
      extract(day from day) = any (days) as is_day,
      -- 7 is Sunday as well.
      extract(dow from day) = any (weekdays) or extract(isodow from day) = any (weekdays) as is_weekday
  ) as found
  where extract(month from day) = any (months)
    and case when both_must then is_day and is_weekday else is_day or is_weekday end
  order by day;
$$;

-- The moments of one day, by the clock on the wall of p_timezone. Where the clock is put forward, a time that is left out
-- comes an hour later; where it is put back, a time comes once, at the later of the two, unless it is said for all hours.
create function private.cron_moments(p_fields text[], p_day date, p_timezone text)
returns setof timestamptz
language sql
stable
set search_path = ''
as $$
  with times as (
    select p_day + make_time(hour, minute, 0) as on_the_wall
    from unnest(private.cron_numbers(p_fields[2], 0, 23, '{}')) as hour,
      unnest(private.cron_numbers(p_fields[1], 0, 59, '{}')) as minute
  )
  select on_the_wall at time zone p_timezone from times
  union
  select (on_the_wall at time zone p_timezone) - interval '1 hour'
  from times
  where p_fields[2] like '*%'
    and ((on_the_wall at time zone p_timezone) - interval '1 hour') at time zone p_timezone = on_the_wall;
$$;

-- The first moment after p_after that the expression means; null when there is none, as on the 30th of February.
create function private.next_cron_time(p_cron text, p_timezone text, p_after timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fields text[] := string_to_array(p_cron, ' ');
  v_day date;
  v_next timestamptz;
begin
  -- From the day before: a clock that was put forward at midnight has moved its last times to today.
  for v_day in select private.cron_days(v_fields, (p_after at time zone p_timezone)::date - 1) loop
    select min(moment) into v_next
    from private.cron_moments(v_fields, v_day, p_timezone) as moment
    where moment > p_after;
    exit when v_next is not null;
  end loop;
  return v_next;
end;
$$;
