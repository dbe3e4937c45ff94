"""Leftovers: what would grow for ever is removed, and nothing that anybody may still ask for."""

from uuid import UUID

from tests.database.conftest import OpenWorld
from tests.database.world import World


def _leftovers(world: World) -> int:
    removed: int = world.worker.call("condense_expired")["leftovers"]
    return removed


def _finished(world: World, key: str) -> UUID:
    [run] = world.request({"environment": "staging"}, key=key)
    world.claim()
    world.finish(run["id"])
    found: UUID = run["id"]
    return found


def test_messages_of_runs_that_are_over_go_after_a_month(world: World) -> None:
    """A queue keeps them beside itself, and never removes any."""
    _finished(world, "one")
    assert _leftovers(world) == 0
    world.session.change("update pgmq.a_runs_medium set archived_at = archived_at - interval '31 days'")
    assert (_leftovers(world), world.count("pgmq.a_runs_medium")) == (1, 0)


def test_a_dead_letter_stays_as_long_as_its_run(world: World) -> None:
    """People look at it beside the run."""
    run_id = _finished(world, "one")
    world.session.rows("select private.bury_run(%s)", run_id)
    assert _leftovers(world) == 0
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert (_leftovers(world), world.count("pgmq.q_runs_dead")) == (1, 0)


def test_a_key_holds_as_long_as_a_run_of_its_batch(world: World) -> None:
    """However old it is; and a day at least, for it is written before its runs."""
    run_id = _finished(world, "one")
    world.session.change("update private.run_requests set created_at = now() - interval '2 years'")
    assert _leftovers(world) == 0
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert _leftovers(world) == 1
    _finished(world, "two")
    world.session.change("delete from public.test_runs")
    assert _leftovers(world) == 0


def test_notes_of_the_clock_go_after_a_week(world: World) -> None:
    """Those of our own jobs: what else the operator does is his."""
    world.session.change("create schema cron")
    world.session.change("create table cron.job (jobid bigint, jobname text)")
    world.session.change("create table cron.job_run_details (jobid bigint, end_time timestamptz)")
    world.session.change("insert into cron.job values (1, 'baton-schedules'), (2, 'vacuum')")
    world.session.change(
        "insert into cron.job_run_details "
        "select job, now() - age * interval '1 day' "
        "from (values (1), (2)) as j (job), (values (1), (8)) as a (age)"
    )
    # The operator may keep them to himself.
    assert _leftovers(world) == 0
    owner = world.session.value(
        "select proowner::regrole::text from pg_proc where proname = 'remove_leftovers'"
    )
    world.session.change(f"grant usage on schema cron to {owner}")
    world.session.change(f"grant select, delete on all tables in schema cron to {owner}")
    assert (_leftovers(world), world.count("cron.job_run_details")) == (1, 3)


def test_only_one_condenses_at_a_time(open_world: OpenWorld) -> None:
    """The other has nothing to do, and does not wait."""
    one, other = open_world(), open_world()
    old = "update private.run_requests set created_at = now() - interval '2 years'"
    run_id = _finished(one, "one")
    one.session.change(old)
    one.session.change("delete from public.test_runs where id = %s", run_id)
    with one.session.transaction():
        assert _leftovers(one) == 1
        assert other.worker.call("condense_expired") == {
            "metrics": 0, "history": 0, "contexts": 0, "leftovers": 0, "partitions": 0
        }  # fmt: skip
    assert _leftovers(other) == 0
