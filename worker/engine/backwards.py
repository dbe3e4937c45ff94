"""A plan from its end to its beginning: in this order things are undone. No input or output."""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import replace

from worker.engine.schedule import Schedule
from worker.models.dependency import DependencyKind
from worker.models.graph import Dependency, Plan
from worker.models.outcome import Verdict
from worker.models.suite import Test, TestName

_NOTHING = Plan(tests={}, requires={}, dependents={}, weight={})


class Backwards:
    """Hands out the tests of a plan, each after all that waited for it, however far down; only those
    that are wanted, the others are passed through."""

    def __init__(self, plan: Plan, *, only: Collection[TestName]) -> None:
        # Most runs have nothing to undo: they need no order for it.
        self.plan = _reversed(plan, only) if only else _NOTHING
        self._only = only
        self._schedule = Schedule(self.plan)
        self._schedule.begin({})

    def take(self) -> TestName | None:
        """The test that is next; None when none may be taken. Its locks are taken with it."""
        while (name := self._schedule.take()) is not None:
            if name in self._only:
                return name
            self._schedule.finish(name, Verdict.PASSED)
        return None

    def give_back(self, test: TestName) -> None:
        """The locks of a test that was taken are free again."""
        self._schedule.give_back(test)

    def finish(self, test: TestName) -> None:
        """This test is done with; those before it may come."""
        self._schedule.finish(test, Verdict.PASSED)


def _reversed(plan: Plan, only: Collection[TestName]) -> Plan:
    names = list(plan.tests)[::-1]
    before = {name: set(plan.requires.get(name, ())) for name in names}
    with_undos = {name: before[name] | (_undo_needs(plan, name) & before.keys()) for name in names}
    # What an undo uses of another test must not be undone yet. Where that cannot be, because the
    # other one came after, the order in which things were made counts.
    if _has_no_cycle(with_undos):
        before = with_undos
    dependents = {name: tuple(before[name]) for name in names}
    requires: dict[TestName, dict[TestName, Dependency]] = {name: {} for name in names}
    for name in names:
        for required in before[name]:
            requires[required][name] = Dependency(
                dependent=required, required=name, kind=DependencyKind.ORDER
            )
    tests = {name: _without_locks(plan.tests[name], keep=name in only) for name in names}
    return Plan(tests=tests, requires=requires, dependents=dependents, weight={})


def _undo_needs(plan: Plan, name: TestName) -> set[TestName]:
    return set(plan.undo_requires.get(name, ()))


def _has_no_cycle(before: Mapping[TestName, Collection[TestName]]) -> bool:
    waiting = {name: 0 for name in before}
    for required in (each for names in before.values() for each in names):
        waiting[required] += 1
    free = deque(name for name, number in waiting.items() if not number)
    seen = 0
    while free:
        seen += 1
        for required in before[free.popleft()]:
            waiting[required] -= 1
            if not waiting[required]:
                free.append(required)
    return seen == len(before)


def _without_locks(test: Test, *, keep: bool) -> Test:
    """A test that is only passed through takes nothing from the others."""
    return test if keep or not (test.locks or test.exclusive) else replace(test, locks=(), exclusive=False)
