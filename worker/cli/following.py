"""Runs that a worker executes, followed in a terminal."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from worker.cli.patience import patiently
from worker.cli.run_events import Outlets
from worker.cli.silence import how_far, speak_in_silence
from worker.clock import Clock, wait_for
from worker.database import Database
from worker.models.outcome import Attempt, Counters, RunStatus, TestOutcome, Verdict
from worker.models.suite import TestName
from worker.project.trigger import RequestedRun
from worker.realtime import Listening, ProgressUpdate, RunSubscription, UpdateType, follow_run
from worker.reports.lines import Lines
from worker.reports.record import never_ran, was_cut_short
from worker.reports.style import Style
from worker.reports.words import Labels, count

#: A run that nobody took for this long deserves a word.
NOBODY_SECONDS = 10.0

#: Runs of up to so many tests list each of them; larger ones only what did not pass.
LISTED = 200


class Followed:
    """Several runs of one request, told as they happen, one line for each test.

    `tests` are the names that may come, for columns and labels. `outlets` says where it is told.
    """

    def __init__(
        self,
        runs: Sequence[RequestedRun],
        *,
        tests: Sequence[TestName],
        database: Database,
        clock: Clock,
        outlets: Outlets,
    ) -> None:
        self._runs = runs
        self._database = database
        self._clock = clock
        self.outlets = outlets
        self._stream = outlets.people
        self._style = Style.for_stream(self._stream)
        self._labels = Labels(tests)
        self._lines = Lines(tests, style=self._style, labels=self._labels)
        self._taken = asyncio.Event()
        environments = list(dict.fromkeys(run.environment for run in runs))
        width = max(map(len, environments), default=0)
        #: Of several environments, each line says which one it is about.
        self._prefixes = {
            run.id: f"{run.environment:<{width}}  " if len(environments) > 1 else "" for run in runs
        }
        self._never_began: dict[str, list[TestOutcome]] = {}
        self._counters: dict[str, Counters] = {}
        self._said = 0
        self._subscriptions: list[tuple[RunSubscription, Listening]] = []
        # The library's errors are no errors here: what is lost is read from the tables.
        logging.getLogger("realtime").addHandler(logging.NullHandler())

    async def until_over(self) -> None:
        """Tell what happens until all runs are over."""
        words = [
            asyncio.create_task(self._word_if_nobody_comes(), name="a word if nobody comes"),
            asyncio.create_task(
                speak_in_silence(lambda: self._said, self._say_how_far, clock=self._clock),
                name="words when it is quiet",
            ),
        ]
        try:
            for run in self._runs:
                pair = follow_run(run.id, self._update, database=self._database, clock=self._clock)
                self._subscriptions.append(pair)
                await patiently(pair[0].start, clock=self._clock)
                pair[1].start()
            await asyncio.gather(*(subscription.until_over() for subscription, _ in self._subscriptions))
            for run in self._runs:
                self._print_never_began(run.id)
        finally:
            for word in words:
                word.cancel()
            await asyncio.gather(*words, return_exceptions=True)
            await self._stop()

    @property
    def open_runs(self) -> list[str]:
        """The runs that are not over, as far as is known."""
        over = {
            run.id
            for run, (subscription, _) in zip(self._runs, self._subscriptions, strict=False)
            if subscription.stats is not None and subscription.stats.is_over
        }
        return [run.id for run in self._runs if run.id not in over]

    def print(self, *lines: str) -> None:
        """Write lines as they are."""
        self._said += len(lines)
        for line in lines:
            self._stream.write(f"{self._style.plain(line)}\n")
        self._stream.flush()

    async def _stop(self) -> None:
        for subscription, listening in self._subscriptions:
            await listening.stop()
            await subscription.stop()

    def _update(self, update: ProgressUpdate) -> None:
        if self.outlets.events is not None:
            self.outlets.events.update(update)
        if update.type is UpdateType.RUN_STATUS and update.stats is not None:
            if update.stats.status is not RunStatus.QUEUED:
                self._taken.set()
            self._counters[update.run_id] = update.stats.counters
        elif update.result is not None:
            self._finished(update.run_id, _outcome(update.result))

    def _finished(self, run_id: str, outcome: TestOutcome) -> None:
        if outcome.verdict is Verdict.BLOCKED or never_ran(outcome) or was_cut_short(outcome):
            self._never_began.setdefault(run_id, []).append(outcome)
            return
        self._print_never_began(run_id)
        if self._total <= LISTED or outcome.verdict in (Verdict.FAILED, Verdict.BROKEN):
            self.print(self._prefixes[run_id] + self._lines.finished(outcome))

    def _print_never_began(self, run_id: str) -> None:
        """Tests that one failure blocked come one after another: together they are one line."""
        lines = self._lines.together(self._never_began.pop(run_id, []))
        self.print(*(self._prefixes[run_id] + line for line in lines))

    @property
    def _total(self) -> int:
        return sum(counters.total for counters in self._counters.values())

    async def _word_if_nobody_comes(self) -> None:
        if not await wait_for(self._taken, seconds=NOBODY_SECONDS, clock=self._clock):
            waiting = count(len(self._runs), "run")
            self.print(
                self._style.dim(f"{waiting} waiting; no worker has come yet. Is one running? `baton worker`")
            )

    def _say_how_far(self) -> None:
        if self._taken.is_set():
            self.print(self._style.dim(how_far(self._counters.values())))


def _outcome(row: Mapping[str, Any]) -> TestOutcome:
    """A result as it was told: without its evidence, with as many attempts as there were."""
    started, finished = _moment(row["started_at"]), _moment(row["finished_at"])
    verdict = Verdict(row["verdict"])
    attempts = tuple(
        Attempt(number=number, verdict=verdict, started_at=started, finished_at=finished)
        for number in range(1, (row["attempts"] or 0) + 1)
    )
    return TestOutcome(
        test=row["test"],
        verdict=verdict,
        reason=row["reason"] or "",
        category=row["error_category"],
        blocked_by=row["blocked_by"],
        required_only=bool(row["required_only"]),
        attempts=attempts,
        started_at=started if attempts else None,
        finished_at=finished if attempts else None,
    )


def _moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.now(UTC)
