-- Partitions: the monthly parts of the large tables, made ahead.
-- Functions: private.make_partitions, private.keep_partitions_ahead.
-- The tables are test_results and test_result_details (42_results.sql) and audit_log (85_audit.sql).

-- Functions --------------------------------------------------------------------

-- The tables that are partitioned by month, and by which column.
create function private.partitioned_tables()
returns table (name text, key text)
language sql
immutable
set search_path = ''
as $$
  values ('test_results', 'run_created_at'), ('test_result_details', 'run_created_at'), ('audit_log', 'created_at');
$$;

create function private.name_partition(p_table text, p_month timestamptz)
returns text
language sql
immutable
set search_path = ''
as $$
  select p_table || '_' || to_char(p_month at time zone 'UTC', 'YYYY_MM');
$$;

create function private.has_partition(p_table text, p_month timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select to_regclass('partitions.' || private.name_partition(p_table, p_month)) is not null;
$$;

-- One partition: closed like its parent, which does not pass its row-level security on.
create function private.make_partition(p_table text, p_month timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_name text := private.name_partition(p_table, p_month);
begin
  if private.has_partition(p_table, p_month) then
    return;
  end if;
  execute format(
    'create table partitions.%I partition of public.%I for values from (%L) to (%L)',
    v_name, p_table, p_month, p_month + interval '1 month'
  );
  execute format('alter table partitions.%I enable row level security', v_name);
  -- Why: 88_estimates.sql.
  execute format('alter table partitions.%I alter column organization_id set (n_distinct = 1)', v_name);
  execute format('comment on table partitions.%I is %L', v_name,
    format('The part of %s for %s.', p_table, to_char(p_month at time zone 'UTC', 'YYYY-MM')));
end;
$$;

-- True when a month's rows already lie in the default partition: then they stay there.
create function private.month_was_missed(p_table text, p_key text, p_month timestamptz)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  v_missed boolean;
begin
  execute format('select exists (select from partitions.%I where %I >= $1 and %I < $2)', p_table || '_default', p_key, p_key)
  using p_month, p_month + interval '1 month'
  into v_missed;
  return v_missed;
end;
$$;

-- Makes the partitions of this month and those after it, where they are missing. Months are those of UTC.
create function private.make_partitions(p_months_ahead integer default 3)
returns void
language plpgsql
set search_path = ''
set timezone = 'UTC'
set lock_timeout = '2s'  -- whoever waits for the table's lock makes everybody else wait behind him
as $$
declare
  v_part record;
begin
  perform pg_advisory_xact_lock(hashtextextended('baton/partitions', 0));
  for v_part in
    select name, key, date_trunc('month', now()) + make_interval(months => ahead) as month
    from private.partitioned_tables(), generate_series(0, p_months_ahead) as ahead
  loop
    if not private.has_partition(v_part.name, v_part.month)
      and not private.month_was_missed(v_part.name, v_part.key, v_part.month)
    then
      perform private.make_partition(v_part.name, v_part.month);
    end if;
  end loop;
end;
$$;

-- Called by each claim, so that partitions are there without anybody's care; when they are, it is one look.
create function private.keep_partitions_ahead()
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select from private.partitioned_tables() as parent
    where not private.has_partition(parent.name, now() + interval '1 month')
  ) then
    perform private.make_partitions();
  end if;
exception
  -- The table was busy. There are months left, and the default partition after them: the next claim tries again.
  when lock_not_available then null;
end;
$$;
