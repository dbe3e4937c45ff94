"""What one step sent, got and found out.

Everything here has been masked: no secret is in any of these fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from context.values import JsonValue
from worker.models.expectation import Expectation
from worker.models.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One expectation and whether it held. `difference` is for people; empty when it held. A `message`
    says what is wrong, or notes something about one that held.

    `expected` is the expectation's own with its templates filled; a long `actual` is cut.
    """

    expectation: Expectation
    passed: bool
    expected: JsonValue = None
    actual: JsonValue = None
    message: str = ""
    difference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectRecord:
    """An answer that led elsewhere: what was asked, and where it led."""

    status_code: int
    method: str
    url: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecord:
    """A part of a body, or the file that was all of it (without a name): a text, or a path."""

    name: str = ""
    text: str | None = None
    file: str | None = None
    filename: str | None = None
    content_type: str | None = None


class FileCategory(StrEnum):
    """What a file is. Each is kept for days of its own."""

    IMAGE = "image"  # pictures
    VIDEO = "video"  # videos and sounds
    LOG = "log"  # logs, and every other file


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """A file that was answered. Without `content` it was not kept, and `note` says why, or the record was
    read back from a project. `sha256` is empty for one that was not kept.
    """

    name: str
    media_type: str
    category: FileCategory
    size_bytes: int
    sha256: str = ""
    content: bytes | None = field(default=None, repr=False)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRecord:
    """A request as sent and its response, masked, with bodies cut at a limit.

    `url` is the one that was asked first; `redirects` say how it went on. `timings` are seconds by
    phase (`total`, and what else the client can tell). `curl_options` are what curl must be told
    besides method, URL, headers and body. `request_body` is as it was before it was compressed.
    `response_file` is there where the answer was a file.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: str | None = None
    request_bytes: int = 0
    request_parts: tuple[PartRecord, ...] = ()
    request_gzip: bool = False
    curl_options: tuple[str, ...] = ()
    graphql_complexity: int | None = None
    redirects: tuple[RedirectRecord, ...] = ()
    status_code: int | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: str | None = None
    response_bytes: int = 0
    response_file: FileRecord | None = None
    http_version: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRecord:
    """What a capture found. `value` is `***` when it is a secret."""

    name: str
    target: str
    source: str
    value: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step of an attempt, once for each time it was repeated.

    `index` counts from 0, `iteration` from 1. `name` is empty for the only step of a test that was
    written without steps. `seconds` are those of the exchange, which went out at `started_at`; what
    passed before was waiting: for a turn, a token, another repetition.
    """

    index: int = 0
    name: str = ""
    iteration: int = 1
    verdict: Verdict
    reason: str = ""
    category: str | None = None
    exchange: ExchangeRecord | None = None
    checks: tuple[CheckResult, ...] = ()
    captures: tuple[CaptureRecord, ...] = ()
    started_at: datetime | None = None
    seconds: float = 0.0
