"""A request as it was written: templates not yet filled."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from context.values import JsonValue


class BodyKind(StrEnum):
    """What a request carries. `Request.body` is what stands behind the word, by kind."""

    NONE = "none"  # nothing
    JSON = "json"  # any JSON value, with templates inside
    TEXT = "text"  # text as it is, with templates inside
    FORM = "form"  # fields of a form by name; a list repeats one
    MULTIPART = "multipart"  # `Request.parts`: texts and files
    XML = "xml"  # text, sent as application/xml
    FILE = "file"  # `Request.parts[0]`: the bytes of a file
    GRAPHQL = "graphql"  # query, variables and operation of GraphQL


class AuthKind(StrEnum):
    """How a request says who it comes from."""

    NONE = "none"  # it does not
    BASIC = "basic"  # user name and password
    BEARER = "bearer"  # a token in the Authorization header
    HEADER = "header"  # a header of the user's own
    API_KEY = "api_key"  # a key in a header, the query or a cookie
    OAUTH2 = "oauth2"  # a bearer token that is asked of a token endpoint
    DIGEST = "digest"  # an answer to the server's challenge (RFC 7616)
    AWS = "aws"  # a signature, Version 4
    CREDENTIAL = "credential"  # whatever the credential of that name says
    SERVICE = "service"  # whatever the service says that the request goes to


class HttpVersion(StrEnum):
    """Which HTTP is spoken."""

    AUTO = "auto"  # HTTP/2 where TLS agrees on it, else HTTP/1.1
    HTTP_1_1 = "1.1"  # never HTTP/2
    HTTP_2 = "2"  # nothing else, also without TLS


class CookieScope(StrEnum):
    """How far a cookie goes that a server has set."""

    TEST = "test"  # to the further requests of the same test
    RUN = "run"  # to all tests of the run that say so
    OFF = "off"  # nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """Who a request comes from. `values` holds templates by the words of the file format."""

    kind: AuthKind
    values: Mapping[str, JsonValue] = field(default_factory=dict)


#: Values of auth that nobody may see, whatever they are.
SECRET_AUTH_VALUES = frozenset(
    ("password", "client_secret", "refresh_token", "secret_key", "session_token", "token", "value")
)

#: Nobody.
NO_AUTH = Auth(kind=AuthKind.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a multipart body, or the file that is a body: a text, or a path for the Files port."""

    name: str = ""
    text: JsonValue = None
    file: str | None = None
    filename: JsonValue = None
    content_type: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How an API is reached; None where nothing was said.

    `proxy` may hold templates; an empty one means: directly. `ca`, `certificate` and `key` are paths for the
    Files port, or texts with templates that hold what is in such a file. `password` opens `key`, and may
    hold templates, too.
    """

    proxy: str | None = field(default=None, repr=False)
    verify: bool | None = None
    ca: str | None = None
    certificate: str | None = None
    key: str | None = None
    password: JsonValue = field(default=None, repr=False)

    def over(self, other: "Connection") -> "Connection":
        """What this one says, and the other one where this one says nothing."""
        if self is NOTHING_SAID or self == NOTHING_SAID:
            return other
        if other is NOTHING_SAID or other == NOTHING_SAID:
            return self
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        if self.certificate is not None:
            # A certificate comes with its own key, never with somebody else's.
            said |= {"key": self.key or "", "password": "" if self.password is None else self.password}
        return Connection(
            **{name: getattr(other, name) if value is None else value for name, value in said.items()}
        )


#: As nearly all requests have it: compared by identity before it is compared by value.
NOTHING_SAID = Connection()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as written. `url` is a path below the base URL, or a whole URL. Times are in seconds.

    `service` is the one of the environment that it goes to; empty for the environment's own API.
    `compressed`: compressed answers are asked for. `gzip`: the body is sent compressed.
    """

    method: str
    url: str
    headers: Mapping[str, JsonValue] = field(default_factory=dict)
    query: Mapping[str, JsonValue] = field(default_factory=dict)
    cookies: Mapping[str, JsonValue] = field(default_factory=dict)
    body_kind: BodyKind = BodyKind.NONE
    body: JsonValue = None
    parts: tuple[Part, ...] = ()
    service: str = ""
    auth: Auth = NO_AUTH
    follow_redirects: bool = False
    max_redirects: int = 10
    cookie_scope: CookieScope = CookieScope.TEST
    connection: Connection = NOTHING_SAID
    http_version: HttpVersion = HttpVersion.AUTO
    compressed: bool = True
    gzip: bool = False
    connect_timeout_seconds: float | None = None
    read_timeout_seconds: float | None = None
