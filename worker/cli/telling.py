"""The end of recorded runs, told to people, to a CI and in reports, all of it from what was recorded."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from worker.cli.ci import ci_listeners
from worker.cli.exit_codes import code_for, worst
from worker.cli.interruption import writing
from worker.cli.recorded import RecordedRun
from worker.cli.recorded_events import all_of, events_of
from worker.cli.recorded_plan import written_of
from worker.cli.reporting import close_all
from worker.cli.run_events import Outlets
from worker.cli.summing import print_the_end
from worker.project.stored import StoredSource, readable_suites

if TYPE_CHECKING:
    from worker.reports import Report


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
    print_the_end(events, stream=stream, plan=written.plan, sources=written.sources)
    for report in reports:
        report.tell_of(plan=written.plan, sources=written.sources)
    for_ci = ci_listeners(stream, os.environ, plan=written.plan, annotate=True)
    # Events come last: whoever reads them may have gone, and reports are written all the same.
    listeners = [*reports, *for_ci, *filter(None, [outlets.events])]
    for listener in listeners:
        for event in events:
            await listener.on(event)
    with writing():
        await close_all(listeners)
    return worst(code_for(run.outcome) for run in recorded)
