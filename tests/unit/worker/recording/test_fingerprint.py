"""Fingerprints: equal for equal failures, different for different ones."""

from dataclasses import replace

import pytest

from tests.runs import an_attempt, an_outcome
from worker.http.transport import Trouble, trouble_with
from worker.models.exchange import PreparedRequest
from worker.models.outcome import TestOutcome, Verdict
from worker.recording.fingerprint import fingerprint, without_varying


def _without_answer(url: str, trouble: Trouble) -> TestOutcome:
    """A test that got none, in the words of the client."""
    request = PreparedRequest(method="GET", url=url)
    reason = str(trouble_with(request, trouble, timeout_seconds=30))
    attempt = an_attempt(Verdict.BROKEN, reason=reason)
    [step] = attempt.steps
    assert step.exchange is not None
    step = replace(step, exchange=replace(step.exchange, url=url, status_code=None))
    outcome = an_outcome(verdict=Verdict.BROKEN, reason=reason)
    return replace(outcome, category=trouble, attempts=(replace(attempt, steps=(step,)),))


def test_the_same_failure_has_the_same_fingerprint() -> None:
    """Ids, times, hosts and tokens do not matter."""
    one = an_outcome(
        verdict=Verdict.FAILED, reason="order 4711 not found at 2026-01-01T10:00:00Z", status=404
    )
    two = an_outcome(verdict=Verdict.FAILED, reason="order 815 not found at 2026-02-03T11:30:00Z", status=404)
    assert fingerprint(one) == fingerprint(two)


def test_another_failure_has_another_fingerprint() -> None:
    """Status and words do matter."""
    one = an_outcome(verdict=Verdict.FAILED, reason="not found", status=404)
    assert fingerprint(one) != fingerprint(an_outcome(verdict=Verdict.FAILED, reason="gone", status=404))
    assert fingerprint(one) != fingerprint(an_outcome(verdict=Verdict.FAILED, reason="not found", status=410))


def test_a_test_that_passed_has_no_fingerprint() -> None:
    """There is nothing to group."""
    assert fingerprint(an_outcome()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/users/17/orders/4711", "/users/<number>/orders/<number>"),
        ("/users/0b9c1a52-8a3e-4a57-9a6a-0d7e5c1f2b3c", "/users/<id>"),
        ("http://127.0.0.1:8900/x", "<host>/x"),
        ("https://api.example.com/x", "<host>/x"),
        ("at 2026-01-01T10:00:00.123Z", "at <time>"),
        ("trace deadbeef01 seen", "trace <id> seen"),
        ("the decade facade", "the decade facade"),
        ("token eyJhbGciOiJI.eyJzdWIi.c2ln", "token <token>"),
        ("took 41.5 ms", "took <number> ms"),
        ("since Fri, 20 Nov 2026 10:00:00 GMT", "since <time>"),
        ("ann+7@example.com is taken", "<address> is taken"),
        ("cus_NffrFeUfNV2Hib is gone", "cus_<id> is gone"),
        ("order 01ARZ3NDEKTSV4RRFFQ69G5FAV", "order <id>"),
        ("$.internationalisation.items", "$.internationalisation.items"),
    ],
)
def test_what_varies_is_named_instead(text: str, expected: str) -> None:
    """Each kind by its own placeholder; words stay."""
    assert without_varying(text) == expected


def test_the_path_matters_but_not_what_varies_in_it() -> None:
    """Two endpoints are two failures, two orders are one."""
    one, two, other = (
        fingerprint(_without_answer(f"http://127.0.0.1:8900/{path}", Trouble.READ_TIMEOUT))
        for path in ("orders/1", "orders/2", "carts/1")
    )
    assert one == two != other


@pytest.mark.parametrize("trouble", [Trouble.READ_TIMEOUT, Trouble.PROTOCOL])
@pytest.mark.parametrize(
    "place", ["api:8080", "api.staging.example.com", "[::1]:8900", "10.0.0.7:80", "localhost:9"]
)
def test_the_host_does_not_matter(place: str, trouble: Trouble) -> None:
    """However it is written."""
    one = _without_answer(f"http://{place}/orders", trouble)
    assert fingerprint(one) == fingerprint(_without_answer("https://shop.example.org/orders", trouble))


@pytest.mark.parametrize(
    "trouble", [Trouble.DNS, Trouble.CONNECT_REFUSED, Trouble.CONNECT_TIMEOUT, Trouble.TLS]
)
def test_an_environment_that_is_down_is_one_failure(trouble: Trouble) -> None:
    """Whichever test met it, and whatever it wanted."""
    one = _without_answer("http://api:8080/orders", trouble)
    assert fingerprint(one) == fingerprint(_without_answer("http://shop.example.org/carts/7", trouble))
    assert fingerprint(one) != fingerprint(_without_answer("http://api:8080/orders", Trouble.PROTOCOL))


def test_a_test_that_was_never_sent_has_a_fingerprint() -> None:
    """Its words are all there is."""
    one = replace(an_outcome(verdict=Verdict.BROKEN, reason="no value for user_id"), attempts=())
    other = replace(an_outcome(verdict=Verdict.BROKEN, reason="no value for cart_id"), attempts=())
    assert fingerprint(one) is not None
    assert fingerprint(one) != fingerprint(other)
