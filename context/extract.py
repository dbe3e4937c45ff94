"""One value out of a response: a JSON path, a header, a cookie, the status, the body, a pattern."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Protocol
from urllib.parse import urljoin

from context import jsonpath
from context.capture import CaptureRule, CaptureSource
from context.outcomes import Found, NotFound
from context.paths import near_names
from context.patterns import PatternError, search, search_all
from context.values import JsonValue

__all__ = ["Found", "NotFound", "ResponseView", "extract", "find_in"]

#: What a path finds in a JSON document that has been read already.
find_in = jsonpath.find

_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)


class ResponseView(Protocol):
    """What is needed of a response. One with a method `json()` is asked for its document."""

    @property
    def status_code(self) -> int:
        """The number of the status line, such as 404."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """Header fields in the order of the wire; a name may come twice."""
        ...

    @property
    def body(self) -> bytes:
        """The body, decompressed."""
        ...

    @property
    def seconds(self) -> float:
        """From sending the request to the end of the body."""
        ...

    @property
    def url(self) -> str:
        """The last URL that was asked; empty where nobody knows."""
        ...

    @property
    def redirects(self) -> Sequence[object]:
        """The answers that led to this one, if redirects were followed."""
        ...


def extract(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    """The value that the rule describes, or why there is none.

    A JSONPath that can find several values gives a list; a header that comes several times gives
    its values joined with commas, and with `all` as a list; of a cookie set twice the last one
    counts. The rule's filter is not applied yet.
    """
    return _SOURCES[rule.source](response, rule)


def _from_json(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    return _in_document(response, rule.expression, jsonpath.find)


def _from_jmespath(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    from context import jmespaths

    return _in_document(response, rule.expression, jmespaths.find)


def _in_document(
    response: ResponseView, expression: str, find: Callable[[JsonValue, str], Found | NotFound]
) -> Found | NotFound:
    try:
        document = _document(response)
    except ValueError as error:
        return NotFound(f"{expression}: {error}")
    return find(document, expression)


def _from_xml(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    from context import xml

    try:
        found = xml.read(response.body, content_type(response)).find(rule.expression)
    except ValueError as error:
        return NotFound(f"{rule.expression}: {error}")
    if isinstance(found, NotFound):
        return found
    several = found.value if isinstance(found.value, list) else [found.value]
    return Found(several if rule.all else several[0])


def _document(response: ResponseView) -> JsonValue:
    read = getattr(response, "json", None)
    if callable(read):
        document: JsonValue = read()
        return document
    if not response.body.strip():
        raise ValueError("the body is empty, not JSON")
    try:
        loaded: JsonValue = json.loads(response.body)
    except RecursionError:
        raise ValueError("the body is JSON nested too deeply to be read") from None
    except ValueError:
        # The decoder's own words may quote the body.
        raise ValueError("the body is not JSON") from None
    return loaded


def _from_header(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    name = rule.expression
    values = [value for key, value in response.headers if key.lower() == name.lower()]
    if values:
        return Found(values if rule.all else ", ".join(values))
    present = sorted({key.lower() for key, _ in response.headers})
    return NotFound(f"no header '{name}'{_suggestion(name.lower(), present)}")


def _from_cookie(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    cookies = dict(_cookies(response))
    if rule.expression in cookies:
        return Found(cookies[rule.expression])
    return NotFound(f"no cookie '{rule.expression}' is set{_suggestion(rule.expression, sorted(cookies))}")


def _cookies(response: ResponseView) -> list[tuple[str, str]]:
    pairs = []
    for key, value in response.headers:
        if key.lower() == "set-cookie":
            name, _, content = value.partition(";")[0].partition("=")
            pairs.append((name.strip(), content.strip().strip('"')))
    return pairs


def _suggestion(name: str, present: Sequence[str]) -> str:
    if not present:
        return "; there are none"
    near = near_names(name, present)
    return f" (did you mean '{near[0]}'?)" if near else f"; there are: {', '.join(present)}"


def _from_status(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    return Found(response.status_code)


def _from_body(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    return Found(body_text(response))


def _from_time(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    return Found(round(response.seconds * 1000, 3))


def _from_size(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    return Found(len(response.body))


def _from_redirect(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    location = next((value for key, value in response.headers if key.lower() == "location"), None)
    if location is not None:
        return Found(urljoin(response.url, location))
    if response.redirects:
        return Found(response.url)
    return NotFound("the answer leads nowhere else: no header 'Location', and no redirect was followed")


def _from_pattern(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    pattern, text = rule.expression, body_text(response)
    try:
        if rule.all:
            matches = [match.group(rule.group) for match in search_all(pattern, text)]
            return Found(matches) if matches else _no_match(pattern)
        match = search(pattern, text)
        return _no_match(pattern) if match is None else Found(match.group(rule.group))
    except PatternError as error:
        return NotFound(f"the pattern {pattern}: {error}")


def _no_match(pattern: str) -> NotFound:
    return NotFound(f"the pattern {pattern} matches nothing in the body")


def content_type(response: ResponseView) -> str:
    """The content type with its parameters, as it came; empty where there is none."""
    return next((value for key, value in response.headers if key.lower() == "content-type"), "")


def body_text(response: ResponseView) -> str:
    """The body as text, in the encoding that its headers name, else UTF-8; bad bytes become �."""
    named = _CHARSET.search(content_type(response))
    try:
        return response.body.decode(named[1] if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return response.body.decode("utf-8", "replace")


_SOURCES: dict[CaptureSource, Callable[[ResponseView, CaptureRule], Found | NotFound]] = {
    CaptureSource.JSONPATH: _from_json,
    CaptureSource.JMESPATH: _from_jmespath,
    CaptureSource.XPATH: _from_xml,
    CaptureSource.REGEX: _from_pattern,
    CaptureSource.HEADER: _from_header,
    CaptureSource.COOKIE: _from_cookie,
    CaptureSource.STATUS: _from_status,
    CaptureSource.BODY: _from_body,
    CaptureSource.TIME: _from_time,
    CaptureSource.SIZE: _from_size,
    CaptureSource.REDIRECT_URL: _from_redirect,
}
