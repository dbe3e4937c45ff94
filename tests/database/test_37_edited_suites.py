"""Rows that are edited in place: each transaction makes one version, and that is what runs."""

import json
from typing import Any

import pytest

from tests.database.conftest import OpenWorld
from tests.database.pushes import Json, a_push, a_result, a_suite
from tests.database.world import World
from worker.models.suite import Test
from worker.parsing import parse_suite
from worker.project.push import push_document

BODY = "a body is said by one word: json, text, form, multipart, xml, file or graphql"


def _commit(world: World) -> None:
    """The end of a transaction, as far as its triggers see."""
    world.session.change("set constraints all immediate")
    world.session.change("set constraints all deferred")


def _version(world: World, suite: str) -> Json:
    _commit(world)
    [version] = world.session.rows(
        "select version.number, version.path, version.source, version.origin::text, version.created_by"
        " from public.test_suites as suite"
        " join private.suite_versions as version"
        " on version.suite_id = suite.id and version.number = suite.version"
        " where suite.key = %s and suite.project_id = %s",
        suite,
        world.facts.project_id,
    )
    return version


def _tests(world: World, suite: str) -> dict[str, Test]:
    version = _version(world, suite)
    return dict(parse_suite(version["source"], path=version["path"]).tests)


def _test_id(world: World, key: str) -> Any:
    return world.session.value("select id from public.test_cases where key = %s", key)


def _edit(world: World, table: str, assignments: str, key: str, *values: Any) -> None:
    column = "id" if table == "test_cases" else "test_case_id"
    changed = world.editor.change(
        f"update public.{table} set {assignments} where {column} = %s", *values, _test_id(world, key)
    )
    assert changed == 1


def test_what_an_editor_changes_is_what_runs(world: World) -> None:
    """The next run gets a file that the rows make, with who made it."""
    _edit(world, "test_request_configs", "path = %s, body = %s", "catalog", "/new", {"json": {"a": 1}})
    version = _version(world, "shop")
    assert (version["number"], version["path"], version["origin"]) == (2, "suites/shop.json", "edited")
    assert version["created_by"] == world.editor.id
    world.a_run(suites=["shop"])
    [shop] = [suite for suite in world.claim()["suites"] if suite["key"] == "shop"]
    request = parse_suite(shop["source"], path=shop["path"]).tests["catalog"].request
    assert (request.url, request.body) == ("/new", {"a": 1})


@pytest.mark.parametrize(
    ("assignment", "value", "attribute", "expected"),
    [
        ("name = %s", "All of it", "title", "All of it"),
        ("description = %s", "why", "description", "why"),
        ("priority = %s", "critical", "priority", "critical"),
        ("tags = array[%s]", "slow", "tags", ("slow",)),
        ("timeout_seconds = %s", 1.5, "timeout_seconds", 1.5),
        ("retries = %s", 3, "retries", 3),
        ("skip_reason = %s", "mended soon", "skip_reason", "mended soon"),
        ("idempotent = %s", False, "idempotent", False),
    ],
)
def test_every_column_of_a_test_is_in_its_version(
    world: World, assignment: str, value: Any, attribute: str, expected: object
) -> None:
    """And nothing of the other tests changes."""
    _edit(world, "test_cases", assignment, "catalog", value)
    tests = _tests(world, "shop")
    assert getattr(tests["catalog"], attribute) == expected
    assert getattr(tests["cart"], attribute) != expected


@pytest.mark.parametrize(
    ("table", "assignment"),
    [
        ("test_cases", "retries = 2"),
        ("test_request_configs", "path = '/elsewhere'"),
        ("test_response_specs", """expectations = '{"status": 418}'"""),
    ],
)
def test_each_kind_of_row_makes_a_version_by_itself(world: World, table: str, assignment: str) -> None:
    """When nothing else is edited."""
    _edit(world, table, assignment, "catalog")
    assert (_version(world, "shop")["number"], _version(world, "shop")["origin"]) == (2, "edited")


def test_many_edits_of_one_transaction_are_one_version(world: World) -> None:
    """However many rows and statements."""
    _edit(world, "test_cases", "retries = 1", "catalog")
    _edit(world, "test_cases", "retries = 1", "cart")
    _edit(world, "test_response_specs", "expectations = %s", "cart", {"status": 201})
    assert _version(world, "shop")["number"] == 2


def test_edits_that_are_taken_back_are_the_earlier_version_again(world: World) -> None:
    """Also that of the file. What changes nothing makes nothing."""
    _edit(world, "test_cases", "retries = 0", "catalog")
    assert _version(world, "shop")["origin"] == "pushed"
    _edit(world, "test_cases", "retries = 4", "catalog")
    assert _version(world, "shop")["number"] == 2
    _edit(world, "test_cases", "retries = 0", "catalog")
    assert (_version(world, "shop")["number"], _version(world, "shop")["origin"]) == (1, "pushed")
    _edit(world, "test_cases", "retries = 4", "catalog")
    assert _version(world, "shop")["number"] == 2


def test_whether_a_test_is_enabled_is_no_part_of_a_version(world: World) -> None:
    """The run looks it up when it begins, and a push leaves it alone."""
    _edit(world, "test_cases", "enabled = false", "catalog")
    assert _version(world, "shop")["number"] == 1
    world.a_run(suites=["shop"])
    [shop] = [suite for suite in world.claim()["suites"] if suite["key"] == "shop"]
    assert shop["disabled"] == ["catalog"]


def test_the_next_push_makes_the_file_the_truth_again(world: World) -> None:
    """And says that it replaced what was edited."""
    push = a_push(a_suite("a", ["x"]))
    assert world.push(push)["suites"][0]["replaced_edits"] is False
    _edit(world, "test_cases", "retries = 4", "x")
    assert _version(world, "a")["origin"] == "edited"
    [answer] = world.push(push)["suites"]
    assert (answer["version"], answer["changed"], answer["replaced_edits"]) == (1, True, True)
    assert world.session.value("select retries from public.test_cases where key = 'x'") == 0
    _commit(world)
    assert world.push(push)["suites"][0]["replaced_edits"] is False


def test_an_editor_makes_a_suite_without_a_file(world: World) -> None:
    """It has no version until a test of it can run."""
    facts = world.facts
    [suite] = world.editor.rows(
        "insert into public.test_suites (organization_id, project_id, key, name)"
        " values (%s, %s, 'hand', 'By hand') returning id",
        facts.organization_id,
        facts.project_id,
    )
    [test] = world.editor.rows(
        "insert into public.test_cases (organization_id, project_id, suite_id, key, name)"
        " values (%s, %s, %s, 'new', 'New') returning id",
        facts.organization_id,
        facts.project_id,
        suite["id"],
    )
    _commit(world)
    assert world.session.value("select version from public.test_suites where key = 'hand'") == 0
    world.editor.change(
        "insert into public.test_request_configs (organization_id, test_case_id, method, path)"
        " values (%s, %s, 'GET', '/new')",
        facts.organization_id,
        test["id"],
    )
    assert list(_tests(world, "hand")) == ["new"]
    assert world.request({"environment": "staging", "suites": ["hand"]})[0]["status"] == "queued"


def test_what_a_test_expects_may_be_said_later(world: World) -> None:
    """In a transaction of its own, for a test that had no expectations: that makes a version, too."""
    test = _test_id(world, "catalog")
    world.session.change("delete from public.test_response_specs where test_case_id = %s", test)
    _edit(world, "test_cases", "retries = 1", "catalog")
    before = _version(world, "shop")["number"]
    world.editor.change(
        "insert into public.test_response_specs (organization_id, test_case_id, expectations)"
        " values (%s, %s, %s)",
        world.facts.organization_id,
        test,
        {"status": 204},
    )
    assert _version(world, "shop")["number"] == before + 1


def test_a_deleted_test_is_gone_from_the_next_version(world: World) -> None:
    """With what it needed; what others need stays."""
    _edit(world, "test_cases", "deleted_at = now()", "order")
    assert list(_tests(world, "shop")) == ["catalog", "cart"]
    assert (
        world.session.rows(
            "select 1 from public.test_dependencies where dependent_test_id = %s", _test_id(world, "order")
        )
        == []
    )
    _edit(world, "test_cases", "deleted_at = now()", "catalog")
    refusal = world.session.actor("postgres").refused_to("set constraints all immediate")
    assert (refusal.code, refusal.message) == (
        "PT422",
        '"shop/cart" needs "shop/catalog", which would be removed',
    )


def test_a_deleted_suite_has_no_version_and_no_tests(world: World) -> None:
    """A push of its file brings it back."""
    world.push(a_push(a_suite("a", ["x"])))
    world.editor.change("update public.test_suites set deleted_at = now() where key = 'a'")
    _commit(world)
    assert world.session.value("select version from public.test_suites where key = 'a'") == 0
    assert world.session.value("select deleted_at is not null from public.test_cases where key = 'x'")
    assert world.push(a_push(a_suite("a", ["x"])))["suites"][0]["version"] == 1


def test_a_declared_dependency_is_part_of_the_version(world: World) -> None:
    """Inferred ones are not: templates say them. Whoever changes the type of one declares it."""
    world.push(
        a_push(
            a_suite("b", ["x", "y"]),
            edges=[{"dependent": "b/y", "required": "b/x", "type": "data", "declared": False}],
        )
    )
    world.editor.change(
        "insert into public.test_dependencies"
        " (organization_id, project_id, dependent_test_id, required_test_id, dependency_type)"
        " values (%s, %s, %s, %s, 'order')",
        world.facts.organization_id,
        world.facts.project_id,
        _test_id(world, "y"),
        _test_id(world, "login"),
    )
    assert [(need.name, need.kind.value) for need in _tests(world, "b")["y"].needs] == [
        ("accounts/login", "order")
    ]
    world.editor.change(
        "update public.test_dependencies set dependency_type = 'token' where dependent_test_id = %s",
        _test_id(world, "y"),
    )
    assert [need.name for need in _tests(world, "b")["y"].needs] == ["accounts/login", "x"]
    world.editor.change(
        "delete from public.test_dependencies where dependent_test_id = %s", _test_id(world, "y")
    )
    # Now the rows say what the file said.
    assert _version(world, "b")["number"] == 1


def test_a_circle_is_refused_by_hand_too(world: World) -> None:
    """With the way round."""
    refusal = world.editor.refused_to(
        "insert into public.test_dependencies"
        " (organization_id, project_id, dependent_test_id, required_test_id, dependency_type)"
        " values (%s, %s, %s, %s, 'data')",
        world.facts.organization_id,
        world.facts.project_id,
        _test_id(world, "catalog"),
        _test_id(world, "order"),
    )
    assert refusal.code == "PT422"
    assert "shop/cart -> shop/catalog -> shop/order" in refusal.message


@pytest.mark.parametrize(
    ("table", "assignment", "value", "message"),
    [
        ("test_request_configs", "body", {"csv": "a"}, BODY),
        (
            "test_request_configs",
            "body",
            {"json": 1, "text": "1"},
            BODY,
        ),
        ("test_request_configs", "body", [1], "a request.body must be of type object, but is array"),
        ("test_request_configs", "headers", ["x"], "a request.headers must be of type object, but is array"),
        ("test_request_configs", "settings", {"expect": {}}, '"expect" has no place in settings'),
        ("test_request_configs", "settings", {"form": {}}, '"form" has no place in settings'),
        ("test_request_configs", "settings", {"retries": 3}, '"retries" has no place in settings'),
        ("test_request_configs", "settings", {"timeout": "3s"}, '"timeout" has no place in settings'),
        ("test_response_specs", "expectations", [], "expectations must be of type object, but is array"),
        ("test_response_specs", "captures", "x", "captures must be of type object, but is string"),
    ],
)
def test_rows_that_make_no_file_are_refused(
    world: World, table: str, assignment: str, value: Any, message: str
) -> None:
    """With what is wrong, and what to write."""
    refusal = world.editor.refused_to(
        f"update public.{table} set {assignment} = %s::jsonb where test_case_id = %s",
        json.dumps(value),
        _test_id(world, "catalog"),
    )
    assert (refusal.code, refusal.message) == ("PT422", message)
    assert refusal.hint


def test_a_suite_has_no_tests_in_its_config(world: World) -> None:
    """They are rows."""
    refusal = world.editor.refused_to("update public.test_suites set config = '{\"tests\": {}}'")
    assert (refusal.code, refusal.message) == ("PT422", '"tests" has no place in config')


def test_only_editors_of_the_organization_edit(world: World) -> None:
    """For all others nothing is there to be changed, or nothing may be."""
    for nobody in (world.viewer, *world.not_members):
        for table in ("test_suites", "test_cases"):
            assert nobody.change(f"update public.{table} set name = 'x'") == 0
        assert nobody.change("update public.test_request_configs set path = '/x'") == 0
        assert nobody.change("update public.test_response_specs set captures = '{}'") == 0
        assert nobody.change("delete from public.test_dependencies") == 0
        refusal = nobody.refused_to(
            "insert into public.test_suites (organization_id, project_id, key, name)"
            " values (%s, %s, 'x', 'x')",
            world.facts.organization_id,
            world.facts.project_id,
        )
        assert refusal.code == "42501"
    _commit(world)
    assert world.count("private.edited_suites") == 0
    assert _version(world, "shop")["number"] == 1


def test_versions_and_quarantine_are_not_edited(world: World) -> None:
    """They have functions."""
    for statement in (
        "update public.test_suites set version = 1",
        "update public.test_suites set key = 'x'",
        "update public.test_cases set quarantined_at = now()",
        "update public.test_request_configs set step_index = 1",
    ):
        assert world.owner.refused_to(statement).code == "42501"


def test_edits_at_the_same_time_are_all_in_the_last_version(open_world: OpenWorld) -> None:
    """The second waits for the first, and sees what it did."""
    first, second = open_world(), open_world()
    with first.session.transaction():
        _edit(first, "test_cases", "retries = 5", "catalog")
    with second.session.transaction():
        _edit(second, "test_cases", "retries = 6", "cart")
    version = _version(first, "shop")
    tests = parse_suite(version["source"], path=version["path"]).tests
    assert (version["number"], tests["catalog"].retries, tests["cart"].retries) == (3, 5, 6)


def _source(world: World, suite: str) -> Json:
    source: Json = json.loads(_version(world, suite)["source"])
    return source


DEFAULTS = """
suite: defaults
defaults: { retries: { count: 2, on: [connect] }, timeout: { connect: 1s, total: 9s } }
tests: { a: { GET: /a }, b: { GET: /b, retries: { count: 5, delay: 1s }, timeout: { read: 1s } } }
"""


def test_what_more_a_file_says_of_retries_and_timeouts_stays_when_their_number_is_edited(
    world: World,
) -> None:
    """The column has the number; when and with which pauses, the file of the test or its suite says."""
    suite = parse_suite(DEFAULTS, path="a.yaml")
    world.push(push_document([suite], ()))
    _edit(world, "test_cases", "retries = 7, timeout_seconds = 3", "a")
    _edit(world, "test_cases", "retries = 1, timeout_seconds = 4", "b")
    tests = _tests(world, "defaults")
    assert [(test.retries, test.timeout_seconds) for test in tests.values()] == [(7, 3.0), (1, 4.0)]
    said = _source(world, "defaults")["tests"]
    assert said["a"]["retries"] == {"count": 7, "on": ["connect"]}
    assert said["a"]["timeout"] == {"connect": "1s", "total": 3}
    assert said["b"]["retries"] == {"count": 1, "delay": "1s"}
    assert said["b"]["timeout"] == {"read": "1s", "total": 4}


ROWS = """
suite: rows
tests: { a: { GET: "/a/{{ row.x }}", rows: [{ id: one, x: 1 }] } }
"""


def test_rows_and_hooks_that_are_edited_in_place_get_their_results(world: World) -> None:
    """A push knows the tests that they make; these are made by the first run that meets them."""
    world.push(push_document([parse_suite(ROWS, path="a.yaml")], ()))
    rows = {"rows": [{"id": "two", "x": 2}]}
    _edit(world, "test_request_configs", "settings = %s", "a", rows)
    world.editor.change(
        "update public.test_suites set config = %s where key = 'rows'",
        {"hooks": {"before_all": [{"POST": "/begin"}]}},
    )
    assert list(_tests(world, "rows")) == ["before-all", "a[two]"]
    world.a_run(suites=["rows"])
    run = world.claim()["run"]
    batch = {"results": [a_result("rows/before-all"), a_result("rows/a[two]")]}
    assert world.record(run["id"], 1, batch)["continue"]
    assert world.session.value("select count(*) from public.test_results where run_id = %s", run["id"]) == 2
    for stranger in ("rows/b[two]", "rows/after_all", "rows/a[two", "nobody/a[two]"):
        refusal = world.worker.refused(
            "record_run",
            p_run_id=run["id"],
            p_lease_number=1,
            p_batch_number=2,
            p_context_version=1,
            p_batch={"results": [a_result(stranger)]},
        )
        assert (refusal.code, refusal.message) == ("PT422", f'"{stranger}" is not a test of this run')
