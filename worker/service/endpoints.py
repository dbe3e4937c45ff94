"""What endpoints say of the tests that call them: it holds where neither the test nor its suite says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from context.errors import TemplateError
from context.templating import names_in
from worker.models.dependency import NameUse
from worker.models.flow import StepPhase
from worker.models.run import ClaimedEndpoint
from worker.models.suite import Step, Suite, Test


def with_endpoints(suite: Suite, endpoints: Sequence[ClaimedEndpoint]) -> Suite:
    """The suite with what its endpoints say; keys of tests that it does not have are left out."""
    by_test = {key: endpoint for endpoint in endpoints for key in endpoint.tests}
    if not by_test:
        return suite
    tests = {
        key: _with_endpoint(test, endpoint) if (endpoint := _of(test, by_test)) else test
        for key, test in suite.tests.items()
    }
    return replace(suite, tests=tests)


def _of(test: Test, by_test: Mapping[str, ClaimedEndpoint]) -> ClaimedEndpoint | None:
    """The endpoint that the test calls; the rows of a test call what it calls."""
    return by_test.get(test.key) or by_test.get(test.row_of or "")


def _with_endpoint(test: Test, endpoint: ClaimedEndpoint) -> Test:
    headers = dict(_headers(test, endpoint))
    return replace(
        test,
        steps=tuple(_with_headers(step, headers) for step in test.steps),
        uses=(*test.uses, *_uses(test, headers)),
        timeout_seconds=test.timeout_seconds if "timeout" in test.said else endpoint.timeout_seconds,
        retries=test.retries if "retries" in test.said else endpoint.retries,
        retry_delay_seconds=(
            test.retry_delay_seconds if "retry_delay" in test.said else endpoint.retry_delay_seconds
        ),
        auth_wanted=None if "auth" in test.said else endpoint.auth_type,
        # Said now: the environment, which comes after the endpoint, does not give it.
        said=test.said | {"timeout", "retries", "retry_delay"},
    )


def _with_headers(step: Step, headers: Mapping[str, str]) -> Step:
    """Steps of the suite's hooks call something else."""
    if not headers or step.phase is not StepPhase.OWN:
        return step
    return replace(step, request=replace(step.request, headers={**headers, **step.request.headers}))


def _headers(test: Test, endpoint: ClaimedEndpoint) -> Iterator[tuple[str, str]]:
    """Those that the test and its suite neither replace nor take away."""
    for name, value in endpoint.headers.items():
        if f"headers.{name.lower()}" not in test.said and isinstance(value, str | int | float):
            yield name, _as_text(value)


def _as_text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _uses(test: Test, headers: Mapping[str, str]) -> Iterator[NameUse]:
    """So that a token in a header of the endpoint makes the test wait for who produces it."""
    for name, value in headers.items():
        for path in _names(value):
            yield NameUse(path=path, field=f"headers.{name}", where=test.where)


def _names(text: str) -> Iterator[tuple[str | int, ...]]:
    try:
        yield from (reference.path for reference in names_in(text))
    except TemplateError:
        return  # the test that sends it says what is wrong
