"""A run's end in a few figures and one sentence."""

from collections import Counter
from collections.abc import Iterable, Mapping

from worker.engine.stop import StopReason
from worker.graph import best_possible_seconds, critical_path
from worker.models.graph import Plan
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.models.suite import TestName

#: Verdicts that make a run `failed`.
BAD = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED)
#: Causes that the sentence names; whoever wants to know more looks at the tests.
CAUSES_NAMED = 3


def summarise(
    plan: Plan,
    outcomes: Mapping[TestName, TestOutcome],
    *,
    seconds: float,
    jobs: int,
    stop: StopReason | None,
    culprit: TestOutcome | None,
) -> RunOutcome:
    """How the run ended, with so many `jobs` at once. `stop` is why it ended early, if it did;
    `culprit` the root that showed that the environment is down, if it is."""
    counters = count(outcomes.values(), total=len(plan.tests))
    status, failure = _status(counters, stop, culprit)
    lasted = {name: outcome.seconds for name, outcome in outcomes.items() if outcome.attempts}
    path, path_seconds = critical_path(plan, lasted)
    return RunOutcome(
        status=status,
        failure=failure,
        message=_message(counters, stop, culprit, in_words(counters, outcomes.values())),
        counters=counters,
        seconds=seconds,
        # Where nothing took any time, nothing decided.
        critical_path=path if path_seconds else (),
        critical_path_seconds=path_seconds,
        best_possible_seconds=best_possible_seconds(plan, lasted, jobs=jobs),
    )


def count(outcomes: Iterable[TestOutcome], *, total: int) -> Counters:
    """How many tests are where."""
    known = list(outcomes)
    seen = Counter(outcome.verdict for outcome in known)
    harmless = sum(outcome.verdict in BAD and outcome.quarantine is not None for outcome in known)
    numbers = {verdict.value: seen[verdict] for verdict in Verdict}
    return Counters(total=total, quarantined=harmless, **numbers)


def _status(
    counters: Counters, stop: StopReason | None, culprit: TestOutcome | None
) -> tuple[RunStatus, RunFailure | None]:
    if stop is StopReason.CANCELLED:
        return RunStatus.CANCELLED, None
    if stop is StopReason.TIMEOUT:
        return RunStatus.FAILED, RunFailure.TIMEOUT
    if culprit is not None:
        return RunStatus.FAILED, RunFailure.ENVIRONMENT
    if counters.failed + counters.broken + counters.blocked > counters.quarantined:
        return RunStatus.FAILED, RunFailure.TESTS
    return RunStatus.COMPLETED, None


def _message(counters: Counters, stop: StopReason | None, culprit: TestOutcome | None, words: str) -> str:
    if stop is StopReason.CANCELLED:
        return f"cancelled{_left_out(counters)}"
    if stop is StopReason.TIMEOUT:
        return f"the run's time was over{_left_out(counters)}"
    if culprit is not None:
        return f"the environment cannot be reached: {culprit.reason}"
    return words


def _left_out(counters: Counters) -> str:
    return f": {counters.skipped} of {counters.total} tests did not run" if counters.skipped else ""


def in_words(counters: Counters, outcomes: Iterable[TestOutcome]) -> str:
    """The counters as people say them: "36 passed, 1 failed, 3 blocked by login"."""
    parts = [
        f"{number} {verdict}"
        for verdict in Verdict
        if (number := getattr(counters, verdict)) and verdict is not Verdict.BLOCKED
    ]
    if counters.blocked:
        parts.append(f"{counters.blocked} blocked{_by_whom(outcomes)}")
    return (", ".join(parts) or "nothing to run") + _in_quarantine(counters)


def _by_whom(outcomes: Iterable[TestOutcome]) -> str:
    """What blocked them, those that blocked most first: by login; (30 by login, 7 by catalog)."""
    known = list(outcomes)
    short = len({outcome.test.partition("/")[0] for outcome in known}) == 1
    causes = Counter(outcome.blocked_by for outcome in known if outcome.verdict is Verdict.BLOCKED)
    named = [
        (cause.partition("/")[2] if short else cause, number)
        for cause, number in causes.most_common()
        if cause
    ]
    if len(named) == 1:
        return f" by {named[0][0]}"
    told = [f"{number} by {cause}" for cause, number in named[:CAUSES_NAMED]]
    rest = [f"{len(named) - CAUSES_NAMED} more"] if len(named) > CAUSES_NAMED else []
    return f" ({', '.join(told + rest)})" if told else ""


def _in_quarantine(counters: Counters) -> str:
    bad = counters.failed + counters.broken + counters.blocked
    if not counters.quarantined:
        return ""
    if counters.quarantined < bad:
        return f" ({counters.quarantined} of them in quarantine)"
    return " in quarantine" if bad == 1 else " (all of them in quarantine)"
