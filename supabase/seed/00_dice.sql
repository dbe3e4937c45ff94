-- Dice: what the seed throws, always the same for the same parameters. Lives as long as the session.
-- Functions: pg_temp.chance, pg_temp.pick, pg_temp.make_id, pg_temp.begin_ids, pg_temp.make_next_id.
--
-- The seed is for a database with the migration applied, by its owner; `baton db seed` runs its files in order, the
-- last one once for each day. Parameters, set with set_config(): seed.seed (a number: another one makes other rows
-- beside those of the first), seed.organizations, seed.projects (of each organization), seed.tests (of each project),
-- seed.results (of all, roughly), seed.days, seed.until (a date: the last day is the one before it).

-- Between 0 and 1, and the same for the same number and salt.
create or replace function pg_temp.chance(p_number bigint, p_salt bigint)
returns double precision
language sql
immutable
as $$
  select (hashint8extended(p_number, p_salt) & 16777215) / 16777216.0::double precision;
$$;

create or replace function pg_temp.pick(p_words text[], p_number bigint, p_salt bigint)
returns text
language sql
immutable
as $$
  select p_words[1 + floor(pg_temp.chance(p_number, p_salt) * cardinality(p_words))::integer];
$$;

create or replace function pg_temp.make_id(p_kind text, p_name text)
returns uuid
language sql
stable
as $$
  select md5('seed/' || current_setting('seed.seed') || '/' || p_kind || '/' || p_name)::uuid;
$$;

-- Ids of what is written in masses begin with the time, as those that workers write do (UUIDs of version 7): they follow
-- each other in the index of the primary key, and do not each touch a page of their own.
create or replace function pg_temp.begin_ids(p_moment timestamptz)
returns text
language sql
stable
as $$
  select lpad(to_hex((extract(epoch from p_moment) * 1000)::bigint), 12, '0') || '7';
$$;

create or replace function pg_temp.make_next_id(p_beginning text, p_kind text, p_name text)
returns uuid
language sql
stable
as $$
  select (p_beginning || substr(md5('seed/' || current_setting('seed.seed') || '/' || p_kind || '/' || p_name), 14))::uuid;
$$;
