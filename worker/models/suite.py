"""A suite and its tests, as the user wrote them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from context.capture import CaptureRule
from context.fixtures import Fixtures, NoFixtures
from context.values import JsonValue
from worker.models.dependency import NameUse, Need
from worker.models.environment import Environment
from worker.models.expectation import Expectation
from worker.models.file import FileUse
from worker.models.flow import Repeat, RetryRule, StepKind, StepPhase, TestRole
from worker.models.problem import Location, line_of
from worker.models.request import Request

#: A test's full name, unique in a run: "<suite key>/<test key>".
TestName = str

# One of each for all tests that say nothing of the kind.
_ANY_RETRY = RetryRule()
_NO_NAMES: Mapping[str, JsonValue] = MappingProxyType({})


def _no_names() -> Mapping[str, JsonValue]:
    return _NO_NAMES


class Priority(StrEnum):
    """What goes first among tests that could start now."""

    CRITICAL = "critical"  # before everything else
    HIGH = "high"  # before most
    MEDIUM = "medium"  # when nothing is said
    LOW = "low"  # when there is nothing better to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One exchange of a test: what is sent, what must hold of the answer, what is taken out of it.

    `index` counts from 0. `name` is empty for the only step of a test that was written without
    steps. `capture_places[i]` is where `captures[i]` stands in the file; it is empty for steps made
    by hand. A step whose `when` is not true is left out. `timeout_seconds` is the test's if None.
    `names` are what its templates know besides those of its test: `params`.
    """

    index: int = 0
    name: str = ""
    kind: StepKind = StepKind.HTTP
    phase: StepPhase = StepPhase.OWN
    when: str | None = None
    repeat: Repeat | None = None
    timeout_seconds: float | None = None
    names: Mapping[str, JsonValue] = field(default_factory=_no_names)
    request: Request
    expectations: tuple[Expectation, ...] = ()
    captures: tuple[CaptureRule, ...] = ()
    capture_places: tuple[Location, ...] = ()
    where: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """A test that runs and is shown, but makes no run fail, up to and with the day `until` (UTC)."""

    owner: str = ""
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One exchange with the API, or a few ordered ones: its `steps`, at least one. Times are in seconds.

    `timeout_seconds` is for each request, `attempt_seconds` for one try with all its steps.

    `cleanup` undoes what the test has made, at the end of the run; `cleanup_uses` are the names that
    it needs. No two tests that share one of their `locks` run at once; an `exclusive` one has the run
    to itself. A test whose `when` is not true, or whose environment is not one of `environments`
    (names or kinds; none means all), is skipped. With `only` the others are left out.

    A test with rows is one test for each row, `key[id]`; `row_of` is the key without the row. `names`
    are what its templates know besides: `row`, `params`. `contract` is the path of the API's own
    description, whose operations the test's requests are counted for.

    `said` are the settings that the test or its suite gives in words, such as "timeout" or
    "headers.accept" (in small letters, also one that is taken away): an endpoint or an environment may
    give the others. `auth_wanted` is how its endpoint wants to know who calls, where the test does not
    say who.
    """

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    suite: str
    key: str
    title: str = ""
    description: str = ""
    steps: tuple[Step, ...]
    needs: tuple[Need, ...] = ()
    uses: tuple[NameUse, ...] = ()
    timeout_seconds: float = 30.0
    attempt_seconds: float | None = None
    retries: int = 0
    retry_delay_seconds: float = 0.5
    retry: RetryRule = _ANY_RETRY
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.MEDIUM
    idempotent: bool = True
    skip_reason: str | None = None
    only: bool = False
    when: str | None = None
    environments: tuple[str, ...] = ()
    role: TestRole = TestRole.TEST
    row_of: str | None = None
    names: Mapping[str, JsonValue] = field(default_factory=_no_names)
    cleanup: tuple[Step, ...] = ()
    cleanup_uses: tuple[NameUse, ...] = ()
    locks: tuple[str, ...] = ()
    exclusive: bool = False
    quarantine: Quarantine | None = None
    contract: str = ""
    said: frozenset[str] = frozenset()
    auth_wanted: str | None = None
    where: Location

    @property
    def name(self) -> TestName:
        """The full name, unique in a run."""
        return f"{self.suite}/{self.key}"

    @property
    def request(self) -> Request:
        """What the first step sends."""
        return self.steps[0].request

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """What must hold, of all steps in their order."""
        steps = self.steps
        return steps[0].expectations if len(steps) == 1 else _joined(step.expectations for step in steps)

    @property
    def captures(self) -> tuple[CaptureRule, ...]:
        """What the test hands on, of all steps in their order."""
        steps = self.steps
        return steps[0].captures if len(steps) == 1 else _joined(step.captures for step in steps)

    @property
    def capture_places(self) -> tuple[Location, ...]:
        """Where each of `captures` stands in the file; empty for tests made by hand."""
        steps = self.steps
        return steps[0].capture_places if len(steps) == 1 else _joined(step.capture_places for step in steps)


def may_run_in(test: Test, environment: Environment) -> bool:
    """Whether the test may run there, by the environment's name or kind."""
    allowed = test.environments
    return not allowed or environment.name in allowed or environment.kind.value in allowed


_Part = TypeVar("_Part")


def _joined(parts: Iterable[tuple[_Part, ...]]) -> tuple[_Part, ...]:
    return tuple(part for each in parts for part in each)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteLimits:
    """What the tests of a suite may do together. Once `bail` of them did not pass, no further one starts;
    at most `at_once` run at a time; `timeout_seconds` count from the start of the first."""

    bail: int | None = None
    at_once: int | None = None
    timeout_seconds: float | None = None


NO_LIMITS = SuiteLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file's worth of tests, in the order in which they were written.

    `limits` are those of its tests together.

    `files` are read when the suite runs; `borrowed` are the texts of other files that its tests are
    partly written in, by path.

    `unreadable` are keys of tests whose mistakes hide what they capture, so that a check of all tests
    does not report what follows from that.
    """

    key: str
    title: str
    description: str = ""
    tests: Mapping[str, Test]
    environments: Mapping[str, Environment] = field(default_factory=dict)
    variables: Mapping[str, JsonValue] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    limits: SuiteLimits = NO_LIMITS
    path: str
    source: str = field(repr=False)
    where: Location
    fixtures: Fixtures = field(default_factory=NoFixtures, repr=False, compare=False)
    files: tuple[FileUse, ...] = ()
    borrowed: Mapping[str, str] = field(default_factory=dict, repr=False)
    unreadable: frozenset[str] = frozenset()

    def line_at(self, where: Location) -> str:
        """The user's line at a place of this suite, be it in its own file or in a borrowed one."""
        text = self.source if where.path == self.path else self.borrowed.get(where.path, "")
        return line_of(text, where.line)
