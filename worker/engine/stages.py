"""Which tests of a run wait for its very end: what tears down comes after what is undone."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from worker.engine.undos import was_sent
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome
from worker.models.suite import TestName


def last_tests(plan: Plan) -> frozenset[TestName]:
    """The tests that come after all others, with those that wait for them."""
    waiting = [name for name, test in plan.tests.items() if test.role is TestRole.AFTER_ALL]
    found: set[TestName] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(plan.dependents.get(name, ()))
    return frozenset(found)


def without(plan: Plan, names: Collection[TestName]) -> Plan:
    """The plan without these tests, for which no other one waits."""
    if not names:
        return plan
    return replace(
        plan,
        tests={name: test for name, test in plan.tests.items() if name not in names},
        dependents={
            name: tuple(other for other in others if other not in names)
            for name, others in plan.dependents.items()
        },
    )


def suites_that_were_sent(plan: Plan, outcomes: Mapping[TestName, TestOutcome]) -> set[str]:
    """The suites of which a test got as far as being sent, in this holder's time or an earlier one's."""
    return {plan.tests[name].suite for name, outcome in outcomes.items() if was_sent(outcome)}
