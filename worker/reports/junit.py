"""JUnit XML as Jenkins, GitLab and GitHub actions read it, in the words of Maven Surefire's schema.

One `testcase` for every test of the run, `classname` its suite and `name` its key, so that a test
keeps its identity from run to run. Attempts before the last one are `flakyFailure` and `rerunFailure`,
and their `…Error` twins.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar

from worker.models.events import PlannedTest
from worker.models.outcome import Attempt, RunOutcome, TestOutcome, Verdict
from worker.reports.asides import quarantine_note
from worker.reports.base import FileReport
from worker.reports.exchange import attempt_text
from worker.reports.headline import headline
from worker.reports.record import RunRecord
from worker.reports.words import Labels, first_line
from worker.reports.xml import DECLARATION, element, start_tag

#: The element that says why a test is not green; passed tests have none.
_ELEMENT = {
    Verdict.FAILED: "failure",
    Verdict.BROKEN: "error",
    Verdict.BLOCKED: "skipped",
    Verdict.SKIPPED: "skipped",
}
_TOLD_APART = ("failure", "error", "skipped")


class JunitReport(FileReport):
    """One testcase a test. What is blocked is skipped and names what blocked it; so is what failed in
    quarantine, lest a CI that counts failures turns red."""

    kind: ClassVar[str] = "junit"

    def pieces(self, record: RunRecord) -> Iterator[str]:
        """The whole document, one suite a piece."""
        tests = [(planned, record.outcome(planned)) for planned in record.planned]
        seconds = record.finished.seconds if record.finished else 0.0
        totals = _totals([outcome for _, outcome in tests])
        del totals["skipped"]  # which no schema knows here
        yield DECLARATION
        yield start_tag("testsuites", {"name": "baton", "time": f"{seconds:.3f}", **totals})
        for name, members in _by_suite(tests):
            yield "\n" + _testsuite(record, name, members)
        yield "\n</testsuites>\n"


def _by_suite(
    tests: list[tuple[PlannedTest, TestOutcome]],
) -> Iterator[tuple[str, list[TestOutcome]]]:
    """Plans interleave suites; a document has each suite once, in the order of its first test."""
    order = {name: number for number, name in enumerate(dict.fromkeys(_suite(test) for test, _ in tests))}
    tests.sort(key=lambda pair: order[_suite(pair[0])])
    for name, members in groupby(tests, key=lambda pair: _suite(pair[0])):
        yield name, [outcome for _, outcome in members]


def _testsuite(record: RunRecord, name: str, outcomes: Sequence[TestOutcome]) -> str:
    attributes = {
        "name": name,
        **_totals(outcomes),
        "time": f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    }
    if record.started:
        attributes["timestamp"] = f"{record.started.started_at:%Y-%m-%dT%H:%M:%S}"
    cases = [_testcase(record, outcome) for outcome in outcomes]
    return element("testsuite", attributes, [_properties(record, outcomes[0]), *cases])


def _properties(record: RunRecord, first: TestOutcome) -> str:
    """What holds of the whole run, and the suite's file."""
    labels = Labels(planned.name for planned in record.planned)
    told = {"baton.verdict": headline(record, labels)}
    if record.started:
        told |= {"baton.environment": record.started.environment, "baton.base_url": record.started.base_url}
    if record.finished:
        told |= _measured(record.finished)
    where = record.where(first.test)
    if where:
        told["baton.file"] = where.path
    children = [element("property", {"name": name, "value": value}) for name, value in told.items() if value]
    return element("properties", {}, children)


def _measured(run: RunOutcome) -> dict[str, str]:
    renewals = ", ".join(f"{token}: {number}" for token, number in run.renewals.items())
    wrong = sum(cleanup.verdict in (Verdict.FAILED, Verdict.BROKEN) for cleanup in run.cleanups)
    return {
        "baton.critical_path": " → ".join(run.critical_path),
        "baton.renewals": renewals,
        "baton.cleanups_failed": str(wrong) if wrong else "",
    }


def _totals(outcomes: Sequence[TestOutcome]) -> dict[str, str]:
    found = [_element_of(outcome) for outcome in outcomes]
    failures, errors, skipped = (str(found.count(name)) for name in _TOLD_APART)
    return {"tests": str(len(found)), "failures": failures, "errors": errors, "skipped": skipped}


def _element_of(outcome: TestOutcome) -> str | None:
    found = _ELEMENT.get(outcome.verdict)
    return "skipped" if found and outcome.quarantine else found


def _testcase(record: RunRecord, outcome: TestOutcome) -> str:
    suite, _, key = outcome.test.partition("/")
    attributes = {"classname": suite, "name": key, "time": f"{outcome.seconds:.3f}"}
    return element("testcase", attributes, [*_in_order(record, outcome), *_exchange(outcome)])


def _in_order(record: RunRecord, outcome: TestOutcome) -> Iterator[str]:
    """The order is the schema's: failure, attempts that failed, skipped, error, attempts that broke."""
    why = _why(record, outcome)
    name = _element_of(outcome)
    if why and name == "failure":
        yield why
    yield from _earlier(outcome, Verdict.FAILED)
    if why and name != "failure":
        yield why
    yield from _earlier(outcome, Verdict.BROKEN)


def _why(record: RunRecord, outcome: TestOutcome) -> str:
    name = _element_of(outcome)
    if name is None:
        return ""
    attributes = {"message": _message(outcome)}
    if name == "skipped":
        return element(name, attributes)
    return element(name, {"type": _type(outcome), **attributes}, text=_details(record, outcome))


def _message(outcome: TestOutcome) -> str:
    reason = first_line(outcome.reason)
    if outcome.verdict is Verdict.BLOCKED and not reason.startswith("blocked by"):
        reason = f"blocked by {outcome.blocked_by}" + (f": {reason}" if reason else "")
    if outcome.quarantine and outcome.verdict in (Verdict.FAILED, Verdict.BROKEN):
        return f"{outcome.verdict} {quarantine_note(outcome.quarantine)}: {reason}"
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


def _earlier(outcome: TestOutcome, verdict: Verdict) -> Iterator[str]:
    """Attempts before the last one that ended like this."""
    when = "flaky" if outcome.verdict is Verdict.PASSED else "rerun"
    name = f"{when}{'Failure' if verdict is Verdict.FAILED else 'Error'}"
    for attempt in outcome.attempts[:-1]:
        # One that neither failed nor broke and was made again all the same counts as broken.
        if (attempt.verdict is Verdict.FAILED) is (verdict is Verdict.FAILED):
            message = f"attempt {attempt.number}: {first_line(attempt.reason)}"
            yield element(name, {"message": message, "type": _type(attempt)}, _of_attempt(attempt))


def _of_attempt(attempt: Attempt) -> Iterator[str]:
    told = "\n".join(line for line in [attempt.reason, *_failed_checks(attempt)] if line)
    yield element("stackTrace", {}, text=told)
    if attempt.exchange:
        yield element("system-out", {}, text=attempt_text(attempt))


def _exchange(outcome: TestOutcome) -> Iterator[str]:
    """Request and response of a test that somebody has to look at; green ones stay small."""
    last = outcome.last_attempt
    if last is None or (outcome.verdict is Verdict.PASSED and len(outcome.attempts) <= 1):
        return
    why = [outcome.reason, *_failed_checks(last), ""] if outcome.quarantine else []
    if last.exchange or last.has_steps:
        yield element("system-out", {}, text="\n".join([*why, attempt_text(last)]))


def _suite(planned: PlannedTest) -> str:
    return planned.name.partition("/")[0]
