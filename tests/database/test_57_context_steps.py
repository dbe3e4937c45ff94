"""A run's context, step by step: guarded by the lease and by its version, masked where people see it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.database.actors import Refusal
from tests.database.pushes import Json, a_result
from tests.database.world import World

TOKEN = "eyJhbGciOi.secret.token"


def _capture(name: str = "access_token", kind: str = "token", value: Any = TOKEN, **more: Any) -> Json:
    return {"name": name, "as": kind, "value": value} | more


def _captured(world: World, run_id: UUID, version: int, *captures: Json, test: str = "accounts/login") -> int:
    number: int = world.worker.call("capture_variables", **_arguments(run_id, version, test, *captures))
    return number


def _arguments(run_id: UUID, version: int, test: str, *captures: Any) -> Json:
    return {
        "p_run_id": run_id,
        "p_lease_number": 1,
        "p_version": version,
        "p_test": test,
        "p_captures": list(captures),
    }


def _resolve(world: World, run_id: UUID, test: str = "shop/cart") -> Json:
    answer: Json = world.worker.call("resolve_test_dependencies", p_run_id=run_id, p_test=test)
    return answer


def _seen(world: World) -> Json:
    [row] = world.viewer.rows("select * from public.test_execution_context")
    return row


def _tokens(world: World, run_id: UUID, tokens: Any, *, version: int = 1, lease: int = 1) -> Json:
    return {"p_run_id": run_id, "p_lease_number": lease, "p_version": version, "p_tokens": tokens}


def test_a_context_is_begun_once(world: World) -> None:
    """Whoever asks again gets what is there."""
    run_id = world.a_claimed_run()
    arguments = {"p_run_id": run_id, "p_lease_number": 1}
    first = world.worker.call("initialise_execution_context", **arguments)
    assert (first["version"], first["tokens"], first["captured_data"]) == (1, {}, {})
    _captured(world, run_id, 1, _capture())
    assert world.worker.call("initialise_execution_context", **arguments)["version"] == 2
    assert world.count("public.test_execution_context") == 1


def test_tokens_are_updated_one_by_one(world: World) -> None:
    """The others stay; people see names."""
    run_id = world.a_claimed_run()
    assert world.worker.call("update_shared_tokens", **_tokens(world, run_id, {"a": "1", "b": "2"})) == 2
    assert world.worker.call("update_shared_tokens", **_tokens(world, run_id, {"b": "3"}, version=2)) == 3
    assert world.worker.call("get_execution_context", p_run_id=run_id)["tokens"] == {"a": "1", "b": "3"}
    assert _seen(world)["shared_auth_tokens"] == {"a": "***", "b": "***"}


def test_no_tokens_are_no_new_version(world: World) -> None:
    """There is nothing that anybody would have to read again."""
    run_id = world.a_claimed_run()
    assert world.worker.call("update_shared_tokens", **_tokens(world, run_id, {})) == 1


def test_captures_go_where_they_belong(world: World) -> None:
    """All of them under their test; tokens and variables under their name, too; with where they come from."""
    run_id = world.a_claimed_run()
    captures = (
        _capture(capture="$.access_token"),
        _capture("user_id", "variable", 7),
        _capture("pin", "variable", "1234", secret=True),
        _capture("items", "data", [1, 2]),
    )
    assert _captured(world, run_id, 1, *captures) == 2
    seen = _seen(world)
    assert seen["shared_auth_tokens"] == {"access_token": "***"}
    assert seen["shared_variables"] == {"user_id": 7, "pin": "***"}
    assert seen["captured_data"] == {
        "accounts/login": {"access_token": "***", "user_id": 7, "pin": "***", "items": [1, 2]}
    }
    assert seen["provenance"][0] == {
        "name": "access_token",
        "kind": "token",
        "test": "accounts/login",
        "capture": "$.access_token",
    }
    known = world.worker.call("get_execution_context", p_run_id=run_id)
    assert (known["tokens"], known["variables"]) == ({"access_token": TOKEN}, {"user_id": 7, "pin": "1234"})
    assert known["captured_data"]["accounts/login"]["access_token"] == TOKEN


def test_a_late_writer_is_refused(world: World) -> None:
    """By its version, and by its lease; never merged silently."""
    run_id = world.a_claimed_run()
    _captured(world, run_id, 1, _capture())
    assert (
        world.worker.refused("capture_variables", **_arguments(run_id, 1, "accounts/login")).code == "PT409"
    )
    late = _tokens(world, run_id, {"a": "1"})
    assert world.worker.refused("update_shared_tokens", **late).code == "PT409"
    lost = _tokens(world, run_id, {"a": "1"}, version=2, lease=2)
    assert world.worker.refused("update_shared_tokens", **lost).code == "PT409"
    assert _seen(world)["version"] == 2


@pytest.mark.parametrize(
    ("capture", "message"),
    [
        (_capture(kind="cookie"), 'a capture cannot be "cookie"'),
        (_capture(value=5), 'the token "access_token" is not a text'),
        ({"name": "x"}, 'the capture "x" has no value'),
        ({"value": 1}, "name must be of type string, but is missing"),
        (5, "each of p_captures must be of type object, but is number"),
        (_capture(secret="yes"), "each of p_captures.secret must be of type boolean, but is string"),
    ],
)
def test_a_bad_capture_is_refused_with_all_others(world: World, capture: Any, message: str) -> None:
    """Without showing its value."""
    run_id = world.a_claimed_run()
    refusal = world.worker.refused(
        "capture_variables", **_arguments(run_id, 1, "accounts/login", _capture("fine"), capture)
    )
    assert (refusal.code, refusal.message) == ("PT422", message)
    assert _seen(world)["version"] == 1


def test_captures_of_a_test_that_is_not_of_the_run_are_refused(world: World) -> None:
    """So is one name twice."""
    run_id = world.a_claimed_run(suites=["accounts"])
    stranger = _arguments(run_id, 1, "shop/cart", _capture())
    twice = _arguments(run_id, 1, "accounts/login", _capture(), _capture())
    for arguments in (stranger, twice):
        assert world.worker.refused("capture_variables", **arguments).code == "PT422"


def test_a_test_is_ready_when_what_it_needs_has_passed(world: World) -> None:
    """Until then it is said what is missing, and how far that is."""
    run_id = world.a_claimed_run()
    answer = _resolve(world, run_id)
    assert (answer["ready"], [each["verdict"] for each in answer["missing"]]) == (False, [None, None])
    world.record(run_id, 1, {"results": [a_result("accounts/login"), a_result("shop/catalog", "failed")]})
    answer = _resolve(world, run_id)
    assert answer["ready"] is False
    assert answer["missing"] == [{"test": "shop/catalog", "type": "data", "verdict": "failed"}]
    assert _resolve(world, run_id, "shop/catalog") == {
        "test": "shop/catalog",
        "ready": True,
        "missing": [],
        "receives": {"tokens": {}, "variables": {}, "captured_data": {}},
    }


def test_an_order_wants_a_result_and_not_a_good_one(world: World) -> None:
    """The other test has finished: that is all."""
    run_id = world.a_claimed_run()
    assert _resolve(world, run_id, "shop/order")["ready"] is False
    world.record(run_id, 1, {"results": [a_result("shop/cart", "failed")]})
    assert _resolve(world, run_id, "shop/order")["ready"] is True


def test_a_ready_test_receives_what_its_producers_captured(world: World) -> None:
    """With the values behind the masks, and nothing that others captured."""
    run_id = world.a_claimed_run()
    _captured(world, run_id, 1, _capture(), _capture("user_id", "variable", 7))
    _captured(world, run_id, 2, _capture("other", "variable", 1), test="shop/order")
    results = [a_result("accounts/login"), a_result("shop/catalog")]
    world.record(run_id, 1, {"results": results}, context=3)
    answer = _resolve(world, run_id)
    assert answer["ready"] is True
    assert answer["receives"] == {
        "tokens": {"access_token": TOKEN},
        "variables": {"user_id": 7},
        "captured_data": {"accounts/login": {"access_token": TOKEN, "user_id": 7}},
    }


def test_a_test_or_run_that_is_not_there_is_refused(world: World) -> None:
    """By name and by id."""
    run_id = world.a_claimed_run()
    for arguments in (
        {"p_run_id": run_id, "p_test": "shop/none"},
        {"p_run_id": uuid4(), "p_test": "shop/cart"},
    ):
        assert world.worker.refused("resolve_test_dependencies", **arguments).code == "PT404"
    unknown: Refusal = world.worker.refused(
        "initialise_execution_context", p_run_id=uuid4(), p_lease_number=1
    )
    assert unknown.code == "PT404"


def test_nobody_but_workers_reads_what_is_behind_the_masks(world: World) -> None:
    """No owner of the organization, either."""
    run_id = world.a_claimed_run()
    calls: dict[str, Json] = {
        "initialise_execution_context": {"p_run_id": run_id, "p_lease_number": 1},
        "update_shared_tokens": _tokens(world, run_id, {}),
        "capture_variables": _arguments(run_id, 1, "accounts/login"),
        "resolve_test_dependencies": {"p_run_id": run_id, "p_test": "shop/cart"},
    }
    for function, arguments in calls.items():
        for actor in (*world.members, world.outsider, world.anonymous):
            assert actor.refused(function, **arguments).code == "42501"


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (["secret"], "p_tokens must be of type object, but is array"),
        ({"login": 7}, "every token is a text"),
        ({"login": None}, "every token is a text"),
    ],
)
def test_tokens_that_are_no_texts_are_refused(world: World, tokens: Any, message: str) -> None:
    """And no new version is made."""
    run_id = world.a_claimed_run()
    refusal = world.worker.refused(
        "update_shared_tokens", p_run_id=run_id, p_lease_number=1, p_version=1, p_tokens=tokens
    )
    assert (refusal.code, refusal.message) == ("PT422", message)
    assert refusal.hint
    assert world.session.value("select version from public.test_execution_context") == 1


@pytest.mark.parametrize(("captures", "kind"), [({"name": "a"}, "object"), (None, "missing")])
def test_captures_are_a_list(world: World, captures: Any, kind: str) -> None:
    """Also when there is one."""
    run_id = world.a_claimed_run()
    refusal = world.worker.refused(
        "capture_variables",
        p_run_id=run_id,
        p_lease_number=1,
        p_version=1,
        p_test="shop/cart",
        p_captures=captures,
    )
    assert (refusal.code, refusal.message) == (
        "PT422",
        f"p_captures must be of type array, but is {kind}",
    )
    assert refusal.hint
