"""Invitations: who may ask whom, who may answer, and that nobody comes in otherwise."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.database.actors import Actor
from tests.database.conftest import OpenWorld
from tests.database.pushes import Json
from tests.database.world import World


def _invite(world: World, role: str = "editor", *, by: Actor | None = None, **more: Any) -> Json:
    arguments = {"p_organization_id": world.facts.organization_id, "p_role": role} | more
    invitation: Json = (by or world.admin).call("invite_member", **arguments)
    return invitation


def _answer(person: Actor, invitation: Json, accept: bool = True, **more: Any) -> Json:
    arguments = {"p_invitation_id": invitation["id"], "p_accept": accept, "p_token": invitation["token"]}
    answer: Json = person.call("answer_invitation", **arguments | more)
    return answer


def _answer_code(person: Actor, invitation: Json, accept: bool = True, **more: Any) -> str:
    arguments = {"p_invitation_id": invitation["id"], "p_accept": accept, "p_token": invitation["token"]}
    return person.refused("answer_invitation", **arguments | more).code


def _states(world: World) -> list[str]:
    rows = world.owner.call_all("list_invitations", p_organization_id=world.facts.organization_id)
    return [str(row["state"]) for row in rows]


def _prove(world: World, person: Actor) -> None:
    """The person answered the message that was sent to his address."""
    world.session.change(
        "update auth.users set confirmation_sent_at = now(), email_confirmed_at = now() where id = %s",
        person.id,
    )


def _newcomer(world: World, email: str) -> Actor:
    user_id = uuid4()
    world.session.change("insert into auth.users (id, email) values (%s, %s)", user_id, email)
    return world.session.actor("authenticated", user_id)


# Inviting


def test_a_link_is_shown_once(world: World) -> None:
    """What is kept is its SHA-256, where nobody reads it."""
    made = _invite(world)
    [row] = world.admin.rows("select * from public.organization_invitations")
    assert made["token"] not in str(row)
    assert (row["invited_by"], row["role"], row["email"]) == (world.admin.id, "editor", None)
    kept = world.session.value("select hash from private.organization_invitation_hashes")
    assert bytes(kept) == hashlib.sha256(made["token"].encode()).digest()
    assert len(made["token"]) == 64


@pytest.mark.parametrize(
    ("who", "role", "code"),
    [
        ("viewer", "viewer", "PT403"),
        ("editor", "viewer", "PT403"),
        ("admin", "owner", "PT403"),
        ("outsider", "viewer", "PT404"),
        ("stranger", "viewer", "PT404"),
        ("anonymous", "viewer", "42501"),
        ("worker", "viewer", "42501"),
    ],
)
def test_admins_invite_at_most_as_what_they_are(world: World, who: str, role: str, code: str) -> None:
    """Nobody below, and to others the organization does not exist."""
    caller: Actor = getattr(world, who)
    refusal = caller.refused("invite_member", p_organization_id=world.facts.organization_id, p_role=role)
    assert refusal.code == code
    assert world.count("public.organization_invitations") == 0


def test_owners_invite_owners(world: World) -> None:
    """And so hand an organization over."""
    _answer(world.stranger, _invite(world, "owner", by=world.owner))
    assert world.role_of(world.stranger) == "owner"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"p_email": "nobody"}, '"nobody" is no e-mail address'),
        ({"p_email": "a b@example.com"}, '"a b@example.com" is no e-mail address'),
        ({"p_email": "a" * 320 + "@example.com"}, "invitation: "),
        ({"p_days": 0}, "an invitation is good for 1 to 30 days"),
        ({"p_days": 31}, "an invitation is good for 1 to 30 days"),
        ({"p_days": None}, "an invitation is good for 1 to 30 days"),
        ({"p_role": None}, "invitation: "),
    ],
)
def test_a_bad_invitation_is_refused_with_a_hint(world: World, more: Json, said: str) -> None:
    """And none is made."""
    arguments = {"p_organization_id": world.facts.organization_id, "p_role": "viewer"} | more
    refusal = world.admin.refused("invite_member", **arguments)
    assert (refusal.code, refusal.message.startswith(said)) == ("PT422", True), refusal
    assert refusal.hint
    assert world.count("public.organization_invitations") == 0


def test_who_is_a_member_is_not_invited(world: World) -> None:
    """An invitation would say nothing that his role does not."""
    arguments = {"p_organization_id": world.facts.organization_id, "p_role": "admin"}
    refusal = world.admin.refused("invite_member", **arguments, p_email=" Viewer@Example.com ")
    assert (refusal.code, refusal.message) == ("PT409", "viewer@example.com is a member already")


def test_inviting_says_nothing_of_accounts_elsewhere(world: World) -> None:
    """Somebody who has an account, and somebody who has none, are invited in the same words."""
    told = [
        {name: type(value) for name, value in _invite(world, p_email=email).items()}
        for email in ("outsider@example.com", "nobody@example.com")
    ]
    assert told[0] == told[1]


def test_a_second_invitation_of_an_address_replaces_the_first(world: World) -> None:
    """Whoever lost a link gets a new one, and the old one is worth nothing."""
    first = _invite(world, p_email="Stranger@example.com")
    second = _invite(world, "viewer", p_email="stranger@example.com")
    assert sorted(_states(world)) == ["pending", "revoked"]
    assert _answer_code(world.stranger, first) == "PT409"
    assert _answer(world.stranger, second)["role"] == "viewer"


def test_an_admin_does_not_replace_what_an_owner_offered(world: World) -> None:
    """Nor takes it back."""
    offered = _invite(world, "owner", by=world.owner, p_email="stranger@example.com")
    arguments = {"p_organization_id": world.facts.organization_id, "p_role": "viewer"}
    again = world.admin.refused("invite_member", **arguments, p_email="stranger@example.com")
    assert (again.code, again.message) == ("PT409", "an owner has invited stranger@example.com already")
    assert world.admin.refused("revoke_invitation", p_invitation_id=offered["id"]).code == "PT403"
    assert world.owner.call("revoke_invitation", p_invitation_id=offered["id"])["revoked_at"]


def test_invitations_have_a_limit_and_old_ones_go(world: World) -> None:
    """So that nobody fills the table."""
    _invite(world)
    world.session.change(
        "insert into public.organization_invitations (organization_id, role, expires_at, created_at)"
        " select %s, 'viewer', now() + interval '1 day', now() from generate_series(1, 499)",
        world.facts.organization_id,
    )
    arguments = {"p_organization_id": world.facts.organization_id, "p_role": "viewer"}
    refusal = world.admin.refused("invite_member", **arguments)
    assert (refusal.code, refusal.message) == (
        "PT413",
        "501 invitations in 120 days are too many; the limit is 500",
    )
    world.session.change(
        "update public.organization_invitations set created_at = now() - interval '121 days',"
        " expires_at = now() - interval '91 days'"
    )
    _invite(world)
    assert world.count("public.organization_invitations") == 1


def test_only_admins_see_whom_their_organization_invited(world: World) -> None:
    """And nobody writes but through the functions."""
    _invite(world, p_email="new@example.com")
    for member in (world.viewer, world.editor):
        assert member.rows("select * from public.organization_invitations") == []
        refusal = member.refused("list_invitations", p_organization_id=world.facts.organization_id)
        assert refusal.code == "PT403"
    for statement in (
        "update public.organization_invitations set role = 'owner'",
        "delete from public.organization_invitations",
        "insert into public.organization_invitations (role) values ('viewer')",
        "select * from private.organization_invitation_hashes",
    ):
        assert world.owner.refused_to(statement).code == "42501"
    [listed] = world.admin.call_all("list_invitations", p_organization_id=world.facts.organization_id)
    assert (listed["email"], str(listed["state"]), listed["inviter"]) == (
        "new@example.com",
        "pending",
        "Admin",
    )


# Answering


def test_nobody_is_a_member_before_he_says_yes(world: World) -> None:
    """Then he is, as what he was invited."""
    invitation = _invite(world, p_email="stranger@example.com")
    assert world.role_of(world.stranger) is None
    answered = _answer(world.stranger, invitation)
    assert (answered["accepted_by"], world.role_of(world.stranger)) == (world.stranger.id, "editor")
    assert _states(world) == ["accepted"]
    assert [row["slug"] for row in world.stranger.rows("select slug from public.organizations")] == ["shop"]


def test_whoever_says_no_stays_outside(world: World) -> None:
    """And cannot think better of it: the admin sees the answer, and may ask again."""
    invitation = _invite(world)
    assert _answer(world.stranger, invitation, accept=False)["declined_at"]
    assert _states(world) == ["declined"]
    assert _answer_code(world.stranger, invitation) == "PT409"
    assert world.role_of(world.stranger) is None


def test_an_answer_is_yes_or_no_by_somebody(world: World) -> None:
    """Neither nothing, nor by nobody."""
    invitation = _invite(world)
    arguments = {"p_invitation_id": invitation["id"], "p_token": invitation["token"]}
    assert world.stranger.refused("answer_invitation", **arguments, p_accept=None).code == "PT422"
    nobody = world.session.actor("authenticated")
    assert nobody.refused("answer_invitation", **arguments, p_accept=True).code == "PT401"
    assert world.anonymous.refused("answer_invitation", **arguments, p_accept=True).code == "42501"
    assert world.a_token().refused("answer_invitation", **arguments, p_accept=True).code == "42501"


def test_a_link_is_good_once(world: World) -> None:
    """Whoever comes second with it is refused."""
    invitation = _invite(world)
    _answer(world.stranger, invitation)
    refusal = world.outsider.refused("find_invitation", p_token=invitation["token"])
    assert (refusal.code, refusal.message) == ("PT409", "this invitation was accepted already")
    assert _answer_code(world.outsider, invitation) == "PT409"
    assert world.role_of(world.outsider) is None


def test_two_who_come_at_once_with_one_link(open_world: OpenWorld) -> None:
    """The second waits for the first, and is refused."""
    first, second = open_world(), open_world()
    invitation = _invite(first)
    with ThreadPoolExecutor() as threads:
        with first.session.transaction():
            _answer(first.stranger, invitation)
            code = threads.submit(_answer_code, second.outsider, invitation)
            open_world().session.wait_for_blocked()
        assert code.result() == "PT409"
    assert (first.role_of(first.stranger), first.role_of(first.outsider)) == ("editor", None)


def test_an_address_binds_a_link(world: World) -> None:
    """Another person's link is worth nothing, and does not say whose it is."""
    invitation = _invite(world, p_email="stranger@example.com")
    for accept in (True, False):
        refusal = world.outsider.refused(
            "answer_invitation",
            p_invitation_id=invitation["id"],
            p_accept=accept,
            p_token=invitation["token"],
        )
        assert (refusal.code, refusal.message) == ("PT403", "this invitation is for s…@example.com")
    assert _states(world) == ["pending"]


@pytest.mark.parametrize("token", ["", None, "0" * 64, "baton_", "%"])
def test_a_guess_is_answered_like_nothing(world: World, token: str | None) -> None:
    """Whether the invitation is there or not, and whoever guesses."""
    invitation = _invite(world, p_email="stranger@example.com")
    said = {
        (refusal.code, refusal.message, refusal.hint)
        for person in (world.stranger, world.outsider)
        for known in (invitation["id"], uuid4())
        for refusal in [
            person.refused("answer_invitation", p_invitation_id=known, p_accept=True, p_token=token)
        ]
    }
    for actor in (world.anonymous, world.stranger):
        refusal = actor.refused("find_invitation", p_token=token)
        said.add((refusal.code, refusal.message, refusal.hint))
    assert len(said) == 1
    assert next(iter(said))[0] == "PT404"


def test_a_link_answers_its_own_invitation_only(world: World) -> None:
    """With its secret no other one, not even of the same organization."""
    mine, theirs = _invite(world), _invite(world, "owner", by=world.owner)
    refusal = world.stranger.refused(
        "answer_invitation", p_invitation_id=theirs["id"], p_accept=True, p_token=mine["token"]
    )
    assert refusal.code == "PT404"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "expires_at = created_at + interval '1 second', created_at = created_at - interval '1 day'",
            "expired",
        ),
        ("revoked_at = now()", "was taken back"),
        ("declined_at = now()", "was declined"),
        ("invited_by = null", "is not valid any more"),
    ],
)
def test_what_is_over_is_told_to_who_has_the_link(world: World, change: str, said: str) -> None:
    """He knows that it was good; and lets nobody in any more."""
    invitation = _invite(world)
    world.session.change("update public.organization_invitations set created_at = now() - interval '2 days'")
    world.session.change(f"update public.organization_invitations set {change}")
    refusal = world.stranger.refused("find_invitation", p_token=invitation["token"])
    assert (refusal.code, said in refusal.message) == ("PT409", True), refusal
    assert refusal.hint
    assert _answer_code(world.stranger, invitation) == "PT409"
    assert world.stranger.call_all("list_my_invitations") == []


def test_revoked_is_revoked(world: World) -> None:
    """Once; what was answered is not taken back."""
    invitation = _invite(world)
    assert world.viewer.refused("revoke_invitation", p_invitation_id=invitation["id"]).code == "PT403"
    world.admin.call("revoke_invitation", p_invitation_id=invitation["id"])
    assert world.admin.refused("revoke_invitation", p_invitation_id=invitation["id"]).code == "PT409"
    assert _answer_code(world.stranger, invitation) == "PT409"


@pytest.mark.parametrize("fate", ["leaves", "is lowered", "loses the account"])
def test_an_invitation_is_worth_what_its_maker_is(world: World, fate: str) -> None:
    """Whoever prepares a way back in for the day he is thrown out has prepared nothing."""
    made = _invite(world, "admin", p_email="stranger@example.com")
    match fate:
        case "leaves":
            world.owner.change("delete from public.organization_members where user_id = %s", world.admin.id)
        case "is lowered":
            lower = "update public.organization_members set role = 'editor' where user_id = %s"
            world.owner.change(lower, world.admin.id)
        case _:
            world.session.change("delete from auth.users where id = %s", world.admin.id)
    assert _states(world) == ["lapsed"]
    assert _answer_code(world.stranger, made) == "PT409"


def test_nobody_raises_himself_by_an_invitation(world: World) -> None:
    """A member who takes a link stays what he is, and the link stays good."""
    invitation = _invite(world, "admin")
    assert _answer_code(world.viewer, invitation) == "PT409"
    assert (world.role_of(world.viewer), _states(world)) == ("viewer", ["pending"])
    assert _answer_code(world.admin, _invite(world, "admin")) == "PT409"


def test_the_last_owner_does_not_lower_himself_by_an_invitation(world: World) -> None:
    """He is a member, and an invitation changes none."""
    assert _answer_code(world.owner, _invite(world, "viewer")) == "PT409"
    assert world.role_of(world.owner) == "owner"


# Being found


def test_a_link_tells_what_it_is_about_before_one_signs_in(world: World) -> None:
    """Who invites, into what, as what; of an address enough to know which is meant."""
    invitation = _invite(world, p_email="bob@example.com")
    told = world.anonymous.call("find_invitation", p_token=invitation["token"])
    assert {name: str(told[name]) for name in ("id", "organization", "role", "inviter", "email")} == {
        "id": str(invitation["id"]),
        "organization": "Shop",
        "role": "editor",
        "inviter": "Admin",
        "email": "b…@example.com",
    }


def test_who_proved_his_address_finds_what_he_is_invited_to(world: World) -> None:
    """And answers without a link."""
    invitation = _invite(world, p_email="stranger@example.com")
    _prove(world, world.stranger)
    [found] = world.stranger.call_all("list_my_invitations")
    assert (found["id"], found["organization"]) == (UUID(invitation["id"]), "Shop")
    _answer(world.stranger, invitation, p_token=None)
    assert world.role_of(world.stranger) == "editor"
    assert world.stranger.call_all("list_my_invitations") == []


def test_an_address_that_nobody_proved_opens_nothing(world: World) -> None:
    """Where the Auth server confirms addresses unseen, anybody signs up with any."""
    invitation = _invite(world, p_email="bob@example.com")
    impostor = _newcomer(world, "bob@example.com")
    world.session.change("update auth.users set email_confirmed_at = now() where id = %s", impostor.id)
    assert impostor.call_all("list_my_invitations") == []
    assert _answer_code(impostor, invitation, p_token=None) == "PT404"
    _answer(impostor, invitation)
    assert world.role_of(impostor) == "editor", "who has the link and the address is who was meant"


@pytest.mark.parametrize(
    ("data", "is_proof"),
    [
        ({"email": "Bob@example.com", "email_verified": True}, True),
        ({"email": "bob@example.com", "email_verified": False}, False),
        ({"email": "bob@example.com"}, False),
        ({"email": "other@example.com", "email_verified": True}, False),
    ],
)
def test_another_service_may_vouch_for_an_address(world: World, data: Json, is_proof: bool) -> None:
    """Such as a company's sign-on; if it speaks of this address, and says that it is verified."""
    _invite(world, p_email="bob@example.com")
    bob = _newcomer(world, "bob@example.com")
    world.session.change("update auth.users set email_confirmed_at = now() where id = %s", bob.id)
    world.session.change(
        "insert into auth.identities (id, provider, provider_id, user_id, identity_data)"
        " values (gen_random_uuid(), 'google', %s, %s, %s)",
        str(bob.id),
        bob.id,
        data,
    )
    assert bool(bob.call_all("list_my_invitations")) is is_proof


def test_a_message_that_was_not_answered_proves_nothing(world: World) -> None:
    """It was sent, and the address is still open."""
    _invite(world, p_email="bob@example.com")
    bob = _newcomer(world, "bob@example.com")
    world.session.change("update auth.users set confirmation_sent_at = now() where id = %s", bob.id)
    assert bob.call_all("list_my_invitations") == []


def test_what_becomes_of_an_invitation_is_told_to_the_log(world: World) -> None:
    """By whom it was made and answered, without its secret."""
    _answer(world.stranger, _invite(world, p_email="stranger@example.com"))
    entries = world.admin.rows(
        "select changed_by, action::text, before::text, after::text from public.audit_log"
        " where table_name = 'organization_invitations' order by created_at, action"
    )
    assert [(entry["changed_by"], entry["action"]) for entry in entries] == [
        (world.admin.id, "insert"),
        (world.stranger.id, "update"),
    ]
    assert "token" not in str(entries)
    assert "hash" not in str(entries)
