-- Suite contents: files that suites name beside their own, such as rows and schemas, by the hash of what is in them.
-- A version says which it means, {path: hash}; what is there already is not sent again.
-- Tables: private.suite_contents.  Functions: find_missing_contents; the save_… and check_… that push_suites() calls.

-- Tables -----------------------------------------------------------------------

create table private.suite_contents (
  project_id       uuid not null,
  organization_id  uuid not null,
  hash             text not null,
  content          bytea not null,
  created_at       timestamptz not null default now(),

  primary key (project_id, hash),
  constraint suite_contents_belong_to_a_project
    foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint suite_contents_hash_is_that_of_the_content check (hash = encode(sha256(content), 'hex')),
  constraint suite_contents_are_at_most_8_mib check (octet_length(content) <= 8388608)
);
comment on table private.suite_contents is 'What is in the files that suites name, by its sha256 in hex. Workers read them; never private keys.';

-- Who may ----------------------------------------------------------------------

alter table private.suite_contents enable row level security;

-- Functions: what is wrong -----------------------------------------------------

-- {path: hash} of each suite, and {hash: base64} of what is sent along.
create function private.check_pushed_files(p_push jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_suite jsonb;
begin
  perform private.require_types(p_push, '{"contents": "object"}', 'a push');
  perform private.require_at_most(octet_length((p_push -> 'contents')::text), 50331648, 'bytes of files in one push');
  for v_suite in select value from jsonb_array_elements(private.items(p_push -> 'suites')) loop
    perform private.require_types(v_suite, '{"files": "object"}', format('suite "%s"', v_suite ->> 'key'));
    perform private.require_at_most(
      (select count(*) from jsonb_object_keys(private.fields(v_suite -> 'files'))), 1000, format('files of suite "%s"', v_suite ->> 'key'));
    if private.fields(v_suite -> 'files') @? '$.keyvalue() ? (@.value.type() != "string" || !(@.value like_regex "^[0-9a-f]{64}$"))' then
      perform private.refuse(422, format('the files of suite "%s" are not {path: sha256 in hex}', v_suite ->> 'key'),
        'Nothing was written; push with a client of this version.');
    end if;
  end loop;
end;
$$;

create function private.check_contents_are_there(p_project_id uuid, p_suites jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_missing record;
begin
  select suite ->> 'key' as suite, file.key as path into v_missing
  from jsonb_array_elements(p_suites) as suite
  cross join jsonb_each_text(private.fields(suite -> 'files')) as file
  where not exists (
    select from private.suite_contents as content where content.project_id = p_project_id and content.hash = file.value
  )
  limit 1;
  if found then
    perform private.refuse(422, format('suite "%s" names the file %s, and its content is not there', v_missing.suite, v_missing.path),
      'Send it in "contents"; find_missing_contents says which are needed.');
  end if;
end;
$$;

-- Functions: for the push ------------------------------------------------------

create function private.save_contents(p_project public.projects, p_contents jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_hash text;
  v_content text;
begin
  for v_hash, v_content in select key, value from jsonb_each_text(private.fields(p_contents)) order by key loop
    insert into private.suite_contents (project_id, organization_id, hash, content)
    values (p_project.id, p_project.organization_id, v_hash, decode(v_content, 'base64'))
    on conflict do nothing;
  end loop;
end;
$$;

-- Functions: for members -------------------------------------------------------

create function private.find_missing_contents(p_project_id uuid, p_hashes text[])
returns text[]
language plpgsql
stable
security definer  -- nobody reads this table
set search_path = ''
as $$
declare
  v_project public.projects := private.open_project_for(p_project_id, 'editor', 'suites:push');
begin
  perform private.require_at_most(cardinality(p_hashes), 100000, 'hashes');
  return array(
    select distinct hash from unnest(p_hashes) as hash
    where hash not in (select content.hash from private.suite_contents as content where content.project_id = v_project.id)
    order by hash
  );
end;
$$;
grant execute on function private.find_missing_contents(uuid, text[]) to authenticated;

-- Which of these contents the project does not have yet: only they need to go along with a push.
create function public.find_missing_contents(p_project_id uuid, p_hashes text[])
returns text[]
language sql
stable
set search_path = ''
as $$
  select private.find_missing_contents(p_project_id, p_hashes);
$$;
grant execute on function public.find_missing_contents(uuid, text[]) to authenticated;
