"""What the team has decided in the project about tests, whatever their file says."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from worker.models.suite import Quarantine, Suite, Test

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


def in_quarantine(suite: Suite, quarantined: Mapping[str, Quarantine]) -> Suite:
    """The suite with the tests of these keys in quarantine, with all their rows. The project's word
    counts more than the file's: it is the newer one."""
    if not quarantined:
        return suite
    tests = {key: _quarantined(key, test, quarantined) for key, test in suite.tests.items()}
    return replace(suite, tests=tests)


def _quarantined(key: str, test: Test, quarantined: Mapping[str, Quarantine]) -> Test:
    found = quarantined.get(key) or quarantined.get(test.row_of or "")
    return replace(test, quarantine=found) if found else test
