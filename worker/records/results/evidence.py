"""Evidence: what was sent, came, held and was taken, in the shape that its kind has."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import AwareDatetime, Field, JsonValue

from worker.models.expectation import ExpectationKind, Operator
from worker.models.outcome import FileCategory, Verdict
from worker.records.base import JsonObject, Record


class DetailKind(StrEnum):
    """What a piece of evidence is."""

    REQUEST = "request"  # as it was sent, masked
    RESPONSE = "response"  # as it came, masked
    ASSERTION = "assertion"  # an expectation, and whether it held
    CAPTURE = "capture"  # what was taken out of the response
    LOG = "log"  # a line with its level
    ATTEMPT = "attempt"  # one try, with its verdict and times
    ARTIFACT = "artifact"  # a file kept elsewhere
    CONTEXT = "context"  # what the run knew after the test
    CLEANUP = "cleanup"  # how its undo went, after its result
    RENEWAL = "renewal"  # how it was run once more for a token of its, after its result


class SourcePlace(Record):
    """Where in a file something stands. Lines and columns count from 1."""

    path: str = ""
    line: int = 0
    column: int = 0
    length: int = 0


class AssertionResult(Record):
    """One expectation and whether it held: the content of a detail of kind `assertion`."""

    kind: ExpectationKind
    operator: Operator
    subject: str | None = None
    expected: JsonValue = None
    written: JsonValue = None
    passed: bool
    actual: JsonValue = None
    message: str | None = ""
    difference: str | None = ""
    where: SourcePlace = SourcePlace()


class CaptureResult(Record):
    """What a capture found: the content of a detail of kind `capture`. A secret's value is masked."""

    name: str
    target: str
    source: str
    value: JsonValue = None


class StepResult(Record):
    """A step of an attempt, once for each time it was repeated. Steps count from 0, iterations from 1."""

    step: int
    iteration: int = 1
    name: str = ""
    verdict: Verdict
    reason: str | None = ""
    category: str | None = None
    started_at: AwareDatetime | None = None
    execution_ms: float | None = None


class AttemptResult(Record):
    """One try of a test: the content of a detail of kind `attempt`. Durations are milliseconds.

    `steps` is empty for a test that was written without steps.
    """

    number: int
    verdict: Verdict
    reason: str | None = ""
    category: str | None = None
    started_at: AwareDatetime
    finished_at: AwareDatetime
    setup_ms: float | None = None
    execution_ms: float | None = None
    teardown_ms: float | None = None
    steps: tuple[StepResult, ...] = ()


class Evidence(Record):
    """What a step sent, got, checked or took, inside of another content: `kind` says its shape."""

    kind: str
    content: JsonObject


class LaterStep(StepResult):
    """A step of an undo or a renewal, with its evidence."""

    evidence: tuple[Evidence, ...] = ()


class CleanupResult(Record):
    """How the undo of a test went: the content of a detail of kind `cleanup`."""

    verdict: Verdict
    reason: str = ""
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    steps: tuple[LaterStep, ...] = ()


class RenewalAttempt(Record):
    """One try of a test that ran once more for its tokens."""

    number: int
    verdict: Verdict
    steps: tuple[LaterStep, ...] = ()


class RenewalResult(Record):
    """How a test was run once more for its tokens, which are names: the content of a detail of kind
    `renewal`. `reason` says why it did not work."""

    tokens: tuple[str, ...]
    cause: str
    wanted_by: str
    reason: str = ""
    started_at: AwareDatetime
    finished_at: AwareDatetime
    attempts: tuple[RenewalAttempt, ...] = ()


class SentPart(Record):
    """A part of a multipart body, or the file that was all of it (without a name): a text, or a path."""

    name: str = ""
    text: str | None = None
    file: str | None = None
    filename: str | None = None
    content_type: str | None = None


class FollowedRedirect(Record):
    """An answer that led elsewhere: what was asked, and where it led."""

    status_code: int
    method: str
    url: str
    location: str


class SentRequest(Record):
    """A request as it was sent: the content of a detail of kind `request`. `bytes` is the body's size;
    `body` is as it was before it was compressed; `redirects` is how the answer came about."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] | None = ()
    body: str | None = None
    bytes: int = 0
    parts: tuple[SentPart, ...] = ()
    gzip: bool = False
    curl_options: tuple[str, ...] = ()
    graphql_complexity: int | None = None
    redirects: tuple[FollowedRedirect, ...] = ()


class ReceivedResponse(Record):
    """A response as it came: the content of a detail of kind `response`. `timings` are seconds by phase."""

    status: int | None
    headers: tuple[tuple[str, str], ...] | None = ()
    body: str | None = None
    bytes: int = 0
    http_version: str | None = ""
    timings: dict[str, float] | None = Field(default_factory=dict)
    truncated: bool = False


class AnsweredFile(Record):
    """A file that was answered: the content of a detail of kind `artifact`. Where it is `kept`,
    `get_artifact` has it for some days, by its `sha256`; else `note` says why it is not."""

    name: str
    media_type: str
    category: FileCategory
    bytes: int
    sha256: str = ""
    kept: bool = False
    note: str = ""


class StoredFile(Record):
    """What is in a file that was answered, as base64: what get_artifact answers."""

    media_type: str
    category: FileCategory
    bytes: int
    content: str = Field(repr=False)


#: Which kind of detail has a content of which shape. The others have whatever was put there.
CONTENT_KINDS: Mapping[type[Record], DetailKind] = {
    AttemptResult: DetailKind.ATTEMPT,
    SentRequest: DetailKind.REQUEST,
    ReceivedResponse: DetailKind.RESPONSE,
    AssertionResult: DetailKind.ASSERTION,
    CaptureResult: DetailKind.CAPTURE,
    CleanupResult: DetailKind.CLEANUP,
    RenewalResult: DetailKind.RENEWAL,
    AnsweredFile: DetailKind.ARTIFACT,
}
