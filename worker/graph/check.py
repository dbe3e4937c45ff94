"""Everything that keeps tests from being put in order, found before anything is sent."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypedDict

from worker.errors import UsageError
from worker.graph.cycles import cycle_problems
from worker.graph.edges import Resolution, resolve
from worker.graph.given import Given, missing_values
from worker.graph.select import select, with_what_they_need
from worker.models.environment import Environment
from worker.models.graph import Graph, Selection
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Suite, Test, TestName, may_run_in


class _Services(TypedDict, total=False):
    """What is known of services."""

    services: Collection[str]
    places: Collection[str]


def find_problems(
    suites: Sequence[Suite],
    *,
    known_names: Collection[str] | None = None,
    known_secrets: Collection[str] | None = None,
    known_places: Iterable[Environment] = (),
    selection: Selection | None = None,
    environment: Environment | None = None,
    forbid_only: bool = False,
) -> tuple[Problem, ...]:
    """Unknown tests and names, names with several producers, cycles; in the order of the files.

    `known_names` are the variables that templates get from the environment and the command line, as
    `{{ name }}` and `{{ env.name }}`; `known_secrets` are its secrets. Without them nobody can say
    that one is unknown. With a `selection`, only tests that it runs need their values; with an
    `environment`, only those that may run there. Without one, services are looked for in `known_places`, if
    these have any at all. `forbid_only`: tests that say `only` are problems.
    """
    resolution = resolve(suites)
    given = Given(variables=known_names, secrets=known_secrets, **_services(environment, known_places))
    tests = _selected(resolution, selection or Selection())
    problems = [
        *resolution.problems,
        *cycle_problems(resolution, suites),
        *missing_values(resolution.index, given, tests=_allowed(tests, resolution, environment)),
        *(
            _forgotten(suite, test)
            for suite in suites
            for test in suite.tests.values()
            if forbid_only and test.only
        ),
    ]
    files = {suite.path: position for position, suite in enumerate(suites)}
    # A default header that needs a name that is not there is one mistake, however many tests have it.
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _position(problem, files)))


def _services(environment: Environment | None, places: Iterable[Environment]) -> _Services:
    if environment is not None:
        return {"services": environment.services}
    places = list(places)
    services = {name for place in places for name in place.services}
    if not services:
        return {}
    return {
        "services": services,
        "places": {word for each in places for word in (each.name, each.kind.value)},
    }


def _allowed(
    tests: Collection[TestName], resolution: Resolution, environment: Environment | None
) -> Collection[TestName]:
    if environment is None:
        return tests
    return {name for name in tests if may_run_in(resolution.tests[name], environment)}


def _forgotten(suite: Suite, test: Test) -> Problem:
    return Problem(
        kind=ProblemKind.BAD_VALUE,
        what=f"'only: true' of {test.key!r} leaves all other tests out",
        where=test.where,
        text=suite.line_at(test.where),
        hint="take it away once the work on this test is done",
    )


def _selected(resolution: Resolution, selection: Selection) -> Collection[TestName]:
    try:
        return with_what_they_need(_graph(resolution), select(resolution.tests, selection))
    except UsageError:
        # A selection that means nothing is refused when the plan is made.
        return resolution.tests


def _graph(resolution: Resolution) -> Graph:
    return Graph(tests=resolution.tests, requires=resolution.requires, undo_requires=resolution.undo_requires)


def _position(problem: Problem, files: dict[str, int]) -> tuple[int, int, int]:
    where = problem.where
    return files.get(where.path, len(files)), where.line, where.column
