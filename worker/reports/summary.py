"""The end of a run in a few lines that a person can act on."""

from collections.abc import Sequence

from worker.models.outcome import RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.models.suite import TestName
from worker.reports.record import RunRecord, never_ran
from worker.reports.style import Style
from worker.reports.words import Labels, count, duration, listed

#: Root causes named one by one in the summary.
_CAUSES_SHOWN = 3
#: Stations of a critical path that are named.
_STATIONS_SHOWN = 6


def summary_line(record: RunRecord, *, style: Style, labels: Labels, seconds: float) -> str:
    """How many tests are where, how long it took, and what decided that."""
    counters = record.counters
    parts = [
        style.verdict(f"{number:,} {verdict}", verdict)
        for verdict, number in (
            (Verdict.PASSED, counters.passed),
            (Verdict.FAILED, counters.failed),
            (Verdict.BROKEN, counters.broken),
        )
        if number
    ]
    if counters.blocked:
        parts.append(style.verdict(_blocked(record, labels), Verdict.BLOCKED))
    not_run = sum(never_ran(record.outcome(planned)) for planned in record.planned)
    skipped = counters.skipped + counters.pending - not_run
    if skipped:
        parts.append(f"{skipped:,} skipped")
    if not_run:
        parts.append(f"{not_run:,} not run")
    return f"{', '.join(parts) or 'no tests'} · {duration(seconds)}{_path(record, style, labels)}"


def _blocked(record: RunRecord, labels: Labels) -> str:
    """37 blocked by login; 37 blocked (30 by login, 7 by catalog) where there are several causes."""
    causes = sorted(record.blocked.items(), key=lambda pair: -len(pair[1]))
    total = record.counters.blocked
    if len(causes) == 1:
        return f"{total:,} blocked by {labels(causes[0][0])}"
    told = [f"{len(tests):,} by {labels(cause)}" for cause, tests in causes]
    return f"{total:,} blocked ({listed(told, shown=_CAUSES_SHOWN)})"


def _path(record: RunRecord, style: Style, labels: Labels) -> str:
    if record.finished is None or len(record.finished.critical_path) < 2:
        return ""
    stations = [labels(name) for name in record.finished.critical_path]
    if len(stations) > _STATIONS_SHOWN:
        half = _STATIONS_SHOWN // 2
        stations = [*stations[:half], f"… {len(stations) - 2 * half} more …", *stations[-half:]]
    took = duration(record.finished.critical_path_seconds)
    return style.dim(f" (critical path {' → '.join(stations)} {took})")


def advice(record: RunRecord, *, again: str) -> list[str]:
    """What to do next; nothing where all is well."""
    finished = record.finished
    if finished is None or finished.status is RunStatus.CANCELLED:
        return _how_to_go_on(record, again)
    if finished.failure is RunFailure.TESTS:
        return _run_failed_again(record, again)
    if finished.failure is not None:
        return _not_carried_out(record, finished, again)
    return []


def _how_to_go_on(record: RunRecord, again: str) -> list[str]:
    left = sum(never_ran(record.outcome(planned)) for planned in record.planned)
    what = f"Stopped; {count(left, 'test')} did not run." if left else "Stopped."
    return [f"{what} Start again: {again}" if again else what]


def _not_carried_out(record: RunRecord, finished: RunOutcome, again: str) -> list[str]:
    lines = [_sentence(finished.message)] if finished.message else []
    if not again:
        return lines
    base_url = record.started.base_url if record.started else ""
    question = f"Is {base_url or 'the API'} up? " if finished.failure is RunFailure.ENVIRONMENT else ""
    return [*lines, f"{question}Run again: {again}"]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _run_failed_again(record: RunRecord, again: str) -> list[str]:
    bad = [outcome for outcome in _in_order(record) if outcome.verdict in (Verdict.FAILED, Verdict.BROKEN)]
    if not bad or not again:
        return []
    names = "".join(f" --only {name}" for name in _selection(bad))
    return [f"Run again only what failed, with what it needs: {again}{names}"]


def _selection(bad: Sequence[TestOutcome]) -> list[TestName]:
    return [outcome.test for outcome in bad[:_CAUSES_SHOWN]]


def _in_order(record: RunRecord) -> list[TestOutcome]:
    return [record.outcomes[test.name] for test in record.planned if test.name in record.outcomes]
