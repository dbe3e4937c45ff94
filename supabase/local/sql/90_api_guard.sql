-- Guard: the local Data API server may not hand out rights.
--
-- On its first request @supabase/lite grants everything on every schema that holds a protected table
-- to the API roles. That would hide a missing grant, and destroy column privileges. It connects with
-- application_name = 'lite' and asks once when it starts; this refuses.

create schema if not exists local_stack;

create or replace function local_stack.refuse_grants_by_the_api()
returns event_trigger
language plpgsql
set search_path = ''
as $$
begin
  if current_setting('application_name') = 'lite' then
    raise exception 'the local API server may not grant rights'
      using hint = 'Migrations say who may what.';
  end if;
end
$$;

drop event trigger if exists refuse_grants_by_the_api;
create event trigger refuse_grants_by_the_api
on ddl_command_start
when tag in ('GRANT', 'ALTER DEFAULT PRIVILEGES')
execute function local_stack.refuse_grants_by_the_api();
