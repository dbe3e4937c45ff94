"""Values that become a part of a request, or are compared with a part of a response."""

import re
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Operator
from worker.parsing.mistake import Mistake, has_template, in_words, wrong_type

_STATUS_CLASS = re.compile(r"[1-5]xx")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z][A-Z0-9_-]*")
_URL = re.compile(r"(/|https?://|\{\{|\{%).*", re.DOTALL | re.IGNORECASE)
_BASE_URL = re.compile(r"https?://[^\s/?#]+[^\s?#]*", re.IGNORECASE)

_PROXIES = ("http", "https", "socks5", "socks5h")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

_HOST_AND_PATH = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?(?:/.*)?")

_HOW_PROXY = "write for example http://proxy.example.com:3128, or none"
_HOW_STATUS = "write a code (200), a class (2xx) or a list of them ([200, 3xx])"


def read_status(value: Any) -> tuple[Operator, JsonValue]:
    """What the status must be: a code, a class such as `2xx`, or one of several."""
    if isinstance(value, str):
        return _status_from_text(value)
    if isinstance(value, list):
        if not value:
            raise Mistake("a list of status codes with nothing in it", hint="write for example [200, 201]")
        return Operator.ONE_OF, [_code_or_class(each, (position,)) for position, each in enumerate(value)]
    return Operator.EQUALS, _status_code(value)


def _status_from_text(text: str) -> tuple[Operator, JsonValue]:
    plain = text.strip().lower()
    if _STATUS_CLASS.fullmatch(plain):
        return Operator.STATUS_CLASS, plain
    if plain.isascii() and plain.isdigit():
        raise Mistake(f"{text!r} is a text, a status code is a number", hint=f"write {plain} without quotes")
    raise Mistake(f"{text!r} is not a status", hint=_HOW_STATUS)


def _code_or_class(value: Any, inside: tuple[str | int, ...]) -> JsonValue:
    plain = value.strip().lower() if isinstance(value, str) else ""
    return plain if _STATUS_CLASS.fullmatch(plain) else _status_code(value, inside)


def read_status_codes(values: list[Any]) -> None:
    """Refuse what is no code in a list of codes."""
    for position, code in enumerate(values):
        _status_code(code, (position,))


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


def read_form_value(value: Any) -> JsonValue:
    """A field of a form: as in a query, and null leaves it out."""
    return None if value is None else read_query_value(value)


def read_cookie_name(value: str) -> str:
    """A cookie's name, of the characters that HTTP allows."""
    if not _HEADER_NAME.fullmatch(value):
        raise Mistake(f"{value!r} is not a cookie's name", hint="letters, digits, '-' and '_'")
    return value


def read_token_url(value: Any) -> str:
    """The token endpoint: as any URL of a request, but mostly on a host of its own."""
    if isinstance(value, str) and _HOST_AND_PATH.fullmatch(value):
        raise Mistake(
            "a path begins with '/', a whole URL with 'http://' or 'https://'", hint=f"write https://{value}"
        )
    return read_url(value)


def read_http_version(value: Any) -> str:
    """The version, which people write as a number, too."""
    written = {1.1: "1.1", 2: "2"}.get(value) if isinstance(value, int | float) else value
    if isinstance(value, bool) or written not in ("auto", "1.1", "2"):
        shown = repr(value) if isinstance(value, str) else in_words(value)
        shown = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else shown
        raise Mistake(
            f"{shown} is not a version of HTTP that can be asked for", hint='write auto, "1.1" or "2"'
        )
    return str(written)


def read_proxy(value: Any) -> str:
    """The address of a proxy; empty for the word `none`."""
    if not isinstance(value, str):
        raise wrong_type("the address of a proxy", value, hint=_HOW_PROXY)
    if value == "none":
        return ""
    if has_template(value):
        return value
    scheme, separator, rest = value.partition("://")
    if not separator or scheme.lower() not in _PROXIES:
        # The address itself stays out of the message: there may be a password in it.
        raise Mistake(
            f"a proxy's address begins with {', '.join(f'{each}://' for each in _PROXIES)}",
            hint=f"write http://{value}" if _HOST.fullmatch(value) else _HOW_PROXY,
        )
    if not _HOST.fullmatch(rest.rpartition("@")[2].rstrip("/")):
        raise Mistake("a proxy's address is a host, and perhaps a port", hint=_HOW_PROXY)
    return value


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
