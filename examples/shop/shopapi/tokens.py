"""Access tokens that expire: signed JSON Web Tokens (RFC 7519, HS256) from the standard library."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shopapi.messages import ShopError

_HEADER = {"alg": "HS256", "typ": "JWT"}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: who, until when (seconds since 1970), and which token it is."""

    person_id: str
    expires_at: float
    token_id: str


class Tokens:
    """Issues tokens and reads them back.

    The key is random for each server, so a token of yesterday's server is worth nothing today.
    """

    def __init__(self, *, lifetime_seconds: int, now: Callable[[], float]) -> None:
        self._lifetime = lifetime_seconds
        self._now = now
        self._key = secrets.token_bytes(32)
        self._revoked: dict[str, float] = {}

    def issue(self, person_id: str) -> dict[str, Any]:
        """A new token, as the answer of a login carries it (RFC 6749, 5.1)."""
        claims = {
            "sub": person_id,
            "exp": round(self._now() + self._lifetime, 3),
            "jti": secrets.token_hex(8),
        }
        signed = f"{_encode(_HEADER)}.{_encode(claims)}"
        return {
            "access_token": f"{signed}.{self._signature(signed)}",
            "token_type": "bearer",
            "expires_in": self._lifetime,
        }

    def read(self, token: str) -> Claims:
        """Who brings this token.

        Raises:
            ShopError: 401, when it is not ours, expired, or given back.
        """
        claims = self._verified(token)
        if claims.expires_at <= self._now():
            raise _unauthorized("token_expired", "The token has expired: sign in again.")
        if claims.token_id in self._revoked:
            raise _unauthorized("token_revoked", "This token was signed out.")
        return claims

    def revoke(self, claims: Claims) -> None:
        """From now on this token is refused."""
        now = self._now()
        # A token that has expired is refused anyway, so that this list cannot grow for ever.
        self._revoked = {id: end for id, end in self._revoked.items() if end > now}
        self._revoked[claims.token_id] = claims.expires_at

    def _verified(self, token: str) -> Claims:
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            raise _unauthorized("token_invalid", "This token is not one of ours.")
        claims = json.loads(_decode(signed.partition(".")[2]))
        return Claims(claims["sub"], claims["exp"], claims["jti"])

    def _signature(self, signed: str) -> str:
        return _base64(hmac.new(self._key, signed.encode(), hashlib.sha256).digest())


def bearer_token(authorization: str | None) -> str:
    """The token in an Authorization header.

    Raises:
        ShopError: 401, when there is none.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("token_missing", "Send a token: Authorization: Bearer ….")
    return token.strip()


def _unauthorized(code: str, message: str) -> ShopError:
    return ShopError(401, code, message, WWW_Authenticate='Bearer realm="shop"')


def _encode(value: Any) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
