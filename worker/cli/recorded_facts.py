"""A recorded run of a project, read as its signed-in member: what `baton why` needs of it."""

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worker.history.facts import RunFacts


def read_facts(run_id: str, *, profile: str | None) -> "RunFacts":
    """Everything that the project tells of this run. Raises Refused when there is none to be seen."""
    return asyncio.run(_read(run_id, profile))


async def _read(run_id: str, profile: str | None) -> "RunFacts":
    from worker.clock import SystemClock
    from worker.database import RecordedRuns
    from worker.database.member import open_member
    from worker.history.recorded import facts_of_rows
    from worker.settings import read_settings

    database = await open_member(read_settings(os.environ), profile=profile, clock=SystemClock())
    try:
        runs = RecordedRuns(database)
        row = await runs.run(run_id)
        results = await runs.results(row)
        return facts_of_rows(
            row,
            results,
            await runs.details(row),
            await runs.edges(row, {result["test_case_id"] for result in results}),
            environment=await runs.environment_of(row),
        )
    finally:
        await database.close()
