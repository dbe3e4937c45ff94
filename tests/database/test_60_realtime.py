"""Who may listen: the policies that the Realtime server asks before it lets somebody join."""

from uuid import UUID

import pytest

from tests.database.actors import Actor
from tests.database.pushes import a_result
from tests.database.world import World


def _may_join(world: World, actor: Actor, topic: str) -> bool:
    """As the server asks: is a message of this topic visible?"""
    world.session.change(
        "insert into realtime.messages (topic, extension, private) values (%s, 'broadcast', true)", topic
    )
    world.session.value("select set_config('realtime.topic', %s, true)", topic)
    return bool(actor.rows("select topic from realtime.messages where topic = %s limit 1", topic))


def test_members_follow_their_runs_and_projects(world: World) -> None:
    """Every role does."""
    run_id = world.a_run()
    for member in world.members:
        assert _may_join(world, member, f"run:{run_id}")
        assert _may_join(world, member, f"project:{world.facts.project_id}")


def test_others_follow_nothing(world: World) -> None:
    """Neither people of another organization nor who is not signed in."""
    run_id = world.a_run()
    for actor in (*world.not_members, world.anonymous):
        assert not _may_join(world, actor, f"run:{run_id}")
        assert not _may_join(world, actor, f"project:{world.facts.project_id}")
    assert not _may_join(world, world.viewer, f"project:{world.facts.other_project_id}")


def test_workers_hear_of_waiting_runs_and_nobody_else_does(world: World) -> None:
    """The topic tells nothing of tenants, and is still not theirs."""
    assert _may_join(world, world.worker, "workers")
    for actor in (*world.members, *world.not_members, world.anonymous):
        assert not _may_join(world, actor, "workers")


@pytest.mark.parametrize(
    "topic",
    [
        "run:",
        "run:x",
        "project:%",
        "run:{id}:more",
        "RUN:{id}",
        "realtime:run:{id}",
        "x-run:{id}",
        "",
        "{id}",
    ],
)
def test_a_topic_of_another_form_is_nobodys(world: World, topic: str) -> None:
    """Only run:<id> and project:<id>, to the letter."""
    run_id = world.a_run()
    assert not _may_join(world, world.owner, topic.format(id=run_id))


def test_a_run_that_is_not_there_is_nobodys(world: World) -> None:
    """It looks like one of others."""
    assert not _may_join(world, world.owner, f"run:{UUID(int=0)}")


def test_people_send_nothing(world: World) -> None:
    """Only the database does, from what was recorded."""
    run_id = world.a_run()
    insert = "insert into realtime.messages (topic, extension, private) values (%s, 'broadcast', true)"
    for actor in (*world.members, world.stranger):
        assert actor.refused_to(insert, f"run:{run_id}").code == "42501"


def test_all_messages_are_private(world: World) -> None:
    """And none says more than its followers may know."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [a_result("shop/cart", "failed", reason="internal")]})
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    rows = world.session.rows("select distinct private, extension from realtime.messages")
    assert rows == [{"private": True, "extension": "broadcast"}]
    for message in world.messages("workers"):
        assert set(message["payload"]) <= {"id", "count", "run_id"}


def test_numbers_of_messages_rise_one_by_one(world: World) -> None:
    """Through claims and records to the end: whoever misses one notices."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"status": "running"})
    world.record(run_id, 2)
    world.lose_lease(run_id)
    world.claim("worker-2")
    world.finish(run_id, lease=2)
    numbers = [message["payload"]["sequence"] for message in world.messages(f"run:{run_id}")]
    assert numbers == [1, 2, 3, 4]
