"""What did not pass in a recorded run, requested once more and followed."""

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from worker.cli.run_events import Outlets
    from worker.cli.stopping import Stop
    from worker.project.pipeline import Caller
    from worker.reports import Report


def retry(
    run_id: str, *, wait: bool, reports: Sequence[str], profile: str | None, as_json: bool = False
) -> int:
    """Request a run of these tests; follow it to its verdict, unless nobody wants to wait."""
    return asyncio.run(_retry(run_id, wait=wait, reports=reports, profile=profile, as_json=as_json))


async def _retry(
    run_id: str, *, wait: bool, reports: Sequence[str], profile: str | None, as_json: bool
) -> int:
    from worker.cli.calling import opened_caller
    from worker.cli.reporting import open_reports
    from worker.cli.run_events import outlets_of
    from worker.cli.stopping import told_to_stop
    from worker.clock import SystemClock

    # A report that cannot be written is said before anything is requested.
    opened = open_reports(reports)
    outlets = outlets_of(opened, as_json=as_json)
    with told_to_stop() as stop:
        async with opened_caller(profile, clock=SystemClock()) as caller:
            return await _request_and_follow(
                caller, run_id, wait=wait, reports=opened, outlets=outlets, stop=stop
            )


async def _request_and_follow(
    caller: "Caller",
    run_id: str,
    *,
    wait: bool,
    reports: "Sequence[Report]",
    outlets: "Outlets",
    stop: "Stop",
) -> int:
    from worker.cli.ci_job import ci_job
    from worker.cli.patience import patiently
    from worker.cli.seeing_through import Requested, see_through
    from worker.clock import SystemClock
    from worker.database import RecordedRuns
    from worker.project.trigger import retry_run

    database = caller.database
    runs = RecordedRuns(database)
    row = await runs.run(run_id)
    tests = [result["test"] for result in await runs.results(row)]
    environment = await runs.environment_of(row)
    job, clock = ci_job(os.environ), SystemClock()
    key = job.key(["rerun", run_id]) if job else f"rerun-{clock.new_id()}"
    run = await patiently(
        lambda: retry_run(database, run_id, environment=environment, idempotency_key=key), clock=clock
    )
    click.echo(
        f"Requested run {run.id}: what did not pass in {run_id}, in {environment}", file=outlets.people
    )
    if outlets.events is not None:
        outlets.events.requested([run])
    if not wait:
        return ExitCode.OK
    requested = Requested(runs=[run], project_id=row["project_id"], tests=tests)
    return await see_through(database, requested, reports={environment: reports}, outlets=outlets, stop=stop)
