"""Schedules: admins make them, members see them, impossible times are refused."""

import pytest

from tests.database.actors import Actor
from tests.database.world import World

INSERT = (
    "insert into public.schedules (organization_id, project_id, environment_id, name, cron, timezone) "
    "values (%s, %s, %s, 'nightly', %s, %s)"
)


def _make(world: World, cron: str = "0 3 * * *", timezone: str = "Europe/Berlin") -> int:
    return world.admin.change(INSERT, *_values(world), cron, timezone)


def _values(world: World) -> tuple[object, ...]:
    facts = world.facts
    return (facts.organization_id, facts.project_id, facts.environment_id)


def test_members_see_schedules_and_others_do_not(world: World) -> None:
    """Admins write them, and delete them."""
    _make(world)
    for member in world.members:
        assert len(member.rows("select * from public.schedules")) == 1
    for other in world.not_members:
        assert other.rows("select * from public.schedules") == []
    below: tuple[Actor, ...] = (world.viewer, world.editor, *world.not_members)
    for actor in below:
        assert actor.change("update public.schedules set enabled = false") == 0
        assert actor.change("delete from public.schedules") == 0
        values = (*_values(world), "0 3 * * *", "UTC")
        assert actor.refused_to(INSERT, *values).code == "42501"
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.schedules").code == "42501"
    assert world.admin.change("delete from public.schedules") == 1


def test_an_environment_of_another_project_is_refused(world: World) -> None:
    """Keys include project and organization."""
    facts = world.facts
    values = (facts.other_organization_id, facts.other_project_id, facts.environment_id, "0 3 * * *", "UTC")
    assert world.outsider.refused_to(INSERT, *values).code == "23503"


@pytest.mark.parametrize("cron", ["", "daily", "* * * *", "* * * * * *", "0  3 * * *"])
def test_a_time_that_is_none_is_refused(world: World, cron: str) -> None:
    """Five fields, by a rule that has a name."""
    refusal = world.admin.refused_to(INSERT, *_values(world), cron, "UTC")
    assert refusal.code == "23514"
    assert "schedules_cron_has_five_fields" in refusal.message


@pytest.mark.parametrize(
    ("cron", "message"),
    [
        ("60 3 * * *", '"60" is no minute'),
        ("0,99 3 * * *", '"99" is no minute'),
        ("*/0 3 * * *", '"*/0" is no minute'),
        ("0 24 * * *", '"24" is no hour'),
        ("0 3 0 * *", '"0" is no day of the month'),
        ("0 3 1-32 * *", '"1-32" is no day of the month'),
        ("0 3 * 13 *", '"13" is no month'),
        ("0 3 * smarch *", '"smarch" is no month'),
        ("0 3 * * 8", '"8" is no day of the week'),
        ("0 3 * * mon-fry", '"mon-fry" is no day of the week'),
        ("0 3 * * ;", '";" is no day of the week'),
        ("0 3 * * 1--2", '"1--2" is no day of the week'),
    ],
)
def test_a_field_that_is_out_of_its_bounds_is_refused(world: World, cron: str, message: str) -> None:
    """With the field, and what it may be."""
    refusal = world.admin.refused_to(INSERT, *_values(world), cron, "UTC")
    assert (refusal.code, refusal.message) == ("PT422", message)
    assert refusal.hint
    assert refusal.hint.startswith("From ")


@pytest.mark.parametrize(
    "cron", ["*/5 0-6,22 1,15 JAN-mar mon-FRI", "59 23 31 12 7", "0 3 * * 0", "0-30/10 * * * sun"]
)
def test_what_cron_understands_is_taken(world: World, cron: str) -> None:
    """Lists, ranges, steps, and names of months and days."""
    assert world.admin.change(INSERT, *_values(world), cron, "UTC") == 1


def test_a_time_zone_that_is_none_is_refused(world: World) -> None:
    """In words, with an example."""
    refusal = world.admin.refused_to(INSERT, *_values(world), "0 3 * * *", "Mars/Olympus")
    assert (refusal.code, refusal.message) == ("PT422", 'there is no time zone "Mars/Olympus"')


def test_when_it_is_due_is_worked_out_anew_after_a_change_of_its_times(world: World) -> None:
    """And not after any other."""
    _make(world)
    world.session.change("update public.schedules set next_run_at = '2030-01-01'")
    world.admin.change("update public.schedules set description = 'x'")
    assert world.session.value("select next_run_at is not null from public.schedules")
    world.admin.change("update public.schedules set cron = '0 4 * * *'")
    assert world.session.value("select next_run_at is null from public.schedules")
    assert world.admin.refused_to("update public.schedules set next_run_at = now()").code == "42501"
