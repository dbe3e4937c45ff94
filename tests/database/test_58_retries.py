"""A run is taken up again with the tests that did not pass."""

from typing import Any
from uuid import UUID, uuid4

from tests.database.pushes import Json, a_push, a_result, a_suite
from tests.database.world import World


def _over(world: World, *results: Json, outcome: Json | None = None, **request: Any) -> UUID:
    run_id = world.a_claimed_run(**request)
    world.record(run_id, 1, {"status": "running", "results": list(results)})
    world.finish(run_id, outcome or {"status": "failed", "reason": "tests"})
    return run_id


def _failed(world: World, **request: Any) -> UUID:
    return _over(
        world,
        a_result("accounts/login"),
        a_result("shop/catalog", "failed"),
        a_result("shop/cart", "blocked", blocked_by="shop/catalog"),
        a_result("shop/order", "skipped"),
        **request,
    )


def _retry(world: World, run_id: UUID, key: str | None = None) -> Json:
    row: Json = world.editor.call("retry_run", p_run_id=run_id, p_idempotency_key=key)
    return row


def test_what_did_not_pass_runs_again(world: World) -> None:
    """Failed, broken and blocked; what passed or was skipped does not."""
    run_id = _failed(world, config={"jobs": 2}, git_branch="main", priority="high")
    retry = _retry(world, run_id)
    assert retry["selection"] == {"only": ["shop/catalog", "shop/cart"]}
    assert (retry["suites"], retry["status"], retry["source"]) == (
        ["shop"],
        "queued",
        {"retry_of": str(run_id)},
    )
    assert (retry["config"], retry["git_branch"], retry["priority"]) == ({"jobs": 2}, "main", "high")
    assert retry["requested_by"] == world.editor.id


def test_the_retry_has_what_its_tests_need(world: World) -> None:
    """A worker gets the suites of the producers, too."""
    retry = _retry(world, _failed(world))
    claim = world.claim()
    assert claim["run"]["id"] == str(retry["id"])
    assert {suite["key"]: suite["selected"] for suite in claim["suites"]} == {"shop": True, "accounts": False}


def test_the_same_key_is_the_same_retry(world: World) -> None:
    """Another key is another one."""
    run_id = _failed(world)
    assert _retry(world, run_id, "k")["id"] == _retry(world, run_id, "k")["id"]
    assert _retry(world, run_id, "l")["id"] != _retry(world, run_id, "k")["id"]


def test_of_a_run_that_was_cut_short_the_rest_runs(world: World) -> None:
    """What it had chosen and did not come to."""
    outcome = {"status": "failed", "reason": "timeout"}
    run_id = _over(
        world,
        a_result("shop/catalog"),
        outcome=outcome,
        suites=["shop"],
        selection={"only": ["shop/catalog", "shop/order"]},
    )
    assert _retry(world, run_id)["selection"] == {"only": ["shop/order"]}


def test_a_run_that_passed_has_nothing_to_retry(world: World) -> None:
    """Nor has one whose tests are gone."""
    passed = _over(world, a_result("shop/cart"), outcome={"status": "completed"})
    failed = _over(world, a_result("accounts/login", "failed"))
    world.push(a_push(a_suite("shop", ["catalog", "cart", "order"], source="n\n"), prune=True))
    for run_id in (passed, failed):
        refusal = world.editor.refused("retry_run", p_run_id=run_id)
        assert (refusal.code, refusal.message) == ("PT409", "this run has no test to retry")


def test_a_run_under_way_is_not_retried(world: World) -> None:
    """It may still pass."""
    assert (
        world.editor.refused("retry_run", p_run_id=world.a_claimed_run()).message == "this run is preparing"
    )


def test_only_editors_retry(world: World) -> None:
    """To people outside the run does not exist."""
    run_id = _failed(world)
    for actor, code in world.all_but_editors:
        assert actor.refused("retry_run", p_run_id=run_id).code == code
    assert world.editor.refused("retry_run", p_run_id=uuid4()).code == "PT404"
