"""Cookies that servers set (RFC 6265), for the length of a test or a run."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from worker.clock import Clock, SystemClock
from worker.http.transport import is_loopback

_SECONDS = re.compile(r"-?[0-9]+")
#: Digits of a number of seconds that are read.
_LONGEST = 12
_IP_ADDRESS = re.compile(r"^[\d.]+$|:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie as it was set. `expires` is in seconds since 1970; None: with the jar.

    `host_only`: it goes back to this very host, not to those below it.
    """

    name: str
    value: str = field(repr=False)
    domain: str = ""
    host_only: bool = True
    path: str = "/"
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    max_age: int | None = None
    expires: float | None = None


def parse_set_cookie(header: str, url: str, *, now: float) -> Cookie | None:
    """The cookie that a Set-Cookie header sets for this URL; None when it may not, or is none."""
    pair, *attributes = header.split(";")
    name, equals, value = pair.partition("=")
    if not equals or not name.strip():
        return None
    host, path = _host_and_path(url)
    value = value.strip()
    cookie = Cookie(
        name=name.strip(),
        value=value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value,
        domain=host,
        path=_default_path(path),
    )
    for attribute in attributes:
        word, _, said = attribute.partition("=")
        cookie = _with(cookie, word.strip().lower(), said.strip(), now=now)
    return cookie if _may_set(cookie, host) else None


class CookieJar:
    """Cookies by where they came from. Used by one event loop."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def take(self, url: str, set_cookie: Iterable[str]) -> None:
        """Remember what an answer from this URL sets, and forget what it takes back."""
        now = self._clock.now().timestamp()
        for header in set_cookie:
            cookie = parse_set_cookie(header, url, now=now)
            if cookie is None:
                continue
            key = (cookie.domain, cookie.path, cookie.name)
            self._cookies.pop(key, None)
            if cookie.expires is None or cookie.expires > now:
                self._cookies[key] = cookie

    def header_for(self, url: str) -> str:
        """The value of the Cookie header for this URL: longer paths first; empty when there is none."""
        if not self._cookies:
            return ""
        now = self._clock.now().timestamp()
        fitting = [cookie for cookie in self._cookies.values() if _fits(cookie, url, now)]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)


def join_cookies(own: str, jar: str) -> str:
    """The cookies that a test sends itself, and those of the jar that it does not send itself."""
    if not own or not jar:
        return own or jar
    named = {pair.partition("=")[0].strip() for pair in own.split(";")}
    others = [pair for pair in jar.split("; ") if pair.partition("=")[0] not in named]
    return "; ".join([own, *others])


def _with(cookie: Cookie, word: str, said: str, *, now: float) -> Cookie:
    """The cookie with one of its attributes; unknown ones change nothing."""
    if word == "max-age" and _SECONDS.fullmatch(said):
        # Of a number that long, its first digits are for ever as well.
        seconds = int(said[:_LONGEST])
        return replace(cookie, max_age=seconds, expires=now + seconds)
    if word == "expires" and cookie.max_age is None:
        return replace(cookie, expires=_moment(said))
    if word == "path" and not said.startswith("/"):
        return cookie
    change = _ATTRIBUTES.get(word)
    return change(cookie, said) if change is not None else cookie


def _of_domain(cookie: Cookie, said: str) -> Cookie:
    return replace(cookie, domain=said.lstrip(".").lower(), host_only=False) if said else cookie


_ATTRIBUTES: dict[str, Callable[[Cookie, str], Cookie]] = {
    "domain": _of_domain,
    "path": lambda cookie, said: replace(cookie, path=said),
    "secure": lambda cookie, said: replace(cookie, secure=True),
    "httponly": lambda cookie, said: replace(cookie, http_only=True),
    "samesite": lambda cookie, said: replace(cookie, same_site=said),
}


def _moment(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text.replace("-", " ")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _may_set(cookie: Cookie, host: str) -> bool:
    """Whether a host may set this: for itself or for the domain it is in, never for a whole top level."""
    if cookie.host_only or cookie.domain == host:
        return True
    return "." in cookie.domain and _is_below(host, cookie.domain)


def _is_below(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not _IP_ADDRESS.search(host))


def _fits(cookie: Cookie, url: str, now: float) -> bool:
    host, path = _host_and_path(url)
    if cookie.expires is not None and cookie.expires <= now:
        return False
    if not (host == cookie.domain if cookie.host_only else _is_below(host, cookie.domain)):
        return False
    # This machine is as safe as TLS: developers' servers say Secure, too.
    if cookie.secure and not (url.lower().startswith("https:") or is_loopback(url)):
        return False
    return path == cookie.path or path.startswith(
        cookie.path if cookie.path.endswith("/") else cookie.path + "/"
    )


def _host_and_path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.path or "/"


def _default_path(path: str) -> str:
    return path[: path.rindex("/")] or "/" if path.startswith("/") else "/"
