"""The end of a run that was followed: what failed, and the sum."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TextIO

from worker.models.events import Event
from worker.models.graph import Plan
from worker.models.outcome import Verdict
from worker.reports.failure import FailureBlock
from worker.reports.record import RunRecord
from worker.reports.style import Style
from worker.reports.summary import advice, summary_line
from worker.reports.words import Labels, count

#: Failure blocks shown; a thousand of them would help nobody.
BLOCKS_SHOWN = 20

NO_SOURCES: Mapping[str, str] = MappingProxyType({})


def print_the_end(
    events: Iterable[Event],
    *,
    stream: TextIO,
    plan: Plan | None = None,
    sources: Mapping[str, str] = NO_SOURCES,
) -> None:
    """Write the failures of these events with their evidence, in the users' own lines where the files are
    known, and the sum."""
    record = RunRecord(plan=plan)
    for event in events:
        record.take(event)
    style = Style.for_stream(stream)
    labels = Labels([planned.name for planned in record.planned])
    for line in (*_failures(record, style, labels, sources), "", *_sum(record, style, labels)):
        stream.write(f"{style.plain(line)}\n")
    stream.flush()


def _failures(record: RunRecord, style: Style, labels: Labels, sources: Mapping[str, str]) -> Iterable[str]:
    blocks = FailureBlock(record, style=style, labels=labels, sources=sources)
    bad = [
        outcome for outcome in record.outcomes.values() if outcome.verdict in (Verdict.FAILED, Verdict.BROKEN)
    ]
    for outcome in bad[:BLOCKS_SHOWN]:
        yield ""
        yield from blocks.lines(outcome)
    if len(bad) > BLOCKS_SHOWN:
        yield ""
        yield f"… and {count(len(bad) - BLOCKS_SHOWN, 'more failure')}: --report writes all of them."


def _sum(record: RunRecord, style: Style, labels: Labels) -> Iterable[str]:
    seconds = record.finished.seconds if record.finished else 0.0
    yield summary_line(record, style=style, labels=labels, seconds=seconds)
    yield from advice(record, again="")
