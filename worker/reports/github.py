"""What GitHub Actions shows of a run: annotations at the lines of the suite files, and a job summary."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from worker.errors import BatonError
from worker.models.events import Event
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome
from worker.models.problem import Location
from worker.reports.findings import bad_outcomes, below, message_of, where_of
from worker.reports.job_summary import job_summary
from worker.reports.record import RunRecord
from worker.reports.words import Labels, count, printable

#: GitHub shows ten annotations of a kind and step; what comes after them it drops without a word.
ANNOTATIONS_SHOWN = 10


class GitHubReport:
    """A listener that writes when the run is over, also when it was stopped half-way.

    Annotations go to `stream`, where there is one; the summary is added to the file `summary`, where
    there is one. Paths are told as they are below `root`, the checkout.
    """

    def __init__(
        self,
        stream: TextIO | None,
        *,
        root: Path | None = None,
        summary: Path | None = None,
        plan: Plan | None = None,
    ) -> None:
        self._stream = stream
        self._root = root
        self._summary = summary
        self._record = RunRecord(plan=plan)

    async def on(self, event: Event) -> None:
        """Take note of one event."""
        self._record.take(event)

    async def close(self) -> None:
        """Write what GitHub reads; nothing where no run ever began."""
        if self._record.started is None:
            return
        if self._stream is not None:
            self._stream.write("".join(f"{line}\n" for line in annotations(self._record, root=self._root)))
            self._stream.flush()
        if self._summary is not None:
            _add(self._summary, job_summary(self._record))


def annotations(record: RunRecord, *, root: Path | None = None) -> list[str]:
    """One workflow command for each test that somebody has to look at; blocked ones are no news."""
    bad = bad_outcomes(record)
    errors = [outcome for outcome in bad if outcome.quarantine is None]
    warnings = [outcome for outcome in bad if outcome.quarantine is not None]
    teller = _Teller(record, root)
    return [*teller.lines("error", errors), *teller.lines("warning", warnings)]


def command(level: str, title: str, message: str, where: Location | None, *, root: Path | None = None) -> str:
    """A workflow command, escaped as GitHub wants it: it shows `message` at the place."""
    facts = {"title": title}
    if where is not None:
        facts = {**_place(where, root), **facts}
    told = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
    return f"::{level} {told}::{_data(printable(message))}"


class _Teller:
    """Writes the annotations of one run."""

    def __init__(self, record: RunRecord, root: Path | None) -> None:
        self._record = record
        self._root = root
        self._labels = Labels([planned.name for planned in record.planned])

    def lines(self, level: str, outcomes: Sequence[TestOutcome]) -> Iterator[str]:
        # The last one that is shown says how many are not.
        shown = outcomes if len(outcomes) <= ANNOTATIONS_SHOWN else outcomes[: ANNOTATIONS_SHOWN - 1]
        yield from (self._line(level, outcome) for outcome in shown)
        if len(shown) < len(outcomes):
            more = count(len(outcomes) - len(shown), "more test")
            title, message = "More than GitHub shows", f"{more} did not pass: see the log."
            yield command(level, title, message, None)

    def _line(self, level: str, outcome: TestOutcome) -> str:
        title = f"{self._labels(outcome.test)} {outcome.verdict}"
        message = message_of(self._record, outcome)
        return command(level, title, message, where_of(self._record, outcome), root=self._root)


def _place(where: Location, root: Path | None) -> dict[str, str]:
    end = where.column + max(where.length, 1)
    return {
        "file": below(where.path, root),
        "line": str(where.line),
        "endLine": str(where.line),
        "col": str(where.column),
        "endColumn": str(end),
    }


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _add(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise BatonError(
            f"the job summary could not be written: {error.strerror or error}", where=str(path)
        ) from error
