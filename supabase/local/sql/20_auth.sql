-- Auth: the schema and the functions that policies call.
-- Functions: auth.uid, auth.role, auth.email, auth.jwt.
-- The tables come from the Auth server itself, between this file and 25_auth_grants.sql.

create schema if not exists auth authorization supabase_auth_admin;
-- The server's own script begins with `create schema if not exists`, which asks for this right even so.
grant create on database postgres to supabase_auth_admin;
grant usage on schema auth to anon, authenticated, service_role, postgres;

-- All claims of the caller's token; null outside of a request.
create or replace function auth.jwt()
returns jsonb
language sql
stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb;
$$;

-- The caller's user id; null for nobody and for keys.
create or replace function auth.uid()
returns uuid
language sql
stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid;
$$;

-- The caller's role in the API: anon, authenticated or service_role.
create or replace function auth.role()
returns text
language sql
stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  );
$$;

-- The caller's e-mail address, as the token has it.
create or replace function auth.email()
returns text
language sql
stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  );
$$;

alter function auth.jwt() owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;
