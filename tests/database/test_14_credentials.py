"""Credentials are personal: their secret goes in, and comes out with a run of their owner only."""

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from tests.database.actors import Actor
from tests.database.pushes import Json, a_push, a_suite
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


def _naming(world: World, *names: str, key: str = "partners") -> None:
    """A suite whose test names these credentials."""
    world.push(a_push(a_suite(key, ["call"], credentials=list(names))))


def _given(world: World, **request: Any) -> Json:
    run_id = world.a_run(**{"suites": ["partners"]} | request)
    claim = world.claim()
    assert claim["run"]["id"] == str(run_id)
    given: Json = claim["environment"]["credentials"]
    return given


def test_a_run_gets_the_credentials_of_the_one_who_asked(world: World) -> None:
    """Of nobody else; and they note when."""
    _naming(world, "github", "aws")
    _with_secret(world)
    _with_secret(world, by=world.admin, name="aws")
    assert _given(world) == {"github": {"type": "bearer", "settings": {}, "secret": SECRET}}
    [row] = world.editor.rows("select last_used_at from public.api_credentials")
    assert row["last_used_at"] is not None
    assert world.admin.rows("select last_used_at from public.api_credentials") == [{"last_used_at": None}]


def test_a_run_gets_no_credentials_that_its_suites_do_not_name(world: World) -> None:
    """And those were not used."""
    _naming(world, "github")
    _naming(world, "other", key="others")
    _with_secret(world)
    _with_secret(world, name="other")
    assert set(_given(world)) == {"github"}
    rows = world.editor.rows("select name from public.api_credentials where last_used_at is null")
    assert rows == [{"name": "other"}]


def test_an_edit_in_place_names_credentials_too(world: World) -> None:
    """In a test, in a step, or in the defaults; what it named before may be in a file, and stays."""
    _naming(world, "github")
    for name in ("github", "mine", "stepped", "usual", "not_named"):
        _with_secret(world, name=name)
    in_body = {"json": {"auth": {"credential": 7}}}
    steps = {"steps": [{"GET": "/a", "auth": {"credential": "stepped"}}]}
    world.editor.change(
        "update public.test_request_configs set auth = %s, settings = %s, body = %s where path = '/call'",
        Jsonb({"credential": "mine"}),
        Jsonb(steps),
        Jsonb(in_body),
    )
    defaults = {"defaults": {"auth": {"credential": "usual"}}}
    world.editor.change("update public.test_suites set config = %s where key = 'partners'", Jsonb(defaults))
    world.session.change("set constraints all immediate")
    assert set(_given(world)) == {"github", "mine", "stepped", "usual"}


@pytest.mark.parametrize("trigger", ["scheduled", "ci", "webhook"])
def test_what_nobody_asked_for_by_hand_gets_nobodys_credentials(world: World, trigger: str) -> None:
    """It uses the environment's secrets."""
    _naming(world, "github")
    _with_secret(world)
    assert _given(world, trigger=trigger) == {}


def test_a_credential_that_cannot_be_used_says_why(world: World) -> None:
    """It has expired, or has no secret yet; and it was not used."""
    _naming(world, "github", "empty")
    _with_secret(world)
    _credential(world, name="empty")
    expire = "update public.api_credentials set expires_at = '2026-01-31 12:30Z' where name = 'github'"
    world.editor.change(expire)
    assert _given(world) == {
        "github": {"type": "bearer", "refused": "it expired on 2026-01-31 at 12:30 UTC"},
        "empty": {"type": "bearer", "refused": "it has no secret yet"},
    }
    assert world.editor.rows("select from public.api_credentials where last_used_at is not null") == []


@pytest.mark.parametrize(("name", "kind"), [("not a name", "bearer"), ("", "bearer"), ("x", "magic")])
def test_a_bad_credential_is_refused(world: World, name: str, kind: str) -> None:
    """By a rule with a name, or by its type."""
    assert world.editor.refused_to(INSERT, world.facts.organization_id, name, kind).code in ("23514", "22P02")


def test_a_name_is_taken_once_by_each_person(world: World) -> None:
    """Two people may use the same one."""
    _credential(world)
    _credential(world, by=world.admin)
    assert world.editor.refused_to(INSERT, world.facts.organization_id, "github", "basic").code == "23505"
