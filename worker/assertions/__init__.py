"""What is checked of a response: one kind of expectation a module, and here their list."""

from collections.abc import Callable, Mapping

from context.values import JsonValue
from worker.assertions import header, json, status, time
from worker.assertions.difference import difference
from worker.assertions.finding import Finding
from worker.assertions.values import as_json, shorten
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.outcome import CheckResult

#: Looks at a response; gets the expectation and what it expects with its templates filled.
Find = Callable[[Expectation, Response, JsonValue], Finding]

#: The kinds of expectations there are.
ASSERTIONS: Mapping[ExpectationKind, Find] = {
    ExpectationKind.STATUS: status.find,
    ExpectationKind.HEADER: header.find,
    ExpectationKind.JSON: json.find,
    ExpectationKind.TIME: time.find,
}

#: A larger actual value is not kept as a value, only as shortened text.
ACTUAL_LIMIT = 2_000


def check(expectation: Expectation, response: Response, *, expected: JsonValue) -> CheckResult:
    """Whether one expectation holds. Never raises: what cannot be compared does not hold.

    `expected` is the expectation's own with templates filled. The result is not masked yet.
    """
    try:
        found = ASSERTIONS[expectation.kind](expectation, response, expected)
    except Exception as error:
        # The answer comes from outside: whatever it does to a comparison, the run goes on.
        found = Finding(complaint=f"this could not be checked ({type(error).__name__})")
    return CheckResult(
        expectation=expectation,
        passed=not found.complaint,
        expected=expected,
        actual=_bounded(found.actual),
        message=found.complaint,
        difference=found.difference,
    )


def _bounded(actual: JsonValue) -> JsonValue:
    text = actual if isinstance(actual, str) else as_json(actual)
    return actual if len(text) <= ACTUAL_LIMIT else shorten(text, width=ACTUAL_LIMIT)


__all__ = ["ACTUAL_LIMIT", "ASSERTIONS", "Find", "check", "difference"]
