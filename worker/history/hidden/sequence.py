"""A plan whose tests run in exactly one order."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from worker.models.dependency import DependencyKind
from worker.models.flow import TestRole
from worker.models.graph import Dependency, Plan
from worker.models.suite import TestName

_REASON = "the order that is tried"


def in_this_order(plan: Plan, names: Iterable[TestName]) -> Plan:
    """These tests of the plan and what they need, one after the other: each as early as its turn comes,
    right after what it needs and nobody has asked for before. What comes after all comes last."""
    wanted = _closed(plan, names)
    order = _placed(plan, wanted)
    requires = {
        name: {other: edge for other, edge in plan.requires[name].items() if other in order} for name in order
    }
    chain = [name for name in order if plan.tests[name].role is not TestRole.AFTER_ALL]
    for before, after in pairwise(chain):
        edge = Dependency(dependent=after, required=before, kind=DependencyKind.ORDER, reasons=(_REASON,))
        requires[after].setdefault(before, edge)
    return Plan(
        tests={name: plan.tests[name] for name in order},
        requires=requires,
        dependents=_dependents(requires),
        weight={name: float(len(order) - position) for position, name in enumerate(order)},
        required_only=plan.required_only,
        undo_requires={
            name: {other: edge for other, edge in edges.items() if other in order}
            for name, edges in plan.undo_requires.items()
            if name in order
        },
    )


def _dependents(
    requires: Mapping[TestName, Mapping[TestName, Dependency]],
) -> dict[TestName, tuple[TestName, ...]]:
    found: dict[TestName, list[TestName]] = {name: [] for name in requires}
    for name, edges in requires.items():
        for other in edges:
            found[other].append(name)
    return {name: tuple(others) for name, others in found.items()}


def needed_by(plan: Plan, tests: Iterable[TestName]) -> set[TestName]:
    """These tests and everything that runs whenever they run, as their files say."""
    return set(_closed(plan, tests))


def _closed(plan: Plan, names: Iterable[TestName]) -> dict[TestName, None]:
    """The names in their order, and behind them what they and their clean-ups need."""
    found: dict[TestName, None] = {}
    waiting = list(names)
    for name in waiting:
        if name not in found:
            found[name] = None
            edges = plan.requires[name].values()
            waiting.extend(edge.required for edge in edges if edge.kind is not DependencyKind.ORDER)
            waiting.extend(plan.undo_requires.get(name, ()))
    suites = {plan.tests[name].suite for name in found}
    last = (
        name for name, test in plan.tests.items() if test.role is TestRole.AFTER_ALL and test.suite in suites
    )
    return {**found, **dict.fromkeys(last)}


def _placed(plan: Plan, wanted: Iterable[TestName]) -> dict[TestName, None]:
    """A valid order. A stack, because a chain may be thousands of tests long."""
    included = dict.fromkeys(wanted)
    placed: dict[TestName, None] = {}
    for name in included:
        stack = [name]
        while stack:
            missing = [
                other for other in plan.requires[stack[-1]] if other in included and other not in placed
            ]
            if missing:
                stack.append(missing[0])
            else:
                placed[stack.pop()] = None
    return placed
