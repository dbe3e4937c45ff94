-- Roles: who exists on every hosted project before its first migration.
-- Run by the superuser (supabase_admin). Passwords are set apart, they are random per stack.

do $$
declare
  v_role record;
begin
  for v_role in
    select *
    from (values
      ('anon',                    'nologin noinherit'),                    -- nobody signed in
      ('authenticated',           'nologin noinherit'),                    -- a signed-in person
      ('service_role',            'nologin noinherit bypassrls'),          -- a secret key
      ('authenticator',           'login noinherit'),                      -- may become the three above
      ('dashboard_user',          'nologin'),                              -- named in hosted grants
      ('supabase_auth_admin',     'nologin noinherit createrole'),         -- owns schema auth
      ('supabase_realtime_admin', 'login noinherit'),                      -- owns realtime.messages
      ('postgres',                'login createdb createrole bypassrls')   -- applies migrations; no superuser
    ) as roles (name, options)
  loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role.name) then
      execute format('create role %I %s', v_role.name, v_role.options);
    end if;
  end loop;
end
$$;

grant anon, authenticated, service_role to authenticator;
-- With the right to give them to roles that migrations make, as on hosted projects.
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant supabase_realtime_admin to postgres;

-- The Realtime server tries what a caller may read as that caller.
grant authenticator to supabase_realtime_admin;

-- Owner of the database is owner of schema public, too (pg_database_owner).
alter database postgres owner to postgres;
alter database postgres set search_path = "$user", public, extensions;

grant usage on schema public to anon, authenticated, service_role;
