"""Who a request comes from, out of what a file, a project or a secret says."""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.models.problem import ProblemKind
from worker.models.request import NO_AUTH, Auth, AuthKind
from worker.parsing.place import Place
from worker.parsing.source import Source

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


def check_grant(auth: Mapping[str, Any], place: Place, source: Source) -> None:
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
