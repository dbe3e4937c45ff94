"""Who a caller is, by the key or token that it shows."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from worker.local.realtime.tokens import Refused, TokenReader

SECRET = "a secret of this test that is long enough"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
READER = TokenReader(jwt_secret=SECRET, roles_of_keys={"sb_secret_x": "service_role"})


def token(secret: str = SECRET, **claims: Any) -> str:
    """A token that is good for a minute, unless told otherwise."""
    content = {"role": "authenticated", "sub": "ada", "exp": int(NOW.timestamp()) + 60, **claims}
    return jwt.encode({name: value for name, value in content.items() if value is not None}, secret)


def test_a_good_token_says_who_its_bearer_is() -> None:
    """Role, subject, and how long."""
    claims = READER.read(token(), now=NOW)
    assert (claims.role, claims.subject, claims.seconds_left(NOW)) == ("authenticated", "ada", 60)


def test_an_api_key_stands_for_a_role() -> None:
    """For a day, and for nobody in particular."""
    claims = READER.read("sb_secret_x", now=NOW)
    assert (claims.role, claims.subject, claims.seconds_left(NOW)) == ("service_role", "", 86400)


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        (None, "MalformedJWT: The token provided is not a valid JWT"),
        ("", "MalformedJWT: The token provided is not a valid JWT"),
        ("sb_secret_other", "MalformedJWT: The token provided is not a valid JWT"),
        (
            token("another secret, just as long as ours"),
            "JwtSignatureError: Failed to validate JWT signature",
        ),
        (token(role=None), "InvalidJWTToken: Fields `role` and `exp` are required in JWT"),
        (token(exp=None), "InvalidJWTToken: Fields `role` and `exp` are required in JWT"),
        (token(exp=int(NOW.timestamp()) - 5), "InvalidJWTToken: Token has expired 5 seconds ago"),
        (jwt.encode({"role": "service_role", "exp": 9999999999}, "", algorithm="none"), "MalformedJWT"),
    ],
    ids=["nothing", "empty", "unknown key", "other secret", "no role", "no end", "expired", "unsigned"],
)
def test_what_is_not_good_is_refused_with_the_words_of_the_platform(shown: str | None, answer: str) -> None:
    """Clients show these words to people, and some look for them."""
    with pytest.raises(Refused) as refusal:
        READER.read(shown, now=NOW)
    assert str(refusal.value).startswith(answer)


def test_claims_do_not_show_what_they_hold() -> None:
    """A token's content is personal; it stays out of logs."""
    assert "ada" not in repr(READER.read(token(), now=NOW))
