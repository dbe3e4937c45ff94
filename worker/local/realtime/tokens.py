"""Who is calling: API keys and signed tokens, read the way Realtime reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt

#: A socket that has only a key lives this long, as on hosted projects.
_KEY_LIFETIME_SECONDS = 24 * 60 * 60


class Refused(Exception):
    """The caller may not do this; the text is what the client is told, after a code and a colon."""

    @property
    def reason(self) -> str:
        """The text without its code."""
        return str(self).partition(": ")[2] or str(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says of its bearer."""

    role: str
    #: Seconds since 1970.
    expires_at: float
    #: Everything it says, for policies.
    all: Mapping[str, Any] = field(repr=False)

    @property
    def subject(self) -> str:
        """The user's id; empty for a key."""
        return str(self.all.get("sub") or "")

    def seconds_left(self, now: datetime) -> float:
        """How long it is still good; not positive when it has expired."""
        return self.expires_at - now.timestamp()


class TokenReader:
    """Turns what a caller shows into claims. `roles_of_keys` says whom each API key stands for."""

    def __init__(self, *, jwt_secret: str, roles_of_keys: Mapping[str, str]) -> None:
        self._secret = jwt_secret
        self._roles = dict(roles_of_keys)

    def read(self, token: str | None, *, now: datetime) -> Claims:
        """The claims of a key or a token that is good now, or `Refused`."""
        role = self._roles.get(token or "")
        if role is not None:
            expires_at = now.timestamp() + _KEY_LIFETIME_SECONDS
            return Claims(role=role, expires_at=expires_at, all={"role": role, "exp": int(expires_at)})
        return _unless_expired(_claims(self._verified(token or "")), now)

    def _verified(self, token: str) -> dict[str, Any]:
        options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            return jwt.decode(token, self._secret, algorithms=["HS256"], options=options)
        except jwt.InvalidSignatureError:
            raise Refused("JwtSignatureError: Failed to validate JWT signature") from None
        except jwt.PyJWTError:
            raise Refused("MalformedJWT: The token provided is not a valid JWT") from None


def is_api_key(token: str) -> bool:
    """Whether this is a key, which says nothing about a person."""
    return token.startswith("sb_")


def _claims(content: dict[str, Any]) -> Claims:
    role, expires_at = content.get("role"), content.get("exp")
    if not isinstance(role, str) or not isinstance(expires_at, int | float):
        raise Refused("InvalidJWTToken: Fields `role` and `exp` are required in JWT")
    return Claims(role=role, expires_at=float(expires_at), all=content)


def _unless_expired(claims: Claims, now: datetime) -> Claims:
    left = claims.seconds_left(now)
    if left <= 0:
        raise Refused(f"InvalidJWTToken: {expiry_message(-left)}")
    return claims


def expiry_message(seconds_ago: float) -> str:
    """What a client is told when its token is over."""
    return f"Token has expired {max(0, int(seconds_ago))} seconds ago"
