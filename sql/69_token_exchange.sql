-- Token exchange: how a project token becomes a session.
-- Functions: exchange_project_token.

-- Who may ----------------------------------------------------------------------

-- Who is not signed in calls one function: this one.
grant usage on schema private to anon;

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

-- Whoever has a token may know what became of it; a stranger has none.
create function private.refuse_ended_token(p_token public.project_tokens)
returns void
language sql
set search_path = ''
as $$
  select private.refuse(401, case
    when p_token.revoked_at is not null then format('this token was revoked on %s', (p_token.revoked_at at time zone 'UTC')::date)
    when p_token.expires_at <= clock_timestamp() then format('this token expired on %s', (p_token.expires_at at time zone 'UTC')::date)
    else 'the project of this token is deleted'
  end, 'An admin of the project makes a new one: baton token create.');
$$;

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
  if not found then
    perform private.refuse_token();
  elsif not private.is_live(v_token) then
    perform private.refuse_ended_token(v_token);
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
-- sessions last: the token is the password. Refuses one that is unknown, revoked or expired, and says which.
create function public.exchange_project_token(p_token text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.exchange_project_token(p_token);
$$;
grant execute on function public.exchange_project_token(text) to anon;
