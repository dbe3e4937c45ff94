"""What rounds of the same tests in different orders say about each of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from worker.models.outcome import Verdict
from worker.models.suite import TestName

_BAD = (Verdict.FAILED, Verdict.BROKEN)


class HowItDepends(StrEnum):
    """In which way a test depends on another."""

    NEEDS = "needs"  # it passes only if the others ran before it
    DISTURBED = "disturbed"  # it passes unless the others ran before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Tests in the order in which they were begun, how each ended, and why. `shuffle` is the seed of the
    order, if chance made it."""

    order: tuple[TestName, ...]
    verdicts: Mapping[TestName, Verdict]
    reasons: Mapping[TestName, str] = field(default_factory=dict)
    shuffle: str | None = None

    def passed(self, test: TestName) -> bool:
        """Whether it passed."""
        return self.verdicts.get(test) is Verdict.PASSED

    def went_wrong(self, test: TestName) -> bool:
        """Whether it failed by itself: a test that was blocked says nothing of its own."""
        return self.verdicts.get(test) in _BAD

    def before(self, test: TestName) -> tuple[TestName, ...]:
        """The tests that were begun before this one."""
        return self.order[: self.order.index(test)] if test in self.order else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A dependency that nobody wrote down: `test` depends on all of `others` together. `reason` is why the
    test failed where it did."""

    test: TestName
    others: tuple[TestName, ...]
    how: HowItDepends
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexplained:
    """A test whose verdict changes; `why` says what is known instead of the test that does it."""

    test: TestName
    why: str


def suspects(rounds: Sequence[Round]) -> list[TestName]:
    """The tests that passed in one round and failed in another, in the order of the first round."""
    names = dict.fromkeys(name for each in rounds for name in each.order)
    return [
        name
        for name in names
        if any(each.passed(name) for each in rounds) and any(each.went_wrong(name) for each in rounds)
    ]


def candidates(
    test: TestName, rounds: Iterable[Round], *, how: HowItDepends, among: Collection[TestName]
) -> list[TestName]:
    """Those of these tests that could be the only one it is: which ran before the test whenever it passed
    (or failed), and never when it failed (or passed)."""
    left = dict.fromkeys(among)
    for each in rounds:
        if not (each.passed(test) or each.went_wrong(test)):
            continue
        before = set(each.before(test))
        wanted_before = each.passed(test) == (how is HowItDepends.NEEDS)
        left = {name: None for name in left if (name in before) == wanted_before}
    return list(left)
