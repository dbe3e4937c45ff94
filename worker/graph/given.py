"""Names that no test captures: the environment, the command line or the suite must provide them."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from context.capture import CaptureTarget
from worker.graph.names import Index, captures_itself
from worker.graph.said import Said
from worker.models.dependency import NameUse
from worker.models.problem import Problem
from worker.models.suite import Test, TestName


class Given(NamedTuple):
    """What templates get from elsewhere: `variables` of the environment and the command line,
    `secrets`, and the environment's `services`. None if nobody knows, and then nothing is said about
    unknown ones. Where no environment is chosen, `services` are those of all `places`, which are known by
    their names and kinds; a test that runs elsewhere may have others."""

    services: Collection[str] | None = None
    places: Collection[str] | None = None
    variables: Collection[str] | None = None
    secrets: Collection[str] | None = None


def missing_values(index: Index, given: Given, *, tests: Collection[TestName]) -> Iterator[Problem]:
    """What these tests need and nobody provides; each name once a test. A test that is skipped needs
    nothing."""
    for name in index.tests:
        test = index.tests[name]
        if name in tests and test.skip_reason is None:
            yield from _missing_of(test, index, given)


def _missing_of(test: Test, index: Index, given: Given) -> Iterator[Problem]:
    say = Said(index.suites[test.suite], index)
    reported: set[tuple[str | int, ...]] = set()
    for use in (*test.uses, *test.cleanup_uses):
        problem = None if use.optional else _problem(use, test, index, given, say)
        name = use.path[: 2 if use.path[0] in index.roots else 1]
        if problem is not None and name not in reported:
            reported.add(name)
            yield problem


def _problem(use: NameUse, test: Test, index: Index, given: Given, say: Said) -> Problem | None:
    match use.path:
        case ("env", str(name), *_) if given.variables is not None and name not in given.variables:
            return say.not_given(name, "variable", given.variables, use.where)
        case ("services" | "credentials" as kind, str(name), *_):
            return _not_there(kind, name, use, test, given, say)
        case ("secrets", str(name), *_) if given.secrets is not None and name not in given.secrets:
            return say.not_given(name, "secret", given.secrets, use.where)
        case ("shared_variables", str(name), *_):
            return _unknown_variable(name, use, test, index, given, say)
        case (str(name), *_) if name not in index.roots:
            return _unknown_variable(name, use, test, index, given, say)
    return None


def _not_there(kind: str, name: str, use: NameUse, test: Test, given: Given, say: Said) -> Problem | None:
    """A service that the environment does not have, or a credential that nobody has given."""
    if kind == "services":
        known, is_chosen = given.services, given.places is None
        if known is None or name in known or not _is_here(test, given):
            return None
        return say.no_such_service(name, known, use.where, is_chosen=is_chosen)
    given_here = given.secrets is None or name in given.secrets
    return None if given_here else say.no_such_credential(name, use.where)


def _is_here(test: Test, given: Given) -> bool:
    """Whether the test runs in nothing but places that are known."""
    return given.places is None or set(test.environments) <= set(given.places)


def _unknown_variable(
    name: str, use: NameUse, test: Test, index: Index, given: Given, say: Said
) -> Problem | None:
    known = given.variables
    if known is None or name in known or name in index.suites[test.suite].variables:
        return None
    if index.producers(CaptureTarget.VARIABLE, name, test):
        return None
    own = captures_itself(test, CaptureTarget.VARIABLE, name)
    return say.unknown_name(name, use, known=known, own=own)
