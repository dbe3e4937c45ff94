"""Where an answer leads, and what may go there."""

from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from context.sensitive import SENSITIVE_HEADERS
from worker.http.address import SAFE, is_whole_url
from worker.models.exchange import Headers, PreparedRequest, Response

_REDIRECTS = frozenset((301, 302, 303, 307, 308))

#: Headers that say something of a body.
_OF_A_BODY = frozenset(
    ("content-type", "content-length", "content-encoding", "content-language", "content-location", "digest")
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def destination(response: Response, url: str) -> str | None:
    """The whole URL that this answer to a request for `url` leads to; None when it leads nowhere that
    HTTP goes."""
    if response.status_code not in _REDIRECTS:
        return None
    location = next(iter(response.header_values("location")), "").strip()
    if not location:
        return None
    try:
        target = quote(urljoin(url, location).partition("#")[0], safe=SAFE)
        parts = urlsplit(target)
        # Asking for the port raises where there can be none such.
        reachable = bool(parts.hostname) and parts.port != 0
        return target if is_whole_url(target) and reachable else None
    except ValueError:
        return None


def redirected(request: PreparedRequest, status_code: int, target: str) -> PreparedRequest:
    """The request for the URL that an answer led to. What is secret stays with its origin."""
    method = _method(request.method, status_code)
    headers, body, story = request.headers, request.body, request.story
    if method != request.method:
        headers, body = _without(headers, _OF_A_BODY), None
        story = replace(story, parts=(), plain=None)
    moved = replace(request, method=method, url=target, headers=headers, body=body, story=story)
    return moved if is_same_origin(request.url, target) else _stranger(moved)


def is_same_origin(url: str, other: str) -> bool:
    """Whether two URLs have scheme, host and port in common; going from HTTP to HTTPS on the usual ports
    is no other origin."""
    one, two = _origin(url), _origin(other)
    upgraded = (one[0], one[2], two[0], two[2]) == ("http", 80, "https", 443)
    return one == two or (one[1] == two[1] and upgraded)


def _stranger(request: PreparedRequest) -> PreparedRequest:
    """The request without everything that was meant for another origin."""
    secret = SENSITIVE_HEADERS | request.secret_headers | {"host"}
    return replace(
        request,
        headers=_without(request.headers, secret),
        auth=None,
        channel=replace(request.channel, certificate=None, key=None),
    )


def _without(headers: Headers, names: frozenset[str]) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() not in names)


def _method(method: str, status_code: int) -> str:
    """As all clients do it: 303 asks for another document, 301 and 302 make a GET of a POST."""
    if status_code == 303 and method != "HEAD":
        return "GET"
    return "GET" if status_code in (301, 302) and method == "POST" else method


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(scheme, 0)
