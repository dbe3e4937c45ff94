"""Everything that keeps tests from being put in order, found before anything is sent."""

from collections.abc import Collection, Sequence

from worker.graph.cycles import cycle_problems
from worker.graph.edges import resolve
from worker.models.problem import Problem
from worker.models.suite import Suite


def find_problems(
    suites: Sequence[Suite], *, known_names: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Unknown tests and names, names with several producers, cycles; in the order of the files.

    `known_names` are the variables that templates get from the environment and the command line;
    without them nobody can say that a bare name is unknown.
    """
    resolution = resolve(suites, known_names=known_names)
    problems = [*resolution.problems, *cycle_problems(resolution, suites)]
    files = {suite.path: position for position, suite in enumerate(suites)}
    return tuple(sorted(problems, key=lambda problem: _position(problem, files)))


def _position(problem: Problem, files: dict[str, int]) -> tuple[int, int, int]:
    where = problem.where
    return files.get(where.path, len(files)), where.line, where.column
