"""Which tests have changed since a revision, and what of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from context.values import JsonValue
from worker.errors import SuiteError
from worker.history.git import Revision, RevisionFiles
from worker.history.words import texts_of, words_of
from worker.models.expectation import ExpectationKind
from worker.models.flow import TestRole
from worker.models.suite import Suite, Test, TestName
from worker.parsing import parse_suite
from worker.snapshots.paths import snapshot_path

#: Gives the revision as the repository around a folder knows it.
Revisions = Callable[[Path], Revision]

#: Keys of a suite's tests, each with why.
_Found = Iterator[tuple[str, str]]


def changed_tests(
    suites: Sequence[Suite], *, revision_at: Revisions, environment: str
) -> dict[TestName, str]:
    """The tests that are not what they were, each with the first thing about it that is different: its own
    words, a file that it names, a variable that it uses, the environment it runs in.

    Where a test stands in its file makes no difference. Raises UsageError for what git refuses.
    """
    found: dict[TestName, str] = {}
    repositories: dict[Path, tuple[Revision, frozenset[Path]]] = {}
    for suite in suites:
        revision = revision_at(Path(suite.path).parent)
        # Suites of one repository are compared with one answer of git.
        revision, changed = repositories.setdefault(revision.top, (revision, revision.changed_files()))
        for key, why in _Comparison(suite, revision, changed, environment).differences():
            found.setdefault(f"{suite.key}/{key}", f"{why} since {revision.name}")
    return found


class _Comparison:
    """One suite, now and then."""

    def __init__(self, suite: Suite, revision: Revision, changed: Collection[Path], environment: str) -> None:
        self._suite = suite
        self._revision = revision
        self._changed = changed
        self._environment = environment

    def differences(self) -> _Found:
        """The keys of tests that are different, and why; the best reason first."""
        suite = self._suite
        written_in = [suite.path, *suite.borrowed, *(use.path for use in suite.files)]
        if any(self._has_changed(path) for path in written_in):
            yield from self._compared()
        yield from self._files()
        yield from self._snapshots()

    def _compared(self) -> _Found:
        suite, revision = self._suite, self._revision
        text = revision.text_of(Path(suite.path))
        if text is None:
            yield from ((key, "its file is new") for key in suite.tests)
            return
        try:
            then = parse_suite(
                text.decode("utf-8-sig", errors="replace"), path=suite.path, files=RevisionFiles(revision)
            )
        except SuiteError:
            yield from ((key, "its file had mistakes and is different") for key in suite.tests)
            return
        yield from self._words(then)
        yield from self._variables(then)
        if words_of(then.environments.get(self._environment)) != words_of(
            suite.environments.get(self._environment)
        ):
            yield from ((key, f"the environment {self._environment} is different") for key in suite.tests)

    def _words(self, then: Suite) -> _Found:
        for key, test in self._suite.tests.items():
            before = then.tests.get(key)
            if before is None:
                yield key, "it is new"
            elif words_of(before) != words_of(test):
                yield key, "its words are different"
        yield from self._hooks(then)

    def _hooks(self, then: Suite) -> _Found:
        """What is done before all tests is a part of each of them."""
        for key, test in self._suite.tests.items():
            if test.role is TestRole.BEFORE_ALL and words_of(then.tests.get(key)) != words_of(test):
                yield from ((other, "what comes before all is different") for other in self._suite.tests)

    def _variables(self, then: Suite) -> _Found:
        now = self._suite.variables
        names = {name for name in (*now, *then.variables) if _differ(now, then.variables, name)}
        for key, test in self._suite.tests.items():
            used = next((use.path[0] for use in test.uses if use.path[0] in names), None)
            if used is not None:
                yield key, f"the variable {used} is different"

    def _files(self) -> _Found:
        changed = {use.path for use in self._suite.files if self._has_changed(use.path)}
        for key, test in self._suite.tests.items() if changed else ():
            named = sorted(changed & texts_of(test))
            if named:
                yield key, f"{named[0]} is different"

    def _snapshots(self) -> _Found:
        for key, test in self._suite.tests.items():
            for path in _snapshots_of(self._suite, test):
                if any(self._has_changed(f"{path}{ending}") for ending in (".json", ".txt")):
                    yield key, f"its snapshot {path} is different"

    def _has_changed(self, path: str) -> bool:
        return Path(path).resolve() in self._changed


def _differ(now: Mapping[str, JsonValue], then: Mapping[str, JsonValue], name: str) -> bool:
    return name not in now or name not in then or words_of(now[name]) != words_of(then[name])


def _snapshots_of(suite: Suite, test: Test) -> Iterator[str]:
    for step in test.steps:
        for expectation in step.expectations:
            if expectation.kind is ExpectationKind.SNAPSHOT:
                name = str(expectation.options.get("file", ""))
                yield snapshot_path(suite.path, suite=suite.key, test=test.key, step=step.name, name=name)
