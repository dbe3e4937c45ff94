"""Events and outcomes as plain JSON values: what the JSON report and `--json` are made of.

Every field is named here, one by one, so that nothing can slip out because a model grew:
`ContextChange.secrets` stays inside.
"""

from datetime import UTC, datetime

from context.values import JsonValue
from worker.models.events import (
    ContextChange,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TestReady,
    TestStarted,
)
from worker.models.graph import Dependency
from worker.models.outcome import Attempt, CheckResult, Counters, ExchangeRecord, RunOutcome, TestOutcome
from worker.models.problem import Location

#: Of the JSON report and of the `--json` lines. It rises when a field changes its meaning or goes.
FORMAT_VERSION = 1

#: A JSON object.
Plain = dict[str, JsonValue]


def plain_event(event: Event) -> Plain:
    """One event as a JSON object; its `event` says which."""
    if isinstance(event, RunStarted):
        return plain_run_started(event)
    if isinstance(event, TestReady):
        return {"event": "test_ready", "test": event.test}
    if isinstance(event, TestStarted):
        started = moment(event.started_at)
        return {"event": "test_started", "test": event.test, "attempt": event.attempt, "started_at": started}
    if isinstance(event, TestFinished):
        change = plain_change(event.change) if event.change else None
        return {"event": "test_finished", **plain_outcome(event.outcome), "context": change}
    return plain_run_finished(event)


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
        "started_at": moment(outcome.started_at),
        "finished_at": moment(outcome.finished_at),
        "seconds": rounded(outcome.seconds),
        "attempts": [plain_attempt(attempt) for attempt in outcome.attempts],
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
        "captures": [
            {"name": found.name, "target": found.target, "source": found.source, "value": found.value}
            for found in attempt.captures
        ],
    }


def plain_exchange(exchange: ExchangeRecord) -> Plain:
    """A request as sent and its response; `response` is null where none came."""
    return {
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": [list(header) for header in exchange.request_headers],
            "body": exchange.request_body,
            "bytes": exchange.request_bytes,
        },
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
    """One expectation and whether it held."""
    expectation = check.expectation
    return {
        "kind": expectation.kind,
        "subject": expectation.subject,
        "operator": expectation.operator,
        "passed": check.passed,
        "expected": expectation.expected,
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
