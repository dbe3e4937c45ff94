"""Runs handed out by a Supabase project."""

from worker.database import Database
from worker.models.run import ClaimedRun
from worker.queue.base import RunQueue
from worker.queue.claim import claimed_run


class SupabaseQueue(RunQueue):
    """Claims through the function claim_run; request_due_schedules looks after the schedules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Take a run, if one waits."""
        answer = await self._database.call("claim_run", p_worker=worker, p_lease_seconds=lease_seconds)
        return None if answer is None else claimed_run(answer)

    async def request_due(self) -> int:
        """Ask the database, which knows the schedules."""
        requested: int = await self._database.call("request_due_schedules")
        return requested
