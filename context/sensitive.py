"""What is nobody's business by its name or its shape, also when nobody said that it is secret.

The run's mask hides values that are known to be secret. This hides what looks like one: the refresh
token that no test captured, the password that somebody wrote into a file. Only what is shown goes
through here; tests, captures and expectations see real values.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter

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

#: Members of JSON bodies, elements of XML, fields of forms and of queries whose values are hidden, however
#: their words are joined: access_token, accessToken, access-token. Whole names only: a `token_type` or a
#: `next_page_token` says nothing secret, and whoever reads a failure needs it.
SENSITIVE_FIELDS = (
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "auth_token",
    "session_token",
    "bearer_token",
    "api_token",
    "csrf_token",
    "provider_token",
    "provider_refresh_token",
    "password",
    "passwd",
    "passphrase",
    "new_password",
    "old_password",
    "current_password",
    "password_confirmation",
    "confirm_password",
    "secret",
    "client_secret",
    "api_secret",
    "secret_key",
    "secret_access_key",
    "api_key",
    "apikey",
    "private_key",
)
_PLAIN_FIELDS = frozenset(name.replace("_", "") for name in SENSITIVE_FIELDS)


def _spelled(name: str) -> str:
    return "".join("[_-]?" if sign == "_" else f"[{sign}{sign.upper()}]" for sign in name)


def _any_of(names: Iterable[str]) -> str:
    """A pattern for any of these names, however they are written. By their first letter, and without the
    flag for it, it is three times as fast, and every body that is shown is searched."""
    groups = groupby(sorted(names), key=itemgetter(0))
    return "|".join(
        f"{_spelled(first)}(?:{'|'.join(_spelled(name[1:]) for name in group)})" for first, group in groups
    )


class _Patterns:
    """Where names stand with their values, made when the first text has one: few runs begin with it."""

    def __init__(self) -> None:
        names = _any_of(SENSITIVE_FIELDS)
        #: A text or a number; what is empty, null, true or a mapping gives nothing away.
        self.json = re.compile(rf'("(?:{names})"\s*:\s*)(?:"(?:[^"\\]|\\.)+("?)|-?\d[\d.eE+-]*)')
        #: JSON that is a text inside of JSON.
        self.quoted_json = re.compile(rf'(\\"(?:{names})\\"\s*:\s*\\")[^"\\]+')
        self.xml = re.compile(rf"(<(?:[\w.-]+:)?(?:{names})(?:\s[^<>]*)?>)[^<]*[^<\s][^<]*")
        self.form = re.compile(rf"((?:^|[?&])(?:{names})=)[^&#\s]+")


_patterns = cache(_Patterns)


@cache
def _in_source() -> re.Pattern[str]:
    """`password: abc` in YAML and JSON. A template is no secret, and a mapping is none yet."""
    # `secret` is a word of the format.
    fields = (name.replace("_", "[_-]?") for name in SENSITIVE_FIELDS if name != "secret")
    names = "|".join((*fields, *sorted(SENSITIVE_HEADERS), "bearer"))
    return re.compile(
        rf"""((?:^|[\s{{,])["']?(?:{names})["']?[ ]*:[ ]+)"""
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
    return _without_named(text) if _may_name_one(text.lower()) else text


def names_something(content: bytes) -> bool:
    """Whether anything in these bytes is hidden where they are shown, also where each letter has a NUL
    beside it, which is what UTF-16 makes of ASCII."""
    # A NUL more parts what belongs together, and joins nothing: it is enough to look without them.
    bare = content.translate(None, b"\0")
    if b"eyJ" not in bare and not _may_name_one(bare.lower().decode("latin-1")):
        return False
    text = bare.decode(errors="surrogateescape")
    return hide_in_text(text) != text


def _may_name_one(lower: str) -> bool:
    """Each name has one of these in it: a quick look that most texts do not pass. No loop, for every
    header of every exchange is looked at."""
    if "token" in lower or "pass" in lower or "secret" in lower or "private" in lower:
        return True
    return "key" in lower and ("apikey" in lower or "api_key" in lower or "api-key" in lower)


def _without_named(text: str) -> str:
    patterns = _patterns()
    if '"' in text:
        text = patterns.json.sub(_without_json, text)
        if '\\"' in text:
            text = patterns.quoted_json.sub(_without_value, text)
    if "</" in text:
        text = patterns.xml.sub(_without_value, text)
    if "=" in text:
        text = patterns.form.sub(_without_value, text)
    return text


def _without_json(found: re.Match[str]) -> str:
    # A body that was cut may end inside of a text, without its quotation mark.
    end = '"' if found[2] is None else found[2]
    return f'{found[1]}"{MASK}{end}'


def _without_value(found: re.Match[str]) -> str:
    return f"{found[1]}{MASK}"


def hide_in_source(text: str) -> str:
    """Lines of a file as they may be shown: a value that stands beside a name that says what it is. What
    comes behind it in its line stays where it is, so that a caret below still points at it."""
    return _in_source().sub(_with_as_many_signs, text)


def _with_as_many_signs(found: re.Match[str]) -> str:
    # A header's cookies have names and values; `cookie: session` of a capture is but a name.
    if "cookie" in found[1].lower() and "=" not in found[2]:
        return found[0]
    return f"{found[1]}{MASK.ljust(len(found[2]))}"


def hide_in_value(value: JsonValue) -> JsonValue:
    """A JSON value as it may be shown."""
    if isinstance(value, str):
        return _JWT.sub(MASK, value) if "eyJ" in value else value
    if isinstance(value, Mapping):
        return {key: _member(key, item) for key, item in value.items()}
    return [hide_in_value(item) for item in value] if isinstance(value, Sequence) else value


def _member(name: str, value: JsonValue) -> JsonValue:
    is_hidden = isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    return MASK if is_hidden and is_sensitive(name) else hide_in_value(value)


def is_sensitive(name: str) -> bool:
    """Whether a text by this name is nobody's business."""
    return name.lower().replace("_", "").replace("-", "") in _PLAIN_FIELDS
