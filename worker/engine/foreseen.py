"""What the tests of a plan will need, made ready before the first request.

Some packages take a tenth of a second to import. That is not waited for at every start, but whoever
imports them in the middle of a run holds up all the tests that are under way.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module

from context.capture import CaptureSource
from context.errors import TemplateError
from context.jsonpath import is_plain
from worker.assertions import module_of
from worker.contracts import Contracts
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.graph import Plan
from worker.models.request import AuthKind, BodyKind, Request
from worker.models.suite import Step

_Modules = tuple[str, ...]

_KEYS: _Modules = ("cryptography.hazmat.primitives.serialization.pkcs12",)
_PATHS: _Modules = ("context.jsonpath_limits",)
_FAKES = "context.fakes"

#: What a kind of expectation needs besides its own module.
_FOR_EXPECTATIONS: Mapping[ExpectationKind, _Modules] = {
    ExpectationKind.XML: ("lxml.etree",),
    ExpectationKind.SCHEMA: ("worker.contracts.violations", "jsonschema_rs"),
    ExpectationKind.OPENAPI: ("worker.contracts.contract", "worker.contracts.coverage", "jsonschema_rs"),
    ExpectationKind.SNAPSHOT: _PATHS,
}
_FOR_CAPTURES: Mapping[CaptureSource, _Modules] = {
    CaptureSource.JMESPATH: ("context.jmespaths", "jmespath"),
    CaptureSource.XPATH: ("context.xml", "lxml.etree"),
}
_FOR_AUTH: Mapping[AuthKind, _Modules] = {
    AuthKind.OAUTH2: ("worker.http.oauth2",),
    AuthKind.DIGEST: ("worker.http.digest",),
    AuthKind.AWS: ("worker.http.sigv4",),
}
_FOR_BODIES: Mapping[BodyKind, _Modules] = {
    BodyKind.GRAPHQL: ("worker.models.graphql", "graphql.language"),
}

#: What a template needs that calls this. Jinja2 is there: the templates were read with their file.
_FOR_TEXTS: Mapping[str, _Modules] = {
    "fake.": (_FAKES,),
    "jsonpath(": _PATHS,
    "jwt(": _KEYS,
}


def make_ready(plan: Plan, contracts: Contracts) -> None:
    """Import what the plan's tests need, and read the descriptions that they name. Never raises: a test
    that lacks something says so itself."""
    steps = [step for test in plan.tests.values() for step in (*test.steps, *test.cleanup)]
    modules = {module for step in steps for module in _modules_of(step)}
    for module in sorted(modules):
        # A package that an extra brings; the hint to install it belongs to the test.
        with suppress(ImportError):
            import_module(module)
    if _FAKES in modules:
        _make_fakes_ready()
    for path in dict.fromkeys(_descriptions(plan, steps)):
        contracts.open(path)


def _make_fakes_ready() -> None:
    from context.fakes import DEFAULT_LOCALE, check_locale

    with suppress(TemplateError):
        check_locale(DEFAULT_LOCALE)


def _descriptions(plan: Plan, steps: Iterable[Step]) -> Iterator[str]:
    yield from (test.contract for test in plan.tests.values() if test.contract)
    for step in steps:
        yield from (each.subject for each in step.expectations if each.kind is ExpectationKind.OPENAPI)


def _modules_of(step: Step) -> Iterator[str]:
    request = step.request
    yield from _FOR_AUTH.get(request.auth.kind, ())
    yield from _FOR_BODIES.get(request.body_kind, ())
    if request.connection.password is not None:
        yield from _KEYS
    for expectation in step.expectations:
        yield from _modules_of_expectation(expectation)
    for rule in step.captures:
        yield from _FOR_CAPTURES.get(rule.source, ())
        if rule.source is CaptureSource.JSONPATH and not is_plain(rule.expression):
            yield from _PATHS
    for text in _templates(_written(step, request)):
        for word, modules in _FOR_TEXTS.items():
            if word in text:
                yield from modules


def _modules_of_expectation(expectation: Expectation) -> Iterator[str]:
    kind = expectation.kind
    yield module_of(kind)
    yield from _FOR_EXPECTATIONS.get(kind, ())
    if kind is ExpectationKind.JSON and not is_plain(expectation.subject):
        yield from _PATHS


def _written(step: Step, request: Request) -> Iterator[object]:
    """All that may have templates."""
    yield request.url
    yield from (request.headers, request.query, request.cookies, request.body, request.auth.values)
    for part in request.parts:
        yield from (part.text, part.filename, part.content_type)
    for expectation in step.expectations:
        yield expectation.expected
    yield from (step.when, step.names, step.repeat.until if step.repeat else None)


def _templates(values: Iterable[object]) -> Iterator[str]:
    """The texts in these values, however deep, that may be templates or expressions."""
    for value in values:
        if not value or isinstance(value, int | float):
            continue
        if isinstance(value, str):
            if "(" in value:
                yield value
        elif isinstance(value, Mapping):
            yield from _templates(value.values())
        elif isinstance(value, list | tuple):
            yield from _templates(value)
