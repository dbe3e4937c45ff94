-- Token access: how a project token becomes a session, and all that such a session may.
-- Roles: baton_token.  Functions: exchange_project_token.
-- A token has an account at the Auth server, which signs its sessions as it signs everybody's: nothing else can, on a hosted
-- project. The account's role is baton_token, which has the rights of this file and no others. Each of them asks the token's
-- row, so that who is revoked may nothing from that moment on, whatever his session says.

-- Roles ------------------------------------------------------------------------

-- Roles belong to the whole server: another database of it may have made this one.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'baton_token') then
    create role baton_token nologin;
  end if;
end
$$;

-- What everybody may who comes through the API: see schemas, and read what policies of Realtime show him.
grant anon to baton_token;
grant baton_token to authenticator;

-- Who is not signed in calls one function: the one that exchanges tokens.
grant usage on schema private to anon;

-- Functions: whose session -----------------------------------------------------

create function private.is_token()
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(auth.role() = 'baton_token', false);
$$;

create function private.is_live(p_token public.project_tokens)
returns boolean
language sql
stable
set search_path = ''
as $$
  select p_token.revoked_at is null
    and (p_token.expires_at is null or p_token.expires_at > clock_timestamp())
    and exists (select from public.projects where id = p_token.project_id and deleted_at is null);
$$;

-- The same words for all of them: whoever tries tokens learns nothing.
create function private.refuse_token()
returns void
language sql
set search_path = ''
as $$
  select private.refuse(401, 'this token is not valid',
    'It is unknown, revoked or expired; an admin of the project makes a new one: baton token create.');
$$;

-- The token whose session asks; refused when it is not valid any more.
create function private.current_token()
returns public.project_tokens
language plpgsql
stable
set search_path = ''
as $$
declare
  v_token public.project_tokens;
begin
  select * into v_token from public.project_tokens where account_id = auth.uid();
  if not found or not private.is_live(v_token) then
    perform private.refuse_token();
  end if;
  return v_token;
end;
$$;

-- The project of the token that asks, if it may one of these things; none when it is not valid any more.
create function private.token_project_ids(p_scopes public.token_scope[])
returns setof uuid
language sql
stable
security definer  -- the token's row is not shown to it
set search_path = ''
as $$
  select token.project_id
  from public.project_tokens as token
  where token.account_id = auth.uid()
    and token.scopes && p_scopes
    and private.is_live(token);
$$;
grant execute on function private.token_project_ids(public.token_scope[]) to baton_token;

create function private.token_may_follow(p_topic text)
returns boolean
language sql
stable
security definer  -- see private.token_project_ids()
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where id = private.id_in_topic(p_topic, 'run')
      and project_id in (select private.token_project_ids('{runs:request,results:read}'))
  );
$$;
grant execute on function private.token_may_follow(text) to baton_token;

-- Functions: what functions ask ------------------------------------------------

create function private.open_token_project(p_project_id uuid, p_scope public.token_scope)
returns public.projects
language plpgsql
stable
set search_path = ''
as $$
declare
  v_token public.project_tokens := private.current_token();
  v_project public.projects;
begin
  select * into v_project from public.projects where id = p_project_id and id = v_token.project_id;
  if not found then
    perform private.refuse(404, 'there is no such project', 'A token knows the project it was made for, and no other.');
  elsif p_scope <> all (v_token.scopes) then
    perform private.refuse(403, format('this token has no scope %s', p_scope), format(
      'It has: %s. An admin makes another one: baton token create.', array_to_string(v_token.scopes, ', ')
    ));
  end if;
  return v_project;
end;
$$;

-- The project for a member with this role, or for a token with this scope; for any token where it is null.
create function private.open_project_for(p_project_id uuid, p_at_least public.member_role, p_scope public.token_scope)
returns public.projects
language plpgsql
stable
set search_path = ''
as $$
begin
  if private.is_token() then
    return private.open_token_project(p_project_id, p_scope);
  end if;
  return private.open_project(p_project_id, p_at_least);
end;
$$;

-- Who may cancel it: an editor, and the token that requested it.
create function private.require_canceller(p_run_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_run public.test_runs;
begin
  select * into v_run from public.test_runs where id = p_run_id;
  if not private.is_token() then
    perform private.require_role(v_run.organization_id, 'editor', 'run');
  elsif (private.current_token()).project_id is distinct from v_run.project_id then
    perform private.refuse(404, 'there is no such run', 'A token knows the runs of its project.');
  else
    perform private.open_token_project(v_run.project_id, 'runs:request');
    if v_run.requested_by is distinct from auth.uid() then
      perform private.refuse(403, 'this token did not request the run', 'An editor may cancel it: baton login.');
    end if;
  end if;
end;
$$;

-- A request with what is not for the caller to say: a token's is by a pipeline, and says which token it was.
create function private.sign_request(p_request jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_source jsonb := private.fields(p_request -> 'source') - 'token';
  v_token public.project_tokens;
begin
  if not private.is_token() then
    return p_request || jsonb_build_object('source', v_source);
  end if;
  v_token := private.current_token();
  return p_request || jsonb_build_object(
    'trigger', 'ci',
    'source', v_source || jsonb_build_object('token', jsonb_build_object('id', v_token.id, 'name', v_token.name))
  );
end;
$$;

-- Functions: the account -------------------------------------------------------

create function private.make_token_account(p_token public.project_tokens, p_email text)
returns uuid
language plpgsql  -- bound late: hosted projects have more columns than the stack for one machine
set search_path = ''
as $$
declare
  v_id uuid := gen_random_uuid();
begin
  -- The Auth server reads texts that are null as errors.
  insert into auth.users
    (id, aud, role, email, email_confirmed_at, confirmation_token, recovery_token, email_change, email_change_token_new,
     raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
  values (
    v_id, 'authenticated', 'baton_token', p_email, now(), '', '', '', '',
    '{"provider": "email", "providers": ["email"]}', jsonb_build_object('name', p_token.name), now(), now()
  );
  if exists (
    select from pg_catalog.pg_attribute where attrelid = 'auth.users'::regclass and attname = 'instance_id' and not attisdropped
  ) then
    execute 'update auth.users set instance_id = $1 where id = $2' using '00000000-0000-0000-0000-000000000000'::uuid, v_id;
  end if;
  insert into auth.identities (id, provider, provider_id, user_id, identity_data, created_at, updated_at)
  values (gen_random_uuid(), 'email', v_id::text, v_id, jsonb_build_object('sub', v_id, 'email', p_email), now(), now());
  return v_id;
end;
$$;

-- Sees to it that the token can sign in: makes its account, or sets right what somebody changed in it with a session of his.
create function private.keep_token_account(p_token public.project_tokens, p_secret text)
returns public.project_tokens
language plpgsql
set search_path = ''
as $$
declare
  v_email text := format('token-%s@tokens.baton.invalid', p_token.id);
begin
  if p_token.account_id is null then
    update public.project_tokens set account_id = private.make_token_account(p_token, v_email)
    where id = p_token.id
    returning * into p_token;
  end if;
  -- Of 256 random bits: to stretch them would only cost time.
  update auth.users
  set email = v_email, encrypted_password = extensions.crypt(p_secret, extensions.gen_salt('bf', 4))
  where id = p_token.account_id
    and (email is distinct from v_email or coalesce(encrypted_password, '') !~ '^\$2'
      or encrypted_password <> extensions.crypt(p_secret, encrypted_password));
  return p_token;
end;
$$;

-- Functions: the exchange ------------------------------------------------------

create function private.exchange_project_token(p_token text)
returns jsonb
language plpgsql
security definer  -- nobody may read the hashes
set search_path = ''
as $$
declare
  v_token public.project_tokens;
  v_project public.projects;
begin
  select token.* into v_token
  from private.project_token_hashes as kept
  join public.project_tokens as token on token.id = kept.token_id
  where kept.hash = private.hash_token(p_token);
  if not found or not private.is_live(v_token) then
    perform private.refuse_token();
  end if;
  v_token := private.keep_token_account(v_token, p_token);
  -- To the minute is enough, and spares a write for each call.
  update public.project_tokens
  set last_used_at = clock_timestamp()
  where id = v_token.id and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');
  -- Nobody signs out of a job that is killed.
  delete from auth.sessions where user_id = v_token.account_id and created_at < now() - interval '1 day';
  select * into v_project from public.projects where id = v_token.project_id;
  return jsonb_build_object('token_id', v_token.id, 'organization_id', v_token.organization_id, 'project_id', v_token.project_id,
    'project', v_project.key, 'name', v_token.name, 'scopes', v_token.scopes, 'expires_at', v_token.expires_at,
    'email', (select email from auth.users where id = v_token.account_id));
end;
$$;
grant execute on function private.exchange_project_token(text) to anon;

-- Whose token this is and what it may do, and the address with which it signs in, for an hour or as long as the project's
-- sessions last: the token is the password. Refuses one that is unknown, revoked or expired, in the same words.
create function public.exchange_project_token(p_token text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.exchange_project_token(p_token);
$$;
grant execute on function public.exchange_project_token(text) to anon;

-- Who may: functions -----------------------------------------------------------

grant execute on function
  public.request_runs(uuid, jsonb, text), private.request_runs(uuid, jsonb, text),
  public.cancel_run(uuid), private.cancel_run(uuid),
  public.find_missing_contents(uuid, text[]), private.find_missing_contents(uuid, text[]),
  public.push_suites(uuid, jsonb), private.push_suites(uuid, jsonb),
  public.get_suite_files(uuid), private.get_suite_files(uuid)
to baton_token;

-- Who may: tables --------------------------------------------------------------

create policy "Tokens see their project"
on public.projects for select to baton_token
using (id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the environments of their project"
on public.environments for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the suites of their project"
on public.test_suites for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the tests of their project"
on public.test_cases for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the dependencies of their project"
on public.test_dependencies for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,suites:push,results:read}'))));

create policy "Tokens see the runs of their project"
on public.test_runs for select to baton_token
using (project_id = any (array (select private.token_project_ids('{runs:request,results:read}'))));

-- These three are of a run that the policy on runs shows.
create policy "Tokens see the results of their project"
on public.test_results for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens see the evidence of their project"
on public.test_result_details for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens see what the runs of their project know"
on public.test_execution_context for select to baton_token
using (exists (select from public.test_runs as run where run.id = run_id));

create policy "Tokens follow the runs of their project"
on realtime.messages for select to baton_token
using (extension = 'broadcast' and (select private.token_may_follow((select realtime.topic()))));

grant select (id, organization_id, key, name, deleted_at) on public.projects to baton_token;
grant select (id, organization_id, project_id, name, kind, deleted_at) on public.environments to baton_token;
grant select on
  public.test_suites, public.test_cases, public.test_dependencies, public.test_runs, public.test_results,
  public.test_result_details, public.test_execution_context
to baton_token;
