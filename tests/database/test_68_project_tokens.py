"""Tokens of pipelines: shown once, kept as a hash, revoked for good."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.database.actors import Actor, refusal_of
from tests.database.pushes import Json
from tests.database.world import World

SCOPES = "{runs:request,results:read}"


def _arguments(world: World, **more: Any) -> Json:
    return {"p_project_id": world.facts.project_id, "p_name": "main pipeline", "p_scopes": SCOPES} | more


def _create(world: World, **more: Any) -> Json:
    token: Json = world.admin.call("create_project_token", **_arguments(world, **more))
    return token


def test_a_token_is_shown_once(world: World) -> None:
    """What is kept is its SHA-256, where nobody reads it; and how it begins."""
    created = _create(world)
    token = created["token"]
    assert token.startswith("baton_")
    assert len(token) == 70
    [row] = world.admin.rows("select * from public.project_tokens")
    assert token not in str(row)
    assert (row["hint"], row["created_by"]) == (token[:12], world.admin.id)
    kept = world.session.value("select hash from private.project_token_hashes")
    assert bytes(kept) == hashlib.sha256(token.encode()).digest()


def test_only_admins_see_tokens(world: World) -> None:
    """And only through them they are made and revoked."""
    _create(world)
    below: tuple[Actor, ...] = (world.viewer, world.editor, *world.not_members)
    for actor in below:
        assert actor.rows("select * from public.project_tokens") == []
        assert actor.change("update public.project_tokens set revoked_at = now()") == 0
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.project_tokens").code == "42501"
    for actor in (world.admin, world.owner):
        assert actor.refused_to("delete from public.project_tokens").code == "42501"
        assert actor.refused_to("update public.project_tokens set scopes = '{}'").code == "42501"


def test_only_admins_make_tokens(world: World) -> None:
    """To people outside the project does not exist."""
    for actor, code in world.all_but_admins:
        assert actor.refused("create_project_token", **_arguments(world)).code == code


def test_a_revoked_token_stays_revoked(world: World) -> None:
    """Since the moment it was, whatever somebody writes."""
    _create(world)
    assert world.admin.change("update public.project_tokens set revoked_at = '2000-01-01'") == 1
    assert world.session.value("select revoked_at > now() - interval '1 hour' from public.project_tokens")
    refusal = world.admin.refused_to("update public.project_tokens set revoked_at = null")
    assert (refusal.code, refusal.message) == ("PT409", "a revoked token stays revoked")
    assert world.admin.change("update public.project_tokens set name = 'old pipeline'") == 1


@pytest.mark.parametrize(
    "more",
    [
        {"p_name": " "},
        {"p_name": None},
        {"p_scopes": "{}"},
        {"p_scopes": None},
        {"p_scopes": "{everything}"},
        {"p_scopes": "{runs:request,NULL}"},
        {"p_expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_bad_token_is_refused(world: World, more: Json) -> None:
    """And none is made."""
    assert world.admin.refused("create_project_token", **_arguments(world, **more)).code == "PT422"
    assert (world.count("public.project_tokens"), world.count("private.project_token_hashes")) == (0, 0)


def test_a_token_has_an_account_that_is_no_person(world: World) -> None:
    """Of the role that may only what tokens may, a member of nothing, and nobody can make it one."""
    created = _create(world)
    [account] = world.session.rows("select * from auth.users where id = %s", created["account_id"])
    assert (account["role"], account["email"]) == (
        "baton_token",
        f"token-{created['id']}@tokens.baton.invalid",
    )
    assert created["token"] not in str(account)
    refusal = refusal_of(
        lambda: world.session.change(
            "insert into public.organization_members (organization_id, user_id, role) "
            "values (%s, %s, 'viewer')",
            world.facts.organization_id,
            created["account_id"],
        )
    )
    assert (refusal.code, refusal.message) == (
        "PT422",
        "this is the account of a project token, and no person",
    )


def test_an_account_goes_with_its_token(world: World) -> None:
    """When the project goes; and no account of anybody else."""
    _create(world)
    people = world.count("auth.users")
    world.session.change("delete from public.projects where id = %s", world.facts.project_id)
    assert world.count("auth.users") == people - 1
