"""Two workers with one run: who does not hold the lease is refused by each function, and writes nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.database.pushes import Json, a_result
from tests.database.world import World

#: What a worker sends, for each of them: right for the run of `_a_run`, if only the lease were.
CALLS: dict[str, Json] = {
    "capture_variables": {"p_version": 1, "p_test": "shop/cart", "p_captures": [{"name": "a", "value": 1}]},
    "finish_run": {"p_outcome": {"status": "completed"}},
    "initialise_execution_context": {},
    "record_fixture_usage": {"p_usage": []},
    "record_run": {
        "p_batch_number": 1,
        "p_context_version": 1,
        "p_batch": {"results": [a_result("shop/cart")]},
    },
    "release_run": {},
    "save_execution_context": {"p_version": 1, "p_context": {"variables": {"a": 1}}},
    "update_shared_tokens": {"p_version": 1, "p_tokens": {"a": "secret"}},
}

#: Tried in test_34_suite_contents.py: it needs a file.
ELSEWHERE = {"get_run_content"}

#: The end of a run may be said again by the lease that said it.
SAID_AGAIN = {"finish_run"}

WRITTEN = (
    "public.test_runs",
    "public.test_results",
    "public.test_result_details",
    "public.test_execution_context",
    "public.fixture_usage",
    "private.run_leases",
    "private.run_secrets",
    "realtime.messages",
)


def _everything(world: World) -> list[Any]:
    return [world.session.rows(f"select * from {table} as row order by row::text") for table in WRITTEN]


def _refused(world: World, function: str, run_id: UUID, lease: int | None, code: str) -> None:
    before = _everything(world)
    refusal = world.worker.refused(function, p_run_id=run_id, p_lease_number=lease, **CALLS[function])
    assert (refusal.code, bool(refusal.hint)) == (code, True), refusal
    assert _everything(world) == before


def test_every_function_with_a_lease_is_tried(world: World) -> None:
    """A new one says here what a worker sends."""
    rows = world.session.rows(
        "select proname from pg_proc "
        "where pronamespace = 'public'::regnamespace and 'p_lease_number' = any (proargnames)"
    )
    assert {row["proname"] for row in rows} == set(CALLS) | ELSEWHERE


@pytest.mark.parametrize("function", sorted(CALLS))
def test_these_calls_are_right_for_who_holds_the_run(world: World, function: str) -> None:
    """What is refused below is refused for the lease."""
    run_id = world.a_claimed_run()
    world.worker.call_all(function, p_run_id=run_id, p_lease_number=1, **CALLS[function])


@pytest.mark.parametrize("function", sorted(CALLS))
def test_of_two_workers_the_one_that_came_later_holds_the_run(world: World, function: str) -> None:
    """The first learns that it lost the run; so does a lease that nobody was ever given."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    world.claim("worker-2")
    for lease in (1, 0, 3, -1, None):
        _refused(world, function, run_id, lease, "PT409")


@pytest.mark.parametrize("function", sorted(CALLS))
def test_a_run_that_is_over_or_waits_is_nobodys(world: World, function: str) -> None:
    """Whoever had it."""
    run_id = world.a_claimed_run()
    world.finish(run_id)
    if function not in SAID_AGAIN:
        _refused(world, function, run_id, 1, "PT409")
    _refused(world, function, world.a_run(), 0, "PT409")


@pytest.mark.parametrize("function", sorted(CALLS))
def test_a_run_that_nobody_has_asked_for_is_not_found(world: World, function: str) -> None:
    """Also when no run at all is named."""
    _refused(world, function, uuid4(), 1, "PT404")
    before = _everything(world)
    unnamed = world.worker.refused(function, p_run_id=None, p_lease_number=1, **CALLS[function])
    assert unnamed.code == "PT404"
    assert _everything(world) == before
