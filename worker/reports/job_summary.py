"""A run as a page of Markdown, as a CI shows it beside a job: the sum, and every root cause."""

import re
from collections.abc import Iterator, Sequence

from worker.models.outcome import RunFailure, TestOutcome, Verdict
from worker.models.suite import TestName
from worker.reports.headline import headline
from worker.reports.record import RunRecord, never_ran, was_cut_short
from worker.reports.words import Labels, clipped, count, duration, printable

#: Root causes shown; the page is for reading, and GitHub takes no more than 1 MiB of it.
CAUSES_SHOWN = 30
#: Of one cause: characters of its explanation, and names of what it blocked.
_CHARACTERS_SHOWN = 4_000
_NAMES_SHOWN = 200

_BAD = (Verdict.FAILED, Verdict.BROKEN)
_SIGNS = {
    Verdict.PASSED: "✅",
    Verdict.FAILED: "❌",
    Verdict.BROKEN: "💥",
    Verdict.BLOCKED: "🚫",
    Verdict.SKIPPED: "➖",
}


def job_summary(record: RunRecord) -> str:
    """The page, ready to be added to what other steps have written."""
    page = _Page(record)
    return "\n".join([*page.head(), *page.causes(), ""])


class _Page:
    """Writes the page of one run."""

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._labels = Labels([planned.name for planned in record.planned])
        self._outcomes = [record.outcome(planned) for planned in record.planned]

    def head(self) -> Iterator[str]:
        """What everybody reads: the verdict in a line, and a table."""
        record = self._record
        seconds = record.finished.seconds if record.finished else 0.0
        line = f"{headline(record, self._labels)} · {duration(seconds)}"
        where = record.started.environment if record.started else ""
        yield f"### {self._sign()} Baton in {_text(where)}: {_text(line)}"
        yield ""
        if record.finished is not None and record.finished.failure not in (None, RunFailure.TESTS):
            yield f"{_text(record.finished.message)}\n"
        yield from self._table()

    def causes(self) -> Iterator[str]:
        """Each test that somebody has to look at, and what it blocked."""
        bad = [outcome for outcome in self._outcomes if _is_cause(outcome)]
        for outcome in bad[:CAUSES_SHOWN]:
            yield ""
            yield from self._cause(outcome)
        if len(bad) > CAUSES_SHOWN:
            yield f"\n… and {count(len(bad) - CAUSES_SHOWN, 'more test')} that did not pass."

    def _sign(self) -> str:
        finished = self._record.finished
        well = finished is not None and finished.status == "completed"
        return _SIGNS[Verdict.PASSED if well else Verdict.FAILED]

    def _table(self) -> Iterator[str]:
        numbers = {verdict: self._number(verdict) for verdict in _SIGNS}
        told = [verdict for verdict, number in numbers.items() if number]
        if not told:
            return
        yield "| " + " | ".join(f"{_SIGNS[verdict]} {verdict}" for verdict in told) + " |"
        yield "|" + " --: |" * len(told)
        yield "| " + " | ".join(f"{numbers[verdict]:,}" for verdict in told) + " |"

    def _number(self, verdict: Verdict) -> int:
        return sum(outcome.verdict is verdict for outcome in self._outcomes)

    def _cause(self, outcome: TestOutcome) -> Iterator[str]:
        where = self._record.where(outcome.test)
        place = f" · `{_code(str(where))}`" if where else ""
        facts = f"{outcome.verdict}{place} · {duration(outcome.seconds)}{_quarantined(outcome)}"
        yield f"**{_SIGNS[outcome.verdict]} {_text(self._labels(outcome.test))}** · {facts}"
        yield ""
        yield from _fenced(_explained(outcome))
        waiting = self._record.blocked.get(outcome.test, ())
        if waiting:
            yield from self._blocked(waiting)

    def _blocked(self, waiting: Sequence[TestName]) -> Iterator[str]:
        names = ", ".join(f"`{_code(self._labels(name))}`" for name in waiting[:_NAMES_SHOWN])
        more = len(waiting) - _NAMES_SHOWN
        yield ""
        yield f"<details><summary>blocked {count(len(waiting), 'test')}</summary>\n"
        yield names + (f" and {more:,} more" if more > 0 else "")
        yield "\n</details>"


def _is_cause(outcome: TestOutcome) -> bool:
    return outcome.verdict in _BAD and not was_cut_short(outcome) and not never_ran(outcome)


def _quarantined(outcome: TestOutcome) -> str:
    return " · in quarantine, does not count" if outcome.quarantine else ""


def _explained(outcome: TestOutcome) -> str:
    attempt = outcome.last_attempt
    failed = [check for check in attempt.checks if not check.passed] if attempt else []
    told = [part for check in failed for part in (check.message, check.difference) if part]
    return clipped(printable("\n".join(told or [outcome.reason])), _CHARACTERS_SHOWN)


def _fenced(text: str) -> Iterator[str]:
    """Text as it is, whatever is in it: the fence is longer than any that the text could close it with."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from text.splitlines()
    yield fence


def _text(text: str) -> str:
    """Text that Markdown shows instead of obeying."""
    flat = " ".join(printable(text).split())
    return re.sub(r"([\\`*_\[\]<>|#&~@])", r"\\\1", flat)


def _code(text: str) -> str:
    """Text between backticks, of one line whatever ends one for Markdown."""
    return " ".join(printable(text).split()).replace("`", "'").replace("|", "\\|")
