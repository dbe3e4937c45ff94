"""`baton trigger`: request runs and follow them to their verdict."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from worker.cli.ci import unheard
from worker.cli.exit_codes import ExitCode, worst
from worker.cli.output_options import report_option
from worker.cli.request_options import request_options
from worker.cli.run_options import DurationOption

if TYPE_CHECKING:
    from worker.cli.following import Followed
    from worker.cli.requesting import Wish
    from worker.cli.run_events import Outlets
    from worker.cli.stopping import Stop
    from worker.database import Database
    from worker.project.pipeline import Caller
    from worker.project.stored import StoredSource
    from worker.project.trigger import RequestedRun
    from worker.reports import Report


@click.command()
@click.option("--project", metavar="SLUG", help="The project whose suites are run; a token knows it itself.")
@click.option("--organization", metavar="SLUG", help="Its organization, where several have such a project.")
@click.option("--suite", "suites", multiple=True, metavar="KEY", help="A suite to run; without it all are.")
@click.option(
    "--env",
    "-e",
    "environments",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Where to run them; also several.",
)
@request_options
@click.option(
    "--idempotency-key",
    metavar="TEXT",
    help="The same request with the same text asks once; in a CI the job gives one by itself.",
)
@click.option("--wait/--no-wait", default=True, help="Follow to the verdict, or request the runs and leave.")
@click.option(
    "--timeout",
    type=DurationOption(),
    metavar="TIME",
    help="Ask for the end of the runs after this time, such as 30m, also where no worker has come.",
)
@report_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print events as lines of JSON; text for people is stderr's."
)
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def trigger(**options: object) -> int:
    """Request runs and follow them to their verdict.

    \b
      baton trigger --project shop -e staging
      baton trigger --project shop --suite checkout --suite search -e staging -e production
      BATON_TOKEN=baton_… baton trigger -e staging --report junit=junit.xml
      baton trigger --project shop -e staging --no-wait --json | jq -r .run

    Each suite in each environment is one run; all of them are requested together, or none. The worst
    verdict is the exit code. Ctrl-C, and a CI that cancels the job, ask for their end.
    """
    from worker.cli.requesting import Wish

    return asyncio.run(_trigger(Wish(**options)))  # type: ignore[arg-type] # click checked and named them


async def _trigger(wish: "Wish") -> int:
    from worker.cli.calling import opened_caller
    from worker.cli.environment_reports import reports_by_environment
    from worker.cli.run_events import outlets_of
    from worker.cli.stopping import told_to_stop
    from worker.clock import SystemClock
    from worker.errors import UsageError

    # A report that cannot be written is said before anything is requested.
    reports = reports_by_environment(wish.reports, list(dict.fromkeys(wish.environments)))
    if wish.timeout is not None and not wish.wait:
        hint = "leave one of them out"
        raise UsageError("with --no-wait nothing is waited for", where="--timeout", hint=hint)
    outlets = outlets_of([report for each in reports.values() for report in each], as_json=wish.as_json)
    clock = SystemClock()
    with told_to_stop(after=wish.timeout) as stop:
        async with opened_caller(wish.profile, clock=clock) as caller:
            return await _request_and_follow(caller, wish, reports=reports, outlets=outlets, stop=stop)


async def _request_and_follow(
    caller: "Caller",
    wish: "Wish",
    *,
    reports: "Mapping[str, Sequence[Report]]",
    outlets: "Outlets",
    stop: "Stop",
) -> int:
    from worker.cli.ci_job import ci_job
    from worker.cli.following import Followed
    from worker.cli.patience import patiently
    from worker.cli.requesting import key_of, requests_of
    from worker.clock import SystemClock
    from worker.project.find import known_tests
    from worker.project.stored import stored_sources
    from worker.project.trigger import request_runs
    from worker.reports.style import in_ci

    database = caller.database
    project = await caller.project(wish.project, organization=wish.organization)
    tests = await known_tests(database, project, suites=wish.suites)
    job = ci_job(os.environ)
    if stop.is_set():
        return stop.code
    requests = requests_of(wish, project=project, tests=tests, job=job, is_ci=in_ci(os.environ))
    clock = SystemClock()
    # With a key of its own a request can be made again whose answer got lost.
    key = key_of(wish, requests, job) or f"trigger-{clock.new_id()}"
    runs = await patiently(
        lambda: request_runs(database, project.id, requests, idempotency_key=key), clock=clock
    )
    for run in runs:
        click.echo(
            f"Requested run {run.id}: {', '.join(run.suites)} in {run.environment}", file=outlets.people
        )
    if outlets.events is not None:
        outlets.events.requested(runs)
    if not wish.wait:
        return ExitCode.OK
    names = [test.name for test in tests]
    followed = Followed(runs, tests=names, database=database, clock=clock, outlets=outlets)
    return await follow_to_the_end(
        database,
        runs,
        followed=followed,
        reports=reports,
        # With a selection, which tests were to be run is known by those that were.
        asked_for=() if wish.only or wish.tags else names,
        files=await patiently(lambda: stored_sources(database, project.id), clock=clock),
        stop=stop,
    )


async def follow_to_the_end(
    database: "Database",
    runs: "Sequence[RequestedRun]",
    *,
    followed: "Followed",
    reports: "Mapping[str, Sequence[Report]]",
    stop: "Stop",
    asked_for: Sequence[str] = (),
    files: "Sequence[StoredSource]" = (),
) -> int:
    """Tell what happens in these runs until they are over or `stop` is set, which asks for their end; then,
    environment by environment, their failures and their sum, and write its reports. `files` are what the
    runs were made of. Gives the exit code of the worst."""
    from worker.cli.stopping import until_over
    from worker.errors import NotReachable

    with unheard(followed.outlets.people):
        interrupted = await until_over(database, followed, stop)
    try:
        codes = await _tell_all(
            database,
            runs,
            followed=followed,
            reports=reports,
            asked_for=asked_for,
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
    database: "Database",
    runs: "Sequence[RequestedRun]",
    *,
    followed: "Followed",
    reports: "Mapping[str, Sequence[Report]]",
    asked_for: Sequence[str],
    files: "Sequence[StoredSource]",
    interrupted: bool,
) -> dict[str, int]:
    """The exit code of each environment, whose end was told and reported."""
    from worker.cli.patience import PATIENCE_SECONDS
    from worker.cli.stopping import CANCEL_SECONDS
    from worker.cli.telling import read_all, tell_the_end

    codes: dict[str, int] = {}
    for environment, wanted in reports.items():
        recorded = await read_all(
            database,
            [run.id for run in runs if run.environment == environment],
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
            asked_for=asked_for,
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
