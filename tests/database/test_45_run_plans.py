"""Run plans: the graph of a run as it was when it began, for those who may see the run."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.database.actors import Actor
from tests.database.pushes import Json, a_push, a_suite, needs
from tests.database.world import World

EDGE = needs("shop/cart", "shop/catalog", "data", "json.id mentions captured_data.catalog.id")
PLAN: Json = {
    "tests": [{"test": "shop/catalog", "required_only": True}, {"test": "shop/cart"}],
    "edges": [EDGE],
}


def _plan(actor: Actor, run_id: UUID) -> Any:
    return actor.call("get_run_plan", p_run_id=run_id)


def _planned(world: World, plan: Json | None = None) -> UUID:
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"status": "running", "total": 2, "plan": plan or PLAN})
    return run_id


def test_a_plan_is_told_with_the_ids_of_its_tests(world: World) -> None:
    """In the order of the run, with the reasons."""
    told = _plan(world.viewer, _planned(world))
    ids = {
        f"shop/{row['key']}": str(row["id"])
        for row in world.viewer.rows("select key, id from public.test_cases")
    }
    assert told == {
        "tests": [
            {"id": ids["shop/catalog"], "test": "shop/catalog", "required_only": True},
            {"id": ids["shop/cart"], "test": "shop/cart", "required_only": False},
        ],
        "edges": [EDGE],
    }


def test_a_plan_stays_when_the_suites_change(world: World) -> None:
    """That is what it is for: today's edges are another thing."""
    run_id = _planned(world)
    world.push(a_push(a_suite("shop", ["catalog", "cart", "order"])))
    assert world.viewer.rows("select from public.test_dependencies") == []
    assert _plan(world.viewer, run_id)["edges"] == [EDGE]


def test_a_run_that_has_not_begun_has_no_plan(world: World) -> None:
    """Nor has one whose worker said none."""
    run_id = world.a_run()
    assert _plan(world.viewer, run_id) is None
    world.claim()
    world.record(run_id, 1, {"status": "running", "total": 1, "plan": None})
    assert _plan(world.viewer, run_id) is None


def test_who_takes_a_run_up_says_its_plan_again(world: World) -> None:
    """The latest holds: it is what is carried out."""
    run_id = _planned(world)
    world.record(run_id, 2, {"plan": {"tests": [{"test": "shop/order"}]}})
    assert [each["test"] for each in _plan(world.viewer, run_id)["tests"]] == ["shop/order"]
    assert world.count("private.run_plans") == 1


def test_plans_are_for_those_who_see_the_run(world: World) -> None:
    """To others it does not exist; a token needs the scope that reads results."""
    run_id = _planned(world)
    for member in world.members:
        assert _plan(member, run_id)
    assert _plan(world.a_token("reader", scopes="{results:read}"), run_id)
    for other in world.not_members:
        assert other.refused("get_run_plan", p_run_id=run_id).code == "PT404"
    assert world.viewer.refused("get_run_plan", p_run_id=uuid4()).code == "PT404"
    assert (
        world.a_token("pusher", scopes="{suites:push}").refused("get_run_plan", p_run_id=run_id).code
        == "PT403"
    )
    assert world.anonymous.refused("get_run_plan", p_run_id=run_id).code == "42501"


def test_plans_are_out_of_reach(world: World) -> None:
    """Of everybody but the functions."""
    _planned(world)
    for actor in (world.owner, world.worker, world.anonymous):
        assert actor.refused_to("select * from private.run_plans").code == "42501"


def test_a_plan_goes_with_its_run(world: World) -> None:
    """Nothing of it is left behind."""
    run_id = _planned(world)
    world.finish(run_id)
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert world.count("private.run_plans") == 0


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ([], "a batch.plan must be of type object"),
        ({"tests": {}}, "a plan.tests must be of type array"),
        ({"tests": ["shop/cart"]}, "a plan names its tests"),
        ({"tests": [["shop/cart"]]}, "a plan names its tests"),
        ({"tests": [{"test": 1}]}, "a plan names its tests"),
        ({"tests": [{"test": "shop/nothing"}]}, '"shop/nothing" is not a test of this run'),
        ({"tests": [{"test": "shop/cart"}] * 20_001}, "20001 tests in a plan are too many"),
        ({"edges": ["shop/cart"]}, "an edge of a plan is between two of its tests"),
        ({"edges": [EDGE]}, "an edge of a plan is between two of its tests"),
        (PLAN | {"edges": [EDGE | {"type": "love"}]}, "an edge of a plan is between two of its tests"),
        (PLAN | {"edges": [EDGE | {"reasons": [1]}]}, "an edge of a plan is between two of its tests"),
        (PLAN | {"edges": [EDGE | {"reasons": ["x" * 9_000_000]}]}, "bytes in a plan are too many"),
    ],
)
def test_a_plan_that_is_none_is_refused_with_its_batch(world: World, plan: Any, message: str) -> None:
    """Nothing is written, and the words say what a plan is."""
    run_id = world.a_claimed_run()
    arguments = {"p_run_id": run_id, "p_lease_number": 1, "p_batch_number": 1, "p_context_version": 1}
    refusal = world.worker.refused("record_run", **arguments, p_batch={"plan": plan})
    assert message in refusal.message
    assert refusal.hint
    assert (world.count("private.run_plans"), world.run(run_id)["sequence"]) == (0, 1)
