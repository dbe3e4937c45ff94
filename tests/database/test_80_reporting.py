"""How people like to see things: templates of a team, preferences and searches of a person."""

import pytest

from tests.database.actors import Actor
from tests.database.world import World

TEMPLATE = (
    "insert into public.report_templates (organization_id, project_id, key, name, source) "
    "values (%s, %s, %s, 'Weekly', '{{ run }}')"
)
SEARCH = (
    "insert into public.saved_searches (organization_id, name, query, is_shared) values (%s, %s, '{}', %s)"
)


def test_editors_write_report_templates_and_members_see_them(world: World) -> None:
    """Others see none."""
    facts = world.facts
    values = (facts.organization_id, facts.project_id, "weekly")
    for actor in (world.viewer, *world.not_members):
        assert actor.refused_to(TEMPLATE, *values).code == "42501"
    assert world.editor.change(TEMPLATE, *values) == 1
    for member in world.members:
        assert len(member.rows("select * from public.report_templates")) == 1
    for other in (world.viewer, *world.not_members):
        assert other.change("update public.report_templates set name = 'x'") == 0
        assert other.change("delete from public.report_templates") == 0
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.report_templates").code == "42501"
    assert world.editor.change("delete from public.report_templates") == 1


def test_a_key_of_a_template_is_taken_once(world: World) -> None:
    """In a project, and for all projects; another's project is out of reach."""
    facts = world.facts
    for project_id in (facts.project_id, None):
        world.editor.change(TEMPLATE, facts.organization_id, project_id, "weekly")
        again = world.editor.refused_to(TEMPLATE, facts.organization_id, project_id, "weekly")
        assert again.code == "23505"
    other = world.editor.refused_to(TEMPLATE, facts.organization_id, facts.other_project_id, "x")
    assert other.code == "23503"


@pytest.mark.parametrize(
    "change", ["key = 'A B'", "name = ''", "format = '../x'", "source = repeat('x', 1048577)"]
)
def test_an_impossible_template_is_refused(world: World, change: str) -> None:
    """By a rule that has a name."""
    world.editor.change(TEMPLATE, world.facts.organization_id, None, "weekly")
    refusal = world.editor.refused_to(f"update public.report_templates set {change}")
    assert refusal.code == "23514"
    assert "report_templates_" in refusal.message


def test_preferences_are_a_persons_own(world: World) -> None:
    """Also of somebody who is a member of nothing."""
    insert = 'insert into public.user_preferences (preferences) values (\'{"theme": "dark"}\')'
    people: tuple[Actor, ...] = (world.viewer, world.owner, world.stranger)
    for person in people:
        assert person.change(insert) == 1
        assert [row["user_id"] for row in person.rows("select * from public.user_preferences")] == [person.id]
        assert person.change("update public.user_preferences set preferences = '{}'") == 1
    assert world.viewer.change("delete from public.user_preferences") == 1
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.user_preferences").code == "42501"
    forged = "insert into public.user_preferences (user_id) values (%s)"
    assert world.viewer.refused_to(forged, world.owner.id).code == "42501"


@pytest.mark.parametrize("value", ["[]", '"x"', "null"])
def test_preferences_are_a_small_object(world: World, value: str) -> None:
    """Nothing else."""
    insert = "insert into public.user_preferences (preferences) values (%s::text::jsonb)"
    assert world.viewer.refused_to(insert, value).code == "23514"


def test_a_search_is_a_persons_own_until_it_is_shared(world: World) -> None:
    """Then members see it, and still only its owner changes it."""
    world.viewer.change(SEARCH, world.facts.organization_id, "mine", False)
    world.viewer.change(SEARCH, world.facts.organization_id, "ours", True)
    names = "select name from public.saved_searches order by name"
    assert [row["name"] for row in world.viewer.rows(names)] == ["mine", "ours"]
    for member in (world.editor, world.admin, world.owner):
        assert [row["name"] for row in member.rows(names)] == ["ours"]
        assert member.change("update public.saved_searches set is_shared = false") == 0
        assert member.change("delete from public.saved_searches") == 0
    for other in world.not_members:
        assert other.rows(names) == []
        assert other.refused_to(SEARCH, world.facts.organization_id, "x", True).code == "42501"
    assert world.viewer.change("delete from public.saved_searches") == 2


def test_who_leaves_takes_the_searches_along(world: World) -> None:
    """They were of the member."""
    world.viewer.change(SEARCH, world.facts.organization_id, "ours", True)
    world.viewer.change("delete from public.organization_members where user_id = %s", world.viewer.id)
    assert world.count("public.saved_searches") == 0
