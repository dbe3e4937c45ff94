-- Auth grants: what the owner of migrations may do with the Auth server's tables.
-- As on hosted projects: refer to users, put triggers on them, read and write them; not change the tables.

grant select, insert, update, delete, references, trigger
on all tables in schema auth
to postgres;

grant usage on all sequences in schema auth to postgres;
