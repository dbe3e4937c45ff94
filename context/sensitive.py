"""What is nobody's business by its name or its shape, also when nobody said that it is secret.

The run's mask hides values that are known to be secret. This hides what looks like one: the refresh
token that no test captured, the password that somebody wrote into a file. Only what is shown goes
through here; tests, captures and expectations see real values.
"""

import re
from collections.abc import Mapping, Sequence

from context.values import MASK, JsonValue

#: Headers whose values are hidden whatever they hold.
SENSITIVE_HEADERS = frozenset(
    (
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "apikey",
        "api-key",
        "x-api-key",
        "x-auth-token",
        "x-access-token",
        "x-csrf-token",
        "x-amz-security-token",
    )
)

#: Members of JSON bodies, fields of forms and of queries whose values are hidden.
SENSITIVE_FIELDS = (
    "access_token",
    "refresh_token",
    "id_token",
    "provider_token",
    "provider_refresh_token",
    "password",
    "passwd",
    "client_secret",
    "api_key",
    "apikey",
    "private_key",
)

_NAMES = "|".join(SENSITIVE_FIELDS)
_IN_JSON = re.compile(rf'("(?:{_NAMES})"\s*:\s*")(?:[^"\\]|\\.)+', re.IGNORECASE)
_IN_FORM = re.compile(rf"((?:^|[?&])(?:{_NAMES})=)[^&#\s]+", re.IGNORECASE)
_IN_FILES = "|".join((*SENSITIVE_FIELDS, *sorted(SENSITIVE_HEADERS), "bearer", "secret_key", "session_token"))
#: `password: abc` in YAML and JSON. A template is no secret, and a mapping is none yet.
_IN_SOURCE = re.compile(
    rf"""((?:^|[\s{{,])["']?(?:{_IN_FILES})["']?[ ]*:[ ]+)"""
    r"""("(?!\$)(?:(?!\{\{)[^"\n])+"|'(?!\$)(?:(?!\{\{)[^'\n])+'"""
    r"""|(?![{\["'|>&*!#$])[^\s,}\]](?:(?!\{\{)[^\n,}\]])*?(?=\s*(?:[,}\]\n]|\s#|$)))""",
    re.IGNORECASE | re.MULTILINE,
)
#: A JSON Web Token: three parts in base64url, the first two begin as `{"` does.
_JWT = re.compile(r"eyJ[\w-]{5,}\.eyJ[\w-]{5,}\.[\w-]*")
#: How a credential begins; worth showing, for Basic where Bearer belongs is a common mistake.
_SCHEME = re.compile(r"^(?:Basic|Bearer|Digest|Negotiate|Token|AWS4-HMAC-SHA256) ", re.IGNORECASE)


def hide_header(name: str, value: str) -> str:
    """The value of a header as it may be shown."""
    if name.lower() not in SENSITIVE_HEADERS:
        return hide_in_text(value)
    scheme = _SCHEME.match(value)
    return f"{scheme[0] if scheme else ''}{MASK}"


def hide_in_text(text: str) -> str:
    """A body, a URL or a header's value as it may be shown."""
    if "eyJ" in text:
        text = _JWT.sub(MASK, text)
    if '"' in text:
        text = _IN_JSON.sub(_without_value, text)
    if "=" in text:
        text = _IN_FORM.sub(_without_value, text)
    return text


def _without_value(found: re.Match[str]) -> str:
    return f"{found[1]}{MASK}"


def hide_in_source(text: str) -> str:
    """Lines of a file as they may be shown: a value that stands beside a name that says what it is. What
    comes behind it in its line stays where it is, so that a caret below still points at it."""
    return _IN_SOURCE.sub(_with_as_many_signs, text)


def _with_as_many_signs(found: re.Match[str]) -> str:
    return f"{found[1]}{MASK.ljust(len(found[2]))}"


def hide_in_value(value: JsonValue) -> JsonValue:
    """A JSON value as it may be shown."""
    if isinstance(value, str):
        return _JWT.sub(MASK, value) if "eyJ" in value else value
    if isinstance(value, Mapping):
        return {key: _member(key, item) for key, item in value.items()}
    return [hide_in_value(item) for item in value] if isinstance(value, Sequence) else value


def _member(name: str, value: JsonValue) -> JsonValue:
    return MASK if value and isinstance(value, str) and is_sensitive(name) else hide_in_value(value)


def is_sensitive(name: str) -> bool:
    """Whether a text by this name is nobody's business."""
    return name.lower() in SENSITIVE_FIELDS
