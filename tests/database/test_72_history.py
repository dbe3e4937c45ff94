"""History: one row a run, that stays when the run goes."""

from tests.database.history import a_run_of, arrive_late, failed, passed, ran
from tests.database.pushes import Json, a_result
from tests.database.world import World


def _history(world: World) -> list[Json]:
    return world.viewer.rows(
        "select *, status::text, reason::text, trigger::text "
        "from public.test_run_history order by run_created_at"
    )


def test_a_run_that_is_over_has_a_row(world: World) -> None:
    """With its counters, its time, and where it came from."""
    run_id = ran(
        world,
        passed(),
        failed("shop/catalog"),
        a_result("shop/cart", "blocked", blocked_by="shop/catalog"),
        outcome={"status": "failed", "reason": "tests"},
    )
    [row] = _history(world)
    assert (row["run_id"], row["status"], row["reason"], row["trigger"]) == (
        run_id,
        "failed",
        "tests",
        "manual",
    )
    assert (row["total"], row["passed"], row["failed"], row["blocked"]) == (3, 1, 1, 1)
    assert row["success_rate"] == 50
    assert (row["runs"], row["failed_runs"], row["completed_runs"]) == (1, 1, 0)
    assert row["duration_ms"] == world.run(run_id)["duration_ms"]


def test_a_run_that_is_not_over_has_none(world: World) -> None:
    """Nothing is known of its end."""
    world.record(a_run_of(world), 1, {"results": [passed()]})
    assert _history(world) == []


def test_runs_without_results_have_a_row_too(world: World) -> None:
    """Cancelled before anybody took it."""
    run_id = world.a_run()
    world.editor.call("cancel_run", p_run_id=run_id)
    [row] = _history(world)
    assert (row["status"], row["success_rate"]) == ("cancelled", None)


def test_late_results_bring_the_row_up_to_date(world: World) -> None:
    """And there is still one."""
    run_id = ran(world, passed())
    arrive_late(world, run_id, failed("shop/cart"))
    [row] = _history(world)
    assert (row["total"], row["passed"], row["failed"]) == (2, 1, 1)


def test_the_row_stays_when_the_run_goes(world: World) -> None:
    """A run is kept for months, what came of it for a year."""
    run_id = ran(world, passed())
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert [row["run_id"] for row in _history(world)] == [run_id]


def test_a_run_that_comes_with_its_end_has_a_row(world: World) -> None:
    """Out of an archive."""
    world.session.change(
        "insert into public.test_runs (organization_id, project_id, environment_id, status, finished_at) "
        "values (%s, %s, %s, 'completed', now())",
        world.facts.organization_id,
        world.facts.project_id,
        world.facts.environment_id,
    )
    assert [row["status"] for row in _history(world)] == ["completed"]


def test_members_see_history_and_nobody_writes_it(world: World) -> None:
    """It is written by what happened."""
    ran(world, passed())
    for member in world.members:
        assert len(member.rows("select * from public.test_run_history")) == 1
        assert member.refused_to("update public.test_run_history set passed = 9").code == "42501"
        assert member.refused_to("delete from public.test_run_history").code == "42501"
    for other in world.not_members:
        assert other.rows("select * from public.test_run_history") == []
    for actor in (world.anonymous, world.worker):
        assert actor.refused_to("select * from public.test_run_history").code == "42501"
