"""A request as it was written: templates not yet filled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from context.values import JsonValue


class BodyKind(StrEnum):
    """What a request carries."""

    NONE = "none"  # nothing
    JSON = "json"  # any JSON value, with templates inside
    TEXT = "text"  # text as it is, with templates inside


class AuthKind(StrEnum):
    """How a request says who it comes from."""

    NONE = "none"  # it does not
    BASIC = "basic"  # user name and password
    BEARER = "bearer"  # a token in the Authorization header
    HEADER = "header"  # a header of the user's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """Who a request comes from. `values` holds templates: `token`, or `username` and `password`,
    or `name` and `value`, by kind."""

    kind: AuthKind
    values: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as written. `url` is a path below the base URL, or a whole URL."""

    method: str
    url: str
    headers: Mapping[str, JsonValue] = field(default_factory=dict)
    query: Mapping[str, JsonValue] = field(default_factory=dict)
    body_kind: BodyKind = BodyKind.NONE
    body: JsonValue = None
    auth: Auth = field(default_factory=lambda: Auth(kind=AuthKind.NONE))
    follow_redirects: bool = False
    verify_tls: bool = True
