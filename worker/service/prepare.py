"""A claimed run made ready: its files read, its plan made, its context restored. No I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from context.execution import ExecutionContext
from context.functions import Now, system_now
from context.sensitive import hide_in_source
from context.state import ContextState, Provenance
from context.values import JsonValue
from worker.credentials import from_secrets, names_of_service_secrets
from worker.engine.parts import DEFAULT_JOBS
from worker.errors import BatonError, SuiteError, UsageError
from worker.files import Files, NoFiles
from worker.graph import build_graph, find_problems, make_plan
from worker.literal_secrets import literal_secrets
from worker.models.dependency import NameUse
from worker.models.environment import Environment
from worker.models.graph import Plan, Selection
from worker.models.outcome import RunFailure
from worker.models.problem import Problem
from worker.models.run import ClaimedContext, ClaimedRun, ClaimedSuite
from worker.models.suite import Suite, SuiteLimits, may_run_in
from worker.parsing import format_problems, parse_suite
from worker.service.endpoints import with_endpoints
from worker.service.team import in_quarantine, without_disabled


class CannotPrepare(BatonError):
    """The run cannot begin, and never will as it is: it ends with this, instead of being tried again."""

    def __init__(self, what: str, *, failure: RunFailure) -> None:
        # What is wrong with a file is said with its lines, and somebody may have written a password there.
        super().__init__(hide_in_source(what))
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A run that can begin."""

    plan: Plan
    read: tuple[Suite, ...]
    environment: Environment
    context: ExecutionContext
    jobs: int
    bail: int | None
    suites: Mapping[str, SuiteLimits]
    timeout_seconds: float | None


def prepare(run: ClaimedRun, *, files: Files | None = None, now: Now = system_now) -> Prepared:
    """Make a claimed run ready; `files` are those that its suites name. Raises CannotPrepare with all that
    is wrong."""
    suites = _suites(run, files or NoFiles())
    plan = _plan(run, suites)
    _check_environment(run, suites, plan)
    return Prepared(
        plan=plan,
        read=suites,
        environment=_with_credentials(run, plan),
        context=_context(run, suites, now),
        jobs=_whole_number(run.config.get("jobs")) or DEFAULT_JOBS,
        bail=1 if run.config.get("fail_fast") is True else _whole_number(run.config.get("bail")),
        suites={suite.key: suite.limits for suite in suites},
        timeout_seconds=_number(run.config.get("timeout_seconds")),
    )


def _suites(run: ClaimedRun, files: Files) -> tuple[Suite, ...]:
    suites: list[Suite] = []
    problems: list[Problem] = []
    for claimed in run.suites:
        try:
            parsed = parse_suite(claimed.source, path=claimed.path, files=files)
        except SuiteError as error:
            problems += error.problems
        else:
            suites.append(_as_the_project_says(parsed, claimed))
    if problems:
        raise CannotPrepare(format_problems(problems), failure=RunFailure.TESTS)
    return tuple(suites)


def _as_the_project_says(suite: Suite, claimed: ClaimedSuite) -> Suite:
    of_team = in_quarantine(without_disabled(suite, claimed.disabled), claimed.quarantined)
    return with_endpoints(of_team, claimed.endpoints)


def _plan(run: ClaimedRun, suites: tuple[Suite, ...]) -> Plan:
    selected = tuple(suite.key for suite in run.suites if suite.selected)
    selection = Selection(only=run.only, tags=run.tags, suites=selected)
    try:
        return make_plan(build_graph(suites), selection, medians=run.medians)
    except SuiteError as error:
        raise CannotPrepare(format_problems(error.problems), failure=RunFailure.TESTS) from None
    except UsageError as error:
        hint = f" ({error.hint})" if error.hint else ""
        raise CannotPrepare(f"{error.what}{hint}", failure=RunFailure.TESTS) from None


def _check_environment(run: ClaimedRun, suites: tuple[Suite, ...], plan: Plan) -> None:
    """The files passed when they were pushed: what is missing now, the environment lacks."""
    environment = run.environment
    wanted = dict.fromkeys([*_wanted(plan, "secrets", environment), *_of_services(plan, environment)])
    missing = [f"the secret {name!r}" for name in wanted if name not in environment.secrets]
    if missing:
        raise CannotPrepare(
            f"the environment {environment.name!r} lacks {', '.join(missing)} (`baton secret set` sets one)",
            failure=RunFailure.ENVIRONMENT,
        )
    known = {name for suite in suites for name in _variables(suite, environment)}
    uses = {use.where for use in _uses(plan, environment)}
    # What tests that are not run would need is no trouble of this run.
    found = find_problems(suites, known_names=known, environment=environment)
    problems = [each for each in found if each.where in uses]
    if problems:
        raise CannotPrepare(
            f"the environment {environment.name!r} lacks what these tests use\n{format_problems(problems)}",
            failure=RunFailure.ENVIRONMENT,
        )


def _with_credentials(run: ClaimedRun, plan: Plan) -> Environment:
    """The environment with the credentials that tests name: those of the person who asked for the run;
    where nobody did, the secrets of those names. Raises CannotPrepare for what is missing."""
    environment = run.environment
    wanted = _wanted(plan, "credentials", environment)
    refused = run.refused_credentials
    if problems := [f"credential {name!r}: {refused[name]}" for name in wanted if name in refused]:
        raise CannotPrepare(
            f"whoever asked for this run has a {'; a '.join(problems)}", failure=RunFailure.ENVIRONMENT
        )
    shared = [name for name in wanted if name not in environment.credentials]
    try:
        credentials = {**from_secrets(shared, environment.secrets), **environment.credentials}
    except UsageError as error:
        raise CannotPrepare(f"{error.where}: {error.what}", failure=RunFailure.ENVIRONMENT) from None
    missing = [repr(name) for name in wanted if name not in credentials]
    if missing:
        raise CannotPrepare(
            f"this run has no credential {', '.join(missing)}: a credential comes with a run that its owner "
            f"has asked for by hand; for all others it is a secret of that name in the environment "
            f"{environment.name!r}",
            failure=RunFailure.ENVIRONMENT,
        )
    return replace(environment, credentials=credentials)


def _uses(plan: Plan, environment: Environment) -> Iterator[NameUse]:
    """The names that the tests need that will be sent here."""
    for test in plan.tests.values():
        if may_run_in(test, environment):
            yield from (*test.uses, *test.cleanup_uses)


def _wanted(plan: Plan, root: str, environment: Environment) -> list[str]:
    """The names below this root that the planned tests cannot do without, each once."""
    return list(
        dict.fromkeys(
            str(use.path[1])
            for use in _uses(plan, environment)
            if use.path[0] == root and len(use.path) > 1 and not use.optional
        )
    )


def _of_services(plan: Plan, environment: Environment) -> Iterator[str]:
    """The secrets with which the services that these tests call want to be asked."""
    named = [
        str(use.path[1]) for use in _uses(plan, environment) if use.path[0] == "services" and use.path[1:]
    ]
    yield from names_of_service_secrets(
        environment.services[name] for name in dict.fromkeys(named) if name in environment.services
    )


def _context(run: ClaimedRun, suites: tuple[Suite, ...], now: Now) -> ExecutionContext:
    environment = run.environment
    context = ExecutionContext(
        base_url=environment.base_url,
        variables=environment.variables,
        secrets=environment.secrets,
        services={name: service.base_url for name, service in environment.services.items()},
        suite_variables={suite.key: _own_variables(suite, environment.name) for suite in suites},
        fixtures={suite.key: suite.fixtures for suite in suites},
        now=now,
    )
    for secret in literal_secrets(suites):
        context.mask.add(secret)
    context.restore(_state(run.context))
    return context


def _variables(suite: Suite, environment: Environment) -> Mapping[str, JsonValue]:
    return {**_own_variables(suite, environment.name), **environment.variables}


def _own_variables(suite: Suite, environment: str) -> Mapping[str, JsonValue]:
    """A suite's own variables, with those that its file gives for this environment."""
    own = suite.environments.get(environment)
    return {**suite.variables, **(own.variables if own else {})}


def _state(claimed: ClaimedContext) -> ContextState:
    return ContextState(
        version=claimed.version,
        tokens=claimed.tokens,
        variables=claimed.variables,
        captured_data=claimed.captured_data,
        provenance=tuple(Provenance.from_record(record) for record in claimed.provenance),
        test_order=claimed.test_order,
    )


def _whole_number(value: JsonValue) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _number(value: JsonValue) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else None  # type: ignore[operator,arg-type] # checked above
