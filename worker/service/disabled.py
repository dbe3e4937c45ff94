"""Tests that are switched off in the project, whatever their file says."""

from collections.abc import Collection
from dataclasses import replace

from worker.models.suite import Suite

_DISABLED = "disabled by the team"


def without_disabled(suite: Suite, disabled: Collection[str]) -> Suite:
    """The suite with the tests of these keys skipped, with all their rows; keys that it does not have are
    left out."""
    if not disabled:
        return suite
    tests = {
        key: replace(test, skip_reason=test.skip_reason or _DISABLED)
        if key in disabled or test.row_of in disabled
        else test
        for key, test in suite.tests.items()
    }
    return replace(suite, tests=tests)
