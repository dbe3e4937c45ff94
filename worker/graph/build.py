"""The graph of some suites, if there can be one."""

from collections.abc import Sequence

from worker.errors import SuiteError
from worker.graph.cycles import cycle_problems
from worker.graph.edges import resolve
from worker.models.graph import Graph
from worker.models.suite import Suite


def build_graph(suites: Sequence[Suite]) -> Graph:
    """The graph of all tests of these suites. Raises SuiteError if they cannot be put in order."""
    resolution = resolve(suites)
    problems = [*resolution.problems, *cycle_problems(resolution, suites)]
    if problems:
        raise SuiteError(problems)
    return Graph(tests=resolution.tests, requires=resolution.requires, undo_requires=resolution.undo_requires)
