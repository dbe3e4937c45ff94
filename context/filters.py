"""The filters that templates may use: `{{ value | filter }}`. docs/templates.md shows each at work.

Those that Jinja2 has and that cannot do harm are its own; sandbox.py names them. These are ours.
None of them puts a value into an error.
"""

import base64 as base64_codec
import json as json_codec
from collections.abc import Callable, Iterable, Mapping

from context.errors import TemplateError
from context.limits import check_length, json_value
from context.moments import format_moment, parse_moment, shifted_text
from context.values import JsonValue


def as_text(value: object) -> str:
    """How a value reads inside a text: a text as it is, everything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return json_codec.dumps(json_value(value), ensure_ascii=False)


def base64(value: object, *, urlsafe: bool = False) -> str:
    """The value's text (UTF-8) in base64; `urlsafe` for the alphabet of URLs, without padding."""
    content = as_text(value).encode()
    if urlsafe:
        return base64_codec.urlsafe_b64encode(content).decode().rstrip("=")
    return base64_codec.b64encode(content).decode()


def base64_decode(value: str) -> str:
    """The text that a base64 text stands for; both alphabets, with padding or without."""
    try:
        padded = value.strip().replace("-", "+").replace("_", "/").rstrip("=")
        return base64_codec.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()
    except (ValueError, AttributeError):
        raise TemplateError("base64_decode: the value is not base64 of UTF-8 text") from None


def sha256(value: object) -> str:
    """SHA-256 of the value's text (UTF-8), in hexadecimal."""
    import hashlib

    return hashlib.sha256(as_text(value).encode()).hexdigest()


def hmac_sha256(value: object, key: str, *, encoding: str = "hex") -> str:
    """HMAC with SHA-256 of the value's text, keyed with `key`; `encoding` is hex or base64."""
    return hmac(value, key, encoding=encoding)


def hmac(value: object, key: str, *, algorithm: str = "sha256", encoding: str = "hex") -> str:
    """HMAC of the value's text, keyed with `key`; `algorithm` is sha1, sha256, sha384 or sha512."""
    if encoding not in ("hex", "base64"):
        raise TemplateError("hmac knows the encodings 'hex' and 'base64'")
    if algorithm not in ("sha1", "sha256", "sha384", "sha512"):
        raise TemplateError("hmac knows the algorithms 'sha1', 'sha256', 'sha384' and 'sha512'")
    import hmac as hmac_codec

    digest = hmac_codec.new(as_text(key).encode(), as_text(value).encode(), algorithm)
    return digest.hexdigest() if encoding == "hex" else base64_codec.b64encode(digest.digest()).decode()


def jwt(value: object, key: str = "", *, algorithm: str = "HS256", headers: object = None) -> str:
    """A JSON Web Token with these claims."""
    from context import tokens

    return tokens.jwt(value, key, algorithm=algorithm, headers=headers)


def jwt_decode(value: str) -> JsonValue:
    """The claims of a JSON Web Token."""
    from context import tokens

    return tokens.jwt_decode(value)


def urlencode(value: object) -> str:
    """Percent-encoded for any place in a URL; an object becomes a query (`a=1&b=2`)."""
    from urllib.parse import quote, quote_plus

    if isinstance(value, Mapping):
        return "&".join(f"{quote_plus(as_text(k))}={quote_plus(as_text(v))}" for k, v in value.items())
    return quote(as_text(value), safe="")


def urldecode(value: str) -> str:
    """The text that a percent-encoded text stands for."""
    from urllib.parse import unquote

    return unquote(as_text(value))


def json(value: object, *, indent: int | None = None) -> str:
    """The value as JSON text."""
    if indent is not None and not 0 <= indent <= 8:
        raise TemplateError("json: indent is 0 to 8")
    separators = (",", ":") if indent is None else None
    return json_codec.dumps(json_value(value), ensure_ascii=False, indent=indent, separators=separators)


def from_json(value: str) -> JsonValue:
    """The value that a JSON text stands for."""
    try:
        return json_value(json_codec.loads(value))
    except (ValueError, TypeError):
        raise TemplateError("from_json: the value is not JSON text") from None


def jsonpath(value: JsonValue, path: str) -> JsonValue:
    """What a JSONPath (RFC 9535) finds: a value, or a list where the path can find several."""
    from context.jsonpath import find
    from context.outcomes import NotFound

    found = find(json_value(value), path)
    if isinstance(found, NotFound):
        raise TemplateError(f"jsonpath: {found.reason}")
    return found.value


def shift(value: object, offset: str) -> str | int | float:
    """A point in time, moved by an offset such as `+1d` or `-2h30m`, written as it was."""
    return shifted_text(value, offset)


def date(value: object, format: str = "iso") -> str | int:
    """A point in time in another format: a name (iso, date, time, unix, unix_ms, http) or codes."""
    return format_moment(parse_moment(value), format)


def split(value: str, separator: str | None = None) -> list[str]:
    """The parts of a text between separators; without one, its words."""
    if separator == "":
        raise TemplateError("split: the separator is empty")
    return as_text(value).split(separator)


def join(values: Iterable[object], separator: str = "", attribute: str | None = None) -> str:
    """The texts of a list's elements (or of one member of each), in one text."""
    texts: list[str] = []
    total = 0
    for value in values:
        texts.append(as_text(_member(value, attribute)))
        total += len(texts[-1]) + len(separator)
        check_length(total)
    return separator.join(texts)


def _member(value: object, attribute: str | None) -> object:
    if attribute is None:
        return value
    if isinstance(value, Mapping) and attribute in value:
        return value[attribute]
    raise TemplateError(f"join: an element has no '{attribute}'")


def replace(value: str, old: str, new: str) -> str:
    """The text with every `old` replaced by `new`."""
    text = as_text(value)
    check_length(len(text) + text.count(old) * max(0, len(new) - len(old)))
    return text.replace(old, new)


def to_int(value: object, default: int | None = None) -> int:
    """The whole number that a text or a number says; without a default, anything else is an error."""
    try:
        return int(value)  # type: ignore[call-overload,no-any-return]  # what cannot be a number raises
    except (ValueError, TypeError, OverflowError):
        if default is None:
            raise TemplateError("int: the value is not a whole number") from None
        return default


def to_float(value: object, default: float | None = None) -> float:
    """The number that a text or a number says; without a default, anything else is an error."""
    try:
        return float(value)  # type: ignore[arg-type]  # what cannot be a number raises
    except (ValueError, TypeError, OverflowError):
        if default is None:
            raise TemplateError("float: the value is not a number") from None
        return default


def total(values: Iterable[int | float], attribute: str | None = None) -> int | float:
    """The sum of numbers (or of one member of each element)."""
    numbers = [_member(value, attribute) for value in values]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        raise TemplateError("sum: an element is not a number")
    return sum(numbers)  # type: ignore[arg-type]  # checked above


#: Every filter of ours by the name that templates use.
FILTERS: dict[str, Callable[..., object]] = {
    "base64": base64,
    "base64_decode": base64_decode,
    "date": date,
    "float": to_float,
    "from_json": from_json,
    "hmac": hmac,
    "hmac_sha256": hmac_sha256,
    "int": to_int,
    "join": join,
    "json": json,
    "jsonpath": jsonpath,
    "jwt": jwt,
    "jwt_decode": jwt_decode,
    "replace": replace,
    "sha256": sha256,
    "shift": shift,
    "split": split,
    "string": as_text,
    "sum": total,
    "urldecode": urldecode,
    "urlencode": urlencode,
}
