"""A listener that remembers a run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256

from context.execution import ExecutionContext
from context.values import JsonValue
from worker.history.facts import TestFacts
from worker.history.head import PENDING, Asked, Head, asked_of
from worker.history.lines import WORDS_LENGTH, gifts_of, planned, short_value, tries_of
from worker.history.shelf import Shelf
from worker.models.events import Event
from worker.models.graph import Plan
from worker.models.outcome import RunStatus, TestOutcome
from worker.models.suite import Suite, TestName
from worker.reports.record import RunRecord, never_ran, was_cut_short


class Keeper:
    """Remembers one run when it is closed; a run that never began is none.

    What it writes is masked by the mask of the run, which knows everything by then.
    """

    def __init__(
        self,
        shelf: Shelf,
        *,
        plan: Plan,
        suites: Iterable[Suite],
        context: ExecutionContext,
        asked: Asked,
        new_id: Callable[[], str],
    ) -> None:
        self._shelf = shelf
        self._plan = plan
        self._suites = tuple(suites)
        self._context = context
        self._asked = asked
        self._new_id = new_id
        self._record = RunRecord(plan=plan)

    async def on(self, event: Event) -> None:
        """Take note of one event."""
        self._record.take(event)

    async def close(self) -> None:
        """Write it down. A full disk is no reason to spoil a run."""
        if self._record.started is not None:
            with suppress(OSError):
                self._shelf.put(self._head(), self._tests())

    def _head(self) -> Head:
        record, context = self._record, self._context
        started = record.started.started_at.astimezone(UTC) if record.started else datetime.now(UTC)
        finished = record.finished
        return Head(
            # To the millisecond: two runs of one second have an order, too.
            id=f"{started:%Y%m%d-%H%M%S}{started.microsecond // 1000:03}-{self._new_id()[:4]}",
            started_at=started.isoformat(timespec="seconds"),
            asked=_masked(self._asked, context),
            environment=record.started.environment if record.started else "",
            base_url=record.started.base_url if record.started else "",
            status=finished.status.value if finished else RunStatus.CANCELLED.value,
            failure=finished.failure.value if finished and finished.failure else None,
            seconds=round(finished.seconds, 3) if finished else 0.0,
            suites={suite.path: sha256(suite.source.encode()).hexdigest() for suite in self._suites},
            verdicts={name: self._verdict(name) for name in self._plan.tests},
            order=context.test_order,
            start=_start(context),
            renewed=dict(finished.renewals) if finished else {},
        )

    def _verdict(self, name: TestName) -> str:
        outcome = self._record.outcomes.get(name)
        if outcome is None or never_ran(outcome) or was_cut_short(outcome):
            return PENDING
        return outcome.verdict.value

    def _tests(self) -> Iterator[TestFacts]:
        gifts = gifts_of(self._context)
        for name, test in self._plan.tests.items():
            edges, undo = self._plan.requires.get(name, {}), self._plan.undo_requires.get(name, {})
            facts = replace(
                planned(test, edges, undo),
                required_only=name in self._plan.required_only,
                gifts=gifts.get(name, ()),
            )
            outcome = self._record.outcomes.get(name)
            yield _with_outcome(facts, outcome) if outcome else facts


def _with_outcome(facts: TestFacts, outcome: TestOutcome) -> TestFacts:
    return replace(
        facts,
        verdict=outcome.verdict,
        reason=outcome.reason[:WORDS_LENGTH],
        category=outcome.category,
        blocked_by=outcome.blocked_by,
        seconds=round(outcome.seconds, 6),
        tries=tries_of(outcome),
    )


def _masked(asked: Asked, context: ExecutionContext) -> Asked:
    masked = context.mask.value(asdict(asked))
    assert isinstance(masked, dict)
    return asked_of(masked)


def _start(context: ExecutionContext) -> Mapping[str, JsonValue]:
    variables = context.mask.value(dict(context.environment_variables()))
    assert isinstance(variables, dict)
    return {
        "variables": {name: short_value(value) for name, value in variables.items()},
        "secrets": sorted(context.environment_secrets()),
    }
