"""From a base URL, a path and a query to one URL."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

from context.values import JsonValue
from worker.errors import RequestError
from worker.http.texts import as_text, is_list

#: Characters that stay as they are in a URL as written; all else is percent-encoded. `%` is among
#: them, so that what was encoded already stays as it is.
SAFE = "%/:?#[]@!$&'()*+,;=-._~"

_WHOLE_URL = re.compile(r"^https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME_AND_HOST = re.compile(r"[^:/?#]*://[^/?#]*")
#: What stays as it is: nearly every address.
_SAFE_ALREADY = re.compile(rf"[A-Za-z0-9{re.escape(SAFE)}]*")


def is_whole_url(url: str) -> bool:
    """Whether a URL stands on its own, without a base URL."""
    return bool(_WHOLE_URL.match(url))


def join(base_url: str, url: str, query: Mapping[str, JsonValue]) -> str:
    """The URL to send to: path below the base URL's path, all queries together, no fragment.

    Raises RequestError for what cannot be a URL.
    """
    _refuse_control_characters(url)
    address, _, fragmentless_query = _below(base_url, url).partition("#")[0].partition("?")
    queries = [part for part in (fragmentless_query, encode_query(query)) if part]
    whole = f"{address}?{'&'.join(queries)}" if queries else address
    if not _SAFE_ALREADY.fullmatch(whole):
        whole = quote(whole, safe=SAFE)
    _refuse_without_host(whole)
    return whole


def encode_query(query: Mapping[str, JsonValue]) -> str:
    """A query as it stands in a URL. Lists repeat the name; null leaves it out."""
    if not query:
        return ""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        values = value if is_list(value) else [value]
        pairs += [(name, as_text(one, field=f"query.{name}")) for one in values if one is not None]
    return urlencode(pairs, quote_via=quote)


def _below(base_url: str, url: str) -> str:
    """The URL itself, or the base URL with the path and the query of `url` added."""
    if "://" in url and is_whole_url(url):
        return url
    if "://" in url and _OTHER_SCHEME.match(url):
        scheme = url.partition("://")[0]
        raise RequestError(
            f"the scheme {scheme}:// cannot be sent", where="url", hint="write http:// or https://"
        )
    base_path, base_query = _parts_of_base(_checked_base(base_url, url))
    path, _, query = url.partition("#")[0].partition("?")
    joined = f"{base_path.rstrip('/')}/{path.lstrip('/')}" if path else base_path
    if not base_query and not query:
        return joined
    queries = "&".join(part for part in (base_query, query) if part)
    return f"{joined}?{queries}"


@lru_cache(maxsize=256)
def _parts_of_base(base_url: str) -> tuple[str, str]:
    """Path (with scheme and host before it) and query of a base URL: one for many requests."""
    path, _, query = base_url.partition("#")[0].partition("?")
    return path, query


def _checked_base(base_url: str, url: str) -> str:
    if not base_url:
        raise RequestError(
            f"{url} is a path, and there is no base URL to put before it",
            where="url",
            hint="give the environment a base_url, or write the whole URL",
        )
    if not is_whole_url(base_url):
        raise RequestError(
            "the environment's base URL does not begin with http:// or https://",
            where="base_url",
            hint="write it like https://api.example.com/v1",
        )
    return base_url


def _refuse_control_characters(url: str) -> None:
    if _CONTROL.search(url):
        raise RequestError(
            "the URL has a line break or another control character",
            where="url",
            hint="`| urlencode` makes any value fit for a URL",
        )


def _refuse_without_host(url: str) -> None:
    front = _SCHEME_AND_HOST.match(url)
    if not _has_host(front[0] if front else url):
        raise RequestError(
            "the URL has no host, or a port that cannot be",
            where="url",
            hint="write it like https://api.example.com:8443/path",
        )


@lru_cache(maxsize=256)
def _has_host(front: str) -> bool:
    """Whether scheme and host can be sent to. There are few of them, and many requests to each."""
    try:
        parts = urlsplit(front)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
