"""JUnit XML as Jenkins, GitLab and GitHub actions read it.

One `testcase` for every test of the run, `classname` its suite and `name` its key, so that a test
keeps its identity from run to run. Elements and attributes are those of the junit-10 schema of
Jenkins' xUnit plugin; attempts before the last one are Surefire's `flakyFailure`, `rerunFailure`
and their `…Error` twins.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from worker.models.events import PlannedTest
from worker.models.outcome import Attempt, TestOutcome, Verdict
from worker.reports.base import Report
from worker.reports.exchange import attempt_text
from worker.reports.record import RunRecord
from worker.reports.words import first_line
from worker.reports.xml import document, element

#: The element that says why a test is not green; passed tests have none.
_ELEMENT = {
    Verdict.FAILED: "failure",
    Verdict.BROKEN: "error",
    Verdict.BLOCKED: "skipped",
    Verdict.SKIPPED: "skipped",
}


class JunitReport(Report):
    """One testcase a test; a blocked test is skipped and names what blocked it."""

    kind: ClassVar[str] = "junit"

    def text(self, record: RunRecord) -> str:
        """The whole document."""
        tests = [(planned, record.outcome(planned)) for planned in record.planned]
        # Plans interleave suites; a document has each suite once, in the order of its first test.
        order = {name: number for number, name in enumerate(dict.fromkeys(_suite(test) for test, _ in tests))}
        tests.sort(key=lambda pair: order[_suite(pair[0])])
        suites = [
            _testsuite(record, name, list(members))
            for name, members in groupby(tests, key=lambda pair: _suite(pair[0]))
        ]
        seconds = record.finished.seconds if record.finished else 0.0
        outcomes = [outcome for _, outcome in tests]
        attributes = {"name": "baton", "time": f"{seconds:.3f}", **_totals(outcomes)}
        return document(element("testsuites", attributes, suites))


def _testsuite(record: RunRecord, name: str, tests: Sequence[tuple[PlannedTest, TestOutcome]]) -> str:
    outcomes = [outcome for _, outcome in tests]
    attributes = {
        "name": name,
        **_totals(outcomes),
        "skipped": str(sum(_ELEMENT.get(outcome.verdict) == "skipped" for outcome in outcomes)),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }
    if record.started:
        attributes["timestamp"] = f"{record.started.started_at:%Y-%m-%dT%H:%M:%S}"
    where = record.where(outcomes[0].test)
    if where:
        attributes["file"] = where.path
    return element("testsuite", attributes, [_testcase(record, outcome) for outcome in outcomes])


def _totals(outcomes: Sequence[TestOutcome]) -> dict[str, str]:
    verdicts = [outcome.verdict for outcome in outcomes]
    return {
        "tests": str(len(verdicts)),
        "failures": str(verdicts.count(Verdict.FAILED)),
        "errors": str(verdicts.count(Verdict.BROKEN)),
    }


def _testcase(record: RunRecord, outcome: TestOutcome) -> str:
    suite, _, key = outcome.test.partition("/")
    attributes = {"classname": suite, "name": key, "time": f"{outcome.seconds:.3f}"}
    children = [*_why(record, outcome), *_earlier_attempts(outcome), *_exchange(outcome)]
    return element("testcase", attributes, children)


def _why(record: RunRecord, outcome: TestOutcome) -> list[str]:
    name = _ELEMENT.get(outcome.verdict)
    if name is None:
        return []
    attributes = {"message": _message(outcome)}
    if name == "skipped":
        return [element(name, attributes)]
    return [element(name, {"type": _type(outcome), **attributes}, text=_details(record, outcome))]


def _message(outcome: TestOutcome) -> str:
    reason = first_line(outcome.reason)
    if outcome.verdict is Verdict.BLOCKED and not reason.startswith("blocked by"):
        return f"blocked by {outcome.blocked_by}" + (f": {reason}" if reason else "")
    return reason or str(outcome.verdict)


def _type(found: TestOutcome | Attempt) -> str:
    return found.category or str(found.verdict)


def _details(record: RunRecord, outcome: TestOutcome) -> str:
    where = record.where(outcome.test)
    lines = [outcome.reason]
    lines += [f"at {where}"] if where else []
    lines += _failed_checks(outcome.last_attempt)
    return "\n".join(line for line in lines if line)


def _failed_checks(attempt: Attempt | None) -> list[str]:
    found: list[str] = []
    for check in attempt.checks if attempt else ():
        if not check.passed:
            found += [f"{check.expectation.where}: {check.message}", check.difference]
    return found


def _earlier_attempts(outcome: TestOutcome) -> list[str]:
    when = "flaky" if outcome.verdict is Verdict.PASSED else "rerun"
    return [
        element(
            f"{when}{'Failure' if attempt.verdict is Verdict.FAILED else 'Error'}",
            {"message": f"attempt {attempt.number}: {first_line(attempt.reason)}", "type": _type(attempt)},
            text="\n".join([attempt.reason, *_failed_checks(attempt)]),
        )
        for attempt in outcome.attempts[:-1]
    ]


def _exchange(outcome: TestOutcome) -> list[str]:
    """Requests and responses of a test that somebody has to look at; green ones stay small."""
    if outcome.verdict is Verdict.PASSED and len(outcome.attempts) <= 1:
        return []
    text = "\n\n".join(attempt_text(attempt) for attempt in outcome.attempts if attempt.exchange)
    return [element("system-out", {}, text=text)] if text else []


def _suite(planned: PlannedTest) -> str:
    return planned.name.partition("/")[0]
