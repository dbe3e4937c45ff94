"""Runs recorded in this process, by the same rules as the database's functions.

The twin for tests, and the shortest description of those rules that there is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from context.values import JsonValue
from worker.clock import Clock
from worker.errors import LeaseLost, Refused
from worker.models.outcome import Counters, TestOutcome, Verdict
from worker.models.run import ClaimedContext, ClaimedRun, Lease
from worker.recording.base import Answer, Document, FixtureUse, RunRecords, Step

#: A run that was handed out this often and never finished kills its workers: nobody gets it again.
MOST_DELIVERIES = 5

_OVER = frozenset({"completed", "failed", "cancelled"})
_HELD = frozenset({"preparing", "running"})


@dataclass(slots=True)
class MemoryRun:
    """One run as it is recorded."""

    asked: ClaimedRun
    status: str = "queued"
    reason: str | None = None
    lease_number: int = 0
    lease_ends: float = 0.0
    deliveries: int = 0
    last_batch: int = 0
    last_answer: Answer | None = None
    sequence: int = 0
    total: int = 0
    cancel_requested: bool = False
    context: ClaimedContext = field(default_factory=ClaimedContext)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    messages: list[dict[str, Any]] = field(default_factory=list)
    finished: dict[str, JsonValue] | None = None
    used_fixtures: set[tuple[str, str]] = field(default_factory=set)
    batches: int = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to it any more."""
        return self.status in _OVER

    @property
    def counters(self) -> Counters:
        """How many tests are where, counted from the results."""
        verdicts = Counter(row["verdict"] for row in self.results.values())
        return Counters(total=self.total, **{verdict.value: verdicts[verdict] for verdict in Verdict})


class MemoryRecords(RunRecords):
    """Runs by id. `add` a run, and it waits to be claimed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.runs: dict[str, MemoryRun] = {}

    def add(self, run: ClaimedRun) -> MemoryRun:
        """Let this run wait for a worker."""
        self.runs[run.id] = MemoryRun(asked=run, context=run.context)
        return self.runs[run.id]

    def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Take the first run that nobody holds; one that was handed out too often fails instead."""
        for run in self.runs.values():
            if run.is_over or run.lease_ends > self._clock.monotonic():
                continue
            if run.deliveries >= MOST_DELIVERIES:
                run.status, run.reason = "failed", "interrupted"
                continue
            return self._hand_out(run, lease_seconds)
        return None

    def cancel(self, run_id: str) -> None:
        """Ask for the run's end: at once if nobody has it, else with the next answer."""
        run = self.runs[run_id]
        if run.is_over:
            raise Refused("the run is over already", code="PT409")
        run.cancel_requested = True
        if run.status == "queued":
            run.status = "cancelled"

    def expire(self, run_id: str) -> None:
        """Let the lease be over, as if its worker had been silent for too long."""
        self.runs[run_id].lease_ends = self._clock.monotonic()

    async def record(self, lease: Lease, step: Step, batch: Document) -> Answer:
        """Write a batch and extend the lease."""
        run = self._held(lease)
        if step.batch_number == run.last_batch and run.last_answer is not None:
            return run.last_answer
        if step.batch_number != run.last_batch + 1:
            raise Refused(f"batch {step.batch_number} does not follow {run.last_batch}", code="PT409")
        if step.context_version != run.context.version:
            raise Refused(f"the context is at version {run.context.version}", code="PT409")
        return self._write(run, step, batch)

    async def use_fixtures(self, lease: Lease, usage: Sequence[FixtureUse]) -> None:
        """Note which tests have used which fixtures."""
        self._held(lease).used_fixtures |= {(each.test, each.fixture) for each in usage}

    async def finish(self, lease: Lease, outcome: Document) -> Document:
        """End the run; a second time gives the first answer."""
        run = self.runs.get(lease.run_id)
        if run is not None and run.finished is not None and run.lease_number == lease.number:
            return run.finished
        run = self._held(lease)
        run.status, run.reason = str(outcome["status"]), _text(outcome.get("reason"))
        run.finished = {**outcome, "id": lease.run_id, "total": run.total}
        run.sequence += 1
        run.messages.append({"event": "run_completed", "status": run.status, "sequence": run.sequence})
        return run.finished

    async def release(self, lease: Lease) -> None:
        """Let the run wait again, as it is."""
        run = self._held(lease)
        run.status = "cancelled" if run.cancel_requested else "queued"
        run.lease_ends = self._clock.monotonic()
        # Handed back in good order: it does not count as a delivery that failed.
        run.deliveries -= 1

    def _held(self, lease: Lease) -> MemoryRun:
        run = self.runs.get(lease.run_id)
        if run is None or run.lease_number != lease.number or run.status not in _HELD:
            raise LeaseLost("lease lost", where=lease.run_id)
        return run

    def _hand_out(self, run: MemoryRun, lease_seconds: int) -> ClaimedRun:
        run.lease_number += 1
        run.deliveries += 1
        run.lease_ends = self._clock.monotonic() + lease_seconds
        run.status = "preparing"
        # Each lease counts its batches from one.
        run.last_batch, run.last_answer = 0, None
        return replace(
            run.asked,
            lease=Lease(run_id=run.asked.id, number=run.lease_number),
            context=run.context,
            finished=tuple(_outcome(row) for row in run.results.values()),
            in_flight=frozenset(run.started - run.results.keys()),
            next_batch_number=1,
        )

    def _write(self, run: MemoryRun, step: Step, batch: Mapping[str, Any]) -> Answer:
        run.batches += 1
        run.status = batch.get("status", run.status)
        run.total = batch.get("total", run.total)
        run.started.update(batch.get("started", ()))
        for row in batch.get("results", ()):
            run.results.setdefault(row["test"], row)
        if "context" in batch:
            run.context = _merged(run.context, batch["context"], batch.get("secrets", {}))
        self._tell(run, batch)
        run.lease_ends = self._clock.monotonic() + batch.get("lease_seconds", 60)
        run.last_batch = step.batch_number
        run.last_answer = Answer(
            go_on=not run.cancel_requested,
            reason="cancelled" if run.cancel_requested else None,
            batch_number=step.batch_number,
            context_version=run.context.version,
            sequence=run.sequence,
        )
        return run.last_answer

    def _tell(self, run: MemoryRun, batch: Mapping[str, Any]) -> None:
        if not batch.keys() - {"lease_seconds"}:
            return
        run.sequence += 1
        run.messages.append(
            {
                "event": "run_progress",
                "sequence": run.sequence,
                "status": run.status,
                "events": batch.get("events", []),
            }
        )


def _merged(context: ClaimedContext, public: Mapping[str, Any], secrets: Mapping[str, Any]) -> ClaimedContext:
    """The context after a batch: secrets stand where the public part has only `***`."""
    captured: dict[str, dict[str, JsonValue]] = {
        test: dict(values) for test, values in context.captured_data.items()
    }
    for part in (public, secrets):
        for test, values in part.get("captured_data", {}).items():
            captured.setdefault(test, {}).update(values)
    return ClaimedContext(
        version=context.version + 1,
        tokens={**context.tokens, **secrets.get("tokens", {})},
        variables={**context.variables, **public.get("variables", {}), **secrets.get("variables", {})},
        captured_data=captured,
        provenance=(*context.provenance, *public.get("provenance", ())),
        test_order=(*context.test_order, *public.get("test_order", ())),
    )


def _outcome(row: Mapping[str, Any]) -> TestOutcome:
    return TestOutcome(
        test=row["test"],
        verdict=Verdict(row["verdict"]),
        reason=row.get("reason") or "",
        blocked_by=row.get("blocked_by"),
        required_only=row.get("required_only") or False,
    )


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)
