"""Servers that want to know who asks: digest, OAuth 2, GraphQL; routes for tests.targets."""

import asyncio
import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote_plus

from tests.targets import Route
from tests.wire import Reply, Seen, json_reply

CLIENT, CLIENT_SECRET = "shop", "canary client+secret"
USER, PASSWORD = "ada", "canary-password"
REALM = "shop"


@dataclass(slots=True)
class AuthServer:
    """Tokens live `lifetime` seconds by name only: `expire` ends them. `asked` are the forms that came."""

    lifetime: int | None = 3600
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    slow: float = 0.0
    with_refresh: bool = False
    broken: bool = False
    algorithm: str = "SHA-256"
    qop: str = "auth"
    nonce: str = "nonce-1"
    counts: Counter[str] = field(default_factory=Counter)

    def routes(self) -> dict[str, Route]:
        """`/token`, `/guarded` (wants a bearer token), `/digest` (wants an answer to its challenge)."""
        return {"token": self._token, "guarded": self._guarded, "digest": self._digest}

    def expire(self) -> None:
        """No token is good any more."""
        self.tokens.clear()

    async def _token(self, seen: Seen) -> Reply:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        self.asked.append(form)
        self.headers.append(seen.header("authorization") or "")
        await asyncio.sleep(self.slow)
        complaint = self._complaint(form, seen.header("authorization") or "")
        if complaint:
            said = {"error": complaint, "error_description": "look at the settings"}
            return json_reply(said, status=401 if complaint == "invalid_client" else 400)
        token = f"canary-token-{len(self.asked)}"
        self.tokens.add(token)
        answer: dict[str, object] = {"access_token": token, "token_type": "Bearer"}
        answer |= {"expires_in": self.lifetime} if self.lifetime is not None else {}
        answer |= {"refresh_token": f"canary-refresh-{len(self.asked)}"} if self.with_refresh else {}
        return json_reply({"token": token} if self.broken else answer)

    def _complaint(self, form: dict[str, str], authorization: str) -> str:
        if _client(form, authorization) != (CLIENT, CLIENT_SECRET):
            return "invalid_client"
        grant = form.get("grant_type")
        if grant == "password" and (form.get("username"), form.get("password")) != (USER, PASSWORD):
            return "invalid_grant"
        if grant == "refresh_token" and not form.get("refresh_token", "").startswith("canary-refresh"):
            return "invalid_grant"
        return (
            "" if grant in ("client_credentials", "password", "refresh_token") else "unsupported_grant_type"
        )

    async def _guarded(self, seen: Seen, *rest: str) -> Reply:
        token = (seen.header("authorization") or "").removeprefix("Bearer ")
        if token not in self.tokens:
            return json_reply({"error": "who are you?"}, status=401)
        return json_reply({"token": token})

    async def _digest(self, seen: Seen, *rest: str) -> Reply:
        said = seen.header("authorization") or ""
        fields = {name: quoted or bare for name, quoted, bare in _FIELD.findall(said)}
        if fields.get("nonce") == self.nonce and self._is_right(seen, fields):
            self.counts[fields.get("nc", "")] += 1
            return json_reply({"user": fields["username"], "nc": fields.get("nc")})
        qop = f', qop="{self.qop}"' if self.qop else ""
        about = f'realm="{REALM}", nonce="{self.nonce}", algorithm={self.algorithm}{qop}'
        return Reply(status=401, headers={"www-authenticate": f'Digest {about}, opaque="op\\"aque"'})

    def _is_right(self, seen: Seen, said: dict[str, str]) -> bool:
        """By the words of RFC 7616, 3.4, apart from the code under test."""
        name = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}[
            self.algorithm.removesuffix("-sess")
        ]

        def hashed(text: bytes) -> str:
            return hashlib.new(name, text).hexdigest()

        a1 = hashed(f"{USER}:{REALM}:{PASSWORD}".encode())
        if self.algorithm.endswith("-sess"):
            a1 = hashed(f"{a1}:{said['nonce']}:{said['cnonce']}".encode())
        query = "&".join(f"{name}={value}" for name, value in seen.query)
        uri = seen.path + (f"?{query}" if query else "")
        a2 = f"{seen.method}:{uri}"
        if said.get("qop") == "auth-int":
            a2 += f":{hashed(seen.body)}"
        middle = said["nonce"]
        if self.qop:
            middle += f":{said['nc']}:{said['cnonce']}:{said['qop']}"
        return said.get("uri") == uri and said["response"] == hashed(
            f"{a1}:{middle}:{hashed(a2.encode())}".encode()
        )


_FIELD = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')


def _client(form: dict[str, str], authorization: str) -> tuple[str, str]:
    if authorization.startswith("Basic "):
        name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")
