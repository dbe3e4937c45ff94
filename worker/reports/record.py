"""What happened in one run so far, gathered from its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from worker.models.events import (
    CleanupFinished,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TokenRenewed,
)
from worker.models.graph import Dependency, Plan
from worker.models.outcome import Cleanup, Counters, Renewal, RunOutcome, TestOutcome, Verdict
from worker.models.problem import Location
from worker.models.suite import TestName

#: The failure category of tests that a stopped run did not let finish.
CANCELLED = "cancelled"
#: How the reason of a test begins that a stopped run never came to.
NEVER_RAN = "not run: "
NOT_RUN = f"{NEVER_RAN}the run was stopped before it"


def never_ran(outcome: TestOutcome) -> bool:
    """Whether the run was over before this test could begin."""
    return outcome.verdict is Verdict.SKIPPED and outcome.reason.startswith(NEVER_RAN)


def was_cut_short(outcome: TestOutcome) -> bool:
    """Whether the end of the run came while this test was running: it says nothing about the API."""
    return outcome.verdict is Verdict.BROKEN and outcome.category == CANCELLED


@dataclass(slots=True)
class RunRecord:
    """One run, as its events tell it. Half of a run is a record too: it may have been stopped.

    `provenance` says of each test where the values come from that it has handed on; of what its test
    has put into the context nothing else is kept here, least of all a secret.
    """

    plan: Plan | None = None
    started: RunStarted | None = None
    finished: RunOutcome | None = None
    outcomes: dict[TestName, TestOutcome] = field(default_factory=dict)
    renewals: list[Renewal] = field(default_factory=list)
    cleanups: list[Cleanup] = field(default_factory=list)
    provenance: dict[TestName, tuple[Mapping[str, str], ...]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Take note of one event."""
        if isinstance(event, RunStarted):
            self.started = event
        elif isinstance(event, TestFinished):
            self.outcomes[event.outcome.test] = event.outcome
            if event.change and event.change.provenance:
                self.provenance[event.outcome.test] = event.change.provenance
        elif isinstance(event, TokenRenewed):
            self.renewals.append(event.renewal)
        elif isinstance(event, CleanupFinished):
            self.cleanups.append(event.cleanup)
        elif isinstance(event, RunFinished):
            self.finished = event.outcome
            # With those that were not done, of which nothing else is heard.
            self.cleanups = list(event.outcome.cleanups)
            self.outcomes.update({outcome.test: outcome for outcome in event.outcomes})

    @property
    def planned(self) -> tuple[PlannedTest, ...]:
        """The tests of this run, in the order in which it knows them."""
        return self.started.tests if self.started else ()

    def outcome(self, planned: PlannedTest) -> TestOutcome:
        """How this test ended. One that the run never came to is skipped: never missing, never green."""
        found = self.outcomes.get(planned.name)
        if found is not None:
            return found
        return TestOutcome(
            test=planned.name,
            verdict=Verdict.SKIPPED,
            reason=NOT_RUN,
            required_only=planned.required_only,
        )

    @property
    def counters(self) -> Counters:
        """How many tests are where; those that never ran are pending."""
        if self.finished is not None:
            return self.finished.counters
        verdicts = [outcome.verdict for outcome in self.outcomes.values()]
        return Counters(
            total=len(self.planned), **{str(verdict): verdicts.count(verdict) for verdict in Verdict}
        )

    @property
    def blocked(self) -> Mapping[TestName, tuple[TestName, ...]]:
        """Blocked tests by their root cause, in the plan's order."""
        found: dict[TestName, list[TestName]] = {}
        for planned in self.planned:
            outcome = self.outcomes.get(planned.name)
            if outcome is not None and outcome.verdict is Verdict.BLOCKED:
                found.setdefault(outcome.blocked_by or "", []).append(outcome.test)
        return {cause: tuple(tests) for cause, tests in found.items()}

    def where(self, test: TestName) -> Location | None:
        """Where this test stands in the user's file, if the file is known."""
        if self.plan is None or test not in self.plan.tests:
            return None
        return self.plan.tests[test].where

    @property
    def edges(self) -> tuple[Dependency, ...]:
        """Who waits for whom, with kinds and reasons; empty where only names are known."""
        return self.plan.dependencies if self.plan else ()
