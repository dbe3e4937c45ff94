"""From a request as written to one that can be sent: templates filled, headers complete."""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit, urlunsplit

from context.values import JsonValue
from worker import __version__
from worker.errors import RequestError
from worker.http.address import join
from worker.http.auth import basic, say
from worker.http.bodies import Body, make_body
from worker.http.connecting import connection_of, make_channel
from worker.http.curl_options import curl_options
from worker.http.fields import TOKEN, Fields
from worker.http.origin import Origin
from worker.http.render import Render, text_of
from worker.models.exchange import PLAIN, Channel, PreparedRequest
from worker.models.request import NOTHING_SAID, Auth, AuthKind, Connection, HttpVersion, Request

#: Who we say we are, where a test does not say otherwise.
USER_AGENT = f"baton/{__version__}"

#: What every request says, unless its test says otherwise.
_OURS = {"User-Agent": USER_AGENT, "Accept": "*/*"}


def build_request(
    request: Request,
    *,
    render: Render,
    base_url: str = "",
    origin: Origin | None = None,
    default_headers: Mapping[str, str] | None = None,
) -> PreparedRequest:
    """The request to send. Raises RequestError, and whatever `render` raises.

    `origin` is what run and environment add; without one it is the base URL alone.
    """
    try:
        return _build(request, render, origin or Origin(base_url=base_url), default_headers or {})
    except UnicodeEncodeError:
        raise RequestError(
            "half a character (a lone surrogate, such as \\ud800) cannot be sent",
            where="the request",
            hint="look for it in what an earlier test captured",
        ) from None


def _build(
    request: Request, render: Render, origin: Origin, default_headers: Mapping[str, str]
) -> PreparedRequest:
    body = make_body(request, render, origin.files)
    base_url, auth = _goal(request, origin)
    auth, fill = _credential(auth, origin, render)
    url = _url(request, render, base_url, body)
    fields = _fields(request, render, default_headers, body)
    url = _move_credentials(url, fields)
    said = say(auth, fields, fill, base_url=base_url, hide=origin.hide)
    connection = connection_of(request, origin)
    channel = _channel(request, connection, origin, render)
    return PreparedRequest(
        method=_method(request.method),
        url=_with_query(url, said.query),
        headers=fields.flat(),
        body=body.data,
        follow_redirects=request.follow_redirects,
        max_redirects=request.max_redirects,
        channel=channel,
        auth=said.late,
        secret_headers=frozenset(said.secret_headers),
        cookies=origin.cookies(request.cookie_scope),
        story=body.story,
        curl_options=curl_options(request, channel, connection, said.late, url=url),
        hide=origin.hide,
        renewed=origin.renewed,
    )


def _goal(request: Request, origin: Origin) -> tuple[str, Auth]:
    """The base URL that the request goes below, and who it comes from."""
    if not request.service:
        return origin.base_url, request.auth
    service = origin.services.get(request.service)
    if service is None:
        known = ", ".join(origin.services)
        raise RequestError(
            f"the environment has no service {request.service!r}",
            where="service",
            hint=f"it has: {known}" if known else "add it to the environment, under 'services'",
        )
    return service.base_url, service.auth if request.auth.kind is AuthKind.SERVICE else request.auth


def _credential(auth: Auth, origin: Origin, render: Render) -> tuple[Auth, Render]:
    """The auth that is meant, and what fills it: a stored password with a brace in it is no template."""
    if auth.kind is not AuthKind.CREDENTIAL:
        return auth, render
    name = str(auth.values["name"])
    if name not in origin.credentials:
        raise RequestError(
            f"there is no credential {name!r} for this run",
            where="auth.credential",
            hint="credentials are personal: they come with runs that their owner has asked for",
        )
    return origin.credentials[name], _as_it_is


def _as_it_is(value: JsonValue, *, field: str) -> JsonValue:
    return value


def _method(method: str) -> str:
    if not TOKEN.match(method):
        raise RequestError(f"{method!r} is no HTTP method", where="method", hint="write GET, POST, …")
    return method


def _url(request: Request, render: Render, base_url: str, body: Body) -> str:
    url = text_of(request.url, render, field="url")
    if not request.query:
        return join(base_url, url, body.query)
    query = {name: render(value, field=f"query.{name}") for name, value in request.query.items()}
    return join(base_url, url, {**query, **body.query})


def _with_query(url: str, query: str) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _fields(request: Request, render: Render, default_headers: Mapping[str, str], body: Body) -> Fields:
    fields = Fields(_OURS)
    if body.content_type:
        fields.set("Content-Type", body.content_type)
    if body.story.plain is not None:
        fields.set("Content-Encoding", "gzip")
    for headers in (default_headers, request.headers):
        for name, value in headers.items():
            fields.set(name, render(value, field=f"headers.{name}"))
    for name, value in request.cookies.items():
        place = f"cookies.{name}"
        fields.add_cookie(name, text_of(value, render, field=place), field=place)
    return fields


def _move_credentials(url: str, fields: Fields) -> str:
    """Take `user:password@` out of the URL into a header, where nobody prints it."""
    if "@" not in url:
        return url
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    credentials, _, host = parts.netloc.rpartition("@")
    username, _, password = credentials.partition(":")
    fields.suggest("Authorization", basic(unquote(username), unquote(password)))
    return urlunsplit(parts._replace(netloc=host))


def _channel(request: Request, said: Connection, origin: Origin, render: Render) -> Channel:
    # Nearly every request of nearly every run: one channel for all of them.
    usual = request.http_version is HttpVersion.AUTO and request.compressed
    times = request.connect_timeout_seconds, request.read_timeout_seconds
    if usual and times == (None, None) and said is NOTHING_SAID:
        return PLAIN
    return make_channel(request, said, origin, render)
