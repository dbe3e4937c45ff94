"""Events and runs as plain JSON values: what the JSON report and `--json` are made of.

Every field is named, one by one, so that nothing can slip out because a model grew:
`ContextChange.secrets` stays inside.
"""

from worker.models.contract import ContractCoverage
from worker.models.events import (
    CleanupFinished,
    CleanupUnderWay,
    ContextChange,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TestReady,
    TokenRenewed,
)
from worker.models.graph import Dependency
from worker.models.outcome import Cleanup, Counters, Renewal, RunOutcome
from worker.reports.plain import Plain, moment, rounded
from worker.reports.plain_outcome import plain_attempt, plain_outcome, plain_step

#: Of the JSON report and of the `--json` lines. It rises when a field changes its meaning or goes.
FORMAT_VERSION = 1


def plain_event(event: Event) -> Plain:
    """One event as a JSON object; its `event` says which."""
    if isinstance(event, RunStarted):
        return plain_run_started(event)
    if isinstance(event, RunFinished):
        return plain_run_finished(event)
    if isinstance(event, CleanupUnderWay | CleanupFinished):
        return _plain_undoing(event)
    if isinstance(event, TestFinished | TokenRenewed):
        return _plain_with_context(event)
    if isinstance(event, TestReady):
        return {"event": "test_ready", "test": event.test}
    started = moment(event.started_at)
    return {"event": "test_started", "test": event.test, "attempt": event.attempt, "started_at": started}


def _plain_undoing(event: CleanupUnderWay | CleanupFinished) -> Plain:
    if isinstance(event, CleanupFinished):
        return {"event": "cleanup_finished", **plain_cleanup(event.cleanup)}
    return {"event": "cleanup_under_way", "tests": list(event.tests), "left": event.left}


def _plain_with_context(event: TestFinished | TokenRenewed) -> Plain:
    change = plain_change(event.change) if event.change else None
    if isinstance(event, TokenRenewed):
        return {"event": "token_renewed", **plain_renewal(event.renewal), "context": change}
    return {"event": "test_finished", **plain_outcome(event.outcome), "context": change}


def plain_run_started(event: RunStarted) -> Plain:
    """The first line of a run."""
    return {
        "event": "run_started",
        "version": FORMAT_VERSION,
        "environment": event.environment,
        "base_url": event.base_url,
        "jobs": event.jobs,
        "started_at": moment(event.started_at),
        "tests": [plain_planned(planned) for planned in event.tests],
        "notices": [*event.choice, *event.notices],
    }


def plain_run_finished(event: RunFinished) -> Plain:
    """The last line of a run."""
    return {"event": "run_finished", **plain_run(event.outcome)}


def plain_planned(planned: PlannedTest) -> Plain:
    """A test that is about to run."""
    return {
        "test": planned.name,
        "title": planned.title,
        "needs": list(planned.needs),
        "required_only": planned.required_only,
    }


def plain_run(outcome: RunOutcome) -> Plain:
    """How a run ended."""
    return {
        "status": outcome.status,
        "failure": outcome.failure,
        "message": outcome.message,
        "seconds": rounded(outcome.seconds),
        "counters": plain_counters(outcome.counters),
        "critical_path": {
            "tests": list(outcome.critical_path),
            "seconds": rounded(outcome.critical_path_seconds),
        },
        "best_possible_seconds": rounded(outcome.best_possible_seconds),
        "renewals": dict(outcome.renewals),
        "cleanups": [plain_cleanup(cleanup) for cleanup in outcome.cleanups],
        "contracts": [plain_contract(coverage) for coverage in outcome.contracts],
        "snapshots_written": list(outcome.snapshots_written),
    }


def plain_counters(counters: Counters) -> Plain:
    """How many tests are where."""
    return {
        "total": counters.total,
        "completed": counters.completed,
        "passed": counters.passed,
        "failed": counters.failed,
        "broken": counters.broken,
        "blocked": counters.blocked,
        "skipped": counters.skipped,
        "pending": counters.pending,
        "quarantined": counters.quarantined,
    }


def plain_renewal(renewal: Renewal) -> Plain:
    """Tokens that were renewed; `reason` says why they were not."""
    return {
        "test": renewal.test,
        "tokens": list(renewal.tokens),
        "cause": renewal.cause,
        "wanted_by": renewal.wanted_by,
        "worked": renewal.worked,
        "reason": renewal.reason,
        "started_at": moment(renewal.started_at),
        "finished_at": moment(renewal.finished_at),
        "attempts": [plain_attempt(attempt) for attempt in renewal.attempts],
    }


def plain_cleanup(cleanup: Cleanup) -> Plain:
    """How the undo of one test went."""
    return {
        "test": cleanup.test,
        "attempt": cleanup.attempt,
        "verdict": cleanup.verdict,
        "reason": cleanup.reason,
        "started_at": moment(cleanup.started_at),
        "finished_at": moment(cleanup.finished_at),
        "steps": [plain_step(step) for step in cleanup.steps],
    }


def plain_contract(coverage: ContractCoverage) -> Plain:
    """Which operations of one description were called."""
    return {
        "path": coverage.path,
        "operations": len(coverage.operations),
        "touched": coverage.touched,
        "undescribed": list(coverage.undescribed),
        "by_operation": [
            {
                "method": operation.method,
                "path": operation.path,
                "identifier": operation.identifier,
                "requests": operation.requests,
                "statuses": list(operation.statuses),
                "documented_statuses": list(operation.documented_statuses),
                "undocumented_headers": list(operation.undocumented_headers),
            }
            for operation in coverage.operations
        ],
    }


def plain_change(change: ContextChange) -> Plain:
    """What a test added to the context: names of tokens, masked values, where they came from."""
    return {
        "tokens": list(change.tokens),
        "variables": dict(change.variables),
        "captured_data": dict(change.captured_data),
        "provenance": [dict(origin) for origin in change.provenance],
    }


def plain_edge(edge: Dependency) -> Plain:
    """Who waits for whom, and why."""
    return {
        "dependent": edge.dependent,
        "required": edge.required,
        "kind": edge.kind,
        "reasons": list(edge.reasons),
    }
