"""How a test ended, with all that is known of its attempts, as plain JSON values."""

from worker.models.outcome import Attempt, CaptureRecord, CheckResult, StepRecord, TestOutcome
from worker.models.suite import Quarantine
from worker.reports.plain import Plain, moment, plain_location, rounded
from worker.reports.plain_exchange import plain_exchange


def plain_outcome(outcome: TestOutcome) -> Plain:
    """How a test ended, with all its attempts."""
    return {
        "test": outcome.test,
        "verdict": outcome.verdict,
        "reason": outcome.reason,
        "category": outcome.category,
        "blocked_by": outcome.blocked_by,
        "required_only": outcome.required_only,
        "quarantine": plain_quarantine(outcome.quarantine) if outcome.quarantine else None,
        "started_at": moment(outcome.started_at),
        "finished_at": moment(outcome.finished_at),
        "seconds": rounded(outcome.seconds),
        "attempts": [plain_attempt(attempt) for attempt in outcome.attempts],
    }


def plain_quarantine(quarantine: Quarantine) -> Plain:
    """Why a test makes no run fail, and until when."""
    until = quarantine.until.isoformat() if quarantine.until else None
    return {"owner": quarantine.owner, "reason": quarantine.reason, "until": until}


def plain_attempt(attempt: Attempt) -> Plain:
    """One try, with what was sent, what came back and what was made of it."""
    return {
        "number": attempt.number,
        "verdict": attempt.verdict,
        "reason": attempt.reason,
        "category": attempt.category,
        "started_at": moment(attempt.started_at),
        "finished_at": moment(attempt.finished_at),
        "setup_seconds": rounded(attempt.setup_seconds),
        "execution_seconds": rounded(attempt.execution_seconds),
        "teardown_seconds": rounded(attempt.teardown_seconds),
        "exchange": plain_exchange(attempt.exchange) if attempt.exchange else None,
        "checks": [plain_check(check) for check in attempt.checks],
        "captures": [plain_capture(found) for found in attempt.captures],
        "steps": [plain_step(step) for step in attempt.steps] if attempt.has_steps else [],
    }


def plain_step(step: StepRecord) -> Plain:
    """One step of a test that has several, once for each time it was repeated."""
    return {
        "step": step.index,
        "name": step.name,
        "iteration": step.iteration,
        "verdict": step.verdict,
        "reason": step.reason,
        "category": step.category,
        "started_at": moment(step.started_at),
        "seconds": rounded(step.seconds),
        "exchange": plain_exchange(step.exchange) if step.exchange else None,
        "checks": [plain_check(check) for check in step.checks],
        "captures": [plain_capture(found) for found in step.captures],
    }


def plain_capture(found: CaptureRecord) -> Plain:
    """What a capture found; `value` is `***` where it is a secret."""
    return {"name": found.name, "target": found.target, "source": found.source, "value": found.value}


def plain_check(check: CheckResult) -> Plain:
    """One expectation and whether it held; `written` is what was expected before its templates were
    filled, where there are any."""
    expectation = check.expectation
    return {
        "kind": expectation.kind,
        "subject": expectation.subject,
        "operator": expectation.operator,
        "passed": check.passed,
        "expected": check.expected,
        **({} if check.expected == expectation.expected else {"written": expectation.expected}),
        "actual": check.actual,
        "message": check.message,
        "difference": check.difference,
        "where": plain_location(expectation.where),
    }
