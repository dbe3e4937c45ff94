"""From a request as written to one that can be sent: templates filled, headers complete."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from context.values import JsonValue
from worker import __version__
from worker.errors import RequestError
from worker.http.address import join
from worker.http.texts import as_text, is_list
from worker.models.exchange import Headers, PreparedRequest
from worker.models.request import Auth, AuthKind, BodyKind, Request

#: Who we say we are, where a test does not say otherwise.
USER_AGENT = f"baton/{__version__}"

#: A header's name (RFC 9110, token), and a method's.
_TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
#: What no header value may hold: a line break would begin another header.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

#: Header names in lower case, each with the name as written and its values.
_Fields = dict[str, tuple[str, list[str]]]


class Render(Protocol):
    """Fills the templates of a value. `field` says where in the test it stands."""

    def __call__(self, value: JsonValue, *, field: str) -> JsonValue:
        """The value with every template filled."""
        ...


def build_request(
    request: Request,
    *,
    render: Render,
    base_url: str,
    default_headers: Mapping[str, str] | None = None,
) -> PreparedRequest:
    """The request to send. Raises RequestError, and whatever `render` raises."""
    try:
        return _build(request, render, base_url, default_headers or {})
    except UnicodeEncodeError:
        raise RequestError(
            "half a character (a lone surrogate, such as \\ud800) cannot be sent",
            where="the request",
            hint="look for it in what an earlier test captured",
        ) from None


def _build(
    request: Request, render: Render, base_url: str, default_headers: Mapping[str, str]
) -> PreparedRequest:
    body, content_type = _body(request, render)
    url = _url(request, render, base_url)
    fields: _Fields = {"user-agent": ("User-Agent", [USER_AGENT]), "accept": ("Accept", ["*/*"])}
    if content_type:
        fields["content-type"] = ("Content-Type", [content_type])
    for name, value in {**default_headers, **request.headers}.items():
        _set(fields, name, render(value, field=f"headers.{name}"))
    url = _move_credentials(url, fields)
    _set_auth(fields, request.auth, render)
    return PreparedRequest(
        method=_method(request.method),
        url=url,
        headers=_flat(fields),
        body=body,
        follow_redirects=request.follow_redirects,
        verify_tls=request.verify_tls,
    )


def _method(method: str) -> str:
    if not _TOKEN.match(method):
        raise RequestError(f"{method!r} is no HTTP method", where="method", hint="write GET, POST, …")
    return method


def _url(request: Request, render: Render, base_url: str) -> str:
    url = as_text(render(request.url, field="url"), field="url")
    query = {name: render(value, field=f"query.{name}") for name, value in request.query.items()}
    return join(base_url, url, query)


def _body(request: Request, render: Render) -> tuple[bytes | None, str]:
    """The bytes to send and their content type."""
    if request.body_kind is BodyKind.JSON:
        return _json_bytes(render(request.body, field="json")), "application/json"
    if request.body_kind is BodyKind.TEXT:
        text = as_text(render(request.body, field="text"), field="text")
        return text.encode(), "text/plain; charset=utf-8"
    return None, ""


def _json_bytes(value: JsonValue) -> bytes:
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        # JSON can hold half a surrogate pair, as an escape.
        return text.encode(errors="backslashreplace")
    except (ValueError, TypeError):
        raise RequestError(
            "the body cannot be written as JSON: it holds a value that JSON does not have",
            where="json",
            hint="infinite numbers and NaN have no place in JSON",
        ) from None


def _set(fields: _Fields, name: str, value: JsonValue) -> None:
    """Put a header in, in place of one of the same name. Null takes it away, a list repeats it."""
    if not _TOKEN.match(name):
        raise RequestError(
            f"{name!r} cannot be a header's name", where="headers", hint="letters, digits and hyphens"
        )
    if value is None:
        fields.pop(name.lower(), None)
        return
    values = [as_text(one, field=f"headers.{name}") for one in (value if is_list(value) else [value])]
    if any(_FORBIDDEN.search(one) for one in values):
        # The value itself stays out of the message: it may be secret.
        raise RequestError(
            f"the value of header {name} has a line break or another control character",
            where=f"headers.{name}",
            hint="a line break would begin another header; `| trim` takes one off the end",
        )
    "".join(values).encode()  # half a character ends here, not in the HTTP client
    fields[name.lower()] = (name, values)


def _set_auth(fields: _Fields, auth: Auth, render: Render) -> None:
    if auth.kind is AuthKind.NONE:
        return
    said = {
        name: as_text(render(value, field=f"auth.{name}"), field=f"auth.{name}")
        for name, value in auth.values.items()
    }
    if auth.kind is AuthKind.BEARER:
        _set(fields, "Authorization", f"Bearer {said['token']}")
    elif auth.kind is AuthKind.BASIC:
        _set(fields, "Authorization", _basic(said["username"], said["password"]))
    else:
        _set(fields, said["name"], said["value"])


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _move_credentials(url: str, fields: _Fields) -> str:
    """Take `user:password@` out of the URL into a header, where nobody prints it."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    credentials, _, host = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    fields.setdefault("authorization", ("Authorization", [_basic(unquote(username), unquote(password))]))
    return urlunsplit(parts._replace(netloc=host))


def _flat(fields: _Fields) -> Headers:
    return tuple((name, value) for name, values in fields.values() for value in values)
