"""Who waited for whom in a recorded run, and where its tests are written, from the files of its project."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from worker.cli.sources import sources_of
from worker.errors import SuiteError
from worker.graph import build_graph, make_plan
from worker.models.graph import Graph, Plan
from worker.models.suite import Suite, TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What files say of a run: its plan, and their texts, masked. Nothing where they cannot be read."""

    plan: Plan | None = None
    sources: dict[str, str] = field(default_factory=dict)


def written_of(suites: Sequence[Suite], tests: Collection[TestName]) -> Written:
    """What these suites say of a run of these tests."""
    return Written(plan=_plan(suites, frozenset(tests)), sources=sources_of(suites))


def _plan(suites: Sequence[Suite], tests: frozenset[TestName]) -> Plan | None:
    """A test that the files do not know is not in it; without any there is none."""
    try:
        whole = build_graph(suites)
    except SuiteError:
        # A suite is missing here that others need.
        return None
    part = _only(whole, tests)
    return make_plan(part) if part.tests else None


def _only(graph: Graph, tests: frozenset[TestName]) -> Graph:
    return Graph(
        tests={name: test for name, test in graph.tests.items() if name in tests},
        requires={
            name: {required: edge for required, edge in edges.items() if required in tests}
            for name, edges in graph.requires.items()
            if name in tests
        },
    )
