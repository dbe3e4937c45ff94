"""Which test may start now, and what a verdict makes possible or pointless. No input or output."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from worker.engine.ready import ReadyTests
from worker.models.dependency import DependencyKind
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import SuiteLimits, TestName


@dataclass(slots=True)
class Consequences:
    """What follows from verdicts: tests that may start now, and tests that cannot any more, each
    with the root cause."""

    ready: list[TestName] = field(default_factory=list)
    blocked: list[tuple[TestName, TestName]] = field(default_factory=list)


class Schedule:
    """The state of a plan while it runs. Every test is taken once, or gets its verdict without.

    With `shuffle` chance decides which ready test goes first; the same seed decides alike. `suites` are
    the limits of suites.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        shuffle: int | str | None = None,
        suites: Mapping[str, SuiteLimits] | None = None,
    ) -> None:
        self._plan = plan
        self._missing = {
            name: sum(required in plan.tests for required in plan.requires.get(name, ()))
            for name in plan.tests
        }
        self._settled: set[TestName] = set()
        self._causes: dict[TestName, TestName] = {}
        self._ready = ReadyTests(plan, shuffle=shuffle, suites=suites)

    def begin(self, known: Mapping[TestName, TestOutcome]) -> Consequences:
        """Open the plan, with verdicts that are known already."""
        self._settled.update(known)
        self._causes.update(
            (name, outcome.blocked_by) for name, outcome in known.items() if outcome.blocked_by
        )
        result = Consequences()
        for name in self._plan.tests:
            if not self._missing[name]:
                self._make_ready(name, result)
        for name, outcome in known.items():
            self._follow(name, outcome.verdict, result)
        return result

    def take(self) -> TestName | None:
        """The test that should start next; None when none may. Its locks are taken with it."""
        return self._ready.take()

    def give_back(self, test: TestName) -> None:
        """The locks of a test that was taken are free again."""
        self._ready.give_back(test)

    def finish(self, test: TestName, verdict: Verdict) -> Consequences:
        """Note the verdict of a test that was taken, or of one that shall not be taken any more."""
        self._settled.add(test)
        self._ready.drop(test)
        result = Consequences()
        self._follow(test, verdict, result)
        return result

    def leave_out(self, verdicts: Mapping[TestName, Verdict]) -> Consequences:
        """Note verdicts of tests that shall not be taken any more: none of them is blocked by another."""
        self._settled.update(verdicts)
        result = Consequences()
        for test, verdict in verdicts.items():
            self._ready.drop(test)
            self._follow(test, verdict, result)
        return result

    def _follow(self, test: TestName, verdict: Verdict, result: Consequences) -> None:
        """Tell those that wait for a test about its verdict, and those that wait for them."""
        news = deque([(test, verdict)])
        while news:
            name, how = news.popleft()
            for dependent in self._plan.dependents.get(name, ()):
                if dependent in self._settled:
                    continue
                self._missing[dependent] -= 1
                if self._spoils(name, how, dependent):
                    self._block(dependent, by=name, result=result)
                    news.append((dependent, Verdict.BLOCKED))
                elif not self._missing[dependent]:
                    self._make_ready(dependent, result)

    def _spoils(self, required: TestName, verdict: Verdict, dependent: TestName) -> bool:
        edge = self._plan.requires[dependent][required]
        return verdict is not Verdict.PASSED and edge.kind is not DependencyKind.ORDER

    def _block(self, test: TestName, *, by: TestName, result: Consequences) -> None:
        self._settled.add(test)
        self._causes[test] = self._causes.get(by, by)
        result.blocked.append((test, self._causes[test]))

    def _make_ready(self, name: TestName, result: Consequences) -> None:
        if name in self._settled:
            return
        self._ready.push(name)
        result.ready.append(name)
