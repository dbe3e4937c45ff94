"""Tests in quarantine run and are shown, and make no run fail."""

from dataclasses import replace

from worker.clock import Clock
from worker.models.outcome import TestOutcome
from worker.models.suite import Test


def marked(outcome: TestOutcome, test: Test, *, clock: Clock) -> TestOutcome:
    """The outcome, saying that its test is in quarantine, if it is at this moment."""
    quarantine = test.quarantine
    if quarantine is None or (quarantine.until is not None and clock.now().date() > quarantine.until):
        return outcome
    return replace(outcome, quarantine=quarantine)
