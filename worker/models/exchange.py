"""A request as it is sent and the answer to it, with real values: nothing here may leave a run.

What may leave is an `ExchangeRecord` (worker/models/evidence.py), which has been masked.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from context.values import JsonValue
from worker.models.request import AuthKind, HttpVersion

#: Header fields in the order of the wire; a name may come twice.
Headers = tuple[tuple[str, str], ...]


class Cookies(Protocol):
    """Cookies that servers have set, and that go back to them."""

    def header_for(self, url: str) -> str:
        """The value of the Cookie header for this URL; empty when there is none."""
        ...

    def take(self, url: str, set_cookie: Iterable[str]) -> None:
        """Remember what an answer from this URL sets."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How a request travels. Requests with equal channels share connections.

    `proxy` is None for what the process's surroundings say, and empty for: directly. Certificates
    and keys are PEM. Times are in seconds.
    """

    proxy: str | None = field(default=None, repr=False)
    verify_tls: bool = True
    ca: bytes | None = field(default=None, repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)
    http_version: HttpVersion = HttpVersion.AUTO
    compressed: bool = True
    connect_seconds: float | None = None
    read_seconds: float | None = None


#: As nearly all requests travel.
PLAIN = Channel()


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAuth:
    """Auth that needs the whole request, or an exchange of its own, before a request can be sent."""

    kind: AuthKind
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart:
    """A part of a body for people: a text, or the path of a file."""

    name: str = ""
    text: str | None = field(default=None, repr=False)
    file: str | None = None
    filename: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyStory:
    """How a body came to be, for people: `plain` is the body before it was compressed."""

    parts: tuple[SentPart, ...] = ()
    plain: bytes | None = field(default=None, repr=False)
    graphql_complexity: int | None = None


#: A body that is what it is.
NO_STORY = BodyStory()


def _forget(secret: str) -> None:
    """Nobody wants to know."""


def nobody_counts(token: str, refused: bool) -> None:
    """Nobody wants to know."""


def _nobody_wants(response: "Response") -> bool:
    """No answer in particular is waited for."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request with every template filled. The repr shows no values: they may be secret.

    `secret_headers` are names in lower case that stay with the origin they were meant for. `hide`
    is told of every secret that turns up on the way, such as a token that was asked for; `renewed` of
    each such token that was asked for anew, and whether because it had been refused. `is_wanted` says of
    an answer whether its status is the one that the test waits for: then a 401 is no reason for a new token.
    `curl_options` are what curl must be told besides method, URL, headers and body.
    """

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    follow_redirects: bool = False
    max_redirects: int = 10
    channel: Channel = PLAIN
    auth: LateAuth | None = None
    secret_headers: frozenset[str] = frozenset()
    cookies: Cookies | None = field(default=None, repr=False)
    story: BodyStory = NO_STORY
    curl_options: tuple[str, ...] = field(default=(), repr=False)
    hide: Callable[[str], None] = field(default=_forget, repr=False, compare=False)
    renewed: Callable[[str, bool], None] = field(default=nobody_counts, repr=False, compare=False)
    is_wanted: Callable[["Response"], bool] = field(default=_nobody_wants, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """One answer that led elsewhere. `url` was asked, `location` is where it led, as a whole URL."""

    status_code: int
    method: str
    url: str = field(repr=False)
    location: str = field(repr=False)


class Response:
    """An answer. `body` is decompressed, and cut at the sender's limit when `truncated`.

    `seconds` is from sending to the body's end, redirects included; `timings` are seconds by phase.
    `url` is the last one asked, `redirects` is how it came to be asked; `sent` is the request with
    what was added on its way (cookies, signatures), where that is known.
    """

    __slots__ = (
        "_document",
        "body",
        "headers",
        "http_version",
        "redirects",
        "seconds",
        "sent",
        "status_code",
        "timings",
        "truncated",
        "url",
    )

    def __init__(  # noqa: PLR0913 - an answer has that many parts, each with its name
        self,
        *,
        status_code: int,
        headers: Headers = (),
        body: bytes = b"",
        http_version: str = "HTTP/1.1",
        seconds: float = 0.0,
        timings: Mapping[str, float] | None = None,
        truncated: bool = False,
        url: str = "",
        redirects: tuple[Redirect, ...] = (),
        sent: PreparedRequest | None = None,
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.body = body
        self.http_version = http_version
        self.seconds = seconds
        self.timings = timings or {"total": seconds}
        self.truncated = truncated
        self.url = url
        self.redirects = redirects
        self.sent = sent
        self._document: tuple[JsonValue, str] | None = None

    def __repr__(self) -> str:
        return f"<Response {self.status_code}, {len(self.body)} bytes>"

    def json(self) -> JsonValue:
        """The body as JSON, read once. Raises ValueError with a sentence when it is none."""
        if self._document is None:
            self._document = _read_json(self)
        document, complaint = self._document
        if complaint:
            raise ValueError(complaint)
        return document

    def header_values(self, name: str) -> tuple[str, ...]:
        """Every value of this header; names know no case."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


def _read_json(response: Response) -> tuple[JsonValue, str]:
    """The document, or why there is none."""
    if not response.body.strip():
        return None, "the body is empty, not JSON"
    try:
        return _loaded(response.body), ""
    except RecursionError:
        return None, "the body is JSON nested too deeply to be read"
    except ValueError as error:
        return None, f"the body is not JSON: {_sentence(error, response)}"


class _NoNumber(ValueError):
    """Python's `NaN` and `Infinity`, which JSON does not have."""


def _loaded(body: bytes) -> JsonValue:
    # Python takes them for numbers, and the API's other clients stumble. Most bodies name none of them.
    if b"NaN" not in body and b"Infinity" not in body:
        loaded: JsonValue = json.loads(body)
        return loaded
    found: JsonValue = json.loads(body, parse_constant=_refuse)
    return found


def _refuse(word: str) -> NoReturn:
    raise _NoNumber(f"{word} is no number that JSON has")


def _sentence(error: ValueError, response: Response) -> str:
    if response.truncated:
        return f"it was cut after {len(response.body):,} bytes"
    if response.body.lstrip()[:1] == b"<":
        return "it begins with '<', as HTML and XML do"
    if isinstance(error, json.JSONDecodeError):
        # Some of its messages end with the word that begins the place.
        return f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, _NoNumber):
        return str(error)
    return "it holds a number with too many digits to be read"
