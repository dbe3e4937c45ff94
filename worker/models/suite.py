"""A suite and its tests, as the user wrote them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from context.capture import CaptureRule
from context.values import JsonValue
from worker.models.environment import Environment
from worker.models.expectation import Expectation
from worker.models.problem import Location
from worker.models.request import Request

#: A test's full name, unique in a run: "<suite key>/<test key>".
TestName = str


class Priority(StrEnum):
    """What goes first among tests that could start now."""

    CRITICAL = "critical"  # before everything else
    HIGH = "high"  # before most
    MEDIUM = "medium"  # when nothing is said
    LOW = "low"  # when there is nothing better to do


class DependencyKind(StrEnum):
    """How strongly a test depends on another; the strongest kind of a pair counts."""

    ORDER = "order"  # starts after the other has finished, whatever its verdict
    DATA = "data"  # uses something of the other, which must have passed
    TOKEN = "token"  # uses an authentication token of the other, which must have passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A test named under `needs:` (kind data: it must pass) or `after:` (kind order).

    `name` is as written: a key of this suite, or `other-suite/test`.
    """

    name: str
    kind: DependencyKind
    where: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse:
    """A name that a template of a test needs, such as `captured_data.login.user_id`.

    `path` is the name taken apart: ("captured_data", "login", "user_id"); list positions are ints.
    `field` is where in the test it stands, such as `json.product_id`. `optional`: the template says
    itself what happens without it.
    """

    path: tuple[str | int, ...]
    field: str
    where: Location
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One exchange with the API. Times are in seconds.

    `capture_places[i]` is where `captures[i]` stands in the file; it is empty for tests made by hand.
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
    request: Request
    expectations: tuple[Expectation, ...] = ()
    captures: tuple[CaptureRule, ...] = ()
    capture_places: tuple[Location, ...] = ()
    needs: tuple[Need, ...] = ()
    uses: tuple[NameUse, ...] = ()
    timeout_seconds: float = 30.0
    retries: int = 0
    retry_delay_seconds: float = 0.5
    tags: tuple[str, ...] = ()
    priority: Priority = Priority.MEDIUM
    idempotent: bool = True
    skip_reason: str | None = None
    said: frozenset[str] = frozenset()
    auth_wanted: str | None = None
    where: Location

    @property
    def name(self) -> TestName:
        """The full name, unique in a run."""
        return f"{self.suite}/{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file's worth of tests, in the order in which they were written.

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
    path: str
    source: str = field(repr=False)
    where: Location
    unreadable: frozenset[str] = frozenset()
