"""The run in a terminal or a log: what happens, what went wrong, and the sum."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from worker.clock import Clock, SystemClock
from worker.models.events import (
    CleanupUnderWay,
    Event,
    RunFinished,
    RunStarted,
    TestFinished,
    TestStarted,
    TokenRenewed,
)
from worker.models.graph import Plan
from worker.models.outcome import Renewal, RunFailure, TestOutcome, Verdict
from worker.reports.asides import RENEWALS_TOLD, after_the_sum, renewal_line, went_wrong
from worker.reports.failure import FailureBlock
from worker.reports.folding import Folding
from worker.reports.lines import Lines
from worker.reports.progress import Progress
from worker.reports.record import RunRecord, never_ran, was_cut_short
from worker.reports.screen import SECONDS_BETWEEN_FRAMES, Screen
from worker.reports.style import Style, terminal_width
from worker.reports.summary import advice, notices, summary_line
from worker.reports.words import Labels, count

#: Failure blocks shown at the end; a thousand of them would help nobody.
BLOCKS_SHOWN = 20
#: On a terminal, runs of up to so many tests list each of them; larger ones only what did not pass.
LISTED_ON_TERMINAL = 40

_BAD = (Verdict.FAILED, Verdict.BROKEN)


class ConsoleReport:
    """A listener that writes for people. `again` is the command that would start this run again; `rerun`
    the one for what of it did not pass, if it is remembered.

    Where the stream is a terminal, two lines at its bottom live; elsewhere only whole lines are
    written, one for each test, so that a log reads well and nothing is drawn twice. `verbose` adds
    the exchange of every test. `sources` are the texts of the suite files by their path. `folding` is
    how the CI folds the list of tests, if there is one.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        style: Style | None = None,
        clock: Clock | None = None,
        verbose: bool = False,
        plan: Plan | None = None,
        sources: Mapping[str, str] | None = None,
        again: str = "",
    ) -> None:
        self._stream = stream
        self._style = style or Style.for_stream(stream)
        self._clock = clock or SystemClock()
        self._verbose = verbose
        self._sources = sources or {}
        self._again = again
        self.rerun = ""
        self.folding = Folding()
        self._record = RunRecord(plan=plan)
        self._screen = Screen(stream, style=self._style, picture=self._picture)
        self._progress = Progress(total=0, began=self._clock.monotonic())
        self._use_names(())
        self._gathered: list[TestOutcome] = []
        self._ticking: asyncio.Task[None] | None = None
        self._is_over = False

    async def on(self, event: Event) -> None:
        """Take note of one event, and show it."""
        self._record.take(event)
        if isinstance(event, RunStarted):
            self._begin(event)
        elif isinstance(event, TestStarted):
            self._progress.started(event.test, now=self._clock.monotonic())
        elif isinstance(event, TestFinished):
            self._finished(event.outcome)
        elif isinstance(event, TokenRenewed):
            self._renewed(event.renewal)
        elif isinstance(event, CleanupUnderWay):
            self._progress.cleaning_up(event.tests, left=event.left, now=self._clock.monotonic())
        elif isinstance(event, RunFinished):
            self._end()
        self._screen.show(self._clock.monotonic())

    def say(self, text: str) -> None:
        """Show one sentence while the run goes on."""
        self._screen.print(self._style.bold(text))
        self._screen.show(self._clock.monotonic())

    async def close(self) -> None:
        """Leave the terminal as it was; a run that was stopped half-way gets its sum here."""
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        if self._record.started is not None and not self._is_over:
            self._end()
        self._screen.settle()

    # ── the beginning

    def _begin(self, event: RunStarted) -> None:
        names = [planned.name for planned in event.tests]
        self._use_names(names)
        self._progress = Progress(total=len(names), began=self._clock.monotonic())
        self._screen.print(*(self._style.dim(said) for said in event.choice))
        self._screen.print(*self.folding.opening(self._style.dim(_header(event))))
        if self._style.live:
            self._ticking = asyncio.create_task(self._tick())

    def _use_names(self, names: "list[str] | tuple[str, ...]") -> None:
        self._labels = Labels(names)
        self._lines = Lines(names, style=self._style, labels=self._labels)

    async def _tick(self) -> None:
        """Time moves on the screen although nothing happens."""
        while True:
            await self._clock.sleep(SECONDS_BETWEEN_FRAMES)
            self._screen.show(self._clock.monotonic())

    def _picture(self, now: float) -> list[str]:
        # Asked anew each time: people resize their windows.
        width = terminal_width(self._stream, otherwise=self._style.width)
        return self._progress.lines(now=now, style=self._style, labels=self._labels, width=width)

    # ── one test

    def _finished(self, outcome: TestOutcome) -> None:
        self._progress.finished(outcome.test, outcome.verdict)
        if outcome.verdict is Verdict.BLOCKED or never_ran(outcome) or was_cut_short(outcome):
            self._gathered.append(outcome)
            return
        self._print_gathered()
        if self._is_listed(outcome):
            self._screen.print(self._lines.finished(outcome))
        if self._verbose:
            self._print_exchanges(outcome)

    def _renewed(self, renewal: Renewal) -> None:
        times = sum(each.test == renewal.test for each in self._record.renewals)
        if times <= RENEWALS_TOLD or not renewal.worked:
            self._screen.print(self._style.dim(f"↻ {renewal_line(renewal, self._labels)}"))

    def _is_listed(self, outcome: TestOutcome) -> bool:
        if self._verbose or not self._style.live or self._progress.total <= LISTED_ON_TERMINAL:
            return True
        return outcome.verdict in _BAD

    def _print_gathered(self) -> None:
        """Tests that one failure blocked come one after another: together they are one line."""
        self._screen.print(*self._lines.together(self._gathered))
        self._gathered.clear()

    def _print_exchanges(self, outcome: TestOutcome) -> None:
        blocks = self._blocks()
        for attempt in outcome.attempts:
            for part in blocks.exchange(attempt, excerpt=False):
                self._screen.print("", *(f"  {line}".rstrip() for line in part))
        if outcome.attempts:
            self._screen.print("")

    # ── the end

    def _end(self) -> None:
        self._is_over = True
        if self._ticking is not None:
            self._ticking.cancel()
        self._print_gathered()
        self._screen.print(*self.folding.closing())
        self._print_failures()
        self._print_sum()
        self._screen.print(*self.folding.ending())
        self._screen.settle()

    def _print_failures(self) -> None:
        outcomes = [self._record.outcome(planned) for planned in self._record.planned]
        bad = [outcome for outcome in outcomes if outcome.verdict in _BAD and not was_cut_short(outcome)]
        shown = bad if self._verbose else bad[: self._most_blocks()]
        blocks = self._blocks()
        for outcome in shown:
            self._screen.print("", *blocks.lines(outcome))
        if len(shown) < len(bad):
            more = count(len(bad) - len(shown), "more failure")
            self._screen.print("", f"… and {more}, which -v shows too.")
        for cleanup in [each for each in self._record.cleanups if went_wrong(each)][:BLOCKS_SHOWN]:
            self._screen.print("", *blocks.cleanup(cleanup))

    def _most_blocks(self) -> int:
        """An environment that is down is one failure, however many tests noticed it."""
        finished = self._record.finished
        return 1 if finished and finished.failure is RunFailure.ENVIRONMENT else BLOCKS_SHOWN

    def _blocks(self) -> FailureBlock:
        return FailureBlock(self._record, style=self._style, labels=self._labels, sources=self._sources)

    def _print_sum(self) -> None:
        finished = self._record.finished
        seconds = finished.seconds if finished else self._clock.monotonic() - self._progress.began
        line = summary_line(self._record, style=self._style, labels=self._labels, seconds=seconds)
        aside = after_the_sum(self._record, style=self._style, labels=self._labels)
        told = notices(self._record, style=self._style)
        next_step = advice(self._record, again=self._again, rerun=self.rerun)
        self._screen.print("", line, *aside, *told, *next_step)


def _header(event: RunStarted) -> str:
    suites = len({planned.name.partition("/")[0] for planned in event.tests})
    what = count(len(event.tests), "test") + (f" of {count(suites, 'suite')}" if suites > 1 else "")
    where = f" ({event.base_url})" if event.base_url else ""
    return f"Running {what} in {event.environment}{where}, up to {event.jobs} at a time"
