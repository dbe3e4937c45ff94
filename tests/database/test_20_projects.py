"""Projects: members see them, admins make and change them, nobody else knows of them."""

from tests.database.world import World


def _insert(world: World, *, key: str = "api", organization: object = None) -> str:
    return (
        "insert into public.projects (organization_id, key, name) "
        f"values ('{organization or world.facts.organization_id}', '{key}', 'API')"
    )


def test_members_see_their_projects_and_others_do_not(world: World) -> None:
    """A stranger sees none, the other organization its own."""
    for member in world.members:
        assert len(member.rows("select * from public.projects")) == 1
    assert world.stranger.rows("select * from public.projects") == []
    assert world.outsider.rows("select id from public.projects") == [{"id": world.facts.other_project_id}]
    assert world.anonymous.refused_to("select * from public.projects").code == "42501"


def test_admins_make_projects_and_editors_do_not(world: World) -> None:
    """In their own organization only."""
    assert world.editor.refused_to(_insert(world)).code == "42501"
    assert world.admin.change(_insert(world)) == 1
    elsewhere = _insert(world, organization=world.facts.other_organization_id)
    assert world.admin.refused_to(elsewhere).code == "42501"


def test_whoever_made_a_project_is_noted(world: World) -> None:
    """The caller, not somebody he names."""
    world.admin.change(_insert(world))
    made_by = world.session.value("select created_by from public.projects where key = 'api'")
    assert made_by == world.admin.id
    forged = "insert into public.projects (organization_id, key, name, created_by) values (%s, 'x', 'X', %s)"
    assert world.admin.refused_to(forged, world.facts.organization_id, world.owner.id).code == "42501"


def test_a_key_is_taken_once_among_what_is_not_deleted(world: World) -> None:
    """Whoever deletes a project may use its key again."""
    assert world.admin.refused_to(_insert(world, key="shop")).code == "23505"
    assert world.admin.change("update public.projects set deleted_at = now() where key = 'shop'") == 1
    assert world.admin.change(_insert(world, key="shop")) == 1


def test_a_project_cannot_move_to_another_organization(world: World) -> None:
    """Not even by somebody who is an admin of both."""
    move = "update public.projects set organization_id = %s"
    assert world.admin.refused_to(move, world.facts.other_organization_id).code == "42501"


def test_a_deleted_project_takes_no_push_and_no_request(world: World) -> None:
    """To those calls it does not exist."""
    world.admin.change("update public.projects set deleted_at = now()")
    for function, argument in (("push_suites", {"p_push": {}}), ("request_runs", {"p_requests": []})):
        refusal = world.editor.refused(function, p_project_id=world.facts.project_id, **argument)
        assert (refusal.code, refusal.message) == ("PT404", "there is no such project")


def test_nobody_deletes_the_row_itself(world: World) -> None:
    """The history of what ran stays."""
    assert world.owner.refused_to("delete from public.projects").code == "42501"
