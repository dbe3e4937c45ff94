"""When another attempt is worth it, and how long to wait for it."""

import pytest

from worker.http.retry import DELAY_LIMIT_SECONDS, retry_delay, worth_another
from worker.models.exchange import Response
from worker.models.outcome import Verdict


def again(
    verdict: Verdict, category: str | None = None, *, attempt: int = 1, idempotent: bool = True
) -> bool:
    """Whether a test with two retries is tried again."""
    return worth_another(verdict, category, attempt=attempt, retries=2, idempotent=idempotent)


def test_attempts_end_with_success_or_with_the_retries() -> None:
    """Two retries are three attempts."""
    assert not again(Verdict.PASSED)
    assert again(Verdict.FAILED, "status", attempt=2)
    assert not again(Verdict.FAILED, "status", attempt=3)


@pytest.mark.parametrize(
    "category", ["undefined_variable", "test_definition_error", "runner_error", "cancelled"]
)
def test_trouble_of_the_test_itself_is_not_tried_again(category: str) -> None:
    """It would end the same way."""
    assert not again(Verdict.BROKEN, category)


@pytest.mark.parametrize("category", ["dns", "connect_refused", "connect_timeout", "tls"])
def test_nothing_sent_is_safe_to_try_again(category: str) -> None:
    """Also for a test that must not be sent twice."""
    assert again(Verdict.BROKEN, category, idempotent=False)


@pytest.mark.parametrize("category", ["read_timeout", "protocol", "server_5xx", "status"])
def test_what_may_have_been_done_is_not_done_again(category: str) -> None:
    """Unless the test is idempotent."""
    assert not again(Verdict.BROKEN, category, idempotent=False)
    assert again(Verdict.BROKEN, category)


def test_the_pause_doubles_up_to_its_limit() -> None:
    """However many attempts, no overflow."""
    assert [retry_delay(attempt, base_seconds=0.5) for attempt in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert retry_delay(10_000, base_seconds=0.5) == DELAY_LIMIT_SECONDS
    assert retry_delay(5, base_seconds=0) == 0


@pytest.mark.parametrize(
    ("status", "said", "delay"),
    [(429, "7", 7), (503, "7", 7), (429, "100000", 30), (429, "soon", 0.5), (500, "7", 0.5), (429, "0", 0.5)],
)
def test_an_api_that_asks_for_time_gets_it(status: int, said: str, delay: float) -> None:
    """Retry-After in seconds counts for 429 and 503, within the limit."""
    response = Response(status_code=status, headers=(("Retry-After", said),))
    assert retry_delay(1, base_seconds=0.5, response=response) == delay
