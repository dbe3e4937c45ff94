"""A retry goes on with what the run before knew, while that is kept; what was undone is made again."""

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from tests.database.pushes import Json, a_push, a_result, a_suite, a_test, needs
from tests.database.world import World

TOKEN = "canary-token-5c1"


def _suites(world: World, *, create: Json | None = None, source: str = "v1\n", **suite: Any) -> None:
    """login <- create <- pay, and login <- list."""
    settings = {"request": {"method": "POST", "path": "/create", "settings": create or {}}}
    tests: list[str | Json] = ["login", a_test("create", **settings), "pay", "list", "aside"]
    edges = [
        needs("pays/create", "pays/login", "token"),
        needs("pays/pay", "pays/create"),
        needs("pays/list", "pays/login", "token"),
    ]
    world.push(a_push(a_suite("pays", tests, source=source, **suite), edges=edges))


def _learnt(test: str, name: str, kind: str) -> Json:
    return {"name": name, "kind": kind, "test": test, "capture": f"$.{name}"}


def _failed(world: World) -> UUID:
    """A run in which all passed but paying, with what it has learnt."""
    run_id = world.a_claimed_run(suites=["pays"])
    verdicts = {"login": "passed", "create": "passed", "list": "passed", "aside": "passed", "pay": "failed"}
    batch = {
        "status": "running",
        "total": 5,
        "results": [a_result(f"pays/{key}", verdict) for key, verdict in verdicts.items()],
        "context": {
            "token_names": ["access"],
            "variables": {"user": 7, "colour": "red"},
            "captured_data": {"pays/create": {"id": 3, "pin": "***"}, "pays/aside": {"x": 1}},
            "provenance": [
                _learnt("pays/login", "access", "token"),
                _learnt("pays/login", "user", "variable"),
                _learnt("pays/aside", "colour", "variable"),
                _learnt("pays/create", "id", "data"),
                _learnt("pays/create", "pin", "data"),
            ],
        },
        "secrets": {"tokens": {"access": TOKEN}, "captured_data": {"pays/create": {"pin": "canary-1234"}}},
    }
    world.record(run_id, 1, batch)
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    return run_id


def _retried(world: World, run_id: UUID) -> Json:
    retry = world.editor.call("retry_run", p_run_id=run_id)
    claim = world.claim()
    assert claim["run"]["id"] == str(retry["id"])
    return claim


def _finished(claim: Json) -> dict[str, str]:
    return {each["test"]: each["verdict"] for each in claim["finished"]}


def test_what_passed_is_not_sent_again(world: World) -> None:
    """Of the tests that others need; the retry has what they captured, and nothing else."""
    _suites(world)
    claim = _retried(world, _failed(world))
    assert _finished(claim) == {"pays/login": "passed", "pays/create": "passed"}
    context = claim["context"]
    assert context["tokens"] == {"access": TOKEN}
    assert context["variables"] == {"user": 7}
    assert context["captured_data"] == {"pays/create": {"id": 3, "pin": "canary-1234"}}
    assert {each["name"] for each in context["provenance"]} == {"access", "user", "id", "pin"}


def test_people_see_that_it_was_not_sent(world: World) -> None:
    """Skipped, with the reason: a test that was not run is never green. Secrets stay masked."""
    _suites(world)
    run_id = _failed(world)
    retry = _retried(world, run_id)["run"]["id"]
    rows = world.viewer.rows(
        "select verdict, reason, required_only, attempts from public.test_results where run_id = %s", retry
    )
    reason = f"not sent again: it passed in run {run_id}, and what it captured is still known"
    assert rows == [{"verdict": "skipped", "reason": reason, "required_only": True, "attempts": 0}] * 2
    assert world.run(retry)["skipped"] == 2
    [seen] = world.viewer.rows("select * from public.test_execution_context where run_id = %s", retry)
    assert "canary" not in str(seen)
    assert seen["shared_auth_tokens"] == {"access": "***"}


def test_another_worker_takes_the_retry_up_as_it_is(world: World) -> None:
    """What was handed down once is not looked for again."""
    _suites(world)
    claim = _retried(world, _failed(world))
    world.lose_lease(claim["run"]["id"])
    again = world.claim()
    assert _finished(again) == _finished(claim)
    assert again["context"]["tokens"] == {"access": TOKEN}
    steps = world.worker.call("resolve_test_dependencies", p_run_id=claim["run"]["id"], p_test="pays/pay")
    assert (steps["ready"], steps["missing"]) == (True, [])


def test_a_retry_of_a_retry_goes_on_as_well(world: World) -> None:
    """With what the first one had taken over."""
    _suites(world)
    first = _retried(world, _failed(world))
    run_id = first["run"]["id"]
    batch = {"status": "running", "results": [a_result("pays/pay", "failed")]}
    world.record(run_id, 1, batch, context=first["context"]["version"])
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    again = _retried(world, run_id)
    assert _finished(again) == {"pays/login": "passed", "pays/create": "passed"}
    assert again["context"]["tokens"] == {"access": TOKEN}


@pytest.mark.parametrize(
    "change",
    [
        "update public.test_execution_context set expires_at = clock_timestamp() - interval '1 second'",
        "delete from public.test_execution_context",
        "update public.environments set updated_at = clock_timestamp() + interval '1 second'",
        "update public.environment_variables set updated_at = clock_timestamp() + interval '1 second'",
    ],
)
def test_when_the_context_is_gone_or_the_environment_another_all_is_sent(world: World, change: str) -> None:
    """Tokens of yesterday, or of another server, are of no use."""
    _suites(world)
    run_id = _failed(world)
    world.session.change("alter table public.environments disable trigger user")
    world.session.change("alter table public.environment_variables disable trigger user")
    assert world.session.change(change) > 0
    claim = _retried(world, run_id)
    assert claim["finished"] == []
    assert claim["context"]["tokens"] == {}


@pytest.mark.parametrize(
    "settings",
    [{"cleanup": {"DELETE": "/x"}}, {"steps": [{"cleanup": {"DELETE": "/x"}}]}, {"use": "shared.yaml#made"}],
)
def test_what_was_undone_is_made_again(world: World, settings: Json) -> None:
    """Or may have been; what it needs itself is still there."""
    _suites(world, create=settings)
    claim = _retried(world, _failed(world))
    assert _finished(claim) == {"pays/login": "passed"}
    assert claim["context"]["captured_data"] == {}


def test_what_needs_something_that_is_made_again_is_sent_again(world: World) -> None:
    """It was made of what is no longer there."""
    _suites(world)
    run_id = _failed(world)
    settings = Jsonb({"cleanup": {"DELETE": "/session"}})
    world.session.change(
        "update public.test_request_configs set settings = %s where path = '/login'", settings
    )
    world.session.change("delete from private.edited_suites")
    assert _retried(world, run_id)["finished"] == []


@pytest.mark.parametrize(
    "config", [{"hooks": {"after_all": [{"DELETE": "/all"}]}}, {"defaults": {"use": "x"}}]
)
def test_a_suite_that_cleans_up_as_a_whole_is_sent_as_a_whole(world: World, config: Json) -> None:
    """Nobody knows what of it is left."""
    _suites(world, config=config)
    assert _retried(world, _failed(world))["finished"] == []


def test_what_has_changed_since_is_sent_again(world: World) -> None:
    """Another version of the suite may log in as somebody else."""
    _suites(world)
    run_id = _failed(world)
    _suites(world, source="v2\n")
    assert _retried(world, run_id)["finished"] == []


def test_who_only_says_that_his_run_is_a_retry_gets_nothing(world: World) -> None:
    """The source of a run is what the caller writes."""
    _suites(world)
    run_id = _failed(world)
    world.a_run(suites=["pays"], selection={"only": ["pays/pay"]}, source={"retry_of": str(run_id)})
    claim = world.claim()
    assert (claim["finished"], claim["context"]["tokens"]) == ([], {})


def test_what_a_persons_credentials_opened_is_for_his_runs(world: World) -> None:
    """Whoever else takes the run up begins anew: a colleague, and a pipeline. He himself goes on."""
    _suites(world, credentials=["own"])
    run_id = _failed(world)
    for actor, finished in (
        (world.admin, {}),
        (world.a_token("ci"), {}),
        (world.editor, {"pays/login": "passed", "pays/create": "passed"}),
    ):
        retry = actor.call("retry_run", p_run_id=run_id)
        claim = world.claim()
        assert claim["run"]["id"] == str(retry["id"])
        assert _finished(claim) == finished
        assert claim["context"]["tokens"] == ({"access": TOKEN} if finished else {})
