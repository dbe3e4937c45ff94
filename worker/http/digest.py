"""Digest access authentication (RFC 7616): an answer to the server's challenge, never the password."""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from worker.http.authenticator import Exchange
from worker.models.exchange import PreparedRequest, Response

#: Algorithms by their names in a challenge, the strongest first.
_HASHES = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}

_PARAMETER = re.compile(r'([a-zA-Z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_SCHEME = re.compile(r"(?:^|,)\s*(?:Digest)\s+", re.IGNORECASE)
#: Where another scheme's challenge begins in the same header.
_OTHER_SCHEME = re.compile(r",\s*[A-Za-z][A-Za-z0-9-]*\s+[A-Za-z0-9_-]+\s*=")


@dataclass(slots=True, kw_only=True)
class Challenge:
    """What a server wants hashed. `count` is how often its nonce has been used."""

    realm: str
    nonce: str = field(repr=False)
    algorithm: str = "MD5"
    qop: str = ""
    opaque: str | None = None
    userhash: bool = False
    count: int = 0

    @property
    def hash_name(self) -> str:
        """The name that Python has for the hash; empty when nobody knows it."""
        return _HASHES.get(self.algorithm.removesuffix("-SESS"), "")


class DigestAuth:
    """Answers challenges, and uses a server's nonce again until that is stale."""

    def __init__(self) -> None:
        self._challenges: dict[tuple[str, str, str], Challenge] = {}

    async def send(self, request: PreparedRequest, exchange: Exchange) -> Response:
        """The answer to the authenticated request; the server's 401 when it wants something else."""
        assert request.auth is not None
        values = request.auth.values
        known = self._challenges.get(_server(request, values))
        response = await exchange(request if known is None else answered(request, values, known))
        if response.status_code != 401:
            return response
        challenge = strongest(response.header_values("www-authenticate"))
        # The same nonce again, and not stale: the password is wrong, and stays wrong.
        if challenge is None or (known is not None and challenge.nonce == known.nonce):
            return response
        self._challenges[_server(request, values)] = challenge
        return await exchange(answered(request, values, challenge))

    async def close(self) -> None:
        """Nothing is under way."""


def strongest(headers: tuple[str, ...]) -> Challenge | None:
    """The challenge to answer, out of all that WWW-Authenticate headers hold."""
    challenges = [found for header in headers for found in _challenges_in(header) if found.hash_name]
    order = list(_HASHES)
    return min(challenges, key=lambda found: order.index(found.algorithm.removesuffix("-SESS")), default=None)


def answered(
    request: PreparedRequest,
    values: Mapping[str, str],
    challenge: Challenge,
    *,
    client_nonce: Callable[[], str] = lambda: secrets.token_hex(16),
) -> PreparedRequest:
    """The request with its answer to the challenge."""
    challenge.count += 1
    fields = _fields(request, values, challenge, client_nonce())
    request.hide(fields["response"])
    header = "Digest " + ", ".join(f"{name}={_written(name, text)}" for name, text in fields.items())
    others = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    return replace(request, headers=(*others, ("Authorization", header)))


def _fields(
    request: PreparedRequest, values: Mapping[str, str], challenge: Challenge, client_nonce: str
) -> dict[str, str]:
    username, hashed = values["username"], _hasher(challenge.hash_name)
    parts = urlsplit(request.url)
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    count = f"{challenge.count:08x}"
    first = hashed(f"{username}:{challenge.realm}:{values['password']}")
    if challenge.algorithm.endswith("-SESS"):
        first = hashed(f"{first}:{challenge.nonce}:{client_nonce}")
    body = f":{hashed(request.body or b'')}" if challenge.qop == "auth-int" else ""
    second = hashed(f"{request.method}:{uri}{body}")
    middle = f"{challenge.nonce}:{count}:{client_nonce}:{challenge.qop}" if challenge.qop else challenge.nonce
    fields = {
        **_name_fields(username, challenge, hashed),
        "realm": challenge.realm,
        "nonce": challenge.nonce,
        "uri": uri,
        "algorithm": challenge.algorithm.replace("-SESS", "-sess"),
        "response": hashed(f"{first}:{middle}:{second}"),
    }
    if challenge.qop:
        fields |= {"qop": challenge.qop, "nc": count, "cnonce": client_nonce}
    if challenge.opaque is not None:
        fields["opaque"] = challenge.opaque
    return fields | ({"userhash": "true"} if challenge.userhash else {})


def _name_fields(username: str, challenge: Challenge, hashed: Callable[[str], str]) -> dict[str, str]:
    if challenge.userhash:
        return {"username": hashed(f"{username}:{challenge.realm}")}
    if username.isascii():
        return {"username": username}
    return {"username*": f"UTF-8''{quote(username, safe='')}"}


def _hasher(name: str) -> Callable[[str | bytes], str]:
    def hashed(text: str | bytes) -> str:
        data = text.encode() if isinstance(text, str) else text
        return hashlib.new(name, data, usedforsecurity=False).hexdigest()

    return hashed


#: Fields that stand without quotes (RFC 7616, 3.4).
_BARE = frozenset(("algorithm", "qop", "nc", "userhash", "username*"))


def _written(name: str, text: str) -> str:
    if name in _BARE:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _challenges_in(header: str) -> list[Challenge]:
    found: list[Challenge] = []
    starts = [match.end() for match in _SCHEME.finditer(header)]
    for start in starts:
        rest = header[start:]
        other = _OTHER_SCHEME.search(rest)
        challenge = _challenge(rest[: other.start()] if other else rest)
        if challenge is not None:
            found.append(challenge)
    return found


def _challenge(text: str) -> Challenge | None:
    said = {
        name.lower(): re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        for name, quoted, bare in _PARAMETER.findall(text)
    }
    if "nonce" not in said:
        return None
    offered = [word.strip().lower() for word in said.get("qop", "").split(",")]
    return Challenge(
        realm=said.get("realm", ""),
        nonce=said["nonce"],
        algorithm=said.get("algorithm", "MD5").upper(),
        # Hashing the body as well is done only where nothing else is taken.
        qop=next((word for word in ("auth", "auth-int") if word in offered), ""),
        opaque=said.get("opaque"),
        userhash=said.get("userhash", "").lower() == "true",
    )


def _server(request: PreparedRequest, values: Mapping[str, str]) -> tuple[str, str, str]:
    parts = urlsplit(request.url)
    return f"{parts.scheme}://{parts.netloc}", values["username"], values["password"]
