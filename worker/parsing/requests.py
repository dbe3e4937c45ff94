"""The request of a test or a step, as the rest of Baton knows it."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.models.problem import ProblemKind
from worker.models.request import (
    NOTHING_SAID,
    Auth,
    AuthKind,
    BodyKind,
    Connection,
    CookieScope,
    HttpVersion,
    Part,
    Request,
)
from worker.parsing.auth import check_grant, read_auth
from worker.parsing.document_body import BODY_KEYS
from worker.parsing.document_request import CONNECTION_KEYS, METHODS, SENDING_KEYS
from worker.parsing.place import Place
from worker.parsing.source import Source
from worker.parsing.time_limits import Limits

_OF_CONNECTIONS = frozenset((*CONNECTION_KEYS, "verify_tls"))

#: Redirects that are followed, where a test wants them followed and says no number.
_MAX_REDIRECTS = 10


def _method_and_url(read: Mapping[str, Any]) -> tuple[str, str]:
    """The method and where it goes; a GET of the base URL if a mistake hid them."""
    for method in METHODS:
        if method in read:
            return method, read[method]
    request = read.get("request", {})
    return request.get("method", "GET"), request.get("url", "/")


def _merged_headers(
    defaults: Mapping[str, str | None], own: Mapping[str, str | None]
) -> dict[str, JsonValue]:
    """The test's headers, and the defaults that it neither replaces nor takes away."""
    named = {name.lower() for name in own}
    kept = {name: value for name, value in defaults.items() if name.lower() not in named}
    return {name: value for name, value in {**kept, **own}.items() if value is not None}


def read_request(
    read: Mapping[str, Any], place: Place, defaults: Mapping[str, Any], source: Source
) -> Request:
    """The request of a test or a step. `read` is what its keys hold, `place` where it stands."""
    method, url = _method_and_url(read)
    kind, body, parts = _body(read, place, source)
    said = {**{key: defaults[key] for key in SENDING_KEYS if key in defaults}, **read}
    check_grant(read.get("auth", {}), place, source)
    limits = read_limits(read, defaults)
    return Request(
        method=method,
        url=url,
        headers=_merged_headers(defaults.get("headers", {}), read.get("headers", {})),
        query=read.get("query", {}),
        cookies=read.get("cookies", {}),
        body_kind=kind,
        body=body,
        parts=parts,
        service=said.get("service", ""),
        auth=_auth(read, said),
        follow_redirects=said.get("follow_redirects", False),
        max_redirects=said.get("max_redirects", _MAX_REDIRECTS),
        cookie_scope=CookieScope(said.get("cookie_jar", CookieScope.TEST)),
        connection=read_connection(read).over(read_connection(defaults)),
        http_version=HttpVersion(said.get("http_version", HttpVersion.AUTO)),
        compressed=said.get("compressed", True),
        gzip=read.get("gzip", False),
        connect_timeout_seconds=limits.connect,
        read_timeout_seconds=limits.read,
    )


def _auth(read: Mapping[str, Any], said: Mapping[str, Any]) -> Auth:
    # What the defaults say is meant for the environment's own API: no other service may see it.
    if said.get("service") and "auth" not in read:
        return Auth(kind=AuthKind.SERVICE)
    return read_auth(said.get("auth", {}))


def read_limits(read: Mapping[str, Any], defaults: Mapping[str, Any]) -> Limits:
    """The time limits of a test or a step."""
    nothing = Limits()
    own: Limits = read.get("timeout", nothing)
    return own.over(defaults.get("timeout", nothing))


def said_of_request(read: Mapping[str, Any], defaults: Mapping[str, Any]) -> frozenset[str]:
    """What a request or its suite says of who calls and of its headers, `auth` and `headers.accept`: also
    that there is none."""
    headers = (*defaults.get("headers", ()), *read.get("headers", ()))
    auth = ("auth",) if "auth" in read or "auth" in defaults else ()
    return frozenset((*auth, *(f"headers.{name.lower()}" for name in headers)))


def read_connection(read: Mapping[str, Any]) -> Connection:
    """How a server is reached, as far as these keys say."""
    if not _OF_CONNECTIONS & read.keys():
        return NOTHING_SAID
    tls: Mapping[str, Any] = read.get("tls", {})
    return Connection(
        proxy=read.get("proxy"),
        verify=tls.get("verify", read.get("verify_tls")),
        ca=tls.get("ca"),
        certificate=tls.get("certificate"),
        key=tls.get("key"),
        password=tls.get("password"),
    )


def _body(
    read: Mapping[str, Any], place: Place, source: Source
) -> tuple[BodyKind, JsonValue, tuple[Part, ...]]:
    said = [word for word in place.keyed() if word in BODY_KEYS]
    for extra in said[1:]:
        source.add(
            ProblemKind.BAD_VALUE,
            f"a request cannot have both {said[0]!r} and {extra!r}",
            place.find((extra,)).key_location(source),
            hint="keep one of them",
        )
    if not said or said[0] not in read:
        return BodyKind.NONE, None, ()
    kind, value = BodyKind(said[0]), read[said[0]]
    if kind is BodyKind.MULTIPART:
        return kind, None, value
    return (kind, None, (value,)) if kind is BodyKind.FILE else (kind, value, ())
