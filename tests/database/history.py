"""Runs that are long over, in one line each: what many runs say needs many runs."""

from typing import Any
from uuid import UUID

from tests.database.pushes import Json, a_result
from tests.database.world import World


def a_run_of(world: World, *, days_ago: int = 0, environment: str = "staging") -> UUID:
    """A claimed run that was created so many days ago."""
    run_id = world.a_claimed_run(environment=environment)
    if days_ago:
        world.session.change(
            "update public.test_runs set created_at = now() - make_interval(days => %s) where id = %s",
            days_ago,
            run_id,
        )
    return run_id


def on_one_day(world: World) -> None:
    """However late it is: runs that were requested before midnight and after it are of one day."""
    world.session.change(
        "update public.test_runs set created_at = (select min(created_at) from public.test_runs)"
    )


def ran(
    world: World,
    *results: Json,
    days_ago: int = 0,
    environment: str = "staging",
    outcome: Json | None = None,
) -> UUID:
    """A run that brought these results and is over."""
    run_id = a_run_of(world, days_ago=days_ago, environment=environment)
    world.record(run_id, 1, {"total": len(results), "results": list(results)})
    world.finish(run_id, outcome)
    return run_id


def passed(test: str = "accounts/login", ms: float | None = 100, **more: Any) -> Json:
    """A result that took this long."""
    return a_result(test, "passed", execution_ms=ms, details=[], **more)


def failed(test: str = "accounts/login", *, fingerprint: str | None = "f1", **more: Any) -> Json:
    """A result that failed with the API's answer."""
    wrong: Json = {"error_category": "server_5xx", "reason": "status was 500", "execution_ms": 50}
    return a_result(test, "failed", fingerprint=fingerprint, details=[], **(wrong | more))


def another_environment(world: World, name: str = "live") -> UUID:
    """One more of the same project."""
    [row] = world.session.rows(
        "insert into public.environments (organization_id, project_id, name, kind, base_url) "
        "values (%s, %s, %s, 'production', 'http://127.0.0.1:8900') returning id",
        world.facts.organization_id,
        world.facts.project_id,
        name,
    )
    environment_id: UUID = row["id"]
    return environment_id


def arrive_late(world: World, run_id: UUID, *results: Json) -> None:
    """Results of a run that is over already, as an import brings them."""
    world.session.change(
        "insert into public.test_results (organization_id, run_id, run_created_at, test_case_id, "
        "verdict, error_category, fingerprint, execution_ms) "
        "select run.organization_id, run.id, run.created_at, test.id, "
        "said.verdict::public.test_verdict, said.error_category, said.fingerprint, said.execution_ms "
        "from public.test_runs as run, jsonb_to_recordset(%s) as said (test text, verdict text, "
        "error_category text, fingerprint text, execution_ms double precision), "
        "private.find_tests(run.project_id, array[said.test]) as test where run.id = %s "
        "on conflict do nothing",
        list(results),
        run_id,
    )


def forget_times(world: World) -> None:
    """What runs of today and yesterday add to, as if they were of long ago."""
    world.session.change("delete from private.day_times")
