"""Looking for dependencies that nobody wrote down: rounds in random orders, then ever smaller ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.history.hidden.rounds import Hidden, HowItDepends, Round, Unexplained, candidates, suspects
from worker.history.hidden.sequence import in_this_order, needed_by
from worker.history.hidden.shrink import shrink
from worker.models.graph import Plan
from worker.models.suite import TestName


class Runner(Protocol):
    """Runs plans, one test at a time, each as if it were the first run of the day."""

    async def run(self, plan: Plan, *, shuffle: str | None = None) -> Round:
        """One round. Raises HuntEnded when there is to be no further one."""
        ...


class HuntEnded(Exception):
    """Time is over, or a person has had enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found. `complete`: nothing was left out for want of time. `always_wrong` are tests that did
    not pass in any order."""

    hidden: tuple[Hidden, ...] = ()
    unexplained: tuple[Unexplained, ...] = ()
    always_wrong: tuple[TestName, ...] = ()
    rounds: tuple[Round, ...] = ()
    complete: bool = True


#: Told what is being done: the test, and the others that are suspected.
Tell = Callable[[TestName, Sequence[TestName]], None]


class Hunt:
    """One hunt through the tests of a plan."""

    def __init__(self, plan: Plan, runner: Runner, *, tell: Tell) -> None:
        self._plan = plan
        self._runner = runner
        self._tell = tell
        self._rounds: list[Round] = []
        self._hidden: list[Hidden] = []
        self._unexplained: list[Unexplained] = []

    async def go(self, *, shuffles: Sequence[str]) -> Report:
        """A round as the tests are written, and one for each of these seeds; then explain what differs."""
        complete = True
        try:
            self._rounds.append(await self._runner.run(in_this_order(self._plan, self._plan.tests)))
            for seed in shuffles:
                self._rounds.append(await self._runner.run(self._plan, shuffle=seed))
            for test in suspects(self._rounds):
                await self._explain(test)
        except HuntEnded:
            complete = False
            self._give_up("there was no time left to find out why")
        return Report(
            hidden=tuple(self._hidden),
            unexplained=tuple(self._unexplained),
            always_wrong=tuple(self._always_wrong()),
            rounds=tuple(self._rounds),
            complete=complete,
        )

    def _give_up(self, why: str) -> None:
        told = {each.test for each in self._hidden} | {each.test for each in self._unexplained}
        left = (test for test in suspects(self._rounds) if test not in told)
        self._unexplained += [Unexplained(test=test, why=why) for test in left]

    def _always_wrong(self) -> Sequence[TestName]:
        return [
            name
            for name in self._plan.tests
            if self._rounds and all(each.went_wrong(name) for each in self._rounds)
        ]

    async def _explain(self, test: TestName) -> None:
        alone = await self._try([], test)
        if not (alone.passed(test) or alone.went_wrong(test)):
            # What it needs did not pass: that is where to look.
            self._unexplained.append(Unexplained(test=test, why="alone, what it needs does not pass"))
            return
        how = HowItDepends.DISTURBED if alone.passed(test) else HowItDepends.NEEDS
        nearest = self._nearest(test, how)
        others = await self._culprits(test, how, nearest)
        if others:
            await self._confirm(test, others, how, nearest)
        else:
            why = "its verdict changes, but not by what ran before it: it is flaky"
            self._unexplained.append(Unexplained(test=test, why=why))

    def _nearest(self, test: TestName, how: HowItDepends) -> Round:
        """The round in which the fewest ran before the test of those where something made the difference."""
        matching = (each for each in self._rounds if self._as_with_others(each, test, how))
        return min(matching, key=lambda each: len(each.before(test)))

    async def _culprits(self, test: TestName, how: HowItDepends, nearest: Round) -> list[TestName]:
        """The fewest other tests that make the difference, in the order in which they ran; none if what ran
        before the test makes none."""

        async def holds(others: Sequence[TestName]) -> bool:
            self._tell(test, others)
            return self._as_with_others(await self._try(others, test, nearest), test, how)

        for others in self._where_to_look(test, how, nearest):
            if others and await holds(others):
                return await shrink(others, holds)
        return []

    def _where_to_look(self, test: TestName, how: HowItDepends, nearest: Round) -> Sequence[list[TestName]]:
        """Lists of others, the most promising first: those that alone could explain all rounds, then all
        that ran before the test."""
        own = needed_by(self._plan, [test])
        before = [name for name in nearest.before(test) if name not in own]
        return [candidates(test, self._rounds, how=how, among=before), before]

    def _as_with_others(self, each: Round, test: TestName, how: HowItDepends) -> bool:
        """Whether the test went as it goes when what it depends on ran before it."""
        return each.passed(test) if how is HowItDepends.NEEDS else each.went_wrong(test)

    async def _confirm(
        self, test: TestName, others: list[TestName], how: HowItDepends, nearest: Round
    ) -> None:
        """Do both once more: what was chance will hardly happen twice."""
        with_others, alone = await self._try(others, test, nearest), await self._try([], test)
        same = self._as_with_others(with_others, test, how) and not self._as_with_others(alone, test, how)
        if not same:
            why = f"once {', '.join(others)} made the difference, the next time not: it is flaky"
            self._unexplained.append(Unexplained(test=test, why=why))
            return
        wrong = alone if how is HowItDepends.NEEDS else with_others
        reason = wrong.reasons.get(test, "")
        self._hidden.append(Hidden(test=test, others=tuple(others), how=how, reason=reason))

    async def _try(self, others: Sequence[TestName], test: TestName, like: Round | None = None) -> Round:
        """The test behind these others, with what all of them need, in the order of an earlier round: what
        the test needs may have to stand before what disturbs it."""
        wanted = needed_by(self._plan, [*others, test])
        order = [name for name in like.order if name in wanted] if like else [*others, test]
        return await self._runner.run(in_this_order(self._plan, order))
