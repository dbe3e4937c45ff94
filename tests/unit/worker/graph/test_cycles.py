"""Tests that wait for each other."""

import pytest

from tests.builders import a_capture, a_suite, a_test, a_use
from worker.errors import SuiteError
from worker.graph import build_graph, find_problems
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Suite, Test


def cycles_of(*tests: Test, others: tuple[Suite, ...] = ()) -> list[Problem]:
    """The problems of a suite of these tests, all of which are cycles."""
    problems = find_problems([a_suite(*tests), *others])
    assert {problem.kind for problem in problems} <= {ProblemKind.CYCLE}
    return list(problems)


def test_a_cycle_is_shown_in_the_lines_of_the_file() -> None:
    """Each edge with the words that make it."""
    (problem,) = cycles_of(
        a_test("login", needs=["cart"], capture=[a_capture("id")]),
        a_test("cart", uses=[a_use("captured_data", "login", "id", field="GET")]),
    )
    assert problem.what == "these tests wait for each other: login → cart → login"
    assert problem.hint == "login needs cart"
    assert [related.note for related in problem.related] == ["cart uses captured_data.login.id in GET"]


def test_order_alone_can_make_a_cycle() -> None:
    """Two tests cannot each be over before the other begins."""
    assert len(cycles_of(a_test("a", after=["b"]), a_test("b", after=["a"]))) == 1


def test_each_group_of_tests_has_one_cycle_the_shortest_through_its_first_test() -> None:
    """The way round that is easiest to see; independent groups in the order of the file."""
    problems = cycles_of(
        a_test("x", needs=["y"]),
        a_test("a", needs=["b", "d"]),
        a_test("b", needs=["c"]),
        a_test("c", needs=["a"]),
        a_test("d", needs=["a"]),
        a_test("y", needs=["x"]),
        a_test("free", needs=["a"]),
    )
    assert [problem.what.partition(": ")[2] for problem in problems] == ["x → y → x", "a → d → a"]


def test_a_cycle_across_suites_has_full_names() -> None:
    """Keys alone would not say which tests."""
    other = a_suite(a_test("b", suite="other", needs=["shop/a"]), key="other")
    (problem,) = cycles_of(a_test("a", needs=["other/b"]), others=(other,))
    assert "shop/a → other/b → shop/a" in problem.what
    assert problem.related[0].where.path == "suite.yaml"


def test_without_cycles_there_is_nothing_to_say() -> None:
    """A diamond is no circle."""
    assert (
        cycles_of(
            a_test("a"), a_test("b", needs=["a"]), a_test("c", needs=["a"]), a_test("d", needs=["b", "c"])
        )
        == []
    )


def test_a_graph_with_problems_is_not_built() -> None:
    """Whoever asks for it gets all of them."""
    with pytest.raises(SuiteError) as caught:
        build_graph([a_suite(a_test("a", needs=["b", "x"]), a_test("b", needs=["a"]))])
    assert [problem.kind for problem in caught.value.problems] == [
        ProblemKind.UNKNOWN_TEST,
        ProblemKind.CYCLE,
    ]


def test_problems_come_in_the_order_of_the_files() -> None:
    """Whatever found them."""
    first = a_suite(a_test("a", needs=["x"]))
    second = a_suite(a_test("a", suite="other", needs=["y"]), key="other")
    assert len(find_problems([first, second])) == 2
