"""The end of a run: said once, by the worker that has it."""

from typing import Any

import pytest

from tests.database.pushes import Json, a_result
from tests.database.world import World


def test_a_finished_run_is_over(world: World) -> None:
    """Out of the queue, without a lease, with its time and what the worker had to say."""
    run_id = world.a_claimed_run()
    outcome = {
        "status": "failed",
        "reason": "tests",
        "message": "1 failed",
        "summary": {"critical_path": ["a"]},
    }
    answer = world.finish(run_id, outcome)
    assert (answer["id"], answer["status"], answer["reason"]) == (str(run_id), "failed", "tests")
    run = world.run(run_id)
    assert (run["message"], run["summary"], run["report"]) == ("1 failed", {"critical_path": ["a"]}, None)
    assert run["lease_expires_at"] is None
    assert run["duration_ms"] > 0
    assert (world.count("pgmq.q_runs_medium"), world.count("pgmq.a_runs_medium")) == (0, 1)


def test_finishing_twice_is_finishing_once(world: World) -> None:
    """A reply that got lost: the same answer, whatever the second call says; nothing is told again."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"total": 4, "results": [a_result("accounts/login")]})
    answer = world.finish(run_id)
    before = (world.run(run_id), world.count("realtime.messages"))
    assert world.finish(run_id) == answer
    assert world.finish(run_id, {"status": "failed", "reason": "tests"}) == answer
    assert (world.run(run_id), world.count("realtime.messages")) == before
    assert (answer["total"], answer["completed"], answer["pending"]) == (4, 1, 3)


def test_an_older_lease_does_not_finish(world: World) -> None:
    """Neither while another worker has the run, nor after that one has finished it."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    world.claim("worker-2")
    late: dict[str, Any] = {"p_run_id": run_id, "p_lease_number": 1, "p_outcome": {"status": "completed"}}
    assert world.worker.refused("finish_run", **late).code == "PT409"
    world.finish(run_id, {"status": "failed", "reason": "tests"}, lease=2)
    assert world.worker.refused("finish_run", **late).code == "PT409"
    assert world.run(run_id)["status"] == "failed"


def test_a_finished_run_takes_no_more_records(world: World) -> None:
    """The counters are final."""
    run_id = world.a_claimed_run()
    world.finish(run_id)
    refusal = world.worker.refused(
        "record_run",
        p_run_id=run_id,
        p_lease_number=1,
        p_batch_number=1,
        p_context_version=1,
        p_batch={"results": [a_result("accounts/login")]},
    )
    assert (refusal.code, refusal.message) == ("PT409", "lease lost: this run is completed")


def test_followers_are_told_of_the_end(world: World) -> None:
    """Those of the run with its last number, and those of the project."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"total": 1, "results": [a_result("accounts/login")]})
    world.finish(run_id)
    last = world.messages(f"run:{run_id}")[-1]
    assert last["event"] == "run_completed"
    assert (last["payload"]["status"], last["payload"]["sequence"]) == ("completed", 3)
    assert last["payload"]["counters"]["passed"] == 1
    assert world.run(run_id)["sequence"] == 3
    assert world.messages(f"project:{world.facts.project_id}")[-1]["event"] == "run_completed"


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ({}, "an outcome's status must be of type string, but is missing"),
        ([], "an outcome must be of type object, but is array"),
        ({"status": "great"}, 'status cannot be "great"'),
        ({"status": "running"}, 'a run does not end as "running"'),
        ({"status": "failed"}, "a failed run has a reason, and no other has"),
        ({"status": "completed", "reason": "tests"}, "a failed run has a reason, and no other has"),
        ({"status": "failed", "reason": "mood"}, 'reason cannot be "mood"'),
        ({"status": "completed", "summary": []}, "an outcome.summary must be of type object"),
        ({"status": "completed", "message": 7}, "an outcome.message must be of type string"),
    ],
)
def test_a_malformed_outcome_is_refused_and_the_run_goes_on(
    world: World, outcome: Json, message: str
) -> None:
    """With what is wrong with it."""
    run_id = world.a_claimed_run()
    refusal = world.worker.refused("finish_run", p_run_id=run_id, p_lease_number=1, p_outcome=outcome)
    assert refusal.code == "PT422"
    assert message in refusal.message
    assert refusal.hint
    assert world.run(run_id)["status"] == "preparing"


def test_an_absent_reason_may_be_said_as_null(world: World) -> None:
    """Workers send every field."""
    outcome: Json = {"status": "completed", "reason": None, "message": None, "summary": {}, "report": None}
    assert world.finish(world.a_claimed_run(), outcome)["reason"] is None


def test_people_do_not_finish(world: World) -> None:
    """A verdict is what a worker found; of local runs: test_43_local_runs.py."""
    run_id = world.a_claimed_run()
    for actor in (world.owner, world.stranger, world.anonymous):
        refusal = actor.refused(
            "finish_run", p_run_id=run_id, p_lease_number=1, p_outcome={"status": "completed"}
        )
        assert refusal.code == ("42501" if actor is world.anonymous else "PT404")
