"""Required captures that found nothing, as what they are: expectations that did not hold, at their places."""

from itertools import zip_longest

from context.capture import CaptureSource
from context.findings import Findings
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.outcome import CheckResult
from worker.models.suite import Step

#: What a capture expects something of.
_KINDS = {
    CaptureSource.JSONPATH: ExpectationKind.JSON,
    CaptureSource.JMESPATH: ExpectationKind.JSON,
    CaptureSource.XPATH: ExpectationKind.XML,
    CaptureSource.REGEX: ExpectationKind.BODY,
    CaptureSource.HEADER: ExpectationKind.HEADER,
    CaptureSource.COOKIE: ExpectationKind.COOKIE,
    CaptureSource.STATUS: ExpectationKind.STATUS,
    CaptureSource.BODY: ExpectationKind.BODY,
    CaptureSource.TIME: ExpectationKind.TIME,
    CaptureSource.SIZE: ExpectationKind.SIZE,
    CaptureSource.REDIRECT_URL: ExpectationKind.REDIRECTS,
}


def missing_captures(step: Step, findings: Findings) -> list[CheckResult]:
    """A check that failed for each capture of a step that had to find something and did not."""
    places = {rule.name: where for rule, where in zip_longest(step.captures, step.capture_places) if rule}
    return [
        CheckResult(
            expectation=Expectation(
                kind=_KINDS[rule.source],
                operator=Operator.EXISTS,
                expected=True,
                subject=rule.expression,
                where=places.get(rule.name) or step.where,
            ),
            passed=False,
            expected=True,
            message=failure,
        )
        for rule, failure in zip(findings.missing, findings.failures, strict=True)
    ]
