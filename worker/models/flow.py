"""When a test or a step of it runs, and how often."""

from dataclasses import dataclass
from enum import StrEnum

from worker.models.problem import Location


class StepKind(StrEnum):
    """What a step does. Each kind has its own way through the engine."""

    HTTP = "http"  # one exchange with the API


class StepPhase(StrEnum):
    """Where in its test a step belongs."""

    BEFORE = "before"  # of the suite's `before_each`
    OWN = "own"  # of the test itself
    AFTER = "after"  # of the suite's `after_each`: done also when an earlier step did not go well


class TestRole(StrEnum):
    """Whether people wrote it as a test, or a hook of the suite became one."""

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    TEST = "test"  # what people wrote as a test
    BEFORE_ALL = "before-all"  # the suite's `before_all`: all tests of the suite need it
    AFTER_ALL = "after-all"  # the suite's `after_all`: comes after all of them, whatever their verdicts


class Backoff(StrEnum):
    """How the pause between attempts grows."""

    FIXED = "fixed"  # always the same
    EXPONENTIAL = "exponential"  # doubled each time


class RetryOn(StrEnum):
    """What makes another attempt worth it."""

    CONNECT = "connect"  # no connection came about
    TIMEOUT = "timeout"  # no answer came in time
    RATE_LIMITED = "429"  # the API had too many requests
    SERVER = "5xx"  # the API broke
    FAILED = "failed"  # something that was expected did not hold
    BROKEN = "broken"  # we could not find out


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRule:
    """When another attempt is made, and how long it is waited for. Without `on` and `when` after
    whatever another attempt may make better; with both, both must hold.

    `when` is an expression over the last answer.
    """

    backoff: Backoff = Backoff.EXPONENTIAL
    max_delay_seconds: float = 30.0
    on: tuple[RetryOn, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A step is done again until an expression over its answer is true. Without limits: for 30 seconds.

    The limit that is reached first counts. Times are in seconds.
    """

    until: str
    every_seconds: float = 1.0
    within_seconds: float | None = None
    at_most: int | None = None
    where: Location
