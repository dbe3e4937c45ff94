"""What did not pass in a recorded run, requested once more and followed."""

import asyncio
import os
from collections.abc import Sequence

import click

from worker.cli.exit_codes import ExitCode


def retry(run_id: str, *, wait: bool, reports: Sequence[str], profile: str | None) -> int:
    """Request a run of these tests; follow it to its verdict, unless nobody wants to wait."""
    return asyncio.run(_retry(run_id, wait=wait, reports=reports, profile=profile))


async def _retry(run_id: str, *, wait: bool, reports: Sequence[str], profile: str | None) -> int:
    from worker.cli.following import Followed
    from worker.cli.reporting import open_reports, stream_for_people
    from worker.cli.stopping import told_to_stop
    from worker.cli.trigger import follow_to_the_end
    from worker.clock import SystemClock
    from worker.database import RecordedRuns
    from worker.database.member import open_member
    from worker.project.stored import stored_sources
    from worker.project.trigger import retry_run
    from worker.settings import read_settings

    # A report that cannot be written is said before anything is requested.
    opened = open_reports(reports)
    stream = stream_for_people(opened)
    clock = SystemClock()
    database = await open_member(read_settings(os.environ), profile=profile, clock=clock)
    try:
        runs = RecordedRuns(database)
        row = await runs.run(run_id)
        tests = [result["test"] for result in await runs.results(row)]
        environment = await runs.environment_of(row)
        run = await retry_run(database, run_id, environment=environment)
        click.echo(f"Requested run {run.id}: what did not pass in {run_id}, in {environment}", file=stream)
        if not wait:
            return ExitCode.OK
        files = await stored_sources(database, row["project_id"])
        followed = Followed([run], tests=tests, database=database, clock=clock, stream=stream)
        with told_to_stop() as stop:
            return await follow_to_the_end(
                database, [run], followed=followed, reports={environment: opened}, files=files, stop=stop
            )
    finally:
        await database.close()
