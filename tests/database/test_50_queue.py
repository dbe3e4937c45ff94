"""The queue and the leases: who gets what when, and what becomes of runs whose worker died."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.database.conftest import OpenWorld
from tests.database.world import World


def test_an_urgent_run_is_taken_first(world: World) -> None:
    """By priority, and in each priority the oldest."""
    ids = {
        name: world.a_run(priority=name.split("-")[0])
        for name in ("low", "medium-1", "medium-2", "critical", "high")
    }
    taken = [world.claim()["run"]["id"] for _ in ids]
    wanted = ("critical", "high", "medium-1", "medium-2", "low")
    assert taken == [str(ids[name]) for name in wanted]
    assert world.claim() is None


def test_a_run_has_one_worker(world: World) -> None:
    """While the lease lasts, nobody else gets it."""
    world.a_claimed_run()
    assert world.claim("worker-2") is None


def test_many_workers_share_the_queue(open_world: OpenWorld) -> None:
    """Twelve runs, four workers at once: each run is handed out once."""
    first = open_world()
    ids = {str(first.a_run()) for _ in range(12)}
    worlds = [open_world() for _ in range(4)]

    def work(world: World) -> list[str]:
        taken = []
        while claim := world.claim():
            taken.append(claim["run"]["id"])
        return taken

    with ThreadPoolExecutor() as threads:
        taken = [run_id for runs in threads.map(work, worlds) for run_id in runs]
    assert sorted(taken) == sorted(ids)


def test_a_run_whose_lease_ended_goes_to_the_next_worker(world: World) -> None:
    """With a higher lease number: the fence for whoever held it before."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    claim = world.claim("worker-2")
    assert (claim["run"]["id"], claim["run"]["lease_number"]) == (str(run_id), 2)
    assert claim["next_batch_number"] == 1
    assert world.session.value("select worker from private.run_leases") == "worker-2"


def test_a_run_that_takes_every_worker_down_is_given_up(world: World) -> None:
    """After five deliveries: a dead letter, and a run that people see as failed."""
    run_id = world.a_run()
    for _ in range(5):
        assert world.claim()["run"]["id"] == str(run_id)
        world.lose_lease(run_id)
    assert world.claim() is None
    run = world.run(run_id)
    assert (run["status"], run["reason"]) == ("failed", "interrupted")
    assert run["message"] == "given up: 5 workers took this run and none brought it to an end"
    assert world.session.value("select message ->> 'run_id' from pgmq.q_runs_dead") == str(run_id)
    assert world.count("pgmq.q_runs_medium") == 0


def test_a_run_that_is_handed_back_goes_on_elsewhere_at_once(world: World) -> None:
    """With what was recorded; the old lease is worth nothing any more."""
    run_id = world.a_claimed_run()
    world.worker.call("release_run", p_run_id=run_id, p_lease_number=1)
    run = world.run(run_id)
    assert (run["status"], run["lease_expires_at"]) == ("queued", None)
    refusal = world.worker.refused(
        "record_run", p_run_id=run_id, p_lease_number=1, p_batch_number=1, p_context_version=1, p_batch={}
    )
    assert refusal.code == "PT409"
    assert world.claim("worker-2")["run"]["lease_number"] == 2


def test_handing_back_is_not_held_against_a_run(world: World) -> None:
    """However many workers are replaced in the middle of it."""
    run_id = world.a_run()
    for lease in range(1, 9):
        assert world.claim()["run"]["lease_number"] == lease
        world.worker.call("release_run", p_run_id=run_id, p_lease_number=lease)
    assert world.run(run_id)["status"] == "queued"


def test_a_run_that_was_to_be_cancelled_is_over_when_it_is_handed_back(world: World) -> None:
    """Nobody has to take it for that."""
    run_id = world.a_claimed_run()
    world.editor.call("cancel_run", p_run_id=run_id)
    world.worker.call("release_run", p_run_id=run_id, p_lease_number=1)
    assert world.run(run_id)["status"] == "cancelled"


def test_only_the_lease_that_holds_a_run_hands_it_back(world: World) -> None:
    """A late worker must not take the run from the one that has it now."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    world.claim("worker-2")
    assert world.worker.refused("release_run", p_run_id=run_id, p_lease_number=1).code == "PT409"
    assert world.run(run_id)["status"] == "preparing"


def test_a_message_whose_run_is_gone_is_put_aside(world: World) -> None:
    """It does not keep the next run from being claimed."""
    world.session.rows("select * from pgmq.send('runs_medium', '{\"run_id\": \"nonsense\"}'::jsonb)")
    run_id = world.a_run()
    assert world.claim()["run"]["id"] == str(run_id)
    assert world.count("pgmq.a_runs_medium") == 1


def test_a_run_that_somebody_writes_to_comes_back_soon(open_world: OpenWorld) -> None:
    """The claim does not wait for the writer, and does not take the run from under him."""
    world, writer = open_world(), open_world()
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    with writer.session.transaction():
        writer.record(run_id, 1)
        assert world.claim("worker-2") is None
    assert world.run(run_id)["lease_number"] == 1


def test_a_claim_waits_for_nobody(open_world: OpenWorld) -> None:
    """Whoever writes has the run and wants its message; the claim has the message. Waiting could go round."""
    world, writer = open_world(), open_world()
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    world.session.change("set lock_timeout = '2s'")
    with writer.session.transaction():
        writer.session.rows("select from public.test_runs where id = %s for no key update", run_id)
        before = world.session.value("select clock_timestamp()")
        assert world.claim("worker-2") is None
        after = world.session.value("select clock_timestamp()")
    back_at = world.session.value("select vt from pgmq.q_runs_medium")
    assert before <= back_at - timedelta(seconds=2) <= after


@pytest.mark.parametrize("seconds", [0, 4, 3601, -1, None])
def test_a_lease_of_an_odd_length_is_refused(world: World, seconds: int | None) -> None:
    """And the run stays where it was."""
    world.a_run()
    refusal = world.worker.refused("claim_run", p_worker="w", p_lease_seconds=seconds)
    assert refusal.code == "PT422"
    assert world.claim() is not None


def test_members_do_not_claim(world: World) -> None:
    """The claim carries secrets: it is for workers."""
    world.a_run()
    for actor in (world.owner, world.stranger, world.anonymous):
        assert actor.refused("claim_run", p_worker="w").code == "42501"
        assert actor.refused_to("select * from pgmq.q_runs_medium").code == "42501"
