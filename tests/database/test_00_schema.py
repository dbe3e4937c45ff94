"""The shape of it all: what is open, and that nothing else is."""

from tests.database.world import World

#: What each kind of caller may call, by name. Everything else is closed.
MEMBERS_MAY_CALL = {
    "answer_invitation",
    "begin_local_run",
    "cancel_run",
    "create_organization",
    "create_project_token",
    "duplicate_suite",
    "duplicate_test",
    "end_quarantine",
    "find_invitation",
    "find_missing_contents",
    "finish_run",
    "get_artifact",
    "get_run_plan",
    "get_retention",
    "get_suite_content",
    "get_suite_files",
    "invite_member",
    "list_invitations",
    "list_my_invitations",
    "list_workers",
    "preview_schedule",
    "push_suites",
    "quarantine_tests",
    "record_fixture_usage",
    "record_run",
    "request_runs",
    "retry_run",
    "revoke_invitation",
    "set_api_credential_secret",
    "set_environment_variable",
    "set_notification_address",
    "update_tests",
}
WORKERS_MAY_CALL = {
    "capture_variables",
    "claim_run",
    "cleanup_expired_contexts",
    "close_archive",
    "finish_run",
    "get_execution_context",
    "get_notification_channels",
    "get_run_content",
    "heartbeat_worker",
    "initialise_execution_context",
    "record_archive",
    "record_fixture_usage",
    "record_health_check",
    "record_run",
    "register_worker",
    "release_run",
    "remove_worker",
    "request_due_schedules",
    "begin_retention",
    "condense_expired",
    "delete_archived_rows",
    "delete_expired_artifacts",
    "end_retention",
    "get_archives",
    "get_expired_rows",
    "get_expired_runs",
    "get_open_archives",
    "get_retention_turn",
    "plan_retention",
    "remove_restored",
    "restore_rows",
    "resolve_test_dependencies",
    "save_execution_context",
    "update_shared_tokens",
    "verify_archive",
}
#: Who is not signed in exchanges a token; then it may what its scopes say. And he looks at an invitation
#: whose link he has.
ANYBODY_MAY_CALL = {"exchange_project_token", "find_invitation"}
TOKENS_MAY_CALL = {
    "cancel_run",
    "find_missing_contents",
    "get_suite_content",
    "get_artifact",
    "get_run_plan",
    "get_suite_files",
    "push_suites",
    "request_runs",
    "retry_run",
}
#: The commands that have a policy, by table. A table that is not here has none: nobody reaches its rows.
POLICIES = {
    "public.api_credentials": {"select", "insert", "update", "delete"},
    "public.api_endpoints": {"select", "insert", "update"},
    "public.archives": {"select"},
    "public.audit_log": {"select"},
    "public.environment_variables": {"select", "delete"},
    "public.environments": {"select", "insert", "update"},
    "public.fixture_usage": {"select"},
    "public.notification_channels": {"select", "insert", "update", "delete"},
    "public.failure_analysis": {"select", "update"},
    "public.organization_invitations": {"select"},
    "public.organization_members": {"select", "update", "delete"},
    "public.organizations": {"select", "update", "delete"},
    "public.project_tokens": {"select", "update"},
    "public.performance_metrics": {"select"},
    "public.projects": {"select", "insert", "update"},
    "public.report_templates": {"select", "insert", "update", "delete"},
    "public.saved_searches": {"select", "insert", "update", "delete"},
    "public.schedules": {"select", "insert", "update", "delete"},
    "public.test_cases": {"select", "insert", "update"},
    "public.test_data_fixtures": {"select", "insert", "update"},
    "public.test_dependencies": {"select", "insert", "update", "delete"},
    "public.test_execution_context": {"select"},
    "public.test_request_configs": {"select", "insert", "update"},
    "public.test_response_specs": {"select", "insert", "update"},
    "public.test_result_details": {"select"},
    "public.test_results": {"select"},
    "public.test_run_history": {"select"},
    "public.test_runs": {"select"},
    "public.test_suites": {"select", "insert", "update"},
    "public.user_preferences": {"select", "insert", "update", "delete"},
    "public.users": {"select", "update"},
    "realtime.messages": {"select"},
}
#: Names that are promised to those who read plans and statistics.
PROMISED_INDEXES = {
    "idx_api_credentials_user_id": "on public.api_credentials using btree (user_id)",
    "idx_api_endpoints_tags": "on public.api_endpoints using gin (tags)",
    "idx_performance_metrics_date": "on public.performance_metrics using btree (date desc",
    "idx_performance_metrics_lookup": "(test_case_id, environment_id, date desc)",
    "idx_performance_metrics_test_case_id": "on public.performance_metrics using btree (test_case_id",
    "idx_test_cases_enabled": "where (enabled and",
    "idx_test_cases_suite_id": "on public.test_cases using btree (suite_id",
    "idx_test_data_fixtures_tags": "on public.test_data_fixtures using gin (tags)",
    "idx_test_dependencies_dependent_test_id": "on public.test_dependencies using btree (dependent_test_id",
    "idx_test_execution_context_run_id": "create unique index",
    "idx_test_results_created_at": "(created_at desc",
    "idx_test_results_run_id": "(run_id,",
    "idx_test_runs_lookup": "on public.test_runs using btree (project_id, status, created_at desc)",
}
#: Helpers that policies and views call, besides what is behind the functions of the API.
POLICIES_CALL = {
    "colleague_ids",
    "is_quarantined",
    "is_retention",
    "kept_days",
    "may_follow",
    "organization_ids",
    "role_in",
}
POLICIES_FOR_TOKENS_CALL = {"token_may_follow", "token_project_ids"}
OURS = "('public', 'private', 'partitions')"


def test_every_table_is_closed_by_row_level_security(world: World) -> None:
    """Also partitions, also the queues, also what no one may reach."""
    assert (
        world.session.rows(
            f"""
            select oid::regclass::text from pg_class
            where relkind in ('r', 'p') and not relrowsecurity
              and (relnamespace::regnamespace::text in {OURS}
                or (relnamespace = 'pgmq'::regnamespace and relname ~ '^[qa]_'))
            """
        )
        == []
    )


def test_every_table_says_what_it_is_for(world: World) -> None:
    """A comment on each table, in the database itself."""
    assert (
        world.session.rows(
            f"""
            select oid::regclass::text from pg_class
            where relkind in ('r', 'p') and relnamespace::regnamespace::text in {OURS}
              and obj_description(oid, 'pg_class') is null
            """
        )
        == []
    )


def test_policies_are_these_and_for_members_only(world: World) -> None:
    """All policies at a glance; they speak to signed-in people, and to tokens, which only read."""
    rows = world.session.rows("select * from pg_policies where schemaname <> 'pgmq'")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(f"{row['schemaname']}.{row['tablename']}", set()).add(row["cmd"].lower())
    assert found == POLICIES
    assert {tuple(row["roles"]) for row in rows} == {("authenticated",), ("baton_token",)}
    assert {row["cmd"] for row in rows if row["roles"] == ["baton_token"]} == {"SELECT"}


def test_a_policy_is_a_sentence(world: World) -> None:
    """Its name can be read aloud."""
    names = world.session.rows("select policyname from pg_policies where schemaname = 'public'")
    assert [row["policyname"] for row in names if len(row["policyname"].split()) < 3] == []


def test_nobody_reaches_tables_but_members(world: World) -> None:
    """Neither who is not signed in nor a worker has a right on any table, sequence or column."""
    assert (
        world.session.rows(
            f"""
            select grantee, table_name from information_schema.table_privileges
            where grantee in ('anon', 'service_role', 'PUBLIC') and table_schema in {OURS}
            union all
            select grantee, table_name from information_schema.column_privileges
            where grantee in ('anon', 'service_role', 'PUBLIC') and table_schema in {OURS}
            """
        )
        == []
    )


def test_members_have_no_rights_outside_the_public_schema(world: World) -> None:
    """Helpers may be called where a policy needs them; the tables beside them are out of reach."""
    assert (
        world.session.rows(
            "select table_name from information_schema.table_privileges "
            "where grantee = 'authenticated' and table_schema in ('private', 'partitions')"
        )
        == []
    )


def _callable_by(world: World, role: str, *, schema: str = "public") -> set[str]:
    rows = world.session.rows(
        "select proname from pg_proc where pronamespace = %s::regnamespace "
        "and has_function_privilege(%s, oid, 'execute')",
        schema,
        role,
    )
    return {row["proname"] for row in rows}


def test_the_api_has_these_functions_and_no_other(world: World) -> None:
    """Each is for members or for workers, never for both; one is for everybody, some are for tokens, too."""
    assert _callable_by(world, "anon") == ANYBODY_MAY_CALL
    assert _callable_by(world, "baton_token") == TOKENS_MAY_CALL | ANYBODY_MAY_CALL
    assert _callable_by(world, "authenticated") == MEMBERS_MAY_CALL
    assert _callable_by(world, "service_role") == WORKERS_MAY_CALL


def test_behind_the_api_no_more_is_open_than_it_needs(world: World) -> None:
    """The function behind each of its functions, and what policies ask."""
    assert _callable_by(world, "authenticated", schema="private") == MEMBERS_MAY_CALL | POLICIES_CALL
    assert _callable_by(world, "service_role", schema="private") == WORKERS_MAY_CALL
    assert _callable_by(world, "anon", schema="private") == ANYBODY_MAY_CALL
    behind = TOKENS_MAY_CALL | ANYBODY_MAY_CALL | POLICIES_FOR_TOKENS_CALL
    assert _callable_by(world, "baton_token", schema="private") == behind


def test_nobody_but_the_owner_is_public(world: World) -> None:
    """Postgres lets everybody call a new function; we take that back."""
    rows = world.session.rows(
        f"""
        select distinct proname from pg_proc
        where pronamespace::regnamespace::text in {OURS}
          and has_function_privilege('anon', oid, 'execute')
        """
    )
    assert {row["proname"] for row in rows} == ANYBODY_MAY_CALL


def test_every_function_has_an_empty_search_path(world: World) -> None:
    """What a function names cannot be replaced by what a caller puts in front of it."""
    assert (
        world.session.rows(
            f"""
            select oid::regprocedure::text from pg_proc
            where pronamespace::regnamespace::text in {OURS}
              and not coalesce(proconfig, '{{}}') @> array['search_path=""']
            """
        )
        == []
    )


def test_functions_of_the_api_run_as_their_caller(world: World) -> None:
    """What needs more rights is behind them, in a schema that the API does not show."""
    assert (
        world.session.rows(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
        )
        == []
    )


def test_no_row_can_point_into_another_organization(world: World) -> None:
    """Every foreign key between two tables of tenants includes the organization."""
    rows = world.session.rows(
        f"""
        select conrelid::regclass::text as referencing, confrelid::regclass::text as referenced
        from pg_constraint as key
        where contype = 'f' and conparentid = 0 and connamespace::regnamespace::text in {OURS}
          and exists (select from pg_attribute where attrelid = conrelid and attname = 'organization_id')
          and exists (select from pg_attribute where attrelid = confrelid and attname = 'organization_id')
          and not exists (
            select from pg_attribute
            where attrelid = conrelid and attname = 'organization_id' and attnum = any (conkey)
          )
        """
    )
    assert rows == []


def test_the_promised_indexes_are_there(world: World) -> None:
    """By the names that the documentation gives them, and on the columns that it says."""
    rows = world.session.rows(
        "select indexname, lower(indexdef) as made from pg_indexes where schemaname = 'public'"
    )
    made = {row["indexname"]: row["made"] for row in rows}
    for name, part in PROMISED_INDEXES.items():
        assert part in made.get(name, "nothing"), name


def test_every_table_of_a_tenant_carries_its_organization(world: World) -> None:
    """Row-level security asks for it, without a join."""
    rows = world.session.rows(
        f"""
        select oid::regclass::text as name from pg_class
        where relkind in ('r', 'p') and not relispartition and relnamespace::regnamespace::text in {OURS}
          and not exists (
            select from pg_attribute where attrelid = pg_class.oid and attname = 'organization_id'
          )
        """
    )
    assert {row["name"].removeprefix("public.") for row in rows} == {
        "users",
        "organizations",
        # Of a person in all organizations, and of the operator.
        "user_preferences",
        "workers",
        "private.retention_turns",
        # Empty whenever no transaction is under way.
        "private.edited_suites",
    }


#: What people define: they say what it is for, and note down what they like.
DEFINED = {
    "api_credentials",
    "api_endpoints",
    "environments",
    "notification_channels",
    "organizations",
    "projects",
    "report_templates",
    "schedules",
    "test_cases",
    "test_data_fixtures",
    "test_suites",
}


def test_people_describe_what_they_define(world: World) -> None:
    """A description, and notes that an index finds."""
    rows = world.session.rows(
        """
        select attrelid::regclass::text as name from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where attname = 'metadata' and relnamespace = 'public'::regnamespace and relkind = 'r'
          and exists (
            select from pg_attribute as other where other.attrelid = pg_class.oid and attname = 'description'
          )
          and exists (
            select from pg_index join pg_class as index on index.oid = indexrelid
            join pg_am on pg_am.oid = index.relam
            where indrelid = pg_class.oid and indkey[0] = attnum and amname = 'gin'
          )
        """
    )
    assert {row["name"] for row in rows} == DEFINED


def test_every_foreign_key_can_be_followed_back(world: World) -> None:
    """Whoever deletes what it points at finds the rows by an index that begins with its first column."""
    assert (
        world.session.rows(
            f"""
            select conname from pg_constraint as key
            where contype = 'f' and connamespace::regnamespace::text in {OURS}
              and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1])
            """
        )
        == []
    )


def test_constraints_are_named_after_their_rule(world: World) -> None:
    """Not after a column: the name is what a refusal shows."""
    rows = world.session.rows(
        f"""
        select conname from pg_constraint
        where contype in ('c', 'f', 'u') and conparentid = 0 and connamespace::regnamespace::text in {OURS}
          and conname ~ '_(check|key|fkey)\\d*$'
          and not (contype = 'f' and array_length(conkey, 1) = 1)
        """
    )
    assert [row["conname"] for row in rows] == []
