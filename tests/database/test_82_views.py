"""Views: what people ask of a suite and a test. They show what the caller may see."""

from tests.database.pushes import a_result
from tests.database.world import World


def _run(world: World) -> None:
    run_id = world.a_claimed_run(git_branch="main")
    results = [
        a_result("accounts/login"),
        a_result("shop/catalog", execution_ms=30),
        a_result("shop/cart", "failed", execution_ms=10),
    ]
    world.record(run_id, 1, {"results": results})
    world.finish(run_id, {"status": "failed", "reason": "tests"})


def test_a_suites_statistics_count_its_tests_and_what_came_of_them(world: World) -> None:
    """Of the last 30 days."""
    _run(world)
    world.editor.change("update public.test_cases set enabled = false where key = 'order'")
    [row] = world.viewer.rows("select * from public.suite_statistics where key = 'shop'")
    assert (row["total"], row["enabled"], row["skipped"], row["quarantined"]) == (3, 2, 0, 0)
    assert (row["runs_30_days"], row["passed_30_days"], row["failed_30_days"]) == (1, 1, 1)
    assert (row["success_rate_30_days"], row["average_ms_30_days"]) == (50, 20)
    assert row["last_run_at"] is not None


def test_a_suite_that_never_ran_has_statistics_too(world: World) -> None:
    """No rate is made of nothing."""
    [row] = world.viewer.rows("select * from public.suite_statistics where key = 'shop'")
    assert (row["results_30_days"], row["success_rate_30_days"], row["last_run_at"]) == (0, None, None)


def test_a_tests_history_says_where_and_of_what_each_result_is(world: World) -> None:
    """Run by run."""
    _run(world)
    [row] = world.viewer.rows(
        "select history.* from public.test_history as history "
        "join public.test_cases as test on test.id = test_case_id where test.key = 'cart'"
    )
    assert (row["verdict"], row["git_branch"], row["execution_ms"]) == ("failed", "main", 10)
    assert row["environment_id"] == world.facts.environment_id


def test_views_show_strangers_nothing(world: World) -> None:
    """They ask with the caller's rights."""
    _run(world)
    for view in ("suite_statistics", "test_history"):
        for member in world.members:
            assert member.rows(f"select * from public.{view}") != []
        for other in world.not_members:
            assert other.rows(f"select * from public.{view}") == []
        for nobody in (world.anonymous, world.worker):
            assert nobody.refused_to(f"select * from public.{view}").code == "42501"
