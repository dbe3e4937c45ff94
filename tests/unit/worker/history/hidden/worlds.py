"""A world with a state, for hunts: tests are functions of what ran before them. No server, no time."""

from collections.abc import Callable, Mapping, Sequence

from tests.builders import a_suite, a_test
from worker.engine.ready import ReadyTests
from worker.graph import make_plan
from worker.history.hidden import Hunt, HuntEnded, Report, Round
from worker.models.dependency import DependencyKind
from worker.models.graph import Plan
from worker.models.outcome import Verdict
from worker.models.suite import Test, TestName

#: Whether a test passes, by the keys of the tests that ran before it.
Passes = Callable[[Sequence[str]], bool]


class World:
    """Runs plans in memory, one test at a time, as the engine would: the best ready one first."""

    def __init__(self, rules: Mapping[str, Passes], *, runs_left: int = 1000) -> None:
        self._rules = rules
        self._runs_left = runs_left
        self.orders: list[list[str]] = []

    async def run(self, plan: Plan, *, shuffle: str | None = None) -> Round:
        """One round, from the beginning."""
        if self._runs_left == 0:
            raise HuntEnded
        self._runs_left -= 1
        order = _order(plan, shuffle)
        verdicts: dict[TestName, Verdict] = {}
        before: list[str] = []
        for name in order:
            verdicts[name] = self._verdict(plan, name, verdicts, before)
            if verdicts[name] is not Verdict.BLOCKED:
                before.append(_key(name))
        self.orders.append(before)
        ran = tuple(name for name in order if verdicts[name] is not Verdict.BLOCKED)
        return Round(order=ran, verdicts=verdicts, shuffle=shuffle)

    def _verdict(
        self, plan: Plan, name: TestName, verdicts: Mapping[TestName, Verdict], before: Sequence[str]
    ) -> Verdict:
        needs = [edge for edge in plan.requires[name].values() if edge.kind is not DependencyKind.ORDER]
        if any(verdicts[edge.required] is not Verdict.PASSED for edge in needs):
            return Verdict.BLOCKED
        passes = self._rules.get(_key(name), _always)
        return Verdict.PASSED if passes(before) else Verdict.FAILED


def _always(before: Sequence[str]) -> bool:
    return True


def _order(plan: Plan, shuffle: str | None) -> list[TestName]:
    ready = ReadyTests(plan, shuffle=shuffle)
    left = {name: set(edges) for name, edges in plan.requires.items()}
    order: list[TestName] = []
    pushed: set[TestName] = set()
    while len(order) < len(left):
        for name, needed in left.items():
            if not needed - set(order) and name not in pushed:
                pushed.add(name)
                ready.push(name)
        taken = ready.take()
        assert taken is not None
        ready.give_back(taken)
        order.append(taken)
    return order


def _key(name: TestName) -> str:
    return name.partition("/")[2]


def a_plan_of(*tests: Test) -> Plan:
    """A plan of one suite with these tests."""
    return make_plan([a_suite(*tests)])


def several(*keys: str) -> list[Test]:
    """Tests that need nothing."""
    return [a_test(key) for key in keys]


async def hunted(plan: Plan, world: World, *, rounds: int = 10) -> Report:
    """What a hunt finds there."""
    hunt = Hunt(plan, world, tell=lambda test, others: None)
    return await hunt.go(shuffles=[str(number) for number in range(rounds)])
