"""The verdicts of a run, and what they say about the run as a whole."""

from collections.abc import Callable, Mapping

from worker.engine import verdicts
from worker.engine.bail import Bail
from worker.engine.categories import Category
from worker.engine.guard import EnvironmentGuard
from worker.engine.parts import Parts
from worker.engine.quarantine import marked
from worker.engine.stop import StopReason
from worker.engine.unreached import unreached_of
from worker.models.events import ContextChange, Event, TestFinished
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import TestName


class Ledger:
    """Keeps each test's verdict, once, and says it."""

    def __init__(self, plan: Plan, parts: Parts, emit: Callable[[Event], None]) -> None:
        self.outcomes: dict[TestName, TestOutcome] = {}
        self._plan = plan
        self._parts = parts
        self._emit = emit
        self._guard = EnvironmentGuard(plan)
        self.unwell: TestOutcome | None = None
        self._unreached = ""
        self._bail = Bail(run=parts.bail, suites=parts.suites)

    def recall(self, earlier: Mapping[TestName, TestOutcome]) -> None:
        """Keep verdicts that were said by an earlier holder of the run."""
        for name, outcome in earlier.items():
            self._keep(name, outcome)

    def conclude(self, outcome: TestOutcome, change: ContextChange | None = None) -> None:
        """Keep a verdict and say it."""
        self._keep(outcome.test, outcome)
        self._emit(TestFinished(outcome=self.outcomes[outcome.test], change=change))

    def _keep(self, name: TestName, outcome: TestOutcome) -> None:
        self.outcomes[name] = marked(outcome, self._plan.tests[name], clock=self._parts.clock)
        self._guard.note(outcome)
        self._bail.note(self.outcomes[name])

    @property
    def reason_to_stop(self) -> StopReason | None:
        """Why no further test should start, as far as verdicts can say."""
        if self.culprit is not None:
            return StopReason.ENVIRONMENT
        return StopReason.BAIL if self._bail.run_is_over else None

    @property
    def culprit(self) -> TestOutcome | None:
        """The root that showed that the environment is down, if it is."""
        return self.unwell or (self._guard.culprit if self._guard.is_down else None)

    @property
    def unreached(self) -> str:
        """What the culprit could not reach; empty while nobody is one."""
        return self._unreached or (unreached_of(self.culprit, self._parts) if self.culprit else "")

    def blame(self, outcome: TestOutcome, *, unreached: str) -> None:
        """This test, whose service is not well, shows that the environment is down."""
        self.unwell = outcome
        self._unreached = unreached

    def suite_is_over(self, suite: str) -> bool:
        """Whether so many tests of this suite went wrong that no further one should start."""
        return self._bail.suite_is_over(suite)

    def was_cut(self) -> bool:
        """Whether a test was ended while it ran."""
        return any(
            outcome.verdict is Verdict.BROKEN and outcome.category == Category.CANCELLED
            for outcome in self.outcomes.values()
        )

    def bailed(self, name: TestName) -> TestOutcome:
        """The outcome of a test whose suite is over."""
        limit = self._parts.suites[self._plan.tests[name].suite].bail
        return verdicts.bailed(self._plan, name, limit=limit or 1, who="suite")

    def left_over(self, name: TestName, stop: StopReason | None) -> TestOutcome:
        """The outcome of a test that the run did not come to."""
        cause = self.unwell or self._guard.culprit
        if stop is StopReason.ENVIRONMENT and cause is not None:
            return verdicts.out_of_reach(self._plan, name, cause=cause)
        if stop is StopReason.BAIL:
            return verdicts.bailed(self._plan, name, limit=self._parts.bail or 1, who="run")
        timeout = stop is StopReason.TIMEOUT
        return verdicts.not_run(self._plan, name, StopReason.TIMEOUT if timeout else StopReason.CANCELLED)
