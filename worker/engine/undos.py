"""What a run has to undo at its end: what its tests have made, as far as that is known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from context.execution import ExecutionContext
from context.findings import Found
from worker.engine.conditions import Names
from worker.http.retry import NOTHING_SENT
from worker.models.graph import Plan
from worker.models.outcome import StepRecord, TestOutcome, Verdict
from worker.models.suite import Test, TestName

#: Verdicts of a test that was sent, when no more than its verdict is known.
_SENT = (Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """One attempt of a test that may have made something. `found` is what it captured, `names` are those
    that it had besides the run's, if they are known.

    `is_certain`: it went well, so that everything its undo needs must be there.
    """

    test: Test
    attempt: int = 1
    found: Found = field(default=(), repr=False)
    names: Names | None = field(default=None, repr=False)
    is_certain: bool = False


class Undos:
    """Collects what is to be undone while a run goes on."""

    def __init__(self) -> None:
        self._undos: dict[TestName, dict[int, Undo]] = {}
        self._arrived: set[TestName] = set()

    def begin(self, test: Test) -> None:
        """An attempt of this test begins: nothing of it was sent so far."""
        self._arrived.discard(test.name)

    def arrived(self, test: Test) -> None:
        """A request of the test's attempt may have come to the API, whether or not it was answered."""
        if test.cleanup:
            self._arrived.add(test.name)

    def note(
        self,
        test: Test,
        attempt: int,
        steps: Sequence[StepRecord],
        found: Found,
        names: Names | None = None,
        *,
        is_cut: bool = False,
    ) -> None:
        """An attempt got so far, and found this; `names` are those that it had besides the run's.

        One that follows a renewal takes the place of the first of its number: what that had made is no
        longer there. One that is cut short has a step of which nothing is known but that it was begun.
        """
        if test.name in self._arrived:
            is_whole = len(steps) >= len(test.steps) and not is_cut
            went_well = is_whole and all(each.verdict is Verdict.PASSED for each in steps)
            undo = Undo(test=test, attempt=attempt, found=found, names=names, is_certain=went_well)
            self._undos.setdefault(test.name, {})[attempt] = undo

    def take_up(
        self, plan: Plan, outcomes: Mapping[TestName, TestOutcome], context: ExecutionContext
    ) -> None:
        """Tests that an earlier holder of the run has sent, or may have: what they captured is in the
        context, if it got that far."""
        for name, outcome in outcomes.items():
            test = plan.tests[name]
            if test.cleanup and was_sent(outcome):
                passed = outcome.verdict is Verdict.PASSED
                undo = Undo(test=test, found=_restored(test, context), is_certain=passed)
                self._undos.setdefault(name, {})[1] = undo

    def pending(self) -> Mapping[TestName, Sequence[Undo]]:
        """What is to be undone, by test, the last attempt first. Attempts that found the same are one."""
        return {name: _different(list(undos.values())[::-1]) for name, undos in self._undos.items()}


def _were_sent(steps: Sequence[StepRecord]) -> bool:
    """Whether the API can have seen anything of these steps."""
    return any(step.exchange is not None and step.category not in NOTHING_SENT for step in steps)


def was_sent(outcome: TestOutcome) -> bool:
    """Whether the API can have seen anything of this test, as far as its outcome tells."""
    if outcome.attempts:
        return any(_were_sent(attempt.steps) for attempt in outcome.attempts)
    return outcome.verdict in _SENT


def _restored(test: Test, context: ExecutionContext) -> Found:
    values = context.values_of(test.name)
    return tuple((rule, values[rule.name]) for rule in test.captures if rule.name in values)


def _different(undos: Sequence[Undo]) -> tuple[Undo, ...]:
    by_values: dict[str, Undo] = {}
    for undo in undos:
        values = {rule.name: value for rule, value in undo.found}
        by_values.setdefault(json.dumps(values, sort_keys=True), undo)
    return tuple(by_values.values())
