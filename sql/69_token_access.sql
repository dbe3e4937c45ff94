-- Token access: whose a session of a project token is, and what functions ask of it.
-- Roles: baton_token.  How a token becomes a session: 69_token_exchange.sql.  All that it may: 69_token_rights.sql.
-- A token has an account at the Auth server, which signs its sessions as it signs everybody's: nothing else can, on a hosted
-- project. The account's role is baton_token. Each of its rights asks the token's row, so that who is revoked may nothing
-- from that moment on, whatever his session says.

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

-- For whoever shows none that there is: whoever tries tokens learns nothing. One that was good: 69_token_exchange.sql.
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

-- Whether the token that asks requested the run. Files may hold what no mask can see: a token gets those of its own runs, and
-- no others of its project.
create function private.was_requested_by_token(p_run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.test_runs
    where id = p_run_id
      and requested_by = auth.uid()
      and project_id in (select private.token_project_ids('{runs:request,results:read}'))
  );
$$;

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

-- Who may ask for something about a run: an editor, and a token of its project that may request runs.
create function private.require_requester(p_run public.test_runs)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_token() then
    perform private.require_role(p_run.organization_id, 'editor', 'run');
  elsif (private.current_token()).project_id is distinct from p_run.project_id then
    perform private.refuse(404, 'there is no such run', 'A token knows the runs of its project.');
  else
    perform private.open_token_project(p_run.project_id, 'runs:request');
  end if;
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
  perform private.require_requester(v_run);
  if private.is_token() and v_run.requested_by is distinct from auth.uid() then
    perform private.refuse(403, 'this token did not request the run', 'An editor may cancel it: baton login.');
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
