"""Outcomes of tests that were not sent, or not to their end."""

from dataclasses import replace
from datetime import datetime

from worker.engine.categories import Category
from worker.engine.stop import StopReason
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import Test, TestName

#: What is said of a test that was not run because the run was stopped.
NOT_RUN = {
    StopReason.CANCELLED: "not run: the run was cancelled",
    StopReason.TIMEOUT: "not run: the run's time was over",
}


def skipped(plan: Plan, test: Test) -> TestOutcome:
    """A test that its file says to skip."""
    return _outcome(plan, test.name, Verdict.SKIPPED, test.skip_reason or "skipped")


def elsewhere(plan: Plan, test: Test, environment: str) -> TestOutcome:
    """A test that its file keeps out of this environment."""
    reason = f"requires the environment {' or '.join(test.environments)}, and this is {environment}"
    return _outcome(plan, test.name, Verdict.SKIPPED, reason)


def blocked(plan: Plan, test: TestName, *, cause: TestOutcome) -> TestOutcome:
    """A test that needs, however far up, something that did not pass."""
    who = short_name(cause.test, seen_from=test)
    why = f"skipped ({cause.reason})" if cause.verdict is Verdict.SKIPPED else cause.reason
    reason = f"blocked by {who}: {why or cause.verdict}"
    return _outcome(plan, test, Verdict.BLOCKED, reason, Category.BLOCKED, blocked_by=cause.test)


def out_of_reach(plan: Plan, test: TestName, *, cause: TestOutcome) -> TestOutcome:
    """A test that was not run because the environment is down."""
    reason = f"blocked: the environment cannot be reached: {cause.reason}"
    return _outcome(plan, test, Verdict.BLOCKED, reason, Category.ENVIRONMENT, blocked_by=cause.test)


def not_run(plan: Plan, test: TestName, stop: StopReason) -> TestOutcome:
    """A test that the end of the run came before."""
    return _outcome(plan, test, Verdict.SKIPPED, NOT_RUN[stop], Category.CANCELLED)


def bailed(plan: Plan, test: TestName, *, limit: int, who: str) -> TestOutcome:
    """A test that is not run because so many others went wrong; `who` stops then: the run or the suite."""
    went = "an earlier test" if limit == 1 else f"{limit} earlier tests"
    reason = f"not run: {went} did not pass, and the {who} stops then"
    return _outcome(plan, test, Verdict.SKIPPED, reason, Category.CANCELLED)


def too_late(plan: Plan, test: TestName, *, seconds: float) -> TestOutcome:
    """A test that the end of its suite's time came before."""
    reason = f"not run: the time of its suite ({seconds:g} s) was over"
    return _outcome(plan, test, Verdict.SKIPPED, reason, Category.CANCELLED)


def never_begun(plan: Plan, test: TestName, *, seconds: float) -> TestOutcome:
    """The test that a suite was waiting to start when its time was over: somebody has to answer for that."""
    reason = f"the time of its suite ({seconds:g} s) was over before it could start"
    return _outcome(plan, test, Verdict.BROKEN, reason, Category.TIMEOUT)


def cut_with_suite(
    plan: Plan, test: TestName, started_at: datetime, now: datetime, *, seconds: float
) -> TestOutcome:
    """A test that was still running when the time of its suite was over."""
    reason = f"stopped: the time of its suite ({seconds:g} s) was over"
    cut = stopped(plan, test, started_at, now)
    return replace(cut, reason=reason, category=Category.TIMEOUT)


def nothing_to_tear_down(plan: Plan, test: TestName) -> TestOutcome:
    """What comes after all tests of a suite of which none was sent."""
    return _outcome(plan, test, Verdict.SKIPPED, "not run: no test of its suite was sent", Category.CANCELLED)


def interrupted(plan: Plan, test: TestName) -> TestOutcome:
    """A test that an earlier worker had sent, nobody knows how far, and that must not be sent twice."""
    reason = (
        "interrupted: the worker was lost while this test ran; it is not idempotent, so it was not sent again"
    )
    return _outcome(plan, test, Verdict.BROKEN, reason, Category.INTERRUPTED)


def stopped(plan: Plan, test: TestName, started_at: datetime, now: datetime) -> TestOutcome:
    """A test that was still running when patience was over."""
    return TestOutcome(
        test=test,
        verdict=Verdict.BROKEN,
        reason="stopped while running",
        category=Category.CANCELLED,
        required_only=test in plan.required_only,
        started_at=started_at,
        finished_at=now,
    )


def our_fault(
    plan: Plan, test: TestName, error: Exception, started_at: datetime, now: datetime
) -> TestOutcome:
    """A test in which Baton itself broke. The error's text stays out: it may hold a secret."""
    return TestOutcome(
        test=test,
        verdict=Verdict.BROKEN,
        reason=f"Baton itself broke while running this test ({type(error).__name__}); please report it",
        category=Category.RUNNER,
        required_only=test in plan.required_only,
        started_at=started_at,
        finished_at=now,
    )


def known(plan: Plan, test: TestName, said: TestOutcome | Verdict) -> TestOutcome:
    """A verdict that an earlier worker recorded."""
    return said if isinstance(said, TestOutcome) else _outcome(plan, test, said, "recorded earlier")


def short_name(test: TestName, *, seen_from: TestName) -> str:
    """A test's name as its own suite says it; the full name for other suites."""
    suite, _, key = test.partition("/")
    return key if seen_from.startswith(f"{suite}/") else test


def _outcome(
    plan: Plan,
    test: TestName,
    verdict: Verdict,
    reason: str,
    category: Category | None = None,
    *,
    blocked_by: TestName | None = None,
) -> TestOutcome:
    return TestOutcome(
        test=test,
        verdict=verdict,
        reason=reason,
        category=category,
        blocked_by=blocked_by,
        required_only=test in plan.required_only,
    )
