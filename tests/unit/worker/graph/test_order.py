"""Which tests run, in which order, and how long that takes at least."""

import pytest

from tests.builders import a_suite, a_test, a_token, a_use
from worker.errors import SuiteError, UsageError
from worker.graph import (
    Selection,
    best_possible_seconds,
    build_graph,
    components,
    critical_path,
    make_plan,
)
from worker.models.dependency import DependencyKind

DIAMOND = a_suite(
    a_test("d", needs=["b", "c"]),
    a_test("c", needs=["a"]),
    a_test("b", needs=["a"]),
    a_test("a"),
    a_test("alone"),
)


def test_every_test_comes_after_what_it_needs_and_otherwise_as_written() -> None:
    """Ties are broken by the file."""
    assert list(make_plan([DIAMOND]).tests) == ["shop/a", "shop/c", "shop/b", "shop/d", "shop/alone"]


def test_without_edges_the_order_is_that_of_the_file() -> None:
    """And nothing heavy is imported for it; see tests/acceptance."""
    assert list(make_plan([a_suite(a_test("b"), a_test("a"))]).tests) == ["shop/b", "shop/a"]


def test_a_plan_knows_both_ends_of_each_edge() -> None:
    """The scheduler asks who waits, and for whom."""
    plan = make_plan([DIAMOND])
    assert plan.dependents["shop/a"] == ("shop/c", "shop/b")
    assert list(plan.requires["shop/d"]) == ["shop/b", "shop/c"]
    assert plan.dependents["shop/alone"] == ()
    assert len(plan.dependencies) == 4


def test_a_plan_can_be_made_of_a_graph() -> None:
    """Which is built once and planned often."""
    graph = build_graph([DIAMOND])
    assert make_plan(graph) == make_plan([DIAMOND])
    assert len(graph.dependencies) == 4


def test_suites_that_cannot_be_put_in_order_are_refused() -> None:
    """There is no plan for a cycle."""
    with pytest.raises(SuiteError):
        make_plan([a_suite(a_test("a", needs=["b"]), a_test("b", needs=["a"]))])


def test_a_selection_brings_what_it_needs() -> None:
    """Marked as such, so that a report can tell them apart."""
    plan = make_plan([DIAMOND], Selection(only=("b",)))
    assert list(plan.tests) == ["shop/a", "shop/b"]
    assert plan.required_only == {"shop/a"}
    assert plan.dependents["shop/a"] == ("shop/b",)


def test_order_alone_brings_nothing() -> None:
    """It says who is first if both run. If both do, the edge is there."""
    suite = a_suite(a_test("a"), a_test("b", after=["a"]), a_test("c", needs=["b"]))
    plan = make_plan([suite], Selection(only=("c",)))
    assert list(plan.tests) == ["shop/b", "shop/c"]
    assert plan.requires["shop/b"] == {}
    both = make_plan([suite], Selection(only=("a", "b")))
    assert both.requires["shop/b"]["shop/a"].kind is DependencyKind.ORDER


def test_a_shared_producer_is_there_once() -> None:
    """Two suites that need one login run it once."""
    auth = a_suite(a_test("login", suite="auth", capture=[a_token("t")]), key="auth")
    one = a_suite(a_test("a", suite="one", uses=[a_use("tokens", "t")]), key="one")
    two = a_suite(a_test("b", suite="two", uses=[a_use("tokens", "t")]), key="two")
    plan = make_plan([one, two, auth], Selection(suites=("one", "two")))
    assert list(plan.tests) == ["auth/login", "one/a", "two/b"]
    assert plan.required_only == {"auth/login"}


def test_weights_are_the_seconds_of_the_longest_chain() -> None:
    """Of earlier runs where there are any; a test without history counts as their median."""
    plan = make_plan([DIAMOND])
    assert plan.weight == {"shop/a": 3.0, "shop/b": 2.0, "shop/c": 2.0, "shop/d": 1.0, "shop/alone": 1.0}
    medians = {"shop/b": 5.0, "shop/c": 1.0, "shop/d": 3.0, "gone/x": 100.0}
    weighed = make_plan([DIAMOND], medians=medians)
    assert weighed.weight == {
        "shop/a": 11.0,
        "shop/b": 8.0,
        "shop/c": 4.0,
        "shop/d": 3.0,
        "shop/alone": 3.0,
    }


def test_the_critical_path_is_the_chain_that_took_longest() -> None:
    """No run of this plan can be quicker."""
    plan = make_plan([DIAMOND])
    seconds = {"shop/a": 1.0, "shop/b": 0.5, "shop/c": 2.0, "shop/d": 1.0, "shop/alone": 3.9}
    assert critical_path(plan, seconds) == (("shop/a", "shop/c", "shop/d"), 4.0)
    assert critical_path(plan, {**seconds, "shop/alone": 5.0}) == (("shop/alone",), 5.0)


def test_a_test_that_was_not_run_took_no_time() -> None:
    """A blocked one has no seconds."""
    plan = make_plan([DIAMOND])
    assert critical_path(plan, {})[1] == 0.0
    assert critical_path(plan, {"shop/c": 1.0})[1] == 1.0


def test_the_best_possible_time_knows_how_many_work() -> None:
    """Never less than the critical path, nor than the work divided among all."""
    plan = make_plan([DIAMOND])
    seconds = dict.fromkeys(plan.tests, 1.0)
    assert best_possible_seconds(plan, seconds, jobs=100) == 3.0
    assert best_possible_seconds(plan, seconds, jobs=1) == 5.0
    assert best_possible_seconds(plan, seconds, jobs=0) == 5.0


def test_parts_that_do_not_touch_are_components() -> None:
    """They could go to different workers."""
    assert components(make_plan([DIAMOND])) == (
        ("shop/a", "shop/c", "shop/b", "shop/d"),
        ("shop/alone",),
    )


def test_a_selection_of_nothing_is_refused() -> None:
    """A run of nothing would be green."""
    with pytest.raises(UsageError):
        make_plan([DIAMOND], Selection(only=("alone",), suites=("nothing",)))
