"""Who works together: profiles, organizations, members, and who may change them."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.database.actors import Actor
from tests.database.conftest import OpenWorld
from tests.database.world import World


def _join(world: World, person: Actor, role: str) -> str:
    return (
        "insert into public.organization_members (organization_id, user_id, role) "
        f"values ('{world.facts.organization_id}', '{person.id}', '{role}')"
    )


def _make(world: World, person: Actor, role: str) -> str:
    return (
        f"update public.organization_members set role = '{role}' "
        f"where organization_id = '{world.facts.organization_id}' and user_id = '{person.id}'"
    )


def _remove(world: World, person: Actor) -> str:
    return (
        "delete from public.organization_members "
        f"where organization_id = '{world.facts.organization_id}' and user_id = '{person.id}'"
    )


def test_signing_up_makes_a_profile(world: World) -> None:
    """With the name that the sign-up said."""
    assert world.viewer.rows("select name from public.users where id = %s", world.viewer.id) == [
        {"name": "Viewer"}
    ]


@pytest.mark.parametrize(
    ("details", "name"), [(None, "jo"), ({"full_name": "J" * 500}, "J" * 200), ({"name": "Jo"}, "Jo")]
)
def test_no_sign_up_fails_for_its_profile(world: World, details: dict[str, str] | None, name: str) -> None:
    """A missing name is the first part of the address, a long one is cut."""
    user_id = uuid4()
    world.session.change(
        "insert into auth.users (id, email, raw_user_meta_data) values (%s, 'jo@example.com', %s)",
        user_id,
        details,
    )
    assert world.session.value("select name from public.users where id = %s", user_id) == name


def test_people_see_those_they_work_with_and_nobody_else(world: World) -> None:
    """Oneself included; a stranger sees himself only."""
    names = {row["name"] for row in world.viewer.rows("select name from public.users")}
    assert names == {"Viewer", "Editor", "Admin", "Owner"}
    assert world.stranger.rows("select name from public.users") == [{"name": "Stranger"}]


def test_people_change_their_own_profile_only(world: World) -> None:
    """Colleagues can be seen, not changed."""
    assert world.viewer.change("update public.users set name = 'Vi' where id = %s", world.viewer.id) == 1
    assert world.viewer.change("update public.users set name = 'X' where id = %s", world.editor.id) == 0


def test_whoever_creates_an_organization_owns_it(world: World) -> None:
    """Any signed-in person may."""
    made = world.stranger.call("create_organization", p_name="New", p_slug="new")
    assert made["name"] == "New"
    assert world.stranger.rows("select role::text from public.organization_members") == [{"role": "owner"}]


def test_who_is_not_signed_in_creates_nothing(world: World) -> None:
    """Not even with a token that names nobody."""
    assert world.anonymous.refused("create_organization", p_name="N", p_slug="n").code == "42501"
    nobody = world.session.actor("authenticated")
    assert nobody.refused("create_organization", p_name="N", p_slug="n").code == "PT401"


@pytest.mark.parametrize(
    ("name", "slug", "code"),
    [
        ("", "fine", "PT422"),
        (None, "fine", "PT422"),
        ("Fine", "Not Plain", "PT422"),
        ("Fine", "a" * 64, "PT422"),
        ("Fine", None, "PT422"),
    ],
)
def test_a_bad_organization_is_refused_with_a_hint(
    world: World, name: str | None, slug: str | None, code: str
) -> None:
    """And leaves nothing behind."""
    before = world.count("public.organizations")
    refusal = world.stranger.refused("create_organization", p_name=name, p_slug=slug)
    assert refusal.code == code
    assert refusal.hint
    assert world.count("public.organizations") == before


def test_nobody_has_two_organizations_of_one_slug(world: World) -> None:
    """Whoever is in one does not make another."""
    refusal = world.viewer.refused("create_organization", p_name="Shop", p_slug="shop")
    assert (refusal.code, refusal.message) == ("PT409", 'you are in an organization "shop" already')
    assert refusal.hint


def test_a_slug_that_others_use_is_free(world: World) -> None:
    """A refusal would tell a stranger that the organization exists."""
    assert world.stranger.call("create_organization", p_name="Mine", p_slug="shop")["slug"] == "shop"


def test_an_account_goes_with_its_membership_and_leaves_what_it_made(world: World) -> None:
    """Runs and projects stay; that somebody unknown made them is all they say."""
    run_id = world.a_run()
    world.session.change("delete from auth.users where id = %s", world.editor.id)
    assert world.role_of(world.editor) is None
    assert world.run(run_id)["requested_by"] is None
    world.session.change("delete from auth.users where id = %s", world.admin.id)
    assert world.count("public.projects") == 2


def test_the_last_owners_account_stays_until_somebody_else_owns(world: World) -> None:
    """Otherwise nobody could ever delete the organization."""
    owner = world.session.actor("supabase_admin")
    assert owner.refused_to("delete from auth.users where id = %s", world.owner.id).code == "PT409"


def test_strangers_see_no_organization(world: World) -> None:
    """Nor who is in it."""
    assert world.stranger.rows("select * from public.organizations") == []
    assert world.stranger.rows("select * from public.organization_members") == []
    assert [row["slug"] for row in world.outsider.rows("select slug from public.organizations")] == ["other"]


def test_members_see_their_organization_and_one_another(world: World) -> None:
    """Every role does."""
    for member in world.members:
        assert [row["slug"] for row in member.rows("select slug from public.organizations")] == ["shop"]
        assert len(member.rows("select * from public.organization_members")) == 4


def test_admins_change_the_organization_and_editors_do_not(world: World) -> None:
    """A name, a description; never who made it."""
    rename = "update public.organizations set name = 'X'"
    assert world.editor.change(rename) == 0
    assert world.admin.change(rename) == 1
    assert world.admin.refused_to("update public.organizations set created_by = null").code == "42501"


def test_only_owners_delete_an_organization(world: World) -> None:
    """All that was in it goes with it, keys in the Vault included."""
    assert world.admin.change("delete from public.organizations") == 0
    assert world.count("vault.secrets") == 1
    world.a_claimed_run()
    assert world.owner.change("delete from public.organizations") == 1
    for table in ("public.test_runs", "public.test_cases", "private.suite_versions", "vault.secrets"):
        assert world.count(table) == 0


def test_nobody_lets_anybody_in_without_asking_him(world: World) -> None:
    """Not even an owner whom he knows: people are invited, and say yes (test_13_invitations.py)."""
    for member in world.members:
        assert member.refused_to(_join(world, world.stranger, "viewer")).code == "42501"


def test_nobody_lets_himself_in(world: World) -> None:
    """Knowing an organization's id is not enough."""
    assert world.stranger.refused_to(_join(world, world.stranger, "viewer")).code == "42501"
    assert world.outsider.refused_to(_join(world, world.outsider, "viewer")).code == "42501"


def test_nobody_raises_himself(world: World) -> None:
    """Nor may an admin touch an owner, or make one."""
    assert world.admin.change(_make(world, world.admin, "owner")) == 0
    assert world.admin.change(_make(world, world.owner, "viewer")) == 0
    assert world.admin.refused_to(_make(world, world.editor, "owner")).code == "42501"
    assert world.admin.change(_make(world, world.viewer, "editor")) == 1
    assert world.owner.change(_make(world, world.admin, "owner")) == 1


def test_owners_remove_members_and_everybody_may_leave(world: World) -> None:
    """An admin removes nobody but himself."""
    assert world.admin.change(_remove(world, world.editor)) == 0
    assert world.editor.change(_remove(world, world.editor)) == 1
    assert world.owner.change(_remove(world, world.viewer)) == 1
    assert world.role_of(world.viewer) is None


def test_the_last_owner_stays_an_owner(world: World) -> None:
    """He can neither leave nor step down until there is another."""
    refusal = world.owner.refused_to(_remove(world, world.owner))
    assert (refusal.code, refusal.message) == ("PT409", "an organization keeps at least one owner")
    world.owner.change(_make(world, world.admin, "owner"))
    assert world.admin.change(_make(world, world.owner, "viewer")) == 1
    assert world.admin.refused_to(_remove(world, world.admin)).code == "PT409"


def test_two_owners_cannot_depose_each_other(open_world: OpenWorld) -> None:
    """At the same time, where each is an owner still: the second waits for the first, and is refused."""
    first, second = open_world(), open_world()
    first.owner.change(_make(first, first.admin, "owner"))
    with ThreadPoolExecutor() as threads:
        with first.session.transaction():
            assert first.owner.change(_make(first, first.admin, "viewer")) == 1
            refusal = threads.submit(second.admin.refused_to, _make(second, second.owner, "viewer"))
            open_world().session.wait_for_blocked()
        assert refusal.result().code == "PT409"
    assert (first.role_of(first.owner), first.role_of(first.admin)) == ("owner", "viewer")
