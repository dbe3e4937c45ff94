"""The words for how a step, a test and a run ended."""

from enum import StrEnum


class Verdict(StrEnum):
    """How a test ended."""

    PASSED = "passed"  # every expectation held
    FAILED = "failed"  # at least one expectation did not hold
    BROKEN = "broken"  # we could not find out: no answer, bad template, capture missing
    BLOCKED = "blocked"  # something it needs did not pass
    SKIPPED = "skipped"  # by choice, with a reason


class RunStatus(StrEnum):
    """The state of a run."""

    QUEUED = "queued"  # nobody took it yet
    PREPARING = "preparing"  # queued -> preparing: a worker claimed it
    RUNNING = "running"  # preparing -> running: the first test may start
    COMPLETED = "completed"  # running -> completed: nothing failed, broke or was blocked
    FAILED = "failed"  # otherwise, with a reason
    CANCELLED = "cancelled"  # somebody asked


class RunFailure(StrEnum):
    """Why a run is `failed`."""

    TESTS = "tests"  # tests failed, broke or were blocked
    ENVIRONMENT = "environment"  # the API could not be reached at all
    TIMEOUT = "timeout"  # the run took too long
    INTERRUPTED = "interrupted"  # the worker was lost too often


#: Verdicts of a step that ended its attempt.
NOT_WELL = (Verdict.FAILED, Verdict.BROKEN, Verdict.BLOCKED)
