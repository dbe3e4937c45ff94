"""Which tests a selection means."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from context.paths import near_names
from worker.errors import UsageError
from worker.models.graph import Graph, Selection
from worker.models.suite import Test, TestName

#: How many names a hint lists.
_LONGEST_LIST = 12


def select(graph: Graph, selection: Selection) -> set[TestName]:
    """The tests that were asked for. Raises UsageError if a part of the selection means none."""
    if selection.is_everything:
        return set(graph.tests)
    parts = [
        _by_suite(graph, selection.suites),
        _by_pattern(graph, selection.only),
        _by_tag(graph, selection.tags),
    ]
    selected = set(graph.tests).intersection(*(part for part in parts if part is not None))
    if not selected:
        raise UsageError("no test is all that was asked for", hint="ask for less at a time")
    return selected


def _by_suite(graph: Graph, suites: Iterable[str]) -> set[TestName] | None:
    wanted = set(suites)
    if not wanted:
        return None
    known = dict.fromkeys(test.suite for test in graph.tests.values())
    for key in wanted - known.keys():
        raise UsageError(f"there is no suite {key!r}", hint=_hint(key, known))
    return {name for name, test in graph.tests.items() if test.suite in wanted}


def _by_pattern(graph: Graph, patterns: Iterable[str]) -> set[TestName] | None:
    found: set[TestName] = set()
    wanted = tuple(patterns)
    for pattern in wanted:
        matching = {name for name, test in graph.tests.items() if _matches(test, pattern)}
        if not matching:
            names = graph.tests if "/" in pattern else [test.key for test in graph.tests.values()]
            raise UsageError(f"there is no test {pattern!r}", hint=_hint(pattern, names))
        found |= matching
    return found if wanted else None


def _matches(test: Test, pattern: str) -> bool:
    return fnmatchcase(test.name, pattern) or fnmatchcase(test.key, pattern)


def _by_tag(graph: Graph, tags: Iterable[str]) -> set[TestName] | None:
    wanted = set(tags)
    if not wanted:
        return None
    known = dict.fromkeys(tag for test in graph.tests.values() for tag in test.tags)
    for tag in sorted(wanted - known.keys()):
        raise UsageError(f"no test has the tag {tag!r}", hint=_hint(tag, known))
    return {name for name, test in graph.tests.items() if wanted.intersection(test.tags)}


def _hint(word: str, known: Iterable[str]) -> str | None:
    names = list(dict.fromkeys(known))
    near = near_names(word, names)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"one of: {', '.join(names)}" if 0 < len(names) <= _LONGEST_LIST else None
