"""`baton trigger`: request runs and follow them to their verdict."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode
from worker.cli.output_options import report_option
from worker.cli.request_options import request_options
from worker.cli.run_options import DurationOption

if TYPE_CHECKING:
    from worker.cli.requesting import Wish
    from worker.cli.run_events import Outlets
    from worker.cli.stopping import Stop
    from worker.project.pipeline import Caller
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
    from worker.cli.patience import patiently
    from worker.cli.requesting import key_of, requests_of
    from worker.cli.seeing_through import Requested, see_through
    from worker.clock import SystemClock
    from worker.project.find import known_tests
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
    # With a selection, which tests were to be run is known by those that were.
    asked_for = () if wish.only or wish.tags else names
    requested = Requested(runs=runs, project_id=project.id, tests=names, asked_for=asked_for)
    return await see_through(database, requested, reports=reports, outlets=outlets, stop=stop)
