"""Which test has which name, and which test captures what."""

from collections.abc import Iterable, Sequence

from context.capture import CaptureTarget
from context.paths import ROOTS
from worker.models.problem import Location
from worker.models.suite import Suite, Test, TestName


class Index:
    """All tests of some suites, by their names and by what they capture."""

    #: First steps of a name that no test captures.
    roots = frozenset((*ROOTS, "base_url", "credentials"))

    def __init__(self, suites: Sequence[Suite]) -> None:
        self.suites = {suite.key: suite for suite in suites}
        # By path: while two suites have one key, it does not say whose line is meant.
        self.sources = {
            path: text
            for suite in suites
            for path, text in ((suite.path, suite.source), *suite.borrowed.items())
        }
        self.tests: dict[TestName, Test] = {}
        self._rows: dict[TestName, list[Test]] = {}
        self._by_target: dict[tuple[CaptureTarget, str], list[Test]] = {}
        self._unreadable: set[TestName] = set()
        for suite in suites:
            self._unreadable.update(f"{suite.key}/{key}" for key in suite.unreadable)
            for test in suite.tests.values():
                self._take_in(test)

    def _take_in(self, test: Test) -> None:
        self.tests[test.name] = test
        if test.row_of is not None:
            self._rows.setdefault(f"{test.suite}/{test.row_of}", []).append(test)
        for rule in test.captures:
            self._by_target.setdefault((rule.target, rule.name), []).append(test)

    def find(self, name: str, suite: str) -> Test | None:
        """The test that `name` means in this suite: one of its own, else one by its full name."""
        return self.tests.get(f"{suite}/{name}") or self.tests.get(name)

    def rows_of(self, name: str, suite: str) -> Sequence[Test]:
        """The tests of all rows that `name` means in this suite, where it is a test with rows."""
        return self._rows.get(f"{suite}/{name}", ()) or self._rows.get(name, ())

    def producers(self, target: CaptureTarget, name: str, test: Test) -> list[Test]:
        """The other tests that capture this name: those of the test's own suite, else all others. The
        tests of its other rows are none: what they capture, it captures itself."""
        others = [
            other for other in self._by_target.get((target, name), ()) if not _is_same_test(other, test)
        ]
        near = [other for other in others if other.suite == test.suite]
        return near or others

    def names_captured(self, target: CaptureTarget) -> Iterable[str]:
        """All names of this kind, each once, in the order of the files."""
        return [name for of_target, name in self._by_target if of_target is target]

    def never_captures(self, test: Test, name: str) -> bool:
        """Whether this test captures no such name; what a file with mistakes would capture is unknown."""
        return test.name not in self._unreadable and all(rule.name != name for rule in test.captures)


def _is_same_test(other: Test, test: Test) -> bool:
    if other.suite != test.suite:
        return False
    return other.key == test.key or (test.row_of is not None and other.row_of == test.row_of)


def captures_itself(test: Test, target: CaptureTarget, name: str) -> bool:
    """Whether the test captures this name, be it too late for its own request."""
    return any(rule.name == name and rule.target is target for rule in test.captures)


def place_of_capture(test: Test, target: CaptureTarget, name: str) -> Location:
    """Where a test captures this name."""
    for position, rule in enumerate(test.captures):
        if rule.name == name and rule.target is target and position < len(test.capture_places):
            return test.capture_places[position]
    return test.where
