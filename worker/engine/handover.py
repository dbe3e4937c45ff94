"""The baton itself: what a test has captured goes into the context, and out as an event."""

from context.execution import ExecutionContext
from context.findings import Found
from worker.models.events import ContextChange
from worker.models.suite import Test


def hand_over(context: ExecutionContext, test: Test, found: Found) -> ContextChange | None:
    """Let the other tests use what this one has found; says what that added to the context."""
    if not found:
        return None
    delta = context.keep(found, suite=test.suite, test=test.key)
    return ContextChange(
        test=delta.test,
        tokens=delta.tokens,
        variables=delta.variables,
        captured_data=delta.captured_data,
        provenance=delta.provenance,
        secrets=delta.secrets,
    )
