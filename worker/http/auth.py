"""Who a request comes from, as far as that is a matter of headers, query and cookies."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from worker.errors import RequestError
from worker.http.address import join
from worker.http.fields import Fields
from worker.http.render import Render, text_of
from worker.models.exchange import LateAuth
from worker.models.request import SECRET_AUTH_VALUES, Auth, AuthKind

#: Kinds that need an exchange of their own, or the whole request.
_LATE = frozenset((AuthKind.OAUTH2, AuthKind.DIGEST, AuthKind.AWS))


@dataclass(slots=True)
class Said:
    """What auth adds to a request. `query` is encoded already."""

    late: LateAuth | None = None
    secret_headers: set[str] = field(default_factory=set)
    query: str = field(default="", repr=False)


def say(auth: Auth, fields: Fields, render: Render, *, base_url: str, hide: Callable[[str], None]) -> Said:
    """Put what auth says into the headers; the rest is in the answer. Raises RequestError."""
    said = Said()
    if auth.kind is AuthKind.NONE:
        return said
    values = {name: text_of(value, render, field=f"auth.{name}") for name, value in auth.values.items()}
    for name in SECRET_AUTH_VALUES & values.keys():
        hide(values[name])
    if auth.kind in _LATE:
        said.late = LateAuth(kind=auth.kind, values=_checked(auth.kind, values, base_url))
    elif auth.kind is AuthKind.API_KEY:
        _say_key(values, fields, said)
    elif auth.kind is AuthKind.HEADER:
        fields.set(values["name"], values["value"])
        said.secret_headers.add(values["name"].lower())
    else:
        fields.set("Authorization", _credentials(auth.kind, values))
    return said


def basic(username: str, password: str) -> str:
    """The value of an Authorization header for user name and password."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _credentials(kind: AuthKind, values: dict[str, str]) -> str:
    if kind is AuthKind.BEARER:
        return f"Bearer {values['token']}"
    return basic(values["username"], values["password"])


def _say_key(values: dict[str, str], fields: Fields, said: Said) -> None:
    name, value, place = values["name"], values["value"], values.get("in", "header")
    if place == "query":
        said.query = urlencode({name: value})
    elif place == "cookie":
        fields.add_cookie(name, value, field="auth.value")
    else:
        fields.set(name, value)
        said.secret_headers.add(name.lower())


def _checked(kind: AuthKind, values: dict[str, str], base_url: str) -> dict[str, str]:
    """The values, with the token endpoint as a whole URL. Raises RequestError for an empty one."""
    for name in ("token_url", "client_id", "username", "access_key", "secret_key", "region", "service"):
        if values.get(name) == "" or any(ord(sign) < 32 for sign in values.get(name, "")):
            raise RequestError(
                f"auth.{name} is empty or has a line break",
                where=f"auth.{name}",
                hint="look at the variable that should fill it",
            )
    if kind is AuthKind.OAUTH2:
        values["token_url"] = join(base_url, values["token_url"], {})
    return values
