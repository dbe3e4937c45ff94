-- Pushed fixtures: what a push writes into the fixtures of its suites.
-- Functions: check_pushed_fixtures, save_fixtures, remove_gone_fixtures; for push_suites() (36_push.sql).

-- Functions --------------------------------------------------------------------

create function private.check_pushed_fixtures(p_suite jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_key text;
  v_fixture jsonb;
  v_where text;
begin
  perform private.require_at_most((select count(*) from jsonb_object_keys(private.fields(p_suite -> 'fixtures'))), 1000,
    format('fixtures of suite "%s"', p_suite ->> 'key'));
  for v_key, v_fixture in select key, value from jsonb_each(private.fields(p_suite -> 'fixtures')) loop
    v_where := format('fixture "%s" of suite "%s"', v_key, p_suite ->> 'key');
    perform private.require_type(v_fixture, 'object', v_where);
    perform private.require_types(v_fixture, '{
      "kind": "string", "format": "string", "compression": "string", "path": "string", "ttl_seconds": "number",
      "immutable": "boolean", "cleanup": "string", "settings": "object"
    }', v_where);
    perform private.require_word(v_fixture ->> 'kind', 'public.fixture_kind', v_where || '.kind');
    perform private.require_word(v_fixture ->> 'cleanup', 'public.fixture_cleanup', v_where || '.cleanup');
  end loop;
end;
$$;

-- Size and checksum of a file are those of the content that came along.
create function private.pushed_fixtures(p_project public.projects, p_suites jsonb)
returns table (suite_id uuid, key text, fixture jsonb, checksum text, size_bytes bigint)
language sql
stable
set search_path = ''
as $$
  select owner.id, fixture.key, fixture.value, content.hash, octet_length(content.content)
  from jsonb_array_elements(p_suites) as suite
  join public.test_suites as owner on owner.project_id = p_project.id and owner.key = suite ->> 'key'
  cross join jsonb_each(private.fields(suite -> 'fixtures')) as fixture
  left join private.suite_contents as content
    on content.project_id = p_project.id and content.hash = fixture.value ->> 'checksum';
$$;

create function private.save_fixtures(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.test_data_fixtures as saved
    (organization_id, project_id, suite_id, key, name, kind, format, compression, content, path, settings, checksum, size_bytes,
     ttl_seconds, is_immutable, cleanup, cleanup_after_seconds)
  select p_project.organization_id, p_project.id, suite_id, key, key, coalesce((fixture ->> 'kind')::public.fixture_kind, 'literal'),
    coalesce(fixture ->> 'format', 'json'), fixture ->> 'compression', fixture -> 'content', fixture ->> 'path',
    private.fields(fixture -> 'settings'), checksum, size_bytes, ceil((fixture ->> 'ttl_seconds')::numeric)::integer,
    coalesce((fixture ->> 'immutable')::boolean, false), coalesce((fixture ->> 'cleanup')::public.fixture_cleanup, 'immediate'),
    case when fixture ->> 'cleanup' = 'delayed' then ceil((fixture ->> 'ttl_seconds')::numeric)::integer end
  from private.pushed_fixtures(p_project, p_suites)
  on conflict (project_id, organization_id, suite_id, key) where deleted_at is null do update set
    kind = excluded.kind,
    format = excluded.format,
    compression = excluded.compression,
    content = excluded.content,
    path = excluded.path,
    storage_path = null,
    settings = excluded.settings,
    checksum = excluded.checksum,
    size_bytes = excluded.size_bytes,
    ttl_seconds = excluded.ttl_seconds,
    is_immutable = excluded.is_immutable,
    cleanup = excluded.cleanup,
    cleanup_after_seconds = excluded.cleanup_after_seconds
  where (saved.kind, saved.format, saved.compression, saved.content, saved.path, saved.storage_path, saved.settings, saved.checksum,
      saved.ttl_seconds, saved.is_immutable, saved.cleanup, saved.cleanup_after_seconds)
    is distinct from (excluded.kind, excluded.format, excluded.compression, excluded.content, excluded.path, null::text,
      excluded.settings, excluded.checksum, excluded.ttl_seconds, excluded.is_immutable, excluded.cleanup,
      excluded.cleanup_after_seconds);
$$;

-- Fixtures that are no longer in their file, and those of suites that are gone. Which runs used them stays.
create function private.remove_gone_fixtures(p_project public.projects, p_suites jsonb)
returns void
language sql
set search_path = ''
as $$
  update public.test_data_fixtures as saved
  set deleted_at = now()
  from public.test_suites as owner
  left join jsonb_array_elements(p_suites) as suite on suite ->> 'key' = owner.key
  where saved.suite_id = owner.id
    and saved.project_id = p_project.id
    and saved.deleted_at is null
    and (owner.deleted_at is not null or (suite is not null and not private.fields(suite -> 'fixtures') ? saved.key));
$$;
