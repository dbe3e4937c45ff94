"""Runs as people see them, and how they cancel one."""

from typing import Any
from uuid import UUID

import pytest

from tests.database.actors import Actor
from tests.database.world import World


def _cancel(world: World, run_id: UUID, *, by: Actor | None = None) -> dict[str, Any]:
    row: dict[str, Any] = (by or world.editor).call("cancel_run", p_run_id=run_id)
    return row


def test_members_see_runs_and_others_do_not(world: World) -> None:
    """Every role of the organization; nobody of another one, and no worker."""
    world.a_run()
    for member in world.members:
        assert len(member.rows("select * from public.test_runs")) == 1
    for other in world.not_members:
        assert other.rows("select * from public.test_runs") == []
    for actor in (world.anonymous, world.worker):
        assert actor.refused_to("select * from public.test_runs").code == "42501"


def test_nobody_writes_a_run_directly(world: World) -> None:
    """Not even the owner: a run without its message would wait for ever."""
    world.a_run()
    for statement in (
        "insert into public.test_runs default values",
        "update public.test_runs set status = 'completed'",
        "delete from public.test_runs",
    ):
        for actor in (world.owner, world.worker):
            assert actor.refused_to(statement).code == "42501"


def test_a_waiting_run_is_cancelled_at_once(world: World) -> None:
    """It leaves the queue: no worker gets it."""
    run_id = world.a_run()
    row = _cancel(world, run_id)
    assert (row["status"], row["cancel_requested_by"]) == ("cancelled", world.editor.id)
    assert row["finished_at"] is not None
    assert world.count("pgmq.q_runs_medium") == 0
    assert world.claim() is None


def test_a_run_that_a_worker_has_is_stopped_by_its_worker(world: World) -> None:
    """The wish is noted and the workers are told; the answer to the next batch says it, too."""
    run_id = world.a_claimed_run()
    assert _cancel(world, run_id)["status"] == "preparing"
    assert [message["event"] for message in world.messages("workers")] == ["runs_waiting", "run_cancelled"]
    assert world.messages("workers")[-1]["payload"]["run_id"] == str(run_id)
    answer = world.record(run_id, 1)
    assert (answer["continue"], answer["reason"]) == (False, "cancelled")
    assert world.finish(run_id, {"status": "cancelled"})["status"] == "cancelled"


def test_a_run_whose_worker_is_gone_is_cancelled_at_once(world: World) -> None:
    """Nobody is left who could stop it; the worker, should it wake up, is refused."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    assert _cancel(world, run_id)["status"] == "cancelled"
    refusal = world.worker.refused(
        "record_run", p_run_id=run_id, p_lease_number=1, p_batch_number=1, p_context_version=1, p_batch={}
    )
    assert refusal.code == "PT409"


def test_a_run_that_was_to_be_cancelled_is_not_handed_out_again(world: World) -> None:
    """Its worker died before it stopped: the next claim ends the run."""
    run_id = world.a_claimed_run()
    _cancel(world, run_id)
    world.lose_lease(run_id)
    assert world.claim("worker-2") is None
    assert world.run(run_id)["status"] == "cancelled"


def test_cancelling_twice_is_cancelling_once(world: World) -> None:
    """The first one who asked stays the one who asked."""
    run_id = world.a_claimed_run()
    first = _cancel(world, run_id)
    again = _cancel(world, run_id, by=world.admin)
    assert again["cancel_requested_by"] == first["cancel_requested_by"] == world.editor.id


def test_a_run_that_is_over_cannot_be_cancelled(world: World) -> None:
    """The verdict stands."""
    run_id = world.a_claimed_run()
    world.finish(run_id)
    refusal = world.editor.refused("cancel_run", p_run_id=run_id)
    assert (refusal.code, refusal.message) == ("PT409", "this run is already completed")
    assert refusal.hint


def test_only_editors_cancel(world: World) -> None:
    """To people outside, the run does not exist."""
    run_id = world.a_run()
    for actor, code in world.all_but_editors:
        assert actor.refused("cancel_run", p_run_id=run_id).code == code
    assert world.run(run_id)["status"] == "queued"


@pytest.mark.parametrize(
    "change",
    [
        "status = 'completed'",
        "finished_at = now()",
        "status = 'failed', finished_at = now()",
        "reason = 'tests'",
        "passed = -1",
        "started_at = now(), finished_at = now() - interval '1 second', status = 'completed'",
    ],
)
def test_a_row_that_makes_no_sense_is_refused_by_a_rule(world: World, change: str) -> None:
    """Behind all functions, the table keeps its own order."""
    world.a_run()
    refusal = world.session.actor("postgres").refused_to(f"update public.test_runs set {change}")
    assert refusal.code == "23514"
    assert "test_runs_" in refusal.message
