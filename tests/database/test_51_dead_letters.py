"""Runs that a claim finds and ends, and runs that end at the same time: nobody waits in a circle."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.database.conftest import OpenWorld
from tests.database.history import on_one_day
from tests.database.pushes import a_result
from tests.database.world import World
from tests.patience import FOR_EVER_SECONDS

RESULT = {"results": [a_result("accounts/login")]}
PATIENCE = f"set lock_timeout = '{FOR_EVER_SECONDS}s'"


def _other_environment(world: World) -> None:
    world.admin.change(
        "insert into public.environments (organization_id, project_id, name) values (%s, %s, 'other')",
        world.facts.organization_id,
        world.facts.project_id,
    )


def _a_run_with_a_result(world: World, environment: str) -> UUID:
    run_id = world.a_claimed_run(environment=environment)
    world.record(run_id, 1, RESULT)
    return run_id


def _lost_for_good(world: World, run_id: UUID) -> None:
    """Handed out as often as may be, and by nobody brought to an end."""
    world.session.change("update private.run_leases set deliveries = 5 where run_id = %s", run_id)
    world.lose_lease(run_id)


def _cancelled(world: World, run_id: UUID) -> None:
    """While its worker was away."""
    world.session.change("update public.test_runs set cancel_requested_at = now() where id = %s", run_id)
    world.lose_lease(run_id)


@pytest.mark.parametrize(("lose", "status"), [(_lost_for_good, "failed"), (_cancelled, "cancelled")])
def test_a_claim_does_not_wait_for_environments_that_others_count(
    open_world: OpenWorld, lose: Callable[[World, UUID], None], status: str
) -> None:
    """It has ended a run of one environment when it comes by one of another; whoever counts that one may want
    the first next. So what it would have to wait for comes back two seconds later."""
    claimer, finisher = open_world(), open_world()
    claimer.session.change(PATIENCE)
    finisher.session.change(PATIENCE)
    _other_environment(claimer)
    of_this, waits = _a_run_with_a_result(claimer, "staging"), _a_run_with_a_result(claimer, "staging")
    of_other, ends = _a_run_with_a_result(claimer, "other"), _a_run_with_a_result(claimer, "other")
    for run_id in (of_this, of_other):
        lose(claimer, run_id)

    with ThreadPoolExecutor(1) as threads:
        with finisher.session.transaction():
            finisher.finish(ends)
            with claimer.session.transaction():
                assert claimer.claim() is None
                end = threads.submit(open_world().finish, waits)
                open_world().session.wait_for_blocked()
            assert claimer.run(of_this)["status"] == status
            assert claimer.run(of_other)["status"] == "preparing"
        assert end.result()["status"] == "completed"
    _is_seen_again(claimer, of_other)
    assert claimer.claim() is None
    assert claimer.run(of_other)["status"] == status


def _is_seen_again(world: World, run_id: UUID) -> None:
    """As after two seconds, and not sooner."""
    seconds = (
        "select extract(epoch from vt - clock_timestamp()) from pgmq.q_runs_medium "
        "where msg_id = (select message_id from private.run_leases where run_id = %s)"
    )
    assert world.session.value(seconds, run_id) <= 2
    world.session.change(
        "update pgmq.q_runs_medium set vt = clock_timestamp() where msg_id = "
        "(select message_id from private.run_leases where run_id = %s)",
        run_id,
    )


def test_two_runs_of_one_environment_end_one_after_the_other(open_world: OpenWorld) -> None:
    """The second waits for the first to be counted, and counts both."""
    first, second = open_world(), open_world()
    runs = [first.a_claimed_run() for _ in range(2)]
    on_one_day(first)
    for run_id in runs:
        first.record(run_id, 1, RESULT)
    with ThreadPoolExecutor(1) as threads:
        with first.session.transaction():
            first.finish(runs[0])
            end = threads.submit(second.finish, runs[1])
            open_world().session.wait_for_blocked()
        assert end.result()["status"] == "completed"
    counted = first.viewer.rows("select total_runs, successful_runs from public.performance_metrics")
    assert counted == [{"total_runs": 2, "successful_runs": 2}]


def test_a_run_is_recorded_while_another_of_its_environment_ends(open_world: OpenWorld) -> None:
    """Batches are not held up by what is counted, also when both have the same failures."""
    first, second = open_world(), open_world()
    second.session.change(PATIENCE)
    runs = [first.a_claimed_run() for _ in range(2)]
    broken = {"results": [a_result("shop/cart", "failed", fingerprint="f", error_category="status")]}
    first.record(runs[0], 1, broken)
    second.record(runs[1], 1, RESULT)
    with first.session.transaction():
        first.finish(runs[0])
        assert second.record(runs[1], 2, {"results": [a_result("shop/catalog", "failed")]})["continue"]
    assert second.record(runs[1], 3, broken)["continue"]
    assert second.finish(runs[1])["failed"] == 2
