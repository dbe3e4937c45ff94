"""A run that a worker holds: what it was asked to do, and how far it got under earlier leases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from context.values import JsonValue
from worker.models.environment import Environment
from worker.models.outcome import TestOutcome
from worker.models.suite import Quarantine, TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to record a run. `number` rises with every claim: it is the fence."""

    run_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedEndpoint:
    """What an endpoint says of the tests that call it, by their keys, where they say nothing themselves.

    `auth_type` is how it wants to know who calls: `bearer`, `basic`, …; None if it does not.
    """

    tests: frozenset[str]
    headers: Mapping[str, JsonValue] = field(default_factory=dict)
    timeout_seconds: float
    retries: int
    retry_delay_seconds: float
    auth_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedSuite:
    """A version of a suite. `selected`: asked for; otherwise only others need its tests.

    `disabled` are keys of tests that are switched off in the project, `quarantined` those that make no
    run fail, `endpoints` what its tests call. `files` are what it names beside itself: {path: hash}.
    """

    key: str
    path: str
    source: str = field(repr=False)
    selected: bool = True
    disabled: frozenset[str] = frozenset()
    quarantined: Mapping[str, Quarantine] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    endpoints: tuple[ClaimedEndpoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedContext:
    """What the run knew when it was last recorded, secrets in clear: never print, log or repr it."""

    version: int = 0
    tokens: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)
    variables: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)
    captured_data: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict, repr=False)
    provenance: tuple[Mapping[str, str], ...] = ()
    test_order: tuple[TestName, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedRun:
    """All that a worker needs to begin a run, or to take it up where another stopped.

    `only` and `tags` narrow the selected suites. `finished` have their verdict already; `in_flight`
    had been started under an earlier lease and have none. Batches count from `next_batch_number`.
    `medians` are seconds that tests took in earlier runs, where they are known. `refused_credentials`
    says why credentials of whoever asked for the run are not given to it.
    """

    lease: Lease
    project_key: str
    project_id: str = ""
    suites: tuple[ClaimedSuite, ...]
    environment: Environment
    only: tuple[TestName, ...] = ()
    tags: tuple[str, ...] = ()
    config: Mapping[str, JsonValue] = field(default_factory=dict)
    context: ClaimedContext = field(default_factory=ClaimedContext)
    finished: tuple[TestOutcome, ...] = ()
    in_flight: frozenset[TestName] = frozenset()
    next_batch_number: int = 1
    medians: Mapping[TestName, float] = field(default_factory=dict)
    refused_credentials: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None

    @property
    def id(self) -> str:
        """The run's id."""
        return self.lease.run_id
