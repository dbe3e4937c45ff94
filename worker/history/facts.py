"""What is known of one run, wherever it was remembered: here, in files of tests alone, or in a project.

Values are masked; a secret is `***`. Places are texts such as `shop.yaml:12:5`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from context.values import JsonValue
from worker.models.dependency import DependencyKind
from worker.models.outcome import Verdict
from worker.models.suite import TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A test waits for `required`, for these reasons, each written at the place of the same position."""

    required: TestName
    kind: DependencyKind
    reasons: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """A value that a test has handed on, or would: its name, the capture that finds it, who used it.

    `kind` is token, variable or data. `known`: there is a value, because the test was run.
    """

    name: str
    kind: str
    capture: str = ""
    secret: bool = False
    known: bool = False
    value: JsonValue = None
    used_by: tuple[TestName, ...] = ()
    expires_at: str | None = None

    @property
    def path(self) -> str:
        """As templates call it; what is data needs its test before it."""
        return {"token": "tokens.", "variable": ""}.get(self.kind, "") + self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What was sent in one step and what came back, in short. `excerpt` is the beginning of the answer
    where the step did not go well; `complaints` are what did not hold, each with its place."""

    step: str = ""
    iteration: int = 1
    request: str = ""
    status: int | None = None
    seconds: float = 0.0
    reason: str = ""
    complaints: tuple[tuple[str, str], ...] = ()
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt of a test, in short."""

    number: int
    verdict: Verdict
    reason: str = ""
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestFacts:
    """What is known of one test. `verdict` is None where it has none: nothing was run, or it never came
    to its end. `picked` says why it was chosen, if somebody's words did not."""

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    name: TestName
    title: str = ""
    place: str = ""
    required_only: bool = False
    edges: tuple[Edge, ...] = ()
    undo_edges: tuple[Edge, ...] = ()
    gifts: tuple[Gift, ...] = ()
    verdict: Verdict | None = None
    reason: str = ""
    category: str | None = None
    blocked_by: TestName | None = None
    seconds: float = 0.0
    tries: tuple[Try, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """One run with its tests, in the order in which they are planned; or tests that nobody has run, then
    without an `id`.

    `order` are those that were over, in the order in which they ended. `start` is what the run knew before
    its first test: variables, and the names of secrets.
    """

    id: str = ""
    recorded: bool = False
    started_at: str = ""
    environment: str = ""
    status: str = ""
    command: str = ""
    tests: Mapping[TestName, TestFacts]
    order: tuple[TestName, ...] = ()
    start: Mapping[str, JsonValue] = field(default_factory=dict)
    renewed: Mapping[str, int] = field(default_factory=dict)
