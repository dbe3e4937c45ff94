"""Secrets that stand in a suite file in clear. They should not, but nobody else has to see them for that."""

from collections.abc import Iterable, Iterator

from context.compiling import has_template
from worker.models.request import SECRET_AUTH_VALUES, Auth, AuthKind
from worker.models.suite import Suite


def literal_secrets(suites: Iterable[Suite]) -> set[str]:
    """Passwords, tokens and keys that the tests of these suites say who they are with."""
    auths = {
        id(step.request.auth): step.request.auth
        for suite in suites
        for test in suite.tests.values()
        for step in (*test.steps, *test.cleanup)
        if step.request.auth.kind is not AuthKind.NONE
    }
    return {secret for auth in auths.values() for secret in _of(auth)}


def _of(auth: Auth) -> Iterator[str]:
    for name in SECRET_AUTH_VALUES & auth.values.keys():
        value = auth.values[name]
        if isinstance(value, str) and not has_template(value):
            yield value
