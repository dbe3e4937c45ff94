"""Notices that the environment, not the tests, is what is wrong."""

from worker.engine.categories import OUTAGES
from worker.http.address import is_whole_url
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict
from worker.models.request import Request
from worker.models.suite import TestName

#: With many roots, so many that fail alike are proof enough: a thousand need not time out.
ENOUGH = 5


def _goes_elsewhere(request: Request) -> bool:
    return bool(request.service) or is_whole_url(request.url)


class EnvironmentGuard:
    """Watches the roots of a run: tests that need no other. When all that have finished got no
    answer, and for the same reason, the environment is down.

    Roots that go to a host of their own say nothing about the environment, unless all do.
    """

    def __init__(self, plan: Plan) -> None:
        roots = {name for name in plan.tests if not plan.requires.get(name)}
        own_host = {name for name in roots if _goes_elsewhere(plan.tests[name].request)}
        self._roots: set[TestName] = (roots - own_host) or roots
        self._answered = False
        self._ways: set[str] = set()
        self._silent = 0
        self.culprit: TestOutcome | None = None

    def note(self, outcome: TestOutcome) -> None:
        """Learn from one more verdict."""
        if outcome.verdict is Verdict.SKIPPED:
            self._roots.discard(outcome.test)
        elif outcome.verdict is not Verdict.BLOCKED and outcome.category not in OUTAGES:
            # An answer, or trouble of the test's own: either way no outage.
            self._answered = True
        elif outcome.test in self._roots:
            self._silent += 1
            self._ways.add(outcome.category or "")
            self.culprit = self.culprit or outcome

    @property
    def is_down(self) -> bool:
        """Whether the environment has to be taken for down by now."""
        enough = 0 < min(len(self._roots), ENOUGH) <= self._silent
        return enough and not self._answered and len(self._ways) == 1
