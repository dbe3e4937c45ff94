-- Extensions: what a hosted project has switched on, in the schema where it has it.

create schema if not exists extensions;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to postgres;

create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;

-- Local Postgres does not carry pg_cron, pgvector, pg_graphql. Migrations ask first.
