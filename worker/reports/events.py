"""Events and outcomes as plain JSON values: what the JSON report and `--json` are made of.

Every field is named here, one by one, so that nothing can slip out because a model grew:
`ContextChange.secrets` stays inside.
"""

from dataclasses import asdict
from datetime import UTC, datetime

from context.values import JsonValue
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
from worker.models.outcome import (
    Attempt,
    CaptureRecord,
    CheckResult,
    Cleanup,
    Counters,
    ExchangeRecord,
    Renewal,
    RunOutcome,
    StepRecord,
    TestOutcome,
)
from worker.models.problem import Location
from worker.models.suite import Quarantine

#: Of the JSON report and of the `--json` lines. It rises when a field changes its meaning or goes.
FORMAT_VERSION = 1

#: A JSON object.
Plain = dict[str, JsonValue]


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


def plain_sending(exchange: ExchangeRecord) -> Plain:
    """What few requests have, and is left out of the others: parts, options of curl, complexity."""
    said: Plain = {
        "parts": [asdict(part) for part in exchange.request_parts],
        "gzip": exchange.request_gzip,
        "curl_options": list(exchange.curl_options),
        "graphql_complexity": exchange.graphql_complexity,
    }
    return {name: value for name, value in said.items() if value not in ([], False, None)}


def plain_redirects(exchange: ExchangeRecord) -> Plain:
    """The way to the response, where it was not the straight one."""
    way = [asdict(redirect) for redirect in exchange.redirects]
    return {"redirects": way} if way else {}


def plain_exchange(exchange: ExchangeRecord) -> Plain:
    """A request as sent and its response; `response` is null where none came."""
    return {
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": [list(header) for header in exchange.request_headers],
            "body": exchange.request_body,
            "bytes": exchange.request_bytes,
            **plain_sending(exchange),
        },
        **plain_redirects(exchange),
        "response": None if exchange.status_code is None else _plain_response(exchange),
        "timings": {name: rounded(seconds) for name, seconds in exchange.timings.items()},
        "truncated": exchange.truncated,
    }


def _plain_response(exchange: ExchangeRecord) -> Plain:
    return {
        "status": exchange.status_code,
        "http_version": exchange.http_version,
        "headers": [list(header) for header in exchange.response_headers],
        "body": exchange.response_body,
        "bytes": exchange.response_bytes,
    }


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


def plain_location(where: Location | None) -> JsonValue:
    """A place in a file; line and column begin at 1."""
    return None if where is None else {"path": where.path, "line": where.line, "column": where.column}


def moment(when: datetime | None) -> str | None:
    """A moment in UTC, to the millisecond: 2026-03-01T12:00:00.000Z."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rounded(seconds: float) -> float:
    """Seconds to the microsecond, so that no report shows the noise of floating point."""
    return round(seconds, 6)
