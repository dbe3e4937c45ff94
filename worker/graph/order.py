"""Which tests run, in which order, and how long that takes at least."""

from collections.abc import Collection, Mapping, Sequence

from worker.graph.build import build_graph
from worker.graph.median import median
from worker.graph.notices import choice, notices
from worker.graph.select import select, with_what_they_need
from worker.models.graph import Dependency, Graph, Plan, Selection
from worker.models.suite import Suite, TestName

#: How long a test is taken to last when nothing at all is known: it makes weights count tests.
UNKNOWN_SECONDS = 1.0


def make_plan(
    source: Graph | Sequence[Suite],
    selection: Selection | None = None,
    *,
    medians: Mapping[TestName, float] | None = None,
) -> Plan:
    """The tests that were selected and all they need, in an order that keeps every edge.

    Tests that could run in any order stay in the order in which they were written. `medians` are
    seconds of earlier runs; a test without history counts as the median of those that have one.
    Raises SuiteError for suites that cannot be put in order, UsageError for an empty selection.
    """
    graph = source if isinstance(source, Graph) else build_graph(source)
    selected = select(graph.tests, selection or Selection())
    included = with_what_they_need(graph, selected)
    requires = _within(graph.requires, included)
    order = _in_order(list(requires), requires)
    dependents = _dependents(order, requires)
    return Plan(
        tests={name: graph.tests[name] for name in order},
        requires={name: requires[name] for name in order},
        dependents=dependents,
        weight=_weights(order, dependents, medians or {}),
        required_only=frozenset(included - selected),
        undo_requires=_within(graph.undo_requires, included),
        choice=tuple(choice(graph.tests, selection or Selection(), selected=selected, included=included)),
        notices=tuple(notices(graph.tests, selection or Selection(), included=included)),
    )


def _within(
    requires: Mapping[TestName, Mapping[TestName, Dependency]], included: Collection[TestName]
) -> dict[TestName, dict[TestName, Dependency]]:
    return {
        name: {required: edge for required, edge in edges.items() if required in included}
        for name, edges in requires.items()
        if name in included
    }


def _in_order(
    names: Sequence[TestName], requires: Mapping[TestName, Mapping[TestName, Dependency]]
) -> list[TestName]:
    """A topological order in which the tests written first come first."""
    if not any(requires.values()):
        return list(names)
    import networkx

    waits: networkx.DiGraph[TestName] = networkx.DiGraph()
    waits.add_nodes_from(names)
    waits.add_edges_from((required, name) for name, edges in requires.items() for required in edges)
    written = {name: position for position, name in enumerate(names)}
    return list(networkx.lexicographical_topological_sort(waits, key=written.__getitem__))


def _dependents(
    order: Sequence[TestName], requires: Mapping[TestName, Mapping[TestName, Dependency]]
) -> dict[TestName, tuple[TestName, ...]]:
    dependents: dict[TestName, list[TestName]] = {name: [] for name in order}
    for name in order:
        for required in requires[name]:
            dependents[required].append(name)
    return {name: tuple(others) for name, others in dependents.items()}


def _weights(
    order: Sequence[TestName],
    dependents: Mapping[TestName, Sequence[TestName]],
    medians: Mapping[TestName, float],
) -> dict[TestName, float]:
    """For each test the seconds of the longest chain that begins with it."""
    known = [medians[name] for name in order if name in medians]
    otherwise = median(known) if known else UNKNOWN_SECONDS
    weights: dict[TestName, float] = {}
    for name in reversed(order):
        rest = max((weights[other] for other in dependents[name]), default=0.0)
        weights[name] = medians.get(name, otherwise) + rest
    return weights


def critical_path(plan: Plan, seconds: Mapping[TestName, float]) -> tuple[tuple[TestName, ...], float]:
    """The chain of tests that took longest, and its seconds: no run of this plan can be quicker.

    `seconds` are what was measured; a test without (it was not run) took none.
    """
    longest: dict[TestName, float] = {}
    before: dict[TestName, TestName] = {}
    for name in plan.tests:
        required = max(plan.requires[name], key=longest.__getitem__, default=None)
        if required is not None:
            before[name] = required
        longest[name] = seconds.get(name, 0.0) + (0.0 if required is None else longest[required])
    if not longest:
        return (), 0.0
    path = [max(longest, key=longest.__getitem__)]
    while path[-1] in before:
        path.append(before[path[-1]])
    return tuple(reversed(path)), longest[path[0]]


def best_possible_seconds(plan: Plan, seconds: Mapping[TestName, float], *, jobs: int) -> float:
    """The least time that these tests need with so many at once: a bound, which no schedule beats."""
    work = sum(seconds.get(name, 0.0) for name in plan.tests)
    return max(critical_path(plan, seconds)[1], work / max(1, jobs))


def components(plan: Plan) -> tuple[tuple[TestName, ...], ...]:
    """The parts of the plan that do not touch each other, each in the plan's order."""
    part_of: dict[TestName, int] = {}
    for name in plan.tests:
        if name not in part_of:
            _mark(plan, name, len(part_of), part_of)
    parts: dict[int, list[TestName]] = {}
    for name in plan.tests:
        parts.setdefault(part_of[name], []).append(name)
    return tuple(map(tuple, parts.values()))


def _mark(plan: Plan, name: TestName, part: int, part_of: dict[TestName, int]) -> None:
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name not in part_of:
            part_of[name] = part
            waiting.extend((*plan.requires[name], *plan.dependents[name]))
