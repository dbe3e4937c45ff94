"""A suite or a test once more, in one call: what belongs to it, edges and version, under its own key."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.database.pushes import Json, a_push, a_suite, a_test, needs
from tests.database.world import World
from worker.graph import build_graph, find_problems
from worker.parsing import parse_suite


def _suite_id(world: World, key: str = "shop") -> UUID:
    identifier: UUID = world.session.value("select id from public.test_suites where key = %s", key)
    return identifier


def _copy(world: World, key: str = "shop-2", **more: Any) -> Json:
    row: Json = world.editor.call("duplicate_suite", p_suite_id=_suite_id(world), p_key=key, **more)
    return row


def _source(world: World, key: str) -> str:
    text: str = world.session.value(
        "select source from private.suite_versions join public.test_suites as suite on suite.id = suite_id "
        "where suite.key = %s and number = suite.version",
        key,
    )
    return text


def test_a_copy_has_tests_requests_and_expectations_of_its_own(world: World) -> None:
    """As many as the first."""
    copy = _copy(world, p_name="Second shop")
    assert (copy["key"], copy["name"], copy["version"]) == ("shop-2", "Second shop", 1)
    for table in ("test_cases", "test_request_configs", "test_response_specs"):
        join = "" if table == "test_cases" else "join public.test_cases as test on test.id = test_case_id"
        counts = world.viewer.rows(
            f"select count(*) from public.{table} {join} group by suite_id having count(*) = 3"
        )
        assert len(counts) == 2


def test_a_copys_tests_need_one_another_and_what_the_first_need_elsewhere(world: World) -> None:
    """Nothing of the copy needs the first."""
    _copy(world)
    edges = world.session.rows(
        "select private.name_test(dependent_test_id) as dependent, "
        "private.name_test(required_test_id) as required, dependency_type as type "
        "from public.test_dependencies order by 1, 2"
    )
    assert [tuple(edge.values()) for edge in edges if edge["dependent"].startswith("shop-2/")] == [
        ("shop-2/cart", "accounts/login", "token"),
        ("shop-2/cart", "shop-2/catalog", "data"),
        ("shop-2/order", "shop-2/cart", "order"),
    ]


def test_a_copy_can_run(world: World) -> None:
    """Its file says its own key, so that results find their tests."""
    _copy(world)
    world.a_run(suites=["shop-2"])
    suites = {suite["key"]: suite["path"] for suite in world.claim()["suites"]}
    assert suites == {"shop-2": "suites/shop-2.json", "accounts": "suites/accounts.yaml"}
    copy = parse_suite(_source(world, "shop-2"), path="shop-2.json")
    assert (copy.key, list(copy.tests)) == ("shop-2", ["catalog", "cart", "order"])
    assert [need.name for need in copy.tests["cart"].needs] == ["accounts/login", "catalog"]


TOKEN = {"tokens": {"access": "$.token"}, "variables": {"user": "$.id"}, "data": {"whole": "$"}}


def _of_rows(world: World, key: str) -> Any:
    query = "select private.compose_suite(suite) from public.test_suites as suite where key = %s"
    return parse_suite(world.session.value(query, key), path=f"{key}.json")


def _with_a_login(world: World, *edges: Json) -> None:
    """A login whose token is used in its suite, and in another one as the edges say."""
    login = a_test("login", response={"expectations": {}, "captures": TOKEN})
    bearer = {"method": "GET", "path": "/me", "headers": {"X": "{{ tokens.access }}"}}
    suites = [
        a_suite("auth", [login, a_test("me", request=bearer)]),
        a_suite("users", [a_test("list", request=bearer)]),
    ]
    world.push(a_push(*suites, edges=[needs("auth/me", "auth/login", "token") | {"declared": False}, *edges]))
    suite = world.session.value("select id from public.test_suites where key = 'auth'")
    world.editor.call("duplicate_suite", p_suite_id=suite, p_key="auth-2")


def test_what_other_suites_use_they_still_get_from_the_first(world: World) -> None:
    """All suites can run together; the copies get it from there, too."""
    _with_a_login(world, needs("users/list", "auth/login", "token") | {"declared": False})
    suites = [_of_rows(world, key) for key in ("auth", "auth-2", "users")]
    assert find_problems(suites, known_names=()) == ()
    edges = {(edge.dependent, edge.required) for edge in build_graph(suites).dependencies}
    assert edges == {(test, "auth/login") for test in ("auth/me", "auth-2/me", "users/list")}
    rules = {rule.name: (rule.target.value, rule.secret) for rule in suites[1].tests["login"].captures}
    assert rules == {"access": ("data", True), "user": ("data", False), "whole": ("data", False)}
    world.a_run(suites=["auth-2"])
    assert {suite["key"] for suite in world.claim()["suites"]} == {"auth-2", "auth"}


def test_a_suite_that_nobody_uses_is_copied_with_its_tokens(world: World) -> None:
    """Each has its own; so it is where another suite says whose it means."""
    _with_a_login(world, needs("users/list", "auth/login", "token"))
    suites = [_of_rows(world, key) for key in ("auth", "auth-2")]
    edges = {(edge.dependent, edge.required) for edge in build_graph(suites).dependencies}
    assert edges == {("auth/me", "auth/login"), ("auth-2/me", "auth-2/login")}
    assert {rule.target.value for rule in suites[1].tests["login"].captures} == {"token", "variable", "data"}


def test_a_copy_has_the_credentials_and_fixtures_of_the_first(world: World) -> None:
    """Also those that only its templates in other files name."""
    fixtures = {"users": {"kind": "literal", "content": [1]}}
    world.push(a_push(a_suite("one", ["call"], credentials=["mine"], fixtures=fixtures)))
    suite = world.session.value("select id from public.test_suites where key = 'one'")
    world.editor.call("duplicate_suite", p_suite_id=suite, p_key="two")
    [row] = world.session.rows(
        "select credentials from private.suite_versions as version"
        " join public.test_suites as suite on suite.id = version.suite_id where suite.key = 'two'"
    )
    assert row["credentials"] == ["mine"]
    assert json.loads(_source(world, "two"))["fixtures"] == {"users": {"data": [1]}}


@pytest.mark.parametrize(
    ("key", "code"), [("accounts", "PT409"), ("Not A Key", "PT422"), (None, "PT422"), ("", "PT422")]
)
def test_a_bad_key_is_refused(world: World, key: str | None, code: str) -> None:
    """Also one that is taken."""
    assert world.editor.refused("duplicate_suite", p_suite_id=_suite_id(world), p_key=key).code == code


def test_only_editors_copy(world: World) -> None:
    """To people outside the suite does not exist."""
    arguments = {"p_suite_id": _suite_id(world), "p_key": "x"}
    for actor, code in world.all_but_editors:
        assert actor.refused("duplicate_suite", **arguments).code == code


# A test


def _test_id(world: World, key: str) -> UUID:
    identifier: UUID = world.session.value(
        "select id from public.test_cases where key = %s and deleted_at is null", key
    )
    return identifier


def _copy_test(world: World, key: str = "cart", new: str = "cart-2", **more: Any) -> Json:
    row: Json = world.editor.call("duplicate_test", p_test_id=_test_id(world, key), p_key=new, **more)
    world.session.change("set constraints all immediate")
    world.session.change("set constraints all deferred")
    return row


def _suite(world: World, key: str = "shop") -> Any:
    return parse_suite(_source(world, key), path=f"{key}.json")


def test_a_copied_test_stands_right_after_the_first(world: World) -> None:
    """With its own key, as the next version of the suite."""
    row = _copy_test(world)
    assert (row["key"], row["name"], row["position"]) == ("cart-2", "cart-2", 2)
    assert list(_suite(world).tests) == ["catalog", "cart", "cart-2", "order"]
    assert world.session.value("select version from public.test_suites where key = 'shop'") == 2


def test_a_copied_test_sends_expects_and_needs_the_same(world: World) -> None:
    """Nobody needs it."""
    _copy_test(world)
    tests = _suite(world).tests
    assert tests["cart-2"].request == tests["cart"].request
    assert [each.expected for each in tests["cart-2"].expectations] == [200]
    assert [need.name for need in tests["cart-2"].needs] == ["accounts/login", "catalog"]
    needed = "select count(*) from public.test_dependencies where required_test_id = %s"
    assert world.session.value(needed, _test_id(world, "cart-2")) == 0


def test_positions_with_gaps_and_ties_make_room_too(world: World) -> None:
    """The copy follows the first, whatever the numbers were."""
    world.session.change(
        "update public.test_cases set position = 7 where key in ('catalog', 'cart', 'order')"
    )
    assert list(_suite_rows(world)) == ["cart", "catalog", "order"]
    _copy_test(world, "catalog", "a-copy")
    assert list(_suite_rows(world)) == ["cart", "catalog", "a-copy", "order"]


def _suite_rows(world: World) -> list[str]:
    rows = world.viewer.rows(
        "select key from public.test_cases where suite_id = %s order by position, key", _suite_id(world)
    )
    return [row["key"] for row in rows]


def test_what_a_copied_test_captures_is_its_own(world: World) -> None:
    """A second producer of a token would leave it open whose is meant: the copy keeps it as data, secret."""
    captures = {
        "tokens": {"access": "$.token", "refresh": {"header": "X-Refresh"}},
        "variables": {"user": "$.id"},
        "data": {"whole": {"body": True}},
        "first": "$.a",
    }
    login = a_test("login", response={"expectations": {}, "captures": captures})
    user = a_test("me", request={"method": "GET", "path": "/me", "headers": {"X": "{{ tokens.access }}"}})
    world.push(a_push(a_suite("auth", [login, user])))
    suite = world.session.value("select id from public.test_suites where key = 'auth'")
    first = world.session.value(
        "select id from public.test_cases where suite_id = %s and key = 'login'", suite
    )
    world.editor.call("duplicate_test", p_test_id=first, p_key="login-2", p_name="Again")
    world.session.change("set constraints all immediate")
    copied = _suite(world, "auth")
    assert find_problems([copied], known_names=()) == ()
    rules = {rule.name: (rule.target.value, rule.secret) for rule in copied.tests["login-2"].captures}
    assert rules == {
        "access": ("data", True),
        "refresh": ("data", True),
        "user": ("data", False),
        "whole": ("data", False),
        "first": ("data", False),
    }
    assert copied.tests["login-2"].title == "Again"
    assert {edge.required for edge in build_graph([copied]).dependencies} == {"auth/login"}


@pytest.mark.parametrize(
    ("key", "code"), [("order", "PT409"), ("Not A Key", "PT422"), (None, "PT422"), ("", "PT422")]
)
def test_a_bad_key_of_a_test_is_refused(world: World, key: str | None, code: str) -> None:
    """Also one that is taken, be it by a test that was removed."""
    world.session.change("update public.test_cases set deleted_at = now() where key = 'order'")
    refusal = world.editor.refused("duplicate_test", p_test_id=_test_id(world, "cart"), p_key=key)
    assert refusal.code == code


def test_a_test_of_a_suite_without_a_version_is_not_copied(world: World) -> None:
    """Nothing of it could run."""
    world.session.change("update public.test_suites set version = 0 where key = 'shop'")
    refusal = world.editor.refused("duplicate_test", p_test_id=_test_id(world, "cart"), p_key="x")
    assert refusal.code == "PT409"


def test_only_editors_copy_tests(world: World) -> None:
    """To people outside, and once it is removed, the test does not exist."""
    arguments = {"p_test_id": _test_id(world, "cart"), "p_key": "x"}
    for actor, code in world.all_but_editors:
        assert actor.refused("duplicate_test", **arguments).code == code
    world.session.change("update public.test_cases set deleted_at = now() where key = 'cart'")
    assert world.editor.refused("duplicate_test", **arguments).code == "PT404"
