"""Environments and their variables. What is secret goes in and never comes out, but to a worker."""

import json

import pytest

from tests.database.actors import Actor
from tests.database.world import PASSWORD, World


def _set(world: World, name: str, value: str | None, *, secret: bool, by: Actor | None = None) -> None:
    (by or world.admin).call(
        "set_environment_variable",
        p_environment_id=world.facts.environment_id,
        p_name=name,
        p_value=value,
        p_is_secret=secret,
    )


def _secrets(world: World) -> list[str]:
    rows = world.session.rows("select decrypted_secret from vault.decrypted_secrets order by created_at")
    return [row["decrypted_secret"] for row in rows]


def _given_to_workers(world: World) -> dict[str, dict[str, str]]:
    world.a_run()
    environment = world.claim()["environment"]
    return {"variables": environment["variables"], "secrets": environment["secrets"]}


def test_members_see_environments_and_others_do_not(world: World) -> None:
    """With their variables, and of secrets the names."""
    for member in world.members:
        assert [row["name"] for row in member.rows("select name from public.environments")] == ["staging"]
        assert member.rows(
            "select name, is_secret, value from public.environment_variables order by name"
        ) == [
            {"name": "email", "is_secret": False, "value": "ann@example.com"},
            {"name": "password", "is_secret": True, "value": None},
        ]
    for other in world.not_members:
        assert other.rows("select * from public.environments") == []
        assert other.rows("select * from public.environment_variables") == []


def test_admins_make_and_change_environments_and_editors_do_not(world: World) -> None:
    """Deleting is a change: runs refer to the row."""
    insert = (
        "insert into public.environments (organization_id, project_id, name) "
        f"values ('{world.facts.organization_id}', '{world.facts.project_id}', 'local')"
    )
    assert world.editor.refused_to(insert).code == "42501"
    assert world.admin.change(insert) == 1
    assert world.editor.change("update public.environments set max_parallel = 1") == 0
    assert world.admin.change("update public.environments set deleted_at = now() where name = 'local'") == 1
    assert world.owner.refused_to("delete from public.environments").code == "42501"


def test_an_environment_cannot_belong_to_anothers_project(world: World) -> None:
    """The key includes the organization."""
    insert = "insert into public.environments (organization_id, project_id, name) values (%s, %s, 'x')"
    refusal = world.admin.refused_to(insert, world.facts.organization_id, world.facts.other_project_id)
    assert refusal.code == "23503"


@pytest.mark.parametrize(
    "change",
    ["max_parallel = 0", "rate_limit_per_second = -1", "timeout_seconds = 0", "base_url = 'ftp://x'"],
)
def test_an_environment_with_an_impossible_limit_is_refused(world: World, change: str) -> None:
    """By a rule that has a name."""
    refusal = world.admin.refused_to(f"update public.environments set {change}")
    assert refusal.code == "23514"
    assert "environments_" in refusal.message


def test_a_secret_lies_in_the_vault_and_nowhere_else(world: World) -> None:
    """Its row in the table that people read has no value."""
    assert _secrets(world) == [PASSWORD]
    assert world.session.value("select value from public.environment_variables where is_secret") is None


def test_workers_get_variables_and_secrets_with_the_claim(world: World) -> None:
    """It is the only way out."""
    assert _given_to_workers(world) == {
        "variables": {"email": "ann@example.com"},
        "secrets": {"password": PASSWORD},
    }


def test_only_admins_set_variables(world: World) -> None:
    """To people outside, the environment does not exist."""
    arguments = {
        "p_environment_id": world.facts.environment_id,
        "p_name": "x",
        "p_value": "y",
        "p_is_secret": False,
    }
    for actor, code in world.all_but_admins:
        assert actor.refused("set_environment_variable", **arguments).code == code


def test_variables_are_not_written_past_the_function(world: World) -> None:
    """Otherwise a secret's value could end up where people read."""
    insert = (
        "insert into public.environment_variables (organization_id, environment_id, name, value) "
        "values (%s, %s, 'x', 'y')"
    )
    refusal = world.owner.refused_to(insert, world.facts.organization_id, world.facts.environment_id)
    assert refusal.code == "42501"
    assert world.owner.refused_to("update public.environment_variables set value = 'x'").code == "42501"


def test_a_secret_is_replaced_in_place(world: World) -> None:
    """The old value is gone."""
    _set(world, "password", "new one", secret=True)
    assert _secrets(world) == ["new one"]


def test_a_variable_becomes_secret_and_plain_again(world: World) -> None:
    """Its value is at one place at a time."""
    _set(world, "email", "hidden", secret=True)
    assert world.session.value("select value from public.environment_variables where name = 'email'") is None
    assert sorted(_secrets(world)) == sorted([PASSWORD, "hidden"])
    _set(world, "email", "shown", secret=False)
    assert _secrets(world) == [PASSWORD]
    assert _given_to_workers(world)["variables"] == {"email": "shown"}


def test_a_removed_secret_leaves_the_vault(world: World) -> None:
    """Admins remove variables; editors do not."""
    remove = "delete from public.environment_variables where name = 'password'"
    assert world.editor.change(remove) == 0
    assert world.admin.change(remove) == 1
    assert _secrets(world) == []


@pytest.mark.parametrize(
    ("name", "value"), [("not a name", "x"), ("", "x"), (None, "x"), ("fine", None), ("fine", "x" * 65537)]
)
@pytest.mark.parametrize("secret", [True, False])
def test_a_bad_variable_is_refused_without_showing_its_value(
    world: World, name: str | None, value: str | None, secret: bool
) -> None:
    """And leaves nothing behind."""
    refusal = world.admin.refused(
        "set_environment_variable",
        p_environment_id=world.facts.environment_id,
        p_name=name,
        p_value=value,
        p_is_secret=secret,
    )
    assert refusal.code == "PT422"
    assert "xxx" not in refusal.message
    assert (world.count("public.environment_variables"), len(_secrets(world))) == (2, 1)


def test_an_empty_value_is_a_value(world: World) -> None:
    """Also of a secret."""
    _set(world, "email", "", secret=False)
    _set(world, "password", "", secret=True)
    assert _given_to_workers(world) == {"variables": {"email": ""}, "secrets": {"password": ""}}


@pytest.mark.parametrize(
    ("connection", "is_right"),
    [
        ({}, True),
        ({"proxy": "http://{{ secrets.proxy }}@proxy:3128"}, True),
        ({"tls": {"verify": False, "ca": "corporate_ca", "password": "{{ secrets.p }}"}}, True),
        ({"proxies": "x"}, False),
        ({"proxy": 3}, False),
        ({"tls": True}, False),
        ({"tls": {"verify": "no"}}, False),
        ({"tls": {"ca": 1}}, False),
        ({"tls": {"pin": "x"}}, False),
        ([], False),
        ({"proxy": "x" * 9000}, False),
    ],
)
def test_a_connection_is_said_in_the_words_of_a_suite_file(
    world: World, connection: object, is_right: bool
) -> None:
    """Admins say it, workers are told; anything else is refused."""
    statement = "update public.environments set connection = %s::jsonb"
    if not is_right:
        assert world.admin.refused_to(statement, json.dumps(connection)).code == "23514"
        return
    assert world.editor.change(statement, json.dumps(connection)) == 0
    assert world.admin.change(statement, json.dumps(connection)) == 1
    world.a_run()
    assert world.claim()["environment"]["connection"] == connection
