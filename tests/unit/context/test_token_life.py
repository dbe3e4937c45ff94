"""How long a token lives, by what is said of it."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.token_life import TokenLife, life_of
from context.values import JsonValue

from .responses import answer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def a_rule(expression: str = "$.access_token", **more: object) -> CaptureRule:
    """A token out of a JSON answer."""
    more.setdefault("source", CaptureSource.JSONPATH)
    return CaptureRule(name="token", target=CaptureTarget.TOKEN, expression=expression, **more)  # type: ignore[arg-type] # by name


def a_jwt(**claims: JsonValue) -> str:
    """A JSON Web Token that says this of itself."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".signature"


def seconds(
    document: JsonValue, rule: CaptureRule | None = None, *, value: str = "opaque", date: str | None = None
) -> float | None:
    """How long a token of this answer lives, from now on."""
    headers = (("Date", date),) if date else ()
    life = life_of(rule or a_rule(), value, answer(document, headers=headers), now=NOW)
    return (life.ends_at - NOW).total_seconds() if life else None


def test_what_stands_beside_the_token_counts() -> None:
    """OAuth 2.0 has `expires_in` in the same object; a text of digits is a number, too."""
    assert seconds({"access_token": "t", "expires_in": 3600}) == 3600
    assert seconds({"access_token": "t", "expiresIn": "90"}) == 90
    assert seconds({"data": {"jwt": "t", "expires_in": 5}, "expires_in": 7}, a_rule("$.data.jwt")) == 5
    assert seconds({"data": {"a b": "t", "expires_in": 5}}, a_rule("$.data['a b']")) == 5
    jmespath = a_rule("data.token", source=CaptureSource.JMESPATH)
    assert seconds({"data": {"token": "t", "expires_in": 5}}, jmespath) == 5


def test_a_refresh_token_does_not_end_with_the_access_token() -> None:
    """`expires_in` speaks of the access token only."""
    refresh = a_rule("$.refresh_token")
    assert seconds({"refresh_token": "t", "expires_in": 60}, refresh) is None
    assert seconds({"refresh_token": "t", "expires_in": 60, "refresh_expires_in": 900}, refresh) == 900


def test_a_json_web_token_says_it_itself() -> None:
    """Its `exp` counts more than what stands beside it."""
    token = a_jwt(exp=int(LATER.timestamp()))
    assert seconds({"access_token": token, "expires_in": 60}, value=token) == 3600


def test_the_clock_of_the_api_counts() -> None:
    """A server whose clock is ten minutes ahead makes tokens that end ten minutes later, to us."""
    token = a_jwt(exp=int(LATER.timestamp()) + 600)
    assert seconds({}, value=token, date="Sun, 01 Mar 2026 12:10:00 GMT") == 3600
    assert seconds({}, value=token, date="yesterday") == 4200


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (45.0, 45),
        (a_rule("$.ttl"), 20),
        (a_rule("$.until"), 3600),
        (a_rule("$.epoch"), 3600),
        (a_rule("$.milliseconds"), 3600),
        (a_rule("$.nothing"), None),
        (a_rule("$.words"), None),
    ],
)
def test_what_the_capture_says_counts_most(said: CaptureRule | float, expected: float | None) -> None:
    """Seconds, or a value of the answer: seconds, or a moment in one of its usual forms."""
    document: JsonValue = {
        "ttl": 20,
        "until": "2026-03-01T13:00:00Z",
        "epoch": LATER.timestamp(),
        "milliseconds": LATER.timestamp() * 1000,
        "words": "soon",
        "expires_in": 99,
    }
    assert seconds(document, a_rule(expires_in=said)) == expected


@pytest.mark.parametrize("life", [0, -5, "", True, None, [60], 1e30, "NaN"])
def test_a_life_that_cannot_be_says_nothing(life: JsonValue) -> None:
    """A token that has ended before it is used would be renewed for ever."""
    assert seconds({"access_token": "t", "expires_in": life}) is None


@pytest.mark.parametrize("token", ["a.b.c", "..", "a.!!!.c", a_jwt(exp="soon"), a_jwt(), a_jwt(exp=True)])
def test_what_only_looks_like_a_json_web_token_says_nothing(token: str) -> None:
    """Dots alone do not make one."""
    assert seconds({}, value=token) is None


@pytest.mark.parametrize(("life", "early"), [(3600, 30), (300, 30), (60, 6), (2, 0.2)])
def test_a_token_is_renewed_a_little_before_its_end(life: float, early: float) -> None:
    """By half a minute, but never by more than a tenth of its life."""
    made = TokenLife.until(NOW + timedelta(seconds=life), now=NOW)
    assert (made.ends_at - made.renew_at).total_seconds() == pytest.approx(early)


def test_a_token_that_has_ended_is_to_be_renewed_at_once() -> None:
    """A run that is taken up finds tokens whose time has passed."""
    assert TokenLife.until(NOW - timedelta(hours=1), now=NOW).renew_at < NOW
