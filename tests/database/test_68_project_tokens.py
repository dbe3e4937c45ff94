"""Tokens of pipelines: shown once, kept as a hash, revoked for good."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.database.actors import Actor
from tests.database.pushes import Json
from tests.database.world import World

SCOPES = "{runs:request,results:read}"


def _arguments(world: World, **more: Any) -> Json:
    return {"p_project_id": world.facts.project_id, "p_name": "main pipeline", "p_scopes": SCOPES} | more


def _create(world: World, **more: Any) -> Json:
    token: Json = world.admin.call("create_project_token", **_arguments(world, **more))
    return token


def _verify(world: World, token: str) -> Json:
    answer: Json = world.worker.call("verify_project_token", p_token=token)
    return answer


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
    for actor, code in (
        (world.viewer, "PT403"),
        (world.editor, "PT403"),
        (world.outsider, "PT404"),
        (world.stranger, "PT404"),
        (world.anonymous, "42501"),
        (world.worker, "42501"),
    ):
        assert actor.refused("create_project_token", **_arguments(world)).code == code


def test_the_server_learns_whose_token_it_is(world: World) -> None:
    """And what it may do; that it was used is noted."""
    created = _create(world)
    answer = _verify(world, created["token"])
    assert answer["token_id"] == str(created["id"])
    assert answer["project_id"] == str(world.facts.project_id)
    assert answer["scopes"] == ["runs:request", "results:read"]
    assert world.session.value("select last_used_at is not null from public.project_tokens")


def test_using_a_token_is_noted_to_the_minute(world: World) -> None:
    """A pipeline that asks often writes seldom."""
    token = _create(world)["token"]
    _verify(world, token)
    first = world.session.value("select last_used_at from public.project_tokens")
    _verify(world, token)
    assert world.session.value("select last_used_at from public.project_tokens") == first


def test_nobody_but_the_server_verifies(world: World) -> None:
    """Else anybody could try tokens."""
    token = _create(world)["token"]
    for actor in (*world.members, world.outsider, world.anonymous):
        assert actor.refused("verify_project_token", p_token=token).code == "42501"


def test_an_unknown_a_revoked_and_an_expired_token_are_refused_alike(world: World) -> None:
    """Whoever tries learns nothing; nor from a project that is deleted."""
    revoked = _create(world)["token"]
    world.admin.change("update public.project_tokens set revoked_at = now()")
    expired = _create(world, p_expires_at=datetime.now(UTC) + timedelta(hours=1))["token"]
    world.session.change(
        "update public.project_tokens set created_at = now() - interval '2 days', "
        "expires_at = now() - interval '1 day' where expires_at is not null"
    )
    orphan = _create(world)["token"]
    words = {
        world.worker.refused("verify_project_token", p_token=token) for token in (revoked, expired, "x", None)
    }
    world.admin.change("update public.projects set deleted_at = now()")
    words.add(world.worker.refused("verify_project_token", p_token=orphan))
    [refusal] = words
    assert (refusal.code, refusal.message) == ("PT401", "this token is not valid")


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
