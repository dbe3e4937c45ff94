"""Which tests a selection means."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from worker.errors import UsageError
from worker.graph.hints import meant_by
from worker.models.dependency import DependencyKind
from worker.models.flow import TestRole
from worker.models.graph import Graph, Selection
from worker.models.suite import Test, TestName

Tests = Mapping[TestName, Test]


def select(tests: Tests, selection: Selection) -> set[TestName]:
    """The tests that were asked for. Raises UsageError if a part of the selection means none.

    Tests that say `only` leave all others out, unless tests were asked for by name. Where tests were
    picked, none may be left: there is nothing to run then.
    """
    focused = focused_by(tests, selection)
    if selection.is_everything and not focused:
        return set(tests)
    parts = [
        _by_suite(tests, selection.suites),
        _by_pattern(tests, selection.only),
        _by_tag(tests, selection.tags),
        set(focused) or None,
        None if selection.picked is None else set(selection.picked),
    ]
    selected = set(tests).intersection(*(part for part in parts if part is not None))
    if not selected and selection.picked is None:
        where = next((str(test.where) for test in focused.values()), None)
        hint = f"'only: true' in {where} leaves all others out" if where else "ask for less at a time"
        raise UsageError("no test is all that was asked for", hint=hint)
    return selected


def focused_by(tests: Tests, selection: Selection) -> Tests:
    """The tests that say `only: true`, where that counts: nobody asked for others by name."""
    if selection.only or selection.picked is not None:
        return {}
    return {name: test for name, test in tests.items() if test.only}


def with_what_they_need(graph: Graph, selected: Iterable[TestName]) -> set[TestName]:
    """The selected tests, all tests they or their clean-ups need, and what comes after all tests of a
    suite. An order edge needs nothing: it only says who is first if both run."""
    included = _with_required(graph, selected)
    suites = {graph.tests[name].suite for name in included if graph.tests[name].role is TestRole.TEST}
    last = [
        name
        for name, test in graph.tests.items()
        if test.role is TestRole.AFTER_ALL and test.suite in suites and name not in included
    ]
    return included | _with_required(graph, last) if last else included


def _with_required(graph: Graph, selected: Iterable[TestName]) -> set[TestName]:
    included: set[TestName] = set()
    waiting = list(selected)
    while waiting:
        name = waiting.pop()
        if name in included:
            continue
        included.add(name)
        edges = graph.requires[name].values()
        waiting.extend(edge.required for edge in edges if edge.kind is not DependencyKind.ORDER)
        waiting.extend(graph.undo_requires.get(name, ()))
    return included


def _by_suite(tests: Tests, suites: Iterable[str]) -> set[TestName] | None:
    wanted = set(suites)
    if not wanted:
        return None
    known = dict.fromkeys(test.suite for test in tests.values())
    for key in wanted - known.keys():
        raise UsageError(f"there is no suite {key!r}", hint=meant_by(key, known))
    return {name for name, test in tests.items() if test.suite in wanted}


def _by_pattern(tests: Tests, patterns: Iterable[str]) -> set[TestName] | None:
    found: set[TestName] = set()
    wanted = tuple(patterns)
    for pattern in wanted:
        matching = {name for name, test in tests.items() if _matches(test, pattern)}
        if not matching:
            names = tests if "/" in pattern else [test.key for test in tests.values()]
            raise UsageError(f"there is no test {pattern!r}", hint=meant_by(pattern, names))
        found |= matching
    return found if wanted else None


def _matches(test: Test, pattern: str) -> bool:
    if pattern in (test.key, test.name):
        return True
    names = [test.key, test.name]
    if test.row_of is not None:
        if _matches_row(test, pattern):
            return True
        names += [test.row_of, f"{test.suite}/{test.row_of}"]
    return any(fnmatchcase(name, pattern) for name in names)


def _matches_row(test: Test, pattern: str) -> bool:
    """Whether a pattern such as `login[a*]` means this row: its brackets are no set of characters."""
    literal = pattern.replace("[", "[[]")
    return fnmatchcase(test.key, literal) or fnmatchcase(test.name, literal)


def _by_tag(tests: Tests, tags: Iterable[str]) -> set[TestName] | None:
    wanted = set(tags)
    if not wanted:
        return None
    known = dict.fromkeys(tag for test in tests.values() for tag in test.tags)
    for tag in sorted(wanted - known.keys()):
        raise UsageError(f"no test has the tag {tag!r}", hint=meant_by(tag, known))
    return {
        name
        for name, test in tests.items()
        # Hooks have the tags of their suite, but come with its tests, not for themselves.
        if wanted.intersection(test.tags) and test.role is TestRole.TEST
    }
