"""Who waits for whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from worker.models.suite import DependencyKind, Test, TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """An edge: `dependent` waits for `required`. `reasons` say why, in words."""

    dependent: TestName
    required: TestName
    kind: DependencyKind
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one run will do: tests in a valid order, each with what it needs.

    `requires[test]` are its direct edges by the required test's name; `dependents[test]` who waits
    for it; `weight[test]` the length of the longest chain that begins there (in seconds where
    history knows, else in tests), for the scheduler.
    """

    tests: Mapping[TestName, Test]
    requires: Mapping[TestName, Mapping[TestName, Dependency]]
    dependents: Mapping[TestName, tuple[TestName, ...]]
    weight: Mapping[TestName, float]
    required_only: frozenset[TestName] = frozenset()

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """All edges, grouped by the dependent test in the plan's order."""
        return tuple(edge for edges in self.requires.values() for edge in edges.values())
