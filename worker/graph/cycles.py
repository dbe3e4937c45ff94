"""Tests that wait for each other: the way round, in the lines of the files."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from worker.graph.edges import Resolution, all_edges
from worker.models.graph import Dependency
from worker.models.problem import Problem, ProblemKind, Related
from worker.models.suite import Suite, TestName

if TYPE_CHECKING:
    import networkx


def cycle_problems(resolution: Resolution, suites: Sequence[Suite]) -> Iterator[Problem]:
    """One problem for each group of tests that wait for each other, with a shortest way round."""
    for cycle in _cycles(resolution):
        yield _cycle_problem(cycle, {suite.key: suite for suite in suites})


def _cycles(resolution: Resolution) -> Iterator[list[Dependency]]:
    edges = list(all_edges(resolution.requires.values()))
    if not edges:
        return
    import networkx

    waits_for: networkx.DiGraph[TestName] = networkx.DiGraph()
    waits_for.add_edges_from((edge.dependent, edge.required) for edge in edges)
    written = {name: position for position, name in enumerate(resolution.tests)}
    groups = [group for group in networkx.strongly_connected_components(waits_for) if len(group) > 1]
    for group in sorted(groups, key=lambda group: min(written[name] for name in group)):
        names = _way_round(waits_for, group, first=min(group, key=lambda name: written[name]))
        yield [
            resolution.requires[name][following]
            for name, following in zip(names, [*names[1:], names[0]], strict=True)
        ]


def _way_round(
    waits_for: "networkx.DiGraph[TestName]", group: set[TestName], *, first: TestName
) -> list[TestName]:
    """The tests of a shortest cycle through `first`, beginning with it."""
    import networkx

    inside = waits_for.subgraph(group)
    ways = (
        networkx.shortest_path(inside, following, first) for following in sorted(inside.successors(first))
    )
    shortest = min(ways, key=len)
    return [first, *shortest[:-1]]


def _cycle_problem(cycle: Sequence[Dependency], suites: dict[str, Suite]) -> Problem:
    one_suite = len({edge.dependent.partition("/")[0] for edge in cycle}) == 1
    stations = [_shown(edge.dependent, one_suite) for edge in cycle]
    notes = [_related(edge, suites, one_suite) for edge in cycle]
    return Problem(
        kind=ProblemKind.CYCLE,
        what=f"these tests wait for each other: {' → '.join([*stations, stations[0]])}",
        where=notes[0].where,
        text=notes[0].text,
        hint=notes[0].note,
        related=tuple(notes[1:]),
    )


def _related(edge: Dependency, suites: dict[str, Suite], one_suite: bool) -> Related:
    """The line that makes this edge, with what it says: `login needs cart`."""
    suite = suites[edge.dependent.partition("/")[0]]
    where = edge.places[0]
    return Related(
        where=where,
        text=suite.line_at(where),
        note=f"{_shown(edge.dependent, one_suite)} {edge.reasons[0]}",
    )


def _shown(name: TestName, one_suite: bool) -> str:
    return name.partition("/")[2] if one_suite else name
