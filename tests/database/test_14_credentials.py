"""Credentials are personal: their secret goes in, and comes out with a run of their owner only."""

from uuid import UUID

import pytest

from tests.database.actors import Actor
from tests.database.pushes import Json
from tests.database.world import World

SECRET = {"token": "tok-3c1f"}
INSERT = "insert into public.api_credentials (organization_id, name, type) values (%s, %s, %s) returning id"


def _credential(world: World, *, by: Actor | None = None, name: str = "github", kind: str = "bearer") -> UUID:
    [row] = (by or world.editor).rows(INSERT, world.facts.organization_id, name, kind)
    identifier: UUID = row["id"]
    return identifier


def _with_secret(world: World, *, by: Actor | None = None, **more: str) -> UUID:
    identifier = _credential(world, by=by, **more)
    (by or world.editor).call("set_api_credential_secret", p_credential_id=identifier, p_secret=SECRET)
    return identifier


def _kept(world: World) -> list[str]:
    rows = world.session.rows(
        "select decrypted_secret from vault.decrypted_secrets where name like 'api_credential/%%'"
    )
    return [row["decrypted_secret"] for row in rows]


def test_nobody_sees_the_credentials_of_another(world: World) -> None:
    """No admin and no owner of the organization, either."""
    _credential(world)
    for other in (world.viewer, world.admin, world.owner, *world.not_members):
        assert other.rows("select * from public.api_credentials") == []
        assert other.change("update public.api_credentials set name = 'mine'") == 0
        assert other.change("delete from public.api_credentials") == 0
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.api_credentials").code == "42501"


def test_a_viewer_keeps_credentials_too(world: World) -> None:
    """They are his own, whatever he may do with the organization's things."""
    identifier = _with_secret(world, by=world.viewer)
    change = "update public.api_credentials set description = 'work' where id = %s"
    assert world.viewer.change(change, identifier) == 1
    assert world.viewer.change("delete from public.api_credentials") == 1


def test_credentials_are_not_kept_for_others_nor_where_one_is_no_member(world: World) -> None:
    """Who they belong to is not written by anybody."""
    assert world.outsider.refused_to(INSERT, world.facts.organization_id, "x", "bearer").code == "42501"
    assert world.stranger.refused_to(INSERT, world.facts.organization_id, "x", "bearer").code == "42501"
    assert world.editor.refused_to(INSERT, world.facts.other_organization_id, "x", "bearer").code == "42501"
    for column in ("user_id", "has_secret", "last_used_at"):
        assert world.editor.refused_to(f"update public.api_credentials set {column} = null").code == "42501"


def test_a_secret_is_nowhere_but_in_the_vault(world: World) -> None:
    """Its owner sees that there is one, and when it was set."""
    _with_secret(world)
    [row] = world.editor.rows("select * from public.api_credentials")
    assert row["has_secret"] is True
    assert row["rotated_at"] is not None
    assert "tok-3c1f" not in str(row)
    assert _kept(world) == ['{"token": "tok-3c1f"}']


def test_a_secret_is_rotated_in_place_and_goes_with_its_credential(world: World) -> None:
    """The old value is gone, and in the end all of it."""
    identifier = _with_secret(world)
    new = {"token": "tok-new"}
    world.editor.call("set_api_credential_secret", p_credential_id=identifier, p_secret=new)
    assert _kept(world) == ['{"token": "tok-new"}']
    world.editor.change("delete from public.api_credentials")
    assert _kept(world) == []


def test_who_leaves_the_organization_leaves_no_credentials(world: World) -> None:
    """Nor their secrets."""
    _with_secret(world)
    leave = "delete from public.organization_members where user_id = %s"
    assert world.editor.change(leave, world.editor.id) == 1
    assert (world.count("public.api_credentials"), _kept(world)) == (0, [])


def test_only_the_owner_sets_a_secret(world: World) -> None:
    """To all others the credential does not exist."""
    arguments = {"p_credential_id": _credential(world), "p_secret": SECRET}
    for actor in (world.viewer, world.admin, world.owner, world.outsider, world.stranger):
        refusal = actor.refused("set_api_credential_secret", **arguments)
        assert (refusal.code, refusal.message) == ("PT404", "there is no such credential")
    for actor in (world.anonymous, world.worker):
        assert actor.refused("set_api_credential_secret", **arguments).code == "42501"


@pytest.mark.parametrize(
    ("kind", "secret", "message"),
    [
        ("bearer", {"value": "hush-9"}, 'a secret of type bearer has a text "token"'),
        ("basic", {"username": "hush-9"}, 'a secret of type basic has a text "password"'),
        ("bearer", {"token": 9}, 'a secret of type bearer has a text "token"'),
        ("bearer", {"token": "x", "more": ["hush-9"]}, "every part of a secret is a text"),
        ("bearer", ["hush-9"], "a secret must be of type object, but is array"),
        ("oauth2_refresh", {}, 'a secret of type oauth2_refresh has a text "refresh_token"'),
        ("aws_sigv4", {"access_key_id": "x"}, 'a secret of type aws_sigv4 has a text "secret_access_key"'),
    ],
)
def test_a_secret_of_another_shape_is_refused_without_showing_it(
    world: World, kind: str, secret: Json, message: str
) -> None:
    """And nothing is written."""
    identifier = _credential(world, kind=kind)
    refusal = world.editor.refused("set_api_credential_secret", p_credential_id=identifier, p_secret=secret)
    assert (refusal.code, refusal.message) == ("PT422", message)
    assert "hush" not in f"{refusal}"
    assert _kept(world) == []


def test_a_secret_is_small(world: World) -> None:
    """64 KiB is more than any key has."""
    refusal = world.editor.refused(
        "set_api_credential_secret", p_credential_id=_credential(world), p_secret={"token": "x" * 70000}
    )
    assert refusal.code == "PT413"


def test_a_run_gets_the_credentials_of_the_one_who_asked(world: World) -> None:
    """Of nobody else; and they note when."""
    _with_secret(world)
    _with_secret(world, by=world.admin, name="aws")
    world.a_run()
    assert world.claim()["credentials"] == {"github": {"type": "bearer", "settings": {}, "secret": SECRET}}
    [row] = world.editor.rows("select last_used_at from public.api_credentials")
    assert row["last_used_at"] is not None
    assert world.admin.rows("select last_used_at from public.api_credentials") == [{"last_used_at": None}]


def test_what_the_clock_asked_for_gets_nobodys_credentials(world: World) -> None:
    """It uses the environment's secrets."""
    _with_secret(world)
    run_id = world.a_run(trigger="scheduled")
    claim = world.claim()
    assert (claim["run"]["id"], claim["credentials"]) == (str(run_id), {})


def test_an_expired_credential_is_not_given(world: World) -> None:
    """Nor is one that has no secret yet."""
    _with_secret(world)
    _credential(world, name="empty")
    world.editor.change("update public.api_credentials set expires_at = now() - interval '1 second'")
    world.a_run()
    assert world.claim()["credentials"] == {}


@pytest.mark.parametrize(("name", "kind"), [("not a name", "bearer"), ("", "bearer"), ("x", "magic")])
def test_a_bad_credential_is_refused(world: World, name: str, kind: str) -> None:
    """By a rule with a name, or by its type."""
    assert world.editor.refused_to(INSERT, world.facts.organization_id, name, kind).code in ("23514", "22P02")


def test_a_name_is_taken_once_by_each_person(world: World) -> None:
    """Two people may use the same one."""
    _credential(world)
    _credential(world, by=world.admin)
    assert world.editor.refused_to(INSERT, world.facts.organization_id, "github", "basic").code == "23505"
