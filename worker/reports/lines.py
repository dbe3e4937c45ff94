"""One finished test as one line, and tests that one failure blocked as one line together."""

from collections.abc import Sequence

from worker.models.outcome import TestOutcome, Verdict
from worker.models.suite import TestName
from worker.reports.asides import quarantine_note
from worker.reports.style import Style
from worker.reports.words import Labels, clipped, count, duration, first_line, listed, printable

#: Names longer than this do not push the times of all others to the right.
_WIDEST_NAME = 44
_TIME_WIDTH = 8
#: Root causes that have a line of their own, where several come at once.
_CAUSES_SHOWN = 3
#: Room for a reason where no terminal limits it.
_NOTE_WIDTH = 200


class Lines:
    """Writes the lines of one run, its names in one column."""

    def __init__(self, tests: Sequence[TestName], *, style: Style, labels: Labels) -> None:
        self._style = style
        self._labels = labels
        self._name_width = min(max((len(labels(name)) for name in tests), default=0), _WIDEST_NAME)

    def finished(self, outcome: TestOutcome) -> str:
        """Mark, name, time and, where there is something to say, a note."""
        name = f"{self._labels(outcome.test):<{self._name_width}}"
        time = f"{duration(outcome.seconds) if outcome.attempts else '':>{_TIME_WIDTH}}"
        line = f"{self._style.mark(outcome.verdict)} {name} {self._style.dim(time)}"
        note = self._note(outcome)
        return f"{line}  {note}" if note else line

    def together(self, outcomes: Sequence[TestOutcome]) -> list[str]:
        """Tests that never began or were cut short, one line for each reason why."""
        causes: dict[tuple[Verdict, str], list[str]] = {}
        for outcome in outcomes:
            cause = outcome.blocked_by or outcome.reason
            causes.setdefault((outcome.verdict, cause), []).append(self._labels(outcome.test))
        blocked = [cause for verdict, cause in causes if verdict is Verdict.BLOCKED]
        if len(blocked) <= _CAUSES_SHOWN:
            return [self._group(verdict, cause, names) for (verdict, cause), names in causes.items()]
        number = sum(outcome.verdict is Verdict.BLOCKED for outcome in outcomes)
        by_many = self._said(Verdict.BLOCKED, number, f"blocked by {listed([*map(self._labels, blocked)])}")
        others = [(key, names) for key, names in causes.items() if key[0] is not Verdict.BLOCKED]
        return [by_many, *(self._group(*key, names) for key, names in others)]

    def _group(self, verdict: Verdict, cause: str, names: Sequence[str]) -> str:
        if verdict is Verdict.BLOCKED:
            return self._said(verdict, len(names), f"blocked by {self._labels(cause)}: {listed(names)}")
        told = f"{cause}: {listed(names)}" if verdict is Verdict.BROKEN else cause
        return self._said(verdict, len(names), told)

    def _said(self, verdict: Verdict, number: int, what: str) -> str:
        text = f"{count(number, 'test')} {what}"
        return f"{self._style.mark(verdict)} {self._style.verdict(text, verdict)}"

    def _note(self, outcome: TestOutcome) -> str:
        told = [] if outcome.verdict is Verdict.PASSED else [printable(first_line(outcome.reason))]
        if len(outcome.attempts) > 1:
            told.append(f"{len(outcome.attempts)} attempts")
        if outcome.required_only:
            told.append("needed by others")
        if outcome.quarantine is not None:
            told.append(quarantine_note(outcome.quarantine))
        return self._style.dim(clipped(" · ".join(filter(None, told)), self._room()))

    def _room(self) -> int:
        if not self._style.live:
            return _NOTE_WIDTH
        return max(self._style.width - self._name_width - _TIME_WIDTH - 6, 20)
