"""When another attempt is worth it, and how long to wait for it."""

from worker.http.transport import Trouble
from worker.models.exchange import Response
from worker.models.flow import Backoff, RetryRule
from worker.models.outcome import Verdict

#: No pause between two attempts is longer.
DELAY_LIMIT_SECONDS = 30.0

#: Trouble before anything was sent: another attempt cannot do anything twice.
NOTHING_SENT = frozenset(
    (Trouble.DNS, Trouble.CONNECT_REFUSED, Trouble.CONNECT_TIMEOUT, Trouble.TLS, Trouble.PROXY, Trouble.TOKEN)
)

#: Trouble in the test itself: another attempt ends the same way.
NEVER_BETTER = frozenset(("undefined_variable", "test_definition_error", "runner_error", "cancelled"))


def worth_another(
    verdict: Verdict, category: str | None, *, attempt: int, retries: int, idempotent: bool
) -> bool:
    """Whether to try again after this attempt (the first is 1).

    A test that is not idempotent is only tried again when nothing can have been sent.
    """
    if verdict in (Verdict.PASSED, Verdict.BLOCKED) or attempt > retries or category in NEVER_BETTER:
        return False
    return idempotent or category in NOTHING_SENT


def retry_delay(
    attempt: int, *, base_seconds: float, rule: RetryRule | None = None, response: Response | None = None
) -> float:
    """Seconds to wait after this attempt (the first is 1): doubled each time if the rule says nothing
    else, capped.

    An API that says `Retry-After` in seconds is waited for at least so long, up to the same cap.
    """
    is_fixed = rule is not None and rule.backoff is Backoff.FIXED
    pause: float = base_seconds if is_fixed else base_seconds * 2.0 ** min(attempt - 1, 30)
    most = rule.max_delay_seconds if rule is not None else DELAY_LIMIT_SECONDS
    return min(max(pause, _retry_after(response)), most)


def _retry_after(response: Response | None) -> float:
    if response is None or response.status_code not in (429, 503):
        return 0.0
    said = next(iter(response.header_values("retry-after")), "")
    return float(said) if said.isdecimal() else 0.0
