"""How a test and a run ended. A failed test is a value, not an exception.

Everything here has been masked: no secret is in any of these fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from context.values import JsonValue
from worker.models.contract import ContractCoverage
from worker.models.expectation import Expectation
from worker.models.suite import Quarantine, TestName


class Verdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"  # every expectation held
    FAILED = "failed"  # at least one expectation did not hold
    BROKEN = "broken"  # we could not find out: no answer, bad template, capture missing
    BLOCKED = "blocked"  # something it needs did not pass
    SKIPPED = "skipped"  # by choice, with a reason


class RunStatus(StrEnum):
    """The state of a run."""

    QUEUED = "queued"  # nobody took it yet
    PREPARING = "preparing"  # queued -> preparing: a worker claimed it
    RUNNING = "running"  # preparing -> running: the first test may start
    COMPLETED = "completed"  # running -> completed: nothing failed, broke or was blocked
    FAILED = "failed"  # otherwise, with a reason
    CANCELLED = "cancelled"  # somebody asked


class RunFailure(StrEnum):
    """Why a run is `failed`."""

    TESTS = "tests"  # tests failed, broke or were blocked
    ENVIRONMENT = "environment"  # the API could not be reached at all
    TIMEOUT = "timeout"  # the run took too long
    INTERRUPTED = "interrupted"  # the worker was lost too often


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRecord:
    """A request as sent and its response, masked, with bodies cut at a limit.

    `url` is the one that was asked first; `redirects` say how it went on. `timings` are seconds by
    phase (`total`, and what else the client can tell). `curl_options` are what curl must be told
    besides method, URL, headers and body. `request_body` is as it was before it was compressed.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of one test. `steps` are those that it came to, in their order."""

    number: int
    verdict: Verdict
    reason: str = ""
    category: str | None = None
    steps: tuple[StepRecord, ...] = ()
    started_at: datetime
    finished_at: datetime
    setup_seconds: float = 0.0
    execution_seconds: float = 0.0
    teardown_seconds: float = 0.0

    @property
    def has_steps(self) -> bool:
        """Whether more than one exchange was made, or the only one has a name."""
        return len(self.steps) > 1 or any(step.name for step in self.steps)

    @property
    def deciding_step(self) -> StepRecord | None:
        """The first step that did not go well; where all did, the last one that sent something."""
        bad = next((step for step in self.steps if step.verdict in NOT_WELL), None)
        return bad or next((step for step in reversed(self.steps) if step.exchange), None)

    @property
    def exchange(self) -> ExchangeRecord | None:
        """The exchange of the step that decided."""
        step = self.deciding_step
        return step.exchange if step else None

    @property
    def checks(self) -> tuple[CheckResult, ...]:
        """The checks of all steps."""
        if len(self.steps) == 1:
            return self.steps[0].checks
        return tuple(check for step in self.steps for check in step.checks)

    @property
    def captures(self) -> tuple[CaptureRecord, ...]:
        """The captures of all steps."""
        if len(self.steps) == 1:
            return self.steps[0].captures
        return tuple(capture for step in self.steps for capture in step.captures)


#: Verdicts of a step that ended its attempt.
NOT_WELL = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOutcome:
    """How one test ended. `attempts` is empty when it was never sent.

    `blocked_by` names the root cause: the test that failed or broke, however far up. With a
    `quarantine` the verdict is what it is, but the run does not fail because of it.
    """

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    test: TestName
    verdict: Verdict
    reason: str = ""
    category: str | None = None
    blocked_by: TestName | None = None
    required_only: bool = False
    quarantine: Quarantine | None = None
    attempts: tuple[Attempt, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def seconds(self) -> float:
        """From the first attempt's start to the last one's end."""
        if self.started_at is None or self.finished_at is None:
            return 0.0
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def last_attempt(self) -> Attempt | None:
        """The attempt that decided, if there was one."""
        return self.attempts[-1] if self.attempts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """How many tests of a run are where. `quarantined` are those of the failed, broken and blocked
    ones that do not count against the run."""

    total: int = 0
    passed: int = 0
    failed: int = 0
    broken: int = 0
    blocked: int = 0
    skipped: int = 0
    quarantined: int = 0

    @property
    def completed(self) -> int:
        """Tests that have a verdict."""
        return self.passed + self.failed + self.broken + self.blocked + self.skipped

    @property
    def pending(self) -> int:
        """Tests that have none yet."""
        return self.total - self.completed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleanup:
    """How the undo of one test went, after the tests were over. It changes no verdict.

    Skipped: there was nothing to undo, or its time was over. `attempt` is the attempt that it undoes.
    """

    test: TestName
    attempt: int = 1
    verdict: Verdict
    reason: str = ""
    steps: tuple[StepRecord, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """Tokens that were renewed by running their producer `test` again, or an attempt at it.

    `cause` says why: they had expired, or an answer said so. `reason` says why it did not work.
    """

    test: TestName
    tokens: tuple[str, ...]
    cause: str
    wanted_by: TestName
    reason: str = ""
    attempts: tuple[Attempt, ...] = ()
    started_at: datetime
    finished_at: datetime

    @property
    def worked(self) -> bool:
        """Whether there are new tokens."""
        return not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How a run ended. `critical_path` is the chain of tests that decided how long it took;
    `best_possible_seconds` is what no order of these tests could have beaten with so many at once.

    `renewals` are numbers by token. `cleanups` did undo something, or failed to. `contracts` say which
    operations of the API's own descriptions were called; `snapshots_written` are paths. `unreached` is what
    could not be reached where the environment was down: an address, or a further service with its own.
    """

    status: RunStatus
    failure: RunFailure | None = None
    message: str = ""
    counters: Counters
    seconds: float
    critical_path: tuple[TestName, ...] = ()
    critical_path_seconds: float = 0.0
    best_possible_seconds: float = 0.0
    renewals: Mapping[str, int] = field(default_factory=dict)
    cleanups: tuple[Cleanup, ...] = ()
    contracts: tuple[ContractCoverage, ...] = ()
    snapshots_written: tuple[str, ...] = ()
    unreached: str = ""
