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
    """The part of a response that a value is taken from. These are the words of the file format."""

    JSONPATH = "jsonpath"  # a place in a JSON body, RFC 9535
    JMESPATH = "jmespath"  # what a JMESPath expression makes of a JSON body
    XPATH = "xpath"  # a place in an XML or HTML body, XPath 1.0
    REGEX = "regex"  # a regular expression in the body: its first group, or the one that `group` names
    HEADER = "header"  # a header by its name
    COOKIE = "cookie"  # a cookie the response sets, by its name
    STATUS = "status"  # the status code
    BODY = "body"  # the whole body as text
    TIME = "time"  # how long the answer took, in milliseconds
    SIZE = "size"  # the length of the body, in bytes
    REDIRECT_URL = "redirect_url"  # where the answer sends on to, or where redirects have led


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRule:
    """One capture as written. A required one that finds nothing breaks its test; an optional one
    takes `default`, where there is one: null is one if `has_default` says so.

    `group` is a group of a regular expression, by number or name. `all`: every match, as a list.
    `filter` is a chain of template filters, such as `split(',') | first`. `expires_in` is how long a
    token lives: seconds, or a rule that finds them in the same response.
    """

    name: str
    target: CaptureTarget
    source: CaptureSource
    expression: str = ""
    group: int | str | None = None
    all: bool = False
    filter: str = ""
    required: bool = True
    default: JsonValue = None
    has_default: bool = False
    secret: bool = False
    expires_in: "CaptureRule | float | None" = None
