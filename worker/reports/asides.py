"""What a run did beside its tests, as people read it: renewed tokens, undos, quarantine."""

from collections import Counter
from collections.abc import Iterable, Sequence

from worker.models.contract import ContractCoverage
from worker.models.outcome import Attempt, Cleanup, Renewal, TestOutcome, Verdict
from worker.models.suite import Quarantine
from worker.reports.record import RunRecord
from worker.reports.style import Style
from worker.reports.words import Labels, count, first_line, listed, printable

#: Renewals of one test that are told as they happen; the sum tells how many there were.
RENEWALS_TOLD = 3

#: Operations and snapshots that are named.
_NAMES_SHOWN = 5

_BAD = (Verdict.FAILED, Verdict.BROKEN)


def renewal_line(renewal: Renewal, labels: Labels) -> str:
    """Which tokens, by which test, and why they were wanted anew or what went wrong."""
    tokens, who = ", ".join(renewal.tokens), labels(renewal.test)
    if renewal.worked:
        return f"{tokens} renewed by {who}: {renewal.cause}"
    return f"{who} failed when renewing {tokens}: {printable(first_line(renewal.reason))}"


def cleanup_title(cleanup: Cleanup, labels: Labels) -> str:
    """What an undo is called."""
    again = f", attempt {cleanup.attempt}" if cleanup.attempt > 1 else ""
    return f"clean-up of {labels(cleanup.test)}{again}"


def went_wrong(cleanup: Cleanup) -> bool:
    """Whether what was made may still be there although it was tried to undo it."""
    return cleanup.verdict in _BAD


def as_attempt(cleanup: Cleanup) -> Attempt | None:
    """An undo in the shape of an attempt, so that its exchange can be shown like any other."""
    if cleanup.started_at is None or cleanup.finished_at is None:
        return None
    return Attempt(
        number=cleanup.attempt,
        verdict=cleanup.verdict,
        reason=cleanup.reason,
        steps=cleanup.steps,
        started_at=cleanup.started_at,
        finished_at=cleanup.finished_at,
    )


def after_the_sum(record: RunRecord, *, style: Style, labels: Labels) -> list[str]:
    """What there is to say of renewals and undos once the run is over."""
    finished = record.finished
    return [
        *_renewals(record.renewals, style),
        *_cleanups(record.cleanups, style, labels),
        *(map(_contract, finished.contracts) if finished else ()),
        *(_snapshots(finished.snapshots_written) if finished else ()),
    ]


def _contract(coverage: ContractCoverage) -> str:
    """How much of the API's own description the run has called, and what it has not."""
    total, missing = len(coverage.operations), coverage.untouched
    line = f"{coverage.path}: {coverage.touched} of {count(total, 'operation')} called"
    if missing:
        names = [f"{operation.method} {operation.path}" for operation in missing]
        line += f"; not called: {listed(names, shown=_NAMES_SHOWN)}"
    if coverage.undescribed:
        line += f"; not described: {listed(list(coverage.undescribed), shown=_NAMES_SHOWN)}"
    return line


def _snapshots(written: Sequence[str]) -> Iterable[str]:
    if written:
        yield f"{count(len(written), 'snapshot')} written: {listed(list(written), shown=_NAMES_SHOWN)}"


def _renewals(renewals: Sequence[Renewal], style: Style) -> Iterable[str]:
    times = Counter(token for renewal in renewals if renewal.worked for token in renewal.tokens)
    for token, number in times.items():
        yield style.dim(f"{token} was renewed {'once' if number == 1 else f'{number:,} times'}")


def _cleanups(cleanups: Sequence[Cleanup], style: Style, labels: Labels) -> Iterable[str]:
    done = sum(cleanup.verdict is Verdict.PASSED for cleanup in cleanups)
    wrong = [labels(cleanup.test) for cleanup in cleanups if went_wrong(cleanup)]
    skipped = [cleanup for cleanup in cleanups if cleanup.verdict is Verdict.SKIPPED]
    if done:
        yield style.dim(f"{count(done, 'clean-up')} done")
    if wrong:
        yield style.verdict(f"{count(len(wrong), 'clean-up')} failed: {listed(wrong)}", Verdict.FAILED)
    if skipped:
        names = listed([labels(cleanup.test) for cleanup in skipped])
        said = f"{count(len(skipped), 'clean-up')} {skipped[0].reason}: {names}"
        yield style.verdict(said, Verdict.BLOCKED)


def quarantine_note(quarantine: Quarantine) -> str:
    """Who answers for a quarantine, and until when: (ada, until 2026-12-01)."""
    until = f"until {quarantine.until.isoformat()}" if quarantine.until else ""
    told = ", ".join(filter(None, (quarantine.owner, until)))
    return f"in quarantine ({told})" if told else "in quarantine"


def in_quarantine(outcomes: Iterable[TestOutcome], verdict: Verdict) -> list[Quarantine]:
    """The quarantines of the tests that ended like this."""
    return [each.quarantine for each in outcomes if each.verdict is verdict and each.quarantine is not None]
