"""Workers say that they are there; admins ask which there are, and learn nothing of other tenants."""

from uuid import uuid4

import pytest

from tests.database.pushes import Json
from tests.database.world import World


def _register(world: World, name: str = "worker-1", version: str = "1.0") -> Json:
    row: Json = world.worker.call("register_worker", p_name=name, p_version=version)
    return row


def _listed(world: World) -> list[Json]:
    return world.admin.call_all("list_workers", p_organization_id=world.facts.organization_id)


def test_the_same_name_is_the_same_worker(world: World) -> None:
    """Started anew, perhaps with another version."""
    first = _register(world)
    world.worker.call("heartbeat_worker", p_worker_id=first["id"], p_state="draining")
    again = _register(world, version="1.1")
    assert (again["id"], again["version"], again["state"]) == (first["id"], "1.1", "idle")


def test_a_heartbeat_says_when_and_what(world: World) -> None:
    """What is not said stays."""
    identifier = _register(world)["id"]
    world.worker.call("heartbeat_worker", p_worker_id=identifier, p_state="busy")
    world.session.change("update public.workers set last_seen_at = now() - interval '1 minute'")
    seen_at = world.worker.call("heartbeat_worker", p_worker_id=identifier)
    assert seen_at >= world.session.value("select now()")
    assert world.session.value("select state::text from public.workers") == "busy"


def test_a_worker_that_is_not_there_is_told_to_register(world: World) -> None:
    """A state that is none is refused, too."""
    identifier = _register(world)["id"]
    assert world.worker.call("remove_worker", p_worker_id=identifier) is True
    assert world.worker.call("remove_worker", p_worker_id=identifier) is False
    assert world.worker.refused("heartbeat_worker", p_worker_id=uuid4()).code == "PT404"
    refusal = world.worker.refused("heartbeat_worker", p_worker_id=identifier, p_state="asleep")
    assert (refusal.code, refusal.hint) == ("PT422", "One of: idle, busy, draining.")


def test_workers_not_heard_of_for_a_day_are_forgotten(world: World) -> None:
    """When the next one comes."""
    _register(world)
    world.session.change("update public.workers set last_seen_at = now() - interval '25 hours'")
    _register(world, "worker-2")
    assert [row["name"] for row in _listed(world)] == ["worker-2"]


def test_admins_see_who_is_alive_and_has_their_runs(world: World) -> None:
    """A worker of two minutes ago is not."""
    _register(world)
    _register(world, "worker-2")
    world.session.change(
        "update public.workers set last_seen_at = now() - interval '3 minutes' where name = 'worker-2'"
    )
    run_id = world.a_claimed_run()
    assert [(row["name"], row["is_alive"], row["run_ids"]) for row in _listed(world)] == [
        ("worker-1", True, [run_id]),
        ("worker-2", False, []),
    ]


def test_runs_of_other_tenants_are_not_told(world: World) -> None:
    """Nor whether a worker is busy with them."""
    worker_id = _register(world)["id"]
    world.a_claimed_run()
    world.worker.call("heartbeat_worker", p_worker_id=worker_id, p_state="busy")
    [row] = world.outsider.call_all("list_workers", p_organization_id=world.facts.other_organization_id)
    assert row["run_ids"] == []
    assert set(row) == {"name", "version", "started_at", "last_seen_at", "is_alive", "run_ids"}


def test_only_admins_list_and_only_workers_speak(world: World) -> None:
    """Nobody reads the table."""
    organization = {"p_organization_id": world.facts.organization_id}
    for actor, code in world.all_but_admins:
        assert actor.refused("list_workers", **organization).code == code
        assert actor.refused_to("select * from public.workers").code == "42501"
    for actor in (*world.members, world.anonymous):
        assert actor.refused("register_worker", p_name="x").code == "42501"
        assert actor.refused("heartbeat_worker", p_worker_id=uuid4()).code == "42501"
        assert actor.refused("remove_worker", p_worker_id=uuid4()).code == "42501"


@pytest.mark.parametrize("name", ["", " ", None, "x" * 201])
def test_a_bad_name_is_refused(world: World, name: str | None) -> None:
    """And nobody is there."""
    assert world.worker.refused("register_worker", p_name=name).code == "PT422"
    assert world.count("public.workers") == 0


def test_capabilities_are_a_small_object(world: World) -> None:
    """Nothing else, and nothing large."""
    bad: tuple[object, ...] = ([], {"x": "y" * 70000})
    for capabilities in bad:
        refusal = world.worker.refused("register_worker", p_name="x", p_capabilities=capabilities)
        assert refusal.code == "PT422"
