"""Schedules: admins make them, impossible times are refused, and what is due is requested once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.database.actors import Actor
from tests.database.conftest import OpenWorld
from tests.database.world import World

INSERT = (
    "insert into public.schedules "
    "(organization_id, project_id, environment_id, name, suites, cron, timezone) "
    "values (%s, %s, %s, 'nightly', '{shop}', %s, %s)"
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
        ("0 3 * * fri-mon", '"fri-mon" is no day of the week'),
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


def test_a_day_that_no_month_has_is_refused(world: World) -> None:
    """It would wait for ever."""
    refusal = world.admin.refused_to(INSERT, *_values(world), "0 3 30 2 *", "UTC")
    assert (refusal.code, refusal.message) == ("PT422", '"0 3 30 2 *" never comes')


def test_a_time_zone_that_is_none_is_refused(world: World) -> None:
    """In words, with an example."""
    refusal = world.admin.refused_to(INSERT, *_values(world), "0 3 * * *", "Mars/Olympus")
    assert (refusal.code, refusal.message) == ("PT422", 'there is no time zone "Mars/Olympus"')


def test_when_it_is_due_is_worked_out_when_its_times_change(world: World) -> None:
    """And not after any other change; what is switched off is never due."""
    _make(world)
    assert _due_in(world) <= timedelta(days=1, hours=1)
    world.session.change("update public.schedules set next_run_at = now() + interval '9 days'")
    world.admin.change("update public.schedules set description = 'x'")
    assert _due_in(world) > timedelta(days=8)
    world.admin.change("update public.schedules set cron = '0 4 * * *'")
    assert _due_in(world) <= timedelta(days=1, hours=1)
    world.admin.change("update public.schedules set enabled = false")
    assert _schedule(world)["next_run_at"] is None
    assert world.admin.refused_to("update public.schedules set next_run_at = now()").code == "42501"


def test_what_is_due_is_requested_once(world: World) -> None:
    """With its suites and selection, for nobody; then it waits for its next time."""
    _make(world, "*/5 * * * *")
    assert _ask(world) == 0
    due_at = _let_time_come(world)
    assert _ask(world) == 1
    assert _ask(world) == 0
    [run] = world.viewer.rows("select * from public.test_runs")
    assert (run["trigger"], run["suites"], run["requested_by"]) == ("scheduled", ["shop"], None)
    assert run["source"]["schedule"] == "nightly"
    schedule = _schedule(world)
    assert (schedule["last_run_at"], schedule["last_batch_id"]) == (due_at, run["batch_id"])
    assert schedule["last_problem"] is None
    assert schedule["next_run_at"] > due_at
    assert world.claim()["run"]["id"] == str(run["id"])


def test_a_run_that_is_still_under_way_is_waited_for(world: World) -> None:
    """Otherwise they would pile up while no worker is there; the schedule says so."""
    _make(world)
    _let_time_come(world)
    assert _ask(world) == 1
    _let_time_come(world)
    assert _ask(world) == 0
    assert _schedule(world)["last_problem"] == "the runs of the time before were still under way"
    world.editor.call("cancel_run", p_run_id=_only_run(world))
    _let_time_come(world)
    assert _ask(world) == 1
    assert _schedule(world)["last_problem"] is None


def test_a_time_at_which_nobody_was_there_is_left_out(world: World) -> None:
    """A night's load in the middle of the day would surprise; up to an hour is made up for."""
    _make(world)
    _let_time_come(world, "61 minutes")
    assert _ask(world) == 0
    schedule = _schedule(world)
    assert schedule["last_problem"].startswith("nobody was there at ")
    assert schedule["next_run_at"] > schedule["updated_at"]
    _let_time_come(world, "59 minutes")
    assert _ask(world) == 1


def test_one_that_cannot_be_carried_out_says_why_and_hinders_no_other(world: World) -> None:
    """It is tried again at its next time."""
    _make(world)
    world.session.change("update public.schedules set suites = '{gone}'")
    world.admin.change(INSERT.replace("'nightly'", "'hourly'"), *_values(world), "0 * * * *", "UTC")
    _let_time_come(world)
    assert _ask(world) == 1
    said = {row["name"]: row["last_problem"] for row in world.viewer.rows("select * from public.schedules")}
    expected = 'there is no suite "gone" in this project. Push it first: baton push.'
    assert said == {"nightly": expected, "hourly": None}
    assert len(world.viewer.rows("select * from public.test_runs")) == 1


def test_schedules_of_deleted_projects_request_nothing(world: World) -> None:
    """The project may be taken back, and they with it."""
    _make(world)
    world.session.change("update public.projects set deleted_at = now()")
    _let_time_come(world)
    assert _ask(world) == 0
    assert world.session.value("select last_problem from public.schedules") == "its project is deleted"


def test_two_that_ask_at_once_request_once(open_world: OpenWorld) -> None:
    """A worker, and the database's own clock: the second leaves it to the first, and waits for nobody."""
    first, second = open_world(), open_world()
    _make(first)
    _let_time_come(first)
    with first.session.transaction():
        assert _ask(first) == 1
        assert _ask(second) == 0
    assert _ask(second) == 0
    assert len(first.viewer.rows("select * from public.test_runs")) == 1


def _schedule(world: World) -> dict[str, Any]:
    [schedule] = world.viewer.rows("select * from public.schedules")
    return schedule


def _due_in(world: World) -> timedelta:
    interval: timedelta = world.session.value("select next_run_at - now() from public.schedules")
    return interval


def _let_time_come(world: World, ago: str = "1 minute") -> datetime:
    """All schedules have been due for so long. Says since when."""
    world.session.change("update public.schedules set next_run_at = now() - %s::interval", ago)
    due_at: datetime = world.session.value("select max(next_run_at) from public.schedules")
    return due_at


def _ask(world: World) -> int:
    requested: int = world.worker.call("request_due_schedules")
    return requested


def _only_run(world: World) -> UUID:
    run_id: UUID = world.session.value("select id from public.test_runs")
    return run_id


def _preview(actor: Actor, cron: str, timezone: str = "UTC", count: int = 5) -> list[datetime]:
    times: list[datetime] = actor.call("preview_schedule", p_cron=cron, p_timezone=timezone, p_count=count)
    return times


def test_who_makes_a_schedule_sees_its_next_times_first(world: World) -> None:
    """By the clocks of its zone, one after the other; ten at most, and nothing is made."""
    times = _preview(world.viewer, "0 3 * * *", "Asia/Tokyo")
    assert [time.astimezone(UTC).hour for time in times] == [18] * 5
    assert times == sorted(times)
    assert times[0] > world.session.value("select now()")
    assert len(_preview(world.viewer, "* * * * *", count=1000)) == 10
    assert _preview(world.viewer, "* * * * *", count=0) == []
    assert world.admin.rows("select * from public.schedules") == []


@pytest.mark.parametrize(
    ("cron", "timezone", "message"),
    [
        ("0 3 * *", "UTC", '"0 3 * *" has not the five fields of a time'),
        ("", "UTC", '"" has not the five fields of a time'),
        ("0 99 * * *", "UTC", '"99" is no hour'),
        ("0 3 30 2 *", "UTC", '"0 3 30 2 *" never comes'),
        ("0 3 * * *", "Mars/Olympus", 'there is no time zone "Mars/Olympus"'),
    ],
)
def test_a_preview_refuses_what_a_schedule_would(
    world: World, cron: str, timezone: str, message: str
) -> None:
    """In the same words, with a hint."""
    refusal = world.viewer.refused("preview_schedule", p_cron=cron, p_timezone=timezone)
    assert (refusal.code, refusal.message) == ("PT422", message)
    assert refusal.hint
