"""What the live lines at the bottom of a terminal tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from worker.models.outcome import Verdict
from worker.models.suite import TestName
from worker.reports.style import Style
from worker.reports.words import Labels, clipped, duration

_BAR_CELLS = 24
_TESTS_SHOWN = 3
#: Verdicts that are counted beside the bar, the worst first.
_COUNTED = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED, Verdict.SKIPPED)


@dataclass(slots=True)
class Progress:
    """How far a run is. Times are monotonic seconds."""

    total: int
    began: float
    running: dict[TestName, float] = field(default_factory=dict)
    counted: dict[Verdict, int] = field(default_factory=dict)
    undone: dict[TestName, float] = field(default_factory=dict)
    undos_left: int = 0

    @property
    def done(self) -> int:
        """Tests that have a verdict."""
        return sum(self.counted.values())

    def started(self, test: TestName, *, now: float) -> None:
        """A test runs; a second attempt does not begin its time again."""
        self.running.setdefault(test, now)

    def finished(self, test: TestName, verdict: Verdict) -> None:
        """A test has its verdict."""
        self.running.pop(test, None)
        self.counted[verdict] = self.counted.get(verdict, 0) + 1

    def cleaning_up(self, tests: Sequence[TestName], *, left: int, now: float) -> None:
        """What these tests have made is being undone."""
        self.undone = {test: self.undone.get(test, now) for test in tests}
        self.undos_left = left

    def lines(self, *, now: float, style: Style, labels: Labels, width: int) -> list[str]:
        """The picture at this moment; no line is wider than `width`."""
        room = width - 1
        return ["", self._bar(now, style, room), style.dim(clipped(self._running(now, labels), room))]

    def _bar(self, now: float, style: Style, room: int) -> str:
        filled = _BAR_CELLS * self.done // self.total if self.total else _BAR_CELLS
        text = f"  {self.done:,}/{self.total:,}  {duration(now - self.began)}"
        if room > _BAR_CELLS + 50:
            text = f"  {'█' * filled}{'░' * (_BAR_CELLS - filled)}{text}"
        for verdict in _COUNTED:
            told = f"  {self.counted.get(verdict, 0):,} {verdict}"
            room_left = room - len(text)
            if self.counted.get(verdict) and len(told) <= room_left:
                text += told
        return style.plain(self._coloured(text, style))

    def _coloured(self, text: str, style: Style) -> str:
        """Colours go in last: they take no room."""
        for verdict in _COUNTED:
            told = f"{self.counted.get(verdict, 0):,} {verdict}"
            text = text.replace(f"  {told}", f"  {style.verdict(told, verdict)}")
        return text

    def _running(self, now: float, labels: Labels) -> str:
        """The tests that have been running longest: the ones a person waits for."""
        waited_for, left, said = self.running, len(self.running), "  "
        if self.undone and not self.running:
            waited_for, left, said = self.undone, self.undos_left, "  cleaning up: "
        longest = sorted(waited_for.items(), key=lambda pair: pair[1])
        told = [f"{labels(name)} {duration(now - began)}" for name, began in longest[:_TESTS_SHOWN]]
        more = left - len(told)
        return said + " · ".join([*told, *([f"{more:,} more"] if more > 0 else [])])
