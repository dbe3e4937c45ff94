"""How a run ended, in the words of finish_run."""

from collections.abc import Sequence

from context.values import JsonValue
from worker.database.clean import clean_text
from worker.models.outcome import Cleanup, RunFailure, RunOutcome, RunStatus, Verdict

#: Undos that did not go well, of which the run keeps the reason.
PROBLEMS_KEPT = 100

Outcome = dict[str, JsonValue]


def ended(ending: RunOutcome) -> Outcome:
    """How a run ended, in the words of finish_run."""
    return {
        "status": ending.status.value,
        "reason": ending.failure.value if ending.failure else None,
        "message": clean_text(ending.message),
        "summary": {
            "seconds": round(ending.seconds, 6),
            "critical_path": list(ending.critical_path),
            "critical_path_seconds": round(ending.critical_path_seconds, 6),
            "best_possible_seconds": round(ending.best_possible_seconds, 6),
            "quarantined": ending.counters.quarantined,
            "renewals": dict(ending.renewals),
            "cleanups": _cleanups(ending.cleanups),
        },
    }


def _cleanups(cleanups: Sequence[Cleanup]) -> JsonValue:
    """How many undos went how, and why the first of those did that did not go well."""
    wrong = [cleanup for cleanup in cleanups if cleanup.verdict is not Verdict.PASSED]
    return {
        "passed": len(cleanups) - len(wrong),
        "failed": sum(cleanup.verdict is not Verdict.SKIPPED for cleanup in wrong),
        "not_done": sum(cleanup.verdict is Verdict.SKIPPED for cleanup in wrong),
        "problems": [
            {"test": cleanup.test, "verdict": cleanup.verdict.value, "reason": clean_text(cleanup.reason)}
            for cleanup in wrong[:PROBLEMS_KEPT]
        ],
    }


def failed(failure: RunFailure, message: str) -> Outcome:
    """The end of a run that could not be carried out."""
    return {
        "status": RunStatus.FAILED.value,
        "reason": failure.value,
        "message": clean_text(message),
        "summary": {},
    }
