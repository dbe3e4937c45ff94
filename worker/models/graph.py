"""Who waits for whom."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from worker.models.dependency import DependencyKind
from worker.models.problem import Location
from worker.models.suite import Test, TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """An edge: `dependent` waits for `required`. `reasons` say why, in words; `places` where each
    reason is written, in the same order."""

    dependent: TestName
    required: TestName
    kind: DependencyKind
    reasons: tuple[str, ...] = ()
    places: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All tests that belong together, as written, and their edges. It has no cycle.

    `requires[test]` are its direct edges by the required test's name; every test has an entry.
    `undo_requires[test]` are those of its clean-up only, which nobody waits for.
    """

    tests: Mapping[TestName, Test]
    requires: Mapping[TestName, Mapping[TestName, Dependency]]
    undo_requires: Mapping[TestName, Mapping[TestName, Dependency]] = field(default_factory=dict)

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """All edges, grouped by the dependent test in the order of the files."""
        return tuple(edge for edges in self.requires.values() for edge in edges.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which tests a person asked for. Empty means all; what is given must hold together.

    `only` are keys, full names, or patterns of these (`*`, `?`, `[ab]`); `tags` are alternatives;
    `suites` are suite keys. `picked` are full names that something else than their words speaks for,
    each with the reason ("failed last time"); where there are none, nothing is run.
    """

    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    picked: Mapping[TestName, str] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing was left out."""
        return self.picked is None and not (self.only or self.tags or self.suites)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one run will do: tests in a valid order, each with what it needs.

    `requires[test]` are its direct edges by the required test's name; `dependents[test]` who waits
    for it; `weight[test]` the seconds of the longest chain that begins there, from the medians of
    earlier runs, for the scheduler. `required_only` were not asked for, but others need them.
    `undo_requires[test]` are edges of its clean-up: what that uses must not be undone before it.
    `choice` says in words what was picked and why; `notices` are what must not go unnoticed in it.
    """

    tests: Mapping[TestName, Test]
    requires: Mapping[TestName, Mapping[TestName, Dependency]]
    dependents: Mapping[TestName, tuple[TestName, ...]]
    weight: Mapping[TestName, float]
    required_only: frozenset[TestName] = frozenset()
    undo_requires: Mapping[TestName, Mapping[TestName, Dependency]] = field(default_factory=dict)
    choice: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def needs_of(self, test: TestName) -> Collection[TestName]:
        """The tests of which it uses something; what it only comes after is none of them."""
        edges = self.requires.get(test, {})
        return [name for name, edge in edges.items() if edge.kind is not DependencyKind.ORDER]

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """All edges, grouped by the dependent test in the plan's order."""
        return tuple(edge for edges in self.requires.values() for edge in edges.values())
