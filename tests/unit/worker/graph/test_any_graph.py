"""Whatever the graph, its plan keeps every edge."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_suite, a_test
from worker.errors import SuiteError
from worker.graph import Selection, build_graph, components, critical_path, find_problems, make_plan
from worker.models.dependency import DependencyKind
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Suite

#: Pairs of numbers of tests: the first waits for the second, by `after` if the third is true.
EDGES = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15), st.booleans()), max_size=40)


def suite_with(edges: list[tuple[int, int, bool]], *, acyclic: bool) -> Suite:
    """Sixteen tests, written in an order that says nothing, with these edges."""
    keys = [f"t{(number * 7) % 16}" for number in range(16)]
    needs: dict[str, list[str]] = {key: [] for key in keys}
    after: dict[str, list[str]] = {key: [] for key in keys}
    for first, second, is_order in edges:
        later, earlier = (max(first, second), min(first, second)) if acyclic else (first, second)
        if later != earlier:
            (after if is_order else needs)[f"t{later}"].append(f"t{earlier}")
    return a_suite(*(a_test(key, needs=needs[key], after=after[key]) for key in keys))


@given(EDGES)
def test_a_plan_has_each_test_once_after_all_it_waits_for(edges: list[tuple[int, int, bool]]) -> None:
    """And its weights fall along every edge."""
    plan = make_plan([suite_with(edges, acyclic=True)])
    order = list(plan.tests)
    assert len(order) == len(set(order)) == 16
    for edge in plan.dependencies:
        assert order.index(edge.required) < order.index(edge.dependent)
        assert plan.weight[edge.required] > plan.weight[edge.dependent]
        assert edge.dependent in plan.dependents[edge.required]


@given(EDGES, st.integers(0, 15))
def test_a_selection_has_exactly_what_it_needs(edges: list[tuple[int, int, bool]], number: int) -> None:
    """Everything that is needed, nothing else, and no edge that leads outside."""
    suite = suite_with(edges, acyclic=True)
    plan = make_plan([suite], Selection(only=(f"t{number}",)))
    assert plan.required_only == set(plan.tests) - {f"shop/t{number}"}
    for name in plan.required_only:
        kinds = {edge.kind for other in plan.dependents[name] for edge in [plan.requires[other][name]]}
        assert kinds - {DependencyKind.ORDER}
    assert all(required in plan.tests for edges in plan.requires.values() for required in edges)


def refusal_of(suite: Suite) -> tuple[Problem, ...]:
    """Why there is no graph of this suite; nothing if there is one."""
    try:
        build_graph([suite])
    except SuiteError as error:
        return error.problems
    return ()


@given(EDGES)
def test_a_graph_has_a_plan_or_a_cycle(edges: list[tuple[int, int, bool]]) -> None:
    """Never neither; and a cycle's way leads back to where it began."""
    suite = suite_with(edges, acyclic=False)
    problems = find_problems([suite])
    assert {problem.kind for problem in problems} <= {ProblemKind.CYCLE}
    assert refusal_of(suite) == problems
    for problem in problems:
        stations = problem.what.partition(": ")[2].split(" → ")
        assert stations[0] == stations[-1]
        assert len(set(stations)) == len(stations) - 1 == 1 + len(problem.related)


@given(EDGES, st.lists(st.floats(0, 100), min_size=16, max_size=16))
def test_the_critical_path_is_a_way_through_the_plan(
    edges: list[tuple[int, int, bool]], seconds: list[float]
) -> None:
    """Each station waits for the one before, and no test alone took longer than the whole path."""
    plan = make_plan([suite_with(edges, acyclic=True)])
    measured = dict(zip(plan.tests, seconds, strict=True))
    path, total = critical_path(plan, measured)
    assert all(before in plan.requires[name] for before, name in pairwise(path))
    assert abs(sum(measured[name] for name in path) - total) < 1e-6
    assert total >= max(seconds)


@given(EDGES)
def test_components_share_no_edge(edges: list[tuple[int, int, bool]]) -> None:
    """Each test is in exactly one of them."""
    plan = make_plan([suite_with(edges, acyclic=True)])
    parts = components(plan)
    part_of = {name: number for number, part in enumerate(parts) for name in part}
    assert sum(map(len, parts)) == len(part_of) == 16
    assert all(part_of[edge.required] == part_of[edge.dependent] for edge in plan.dependencies)


def test_ten_thousand_tests_in_one_chain_are_planned() -> None:
    """Deep graphs need no deep recursion."""
    tests = [a_test("t0"), *(a_test(f"t{number}", needs=[f"t{number - 1}"]) for number in range(1, 10_000))]
    plan = make_plan([a_suite(*reversed(tests))])
    assert list(plan.tests)[:2] == ["shop/t0", "shop/t1"]
    assert plan.weight["shop/t0"] == 10_000
    assert len(components(plan)) == 1
