"""Claims: what claim_run and begin_local_run answer, all that a run needs to begin or to go on."""

from pydantic import AwareDatetime, Field

from worker.models.environment import EnvironmentKind
from worker.models.outcome import RunStatus, Verdict
from worker.models.suite import Priority
from worker.records.base import JsonObject, Record
from worker.records.configuration import EndpointAuth
from worker.records.context import ContextDocument
from worker.records.environments import ConnectionSettings
from worker.records.execution import RunExecutor, RunTrigger


class ClaimedSelection(Record):
    """What of the selected suites is run; null and absent mean all."""

    only: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None


class ClaimedRunAnswer(Record):
    """The run that was claimed. `lease_number` is the fence for all that is written of it."""

    id: str
    project_key: str
    created_at: AwareDatetime
    lease_number: int
    selection: ClaimedSelection | None = None
    config: JsonObject | None = None
    organization_id: str | None = None
    project_id: str | None = None
    status: RunStatus = RunStatus.PREPARING
    priority: Priority = Priority.MEDIUM
    executor: RunExecutor = RunExecutor.WORKER
    trigger: RunTrigger = RunTrigger.MANUAL
    source: JsonObject = Field(default_factory=dict)
    lease_expires_at: AwareDatetime | None = None
    git_branch: str | None = None
    git_commit: str | None = None
    requested_by: str | None = None


class ClaimedCredentialAnswer(Record):
    """A personal credential of whoever asked for the run: never print, log or store its secret. `refused`
    says why it is not given."""

    type: str
    settings: JsonObject = Field(default_factory=dict)
    secret: dict[str, str] = Field(default_factory=dict, repr=False)
    refused: str | None = None


class ClaimedEnvironmentAnswer(Record):
    """Where the run happens. `secrets` hold real values: never print, log or store them."""

    id: str | None = None
    name: str
    kind: EnvironmentKind
    base_url: str | None = None
    services: JsonObject = Field(default_factory=dict)
    variables: JsonObject | None = None
    secrets: dict[str, str] | None = Field(default=None, repr=False)
    credentials: dict[str, ClaimedCredentialAnswer] | None = Field(default=None, repr=False)
    max_parallel: int | None = None
    rate_limit_per_second: float | None = None
    timeout_seconds: float | None = None
    connection: ConnectionSettings | None = None


class QuarantinedTestAnswer(Record):
    """A test in quarantine: who answers for it, why, and until when."""

    key: str
    owner: str | None = None
    reason: str | None = None
    until: AwareDatetime | None = None


class ClaimedEndpointAnswer(Record):
    """What an endpoint says of the tests that call it (`tests` are keys of the suite), where neither they
    nor their suite say something themselves."""

    method: str
    path: str
    auth_type: EndpointAuth
    default_headers: JsonObject
    timeout_seconds: float
    retries: int
    retry_delay_seconds: float
    tests: tuple[str, ...]


class ClaimedSuiteAnswer(Record):
    """A version of a suite that the run executes. `selected`: asked for; else only others need its tests.

    `disabled` tests are skipped; `quarantined` ones make no run fail: keys, or more about each.
    """

    key: str
    name: str = ""
    path: str
    source: str = Field(repr=False)
    version: int | None = None
    version_id: str | None = None
    selected: bool = True
    disabled: tuple[str, ...] | None = None
    quarantined: tuple[str | QuarantinedTestAnswer, ...] | None = None
    endpoints: tuple[ClaimedEndpointAnswer, ...] | None = None
    files: dict[str, str] | None = None


class FinishedTestAnswer(Record):
    """A test that an earlier lease has brought to its verdict: it is not run again."""

    test: str
    verdict: Verdict
    reason: str | None = None
    blocked_by: str | None = None
    required_only: bool | None = None


class LocalRunAnswer(Record):
    """What begin_local_run answers: the lease of a run that whoever asked executes himself."""

    run: ClaimedRunAnswer
    context_version: int
    next_batch_number: int


class ClaimAnswer(Record):
    """What claim_run answers: all that a worker needs to begin a run, or to take it up."""

    run: ClaimedRunAnswer
    environment: ClaimedEnvironmentAnswer
    suites: tuple[ClaimedSuiteAnswer, ...]
    context: ContextDocument | None = None
    finished: tuple[FinishedTestAnswer, ...] | None = None
    in_flight: tuple[str, ...] | None = None
    next_batch_number: int | None = None
    medians: dict[str, float] | None = None
