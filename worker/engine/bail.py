"""Enough is enough: how many tests may go wrong before no further one is started."""

from collections import Counter
from collections.abc import Mapping

from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import SuiteLimits

#: Verdicts that count. What these blocked has not gone wrong itself.
WRONG = (Verdict.FAILED, Verdict.BROKEN)


class Bail:
    """Counts tests that went wrong, outside of quarantine, against the limits of the run and of suites."""

    def __init__(self, *, run: int | None, suites: Mapping[str, SuiteLimits]) -> None:
        self.limit = run
        self._suites = suites
        self._wrong: Counter[str] = Counter()

    def note(self, outcome: TestOutcome) -> None:
        """Count one more verdict."""
        if outcome.verdict in WRONG and outcome.quarantine is None:
            self._wrong[outcome.test.partition("/")[0]] += 1

    @property
    def run_is_over(self) -> bool:
        """Whether no further test of the run shall start."""
        return self.limit is not None and self._wrong.total() >= self.limit

    def suite_is_over(self, suite: str) -> bool:
        """Whether no further test of this suite shall start."""
        limit = self._suites[suite].bail if suite in self._suites else None
        return limit is not None and self._wrong[suite] >= limit
