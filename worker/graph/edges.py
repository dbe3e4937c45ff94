"""Edges between tests: those that are written (`needs`, `after`) and those that follow from used names."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from context.capture import CaptureTarget
from context.paths import format_path
from worker.graph.names import Index, captures_itself
from worker.graph.said import Said
from worker.models.dependency import DependencyKind, NameUse, Need
from worker.models.graph import Dependency
from worker.models.problem import Location, Problem
from worker.models.suite import Suite, Test, TestName

_STRENGTH = {DependencyKind.ORDER: 0, DependencyKind.DATA: 1, DependencyKind.TOKEN: 2}

#: How many steps of a name a reason shows: `captured_data.login.user`, whatever follows.
_STEPS_SHOWN = 3


@dataclass(slots=True)
class Resolution:
    """All edges of some suites, whether they make sense or not, and what does not.

    `undo_requires` are what only the clean-ups of tests need: nobody waits for those.
    """

    index: Index
    tests: dict[TestName, Test]
    requires: dict[TestName, dict[TestName, Dependency]]
    undo_requires: dict[TestName, dict[TestName, Dependency]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def resolve(suites: Sequence[Suite]) -> Resolution:
    """Find all edges, and what is wrong with them."""
    index = Index(suites)
    resolution = Resolution(index=index, tests=index.tests, requires={name: {} for name in index.tests})
    for suite in suites:
        for test in suite.tests.values():
            resolver = _Resolver(test, suite, index)
            resolution.requires[test.name] = resolver.edges()
            undo = resolver.edges_of_undo()
            if undo:
                resolution.undo_requires[test.name] = undo
            resolution.problems.extend(resolver.problems)
    return resolution


class _Resolver:
    """Finds the edges of one test."""

    def __init__(self, test: Test, suite: Suite, index: Index) -> None:
        self._test = test
        self._index = index
        self._say = Said(suite, index)
        self._edges: dict[TestName, Dependency] = {}
        self._reported: set[tuple[str | int, ...]] = set()
        self.problems: list[Problem] = []

    def edges(self) -> dict[TestName, Dependency]:
        """The direct edges of the test by the required test's name."""
        for need in self._test.needs:
            self._declared(need)
        explicit = self._explicit()
        for use in self._test.uses:
            self._inferred(use, explicit)
        return self._edges

    def edges_of_undo(self) -> dict[TestName, Dependency]:
        """What only the test's clean-up needs, by the required test's name. Comes after `edges`."""
        if not self._test.cleanup_uses:
            return {}
        waited_for, explicit = self._edges, self._explicit()
        self._edges = {}
        for use in self._test.cleanup_uses:
            self._inferred(use, explicit)
        return {name: edge for name, edge in self._edges.items() if name not in waited_for}

    def _explicit(self) -> frozenset[TestName]:
        return frozenset(name for name, edge in self._edges.items() if edge.kind is not DependencyKind.ORDER)

    def _declared(self, need: Need) -> None:
        word = "after" if need.kind is DependencyKind.ORDER else "needs"
        found = self._index.find(need.name, self._test.suite)
        required = [found] if found is not None else self._index.rows_of(need.name, self._test.suite)
        if not required:
            self.problems.append(self._say.unknown_test(need.name, need.where))
        elif any(each is self._test for each in required):
            self.problems.append(self._say.needs_itself(self._test, need.where))
        else:
            for each in required:
                self._add(each, need.kind, f"{word} {need.name}", need.where)

    def _inferred(self, use: NameUse, explicit: Collection[TestName]) -> None:
        match use.path:
            case ("captured_data", str(name), *rest):
                self._captured_data(use, name, rest)
            case ("tokens" | "shared_auth_tokens", str(name), *_):
                self._captured(use, CaptureTarget.TOKEN, name, explicit)
            case ("shared_variables", str(name), *_):
                self._captured(use, CaptureTarget.VARIABLE, name, explicit)
            case (str(name), *_) if name not in self._index.roots:
                self._captured(use, CaptureTarget.VARIABLE, name, explicit)

    def _captured_data(self, use: NameUse, name: str, rest: list[str | int]) -> None:
        required = self._index.find(name, self._test.suite)
        if required is None:
            rows = self._index.rows_of(name, self._test.suite)
            if rows and not use.optional:
                self._report(use, self._say.which_row(name, rows, rest, use.where), 2)
            elif not use.optional:
                self._report(use, self._say.unknown_test(name, use.where), 2)
            return
        captured = str(rest[0]) if rest else None
        if captured is not None and not use.optional and self._index.never_captures(required, captured):
            self._report(use, self._say.captures_no_such(required, captured, use.where), 3)
            return
        if required.name != self._test.name:
            self._add(required, DependencyKind.DATA, _reason(use), use.where)
        elif not use.optional:
            self._report(use, self._say.too_late(format_path(use.path[:3]), use), 3)

    def _captured(
        self, use: NameUse, target: CaptureTarget, name: str, explicit: Collection[TestName]
    ) -> None:
        producers = self._index.producers(target, name, self._test)
        if len(producers) > 1:
            needed = [test for test in producers if test.name in explicit]
            if len(needed) != 1:
                self._report(use, self._say.ambiguous(target, name, producers, use.where), 2)
                return
            producers = needed
        if producers:
            is_token = target is CaptureTarget.TOKEN
            kind = DependencyKind.TOKEN if is_token else DependencyKind.DATA
            self._add(producers[0], kind, _reason(use), use.where)
        elif target is CaptureTarget.TOKEN and not use.optional:
            own = captures_itself(self._test, CaptureTarget.TOKEN, name)
            self._report(use, self._say.no_such_token(name, use, own=own), 2)

    def _report(self, use: NameUse, problem: Problem, steps: int) -> None:
        """Report a name once a test, however often the test uses it."""
        key = (problem.kind, *use.path[:steps])
        if key not in self._reported:
            self._reported.add(key)
            self.problems.append(problem)

    def _add(self, required: Test, kind: DependencyKind, reason: str, where: Location) -> None:
        before = self._edges.get(required.name)
        reasons: tuple[str, ...] = (reason,)
        places: tuple[Location, ...] = (where,)
        if before is not None:
            if reason in before.reasons:
                return
            reasons, places = (*before.reasons, reason), (*before.places, where)
            kind = stronger(before.kind, kind)
        self._edges[required.name] = Dependency(
            dependent=self._test.name, required=required.name, kind=kind, reasons=reasons, places=places
        )


def stronger(first: DependencyKind, second: DependencyKind) -> DependencyKind:
    """The stronger of two kinds: token, then data, then order."""
    return first if _STRENGTH[first] >= _STRENGTH[second] else second


def _reason(use: NameUse) -> str:
    return f"uses {format_path(use.path[:_STEPS_SHOWN])} in {use.field}"


def all_edges(requires: Iterable[dict[TestName, Dependency]]) -> Iterator[Dependency]:
    """The edges of all tests, in the order of the files."""
    for edges in requires:
        yield from edges.values()
