"""Everything that keeps tests from being put in order, found before anything is sent."""

from collections.abc import Collection, Sequence

from worker.errors import UsageError
from worker.graph.cycles import cycle_problems
from worker.graph.edges import Resolution, resolve
from worker.graph.given import Given, missing_values
from worker.graph.select import select, with_what_they_need
from worker.models.graph import Selection
from worker.models.problem import Problem
from worker.models.suite import Suite, TestName


def find_problems(
    suites: Sequence[Suite],
    *,
    known_names: Collection[str] | None = None,
    known_secrets: Collection[str] | None = None,
    selection: Selection | None = None,
) -> tuple[Problem, ...]:
    """Unknown tests and names, names with several producers, cycles; in the order of the files.

    `known_names` are the variables that templates get from the environment and the command line, as
    `{{ name }}` and `{{ env.name }}`; `known_secrets` are its secrets. Without them nobody can say
    that one is unknown. With a `selection`, only tests that it runs need their values.
    """
    resolution = resolve(suites)
    given = Given(variables=known_names, secrets=known_secrets)
    problems = [
        *resolution.problems,
        *cycle_problems(resolution, suites),
        *missing_values(resolution.index, given, tests=_selected(resolution, selection or Selection())),
    ]
    files = {suite.path: position for position, suite in enumerate(suites)}
    # A default header that needs a name that is not there is one mistake, however many tests have it.
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _position(problem, files)))


def _selected(resolution: Resolution, selection: Selection) -> Collection[TestName]:
    try:
        return with_what_they_need(resolution.requires, select(resolution.tests, selection))
    except UsageError:
        # A selection that means nothing is refused when the plan is made.
        return resolution.tests


def _position(problem: Problem, files: dict[str, int]) -> tuple[int, int, int]:
    where = problem.where
    return files.get(where.path, len(files)), where.line, where.column
