"""Everything that the schema has is tried by some test: what Postgres counted while all of them ran."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.database.actors import Session
from tests.database.conftest import Server
from tests.database.stage import Stage

#: Called to say no, and so never to their end: Postgres does not count them. Where they are tried:
ONLY_REFUSE = {
    "private.check_detail": "test_54_recording.py",
    "private.check_result": "test_54_recording.py",
    "private.refuse": "nearly everywhere",
    "private.refuse_ended_token": "test_69_token_access.py",
    "private.refuse_token": "test_69_token_access.py",
    "private.refuse_value": "nearly everywhere",
    "private.tg_project_tokens__stay_revoked": "test_68_project_tokens.py",
    "private.tg_suite_versions__stay": "test_30_suites.py",
    "private.tg_test_data_fixtures__stay": "test_31_fixtures.py",
}

HERE = Path(__file__).parent

_OURS = """
    select pronamespace::regnamespace || '.' || proname as name
    from pg_proc
    where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
"""
_CALLED = "select schemaname || '.' || funcname as name from pg_stat_user_functions where calls > 0"


@pytest.fixture
def all_tests_ran(request: pytest.FixtureRequest) -> None:
    """Skips when somebody runs a few tests only, or these first: then nothing can be said."""
    items = request.session.items
    ran = {Path(str(item.path)) for item in items[: items.index(request.node) + 1]}
    if not ran >= set(HERE.glob("test_*.py")):
        pytest.skip("says something only after all tests of the database")


@pytest.fixture
def all_counted(
    _connection: "psycopg.Connection[Any]", _furnished: "tuple[psycopg.Connection[Any], Stage]"
) -> None:
    """Connections keep what they counted for a while; those that are open tell it now."""
    for connection in (_connection, _furnished[0]):
        with connection.transaction():
            connection.execute("select pg_stat_force_next_flush()")


@pytest.mark.usefixtures("all_tests_ran", "all_counted")
def test_every_function_was_called(server: Server) -> None:
    """By at least one of the tests before this one, and came to its end; triggers are functions, too."""
    called: set[str] = set()
    for database in server.databases:
        called |= _names(server, database, _CALLED)
    missing = sorted(_names(server, "furnished", _OURS) - called - set(ONLY_REFUSE))
    assert not missing, "\n".join(missing)


def _names(server: Server, database: str, query: str) -> set[str]:
    with server.connect(database) as connection:
        return {row["name"] for row in Session(connection).rows(query)}


#: Functions that several tables have as a trigger, and where each of the tables is tried: what is counted
#: above may all be of one of them.
SHARED = {
    "tg_audit": "test_every_change_is_told_to_the_log",
    "tg_delete_now": "test_94_limits.py",
    "tg_edited__enter_gates": "test_37_edit_gates.py",
    "tg_forget_vault_secret": "test_14, test_25, test_44, test_65",
    "tg_organization_members__keep_an_owner": "test_10_organizations.py",
    "tg_suite_parts__mark_suites": "test_37_edited_suites.py, test_35_pushed_fixtures.py",
    "tg_test_dependencies__mark_suites": "test_37_edited_suites.py",
    "tg_test_dependencies__refuse_circles": "test_32_dependencies.py",
    "tg_test_parts__mark_suites": "test_37_edited_suites.py",
    "tg_touch_updated_at": "test_every_row_says_when_it_was_changed",
}
#: Their rows are written a thousand at a time, and say it themselves.
WITHOUT_A_TRIGGER = {"performance_metrics"}
#: What people define, and who may do so. Personal things are nobody's business.
AUDITED = {
    "api_endpoints",
    "environment_variables",
    "environments",
    "notification_channels",
    "organization_invitations",
    "organization_members",
    "organizations",
    "project_tokens",
    "projects",
    "report_templates",
    "schedules",
    "test_cases",
    "test_data_fixtures",
    "test_suites",
}
#: Of these the log tells what people change, and not what follows from runs. Where it is tried:
AUDITED_BY_PEOPLE = {"failure_analysis": "test_74_failures.py"}
#: What is changed to be told; elsewhere the name.
TOLD = {"organization_invitations": "role", "organization_members": "role", "test_cases": "enabled"}


def _triggers(stage: Stage) -> dict[str, list[str]]:
    """By function: the tables and triggers that call it."""
    rows = stage.session.rows(
        """
        select proname as function, tgrelid::regclass::text as table
        from pg_trigger join pg_proc on pg_proc.oid = tgfoid
        where tgparentid = 0 and not tgisinternal and pronamespace = 'private'::regnamespace
        order by 1, 2
        """
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["function"], []).append(row["table"])
    return found


def test_every_shared_trigger_has_its_tests(stage: Stage) -> None:
    """A function that becomes the trigger of a second table is tried with both, and says here where."""
    assert {function for function, tables in _triggers(stage).items() if len(tables) > 1} == set(SHARED)


def test_every_row_says_when_it_was_changed(stage: Stage) -> None:
    """Whoever changes it, and whatever he says himself."""
    rows = stage.session.rows(
        "select attrelid::regclass::text as name from pg_attribute join pg_class on pg_class.oid = attrelid "
        "where attname = 'updated_at' and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
    )
    for table in {row["name"] for row in rows} - WITHOUT_A_TRIGGER:
        assert stage.session.change(f"update {table} set updated_at = '2001-01-01'"), table
        assert stage.session.value(f"select bool_and(updated_at = now()) from {table}"), table


def test_every_change_is_told_to_the_log(stage: Stage) -> None:
    """Of each table that is under audit; who it was, and how it was before: test_85_audit.py."""
    assert set(_triggers(stage)["tg_audit"]) == AUDITED | AUDITED_BY_PEOPLE.keys()
    told = "select count(*) from public.audit_log where table_name = %s and action = 'update'"
    for table in AUDITED:
        before = stage.session.value(told, table)
        column = TOLD.get(table, "name")
        other = {"role": "'viewer'", "enabled": "not enabled"}.get(column, "name || 'x'")
        user = "and role <> 'owner'" if column == "role" else ""
        changed = stage.session.change(
            f"update public.{table} set {column} = {other} where organization_id = %s {user}"
            if table != "organizations"
            else f"update public.organizations set name = {other} where id = %s",
            stage.shop.organization_id,
        )
        assert changed, table
        assert stage.session.value(told, table) > before, table
