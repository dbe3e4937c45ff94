"""How long a token lives: what its capture says, else what the token itself or the answer says.

A token that says when it ends is renewed a little before that. One that says nothing, or is wrong,
is found out by the API, which answers 401.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from context.capture import CaptureRule, CaptureSource
from context.extract import ResponseView, extract
from context.outcomes import Found
from context.values import JsonValue

#: A token is renewed so long before its end, because requests take time and clocks differ: at most
#: this long, in seconds, and at most this part of its life. Tokens of a short life would otherwise
#: be renewed much more often than they end.
SKEW_SECONDS = 30.0
SKEW_PART = 0.1

#: No token lives longer, in seconds: a larger number is a moment, in seconds or milliseconds since
#: 1970.
LONGEST_LIFE_SECONDS = 10 * 365 * 24 * 3600.0
_MILLISECONDS_FROM = 1e11

#: What stands beside a token in the answer of a login (RFC 6749, 5.1), and beside a refresh token,
#: of which the former does not speak.
_BESIDE = ("expires_in", "expiresIn")
_BESIDE_REFRESH = ("refresh_expires_in", "refresh_token_expires_in", "refreshExpiresIn")

#: The last name of a path, and what is before it: `$.data` and `access_token`.
_LAST_NAME = {
    CaptureSource.JSONPATH: re.compile(r"(\$.*?)(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[['\"]([^'\"\\]*)['\"]\])"),
    CaptureSource.JMESPATH: re.compile(r"((?:[A-Za-z_][A-Za-z0-9_]*\.)*)([A-Za-z_][A-Za-z0-9_]*)()"),
}


class TokenLife(NamedTuple):
    """When a token ends, and from when on it should be renewed before it is used."""

    ends_at: datetime
    renew_at: datetime

    @classmethod
    def until(cls, ends_at: datetime, *, now: datetime) -> "TokenLife":
        """The life of a token that ends then; it may be over."""
        left = max((ends_at - now).total_seconds(), 0.0)
        return cls(ends_at, ends_at - timedelta(seconds=min(SKEW_SECONDS, left * SKEW_PART)))


def life_of(
    rule: CaptureRule, value: JsonValue, response: ResponseView, *, now: datetime
) -> TokenLife | None:
    """How long the token `value` lives, which the rule found in the response; None if nothing says so.

    A life that cannot be, such as one that is over already, says nothing either.
    """
    for seconds in _sayings(rule, value, response, now):
        if seconds is not None:
            possible = 0 < seconds <= LONGEST_LIFE_SECONDS
            return TokenLife.until(now + timedelta(seconds=seconds), now=now) if possible else None
    return None


def _sayings(
    rule: CaptureRule, value: JsonValue, response: ResponseView, now: datetime
) -> tuple[float | None, ...]:
    """What is said of the life, in seconds from now on; the first that says anything counts."""
    there = _servers_clock(response, now)
    if rule.expires_in is not None:
        return (_said_by_rule(rule.expires_in, response, there),)
    return (_said_by_token(value, there), _said_beside(rule, response, there))


def _servers_clock(response: ResponseView, now: datetime) -> datetime:
    """What time it was where the token was made. Its own clock is what the API compares with."""
    for name, text in response.headers:
        if name.lower() == "date":
            from email.utils import parsedate_to_datetime

            try:
                return parsedate_to_datetime(text).astimezone(UTC)
            except ValueError:
                break
    return now


def _said_by_rule(said: CaptureRule | float, response: ResponseView, there: datetime) -> float | None:
    if not isinstance(said, CaptureRule):
        return said
    found = extract(response, said)
    return _seconds(found.value, there) if isinstance(found, Found) else None


def _said_by_token(value: JsonValue, there: datetime) -> float | None:
    """What a JSON Web Token says about its own end (RFC 7519, 4.1.4)."""
    claims = _claims(value) if isinstance(value, str) else {}
    ends = claims.get("exp")
    return _seconds(ends, there) if isinstance(ends, int | float) and ends > LONGEST_LIFE_SECONDS else None


def _claims(token: str) -> Mapping[str, object]:
    parts = token.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, Mapping) else {}


def _said_beside(rule: CaptureRule, response: ResponseView, there: datetime) -> float | None:
    """What stands in the same object as the token."""
    pattern = _LAST_NAME.get(rule.source)
    parts = pattern.fullmatch(rule.expression) if pattern else None
    if parts is None:
        return None
    name = parts[2] or parts[3] or ""
    dot = "." if rule.source is CaptureSource.JSONPATH else ""
    for sibling in _BESIDE_REFRESH if "refresh" in name.lower() else _BESIDE:
        found = extract(response, replace(rule, expression=f"{parts[1]}{dot}{sibling}"))
        if isinstance(found, Found) and (seconds := _seconds(found.value, there)) is not None:
            return seconds
    return None


def _seconds(value: JsonValue | object, there: datetime) -> float | None:
    """A number of seconds from now on, from such a number or from a moment."""
    if isinstance(value, str):
        return _from_text(value, there)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value > _MILLISECONDS_FROM:
        value /= 1000
    return value - there.timestamp() if value > LONGEST_LIFE_SECONDS else float(value)


def _from_text(text: str, there: datetime) -> float | None:
    try:
        return _seconds(float(text), there)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - there).total_seconds()
