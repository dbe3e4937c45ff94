"""Tests whose needs are met: which of them goes first, and which waits for a lock. No input or output."""

import heapq
from collections.abc import Iterable
from random import Random

from worker.models.graph import Plan
from worker.models.suite import Priority, Test, TestName

#: What goes first among tests with equally long chains behind them.
RANKS = {rank: place for place, rank in enumerate(Priority)}

#: What decides who goes first, and the test.
_Place = tuple[tuple[float, ...], TestName]


class ReadyTests:
    """The ready tests of a run, the best first. No two that share a lock are handed out together.

    First goes the test with the longest chain behind it, then the one with the higher priority, then
    the one that stands first in the file; one that needs the run to itself goes after its equals,
    because the others have to end for it. With `shuffle` chance decides instead, and the same seed
    decides alike.
    """

    def __init__(self, plan: Plan, *, shuffle: int | str | None = None) -> None:
        self._plan = plan
        self._order = {name: position for position, name in enumerate(plan.tests)}
        self._shuffle = shuffle
        self._waiting: list[_Place] = []
        self._parked: dict[str, list[_Place]] = {}
        self._held: set[str] = set()
        self._dropped: set[TestName] = set()

    def push(self, name: TestName) -> None:
        """All that this test needs is there."""
        heapq.heappush(self._waiting, (self._rank(self._plan.tests[name]), name))

    def take(self) -> TestName | None:
        """The best test whose locks are free; they are taken with it. None when there is none."""
        while self._waiting:
            place = heapq.heappop(self._waiting)
            test = self._plan.tests[place[1]]
            taken = next((lock for lock in test.locks if lock in self._held), None)
            if place[1] in self._dropped:
                self._offer(test.locks)
            elif taken is None:
                self._held.update(test.locks)
                return test.name
            else:
                heapq.heappush(self._parked.setdefault(taken, []), place)
                self._offer(test.locks)
        return None

    def give_back(self, name: TestName) -> None:
        """The locks of a test that was taken are free again."""
        locks = self._plan.tests[name].locks
        self._held.difference_update(locks)
        self._offer(locks)

    def drop(self, name: TestName) -> None:
        """This test shall not be taken any more."""
        self._dropped.add(name)

    def _offer(self, locks: Iterable[str]) -> None:
        """Let the best test that waits for a free lock try again; behind it the next will get its turn."""
        for lock in locks:
            if lock not in self._held and (parked := self._parked.get(lock)):
                heapq.heappush(self._waiting, heapq.heappop(parked))

    def _rank(self, test: Test) -> tuple[float, ...]:
        place = self._order[test.name]
        if self._shuffle is not None:
            return (Random(f"{self._shuffle} {test.name}").random(), place)
        weight = self._plan.weight.get(test.name, 1.0)
        return (-weight, RANKS[test.priority], test.exclusive, place)
