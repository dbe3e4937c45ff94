"""The parts of a test and an environment, as the rest of Baton knows them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from context.values import JsonValue
from worker.models.environment import Environment, EnvironmentKind, Service
from worker.models.problem import ProblemKind
from worker.models.request import (
    NO_AUTH,
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
from worker.models.suite import NameUse
from worker.parsing.document_body import BODY_KEYS
from worker.parsing.document_request import CONNECTION_KEYS, DEFAULT_TEMPLATES, METHODS, SENDING_KEYS
from worker.parsing.place import Place
from worker.parsing.source import Source
from worker.parsing.time_limits import Limits
from worker.parsing.uses import ANSWER_NAMES, find_uses

_OF_CONNECTIONS = frozenset((*CONNECTION_KEYS, "verify_tls"))

#: Redirects that are followed, where a test wants them followed and says no number.
MAX_REDIRECTS = 10


def read_method_and_url(read: Mapping[str, Any]) -> tuple[str, str]:
    """The method and where it goes; a GET of the base URL if a mistake hid them."""
    for method in METHODS:
        if method in read:
            return method, read[method]
    request = read.get("request", {})
    return request.get("method", "GET"), request.get("url", "/")


def merge_headers(defaults: Mapping[str, str | None], own: Mapping[str, str | None]) -> dict[str, JsonValue]:
    """The test's headers, and the defaults that it neither replaces nor takes away."""
    named = {name.lower() for name in own}
    kept = {name: value for name, value in defaults.items() if name.lower() not in named}
    return {name: value for name, value in {**kept, **own}.items() if value is not None}


def read_auth(read: Mapping[str, Any]) -> Auth:
    """Who the request comes from; nobody if nothing was said."""
    if "credential" in read:
        return Auth(kind=AuthKind.CREDENTIAL, values={"name": read["credential"]})
    if "bearer" in read:
        return Auth(kind=AuthKind.BEARER, values={"token": read["bearer"]})
    for kind in _AUTH_KINDS:
        if kind.value in read:
            return Auth(kind=kind, values={**_AUTH_DEFAULTS.get(kind, {}), **read[kind.value]})
    return NO_AUTH


_AUTH_KINDS = (
    AuthKind.BASIC,
    AuthKind.HEADER,
    AuthKind.API_KEY,
    AuthKind.OAUTH2,
    AuthKind.DIGEST,
    AuthKind.AWS,
)
_AUTH_DEFAULTS: dict[AuthKind, dict[str, JsonValue]] = {AuthKind.OAUTH2: {"grant": "client_credentials"}}

#: What a grant of OAuth 2 cannot do without.
_GRANT_NEEDS = {
    "client_credentials": ("client_secret",),
    "password": ("username", "password"),
    "refresh_token": ("refresh_token",),
}


def read_request(
    read: Mapping[str, Any], place: Place, defaults: Mapping[str, Any], source: Source
) -> Request:
    """The request of a test or a step. `read` is what its keys hold, `place` where it stands."""
    method, url = read_method_and_url(read)
    kind, body, parts = _body(read, place, source)
    said = {**{key: defaults[key] for key in SENDING_KEYS if key in defaults}, **read}
    _check_grant(read.get("auth", {}), place, source)
    limits = read_limits(read, defaults)
    return Request(
        method=method,
        url=url,
        headers=merge_headers(defaults.get("headers", {}), read.get("headers", {})),
        query=read.get("query", {}),
        cookies=read.get("cookies", {}),
        body_kind=kind,
        body=body,
        parts=parts,
        service=said.get("service", ""),
        auth=_auth(read, said),
        follow_redirects=said.get("follow_redirects", False),
        max_redirects=said.get("max_redirects", MAX_REDIRECTS),
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


def _check_grant(auth: Mapping[str, Any], place: Place, source: Source) -> None:
    """Note what the grant of an `oauth2` needs and does not have."""
    said: Mapping[str, Any] | None = auth.get("oauth2")
    written = place.find(("auth", "oauth2")).keyed()
    if said is None or ("grant" in written and "grant" not in said):
        return
    grant = said.get("grant", "client_credentials")
    for name in _GRANT_NEEDS[grant]:
        if name not in said:
            source.add(
                ProblemKind.MISSING_KEY,
                f"the grant {grant} needs the key {name!r}",
                place.find(("auth", "oauth2")).key_location(source),
                hint=f"write for example '{name}: \"{{{{ secrets.{name} }}}}\"'",
            )


def service_uses(place: Place, source: Source) -> Iterator[NameUse]:
    """The service that a test, a step or the defaults at this place need."""
    said = place.child("service")
    if said is not None and isinstance(said.data, str):
        yield NameUse(path=("services", said.data), field="service", where=said.location(source))


def credential_uses(place: Place, source: Source) -> Iterator[NameUse]:
    """The credential that a test, a step or the defaults at this place need."""
    auth = place.child("auth")
    # A place that is not there is not found by its parent: `auth: none` names no credential.
    said = auth.child("credential") if auth is not None else None
    if said is not None and isinstance(said.data, str):
        yield NameUse(path=("credentials", said.data), field="auth.credential", where=said.location(source))


class DefaultUses:
    """The names that the suite's `defaults` need, for the tests that do not say those things themselves."""

    def __init__(self, defaults: Place | None, source: Source) -> None:
        said = defaults.keyed() if defaults is not None else {}
        headers = said["headers"].keyed() if "headers" in said else {}
        self._headers = {
            name: tuple(find_uses(value, f"headers.{name}", source)) for name, value in headers.items()
        }
        self._others = {
            key: tuple(find_uses(said[key], key, source)) for key in DEFAULT_TEMPLATES if key in said
        }
        if defaults is not None and "auth" in said:
            self._others["auth"] += tuple(credential_uses(defaults, source))
        self._service = tuple(service_uses(defaults, source)) if defaults is not None else ()
        when = said["retries"].child("when") if "retries" in said else None
        self._retries = tuple(find_uses(when, "retries.when", source, own=ANSWER_NAMES)) if when else ()

    def of(self, place: Place) -> Iterator[NameUse]:
        """What the test or the step at this place needs because of the defaults."""
        said = place.keyed()
        own = {name.lower() for name in said["headers"].keyed()} if "headers" in said else set()
        for name, uses in self._headers.items():
            if name.lower() not in own:
                yield from uses
        for key, uses in self._others.items():
            if key not in said and not (key == "auth" and ("service" in said or self._service)):
                yield from uses
        if "service" not in said:
            yield from self._service

    def of_retries(self, place: Place) -> Iterable[NameUse]:
        """What the test at this place needs to know whether it is tried again."""
        return () if "retries" in place.keyed() else self._retries


def read_service(read: Mapping[str, Any]) -> Service:
    """One more API of an environment."""
    return Service(
        base_url=read.get("base_url", ""), health=read.get("health", ""), auth=read_auth(read.get("auth", {}))
    )


def read_environment(name: str, read: Mapping[str, Any]) -> Environment:
    """One of the suite's environments."""
    return Environment(
        name=name,
        kind=EnvironmentKind(read.get("kind", EnvironmentKind.LOCAL)),
        base_url=read.get("base_url", ""),
        services={name: read_service(said) for name, said in read.get("services", {}).items()},
        variables=read.get("variables", {}),
        max_parallel=read.get("max_parallel"),
        rate_limit_per_second=read.get("rate_limit"),
        timeout_seconds=read.get("timeout"),
        connection=read_connection(read),
        is_default=read.get("default", False),
    )
