"""Tests whose needs are met: which of them goes first, and which waits for a lock. No input or output."""

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping

from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.suite import Priority, SuiteLimits, Test, TestName

#: What goes first among tests with equally long chains behind them.
RANKS = {rank: place for place, rank in enumerate(Priority)}

#: What only so many tests may have at a time: a lock by its name, a place among those of a suite.
_Share = str | tuple[str]

#: What decides who goes first, and the test.
_Place = tuple[tuple[float, ...], TestName]


class ReadyTests:
    """The ready tests of a run, the best first. No two that share a lock are handed out together, and
    of a suite no more than its limit.

    First goes the test with the longest chain behind it, then the one with the higher priority, then
    the one that stands first in the file; one that needs the run to itself goes after its equals,
    because the others have to end for it. Tests of a suite that runs one after the other stay in the
    order of the file. With `shuffle` chance decides instead, and the same seed decides alike.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        shuffle: int | str | None = None,
        suites: Mapping[str, SuiteLimits] | None = None,
    ) -> None:
        self._plan = plan
        self._room = {key: limits.at_once for key, limits in (suites or {}).items() if limits.at_once}
        self._chains = self._longest_chains()
        self._order = {name: position for position, name in enumerate(plan.tests)}
        self._shuffle = shuffle
        self._waiting: list[_Place] = []
        self._parked: dict[_Share, list[_Place]] = {}
        self._held: Counter[_Share] = Counter()
        self._dropped: set[TestName] = set()

    def push(self, name: TestName) -> None:
        """All that this test needs is there."""
        heapq.heappush(self._waiting, (self._rank(self._plan.tests[name]), name))

    def take(self) -> TestName | None:
        """The best test whose locks are free; they are taken with it. None when there is none."""
        while self._waiting:
            place = heapq.heappop(self._waiting)
            test = self._plan.tests[place[1]]
            shares = self._shares(test)
            taken = next((share for share in shares if not self._is_free(share)), None)
            if place[1] in self._dropped:
                self._offer(shares)
            elif taken is None:
                self._held.update(shares)
                return test.name
            else:
                heapq.heappush(self._parked.setdefault(taken, []), place)
                self._offer(shares)
        return None

    def give_back(self, name: TestName) -> None:
        """The locks of a test that was taken are free again, and so is its place."""
        shares = self._shares(self._plan.tests[name])
        if shares:
            self._held.subtract(shares)
            self._offer(shares)

    def drop(self, name: TestName) -> None:
        """This test shall not be taken any more."""
        self._dropped.add(name)

    def _shares(self, test: Test) -> tuple[_Share, ...]:
        if test.suite not in self._room or test.role is TestRole.AFTER_ALL:
            return test.locks
        return (*test.locks, (test.suite,))

    def _is_free(self, share: _Share) -> bool:
        return self._held[share] < (1 if isinstance(share, str) else self._room[share[0]])

    def _offer(self, shares: Iterable[_Share]) -> None:
        """Let the best test that waits for what is free try again; behind it the next will get its turn."""
        for share in shares:
            if self._is_free(share) and (parked := self._parked.get(share)):
                heapq.heappush(self._waiting, heapq.heappop(parked))

    def _rank(self, test: Test) -> tuple[float, ...]:
        place = self._order[test.name]
        if self._shuffle is not None:
            from random import Random

            return (Random(f"{self._shuffle} {test.name}").random(), place)
        if test.suite in self._chains:
            return (-self._chains[test.suite], 0, False, place)
        weight = self._plan.weight.get(test.name, 1.0)
        return (-weight, RANKS[test.priority], test.exclusive, place)

    def _longest_chains(self) -> dict[str, float]:
        """Of each suite that runs one after the other: the longest chain that begins in it."""
        longest = {key: 0.0 for key, room in self._room.items() if room == 1}
        for name, test in self._plan.tests.items() if longest else ():
            if test.suite in longest:
                longest[test.suite] = max(longest[test.suite], self._plan.weight.get(name, 1.0))
        return longest
