"""One value out of a response: a JSON path, a header, a cookie, the status, the body, a pattern."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from context import jsonpath
from context.capture import CaptureRule, CaptureSource
from context.outcomes import Found, NotFound
from context.paths import near_names
from context.patterns import PatternError, search
from context.values import JsonValue

__all__ = ["Found", "NotFound", "ResponseView", "extract", "find_in"]

#: What a path finds in a JSON document that has been read already.
find_in = jsonpath.find

_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9_.:-]+)", re.IGNORECASE)


class ResponseView(Protocol):
    """What is needed of a response. One with a method `json()` is asked for its document."""

    @property
    def status_code(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """Header fields in the order of the wire; a name may come twice."""
        ...

    @property
    def body(self) -> bytes:
        """The body, decompressed."""
        ...


def extract(response: ResponseView, rule: CaptureRule) -> Found | NotFound:
    """The value that the rule describes, or why there is none.

    A JSONPath that can find several values gives a list; a header that comes several times gives
    its values joined with commas; of a cookie set twice the last one counts.
    """
    return _SOURCES[rule.source](response, rule.expression)


def _from_json(response: ResponseView, expression: str) -> Found | NotFound:
    try:
        document = _document(response)
    except ValueError as error:
        return NotFound(f"{expression}: {error}")
    return jsonpath.find(document, expression)


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


def _from_header(response: ResponseView, name: str) -> Found | NotFound:
    values = [value for key, value in response.headers if key.lower() == name.lower()]
    if values:
        return Found(", ".join(values))
    present = sorted({key.lower() for key, _ in response.headers})
    return NotFound(f"no header '{name}'{_suggestion(name.lower(), present)}")


def _from_cookie(response: ResponseView, name: str) -> Found | NotFound:
    cookies = dict(_cookies(response))
    if name in cookies:
        return Found(cookies[name])
    return NotFound(f"no cookie '{name}' is set{_suggestion(name, sorted(cookies))}")


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


def _from_status(response: ResponseView, expression: str) -> Found | NotFound:
    return Found(response.status_code)


def _from_body(response: ResponseView, expression: str) -> Found | NotFound:
    return Found(body_text(response))


def _from_pattern(response: ResponseView, pattern: str) -> Found | NotFound:
    try:
        match = search(pattern, body_text(response))
    except PatternError as error:
        return NotFound(f"the pattern {pattern}: {error}")
    if match is None:
        return NotFound(f"the pattern {pattern} matches nothing in the body")
    return Found(match.groups[0] if match.groups else match.text)


def body_text(response: ResponseView) -> str:
    """The body as text, in the encoding that its headers name, else UTF-8; bad bytes become �."""
    types = [value for key, value in response.headers if key.lower() == "content-type"]
    named = _CHARSET.search(types[0]) if types else None
    try:
        return response.body.decode(named[1] if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return response.body.decode("utf-8", "replace")


_SOURCES: dict[CaptureSource, Callable[[ResponseView, str], Found | NotFound]] = {
    CaptureSource.JSONPATH: _from_json,
    CaptureSource.HEADER: _from_header,
    CaptureSource.COOKIE: _from_cookie,
    CaptureSource.STATUS: _from_status,
    CaptureSource.BODY: _from_body,
    CaptureSource.REGEX: _from_pattern,
}
