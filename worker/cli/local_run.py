"""A run on this machine, without a server: files and options in, a verdict out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from context.execution import ExecutionContext
from context.values import JsonValue
from worker.assertions.functions import LocalFunctions
from worker.assertions.scene import Tools
from worker.cli.audience import Audience
from worker.cli.environments import choose_environment
from worker.cli.interruption import interruptible
from worker.cli.narrowing import Narrowing, narrowed
from worker.cli.reporting import close_all
from worker.cli.requirements import need_base_url, used_names
from worker.cli.sources import sources_of
from worker.cli.values import GivenValues, gather_values
from worker.clock import SystemClock
from worker.contracts import Contracts
from worker.credentials import from_secrets, names_of_credentials
from worker.engine import DEFAULT_JOBS, Parts, StopSignal, run_plan
from worker.errors import SuiteError, UsageError
from worker.files import Files, LocalFiles, NoFiles
from worker.graph import find_problems, make_plan
from worker.history.durations import Durations
from worker.history.place import memory_folder
from worker.http import make_sender
from worker.literal_secrets import literal_secrets
from worker.models.environment import Environment
from worker.models.events import Listener, RunFinished
from worker.models.graph import Plan, Selection
from worker.models.outcome import RunOutcome
from worker.models.problem import Problem
from worker.models.request import Connection
from worker.models.suite import Suite
from worker.parsing import folders_of, load_suites
from worker.reports.style import in_ci
from worker.snapshots import Mode
from worker.snapshots.local import LocalSnapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What a person asked for, as it was typed."""

    paths: tuple[Path, ...]
    environment: str | None = None
    base_url: str | None = None
    variables: tuple[str, ...] = ()
    env_file: Path | None = None
    secrets_file: Path | None = None
    selection: Selection = field(default_factory=Selection)
    forbid_only: bool = False
    jobs: int | None = None
    bail: int | None = None
    timeout_seconds: float | None = None
    shuffle: str | None = None
    seed: str | None = None
    connection: Connection = field(default_factory=Connection)
    update_snapshots: bool = False
    narrowing: Narrowing = field(default_factory=Narrowing)
    remember: bool = True
    surroundings: Mapping[str, str] = field(default_factory=dict, repr=False)


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


class Speaker(Protocol):
    """Somebody who can tell a person something while the run goes on."""

    def say(self, text: str) -> None:
        """Show one sentence."""
        ...


def prepare(request: RunRequest) -> PreparedRun:
    """Read, check and plan. Raises SuiteError with every problem of every file, or UsageError."""
    choice = _Choice(request)
    suites = load_suites(request.paths, check=choice.check)
    environment = choice.environment()
    memory = memory_folder(request.surroundings) if request.remember else None
    durations = Durations(suites, environment=environment.name, folder=memory)
    plan = make_plan(suites, choice.selection(), medians=durations.medians())
    need_base_url(plan, environment)
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


async def run_locally(
    run: PreparedRun, listeners: Sequence[Listener], *, speaker: Speaker, stop: StopSignal | None = None
) -> RunOutcome | None:
    """Run it, tell the listeners, and close them whatever happens; None when it was cut off.

    Whoever gives a `stop` may ask for the end himself, besides Ctrl-C.
    """
    clock = SystemClock()
    sender = make_sender()
    stop = stop or StopSignal()
    parts = Parts(
        context=run.context,
        sender=sender,
        environment=run.environment,
        clock=clock,
        jobs=run.jobs,
        stop=stop,
        bail=run.bail,
        suites={suite.key: suite.limits for suite in run.suites},
        timeout_seconds=run.timeout_seconds,
        shuffle=run.shuffle,
        files=run.files,
        tools=run.tools,
    )
    try:
        with interruptible(stop, say=speaker.say):
            return await _follow(run.plan, parts, Audience(listeners, stop))
    finally:
        _keep_fixtures(run)
        await sender.close()
        await close_all(listeners)


def _keep_fixtures(run: PreparedRun) -> None:
    """Write down what fixtures of later runs are made of. Where that cannot be, the tests run again."""
    for suite in run.suites:
        if suite.fixtures.names():
            from worker.fixtures.keeping import keep

            with suppress(OSError):
                keep(suite, run.context)


async def _follow(plan: Plan, parts: Parts, audience: Audience) -> RunOutcome | None:
    outcome = None
    async with aclosing(run_plan(plan, parts)) as events:
        async for event in events:
            await audience.on(event)
            if isinstance(event, RunFinished):
                outcome = event.outcome
                break
    audience.check()
    return outcome


class _Choice:
    """Chooses the environment while the files are checked, so that all problems are told together."""

    def __init__(self, request: RunRequest) -> None:
        self._request = request
        self._chosen: Environment | None = None
        self._refused: UsageError | None = None
        self._not_picked: UsageError | None = None
        self._selection = request.selection
        self.given = GivenValues()

    def check(self, suites: Sequence[Suite]) -> Iterable[Problem]:
        """What is wrong with these suites together, in the chosen environment."""
        request = self._request
        self.given = gather_values(
            options=request.variables,
            env_file=request.env_file,
            secrets_file=request.secrets_file,
            surroundings=request.surroundings,
            used=used_names(suites),
        )
        try:
            self._chosen = choose_environment(suites, request.environment)
        except SuiteError as error:
            return [*error.problems, *find_problems(suites, known_names=None)]
        except UsageError as error:
            self._refused = error
        else:
            self._narrow(suites)
        return find_problems(
            suites,
            known_names=self._known_names(),
            known_secrets=self._known_secrets(),
            selection=self._selection,
            environment=self._chosen,
            forbid_only=request.forbid_only,
        )

    def _narrow(self, suites: Sequence[Suite]) -> None:
        request = self._request
        try:
            self._selection = narrowed(
                request.selection,
                request.narrowing,
                suites,
                environment=self.environment(),
                surroundings=request.surroundings,
            )
        except UsageError as error:
            # What is wrong with the files is told first.
            self._not_picked = error

    def selection(self) -> Selection:
        """What was asked for, with the tests that were picked. Raises UsageError if none could be."""
        if self._not_picked is not None:
            raise self._not_picked
        return self._selection

    def environment(self) -> Environment:
        """The chosen environment with the given values in it. Raises UsageError if there was no choice."""
        if self._chosen is None:
            raise self._refused or UsageError("no environment was chosen")
        base_url = self._request.base_url or self._chosen.base_url
        secrets = {**self._chosen.secrets, **self.given.secrets}
        forced = self._request.connection
        return replace(self._chosen, base_url=base_url, secrets=secrets, forced=forced)

    def _known_secrets(self) -> Collection[str] | None:
        return None if self._chosen is None else [*self._chosen.secrets, *self.given.secrets]

    def _known_names(self) -> Collection[str] | None:
        if self._chosen is None:
            return None
        return [*self._chosen.variables, *self.given.variables]


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
