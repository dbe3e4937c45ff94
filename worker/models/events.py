"""What happens during a run, and who may want to know. Everything in an event has been masked,
except `ContextChange.secrets`, which only a recorder may read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from context.values import JsonValue
from worker.models.graph import Dependency
from worker.models.outcome import Cleanup, Renewal, RunOutcome, TestOutcome
from worker.models.suite import TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTest:
    """A test that this run is about to run. `required_only`: it was not selected, others need it."""

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    name: TestName
    title: str
    needs: tuple[TestName, ...] = ()
    required_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The run begins; nothing was sent yet. `choice` says which tests were picked and why, `notices` what
    must not go unnoticed in that. `dependencies` are the edges between them, where they are known."""

    tests: tuple[PlannedTest, ...]
    environment: str
    base_url: str
    jobs: int
    started_at: datetime
    choice: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    dependencies: tuple[Dependency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReady:
    """All that this test needs has passed; it waits for a free slot."""

    __test__ = False

    test: TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class TestStarted:
    """An attempt of this test begins."""

    __test__ = False

    test: TestName
    attempt: int
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChange:
    """What a test added to the context. `public` values are masked; `secrets` are not."""

    test: TestName
    tokens: tuple[str, ...] = ()
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    captured_data: Mapping[str, JsonValue] = field(default_factory=dict)
    provenance: tuple[Mapping[str, str], ...] = ()
    secrets: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFinished:
    """A test has its verdict; `change` is what it added to the context, if it added anything."""

    __test__ = False

    outcome: TestOutcome
    change: ContextChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRenewed:
    """A test that makes tokens was run again for new ones; `change` is what that changed in the
    context. Its verdict stays; where `renewal.worked` is false, tests that need the tokens are blocked."""

    renewal: Renewal
    change: ContextChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupUnderWay:
    """Undos of these tests run now, the longest running first, and `left` of all are not over. It is
    told whenever one begins or ends: whoever waits sees what for."""

    tests: tuple[TestName, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupFinished:
    """What a test had made was undone, or could not be. No test runs any more."""

    cleanup: Cleanup


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over; no event follows."""

    outcome: RunOutcome
    outcomes: tuple[TestOutcome, ...]


Event = (
    RunStarted
    | TestReady
    | TestStarted
    | TestFinished
    | TokenRenewed
    | CleanupUnderWay
    | CleanupFinished
    | RunFinished
)


class Listener(Protocol):
    """Somebody who wants to know: a recorder, a report, the terminal.

    `on` must be quick or take its time without blocking others; an error in it ends the run as
    interrupted, because a run that cannot be told is not worth making.
    """

    async def on(self, event: Event) -> None:
        """Take note of one event."""
        ...

    async def close(self) -> None:
        """Write what is still in hand. Called once, also after an interruption."""
        ...
