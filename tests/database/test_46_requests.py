"""Requests: one call, all its runs or none; the same call again, the same runs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from tests.database.conftest import OpenWorld
from tests.database.pushes import a_push, a_suite, needs
from tests.database.world import World


def _refused(world: World, requests: Any, *, key: str | None = None) -> tuple[str, str, str | None]:
    before = (world.count("public.test_runs"), world.count("pgmq.q_runs_medium"))
    refusal = world.editor.refused(
        "request_runs",
        p_project_id=world.facts.project_id,
        p_requests=requests,
        p_idempotency_key=key,
    )
    assert (world.count("public.test_runs"), world.count("pgmq.q_runs_medium")) == before
    return refusal.code, refusal.message, refusal.hint


def _suites_of(world: World, run_id: UUID) -> list[tuple[str, bool]]:
    rows = world.session.rows(
        "select suite.key, part.selected from private.test_run_versions as part "
        "join private.suite_versions as version on version.id = part.suite_version_id "
        "join public.test_suites as suite on suite.id = version.suite_id "
        "where run_id = %s order by position",
        run_id,
    )
    return [(row["key"], row["selected"]) for row in rows]


def test_a_request_makes_a_run_and_its_message(world: World) -> None:
    """In one transaction; what was not said has its default."""
    [run] = world.request({"environment": "staging", "suites": ["accounts"]})
    assert (run["status"], run["priority"], run["trigger"]) == ("queued", "medium", "manual")
    assert (run["suites"], run["selection"], run["requested_by"]) == (["accounts"], {}, world.editor.id)
    message = world.session.value("select message from pgmq.q_runs_medium")
    assert message == {"run_id": str(run["id"])}


def test_what_a_request_says_is_in_its_row(world: World) -> None:
    """All of it."""
    said = {
        "selection": {"only": ["shop/cart"], "tags": ["smoke"]},
        "config": {"jobs": 4},
        "priority": "high",
        "trigger": "ci",
        "source": {"pipeline": 7},
        "git_branch": "main",
        "git_commit": "abc123",
    }
    [run] = world.request({"environment": "staging"} | said)
    assert {name: run[name] for name in said} == said
    assert world.count("pgmq.q_runs_high") == 1


def test_a_run_has_the_versions_that_were_current_when_it_was_requested(world: World) -> None:
    """A later push does not change it."""
    run_id = world.a_run(suites=["accounts"])
    world.push(a_push(a_suite("accounts", ["login"], source="newer")))
    [suite] = world.claim()["suites"]
    assert (suite["version"], suite["source"]) == (1, "suite: x\n")
    assert world.run(run_id)["status"] == "preparing"


def test_a_run_brings_the_suites_that_its_suites_need(world: World) -> None:
    """And those that these need; they are not selected."""
    world.push(a_push(a_suite("checkout", ["pay"]), edges=[needs("checkout/pay", "shop/order")]))
    run_id = world.a_run(suites=["checkout"])
    assert _suites_of(world, run_id) == [("checkout", True), ("accounts", False), ("shop", False)]


def test_no_suites_means_all_of_the_project(world: World) -> None:
    """Those that are not deleted."""
    assert _suites_of(world, world.a_run()) == [("accounts", True), ("shop", True)]
    world.push(a_push(a_suite("accounts", ["login"]), prune=True))
    assert _suites_of(world, world.a_run()) == [("accounts", True)]


def test_a_batch_comes_back_in_its_order(world: World) -> None:
    """And shares an id."""
    runs = world.request(*({"environment": "staging", "config": {"n": n}} for n in range(5)))
    assert [run["config"]["n"] for run in runs] == [0, 1, 2, 3, 4]
    assert len({run["batch_id"] for run in runs}) == 1


def test_the_same_request_with_the_same_key_makes_runs_once(world: World) -> None:
    """A repeated call gets the first answer's runs, whatever has become of them."""
    first = world.request({"environment": "staging", "config": {"a": 1, "b": 2}}, key="k")
    world.claim()
    again = world.request({"config": {"b": 2, "a": 1}, "environment": "staging"}, key="k")
    assert [run["id"] for run in again] == [run["id"] for run in first]
    assert again[0]["status"] == "preparing"
    assert world.count("public.test_runs") == 1


def test_another_request_with_the_same_key_is_refused(world: World) -> None:
    """A key stands for one request."""
    world.request(key="k")
    code, message, hint = _refused(world, [{"environment": "staging", "priority": "low"}], key="k")
    assert (code, message) == ("PT409", "this idempotency key was used for another request")
    assert hint


def test_jobs_that_ask_for_the_same_with_one_key_share_its_runs(world: World) -> None:
    """What each says of itself makes no other request of it; the runs tell of the first."""
    jobs = ({"job": name, "url": f"https://ci.test/{name}"} for name in ("build", "deploy"))
    first, again = ([*world.request({"environment": "staging", "source": job}, key="k")] for job in jobs)
    assert [run["id"] for run in again] == [run["id"] for run in first]
    assert again[0]["source"]["job"] == "build"
    assert world.count("public.test_runs") == 1


def test_a_batch_has_so_many_runs_and_no_more(world: World) -> None:
    """A hundred suites in five environments."""
    requests = [{"environment": "staging", "config": {"n": n}} for n in range(501)]
    code, message, hint = _refused(world, requests)
    assert (code, message) == ("PT413", "501 runs in one request are too many; the limit is 500")
    assert hint
    assert len(world.request(*requests[:500])) == 500


def test_a_key_of_a_refused_request_is_free(world: World) -> None:
    """Nothing of a refused call stays."""
    assert _refused(world, [{"environment": "moon"}], key="k")[0] == "PT422"
    assert len(world.request(key="k")) == 1


def test_the_same_key_at_the_same_time_makes_runs_once(open_world: OpenWorld) -> None:
    """The second call waits for the first, and gets its runs."""
    worlds = [open_world() for _ in range(4)]
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda world: world.request(key="k")[0]["id"], worlds))
    assert len(set(answers)) == 1
    assert worlds[0].count("public.test_runs") == 1


def test_one_bad_run_refuses_the_batch(world: World) -> None:
    """All or nothing."""
    code, message, _ = _refused(world, [{"environment": "staging"}, {"environment": "moon"}])
    assert (code, message) == ("PT422", 'there is no environment "moon" in this project')


@pytest.mark.parametrize(
    ("request_", "message", "hint"),
    [
        ({}, "environment must be of type string, but is missing", None),
        ({"environment": 7}, "environment must be of type string, but is number", None),
        ({"environment": "moon"}, 'there is no environment "moon"', "It has: staging."),
        ({"suites": ["nope"]}, 'there is no suite "nope" in this project', "baton push"),
        ({"suites": "shop"}, "a request.suites must be of type array, but is string", None),
        ({"suites": [1]}, "each of suites must be of type string, but is number", None),
        (
            {"priorty": "low"},
            'a request has no field "priorty"',
            "It may have: suites, environment, selection, config, priority, trigger, source, executor, "
            "git_branch, git_commit.",
        ),
        ({"priority": "urgent"}, 'priority cannot be "urgent"', "One of: critical, high, medium, low."),
        ({"trigger": "whim"}, 'trigger cannot be "whim"', "One of: manual, scheduled, ci, webhook."),
        ({"executor": "moon"}, 'executor cannot be "moon"', "One of: worker, local."),
        ({"executor": "local"}, "a run that is executed locally is not requested here", "worker"),
        ({"selection": []}, "a request.selection must be of type object, but is array", None),
        ({"selection": {"only": ["shop/x"]}}, 'there is no test "shop/x"', "<suite key>/<test key>"),
        ({"selection": {"only": ["shop"]}}, 'there is no test "shop"', None),
        ({"selection": {"only": "shop/cart"}}, "selection.only must be of type array", None),
        ({"selection": {"tags": "slow"}}, "selection.tags must be of type array", None),
        ({"selection": {"tags": [7]}}, "each of selection.tags must be of type string", None),
        ({"config": "fast"}, "a request.config must be of type object, but is string", None),
        ({"git_branch": "x" * 301}, "test_runs_git_names_are_short", None),
        ({"config": {"x": "y" * 300_000}}, "bytes in a request are too many", "split"),
    ],
)
def test_a_bad_request_is_refused_with_a_hint(
    world: World, request_: dict[str, Any], message: str, hint: str | None
) -> None:
    """And makes no run."""
    whole = request_ if request_.get("environment") or not request_ else {"environment": "staging"} | request_
    code, said, advice = _refused(world, [whole])
    assert code in {"PT422", "PT413"}
    assert message in said
    assert (hint or "") in (advice or "")
    assert advice


@pytest.mark.parametrize("requests", ["[]", "{}", '"x"', "null", None, "[null]", "[7]", "[[]]"])
def test_something_else_than_requests_is_refused(world: World, requests: str | None) -> None:
    """Any other shape of JSON, and none at all."""
    assert _refused(world, requests)[0] == "PT422"


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_bad_key_is_refused(world: World, key: str) -> None:
    """One to two hundred characters."""
    assert _refused(world, [{"environment": "staging"}], key=key)[0] == "PT422"


def test_a_project_without_suites_has_nothing_to_run(world: World) -> None:
    """Said before somebody waits for it."""
    world.push(a_push(prune=True))
    assert _refused(world, [{"environment": "staging"}])[1] == "this project has no suites to run"


def test_only_editors_request_runs(world: World) -> None:
    """To people outside, the project does not exist."""
    for actor, code in world.all_but_editors:
        refusal = actor.refused(
            "request_runs", p_project_id=world.facts.project_id, p_requests=[{"environment": "staging"}]
        )
        assert refusal.code == code
    assert world.count("public.test_runs") == 0


def test_an_environment_of_another_project_is_none(world: World) -> None:
    """Even for somebody who owns both organizations."""
    world.session.change(
        "insert into public.environments (organization_id, project_id, name) values (%s, %s, 'theirs')",
        world.facts.other_organization_id,
        world.facts.other_project_id,
    )
    assert _refused(world, [{"environment": "theirs"}])[0] == "PT422"
