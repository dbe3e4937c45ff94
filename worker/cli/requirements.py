"""What suites need from outside before they can run: names, values, an address."""

from collections.abc import Iterable

from worker.cli.values import SECRET_PREFIX, VARIABLE_PREFIX, GivenValues, UsedNames
from worker.errors import SuiteError, UsageError
from worker.models.environment import Environment
from worker.models.graph import Plan
from worker.models.problem import Problem, ProblemKind, line_of
from worker.models.suite import NameUse, Suite

#: First words of a template's name that are no variables.
_NO_VARIABLES = frozenset({"captured_data", "secrets", "shared_auth_tokens", "shared_variables", "tokens"})


def used_names(suites: Iterable[Suite]) -> UsedNames:
    """Names in templates and in the suites' own lists; BATON_VAR_EMAIL is found among these."""
    variables: set[str] = set()
    secrets: set[str] = set()
    for suite in suites:
        variables.update(suite.variables)
        for environment in suite.environments.values():
            variables.update(environment.variables)
        for first, *rest in (use.path for test in suite.tests.values() for use in test.uses):
            if first == "secrets":
                secrets.update(map(str, rest[:1]))
            elif first == "env":
                variables.update(map(str, rest[:1]))
            elif first not in _NO_VARIABLES:
                variables.add(str(first))
    return UsedNames(variables=frozenset(variables), secrets=frozenset(secrets))


def need_base_url(plan: Plan, environment: Environment) -> None:
    """A path needs something to stand below; find that out before anything is sent."""
    if environment.base_url:
        return
    for test in plan.tests.values():
        if test.request.url.startswith("/") and test.skip_reason is None:
            raise UsageError(
                f"{test.name} asks for {test.request.url}, but the environment {environment.name} "
                "has no base URL",
                where=str(test.where),
                hint="Give --base-url http://…, or write `environments: { local: { base_url: … } }`.",
            )


def need_values(plan: Plan, suites: Iterable[Suite], environment: Environment, given: GivenValues) -> None:
    """`secrets.x` and `env.x` of the tests that will run must have a value before anything is sent."""
    sources = {suite.key: suite.source for suite in suites}
    known = {
        "secrets": environment.secrets.keys(),
        "env": environment.variables.keys() | given.variables.keys(),
    }
    problems = [
        missing_value(use, source=sources[test.suite])
        for test in plan.tests.values()
        for use in test.uses
        if use.path[0] in known and not use.optional and _name(use) not in known[str(use.path[0])]
    ]
    if problems:
        raise SuiteError(problems)


def missing_value(use: NameUse, *, source: str) -> Problem:
    """A secret or variable that a test needs and nobody gave."""
    name, is_secret = _name(use), use.path[0] == "secrets"
    prefix, option = (SECRET_PREFIX, "--secrets-file") if is_secret else (VARIABLE_PREFIX, "--var")
    return Problem(
        kind=ProblemKind.UNKNOWN_NAME,
        what=f"the {'secret' if is_secret else 'variable'} {name!r} has no value",
        where=use.where,
        text=line_of(source, use.where.line),
        hint=f"give it with {prefix}{name.upper()} or {option}",
    )


def _name(use: NameUse) -> str:
    return str(use.path[1]) if len(use.path) > 1 else ""
