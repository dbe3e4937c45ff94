"""The end of recorded runs, told to people, to a CI and in reports, all of it from what was recorded."""

import os
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from worker.cli.ci import ci_listeners, unheard
from worker.cli.exit_codes import code_for, worst
from worker.cli.interruption import writing
from worker.cli.patience import patiently
from worker.cli.recorded import RecordedRun, read_recorded
from worker.cli.recorded_events import all_of, events_of
from worker.cli.recorded_files import ReportFiles
from worker.cli.recorded_plan import written_of
from worker.cli.reporting import close_all
from worker.cli.run_events import Outlets
from worker.cli.summing import print_the_end
from worker.clock import SystemClock
from worker.database import Database, RecordedRuns
from worker.project.stored import StoredSource, readable_suites

if TYPE_CHECKING:
    from worker.reports import Report


async def read_all(
    database: Database, run_ids: Sequence[str], *, with_files: bool, patience_seconds: float
) -> list[RecordedRun]:
    """Runs of one environment with everything that was recorded of them, and with the files that their tests
    were answered where a report shows them. Raises NotReachable when the project stays away."""
    tables = RecordedRuns(database)
    files = ReportFiles(tables) if with_files else None
    clock = SystemClock()
    return [
        await patiently(
            partial(read_recorded, tables, run_id, files=files), clock=clock, seconds=patience_seconds
        )
        for run_id in run_ids
    ]


async def tell_the_end(
    recorded: Sequence[RecordedRun],
    *,
    environment: str,
    reports: "Sequence[Report]",
    asked_for: Sequence[str],
    files: Sequence[StoredSource],
    outlets: Outlets,
) -> int:
    """Failures in their own lines, the sum, reports, and all of it as events where they are wanted; gives
    the exit code."""
    tests = [outcome.test for outcome in all_of(recorded, asked_for=asked_for)]
    written = written_of(readable_suites(files), tests)
    events = list(events_of(recorded, environment=environment, asked_for=asked_for, plan=written.plan))
    stream = outlets.people
    for report in reports:
        report.tell_of(plan=written.plan, sources=written.sources)
    for_ci = ci_listeners(stream, os.environ, plan=written.plan, annotate=True)
    # Events come last: whoever reads them may have gone, and reports are written all the same.
    listeners = [*reports, *for_ci, *filter(None, [outlets.events])]
    with unheard(stream):
        print_the_end(events, stream=stream, plan=written.plan, sources=written.sources)
        for listener in listeners:
            for event in events:
                await listener.on(event)
    with writing():
        await close_all(listeners)
    return worst(code_for(run.outcome) for run in recorded)
