"""Why a test did not pass, as one word that can be counted. The first rule that fits wins."""

from collections.abc import Sequence
from enum import StrEnum

from context.capture import CaptureTarget
from worker.http.transport import Trouble
from worker.models.exchange import Response
from worker.models.expectation import ExpectationKind
from worker.models.outcome import CheckResult
from worker.models.suite import Test


class Category(StrEnum):
    """Failure categories beside those of worker.http.transport.Trouble."""

    GATEWAY = "gateway_502_503_504"  # something before the API could not reach it
    ENVIRONMENT = "environment_outage"  # not run, because no root of the run got an answer
    LOGIN_FAILED = "login_failed"  # a test that captures a token was turned away
    UNAUTHORIZED = "unauthorized_401"  # the API does not know who asks
    FORBIDDEN = "forbidden_403"  # the API knows, and says no
    RATE_LIMITED = "rate_limited_429"  # too many requests
    SERVER = "server_5xx"  # the API broke
    MALFORMED_BODY = "malformed_body"  # JSON was expected, something else came
    STATUS = "status"  # another status than expected
    HEADER = "header"  # a header is missing or different
    VALUE = "assertion_value"  # a value in the body is different
    SCHEMA = "schema"  # the body breaks a JSON Schema
    OPENAPI = "openapi_mismatch"  # request or answer are not as the API's own description has them
    SNAPSHOT = "snapshot_diff"  # the body is not as in an earlier run
    TIME = "assertion_time"  # right, but too slow
    TIMEOUT = "test_timeout"  # a test, or its suite, took longer than it may
    POLLING = "poll_timeout"  # what a step was repeated for did not come
    CAPTURE = "capture_failed"  # right, but something to be captured is not there
    UNDEFINED = "undefined_variable"  # a template needs a name that nobody set
    DEFINITION = "test_definition_error"  # the test itself cannot be sent
    BLOCKED = "dependency_blocked"  # something it needs did not pass
    CANCELLED = "cancelled"  # the run was stopped
    INTERRUPTED = "interrupted"  # its worker was lost, and it must not be sent twice
    RUNNER = "runner_error"  # a fault of Baton's own


#: Ways in which a whole environment can be down.
OUTAGES = frozenset(
    (
        Trouble.DNS,
        Trouble.CONNECT_REFUSED,
        Trouble.CONNECT_TIMEOUT,
        Trouble.TLS,
        Trouble.PROXY,
        Category.GATEWAY,
    )
)

_STATUSES = {
    401: Category.UNAUTHORIZED,
    403: Category.FORBIDDEN,
    429: Category.RATE_LIMITED,
    502: Category.GATEWAY,
    503: Category.GATEWAY,
    504: Category.GATEWAY,
}

#: Which kind of expectation decides, where several did not hold; all others are about values.
_KINDS = {
    ExpectationKind.OPENAPI: Category.OPENAPI,
    ExpectationKind.SCHEMA: Category.SCHEMA,
    ExpectationKind.SNAPSHOT: Category.SNAPSHOT,
    ExpectationKind.HEADER: Category.HEADER,
    ExpectationKind.COOKIE: Category.HEADER,
    ExpectationKind.TIME: Category.TIME,
}


#: Kinds that need a JSON body.
_OF_JSON = frozenset((ExpectationKind.JSON, ExpectationKind.SCHEMA))


def of_checks(test: Test, response: Response, checks: Sequence[CheckResult]) -> Category:
    """The category of an answer that was not as expected."""
    wrong = {check.expectation.kind for check in checks if not check.passed}
    if ExpectationKind.STATUS in wrong:
        return _of_status(test, response.status_code)
    if wrong & _OF_JSON and not _is_json(response):
        return Category.MALFORMED_BODY
    # A wrong value says more than a header, and time comes last: a wrong answer is worse than a slow one.
    if wrong - _KINDS.keys():
        return Category.VALUE
    return next(category for kind, category in _KINDS.items() if kind in wrong)


def _of_status(test: Test, status: int) -> Category:
    if status in (400, 401, 403, 422) and _logs_in(test):
        return Category.LOGIN_FAILED
    return _STATUSES.get(status, Category.SERVER if status >= 500 else Category.STATUS)


def _logs_in(test: Test) -> bool:
    return any(rule.target is CaptureTarget.TOKEN for rule in test.captures)


def _is_json(response: Response) -> bool:
    try:
        response.json()
    except ValueError:
        return False
    return True
