"""How a test and a run ended. A failed test is a value, not an exception.

Everything here has been masked: no secret is in any of these fields. The words for verdicts and the
records of steps stand in modules of their own, and are offered here, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from worker.models.contract import ContractCoverage
from worker.models.evidence import (
    CaptureRecord,
    CheckResult,
    ExchangeRecord,
    FileCategory,
    FileRecord,
    PartRecord,
    RedirectRecord,
    StepRecord,
)
from worker.models.suite import Quarantine, TestName
from worker.models.verdict import NOT_WELL, RunFailure, RunStatus, Verdict

__all__ = [
    "NOT_WELL",
    "Attempt",
    "CaptureRecord",
    "CheckResult",
    "Cleanup",
    "Counters",
    "ExchangeRecord",
    "FileCategory",
    "FileRecord",
    "PartRecord",
    "RedirectRecord",
    "Renewal",
    "RunFailure",
    "RunOutcome",
    "RunStatus",
    "StepRecord",
    "TestOutcome",
    "Verdict",
]


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
