"""Push: files become rows and versions. All or nothing; the same files again change nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.database.conftest import OpenWorld
from tests.database.pushes import Json, a_push, a_suite, a_test, needs
from tests.database.world import World


def _versions(answer: Json) -> dict[str, tuple[int, bool]]:
    return {suite["key"]: (suite["version"], suite["changed"]) for suite in answer["suites"]}


def _suites(world: World) -> list[str]:
    rows = world.viewer.rows("select key from public.test_suites where deleted_at is null order by key")
    return [row["key"] for row in rows]


def _tests(world: World, suite: str) -> list[str]:
    rows = world.viewer.rows(
        "select test.key from public.test_cases as test "
        "join public.test_suites as suite on suite.id = suite_id "
        "where suite.key = %s and test.deleted_at is null order by position",
        suite,
    )
    return [row["key"] for row in rows]


def _refused(world: World, push: Any, **more: Any) -> str:
    before = _everything(world)
    refusal = world.editor.refused("push_suites", p_project_id=world.facts.project_id, p_push=push, **more)
    assert refusal.code in {"PT413", "PT422"}, refusal
    assert refusal.hint
    assert _everything(world) == before
    return refusal.message


def _everything(world: World) -> list[Any]:
    return [
        world.session.rows(f"select * from {table} order by id")
        for table in (
            "public.test_suites",
            "public.test_cases",
            "public.test_dependencies",
            "private.suite_versions",
        )
    ]


def test_a_push_makes_suites_tests_and_versions(world: World) -> None:
    """The answer says for each suite its version, and whether that is new."""
    answer = world.push(a_push(a_suite("a", ["x", "y"]), a_suite("b", [])))
    assert _versions(answer) == {"a": (1, True), "b": (1, True)}
    assert answer["removed"] == []
    assert _tests(world, "a") == ["x", "y"]


def test_what_a_test_says_is_in_its_row(world: World) -> None:
    """All of it, and the defaults of what it does not say."""
    said = {
        "name": "Log in",
        "description": "first of all",
        "priority": "critical",
        "tags": ["smoke", "auth"],
        "timeout_seconds": 2.5,
        "retries": 3,
        "skip_reason": "later",
        "idempotent": False,
    }
    world.push(a_push(a_suite("a", [a_test("x", **said), {"key": "y"}])))
    rows = world.viewer.rows(
        "select test.*, priority::text from public.test_cases as test where key in ('x', 'y') order by key"
    )
    assert {name: rows[0][name] for name in said} == said
    assert (rows[1]["name"], rows[1]["priority"], rows[1]["tags"], rows[1]["retries"]) == (
        "y",
        "medium",
        [],
        0,
    )
    assert (rows[0]["position"], rows[1]["position"]) == (0, 1)


def test_a_request_and_a_response_are_kept_as_the_file_says_them(world: World) -> None:
    """What has no column of its own is in the settings."""
    request = {
        "method": "post",
        "path": "/x",
        "query": {"q": "1"},
        "body": {"json": {"a": None}},
        "settings": {"verify_tls": False},
    }
    response = {"expectations": {"status": "2xx"}, "captures": {"id": "$.id"}}
    world.push(a_push(a_suite("a", [a_test("x", request=request, response=response)])))
    [sent] = world.viewer.rows("select * from public.test_request_configs where path = '/x'")
    assert (sent["method"], sent["query"], sent["body"], sent["settings"]) == (
        "POST",
        {"q": "1"},
        {"json": {"a": None}},
        {"verify_tls": False},
    )
    [expected] = world.viewer.rows(
        "select expectations, captures from public.test_response_specs where test_case_id = %s",
        sent["test_case_id"],
    )
    assert expected == response


def test_the_same_files_again_change_nothing(world: World) -> None:
    """No row, no version, no time of change."""
    push = a_push(a_suite("a", ["x", "y"]), edges=[needs("a/y", "a/x")])
    world.push(push)
    before = _everything(world)
    assert _versions(world.push(push)) == {"a": (1, False)}
    assert _everything(world) == before


def test_a_version_is_found_by_its_content(world: World) -> None:
    """New content is a new version; old content that comes back is its old version."""
    first, second = a_suite("a", ["x"], source="one"), a_suite("a", ["x"], source="two")
    assert _versions(world.push(a_push(first))) == {"a": (1, True)}
    assert _versions(world.push(a_push(second))) == {"a": (2, True)}
    assert _versions(world.push(a_push(first))) == {"a": (1, True)}
    assert _versions(world.push(a_push(first))) == {"a": (1, False)}


def test_a_test_that_is_gone_is_deleted_softly_and_comes_back(world: World) -> None:
    """With the id it had, so that its history is one."""
    world.push(a_push(a_suite("a", ["x", "y"])))
    ids = world.session.rows("select id from public.test_cases where key = 'y'")
    world.push(a_push(a_suite("a", ["x"], source="two")))
    assert _tests(world, "a") == ["x"]
    world.push(a_push(a_suite("a", ["x", "y"], source="three")))
    assert _tests(world, "a") == ["x", "y"]
    assert world.session.rows("select id from public.test_cases where key = 'y'") == ids


def test_pruning_removes_the_suites_that_were_not_pushed(world: World) -> None:
    """Without it they stay. Whoever brings one back has changed it."""
    push = a_push(a_suite("shop", ["catalog"]), prune=True)
    assert world.push(push)["removed"] == ["accounts"]
    assert _suites(world) == ["shop"]
    assert _tests(world, "accounts") == []
    again = world.push(a_push(a_suite("accounts", ["login"])))
    assert _versions(again) == {"accounts": (1, True)}
    assert _suites(world) == ["accounts", "shop"]


def test_edges_of_a_pushed_suite_are_what_the_push_says(world: World) -> None:
    """Those that are gone are gone; those of other suites stay."""
    world.push(a_push(a_suite("a", ["x"]), edges=[needs("a/x", "accounts/login")]))
    world.push(a_push(a_suite("shop", ["catalog", "cart"]), edges=[needs("shop/cart", "shop/catalog")]))
    rows = world.viewer.rows(
        "select dependent.key as dependent, required.key as required from public.test_dependencies "
        "join public.test_cases as dependent on dependent.id = dependent_test_id "
        "join public.test_cases as required on required.id = required_test_id order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [("cart", "catalog"), ("x", "login")]


def test_a_test_that_another_suite_needs_cannot_go(world: World) -> None:
    """Neither from its file, nor with its file, unless the other one is pushed, too."""
    without = a_push(a_suite("accounts", ["register"], source="two"))
    assert _refused(world, without) == '"shop/cart" needs "accounts/login", which would be removed'
    pruned = a_push(a_suite("other", ["x"]), a_suite("shop", ["cart"]), prune=True)
    assert world.push(pruned)["removed"] == ["accounts"]


@pytest.mark.parametrize(
    ("suite", "message"),
    [
        ({"key": "Not Plain"}, "suites_key_is_lower_case_and_plain"),
        ({"key": ""}, "suites_key_is_lower_case_and_plain"),
        ({"key": None}, ".key must be of type string, but is null"),
        ({"key": 7}, "must be of type string, but is number"),
        ({"content_hash": "0" * 64}, 'the content_hash of suite "a" is not that of its path and source'),
        ({"source": None}, ".source must be of type string, but is null"),
        ({"config": []}, ".config must be of type object, but is array"),
        ({"tags": "smoke"}, ".tags must be of type array, but is string"),
        ({"tags": [1]}, "must be of type string, but is number"),
        ({"tests": {}}, ".tests must be of type array, but is object"),
        ({"tests": ["x"]}, "must be of type object, but is string"),
        ({"tests": [{"key": "not plain"}]}, "test_cases_key_is_plain"),
        ({"tests": [{"key": "x" * 101}]}, "test_cases_key_is_plain"),
        ({"tests": [{"key": "x", "priority": "urgent"}]}, 'priority cannot be "urgent"'),
        ({"tests": [{"key": "x", "retries": -1}]}, "test_cases_retries_are_counted_from_zero"),
        ({"tests": [{"key": "x", "retries": 1.5}]}, "invalid input syntax for type integer"),
        ({"tests": [{"key": "x", "timeout_seconds": -1}]}, "test_cases_timeout_is_at_most_a_day"),
        ({"tests": [{"key": "x", "position": 10**12}]}, "out of range"),
        ({"tests": [{"key": "x", "request": {"method": "GE T", "path": "/"}}]}, "method_is_a_token"),
        ({"tests": [{"key": "x"}, {"key": "x"}]}, 'test "a/x" is there twice'),
        ({"name": " "}, "test_suites_name_is_neither_blank_nor_long"),
    ],
)
def test_a_malformed_suite_is_refused_and_nothing_is_written(
    world: World, suite: dict[str, Any], message: str
) -> None:
    """With what is wrong with it, and where."""
    assert message in _refused(world, a_push(a_suite("a", ["x"]) | suite))


@pytest.mark.parametrize(
    "push",
    [
        "[]",
        '"x"',
        "7",
        "null",
        None,
        '{"suites": {}}',
        '{"suites": "x"}',
        '{"suites": [null]}',
        '{"prune": "y"}',
    ],
)
def test_something_else_than_a_push_is_refused(world: World, push: str | None) -> None:
    """Any other shape of JSON, and none at all."""
    _refused(world, push)


@pytest.mark.parametrize(
    ("edge", "message"),
    [
        (needs("a/x", "a/nothing"), 'a dependency names "a/nothing", which is not a test of this project'),
        (needs("a/x", "nothing"), 'a dependency names "nothing", which is not a test of this project'),
        (needs("shop/cart", "a/x"), '"shop/cart" needs "a/x", but its suite is not in this push'),
        (needs("a/x", "accounts/login", "love"), 'type cannot be "love"'),
        ({"dependent": "a/x", "required": None, "type": "data"}, "required must be of type string"),
        ({"dependent": "a/x"}, "required must be of type string, but is missing"),
        ("a/x", "each of dependencies must be of type object, but is string"),
        (needs("a/x", "accounts/login") | {"reasons": [None]}, "must be of type string, but is null"),
    ],
)
def test_a_malformed_edge_is_refused_and_nothing_is_written(world: World, edge: Any, message: str) -> None:
    """With what is wrong with it."""
    assert message in _refused(world, a_push(a_suite("a", ["x"]), edges=[edge]))


def test_a_suite_twice_in_a_push_is_refused(world: World) -> None:
    """One of them would win by chance."""
    assert _refused(world, a_push(a_suite("a", ["x"]), a_suite("a", ["y"]))) == 'suite "a" is there twice'


def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    """Two mebibytes are a book."""
    assert "bytes in suites/a.yaml are too many" in _refused(
        world, a_push(a_suite("a", ["x"], source="x" * 2_097_153))
    )


def test_only_editors_push(world: World) -> None:
    """To people outside, the project does not exist."""
    push = a_push(a_suite("a", ["x"]))
    for actor, code in world.all_but_editors:
        refusal = actor.refused("push_suites", p_project_id=world.facts.project_id, p_push=push)
        assert refusal.code == code
    for member in (world.editor, world.admin, world.owner):
        world.push(push, by=member)


def test_a_project_that_is_not_there_looks_like_one_of_others(world: World) -> None:
    """Whoever guesses ids learns nothing."""
    unknown = "00000000-0000-0000-0000-000000000000"
    push = a_push(a_suite("a", ["x"]))
    assert world.editor.refused("push_suites", p_project_id=unknown, p_push=push) == world.editor.refused(
        "push_suites", p_project_id=world.facts.other_project_id, p_push=push
    )


def test_a_test_cannot_be_removed_while_somebody_begins_to_need_it(open_world: OpenWorld) -> None:
    """The second push waits for the first, and is refused."""
    world, other = open_world(), open_world()
    needy = a_push(a_suite("a", ["x"]), edges=[needs("a/x", "shop/order")])
    with ThreadPoolExecutor() as threads:
        with world.session.transaction():
            world.push(a_push(a_suite("shop", ["catalog", "cart"], source="without order")))
            refusal = threads.submit(
                other.editor.refused, "push_suites", p_project_id=other.facts.project_id, p_push=needy
            )
            world.session.wait_for_blocked()
        assert refusal.result().message == (
            'a dependency names "shop/order", which is not a test of this project'
        )


def test_pushes_at_the_same_time_number_their_versions_one_after_the_other(open_world: OpenWorld) -> None:
    """Ten contents, pushed by four people at once, are ten versions."""
    worlds = [open_world() for _ in range(4)]

    def push(number: int) -> int:
        answer = worlds[number % 4].push(a_push(a_suite("a", ["x"], source=f"content {number}")))
        version: int = answer["suites"][0]["version"]
        return version

    def push_all(person: int) -> list[int]:
        return [push(number) for number in range(person, 10, 4)]

    with ThreadPoolExecutor() as threads:
        versions = [version for numbers in threads.map(push_all, range(4)) for version in numbers]
    assert sorted(versions) == list(range(1, 11))
