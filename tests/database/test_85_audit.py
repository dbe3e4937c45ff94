"""The log: who changed what, and how it was before. Never a secret, never another's, never edited."""

import pytest

from tests.database.pushes import Json, a_push, a_suite
from tests.database.world import PASSWORD, World


def _entries(world: World, table: str) -> list[Json]:
    return world.admin.rows(
        "select * from public.audit_log where table_name = %s order by created_at, action, record_name", table
    )


def _last(world: World, table: str) -> Json:
    # What one test does has one time; the world's own entries are older.
    [entry] = world.admin.rows(
        "select * from public.audit_log where table_name = %s and created_at = now()", table
    )
    return entry


def test_a_change_is_told_with_what_it_changed(world: World) -> None:
    """Only that, before and after; and by whom."""
    world.admin.change("update public.projects set name = 'Store'")
    entry = _last(world, "projects")
    assert (entry["action"], entry["record_id"], entry["record_name"]) == (
        "update",
        world.facts.project_id,
        "Store",
    )
    assert (entry["before"], entry["after"]) == ({"name": "Shop"}, {"name": "Store"})
    assert (entry["changed_by"], entry["changed_as"]) == (world.admin.id, "authenticated")


def test_a_new_row_and_a_deleted_one_are_told_whole(world: World) -> None:
    """So that it can be seen what it was."""
    facts = world.facts
    world.owner.change(
        "insert into public.schedules (organization_id, project_id, environment_id, name, cron) "
        "values (%s, %s, %s, 'nightly', '0 3 * * *')",
        facts.organization_id,
        facts.project_id,
        facts.environment_id,
    )
    entry = _last(world, "schedules")
    assert (entry["action"], entry["before"], entry["after"]["cron"]) == ("insert", None, "0 3 * * *")
    world.owner.change("delete from public.schedules")
    [gone] = [entry for entry in _entries(world, "schedules") if entry["action"] == "delete"]
    assert (gone["after"], gone["before"]["cron"]) == (None, "0 3 * * *")


def test_a_change_that_changes_nothing_is_not_told(world: World) -> None:
    """Nobody has to read it."""
    before = world.count("public.audit_log")
    world.admin.change("update public.projects set name = name")
    assert world.count("public.audit_log") == before


def test_members_and_their_roles_are_told(world: World) -> None:
    """By the person's id."""
    world.owner.change(
        "update public.organization_members set role = 'editor' where user_id = %s", world.viewer.id
    )
    entry = _last(world, "organization_members")
    assert (entry["record_id"], entry["before"], entry["after"]) == (
        world.viewer.id,
        {"role": "viewer"},
        {"role": "editor"},
    )


@pytest.mark.parametrize("secret", [True, False])
def test_of_variables_names_are_told_and_never_values(world: World, secret: bool) -> None:
    """That one was set again is told, too: it is what people look for."""
    world.admin.call(
        "set_environment_variable",
        p_environment_id=world.facts.environment_id,
        p_name="password" if secret else "email",
        p_value="hush-5521",
        p_is_secret=secret,
    )
    entry = _last(world, "environment_variables")
    assert (entry["action"], entry["record_name"]) == ("update", "password" if secret else "email")
    everything = str(world.session.rows("select * from public.audit_log"))
    assert "hush-5521" not in everything
    assert PASSWORD not in everything
    assert "ann@example.com" not in everything


def test_no_secret_of_tokens_and_channels_is_told(world: World) -> None:
    """Only that there are some."""
    facts = world.facts
    token = world.admin.call(
        "create_project_token", p_project_id=facts.project_id, p_name="ci", p_scopes="{runs:request}"
    )["token"]
    [channel] = world.admin.rows(
        "insert into public.notification_channels (organization_id, name, kind) values (%s, 'x', 'slack') "
        "returning id",
        facts.organization_id,
    )
    address = "https://hooks.example.com/hush"
    world.admin.call("set_notification_address", p_channel_id=channel["id"], p_address=address)
    assert _last(world, "project_tokens")["record_name"] == "ci"
    assert [entry["action"] for entry in _entries(world, "notification_channels")] == ["insert", "update"]
    everything = str(world.session.rows("select * from public.audit_log"))
    assert token not in everything
    assert address not in everything


def test_a_push_is_told_by_its_suites(world: World) -> None:
    """Those that it changed, with their versions."""
    world.push(
        a_push(a_suite("accounts", ["login"], source="new\n"), a_suite("shop", ["catalog", "cart", "order"]))
    )
    entry = _last(world, "test_suites")
    assert (entry["record_name"], entry["changed_by"]) == ("Accounts", world.editor.id)
    assert (entry["before"], entry["after"]) == ({"version": 1}, {"version": 2})


def test_what_the_server_does_has_no_person(world: World) -> None:
    """But a role."""
    world.session.change("update public.projects set name = 'x' where id = %s", world.facts.project_id)
    entry = _last(world, "projects")
    assert (entry["changed_by"], entry["changed_as"] != "") == (None, True)


def test_only_admins_read_the_log_and_nobody_writes_it(world: World) -> None:
    """Those of another organization read theirs."""
    for admin in (world.admin, world.owner):
        assert admin.rows("select * from public.audit_log") != []
    for other in (world.viewer, world.editor, world.stranger):
        assert other.rows("select * from public.audit_log") == []
    rows = world.outsider.rows("select distinct organization_id from public.audit_log")
    assert rows == [{"organization_id": world.facts.other_organization_id}]
    for actor in (*world.members, world.anonymous, world.worker):
        assert actor.refused_to("delete from public.audit_log").code == "42501"
        assert actor.refused_to("update public.audit_log set action = 'delete'").code == "42501"
        assert actor.refused_to("insert into public.audit_log default values").code == "42501"


def test_an_organization_that_goes_takes_its_log_along(world: World) -> None:
    """All that hangs off it goes without a word."""
    world.owner.change("delete from public.organizations where id = %s", world.facts.organization_id)
    left = world.session.rows("select distinct organization_id from public.audit_log")
    assert left == [{"organization_id": world.facts.other_organization_id}]


def test_entries_lie_in_the_partition_of_their_month(world: World) -> None:
    """None in the default one, and the next months are there."""
    assert world.count("public.audit_log") > 0
    assert world.count("partitions.audit_log_default") == 0
    ahead = "select count(*) from pg_tables where schemaname = 'partitions' and tablename ~ '^audit_log_2'"
    assert world.session.value(ahead) == 4
