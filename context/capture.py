"""Name a value now so that a later test can use it."""

from dataclasses import dataclass
from enum import StrEnum

from context.values import JsonValue


class CaptureTarget(StrEnum):
    """Where a captured value goes. It always appears under `captured_data.<test>` as well."""

    TOKEN = "token"  # shared_auth_tokens: always secret
    VARIABLE = "variable"  # shared_variables
    DATA = "data"  # captured_data only


class CaptureSource(StrEnum):
    """The part of a response that a value is taken from."""

    JSONPATH = "jsonpath"  # a place in a JSON body, RFC 9535
    HEADER = "header"  # a header by its name
    COOKIE = "cookie"  # a cookie the response sets, by its name
    STATUS = "status"  # the status code
    BODY = "body"  # the whole body as text
    REGEX = "regex"  # the first group (or the whole match) of a regular expression in the body


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRule:
    """One capture as written. A required one that finds nothing breaks its test; an optional one
    takes `default` (nothing at all if that is None)."""

    name: str
    target: CaptureTarget
    source: CaptureSource
    expression: str = ""
    required: bool = True
    default: JsonValue = None
    secret: bool = False
