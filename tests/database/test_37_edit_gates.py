"""People who edit, push, copy and request at the same time never wait for each other in a circle.

Each test brings two connections to the point where both have something that the other will want. Postgres
would end such a circle with 40P01 after a second; here the second one just waits for its turn.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.database.conftest import OpenWorld
from tests.database.pushes import a_push, a_suite, needs
from tests.database.stage import Stage
from tests.database.world import World

#: By table: a change that an editor makes in place.
EDITS = {
    "api_endpoints": "name = 'edited'",
    "test_suites": "name = 'Edited'",
    "test_cases": "name = 'Edited'",
    "test_request_configs": "path = '/edited'",
    "test_response_specs": "captures = '{}'",
    "test_dependencies": "reasons = '{edited}'",
    "test_data_fixtures": "name = 'Edited'",
}
PRUNING = a_push(a_suite("accounts", ["login"]), prune=True)


def _behind(
    open_world: OpenWorld,
    first: World,
    before: Callable[[], object],
    act: Callable[[], Any],
    after: Callable[[], object] = lambda: None,
) -> Any:
    """What comes of `act`, which is begun, and waits, while `first` is between `before` and `after`."""
    with ThreadPoolExecutor(1) as threads:
        with first.session.transaction():
            before()
            waiting = threads.submit(act)
            open_world().session.wait_for_blocked()
            after()
        return waiting.result()


def _edit(world: World, *keys: str, retries: int = 5) -> None:
    """One statement for each test, in one transaction."""
    with world.session.transaction():
        for key in keys:
            world.editor.change("update public.test_cases set retries = %s where key = %s", retries, key)


def _push_shop(world: World, **more: Any) -> Any:
    return world.push(a_push(a_suite("shop", ["catalog", "cart", "order"], source="suite: y\n", **more)))


def _retries(world: World, key: str) -> int:
    number: int = world.session.value("select retries from public.test_cases where key = %s", key)
    return number


def test_a_push_waits_for_an_edit_of_the_same_suite(open_world: OpenWorld) -> None:
    """The edit has its row and wants its suite's at the end; a push has the suite's and wants all others."""
    editor, pusher = open_world(), open_world()
    answer = _behind(
        open_world, editor, lambda: _edit(editor, "cart"), lambda: _push_shop(pusher, name="New")
    )
    assert answer["suites"][0]["replaced_edits"] is True
    assert _retries(editor, "cart") == 0


def test_an_edit_waits_for_a_push_of_the_same_suite(open_world: OpenWorld) -> None:
    """Before it touches its row; then it edits what was pushed."""
    editor, pusher = open_world(), open_world()
    _behind(open_world, pusher, lambda: _push_shop(pusher, name="New"), lambda: _edit(editor, "cart"))
    suite = editor.session.rows(
        "select name, origin::text from private.suite_versions join public.test_suites as suite "
        "on suite.id = suite_id and number = version where key = 'shop'"
    )
    assert suite == [{"name": "New", "origin": "edited"}]


def test_edits_of_two_suites_in_opposite_order_take_turns(open_world: OpenWorld) -> None:
    """One has edited the first suite and wants the second, and the other the other way round."""
    first, second = open_world(), open_world()
    _behind(
        open_world,
        first,
        lambda: _edit(first, "cart"),
        lambda: _edit(second, "login", "cart", retries=6),
        lambda: _edit(first, "login"),
    )
    assert (_retries(first, "login"), _retries(first, "cart")) == (6, 6)


@pytest.mark.parametrize(
    "function", ["update_tests", "quarantine_tests", "duplicate_test", "duplicate_suite"]
)
def test_functions_that_edit_take_turns_with_edits(open_world: OpenWorld, function: str) -> None:
    """Though they write as somebody else. While they wait they have nothing that an edit could want."""
    editor, other = open_world(), open_world()
    cart, login = _id(editor, "test_cases", "cart"), _id(editor, "test_cases", "login")
    tests = "{" + f"{cart},{login}" + "}"
    arguments: dict[str, dict[str, Any]] = {
        "update_tests": {"p_test_ids": tests, "p_changes": {"retries": 7}},
        "quarantine_tests": {"p_test_ids": tests, "p_reason": "x", "p_until": "tomorrow"},
        "duplicate_test": {"p_test_id": cart, "p_key": "copy"},
        "duplicate_suite": {"p_suite_id": _id(editor, "test_suites", "shop"), "p_key": "copy"},
    }
    assert _behind(
        open_world,
        editor,
        lambda: _edit(editor, "cart"),
        lambda: other.editor.call_all(function, **arguments[function]),
        lambda: _edit(editor, "login"),
    )


def _id(world: World, table: str, key: str) -> UUID:
    identifier: UUID = world.session.value(f"select id from public.{table} where key = %s", key)
    return identifier


@pytest.mark.parametrize(
    ("kind", "table", "key"), [("test", "test_cases", "order"), ("suite", "test_suites", "shop")]
)
def test_what_is_copied_is_looked_at_when_the_turn_has_come(
    open_world: OpenWorld, kind: str, table: str, key: str
) -> None:
    """What was removed meanwhile is not there any more."""
    editor, other = open_world(), open_world()
    removed = _id(editor, table, key)
    remove = f"update public.{table} set deleted_at = now() where id = %s"
    arguments = {f"p_{kind}_id": removed, "p_key": "copy"}
    refusal = _behind(
        open_world,
        editor,
        lambda: editor.editor.change(remove, removed),
        lambda: other.editor.refused(f"duplicate_{kind}", **arguments),
    )
    assert (refusal.code, refusal.message) == ("PT404", f"there is no such {kind}")


def test_a_request_sees_a_push_that_prunes_whole_or_not_at_all(open_world: OpenWorld) -> None:
    """A suite that is removed meanwhile is not half asked for."""
    requester, pusher = open_world(), open_world()
    asking = {"environment": "staging", "suites": ["shop"]}
    refusal = _behind(
        open_world,
        pusher,
        lambda: pusher.push(PRUNING),
        lambda: requester.editor.refused(
            "request_runs", p_project_id=requester.facts.project_id, p_requests=[asking]
        ),
    )
    assert (refusal.code, refusal.message) == ("PT422", 'there is no suite "shop" in this project')


def test_a_push_that_prunes_waits_for_a_request(open_world: OpenWorld) -> None:
    """What was asked for is there, in all its versions."""
    requester, pusher = open_world(), open_world()
    answer = _behind(
        open_world, requester, lambda: requester.a_run(suites=["shop"]), lambda: pusher.push(PRUNING)
    )
    assert answer["removed"] == ["shop"]
    assert requester.count("private.test_run_versions") == 2


def test_requests_do_not_wait_for_each_other(open_world: OpenWorld) -> None:
    """Pipelines ask by the dozen."""
    first, second = open_world(), open_world()
    second.session.change("set lock_timeout = '1s'")
    with first.session.transaction():
        first.a_run()
        second.a_run()


def test_two_editors_cannot_close_a_circle_together(open_world: OpenWorld) -> None:
    """By rows, through the API: the second waits for the first, and is refused."""
    first, second = open_world(), open_world()
    first.push(a_push(a_suite("a", ["x", "y"])))
    assert (
        _behind(
            open_world, first, lambda: _need(first, "x", "y"), lambda: _code(lambda: _need(second, "y", "x"))
        )
        == "PT422"
    )


def test_a_push_and_an_editor_cannot_close_a_circle_together(open_world: OpenWorld) -> None:
    """Nor wait for each other while the circle is looked for."""
    editor, pusher = open_world(), open_world()
    pusher.push(a_push(a_suite("a", ["x"]), a_suite("b", ["y"])))
    push = a_push(a_suite("a", ["x"]), edges=[needs("a/x", "b/y")])
    code = _behind(
        open_world, editor, lambda: _need(editor, "y", "x"), lambda: _code(lambda: pusher.push(push))
    )
    assert code == "PT422"


def _need(world: World, dependent: str, required: str) -> None:
    world.editor.change(
        "insert into public.test_dependencies "
        "(organization_id, project_id, dependent_test_id, required_test_id, dependency_type) "
        "values (%s, %s, %s, %s, 'data')",
        world.facts.organization_id,
        world.facts.project_id,
        _id(world, "test_cases", dependent),
        _id(world, "test_cases", required),
    )


def _code(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "done"


@pytest.mark.parametrize("table", sorted(EDITS))
def test_every_table_that_is_edited_has_the_gate(stage: Stage, table: str) -> None:
    """Of the organizations where the caller is an editor, and of no other."""
    edit = f"update public.{table} set {EDITS[table]}"
    stage.world.viewer.change(edit)
    assert _gates(stage) == []
    assert stage.world.editor.change(edit) > 0
    assert _gates(stage) == ["shop"]


def _gates(stage: Stage) -> list[str]:
    """Whose gates this connection has entered."""
    held = (
        "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() "
        "and (classid::bigint << 32 | objid::bigint) = private.gate_of(%s)"
    )
    tenants = {"shop": stage.shop, "other": stage.other}
    return [name for name, tenant in tenants.items() if stage.session.value(held, tenant.organization_id)]
