"""What ran when, in as few lanes as it takes: two things of one lane never overlap."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from worker.models.outcome import Attempt, StepRecord, Verdict
from worker.models.suite import TestName
from worker.reports.record import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An attempt, a renewal or an undo. Times are seconds since the run began."""

    kind: str
    test: TestName
    number: int
    verdict: Verdict
    start: float
    end: float
    steps: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step of a bar while it was in flight, in seconds since the run began."""

    name: str
    start: float
    end: float


def bars(record: RunRecord) -> list[Bar]:
    """Everything that took time, by its beginning."""
    if record.started is None:
        return []
    began = record.started.started_at
    found = [*_tests(record, began), *_renewals(record, began), *_cleanups(record, began)]
    return sorted(found, key=lambda bar: (bar.start, bar.end))


def lanes(of: Iterable[Bar]) -> list[int]:
    """The lane of each bar; they must be in the order of their beginnings."""
    free: list[int] = []
    busy: list[tuple[float, int]] = []
    found: list[int] = []
    number = 0
    for bar in of:
        while busy and busy[0][0] <= bar.start:
            heappush(free, heappop(busy)[1])
        if free:
            lane = heappop(free)
        else:
            lane, number = number, number + 1
        heappush(busy, (bar.end, lane))
        found.append(lane)
    return found


def _tests(record: RunRecord, began: datetime) -> Iterator[Bar]:
    for planned in record.planned:
        for attempt in record.outcome(planned).attempts:
            yield _bar("test", planned.name, attempt, began)


def _renewals(record: RunRecord, began: datetime) -> Iterator[Bar]:
    for renewal in record.renewals:
        for attempt in renewal.attempts:
            yield _bar("renewal", renewal.test, attempt, began)


def _cleanups(record: RunRecord, began: datetime) -> Iterator[Bar]:
    for cleanup in record.cleanups:
        if cleanup.started_at and cleanup.finished_at:
            yield Bar(
                kind="clean-up",
                test=cleanup.test,
                number=cleanup.attempt,
                verdict=cleanup.verdict,
                start=(cleanup.started_at - began).total_seconds(),
                end=(cleanup.finished_at - began).total_seconds(),
                steps=tuple(_parts(cleanup.steps, began)),
            )


def _bar(kind: str, test: TestName, attempt: Attempt, began: datetime) -> Bar:
    return Bar(
        kind=kind,
        test=test,
        number=attempt.number,
        verdict=attempt.verdict,
        start=(attempt.started_at - began).total_seconds(),
        end=(attempt.finished_at - began).total_seconds(),
        steps=tuple(_parts(attempt.steps, began)) if attempt.has_steps else (),
    )


def _parts(steps: Iterable[StepRecord], began: datetime) -> Iterator[Part]:
    """Steps that were sent; what lies between them was waiting."""
    for step in steps:
        if step.started_at is not None:
            start = (step.started_at - began).total_seconds()
            yield Part(name=step.name or "the request", start=start, end=start + step.seconds)
