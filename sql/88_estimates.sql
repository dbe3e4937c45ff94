-- Estimates: what the planner must not conclude from row-level security.
-- Policies compare organization_id with a list that is not known when a query is planned: Postgres then guesses that ten
-- of all organizations pass. Where there are a thousand, it expects one row in a hundred, and sorts a busy project's
-- runs instead of walking the index that has them in order. Told that there is one organization, it takes the policy for
-- what it is to nearly every caller: a fence that all rows pass which the query asks for. New partitions: 41_partitions.sql.

-- What the planner is told -----------------------------------------------------

do $$
declare
  v_table record;
begin
  for v_table in
    select table_name.oid::regclass as name,
      case when table_name.relkind = 'p' then 'n_distinct_inherited' else 'n_distinct' end as option
    from pg_catalog.pg_class as table_name
    join pg_catalog.pg_attribute as organization
      on organization.attrelid = table_name.oid and organization.attname = 'organization_id'
    where table_name.relnamespace in ('public'::regnamespace, 'partitions'::regnamespace)
      and table_name.relkind in ('r', 'p')
    order by table_name.relname
  loop
    execute format('alter table %s alter column organization_id set (%s = 1)', v_table.name, v_table.option);
  end loop;
end
$$;
