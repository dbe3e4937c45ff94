"""The graph: circles are refused with their path, also those that two people close together."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import psycopg

from tests.database.actors import refusal_of
from tests.database.conftest import OpenWorld
from tests.database.pushes import a_push, a_suite, needs
from tests.database.world import World


def test_a_circle_is_refused_with_its_path(world: World) -> None:
    """The message names the tests in the order in which they need one another."""
    refusal = world.editor.refused(
        "push_suites",
        p_project_id=world.facts.project_id,
        p_push=a_push(
            a_suite("a", ["x", "y", "z", "aside"]),
            edges=[needs("a/x", "a/y"), needs("a/y", "a/z"), needs("a/z", "a/x"), needs("a/aside", "a/x")],
        ),
    )
    assert refusal.code == "PT422"
    assert refusal.message == "these tests need one another in a circle: a/x -> a/y -> a/z -> a/x"


def test_a_refused_circle_leaves_nothing(world: World) -> None:
    """Neither the suite nor its version."""
    push = a_push(a_suite("a", ["x", "y"]), edges=[needs("a/x", "a/y"), needs("a/y", "a/x")])
    world.editor.refused("push_suites", p_project_id=world.facts.project_id, p_push=push)
    assert world.viewer.rows("select key from public.test_suites order by key") == [
        {"key": "accounts"},
        {"key": "shop"},
    ]


def test_a_circle_through_two_suites_is_a_circle(world: World) -> None:
    """One push adds the edge that another had left open."""
    push = a_push(a_suite("accounts", ["login"]), edges=[needs("accounts/login", "shop/order", "order")])
    refusal = world.editor.refused("push_suites", p_project_id=world.facts.project_id, p_push=push)
    assert refusal.code == "PT422"
    assert refusal.message.endswith(": accounts/login -> shop/order -> shop/cart -> accounts/login")


def test_a_test_cannot_need_itself(world: World) -> None:
    """Said in its own words."""
    push = a_push(a_suite("a", ["x"]), edges=[needs("a/x", "a/x")])
    refusal = world.editor.refused("push_suites", p_project_id=world.facts.project_id, p_push=push)
    assert (refusal.code, refusal.message) == ("PT422", '"a/x" needs itself')


def test_a_pair_has_one_edge_of_the_strongest_kind(world: World) -> None:
    """With all its reasons."""
    world.push(
        a_push(
            a_suite("a", ["x", "y"]),
            edges=[
                needs("a/x", "a/y", "order", "needs: y"),
                needs("a/x", "a/y", "token", "uses tokens.t"),
                needs("a/x", "a/y", "data", "uses captured_data.y.id", "needs: y"),
            ],
        )
    )
    [edge] = world.viewer.rows(
        "select dependency_type::text, reasons from public.test_dependencies "
        "where dependent_test_id in (select id from public.test_cases where key = 'x')"
    )
    assert edge == {
        "dependency_type": "token",
        "reasons": ["needs: y", "uses captured_data.y.id", "uses tokens.t"],
    }


def test_a_long_row_of_tests_is_no_circle(world: World) -> None:
    """Three thousand in a row: the check takes the graph apart once, not once for each test."""
    names = [f"t{number}" for number in range(3000)]
    edges = [needs(f"long/{later}", f"long/{earlier}", "order") for earlier, later in pairwise(names)]
    world.push(a_push(a_suite("long", names), edges=edges))
    assert world.count("public.test_dependencies") == 2999 + 3


def test_two_people_cannot_close_a_circle_together(open_world: OpenWorld) -> None:
    """Each edge is harmless alone; the second push waits for the first, and is refused."""
    open_world().push(a_push(a_suite("a", ["x"]), a_suite("b", ["y"])))

    def push(dependent: str, required: str) -> str:
        suite, test = dependent.split("/")
        try:
            worlds[dependent].push(a_push(a_suite(suite, [test]), edges=[needs(dependent, required)]))
        except psycopg.Error as error:
            return error.sqlstate or ""
        return "pushed"

    worlds = {"a/x": open_world(), "b/y": open_world()}
    with ThreadPoolExecutor() as threads:
        ends = list(threads.map(push, ["a/x", "b/y"], ["b/y", "a/x"]))
    assert sorted(ends) == ["PT422", "pushed"]


def test_two_rows_cannot_close_a_circle_together(open_world: OpenWorld) -> None:
    """Written row by row, by two who see nothing of each other: the second waits, and is refused."""
    first, second = open_world(), open_world()
    # Of two suites: those who edit one suite wait for each other anyway.
    first.push(a_push(a_suite("a", ["x"]), a_suite("b", ["y"])))
    tests = {
        row["key"]: row["id"]
        for row in first.session.rows("select key, id from public.test_cases where key in ('x', 'y')")
    }

    def insert(world: World, dependent: str, required: str) -> str:
        try:
            world.session.change(
                "insert into public.test_dependencies "
                "(organization_id, project_id, dependent_test_id, required_test_id, dependency_type) "
                "values (%s, %s, %s, %s, 'data')",
                world.facts.organization_id,
                world.facts.project_id,
                tests[dependent],
                tests[required],
            )
        except psycopg.Error as error:
            return error.sqlstate or ""
        return "inserted"

    with ThreadPoolExecutor() as threads:
        with first.session.transaction():
            assert insert(first, "x", "y") == "inserted"
            end = threads.submit(insert, second, "y", "x")
            open_world().session.wait_for_blocked()
        assert end.result() == "PT422"


def test_no_edge_is_bent_into_a_circle(world: World) -> None:
    """Not by whoever may change its ends, either: nobody but the owner of the schema."""
    world.push(a_push(a_suite("a", ["x", "y", "z"]), edges=[needs("a/x", "a/y"), needs("a/y", "a/z")]))
    bent = (
        "update public.test_dependencies "
        "set required_test_id = (select id from public.test_cases where key = 'x') "
        "where required_test_id = (select id from public.test_cases where key = 'z')"
    )
    refusal = refusal_of(lambda: world.session.change(bent))
    assert (refusal.code, refusal.message) == (
        "PT422",
        "these tests need one another in a circle: a/x -> a/y -> a/x",
    )
