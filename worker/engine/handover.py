"""The baton itself: what a test captures goes into the context, and out as an event."""

from dataclasses import dataclass

from context.execution import ExecutionContext
from context.state import ContextDelta
from worker.models.events import ContextChange
from worker.models.exchange import Response
from worker.models.outcome import CaptureRecord
from worker.models.suite import Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What the captures of one test gave, masked. `failures` say which required ones found nothing."""

    records: tuple[CaptureRecord, ...] = ()
    failures: tuple[str, ...] = ()
    change: ContextChange | None = None


def capture(context: ExecutionContext, test: Test, response: Response) -> Handed:
    """Take what the test's captures name out of the response, and let the context keep it."""
    captured = context.capture(response, suite=test.suite, test=test.key, rules=test.captures)
    records = tuple(
        CaptureRecord(name=record.name, target=record.target, source=record.source, value=record.value)
        for record in captured.records
    )
    change = None if captured.failures else _as_change(captured.change)
    return Handed(records=records, failures=captured.failures, change=change)


def _as_change(delta: ContextDelta | None) -> ContextChange | None:
    if delta is None:
        return None
    return ContextChange(
        test=delta.test,
        tokens=delta.tokens,
        variables=delta.variables,
        captured_data=delta.captured_data,
        provenance=delta.provenance,
        secrets=delta.secrets,
    )
