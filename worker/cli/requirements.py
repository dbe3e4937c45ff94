"""What suites need from outside before they can run: names, values, an address."""

from collections.abc import Iterable

from worker.cli.values import UsedNames
from worker.credentials import names_of_service_secrets
from worker.errors import UsageError
from worker.models.environment import Environment
from worker.models.graph import Plan
from worker.models.suite import Suite

#: First words of a template's name that are no variables.
_NO_VARIABLES = frozenset(
    {"captured_data", "secrets", "services", "shared_auth_tokens", "shared_variables", "tokens"}
)


def used_names(suites: Iterable[Suite]) -> UsedNames:
    """Names in templates and in the suites' own lists; BATON_VAR_EMAIL is found among these."""
    variables: set[str] = set()
    secrets: set[str] = set()
    for suite in suites:
        variables.update(suite.variables)
        for environment in suite.environments.values():
            variables.update(environment.variables)
            secrets.update(names_of_service_secrets(environment.services.values()))
        uses = [use for test in suite.tests.values() for use in (*test.uses, *test.cleanup_uses)]
        for first, *rest in (use.path for use in uses):
            if first in ("secrets", "credentials"):
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
        requests = [step.request for step in test.steps if not step.request.service]
        path = next((request.url for request in requests if request.url.startswith("/")), None)
        if path is not None and test.skip_reason is None:
            raise UsageError(
                f"{test.name} asks for {path}, but the environment {environment.name} has no base URL",
                where=str(test.where),
                hint="Give --base-url http://…, or write `environments: { local: { base_url: … } }`.",
            )
