"""What the page shows of one test when somebody opens it."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence

from context.values import JsonValue
from worker.models.graph import Dependency
from worker.models.outcome import (
    Attempt,
    CheckResult,
    ExchangeRecord,
    FileCategory,
    FileRecord,
    StepRecord,
    TestOutcome,
)
from worker.models.problem import Location, line_of
from worker.models.suite import TestName
from worker.reports.curl import curl_command
from worker.reports.exchange import redirect_lines, response_head
from worker.reports.plain import Plain, moment, rounded
from worker.reports.plain_exchange import plain_exchange
from worker.reports.plain_outcome import plain_check, plain_step
from worker.reports.record import RunRecord
from worker.reports.words import printable, size

#: Characters of a line of the user's file.
_LINE = 400
#: Where what was captured is used: names that are told.
_USERS = 12


class Details:
    """Makes the details of tests. `sources` are the texts of files by their path, masked."""

    def __init__(
        self, record: RunRecord, *, numbers: Mapping[TestName, int], sources: Mapping[str, str]
    ) -> None:
        self._record = record
        self._numbers = numbers
        self._sources = sources
        self._blocked = record.blocked
        self._dependents = _dependents(record)

    def of(self, outcome: TestOutcome, *, bodies: bool = True) -> Plain:
        """One test; without `bodies`, what was sent and answered stays out, which is said."""
        name = outcome.test
        return {
            "reason": outcome.reason,
            "category": outcome.category or "",
            "where": self._place(self._record.where(name)),
            "started_at": moment(outcome.started_at),
            "needs": [self._edge(edge, edge.required) for edge in self._needs(name)],
            "needed_by": self._known(self._dependents.get(name, [])),
            "blocked": self._known(self._blocked.get(name, ())),
            "attempts": [self._attempt(attempt, bodies) for attempt in outcome.attempts],
            "handed_on": list(self._handed_on(name)),
            "renewals": [
                [self._steps(attempt, bodies) for attempt in renewal.attempts]
                for renewal in self._record.renewals
                if renewal.test == name
            ][:5],
            "cleanups": [
                {
                    "verdict": cleanup.verdict,
                    "reason": cleanup.reason,
                    "steps": [self._step(step, bodies) for step in cleanup.steps],
                }
                for cleanup in self._record.cleanups
                if cleanup.test == name
            ],
        }

    def _needs(self, name: TestName) -> Sequence[Dependency]:
        plan = self._record.plan
        return tuple(plan.requires.get(name, {}).values()) if plan else ()

    def _edge(self, edge: Dependency, other: TestName) -> Plain:
        return {"test": self._numbers.get(other), "kind": edge.kind, "reasons": list(edge.reasons)}

    def _known(self, names: Sequence[TestName]) -> list[int]:
        return [self._numbers[name] for name in names if name in self._numbers]

    def _attempt(self, attempt: Attempt, bodies: bool) -> Plain:
        return {
            "number": attempt.number,
            "verdict": attempt.verdict,
            "reason": attempt.reason,
            "category": attempt.category or "",
            "seconds": rounded((attempt.finished_at - attempt.started_at).total_seconds()),
            "steps": self._steps(attempt, bodies),
        }

    def _steps(self, attempt: Attempt, bodies: bool) -> list[JsonValue]:
        return [self._step(step, bodies) for step in attempt.steps]

    def _step(self, step: StepRecord, bodies: bool) -> Plain:
        said = plain_step(step)
        said["exchange"] = _exchange(step.exchange, bodies) if step.exchange else None
        said["checks"] = [self._check(check) for check in step.checks]
        return said

    def _check(self, check: CheckResult) -> Plain:
        return {**plain_check(check), "where": self._place(check.expectation.where)}

    def _place(self, where: Location | None) -> Plain | None:
        """A place with the user's own line."""
        if where is None:
            return None
        line = line_of(self._sources.get(where.path, ""), where.line)[:_LINE]
        return {
            "path": where.path,
            "line": where.line,
            "column": where.column,
            "length": where.length,
            "text": line.replace("\t", " ").rstrip(),
        }

    def _handed_on(self, name: TestName) -> Iterator[Plain]:
        """Where each value came from that this test has handed on, and which tests use it."""
        for origin in self._record.provenance.get(name, ()):
            value = origin.get("name", "")
            yield {**origin, "used_by": self._known(self._users(name, value))}

    def _users(self, producer: TestName, value: str) -> list[TestName]:
        plan = self._record.plan
        if plan is None:
            return []
        found = [
            user
            for user in self._dependents.get(producer, [])
            if any(value in use.path for use in plan.tests[user].uses)
        ]
        return found[:_USERS]


def _dependents(record: RunRecord) -> dict[TestName, list[TestName]]:
    found: dict[TestName, list[TestName]] = {}
    for planned in record.planned:
        for needed in planned.needs:
            found.setdefault(needed, []).append(planned.name)
    return found


def _exchange(exchange: ExchangeRecord, bodies: bool) -> Plain:
    said: Plain = {
        **plain_exchange(exchange),
        "curl": "\n".join(curl_command(exchange)),
        "head": response_head(exchange) if exchange.status_code is not None else "",
        "way": list(redirect_lines(exchange)),
        "file": _file(exchange.response_file) if exchange.response_file else None,
    }
    return said if bodies else _without_bodies(said)


def _file(file: FileRecord) -> Plain:
    """With its content as an address of its own, which needs no request."""
    is_picture = file.category is FileCategory.IMAGE
    # A page that an API answers must not be run, whatever it calls itself; a picture runs nothing.
    shown_as = file.media_type if is_picture else "application/octet-stream"
    content = "" if file.content is None else b64encode(file.content).decode()
    return {
        "head": f"{printable(file.name)} · {file.media_type} · {size(file.size_bytes)}",
        "name": file.name,
        "is_picture": is_picture,
        "address": f"data:{shown_as};base64,{content}" if content else "",
        "note": f"not kept: {file.note}" if file.note else "it lies in the project, with the result",
    }


def _without_bodies(said: Plain) -> Plain:
    for part in ("request", "response"):
        inner = said[part]
        if isinstance(inner, dict):
            said[part] = {**inner, "body": None, "headers": []}
    return {**said, "curl": "", "file": None, "left_out": True}
