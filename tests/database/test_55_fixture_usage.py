"""Fixture usage: written by the worker that has the run, for tests and fixtures that are the run's."""

from typing import Any
from uuid import UUID

import pytest

from tests.database.actors import Actor, Refusal
from tests.database.pushes import Json, a_push, a_suite
from tests.database.world import World

OWN = {"kind": "literal", "content": [2]}


def _fixture(world: World, key: str = "users") -> UUID:
    [row] = world.editor.rows(
        "insert into public.test_data_fixtures (organization_id, project_id, key, name, content) "
        "values (%s, %s, %s, 'x', '[1]') returning id",
        world.facts.organization_id,
        world.facts.project_id,
        key,
    )
    identifier: UUID = row["id"]
    return identifier


def _usage(test: str | None = "shop/cart", fixture: str = "users", **more: Any) -> Json:
    return {"test": test, "fixture": fixture} | more


def _record(world: World, run_id: UUID, *usages: Any) -> int:
    number: int = world.worker.call(
        "record_fixture_usage", p_run_id=run_id, p_lease_number=1, p_usage=list(usages)
    )
    return number


def _refused(world: World, run_id: UUID, *usages: Any, by: Actor | None = None, lease: int = 1) -> Refusal:
    return (by or world.worker).refused(
        "record_fixture_usage", p_run_id=run_id, p_lease_number=lease, p_usage=list(usages)
    )


def test_a_usage_said_twice_is_there_once(world: World) -> None:
    """With the checksum of what was used; that it was cleaned up may be said later."""
    _fixture(world)
    run_id = world.a_claimed_run()
    assert _record(world, run_id, _usage(), _usage(test="shop/order"), _usage()) == 2
    _record(world, run_id, _usage(cleaned_up=True))
    _record(world, run_id, _usage())
    rows = world.viewer.rows("select * from public.fixture_usage order by cleaned_up_at nulls last")
    assert [row["cleaned_up_at"] is not None for row in rows] == [True, False]
    assert {len(row["checksum"]) for row in rows} == {64}


def test_members_see_usage_and_nobody_writes_it(world: World) -> None:
    """But whoever executes the run, by a function."""
    _fixture(world)
    run_id = world.a_claimed_run()
    _record(world, run_id, _usage())
    for member in world.members:
        assert len(member.rows("select * from public.fixture_usage")) == 1
        assert member.refused_to("delete from public.fixture_usage").code == "42501"
        assert _refused(world, run_id, _usage(), by=member).code == "PT404"
    for other in world.not_members:
        assert other.rows("select * from public.fixture_usage") == []
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.fixture_usage").code == "42501"


def test_a_worker_without_the_lease_is_refused(world: World) -> None:
    """Like for everything else that it writes."""
    _fixture(world)
    assert _refused(world, world.a_claimed_run(), _usage(), lease=2).code == "PT409"


def test_fixtures_of_another_organization_are_not_there(world: World) -> None:
    """Also when it shares them."""
    [row] = world.outsider.rows(
        "insert into public.test_data_fixtures (organization_id, project_id, key, name, content, is_shared) "
        "values (%s, %s, 'theirs', 'x', '[1]', true) returning id",
        world.facts.other_organization_id,
        world.facts.other_project_id,
    )
    assert row["id"]
    assert _refused(world, world.a_claimed_run(), _usage(fixture="theirs")).code == "PT422"


@pytest.mark.parametrize(
    "usage",
    [_usage(test="shop/none"), _usage(fixture="none"), _usage(test=None), 5, _usage(cleaned_up="yes")],
)
def test_a_bad_usage_is_refused_with_all_others(world: World, usage: Any) -> None:
    """Nothing is half written."""
    _fixture(world)
    assert _refused(world, world.a_claimed_run(), _usage(), usage).code == "PT422"
    assert world.count("public.fixture_usage") == 0


def test_usage_goes_with_its_run(world: World) -> None:
    """Retention deletes runs."""
    _fixture(world)
    run_id = world.a_claimed_run()
    _record(world, run_id, _usage())
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert world.count("public.fixture_usage") == 0


@pytest.mark.parametrize(
    ("usage", "code", "message"),
    [
        ({}, "PT422", "p_usage must be of type array, but is object"),
        ([{"fixture": "users"}], "PT422", "test must be of type string, but is missing"),
        ([{"test": "shop/cart", "fixture": 7}], "PT422", "fixture must be of type string, but is number"),
        (
            [{"test": "shop/cart", "fixture": "users"}] * 10_001,
            "PT413",
            "10001 usages in one call are too many; the limit is 10000",
        ),
    ],
)
def test_what_is_no_list_of_usages_is_refused(world: World, usage: object, code: str, message: str) -> None:
    """With what is wrong with it."""
    run_id = world.a_claimed_run()
    refusal = world.worker.refused("record_fixture_usage", p_run_id=run_id, p_lease_number=1, p_usage=usage)
    assert (refusal.code, refusal.message) == (code, message)
    assert refusal.hint


def test_a_test_means_the_fixture_of_its_suite(world: World) -> None:
    """Else the project's; one of another suite is none for it."""
    project = _fixture(world)
    suites = [a_suite(key, ["use"], fixtures={"users": OWN}) for key in ("one", "two")]
    world.push(a_push(*suites, a_suite("three", ["use"]), a_suite("four", ["use"], fixtures={"theirs": OWN})))
    run_id = world.a_claimed_run(suites=["one", "two", "three", "four"])
    _record(world, run_id, *(_usage(f"{key}/use") for key in ("one", "two", "three")))
    rows = world.viewer.rows(
        "select suite.key, usage.fixture_id from public.fixture_usage as usage"
        " join public.test_cases as test on test.id = usage.test_case_id"
        " join public.test_suites as suite on suite.id = test.suite_id order by suite.key"
    )
    assert [row["key"] for row in rows] == ["one", "three", "two"]
    assert len({row["fixture_id"] for row in rows}) == 3
    assert rows[1]["fixture_id"] == project
    assert _refused(world, run_id, _usage("three/use", "theirs")).code == "PT422"


def test_a_member_tells_of_his_own_local_run(world: World) -> None:
    """And of no other."""
    _fixture(world)
    local = world.editor.call(
        "begin_local_run", p_project_id=world.facts.project_id, p_request={"environment": "staging"}
    )
    lease = {"p_run_id": local["run"]["id"], "p_lease_number": 1, "p_usage": [_usage()]}
    assert world.editor.call("record_fixture_usage", **lease) == 1
    for other in (world.viewer, world.owner, world.outsider):
        assert other.refused("record_fixture_usage", **lease).code == "PT404"
