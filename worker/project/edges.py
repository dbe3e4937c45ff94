"""Edges as a push sends them: which of them the file declares, and which follow from what it says."""

from collections.abc import Iterable, Iterator, Sequence

from worker.models.dependency import DependencyKind, Need
from worker.models.graph import Dependency
from worker.models.suite import Suite, Test, TestName

Pair = tuple[TestName, TestName]


def pushed_edges(
    suites: Sequence[Suite], dependencies: Iterable[Dependency]
) -> Iterator[tuple[Dependency, bool]]:
    """The edges, each with whether the file declares it; each pair once.

    A test with rows is written once and runs as several: what it declares is between the tests as they
    are written, and what is between the tests of its rows follows from that.
    """
    declared = {_pair(suite, test, need): (test, need) for suite, test, need in _needs(suites)}
    seen: set[Pair] = set()
    for edge in dependencies:
        pair = edge.dependent, edge.required
        seen.add(pair)
        yield edge, pair in declared
    for pair, (_, need) in declared.items():
        if pair not in seen:
            yield _between_written(pair, need), True


def _needs(suites: Sequence[Suite]) -> Iterator[tuple[Suite, Test, Need]]:
    for suite in suites:
        for test in suite.tests.values():
            for need in test.needs:
                if not need.implied:
                    yield suite, test, need


def _pair(suite: Suite, test: Test, need: Need) -> Pair:
    """The two tests as they are written. In this suite a key comes before a full name."""
    dependent = f"{suite.key}/{test.row_of or test.key}"
    return dependent, need.name if "/" in need.name else f"{suite.key}/{need.name}"


def _between_written(pair: Pair, need: Need) -> Dependency:
    word = "after" if need.kind is DependencyKind.ORDER else "needs"
    return Dependency(
        dependent=pair[0],
        required=pair[1],
        kind=need.kind,
        reasons=(f"{word} {need.name}",),
        places=(need.where,),
    )
