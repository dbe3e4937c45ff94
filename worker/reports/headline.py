"""The verdict of a run in words: "1 failed, 40 blocked by login"."""

from worker.models.outcome import RunFailure, RunStatus, Verdict
from worker.reports.asides import in_quarantine
from worker.reports.record import RunRecord, never_ran
from worker.reports.summary import blocked_words
from worker.reports.words import Labels, count


def headline(record: RunRecord, labels: Labels) -> str:
    """What is wrong, the worst first; where nothing is, how many tests passed."""
    ended = _how_it_ended(record)
    wrong = _wrong(record, labels)
    if wrong or ended:
        return "; ".join(filter(None, (ended, ", ".join(wrong))))
    return ", ".join([_all_well(record), *_aside(record)])


def _how_it_ended(record: RunRecord) -> str:
    finished = record.finished
    if finished is None or finished.status is RunStatus.CANCELLED:
        left = sum(never_ran(record.outcome(planned)) for planned in record.planned)
        return f"stopped, {count(left, 'test')} not run" if left else "stopped"
    if finished.failure is RunFailure.ENVIRONMENT:
        return "the environment is down"
    if finished.failure is RunFailure.TIMEOUT:
        return "the run took too long"
    if finished.failure is RunFailure.INTERRUPTED:
        return "the run was interrupted"
    return ""


def _wrong(record: RunRecord, labels: Labels) -> list[str]:
    counters = record.counters
    harmless = {
        verdict: len(in_quarantine(record.outcomes.values(), verdict))
        for verdict in (Verdict.FAILED, Verdict.BROKEN)
    }
    found = [
        _said(counters.failed - harmless[Verdict.FAILED], "failed"),
        _said(counters.broken - harmless[Verdict.BROKEN], "broken"),
        blocked_words(record, labels) if counters.blocked else "",
        _said(sum(harmless.values()), "in quarantine"),
    ]
    return [told for told in found if told]


def _said(number: int, what: str) -> str:
    return f"{number:,} {what}" if number else ""


def _all_well(record: RunRecord) -> str:
    passed, total = record.counters.passed, record.counters.total
    if not total:
        return "no tests"
    if passed == total:
        return f"{count(total, 'test')} passed" if total == 1 else f"all {total:,} tests passed"
    return f"{passed:,} passed"


def _aside(record: RunRecord) -> list[str]:
    skipped = record.counters.skipped
    return [f"{skipped:,} skipped"] if skipped else []
