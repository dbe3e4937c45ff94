"""Which boxes a graph has: one for each test, or, where there are many, one for tests that are alike."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from worker.models.outcome import TestOutcome, Verdict
from worker.reports.html.layers import Edge, depths

#: Up to so many tests each has a box of its own.
SINGLE = 60
#: A graph has no more boxes than this, if that can be had by drawing tests together.
MOST_BOXES = 160
#: Failed tests, and stations of the critical path, that are drawn alone whatever their number.
_ALONE = 24
#: Columns that a picture may have; longer chains are folded.
_COLUMNS = 40

_BAD = (Verdict.FAILED, Verdict.BROKEN)
_Group = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Tests that are drawn as one box, by their numbers, in one column."""

    tests: tuple[int, ...]
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """All boxes, lines between them by their numbers, and what a person should know of the picture."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    note: str = ""


def boxes(
    outcomes: Sequence[TestOutcome], needs: Mapping[int, Iterable[int]], critical: Iterable[int] = ()
) -> Boxes:
    """The boxes of tests by their numbers. `critical` are numbers, too."""
    depth = depths(needs)
    columns = _folded(depth)
    groups = _groups(outcomes, needs, depth, list(critical), columns)
    members: dict[_Group, list[int]] = defaultdict(list)
    for test in range(len(outcomes)):
        members[groups[test]].append(test)
    numbers = {group: number for number, group in enumerate(members)}
    found = tuple(Box(tests=tuple(tests), column=columns[tests[0]]) for tests in members.values())
    edges = {
        (numbers[groups[needed]], numbers[groups[test]])
        for test, others in needs.items()
        for needed in others
    }
    forward = sorted(edge for edge in edges if found[edge[0]].column < found[edge[1]].column)
    return Boxes(boxes=found, edges=tuple(forward), note=_note(len(outcomes), len(found), depth, columns))


def _folded(depth: Mapping[int, int]) -> dict[int, int]:
    """Columns by depth; where chains are very long, several depths share one."""
    deepest = max(depth.values(), default=0)
    together = deepest // _COLUMNS + 1
    return {test: number // together for test, number in depth.items()}


def _groups(
    outcomes: Sequence[TestOutcome],
    needs: Mapping[int, Iterable[int]],
    depth: Mapping[int, int],
    critical: Sequence[int],
    columns: Mapping[int, int],
) -> list[_Group]:
    """To which box each test belongs: the finest division that is not too fine."""
    numbers = range(len(outcomes))
    each: list[_Group] = [(number,) for number in numbers]
    if len(outcomes) <= SINGLE and max(depth.values(), default=0) < _COLUMNS:
        return each
    alone = {*critical[:_ALONE], *[n for n in numbers if outcomes[n].verdict in _BAD][:_ALONE]}
    # By suite first; if these are too many, by verdict alone.
    for say_suite in (True, False):
        coarse: list[_Group] = [
            (n,)
            if n in alone
            else (_suite(outcomes[n]) if say_suite else "", outcomes[n].verdict, columns[n])
            for n in numbers
        ]
        fine = _refined(coarse, needs)
        if len(set(fine)) <= MOST_BOXES:
            return fine
        if len(set(coarse)) <= MOST_BOXES:
            return coarse
    return coarse


def _refined(groups: list[_Group], needs: Mapping[int, Iterable[int]]) -> list[_Group]:
    """Divided until tests of one group need, and are needed by, tests of the same groups."""
    dependents: dict[int, list[int]] = defaultdict(list)
    for test, needed in needs.items():
        for other in needed:
            dependents[other].append(test)
    number = len(set(groups))
    while True:
        named = _named(groups)
        divided: list[_Group] = [
            (
                named[test],
                frozenset(named[other] for other in needs.get(test, ())),
                frozenset(named[other] for other in dependents.get(test, ())),
            )
            for test in range(len(groups))
        ]
        found = len(set(divided))
        if found == number or found > MOST_BOXES:
            return divided
        groups, number = divided, found


def _named(groups: Iterable[_Group]) -> list[int]:
    """Small numbers in place of groups, so that comparing stays quick."""
    numbers: dict[_Group, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in groups]


def _suite(outcome: TestOutcome) -> str:
    return outcome.test.partition("/")[0]


def _note(tests: int, drawn: int, depth: Mapping[int, int], columns: Mapping[int, int]) -> str:
    if drawn == tests:
        return ""
    folded = max(depth.values(), default=0) > max(columns.values(), default=0)
    chains = (
        " Chains are longer than the picture is wide: a column holds several of their tests."
        if folded
        else ""
    )
    return (
        f"{tests:,} tests in {drawn:,} boxes: tests of one verdict that need, and are needed by, the same "
        f"are drawn together. Choose a box to list them.{chains}"
    )


def verdict_of(outcomes: Iterable[TestOutcome]) -> Verdict:
    """The verdict that a box shows: tests of one box mostly have the same."""
    return Counter(outcome.verdict for outcome in outcomes).most_common(1)[0][0]
