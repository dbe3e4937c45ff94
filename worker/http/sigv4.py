"""AWS Signature Version 4, as Amazon describes it in "Signing AWS API requests".

A request is reduced to a canonical text; a key made of secret, day, region and service signs it.
"""

import hashlib
import hmac
import posixpath
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, unquote, unquote_plus, urlsplit, urlunsplit

from worker.clock import Clock
from worker.http.authenticator import Exchange
from worker.models.exchange import Headers, PreparedRequest, Response

_ALGORITHM = "AWS4-HMAC-SHA256"

#: Headers that are not signed: proxies may change them.
_UNSIGNED = frozenset(
    [
        "authorization",
        "user-agent",
        "accept",
        "accept-encoding",
        "connection",
        "expect",
        "transfer-encoding",
        "cookie",
        "te",
        "traceparent",
        "tracestate",
        "x-amzn-trace-id",
    ]
)


class AwsAuth:
    """Signs every request anew: a signature holds for some minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def send(self, request: PreparedRequest, exchange: Exchange) -> Response:
        """The answer to the signed request."""
        assert request.auth is not None
        return await exchange(sign(request, request.auth.values, now=self._clock.now()))

    async def close(self) -> None:
        """Nothing is under way."""


def sign(request: PreparedRequest, keys: Mapping[str, str], *, now: datetime) -> PreparedRequest:
    """The request with its signature. `keys`: access_key, secret_key, session_token, region, service."""
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    url = _strict(request.url)
    hashed = hashlib.sha256(request.body or b"").hexdigest()
    headers = _with(request.headers, _added(keys, moment, hashed))
    signed = _canonical_headers(headers, url)
    scope = f"{moment[:8]}/{keys['region']}/{keys['service']}/aws4_request"
    canonical = _canonical(request.method, url, signed, hashed, is_s3=keys["service"] == "s3")
    to_sign = "\n".join([_ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    signature = hmac.new(_key(keys, moment[:8]), to_sign.encode(), hashlib.sha256).hexdigest()
    request.hide(signature)
    authorization = (
        f"{_ALGORITHM} Credential={keys['access_key']}/{scope}, "
        f"SignedHeaders={';'.join(signed)}, Signature={signature}"
    )
    return replace(request, url=url, headers=_with(headers, {"Authorization": authorization}))


def _added(keys: Mapping[str, str], moment: str, hashed: str) -> dict[str, str]:
    added = {"X-Amz-Date": moment}
    if keys["service"] == "s3":
        added["X-Amz-Content-Sha256"] = hashed
    if keys.get("session_token"):
        added["X-Amz-Security-Token"] = keys["session_token"]
    return added


def _with(headers: Headers, added: Mapping[str, str]) -> Headers:
    names = {name.lower() for name in added}
    return (*(pair for pair in headers if pair[0].lower() not in names), *added.items())


def _strict(url: str) -> str:
    """The URL with everything encoded that Amazon encodes, so that both sides sign the same."""
    parts = urlsplit(url)
    # Part by part: a slash that is encoded belongs to a name.
    path = "/".join(quote(unquote(part), safe="~") for part in parts.path.split("/")) or "/"
    pairs = [part.partition("=") for part in parts.query.split("&") if part]
    query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, _, value in pairs)
    return urlunsplit(parts._replace(path=path, query=query))


def _encoded(text: str) -> str:
    return quote(unquote_plus(text), safe="~")


def _canonical_headers(headers: Headers, url: str) -> dict[str, str]:
    """Names in lower case, sorted; values with their spaces collapsed, several joined by commas."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _UNSIGNED:
            found.setdefault(name.lower(), []).append(" ".join(value.split()))
    found.setdefault("host", [_host(url)])
    return {name: ",".join(found[name]) for name in sorted(found)}


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme.lower(), "")
    return host.removesuffix(usual) if usual else host


def _canonical(method: str, url: str, headers: Mapping[str, str], hashed: str, *, is_s3: bool) -> str:
    parts = urlsplit(url)
    # Only S3 takes a path as it is; all other services see it encoded once more.
    path = parts.path if is_s3 else quote(_normal(parts.path), safe="/~")
    query = "&".join(sorted(parts.query.split("&"), key=_pair))
    lines = [f"{name}:{value}" for name, value in headers.items()]
    return "\n".join([method, path, query, *lines, "", ";".join(headers), hashed])


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _normal(path: str) -> str:
    normal = posixpath.normpath(path).replace("//", "/")
    return f"{normal}/" if path.endswith("/") and normal != "/" else normal


def _key(keys: Mapping[str, str], day: str) -> bytes:
    key = f"AWS4{keys['secret_key']}".encode()
    for part in (day, keys["region"], keys["service"], "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
