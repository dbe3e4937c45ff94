"""A request as it is sent and the answer to it, with real values: nothing here may leave a run.

What may leave is an `ExchangeRecord` (worker/models/outcome.py), which has been masked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from context.values import JsonValue

#: Header fields in the order of the wire; a name may come twice.
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request with every template filled. The repr shows no values: they may be secret."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    follow_redirects: bool = False
    verify_tls: bool = True


class Response:
    """An answer. `body` is decompressed, and cut at the sender's limit when `truncated`.

    `seconds` is from sending to the body's end; `timings` are seconds by phase.
    """

    __slots__ = (
        "_document",
        "body",
        "headers",
        "http_version",
        "seconds",
        "status_code",
        "timings",
        "truncated",
    )

    def __init__(
        self,
        *,
        status_code: int,
        headers: Headers = (),
        body: bytes = b"",
        http_version: str = "HTTP/1.1",
        seconds: float = 0.0,
        timings: Mapping[str, float] | None = None,
        truncated: bool = False,
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.body = body
        self.http_version = http_version
        self.seconds = seconds
        self.timings = timings or {"total": seconds}
        self.truncated = truncated
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
        return json.loads(response.body), ""
    except RecursionError:
        return None, "the body is JSON nested too deeply to be read"
    except ValueError as error:
        return None, f"the body is not JSON: {_sentence(error, response)}"


def _sentence(error: ValueError, response: Response) -> str:
    if response.truncated:
        return f"it was cut after {len(response.body):,} bytes"
    if isinstance(error, json.JSONDecodeError):
        # Some of its messages end with the word that begins the place.
        return f"{error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    return "it holds a number with too many digits to be read"
