"""Values that become a part of a request, or are compared with a part of a response."""

import re
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Operator
from worker.parsing.mistake import Mistake, in_words, wrong_type

_STATUS_CLASS = re.compile(r"[1-5]xx")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z][A-Z0-9_-]*")
_URL = re.compile(r"(/|https?://|\{\{|\{%).*", re.DOTALL | re.IGNORECASE)
_BASE_URL = re.compile(r"https?://[^\s/?#]+[^\s?#]*", re.IGNORECASE)

_HOW_STATUS = "write a code (200), codes ([200, 201]) or a class (2xx)"


def read_status(value: Any) -> tuple[Operator, JsonValue]:
    """What the status must be: a code, one of several codes, or a class such as `2xx`."""
    if isinstance(value, str):
        return _status_from_text(value)
    if isinstance(value, list):
        if not value:
            raise Mistake("a list of status codes with nothing in it", hint="write for example [200, 201]")
        return Operator.ONE_OF, [_status_code(code, (position,)) for position, code in enumerate(value)]
    return Operator.EQUALS, _status_code(value)


def _status_from_text(text: str) -> tuple[Operator, JsonValue]:
    plain = text.strip().lower()
    if _STATUS_CLASS.fullmatch(plain):
        return Operator.STATUS_CLASS, plain
    if plain.isascii() and plain.isdigit():
        raise Mistake(f"{text!r} is a text, a status code is a number", hint=f"write {plain} without quotes")
    raise Mistake(f"{text!r} is not a status", hint=_HOW_STATUS)


def _status_code(value: Any, inside: tuple[str | int, ...] = ()) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        shown = repr(value) if isinstance(value, str) else in_words(value)
        raise Mistake(f"{shown} is not a status code", hint=_HOW_STATUS, inside=inside)
    if not 100 <= value <= 599:
        raise Mistake(f"{value} is not a status code", hint="codes go from 100 to 599", inside=inside)
    return value


def read_scalar(value: Any) -> str:
    """A text, number or boolean as a header has it: `true`, not Python's `True`."""
    if value is None or isinstance(value, list | dict):
        raise wrong_type("a text", value, hint="write a text, a number or a boolean")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read_header(value: Any) -> str | None:
    """A header's value as text; null takes a default header away."""
    return None if value is None else read_scalar(value)


def read_header_name(value: str) -> str:
    """A header's name, of the characters that HTTP allows."""
    if not _HEADER_NAME.fullmatch(value):
        raise Mistake(f"{value!r} is not a header's name", hint="letters, digits and hyphens")
    return value


def read_query_value(value: Any) -> JsonValue:
    """A query parameter: a text, number or boolean, or several of them for a repeated one."""
    if isinstance(value, list):
        for position, part in enumerate(value):
            if part is None or isinstance(part, list | dict):
                raise wrong_type("a text", part, hint="write texts, numbers or booleans", inside=(position,))
        return value
    if value is None or isinstance(value, dict):
        raise wrong_type("a text, or a list of texts,", value, hint='for an empty one write ""')
    checked: JsonValue = value
    return checked


def read_url(value: Any) -> str:
    """A path below the base URL, a whole URL, or a template that makes one of these."""
    if not isinstance(value, str):
        raise wrong_type("a path", value, hint="write for example /login")
    if not _URL.fullmatch(value):
        hint = f"write /{value.strip()}" if value.strip() else "write / for the base URL itself"
        raise Mistake("a path begins with '/', a whole URL with 'http://' or 'https://'", hint=hint)
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise Mistake("a path has no line breaks or tabs", hint="write it on one line")
    return value


def read_base_url(value: Any) -> str:
    """A whole URL; what follows the host stays in front of every path."""
    if not isinstance(value, str):
        raise wrong_type("a URL", value, hint="write for example http://127.0.0.1:8900")
    if not _BASE_URL.fullmatch(value):
        raise Mistake(f"{value!r} is not a base URL", hint="write for example http://127.0.0.1:8900")
    return value


def read_method(value: Any) -> str:
    """An HTTP method in capital letters."""
    if not isinstance(value, str):
        raise wrong_type("a method", value, hint="write for example PROPFIND")
    if not _METHOD.fullmatch(value):
        better = value.upper() if _METHOD.fullmatch(value.upper()) else "for example PROPFIND"
        raise Mistake(f"{value!r} is not an HTTP method", hint=f"write {better}")
    return value
