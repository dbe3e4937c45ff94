"""Which tests a selection means."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from context.paths import near_names
from worker.errors import UsageError
from worker.models.graph import Dependency, Selection
from worker.models.suite import DependencyKind, Test, TestName

#: How many names a hint lists.
_LONGEST_LIST = 12


Tests = Mapping[TestName, Test]


def select(tests: Tests, selection: Selection) -> set[TestName]:
    """The tests that were asked for. Raises UsageError if a part of the selection means none."""
    if selection.is_everything:
        return set(tests)
    parts = [
        _by_suite(tests, selection.suites),
        _by_pattern(tests, selection.only),
        _by_tag(tests, selection.tags),
    ]
    selected = set(tests).intersection(*(part for part in parts if part is not None))
    if not selected:
        raise UsageError("no test is all that was asked for", hint="ask for less at a time")
    return selected


def with_what_they_need(
    requires: Mapping[TestName, Mapping[TestName, Dependency]], selected: Iterable[TestName]
) -> set[TestName]:
    """The selected tests and all tests they need. An order edge needs nothing: it only says who is
    first if both run."""
    included: set[TestName] = set()
    waiting = list(selected)
    while waiting:
        name = waiting.pop()
        if name in included:
            continue
        included.add(name)
        edges = requires[name].values()
        waiting.extend(edge.required for edge in edges if edge.kind is not DependencyKind.ORDER)
    return included


def _by_suite(tests: Tests, suites: Iterable[str]) -> set[TestName] | None:
    wanted = set(suites)
    if not wanted:
        return None
    known = dict.fromkeys(test.suite for test in tests.values())
    for key in wanted - known.keys():
        raise UsageError(f"there is no suite {key!r}", hint=_hint(key, known))
    return {name for name, test in tests.items() if test.suite in wanted}


def _by_pattern(tests: Tests, patterns: Iterable[str]) -> set[TestName] | None:
    found: set[TestName] = set()
    wanted = tuple(patterns)
    for pattern in wanted:
        matching = {name for name, test in tests.items() if _matches(test, pattern)}
        if not matching:
            names = tests if "/" in pattern else [test.key for test in tests.values()]
            raise UsageError(f"there is no test {pattern!r}", hint=_hint(pattern, names))
        found |= matching
    return found if wanted else None


def _matches(test: Test, pattern: str) -> bool:
    return fnmatchcase(test.name, pattern) or fnmatchcase(test.key, pattern)


def _by_tag(tests: Tests, tags: Iterable[str]) -> set[TestName] | None:
    wanted = set(tags)
    if not wanted:
        return None
    known = dict.fromkeys(tag for test in tests.values() for tag in test.tags)
    for tag in sorted(wanted - known.keys()):
        raise UsageError(f"no test has the tag {tag!r}", hint=_hint(tag, known))
    return {name for name, test in tests.items() if wanted.intersection(test.tags)}


def _hint(word: str, known: Iterable[str]) -> str | None:
    names = list(dict.fromkeys(known))
    near = near_names(word, names)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"one of: {', '.join(names)}" if 0 < len(names) <= _LONGEST_LIST else None
