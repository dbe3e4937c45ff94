"""The baton itself: what a test has captured goes into the context, and out as an event."""

from context.execution import ExecutionContext
from context.findings import Found
from context.state import ContextDelta
from worker.models.events import ContextChange
from worker.models.suite import Test


def hand_over(context: ExecutionContext, test: Test, found: Found) -> ContextChange | None:
    """Let the other tests use what this one has found; says what that added to the context."""
    if not found:
        return None
    return _as_change(context.keep(found, suite=test.suite, test=test.key))


def leave_behind(context: ExecutionContext, test: Test, found: Found) -> ContextChange | None:
    """What a test that did not pass has found, for its undo alone."""
    if not (found and test.cleanup):
        return None
    return _as_change(context.left_behind(found, suite=test.suite, test=test.key))


def _as_change(delta: ContextDelta) -> ContextChange:
    return ContextChange(
        test=delta.test,
        tokens=delta.tokens,
        variables=delta.variables,
        captured_data=delta.captured_data,
        provenance=delta.provenance,
        secrets=delta.secrets,
    )
