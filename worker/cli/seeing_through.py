"""Requested runs seen through to their verdict: followed, told and reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.cli.ci import unheard
from worker.cli.exit_codes import ExitCode, worst
from worker.cli.following import Followed
from worker.cli.patience import PATIENCE_SECONDS, patiently
from worker.cli.run_events import Outlets
from worker.cli.stopping import CANCEL_SECONDS, Stop, until_over
from worker.cli.telling import read_all, tell_the_end
from worker.clock import SystemClock
from worker.database import Database
from worker.errors import NotReachable
from worker.project.stored import StoredSource, stored_sources
from worker.project.trigger import RequestedRun
from worker.reports import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """Runs of one project that were asked for by one command."""

    runs: Sequence[RequestedRun]
    project_id: str
    #: The tests that may be in them, by their full names.
    tests: Sequence[str]
    #: Those that have to be: what is missing of them at the end is told. Empty where a selection decides.
    asked_for: Sequence[str] = ()


async def see_through(
    database: Database,
    requested: Requested,
    *,
    reports: Mapping[str, Sequence[Report]],
    outlets: Outlets,
    stop: Stop,
) -> int:
    """Tell what happens in these runs until they are over or `stop` is set, which asks for their end; then,
    environment by environment, their failures and their sum, and write its reports. Gives the exit code of
    the worst."""
    clock = SystemClock()
    files = await patiently(lambda: stored_sources(database, requested.project_id), clock=clock)
    followed = Followed(
        requested.runs, tests=requested.tests, database=database, clock=clock, outlets=outlets
    )
    with unheard(outlets.people):
        interrupted = await until_over(database, followed, stop)
    try:
        codes = await _tell_all(
            database,
            requested,
            followed=followed,
            reports=reports,
            files=files,
            interrupted=interrupted,
        )
    except NotReachable as error:
        if not interrupted:
            raise
        # Whoever has cancelled the job is told what became of it, and that it was cancelled.
        followed.print(f"What happened cannot be told: {error.what}")
        return stop.code
    if len(codes) > 1:
        followed.print("", _verdicts(codes))
    return stop.code if interrupted else worst(codes.values())


async def _tell_all(
    database: Database,
    requested: Requested,
    *,
    followed: Followed,
    reports: Mapping[str, Sequence[Report]],
    files: Sequence[StoredSource],
    interrupted: bool,
) -> dict[str, int]:
    """The exit code of each environment, whose end was told and reported."""
    codes: dict[str, int] = {}
    for environment, wanted in reports.items():
        recorded = await read_all(
            database,
            [run.id for run in requested.runs if run.environment == environment],
            # A job that is cancelled has no time for files, and little for a project that is away.
            with_files=not interrupted and any(report.shows_files for report in wanted),
            patience_seconds=CANCEL_SECONDS if interrupted else PATIENCE_SECONDS,
        )
        if len(reports) > 1:
            followed.print("", f"In {environment}:")
        codes[environment] = await tell_the_end(
            recorded,
            environment=environment,
            reports=wanted,
            asked_for=requested.asked_for,
            files=files,
            outlets=followed.outlets,
        )
    return codes


def _verdicts(codes: Mapping[str, int]) -> str:
    """One line for all environments."""
    words = {ExitCode.OK: "passed", ExitCode.TESTS_FAILED: "failed", ExitCode.INTERRUPTED: "cancelled"}
    told = ", ".join(
        f"{environment} {words.get(ExitCode(code), 'could not be carried out')}"
        for environment, code in codes.items()
    )
    return f"{len(codes)} environments: {told}"
