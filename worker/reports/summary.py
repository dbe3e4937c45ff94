"""The end of a run in a few lines that a person can act on."""

from shlex import quote

from worker.models.outcome import RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.reports.asides import in_quarantine, quarantine_note
from worker.reports.record import RunRecord, never_ran
from worker.reports.style import Style
from worker.reports.words import Labels, count, duration, listed

#: Root causes named one by one in the summary.
_CAUSES_SHOWN = 3
#: What is so much longer than the critical path that it is worth saying.
_MORE = 1.05
#: Stations of a critical path that are named.
_STATIONS_SHOWN = 6


def summary_line(record: RunRecord, *, style: Style, labels: Labels, seconds: float) -> str:
    """How many tests are where, how long it took, and what decided that."""
    counters = record.counters
    parts = [
        style.verdict(told, verdict)
        for verdict, number in (
            (Verdict.PASSED, counters.passed),
            (Verdict.FAILED, counters.failed),
            (Verdict.BROKEN, counters.broken),
        )
        for told in _numbers(record, verdict, number)
    ]
    if counters.blocked:
        parts.append(style.verdict(blocked_words(record, labels), Verdict.BLOCKED))
    not_run = sum(never_ran(record.outcome(planned)) for planned in record.planned)
    skipped = counters.skipped + counters.pending - not_run
    if skipped:
        parts.append(f"{skipped:,} skipped")
    if not_run:
        parts.append(f"{not_run:,} not run")
    return f"{', '.join(parts) or 'no tests'} · {duration(seconds)}{_path(record, style, labels)}"


def _numbers(record: RunRecord, verdict: Verdict, number: int) -> list[str]:
    """3 failed; and those apart that do not count, with who answers for them."""
    harmless = in_quarantine(record.outcomes.values(), verdict) if verdict is not Verdict.PASSED else []
    told = [f"{number - len(harmless):,} {verdict}"] if number > len(harmless) else []
    if len(harmless) == 1:
        told.append(f"1 {verdict} {quarantine_note(harmless[0])}")
    elif harmless:
        told.append(f"{len(harmless):,} {verdict} in quarantine")
    return told


def blocked_words(record: RunRecord, labels: Labels) -> str:
    """How many are blocked, and by what: 37 blocked by login; 37 blocked (30 by login, 7 by catalog)."""
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
    return style.dim(f" (critical path {' → '.join(stations)} {took}{_at_best(record.finished)})")


def _at_best(finished: RunOutcome) -> str:
    """How long the whole would have taken at best, where it is not the critical path that decides."""
    best = finished.best_possible_seconds
    return f", at best {duration(best)}" if best > finished.critical_path_seconds * _MORE else ""


def advice(record: RunRecord, *, again: str, rerun: str = "") -> list[str]:
    """What to do next; nothing where all is well. `again` starts the whole run again, `rerun` what of the
    latest run did not pass, where this machine remembers that."""
    finished = record.finished
    if finished is None or finished.status is RunStatus.CANCELLED:
        return _how_to_go_on(record, again, rerun)
    if finished.failure is RunFailure.TESTS:
        return _run_failed_again(record, again, rerun)
    if finished.failure is not None:
        return _not_carried_out(record, finished, again)
    return []


def _how_to_go_on(record: RunRecord, again: str, rerun: str) -> list[str]:
    left = sum(never_ran(record.outcome(planned)) for planned in record.planned)
    what = f"Stopped; {count(left, 'test')} did not run." if left else "Stopped."
    if left and rerun:
        return [f"{what} Go on with what has not passed: {rerun}"]
    return [f"{what} Start again: {again}" if again else what]


def _not_carried_out(record: RunRecord, finished: RunOutcome, again: str) -> list[str]:
    lines = [_sentence(finished.message)] if finished.message else []
    if not again:
        return lines
    asked = finished.unreached or (record.started.base_url if record.started else "")
    question = f"Is {asked or 'the API'} up? " if finished.failure is RunFailure.ENVIRONMENT else ""
    return [*lines, f"{question}Run again: {again}"]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _run_failed_again(record: RunRecord, again: str, rerun: str) -> list[str]:
    bad = [
        outcome
        for outcome in _in_order(record)
        if outcome.verdict in (Verdict.FAILED, Verdict.BROKEN) and outcome.quarantine is None
    ]
    if not bad or not again:
        return []
    if rerun and (len(bad) > _CAUSES_SHOWN or record.blocked):
        return [f"Run again {_what_failed(bad)}: {rerun}"]
    shown = bad[:_CAUSES_SHOWN]
    names = "".join(f" --only {quote(outcome.test)}" for outcome in shown)
    if len(shown) < len(bad):
        first = f"the first {len(shown)} of {len(bad):,} that failed"
        return [f"Run again {first}, with what they need: {again}{names}"]
    return [f"Run again only what failed, with what it needs: {again}{names}"]


def _what_failed(bad: list[TestOutcome]) -> str:
    """What one command runs again: also what was blocked, which nobody knows anything of yet."""
    return (
        f"the {len(bad):,} that failed, and what they blocked"
        if len(bad) > 1
        else "what failed, and what it blocked"
    )


def notices(record: RunRecord, *, style: Style) -> list[str]:
    """What a person should know of the choice of tests, lest it go unnoticed."""
    return [style.paint(f"! {notice}", "33") for notice in (record.started.notices if record.started else ())]


def _in_order(record: RunRecord) -> list[TestOutcome]:
    return [record.outcomes[test.name] for test in record.planned if test.name in record.outcomes]
