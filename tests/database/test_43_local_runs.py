"""Local runs: an editor executes one himself, and records it with his own session."""

from typing import Any

import pytest

from tests.database.actors import Actor
from tests.database.pushes import Json, a_result
from tests.database.world import PASSWORD, World


def _begin(world: World, *, by: Actor | None = None, **more: Any) -> Json:
    answer: Json = (by or world.editor).call(
        "begin_local_run",
        p_project_id=world.facts.project_id,
        p_request={"environment": "staging", "suites": ["accounts"]} | more,
    )
    return answer


def _batch(run: Json, number: int = 1, *, lease: int = 1, **batch: Any) -> Json:
    return {
        "p_run_id": run["id"],
        "p_lease_number": lease,
        "p_batch_number": number,
        "p_context_version": 1,
        "p_batch": batch,
    }


def test_an_editor_begins_records_and_ends_his_own_run(world: World) -> None:
    """It waits for no worker, and he gets no secret of the environment."""
    answer = _begin(world)
    run = answer["run"]
    assert (run["executor"], run["status"], run["lease_number"]) == ("local", "preparing", 1)
    assert PASSWORD not in str(answer)
    assert world.claim() is None
    results = [a_result("accounts/login")]
    assert world.editor.call("record_run", **_batch(run, status="running", total=1, results=results))[
        "continue"
    ]
    done = world.editor.call(
        "finish_run", p_run_id=run["id"], p_lease_number=1, p_outcome={"status": "completed"}
    )
    assert (done["status"], done["passed"]) == ("completed", 1)
    again = world.editor.call(
        "finish_run", p_run_id=run["id"], p_lease_number=1, p_outcome={"status": "completed"}
    )
    assert again == done


def test_nobody_else_writes_to_it(world: World) -> None:
    """Neither colleagues nor strangers, whatever they know; nor its owner once he is no editor."""
    run = _begin(world)["run"]
    for other in (world.viewer, world.admin, world.owner, *world.not_members):
        assert other.refused("record_run", **_batch(run)).code in ("PT404", "42501")
        assert other.refused(
            "finish_run", p_run_id=run["id"], p_lease_number=1, p_outcome={"status": "completed"}
        ).code in ("PT404", "42501")
    assert world.editor.refused("record_run", **_batch(run, lease=2)).code == "PT409"
    world.session.change(
        "update public.organization_members set role = 'viewer' where user_id = %s", world.editor.id
    )
    assert world.editor.refused("record_run", **_batch(run)).code == "PT404"


def test_a_member_cannot_write_to_what_a_worker_has(world: World) -> None:
    """Also where he requested it himself."""
    run_id = world.a_claimed_run()
    assert world.editor.refused("record_run", **_batch({"id": run_id})).code == "PT404"
    world.finish(run_id)
    refusal = world.editor.refused(
        "finish_run", p_run_id=run_id, p_lease_number=1, p_outcome={"status": "completed"}
    )
    assert (refusal.code, refusal.message) == ("PT404", "there is no such run")


@pytest.mark.parametrize(
    "more", [{"environment": "moon"}, {"suites": ["none"]}, {"jobs": 3}, {"priority": 1}]
)
def test_what_cannot_be_run_is_not_begun(world: World, more: Json) -> None:
    """As for a request; nothing is left behind."""
    refusal = world.editor.refused(
        "begin_local_run", p_project_id=world.facts.project_id, p_request={"environment": "staging"} | more
    )
    assert refusal.code == "PT422"
    assert world.count("public.test_runs") == 0


def test_only_editors_begin_one(world: World) -> None:
    """It writes results."""
    ask = {"p_project_id": world.facts.project_id, "p_request": {"environment": "staging"}}
    for other in (world.viewer, *world.not_members):
        assert other.refused("begin_local_run", **ask).code in ("PT403", "PT404", "42501")


def test_a_run_of_which_nothing_is_heard_ends(world: World) -> None:
    """Nobody takes it up: its secrets are on one machine."""
    run = _begin(world)["run"]
    other = _begin(world)["run"]
    world.session.change(
        "update public.test_runs set lease_expires_at = now() - interval '2 minutes' where id = %s", run["id"]
    )
    world.worker.call("cleanup_expired_contexts")
    row = world.run(run["id"])
    assert (row["status"], row["reason"]) == ("failed", "interrupted")
    assert world.run(other["id"])["status"] == "preparing"


def test_it_can_be_cancelled_by_others(world: World) -> None:
    """The next answer says so."""
    run = _begin(world)["run"]
    world.admin.call("cancel_run", p_run_id=run["id"])
    assert world.editor.call("record_run", **_batch(run))["continue"] is False
