"""The steps of an attempt, one line each."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from worker.models.outcome import Attempt, StepRecord
from worker.reports.style import Style
from worker.reports.words import clipped, duration, first_line, printable

#: Names longer than this do not push what follows to the right.
_WIDEST_NAME = 40
#: The only request of a test that was written without steps.
_UNNAMED = "the request"


class _Line(NamedTuple):
    """A step: its last record, how often it was sent, and how long that took with the pauses between."""

    record: StepRecord
    times: int
    seconds: float


def step_lines(attempt: Attempt, *, style: Style) -> list[str]:
    """What became of each step; nothing for a test that was written without steps."""
    if not attempt.has_steps:
        return []
    lines = list(_lines(attempt.steps))
    width = min(max(len(line.record.name or _UNNAMED) for line in lines), _WIDEST_NAME)
    return [_shown(line, number, width, style) for number, line in enumerate(lines, start=1)]


def _lines(records: Sequence[StepRecord]) -> Iterable[_Line]:
    groups: list[list[StepRecord]] = []
    for record in records:
        if groups and record.iteration > 1 and groups[-1][-1].index == record.index:
            groups[-1].append(record)
        else:
            groups.append([record])
    for group in groups:
        # Of many repetitions not all are kept; the last one's number counts them.
        yield _Line(group[-1], group[-1].iteration, _seconds(group[0], group[-1]))


def _seconds(first: StepRecord, last: StepRecord) -> float:
    if first.started_at is None or last.started_at is None:
        return last.seconds
    return (last.started_at - first.started_at).total_seconds() + last.seconds


def _shown(line: _Line, number: int, width: int, style: Style) -> str:
    record = line.record
    name = printable(clipped(record.name or _UNNAMED, width))
    facts = [*_facts(line)]
    told = f"  {style.dim(' · '.join(facts))}" if facts else ""
    return f"{style.mark(record.verdict)} {number}. {name:<{width}}{told}".rstrip()


def _facts(line: _Line) -> Iterable[str]:
    exchange = line.record.exchange
    if exchange is None:
        yield printable(first_line(line.record.reason))
        return
    yield f"{exchange.method} {exchange.status_code or 'no answer'}"
    if line.times > 1:
        yield f"{line.times} times"
    yield duration(line.seconds)
