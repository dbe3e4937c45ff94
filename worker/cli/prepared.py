"""A run on this machine before its first request: files and options in, and it could begin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from context.execution import ExecutionContext
from context.values import JsonValue
from worker.assertions.functions import LocalFunctions
from worker.assertions.scene import Tools
from worker.cli.choosing import Choice
from worker.cli.requirements import need_base_url
from worker.cli.run_request import RunRequest
from worker.cli.sources import sources_of
from worker.cli.values import GivenValues
from worker.contracts import Contracts
from worker.credentials import from_secrets, names_of_credentials
from worker.engine import DEFAULT_JOBS
from worker.files import Files, LocalFiles, NoFiles
from worker.graph import make_plan
from worker.graph.advice import unknown_environments
from worker.history.durations import Durations
from worker.history.place import memory_folder
from worker.literal_secrets import literal_secrets
from worker.models.environment import Environment
from worker.models.graph import Plan
from worker.models.request import Connection
from worker.models.suite import Suite
from worker.parsing import folders_of, load_suites
from worker.reports.style import in_ci
from worker.snapshots import Mode
from worker.snapshots.local import LocalSnapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A run that could begin now: everything about it has been checked."""

    suites: tuple[Suite, ...]
    plan: Plan
    environment: Environment
    context: ExecutionContext
    jobs: int = DEFAULT_JOBS
    bail: int | None = None
    timeout_seconds: float | None = None
    shuffle: str | None = None
    files: Files = field(default_factory=NoFiles)
    tools: Tools = field(default_factory=Tools)
    durations: Durations | None = None
    given: GivenValues = field(default_factory=GivenValues, repr=False)

    @property
    def sources(self) -> dict[str, str]:
        """The texts of the suite files by their path; a secret that was written there is masked."""
        return sources_of(self.suites, mask=self.context.mask.text)


def prepare(request: RunRequest) -> PreparedRun:
    """Read, check and plan. Raises SuiteError with every problem of every file, or UsageError."""
    choice = Choice(request)
    suites = load_suites(request.paths, check=choice.check)
    environment = choice.environment()
    memory = memory_folder(request.surroundings) if request.remember else None
    durations = Durations(suites, environment=environment.name, folder=memory)
    plan = make_plan(suites, choice.selection(), medians=durations.medians())
    need_base_url(plan, environment)
    told = unknown_environments(suites, tests=plan.tests.values(), others=[environment.name])
    plan = replace(plan, notices=(*plan.notices, *told))
    environment = with_credentials(environment, plan)
    files = LocalFiles(*folders_of(request.paths), named=_named(request.connection))
    return PreparedRun(
        suites=suites,
        plan=plan,
        environment=environment,
        context=context_of(suites, environment, choice.given, seed=request.seed),
        jobs=request.jobs or DEFAULT_JOBS,
        bail=request.bail,
        timeout_seconds=request.timeout_seconds,
        shuffle=request.shuffle,
        files=files,
        tools=local_tools(files, request),
        durations=durations,
        given=choice.given,
    )


def with_credentials(environment: Environment, plan: Plan) -> Environment:
    """The environment with the credentials that tests name, out of its secrets. Raises UsageError."""
    names = names_of_credentials(plan.tests.values())
    return (
        replace(environment, credentials=from_secrets(names, environment.secrets)) if names else environment
    )


def anew(run: PreparedRun, request: RunRequest, *, plan: Plan, seed: str) -> PreparedRun:
    """The same run again as if nothing had happened, of another plan: it knows nothing yet, and what is
    random is so by this seed. What it takes is not remembered."""
    return replace(
        run,
        plan=plan,
        context=context_of(run.suites, run.environment, run.given, seed=seed),
        tools=local_tools(run.files, request),
        durations=None,
    )


def local_tools(files: Files, request: RunRequest) -> Tools:
    """What checks may use in a run that a person or a CI started on this machine."""
    return Tools(
        files=files,
        snapshots=LocalSnapshots(_snapshot_mode(request)),
        contracts=Contracts(files),
        functions=LocalFunctions(),
    )


def _snapshot_mode(request: RunRequest) -> Mode:
    """A CI has nobody who would look at a new snapshot and commit it."""
    if request.update_snapshots:
        return Mode.UPDATE
    return Mode.COMPARE if in_ci(request.surroundings) else Mode.CREATE


def _named(connection: Connection) -> list[Path]:
    """The files that were named on the command line: they may be anywhere."""
    return [Path(path) for path in (connection.ca, connection.certificate, connection.key) if path]


def context_of(
    suites: Iterable[Suite], environment: Environment, given: GivenValues, *, seed: str | None = None
) -> ExecutionContext:
    """What tests of these suites know before the first of them has run."""
    suites = list(suites)
    own: dict[str, Mapping[str, JsonValue]] = {suite.key: suite.variables for suite in suites}
    context = ExecutionContext(
        base_url=environment.base_url,
        variables=environment.variables,
        overrides=given.variables,
        secrets=environment.secrets,
        services={name: service.base_url for name, service in environment.services.items()},
        suite_variables=own,
        fixtures={suite.key: suite.fixtures for suite in suites},
        seed=seed,
    )
    for secret in literal_secrets(suites):
        context.mask.add(secret)
    return context
